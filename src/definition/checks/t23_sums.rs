//! T23: limits that do not add up to the total a published table prints, or to a group's subtotal.
//!
//! Of 83 published step tables that print a total, 5 do not add up; the two of Decision 2776/QĐ-UBND (Đồng Nai,
//! 18/11/2025) are this check's positive cases.

use std::cmp::Ordering;

use crate::definition::checks::Look;
use crate::definition::checks::case_types::{CaseType, words};
use crate::definition::checks::paths::{compare, length, parts, total};
use crate::definition::checks::sums::Sum;
use crate::definition::checks::t01_path::{addition, addition_en, with_longest};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::Route;

/// Only where the file says `sums: exact`.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() || !look.procedure.case.sums_exact {
        return Vec::new();
    }
    let Some(sums) = look.sums() else { return Vec::new() };
    let mut found = Vec::new();
    let mut types: Vec<&CaseType> = Vec::new();
    for sum in sums {
        if !types.contains(&&sum.case_type) {
            types.push(&sum.case_type);
        }
    }
    for case_type in types {
        let of_type = sums.iter().filter(|sum| sum.case_type == *case_type);
        if let Some(longest) = of_type.reduce(longer) {
            found.extend(against_total(look, longest));
            found.extend(against_groups(look, longest));
        }
    }
    found.dedup_by(|a, b| a.message == b.message);
    found
}

fn longer<'a>(a: &'a Sum, b: &'a Sum) -> &'a Sum {
    match (&a.total, &b.total) {
        (Some(x), Some(y)) if compare(y, x) == Some(Ordering::Greater) => b,
        (None, Some(_)) => b,
        _ => a,
    }
}

fn against_total(look: &Look<'_>, sum: &Sum) -> Option<Diagnostic> {
    let printed = length(&look.procedure.case.within, &sum.case_type)?;
    let added = sum.total.as_ref()?;
    if compare(added, printed) == Some(Ordering::Equal) {
        return None;
    }
    let kind = words(&sum.case_type).map_or_else(String::new, |text| format!(" (khi {text})"));
    let kind_en = words(&sum.case_type).map_or_else(String::new, |text| format!(" (when {text})"));
    let diagnostic = Diagnostic::error(
        "T23",
        look.source.span(&Route::of(["case", "within"])),
        format!("văn bản ghi {}, cộng thời hạn các bước là {}{kind}", printed.vi(), added.vi()),
        format!("the text says {}, the steps' limits add up to {}{kind_en}", printed.en(), added.en()),
    )
    .label("tổng ghi trong văn bản", "the printed total");
    Some(with_longest(look, sum, diagnostic).note(addition(sum), addition_en(sum)).help(
        "sửa tổng hoặc sửa thời hạn một bước; văn bản đã phê duyệt thì khai `known_defect`",
        "mend the total or a step's limit; for a text approved as it is declare a `known_defect`",
    ))
}

fn against_groups(look: &Look<'_>, sum: &Sum) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (id, group) in &look.procedure.groups {
        let Some(printed) = group.within.as_ref().and_then(|limit| length(limit, &sum.case_type)) else { continue };
        let steps: Vec<_> = sum.steps.iter().filter(|step| group.steps.contains(step)).cloned().collect();
        if steps.len() < group.steps.len() {
            // The path passes only a part of the group: its subtotal is not due on this path.
            continue;
        }
        let parts = parts(look.procedure, &steps, &sum.case_type, Some(id));
        let Some(added) = total(&parts) else { continue };
        if compare(&added, printed) == Some(Ordering::Equal) {
            continue;
        }
        let names =
            parts.iter().map(|(name, length)| format!("{name} {}", length.vi())).collect::<Vec<_>>().join(" + ");
        let names_en =
            parts.iter().map(|(name, length)| format!("{name} {}", length.en())).collect::<Vec<_>>().join(" + ");
        let span = look.source.span(&Route::of(["groups", id.as_str(), "within"]));
        found.push(
            Diagnostic::error(
                "T23",
                span,
                format!("nhóm `{id}` ghi {}, cộng thời hạn các bước là {}", printed.vi(), added.vi()),
                format!("group `{id}` says {}, its steps' limits add up to {}", printed.en(), added.en()),
            )
            .note(names, names_en)
            .help("sửa tổng của nhóm hoặc thời hạn một bước", "mend the group's total or a step's limit"),
        );
    }
    found
}
