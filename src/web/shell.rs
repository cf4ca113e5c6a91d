//! What every page carries: language, who is signed in, the token for its forms, where it is.

use crate::ids::Ts;
use crate::web::format;
use crate::web::lang::Lang;
use crate::web::words::words;

/// The frame of a page.
#[derive(Clone, Debug)]
pub struct Shell {
    pub lang: Lang,
    /// The signed-in person's name.
    pub person: Option<String>,
    /// What every form sends back.
    pub csrf: String,
    /// Path and query of this page, where the language switch returns to.
    pub here: String,
    pub section: Section,
    /// What was just done, said once.
    pub flash: Option<String>,
}

/// Which entry of the menu is lit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Inbox,
    Open,
    Stuck,
    Procedures,
    Other,
}

impl Shell {
    /// A word of the page's language.
    pub fn t(&self, key: &str) -> String {
        words(self.lang).t(key)
    }

    /// A word with texts put in.
    pub fn with(&self, key: &str, given: &[(&str, &str)]) -> String {
        words(self.lang).with(key, given)
    }

    /// A word for `n` things.
    pub fn count(&self, key: &str, n: usize) -> String {
        words(self.lang).count(key, n as u64)
    }

    /// Whether the menu's entry is this page.
    pub fn is(&self, section: &str) -> bool {
        matches!(
            (section, self.section),
            ("inbox", Section::Inbox)
                | ("open", Section::Open)
                | ("stuck", Section::Stuck)
                | ("procedures", Section::Procedures)
        )
    }

    /// A frame to look at.
    pub fn sample(lang: Lang, section: Section) -> Shell {
        Shell {
            lang,
            person: Some("Nguyễn Thị Lan".to_owned()),
            csrf: "ma-chong-gia-mao".to_owned(),
            here: "/".to_owned(),
            section,
            flash: None,
        }
    }
}

/// An instant as shown and as machines read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub text: String,
    pub iso: String,
}

impl From<Ts> for Stamp {
    fn from(at: Ts) -> Stamp {
        Stamp { text: format::instant(at), iso: at.to_string() }
    }
}

/// A key for one showing of a page: its forms carry it, so that a second press of a button is not a second act.
///
/// Random, so that two pages never share one.
pub fn fresh_key() -> String {
    uuid::Uuid::now_v7().to_string()
}
