//! N17: two steps with one number in the printed table, or a gap in the numbers; L04: two steps with one name.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::StepKind;
use crate::fold::fold;
use crate::ids::StepId;

/// `Bước 2.1. Thẩm định` has the number 2.1 and the name `Thẩm định`.
pub fn numbered(label: &str) -> (Option<Vec<u32>>, &str) {
    let Some(rest) = label.strip_prefix("Bước ").or_else(|| label.strip_prefix("bước ")) else {
        return (None, without_mark(label));
    };
    let length = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
    let parts: Option<Vec<u32>> =
        rest[..length].trim_end_matches('.').split('.').map(|part| part.parse().ok()).collect();
    match parts {
        Some(number) => (Some(number), rest[length..].trim_start_matches([':', '.', ')', '-', ' '])),
        None => (None, label),
    }
}

/// `B3/B14. Thẩm định` without its mark.
fn without_mark(label: &str) -> &str {
    let marked = label.split_once(". ").filter(|(mark, _)| {
        mark.len() <= 8
            && mark.chars().any(|c| c.is_ascii_digit())
            && mark.chars().all(|c| c.is_ascii_alphanumeric() || c == '/')
    });
    marked.map_or(label, |(_, name)| name)
}

/// The labels of the steps against each other.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut numbers: BTreeMap<Vec<u32>, &StepId> = BTreeMap::new();
    let mut names: BTreeMap<String, &StepId> = BTreeMap::new();
    for step in look.sound_steps().filter(|step| !matches!(step.kind, StepKind::End(_))) {
        let span = || look.source.span(&look.route(&step.id).key("vi"));
        let (number, name) = numbered(&step.title.vi);
        if let Some(number) = number {
            if let Some(first) = numbers.get(&number) {
                let printed = number.iter().map(ToString::to_string).collect::<Vec<_>>().join(".");
                found.push(
                    Diagnostic::error(
                        "N17",
                        span(),
                        format!("hai bước cùng số {printed}: `{first}` và `{}`", step.id),
                        format!("two steps have the number {printed}: `{first}` and `{}`", step.id),
                    )
                    .related(
                        look.source.span(&look.route(first).key("vi")),
                        "số này đã dùng ở đây",
                        "the number is used here already",
                    )
                    .help("đánh lại số", "number them anew"),
                );
                continue;
            }
            numbers.insert(number, &step.id);
        } else if let Some(first) = names.get(&fold(name)).filter(|_| !name.is_empty()) {
            found.push(
                Diagnostic::error(
                    "L04",
                    span(),
                    format!("hai bước cùng tên: `{first}` và `{}`", step.id),
                    format!("two steps have one name: `{first}` and `{}`", step.id),
                )
                .warning()
                .related(
                    look.source.span(&look.route(first).key("vi")),
                    "bước này cũng tên như vậy",
                    "this step has it too",
                )
                .help("đặt tên sao cho đọc là biết bước nào", "name them so that one can be told from the other"),
            );
        } else {
            names.insert(fold(name), &step.id);
        }
    }
    if look.whole() {
        found.extend(gap(look, &numbers));
    }
    found
}

/// A number left out between the least and the greatest.
fn gap(look: &Look<'_>, numbers: &BTreeMap<Vec<u32>, &StepId>) -> Option<Diagnostic> {
    let firsts: BTreeSet<u32> = numbers.keys().filter_map(|number| number.first().copied()).collect();
    let after = firsts
        .iter()
        .copied()
        .find(|number| firsts.last().is_some_and(|last| number < last) && !firsts.contains(&(number + 1)))?;
    let (_, step) = numbers.iter().find(|(number, _)| number.first().is_some_and(|first| *first > after))?;
    let missing = after + 1;
    Some(
        Diagnostic::error(
            "N17",
            look.source.span(&look.route(step).key("vi")),
            format!("thiếu Bước {missing}: số các bước nhảy cách"),
            format!("there is no step {missing}: the numbers jump"),
        )
        .warning()
        .help("đánh lại số, hoặc thêm bước còn thiếu", "number them anew, or add the step that is missing"),
    )
}
