//! `policy/v1`: what the inspectorate requires of every file of a unit. It outranks procedures: no `allow` of a file
//! lowers what stands here. Reading is here; holding files against it is `checks/x11_policy`.

use crate::definition::diagnostic::{Diagnostic, Level, sort};
use crate::definition::procedure::Title;
use crate::definition::reader::Reader;
use crate::definition::source::{Node, Source};
use crate::ids::{UnitId, Verb};

/// What one policy file requires. What it does not speak of, it does not require.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub id: String,
    pub title: Title,
    /// The unit whose files it binds, with everything under it; every file where absent.
    pub area: Option<UnitId>,
    pub limits: Option<Limits>,
    /// Acts that want a reason.
    pub reasons: Vec<Verb>,
    /// How often one way back may be taken.
    pub returns: Option<u32>,
    /// How many days of the calendar a case may stand, all its pauses together.
    pub paused_days: Option<u32>,
    /// How deep blocks may lie in blocks.
    pub nesting: Option<u32>,
    /// Acts that must be done by different persons.
    pub separate: Vec<(Verb, Verb)>,
    /// How many reminders a person may get in a week.
    pub reminders: Option<u32>,
    /// Words that no step's label may have.
    pub words: Vec<String>,
    /// The least level of a check.
    pub levels: Vec<(String, Level)>,
}

/// How strict limits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// Every step has one.
    EveryStep,
    /// A step without one says why.
    OrReason,
}

const TOP: &[&str] = &[
    "format",
    "id",
    "vi",
    "en",
    "area",
    "decision",
    "limits",
    "reasons",
    "returns",
    "paused_days",
    "nesting",
    "reminders",
    "separate",
    "words",
    "levels",
];

/// Reads a policy; the error is everything that is wrong with it.
pub fn read(source: &Source) -> Result<Policy, Vec<Diagnostic>> {
    let mut found = crate::definition::checks::text::check(source);
    let mut reader = Reader::default();
    let policy = source.root().and_then(|root| policy(&mut reader, root));
    found.append(&mut reader.diagnostics);
    sort(&mut found);
    match policy {
        Some(policy) if found.iter().all(|told| told.level != Level::Error) => Ok(policy),
        _ if found.is_empty() => Err(vec![Diagnostic::error(
            "Y01",
            crate::definition::source::Span::default(),
            "tệp này không có quy định nào",
            "there is no policy in this file",
        )]),
        _ => Err(found),
    }
}

fn policy(reader: &mut Reader, root: &Node) -> Option<Policy> {
    if !reader.keys(root, "policy", TOP) {
        return None;
    }
    if let Some(format) = root.get("format") {
        reader.word(format, "format", &["policy/v1"]);
    }
    let number = |reader: &mut Reader, key: &str| root.get(key).and_then(|node| reader.number(node, key));
    let id = match root.get("id") {
        Some(node) => reader.text(node, "id"),
        None => {
            reader.say(crate::definition::checks::factory::missing_key(root.span, "policy", "id"));
            None
        }
    };
    if let Some(node) = root.get("decision") {
        reader.decision(node);
    }
    let limits = root.get("limits").and_then(|node| reader.word(node, "limits", &["every_step", "or_reason"]));
    Some(Policy {
        title: reader.title(root, "policy", root.span),
        area: root.get("area").and_then(|node| reader.text(node, "area")).map(UnitId::from),
        limits: limits.map(|word| if word == "every_step" { Limits::EveryStep } else { Limits::OrReason }),
        reasons: texts(reader, root, "reasons").into_iter().map(Verb::from).collect(),
        returns: number(reader, "returns"),
        paused_days: number(reader, "paused_days"),
        nesting: number(reader, "nesting"),
        reminders: number(reader, "reminders"),
        separate: root.get("separate").map(|node| pairs(reader, node)).unwrap_or_default(),
        words: texts(reader, root, "words"),
        levels: root.get("levels").map(|node| levels(reader, node)).unwrap_or_default(),
        id: id?,
    })
}

fn texts(reader: &mut Reader, root: &Node, key: &str) -> Vec<String> {
    let Some(node) = root.get(key) else { return Vec::new() };
    reader.list(node).into_iter().filter_map(|item| reader.text(item, key)).collect()
}

fn pairs(reader: &mut Reader, node: &Node) -> Vec<(Verb, Verb)> {
    let mut pairs = Vec::new();
    for item in node.items() {
        match item.items() {
            [first, second] => {
                if let (Some(first), Some(second)) = (reader.text(first, "separate"), reader.text(second, "separate")) {
                    pairs.push((first.into(), second.into()));
                }
            }
            _ => reader.say(wrong_pair(item)),
        }
    }
    if node.items().is_empty() {
        reader.say(wrong_pair(node));
    }
    pairs
}

fn wrong_pair(node: &Node) -> Diagnostic {
    crate::definition::checks::factory::wrong_shape(
        node.span,
        "`separate` là danh sách các cặp hành động, ví dụ `[[submit, approve]]`".to_owned(),
        "`separate` is a list of pairs of acts, as `[[submit, approve]]`".to_owned(),
    )
}

fn levels(reader: &mut Reader, node: &Node) -> Vec<(String, Level)> {
    let mut levels = Vec::new();
    let codes: Vec<&str> = crate::definition::checks::reference::PAGES.iter().map(|page| page.code).collect();
    if !reader.keys(node, "levels", &codes) {
        return levels;
    }
    for (code, value) in node.entries() {
        if let Some(word) = reader.word(value, &code.text, &["error", "warning"]) {
            levels.push((code.text.clone(), if word == "error" { Level::Error } else { Level::Warning }));
        }
    }
    levels
}
