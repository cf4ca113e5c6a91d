//! The format as a table: which keys stand where, what each holds and what it is for.
//!
//! The JSON Schema, completion and the words under the pointer are made from it; a test holds it against what the reader
//! accepts, key by key. It may not know any file.

mod keys;
mod tests_file;

pub use keys::PROCEDURE;
pub use tests_file::TEST;

/// A map with keys of the format.
#[derive(Debug)]
pub struct Shape {
    pub name: &'static str,
    pub keys: &'static [KeyRow],
}

/// One key: what it holds, whether it must be there, what it is for.
#[derive(Debug)]
pub struct KeyRow {
    pub key: &'static str,
    pub form: &'static Form,
    pub required: bool,
    pub vi: &'static str,
    pub en: &'static str,
}

/// What kind of thing a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Names {
    Step,
    People,
    Field,
    Document,
    Legal,
    Group,
    Verb,
}

/// What a value looks like.
#[derive(Debug)]
pub enum Form {
    Text,
    Whole,
    /// A number with or without decimals.
    Number,
    YesNo,
    Date,
    Length,
    /// One of a closed list of words.
    Words(&'static [&'static str]),
    /// A name declared in the file, or one of these words.
    Ref(&'static [Names], &'static [&'static str]),
    /// A text in which names of the file stand between other words, as in `until ngay_hen` or in a condition.
    Within(Names),
    /// `step.verb`.
    StepVerb,
    /// A list, or one entry standing for a list of one.
    Many(&'static Form),
    Map(&'static Shape),
    /// A map of the author's own names.
    Named(Option<Names>, &'static Form),
    /// A map whose keys are names declared elsewhere in the file.
    Keyed(Names, &'static Form),
    /// A map from names declared elsewhere in the file to names of another file.
    Paired(&'static [Names]),
    /// By what is written: a word, a map or a list.
    OneOf(&'static [Form]),
    /// A step: its keys depend on its `kind`.
    Step,
    /// A way out that is open from every step; `extend` has keys of its own.
    Anytime,
    Any,
}

impl Shape {
    /// The row of a key.
    pub fn row(&self, key: &str) -> Option<&'static KeyRow> {
        self.keys.iter().find(|row| row.key == key)
    }
}

impl Form {
    /// The alternative that a map fits.
    pub fn for_map(&'static self) -> Option<&'static Form> {
        match self {
            Form::OneOf(forms) => forms.iter().find_map(Form::for_map),
            Form::Map(_) | Form::Named(..) | Form::Keyed(..) | Form::Paired(_) | Form::Step | Form::Anytime => {
                Some(self)
            }
            Form::Many(one) => one.for_map(),
            _ => None,
        }
    }

    /// What an entry of a list is.
    pub fn for_item(&'static self) -> Option<&'static Form> {
        match self {
            Form::OneOf(forms) => forms.iter().find_map(Form::for_item),
            Form::Many(one) => Some(one),
            _ => None,
        }
    }

    /// The alternative that a word or text fits.
    pub fn for_scalar(&'static self) -> Option<&'static Form> {
        match self {
            Form::OneOf(forms) => forms.iter().find_map(Form::for_scalar),
            Form::Many(one) => one.for_scalar(),
            Form::Map(_) | Form::Named(..) | Form::Keyed(..) | Form::Paired(_) | Form::Step | Form::Anytime => None,
            other => Some(other),
        }
    }
}

/// The keys of a step of that kind; a plain step's where no such kind is known.
pub fn step_shape(kind: Option<&str>) -> &'static Shape {
    match kind {
        Some("wait") => &keys::WAIT,
        Some("parallel") => &keys::PARALLEL,
        Some("decision") => &keys::DECISION,
        Some("procedure") => &keys::CALL,
        Some("end") => &keys::END,
        _ => &keys::STAFF,
    }
}

/// The keys of a way out under `anytime`.
pub fn anytime_shape(verb: &str) -> &'static Shape {
    if verb == "extend" { &keys::EXTEND } else { &keys::TRANSITION }
}

/// The kinds of steps, each with its keys.
pub const STEP_KINDS: &[&str] = &["step", "wait", "parallel", "decision", "procedure", "end"];
