//! The file as meant: what a case knows and what papers it holds.

use std::collections::BTreeMap;

use crate::definition::keep::Keep;
use crate::definition::pattern::Pattern;
use crate::definition::procedure::{Party, Title};
use crate::definition::value::{Kind, Number};

/// A datum of the case.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub kind: Kind,
    pub title: Title,
    /// What the words of a choice are called, where the file says so.
    pub words: BTreeMap<String, Title>,
    /// The unit of measure, as printed.
    pub measure: Option<String>,
    pub min: Option<Number>,
    pub max: Option<Number>,
    /// What a text must look like.
    pub pattern: Option<Pattern>,
    pub required: bool,
    /// It says something about a person.
    pub personal: bool,
    /// How long it is kept after the case is over.
    pub keep: Option<Keep>,
}

impl Field {
    /// A word of a choice as people read it: its title, or the word itself, `dong_y` as `dong y`.
    pub fn said(&self, word: &str) -> Title {
        self.words.get(word).cloned().unwrap_or_else(|| Title { vi: word.replace('_', " "), en: None })
    }
}

/// A paper or product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub title: Title,
    pub from: Party,
    pub required: bool,
    pub form: Option<String>,
    pub result: bool,
    pub signed: bool,
    /// It is kept in digital form from the moment it is received or made, and not asked for on paper again.
    pub digitised: bool,
    /// It says something about a person.
    pub personal: bool,
    /// How long it is kept after the case is over.
    pub keep: Option<Keep>,
}
