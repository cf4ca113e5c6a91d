//! What is given along with an act: known, of its kind, inside its bounds; and what is still missing, all at once.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::procedure::{Field, Needs, Party, Procedure, Reason};
use crate::definition::value::{Kind, Value};
use crate::ids::{DocumentId, FieldId, PersonId, UnitId};
use crate::machine::draft::Draft;
use crate::machine::refusal::Refusal;
use crate::machine::words;

/// The longest title and name of a paper, in characters.
const LINE: usize = 300;
/// The longest reason and comment, in characters.
const TEXT: usize = 10_000;

/// Refuses fields the procedure does not know, and values that are not of their kind or outside its bounds.
pub(super) fn check_fields(draft: &Draft<'_>, fields: &BTreeMap<FieldId, Value>) -> Result<(), Refusal> {
    let declared = &draft.procedure().fields;
    let unknown: Vec<FieldId> = fields.keys().filter(|field| !declared.contains_key(*field)).cloned().collect();
    if !unknown.is_empty() {
        return Err(words::unknown_fields(draft, unknown));
    }
    let wrong: Vec<(FieldId, Fault)> = fields
        .iter()
        .filter_map(|(id, value)| Some((id.clone(), fault_of(draft, declared.get(id)?, value)?)))
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(words::wrong_values(draft, wrong)) }
}

/// Refuses papers that the procedure does not know.
pub(super) fn check_documents(draft: &Draft<'_>, documents: &[DocumentId]) -> Result<(), Refusal> {
    let declared = &draft.procedure().documents;
    let unknown: Vec<DocumentId> = documents.iter().filter(|id| !declared.contains_key(*id)).cloned().collect();
    if unknown.is_empty() { Ok(()) } else { Err(words::unknown_documents(unknown)) }
}

/// Of some papers, those that the procedure keeps in digital form; each once.
pub(super) fn digitised<'d>(draft: &Draft<'_>, documents: impl IntoIterator<Item = &'d DocumentId>) -> Vec<DocumentId> {
    let declared = &draft.procedure().documents;
    let kept = documents.into_iter().filter(|id| declared.get(*id).is_some_and(|document| document.digitised));
    kept.cloned().collect::<BTreeSet<DocumentId>>().into_iter().collect()
}

/// What every case must have before an official lets it go on from any step; what is not complete is sent back or
/// refused. A paper that the staff make comes later.
pub(super) fn required(procedure: &Procedure) -> Needs {
    let fields = procedure.fields.iter().filter(|(_, field)| field.required).map(|(id, _)| id.clone());
    let papers = procedure.documents.iter().filter(|(_, paper)| paper.required && paper.from == Party::Applicant);
    Needs { fields: fields.collect(), documents: papers.map(|(id, _)| id.clone()).collect() }
}

/// What an act brings along.
pub(super) struct Brought<'a> {
    pub fields: &'a BTreeMap<FieldId, Value>,
    pub documents: &'a [DocumentId],
    pub reason: Option<&'a str>,
    /// A body's answer is its own: fields of the case do not count as given.
    pub own_fields_only: bool,
}

/// Refuses, with everything that is missing at once, an act that does not have what it needs.
pub(super) fn check_needs(
    draft: &Draft<'_>,
    needs: &[&Needs],
    reason: Reason,
    brought: &Brought<'_>,
) -> Result<(), Refusal> {
    let case = draft.case();
    let filled = |field: &FieldId| {
        let of_case = case.fields.get(field).filter(|_| !brought.own_fields_only);
        brought.fields.get(field).or(of_case).is_some_and(is_filled)
    };
    let present = |document: &DocumentId| brought.documents.contains(document) || case.documents.contains(document);
    let mut fields: Vec<FieldId> = Vec::new();
    let mut documents: Vec<DocumentId> = Vec::new();
    for need in needs {
        fields.extend(need.fields.iter().filter(|field| !filled(field)).cloned());
        documents.extend(need.documents.iter().filter(|document| !present(document)).cloned());
    }
    let mut seen = BTreeSet::new();
    fields.retain(|field| seen.insert(field.clone()));
    let mut seen = BTreeSet::new();
    documents.retain(|document| seen.insert(document.clone()));
    let no_reason = reason == Reason::Required && brought.reason.is_none_or(|text| text.trim().is_empty());
    if fields.is_empty() && documents.is_empty() && !no_reason {
        return check_text(brought.reason, "lý do", "the reason", TEXT, false);
    }
    Err(words::missing(draft, fields, documents, no_reason))
}

/// Refuses an empty or overlong reason.
pub(super) fn check_reason(draft: &Draft<'_>, reason: Option<&str>) -> Result<(), Refusal> {
    if reason.is_none_or(|reason| reason.trim().is_empty()) {
        return Err(words::missing(draft, Vec::new(), Vec::new(), true));
    }
    check_text(reason, "lý do", "the reason", TEXT, true)
}

/// Refuses an empty or overlong text of a comment.
pub(super) fn check_comment(text: &str) -> Result<(), Refusal> {
    check_text(Some(text), "ý kiến", "the comment", TEXT, true)
}

/// Refuses an empty or overlong line.
pub(super) fn check_line(text: &str, vi: &str, en: &str) -> Result<(), Refusal> {
    check_text(Some(text), vi, en, LINE, true)
}

/// What is wrong with a value.
pub(super) enum Fault {
    Kind(&'static str, Vec<String>),
    Below(String),
    Above(String),
    /// Not of the form that the field wants, which is this.
    Form(String),
    NoSuchPerson(String),
    NoSuchUnit(String),
}

pub(super) fn fault_of(draft: &Draft<'_>, field: &Field, value: &Value) -> Option<Fault> {
    let json = serde_json::to_value(value).unwrap_or(serde_json::Value::Null);
    let value = match Value::read(&field.kind, &json) {
        Ok(value) => value,
        Err(wrong) => return Some(Fault::Kind(wrong.wanted, wrong.choices)),
    };
    if let Some(number) = value.as_number() {
        if let Some(min) = field.min.filter(|min| number < *min) {
            return Some(Fault::Below(min.to_string()));
        }
        if let Some(max) = field.max.filter(|max| number > *max) {
            return Some(Fault::Above(max.to_string()));
        }
    }
    if let Some(pattern) = field.pattern.as_ref().filter(|pattern| !pattern.fits(value.as_text().unwrap_or_default())) {
        return Some(Fault::Form(pattern.text().to_owned()));
    }
    if value.as_text().is_some_and(|text| text.chars().any(is_no_letter)) {
        return Some(Fault::Kind(field.kind.word(), Vec::new()));
    }
    let directory = draft.directory();
    match (&field.kind, &value) {
        (Kind::Person, Value::Text(id)) if directory.person(&PersonId::from(id.as_str())).is_none() => {
            Some(Fault::NoSuchPerson(id.clone()))
        }
        (Kind::Unit, Value::Text(id)) if directory.unit(&UnitId::from(id.as_str())).is_none() => {
            Some(Fault::NoSuchUnit(id.clone()))
        }
        (Kind::Units, Value::List(ids)) => {
            let unknown = ids.iter().find(|id| directory.unit(&UnitId::from(id.as_str())).is_none());
            unknown.map(|id| Fault::NoSuchUnit(id.clone()))
        }
        _ => None,
    }
}

/// A text field with nothing but blanks in it is not filled.
fn is_filled(value: &Value) -> bool {
    value.as_text().is_none_or(|text| !text.trim().is_empty())
}

fn check_text(text: Option<&str>, vi: &str, en: &str, longest: usize, wanted: bool) -> Result<(), Refusal> {
    let Some(text) = text else { return Ok(()) };
    let length = text.chars().count();
    if (wanted && text.trim().is_empty()) || length > longest {
        return Err(words::bad_text(vi, en, length, longest));
    }
    match text.chars().find(|letter| is_no_letter(*letter)) {
        Some(letter) => Err(words::no_letter(vi, en, letter)),
        None => Ok(()),
    }
}

/// A control character other than a tab or the end of a line: nobody types one, a screen may obey it, and a database may
/// end the text there.
fn is_no_letter(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')
}
