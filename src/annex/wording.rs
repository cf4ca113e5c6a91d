//! Words shared by the parts of an annex: steps, conditions, limits and papers as a reader says them.

use crate::definition::diagnostic::Lang;
use crate::definition::diagram::{condition, words};
use crate::definition::procedure::{Limit, Procedure, Step, StepKind};
use crate::ids::{DocumentId, LegalId, StepId};

pub fn pick(lang: Lang, vi: &str, en: &str) -> String {
    if lang == Lang::Vi { vi.to_owned() } else { en.to_owned() }
}

/// The number and the words of a step's title: `Bước 2.1. Chuyển hồ sơ` is `2.1` and `Chuyển hồ sơ`.
pub fn numbered(title: &str) -> Option<(&str, &str)> {
    let rest = ["Bước ", "Step "].iter().find_map(|word| title.strip_prefix(word))?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
    let number = rest.get(..end)?.trim_end_matches('.');
    let words = rest.get(end..)?.trim_start_matches([':', '.', ' ']);
    (number.starts_with(|letter: char| letter.is_ascii_digit()) && !words.is_empty()).then_some((number, words))
}

/// The number a step bears in the table: its own, or its place among the steps.
pub fn number(procedure: &Procedure, step: &StepId, lang: Lang) -> Option<String> {
    let title = |step: &Step| words::label(&step.title, lang).to_owned();
    let own = procedure.steps.values().any(|step| numbered(&title(step)).is_some());
    if own {
        return procedure.step(step).and_then(|step| numbered(&title(step)).map(|(number, _)| number.to_owned()));
    }
    let mut at = 0;
    for other in procedure.steps.values().filter(|other| !matches!(other.kind, StepKind::End(_))) {
        at += 1;
        if other.id == *step {
            return Some(at.to_string());
        }
    }
    None
}

/// A step as another line speaks of it: `bước 4`, or its title.
pub fn step(procedure: &Procedure, id: &StepId, lang: Lang) -> String {
    match number(procedure, id, lang) {
        Some(number) => format!("{} {number}", pick(lang, "bước", "step")),
        None => format!("«{}»", procedure.step(id).map_or(id.as_str(), |step| words::label(&step.title, lang))),
    }
}

/// A paper's title, with its form where it has one.
pub fn document(procedure: &Procedure, id: &DocumentId, lang: Lang) -> String {
    match procedure.documents.get(id) {
        Some(document) => words::label(&document.title, lang).to_owned(),
        None => form(id.as_str(), lang),
    }
}

/// `mau-01` as one reads it.
pub fn form(id: &str, lang: Lang) -> String {
    id.strip_prefix("mau-").map_or_else(
        || id.to_owned(),
        |number| {
            let number = number.to_uppercase();
            pick(lang, &format!("Mẫu số {number}"), &format!("Form {number}"))
        },
    )
}

/// A basis by its number in the list of them, `[2]`.
pub fn legal(procedure: &Procedure, id: &LegalId) -> String {
    procedure.legal.get_index_of(id).map_or_else(|| id.to_string(), |at| format!("[{}]", at + 1))
}

/// A limit with its conditions.
pub fn limit(procedure: &Procedure, limit: &Limit, lang: Lang) -> Vec<String> {
    let Limit::Choose(choices) = limit else { return vec![words::length(procedure, limit, lang)] };
    let line = |when: Option<&str>, then: &Limit| {
        let length = words::length(procedure, then, lang);
        match when {
            Some(text) => format!("{length} {} {}", pick(lang, "khi", "when"), condition(procedure, text, lang)),
            None => format!("{length} {}", pick(lang, "cho trường hợp còn lại", "otherwise")),
        }
    };
    choices.iter().map(|choice| line(choice.when.as_ref().map(|guard| guard.text()), &choice.then)).collect()
}
