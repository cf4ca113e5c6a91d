//! Words shared by the parts of an annex: steps, conditions, limits and papers as a reader says them.

use crate::definition::diagnostic::Lang;
use crate::definition::diagram::{condition, words};
use crate::definition::procedure::{Limit, Procedure, Step, StepKind, Variant};
use crate::ids::{DocumentId, LegalId, StepId, VariantId};

pub fn pick(lang: Lang, vi: &str, en: &str) -> String {
    if lang == Lang::Vi { vi.to_owned() } else { en.to_owned() }
}

/// The number and the words of a step's title: `Bước 2.1. Chuyển hồ sơ` is `2.1` and `Chuyển hồ sơ`, `B3/B14. Thẩm định`
/// is `B3/B14` and `Thẩm định`.
pub fn numbered(title: &str) -> Option<(&str, &str)> {
    let Some(rest) = ["Bước ", "Step "].iter().find_map(|word| title.strip_prefix(word)) else {
        return title.split_once(". ").filter(|(code, words)| coded(code) && !words.is_empty());
    };
    let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
    let number = rest.get(..end)?.trim_end_matches('.');
    let words = rest.get(end..)?.trim_start_matches([':', '.', ' ']);
    (number.starts_with(|letter: char| letter.is_ascii_digit()) && !words.is_empty()).then_some((number, words))
}

/// Whether it is a number of the kind `B1`, `B2a`, or several of them with strokes between.
fn coded(code: &str) -> bool {
    code.split('/').all(|one| {
        let digits = one.strip_prefix(|letter: char| letter.is_ascii_uppercase()).unwrap_or_default();
        let rest = digits.trim_start_matches(|letter: char| letter.is_ascii_digit());
        rest.len() < digits.len() && rest.len() < 2 && rest.chars().all(|letter| letter.is_ascii_lowercase())
    })
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
    // Published texts give a number twice now and then; then it names neither.
    let title = |step: &Step| words::label(&step.title, lang).to_owned();
    let bears = |step: &Step, given: &str| numbered(&title(step)).is_some_and(|(number, _)| number == given);
    let alone = |given: &String| procedure.steps.values().filter(|step| bears(step, given)).nth(1).is_none();
    match number(procedure, id, lang).filter(alone) {
        Some(number) => format!("{}\u{a0}{number}", pick(lang, "bước", "step")),
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
            pick(lang, &format!("Mẫu số\u{a0}{number}"), &format!("Form\u{a0}{number}"))
        },
    )
}

/// A basis by its number in the list of them, `[2]`.
pub fn legal(procedure: &Procedure, id: &LegalId) -> String {
    procedure.legal.get_index_of(id).map_or_else(|| id.to_string(), |at| format!("[{}]", at + 1))
}

/// The limit of a step or of the whole, with those that variants have instead, each after its variant's name.
pub fn limits<'a>(
    procedure: &Procedure,
    own: &Limit,
    others: impl Iterator<Item = (&'a VariantId, &'a Variant, &'a Limit)>,
    lang: Lang,
) -> Vec<String> {
    let mut lines = limit(procedure, own, lang);
    for (id, variant, other) in others {
        let told = limit(procedure, other, lang).join("; ");
        lines.push(format!("{}: {told}", words::variant(id, variant, lang)));
    }
    lines
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
