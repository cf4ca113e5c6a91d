//! The test file beside a procedure, as written: who stands in, what is done when, what must be seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

/// `<procedure>.test.yaml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestFile {
    /// The procedure's file, beside this one.
    pub procedure: String,
    /// The calendar it is played by; the procedure's own where absent.
    #[serde(default)]
    pub calendar: Option<String>,
    /// Made-up persons for the entries of `people:`; an entry not named gets one person of its own name.
    #[serde(default, deserialize_with = "several_each")]
    pub stand_ins: BTreeMap<String, Vec<String>>,
    pub scenarios: Vec<Scenario>,
}

/// One story.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub name: String,
    /// When the case is opened, local time `2026-08-03 08:30`.
    #[serde(default)]
    pub start: Option<String>,
    /// Begins in the middle instead.
    #[serde(default)]
    pub start_at: Option<StartAt>,
    /// Fields, and `documents`, given at opening.
    #[serde(default)]
    pub given: BTreeMap<String, Json>,
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub channel: Option<String>,
    /// Stand-ins who are away all the time: whoever stands in for them gets what would be theirs.
    #[serde(default, deserialize_with = "several")]
    pub absent: Vec<String>,
    #[serde(default)]
    pub run: Vec<Item>,
    #[serde(default)]
    pub expect: Option<Expect>,
}

/// A case put into a step at an instant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartAt {
    pub step: String,
    pub time: String,
    #[serde(default)]
    pub with: BTreeMap<String, Json>,
    /// Who did which step before.
    #[serde(default)]
    pub done: BTreeMap<String, String>,
    /// Who drafted: short for the first step of the `separate` line that this step is in.
    #[serde(default)]
    pub drafted_by: Option<String>,
}

/// One line of a story: time passes, somebody does something, something must be seen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// That long after the line before.
    #[serde(default)]
    pub after: Option<String>,
    /// Waits that long.
    #[serde(default)]
    pub wait: Option<String>,
    #[serde(default)]
    pub wait_until: Option<String>,
    #[serde(default, rename = "as")]
    pub who: Option<Names>,
    #[serde(default, rename = "do")]
    pub act: Option<String>,
    #[serde(default)]
    pub with: BTreeMap<String, Json>,
    #[serde(default)]
    pub reason: Option<String>,
    /// For assign and transfer: the person; for vote: the action that the member is for, an abstention without it.
    #[serde(default)]
    pub to: Option<String>,
    #[serde(default)]
    pub length: Option<String>,
    /// The case that was called in this step ends now, by `outcome` (`done` where absent); `with` says what comes back,
    /// under the names here.
    #[serde(default)]
    pub ended: Option<String>,
    #[serde(default)]
    pub outcome: Option<String>,
    /// An outside system's signal, by its name under `on_event`; sent with its number `id`.
    #[serde(default)]
    pub signal: Option<String>,
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub expect: Option<Expect>,
}

/// One name, or several.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged)]
pub enum Names {
    One(String),
    Many(Vec<String>),
}

impl Names {
    /// All of them.
    pub fn all(&self) -> Vec<&str> {
        match self {
            Names::One(name) => vec![name.as_str()],
            Names::Many(names) => names.iter().map(String::as_str).collect(),
        }
    }

    fn into_list(self) -> Vec<String> {
        match self {
            Names::One(name) => vec![name],
            Names::Many(names) => names,
        }
    }
}

/// A list, or one name standing for a list of one.
fn several<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<String>, D::Error> {
    Names::deserialize(reader).map(Names::into_list)
}

fn several_each<'de, D: Deserializer<'de>>(reader: D) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let each = BTreeMap::<String, Names>::deserialize(reader)?;
    Ok(each.into_iter().map(|(people, names)| (people, names.into_list())).collect())
}

/// What must be seen.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    #[serde(default)]
    pub step: Option<String>,
    #[serde(default)]
    pub holder: Option<String>,
    #[serde(default)]
    pub deadline: Option<String>,
    /// The case's own deadline.
    #[serde(default)]
    pub case_deadline: Option<String>,
    #[serde(default)]
    pub outcome: Option<String>,
    /// All the papers that the case has, in any order.
    #[serde(default)]
    pub documents: Option<Vec<String>>,
    /// Whose limits hold for the case.
    #[serde(default)]
    pub variant: Option<String>,
    /// Everything that was told since the beginning; an empty list says that nothing was.
    #[serde(default)]
    pub notices: Option<Vec<ExpectedNotice>>,
    #[serde(default)]
    pub refused: Vec<ExpectedRefusal>,
}

/// Something somebody is told.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ExpectedNotice {
    pub time: String,
    /// `warn`, `breach`, `escalation`, `silence`, `lapse`, `apology`, `mark`.
    pub kind: String,
    #[serde(default)]
    pub percent: Option<u8>,
    #[serde(default)]
    pub to: Option<Names>,
    /// The silent body.
    #[serde(default)]
    pub of: Option<String>,
    #[serde(default)]
    pub legal: Option<String>,
}

/// An act that must not be possible.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ExpectedRefusal {
    #[serde(rename = "as")]
    pub who: String,
    #[serde(rename = "do")]
    pub act: String,
    /// The refusal's code.
    pub because: String,
    #[serde(default)]
    pub with: BTreeMap<String, Json>,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub to: Option<String>,
}
