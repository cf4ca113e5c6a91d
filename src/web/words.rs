//! The words of the pages, from `locales/`. A key that is missing is shown as itself, and a test finds it.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::web::lang::Lang;

const VI: &str = include_str!("../../locales/vi/web.ftl");
const EN: &str = include_str!("../../locales/en/web.ftl");

/// All words of one language.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
}

static VIETNAMESE: LazyLock<Words> = LazyLock::new(|| Words::new(Lang::Vi, VI));
static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::new(Lang::En, EN));

/// The words of that language.
pub fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Vi => &VIETNAMESE,
        Lang::En => &ENGLISH,
    }
}

/// The text of a locale file, for the test that compares the two.
pub fn source(lang: Lang) -> &'static str {
    lang.pick(VI, EN)
}

impl Words {
    fn new(lang: Lang, text: &str) -> Words {
        // An unreadable code, which these are not, would only cost the plural forms of the language.
        let id: LanguageIdentifier = lang.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The marks that isolate directions would show as boxes where fonts lack them; both languages run one way.
        bundle.set_use_isolating(false);
        // A faulty line is left out and then shows as its key: a page must never fail for a word.
        let resource = match FluentResource::try_new(text.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
        Words { bundle }
    }

    /// The word of that key.
    pub fn t(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The word of that key with the texts put in.
    pub fn with(&self, key: &str, given: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, text) in given {
            args.set(*name, FluentValue::from(*text));
        }
        self.format(key, &args)
    }

    /// The word of that key for `n` things.
    pub fn count(&self, key: &str, n: u64) -> String {
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(n));
        self.format(key, &args)
    }

    /// Whether there is such a key.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    fn format(&self, key: &str, args: &FluentArgs) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut faults = Vec::new();
        self.bundle.format_pattern(pattern, Some(args), &mut faults).into_owned()
    }
}
