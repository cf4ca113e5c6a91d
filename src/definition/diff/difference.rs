//! One thing that differs, in both languages and for programs.

use std::cmp::Ordering;

use serde_json::{Value as Json, json};

use crate::definition::checks::paths::FULL_DAY_MINUTES;
use crate::definition::diagnostic::{Lang, Text};
use crate::definition::diff::facts::Fact;
use crate::definition::procedure::Procedure;
use crate::ids::StepId;

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Added,
    Removed,
    Changed,
    Moved,
    Renamed,
}

/// One thing that differs between two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub kind: Kind,
    /// The stable word of what it is about: `step`, `limit`, `holder`, `action`, `guard`, `paper`, `end`, …
    pub of: &'static str,
    /// Keys from the top of the file, joined by `/`.
    pub place: String,
    pub step: Option<StepId>,
    pub message: Text,
    pub old: Option<Text>,
    pub new: Option<Text>,
}

impl Kind {
    /// The stable word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Added => "added",
            Kind::Removed => "removed",
            Kind::Changed => "changed",
            Kind::Moved => "moved",
            Kind::Renamed => "renamed",
        }
    }

    /// The sign before its line: what is new, gone, other, elsewhere.
    pub fn sign(self) -> char {
        match self {
            Kind::Added => '+',
            Kind::Removed => '-',
            Kind::Changed | Kind::Renamed => '~',
            Kind::Moved => '↕',
        }
    }
}

impl Difference {
    /// For programs.
    pub fn json(&self, lang: Lang) -> Json {
        let said = |text: &Option<Text>| text.as_ref().map(|text| text.in_lang(lang).to_owned());
        json!({
            "kind": self.kind.word(),
            "of": self.of,
            "place": self.place,
            "step": self.step.as_ref().map(StepId::as_str),
            "message": self.message.in_lang(lang),
            "old": said(&self.old),
            "new": said(&self.new),
        })
    }

    /// One line for people.
    pub fn human(&self, lang: Lang) -> String {
        format!("{} {}", self.kind.sign(), self.message.in_lang(lang))
    }
}

/// What differs at one place; at least one of the two is there.
pub(super) fn between(place: &str, old: Option<&Fact>, new: Option<&Fact>) -> Difference {
    let (kind, fact) = match (old, new) {
        (None, Some(new)) => (Kind::Added, new),
        (Some(old), None) => (Kind::Removed, old),
        (_, Some(new)) => (Kind::Changed, new),
        (None, None) => (Kind::Changed, &facts_nothing()),
    };
    let message = match (old, new) {
        (Some(old), Some(new)) => changed(old, new),
        _ if fact.whole => whole(kind, fact),
        (None, _) => Text::new(
            format!("{}: thêm {} {}", fact.owner.vi, fact.name.vi, fact.value.vi),
            format!("{}: {} {} is new", fact.owner.en, fact.name.en, fact.value.en),
        ),
        (Some(_), None) => Text::new(
            format!("{}: bỏ {} {}", fact.owner.vi, fact.name.vi, fact.value.vi),
            format!("{}: {} {} is gone", fact.owner.en, fact.name.en, fact.value.en),
        ),
    };
    let value = |fact: Option<&Fact>| fact.map(|fact| fact.value.clone());
    Difference {
        kind,
        of: fact.of,
        place: place.to_owned(),
        step: fact.step.clone(),
        message,
        old: value(old),
        new: value(new),
    }
}

fn whole(kind: Kind, fact: &Fact) -> Text {
    let (name, value) = (&fact.name, &fact.value);
    let inside = |said: &str| if said.is_empty() { String::new() } else { format!("{said}: ") };
    let (of, of_en) = (inside(&fact.owner.vi), inside(&fact.owner.en));
    let space = |value: &str| if value.is_empty() { String::new() } else { format!(" ({value})") };
    match kind {
        Kind::Removed => Text::new(
            format!("{of}bỏ {}{}", name.vi, space(&value.vi)),
            format!("{of_en}{}{} is gone", name.en, space(&value.en)),
        ),
        _ => Text::new(
            format!("{of}thêm {}{}", name.vi, space(&value.vi)),
            format!("{of_en}{}{} is new", name.en, space(&value.en)),
        ),
    }
}

fn changed(old: &Fact, new: &Fact) -> Text {
    let owner = if new.owner.vi.is_empty() { &new.name } else { &new.owner };
    let name = if new.owner.vi.is_empty() || new.whole { Text::new("tên", "title") } else { new.name.clone() };
    let owner = if new.whole && !new.owner.vi.is_empty() {
        Text::new(format!("{}, {}", new.owner.vi, new.name.vi), format!("{}, {}", new.owner.en, new.name.en))
    } else {
        owner.clone()
    };
    let longer = match (&old.length, &new.length) {
        (Some(old), Some(new)) => new.compare(old, FULL_DAY_MINUTES),
        _ => None,
    };
    let (from, to) = (&old.value, &new.value);
    match longer {
        Some(Ordering::Less) => Text::new(
            format!("{}: {} rút từ {} xuống {}", owner.vi, name.vi, from.vi, to.vi),
            format!("{}: {} shortened from {} to {}", owner.en, name.en, from.en, to.en),
        ),
        Some(Ordering::Greater) => Text::new(
            format!("{}: {} tăng từ {} lên {}", owner.vi, name.vi, from.vi, to.vi),
            format!("{}: {} lengthened from {} to {}", owner.en, name.en, from.en, to.en),
        ),
        // A name whose English alone was changed, or the other way round: each language would find nothing in its own.
        _ if from.vi == to.vi => Text::new(
            format!("{}: {} (tiếng Anh) đổi từ {} thành {}", owner.vi, name.vi, from.en, to.en),
            format!("{}: {} changed from {} to {}", owner.en, name.en, from.en, to.en),
        ),
        _ if from.en == to.en => Text::new(
            format!("{}: {} đổi từ {} thành {}", owner.vi, name.vi, from.vi, to.vi),
            format!("{}: {} (Vietnamese) changed from {} to {}", owner.en, name.en, from.vi, to.vi),
        ),
        _ => Text::new(
            format!("{}: {} đổi từ {} thành {}", owner.vi, name.vi, from.vi, to.vi),
            format!("{}: {} changed from {} to {}", owner.en, name.en, from.en, to.en),
        ),
    }
}

/// A step that goes on under another name.
pub(super) fn renamed(new: &Procedure, from: &StepId, to: &StepId) -> Difference {
    let title = new.step_title(to);
    Difference {
        kind: Kind::Renamed,
        of: "step",
        place: format!("steps/{to}"),
        step: Some(to.clone()),
        message: Text::new(
            format!("bước `{from}` nay là `{to}` ({title})"),
            format!("step `{from}` is now `{to}` ({title})"),
        ),
        old: Some(Text::new(from.as_str(), from.as_str())),
        new: Some(Text::new(to.as_str(), to.as_str())),
    }
}

fn facts_nothing() -> Fact {
    Fact::whole("nothing", Text::default(), Text::default(), Text::default())
}
