//! T24: a limit longer than what encloses it: a step in its group, a group in the case.

use std::cmp::Ordering;

use crate::calendar::working_time::WorkingTime;
use crate::definition::checks::Look;
use crate::definition::checks::case_types::CaseType;
use crate::definition::checks::paths::{compare, length, limit_of};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::{Route, Span};

/// Limits by case type are looked at for the rest of the cases; each type's sums are T01's and T23's.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let rest = CaseType::new();
    let case = length(&look.procedure.case.within, &rest);
    for (id, group) in &look.procedure.groups {
        let Some(whole) = group.within.as_ref().and_then(|limit| length(limit, &rest)) else { continue };
        let place = look.source.span(&Route::of(["groups", id.as_str(), "within"]));
        if let Some(case) = case.filter(|case| compare(whole, case) == Some(Ordering::Greater)) {
            let around = look.source.span(&Route::of(["case", "within"]));
            found.push(longer((&format!("nhóm `{id}`"), &format!("group `{id}`")), whole, place, case, around));
        }
        for step in &group.steps {
            let Some(own) = limit_of(look.procedure, step).and_then(|limit| length(limit, &rest)) else { continue };
            if compare(own, whole) == Some(Ordering::Greater) {
                let inner = look.source.span(&look.route(step).key("within"));
                found.push(longer((&format!("bước `{step}`"), &format!("step `{step}`")), own, inner, whole, place));
            }
        }
    }
    found
}

fn longer(what: (&str, &str), own: &WorkingTime, inner: Span, whole: &WorkingTime, outer: Span) -> Diagnostic {
    Diagnostic::error(
        "T24",
        inner,
        format!("{} được {}, dài hơn cả phần chứa nó ({})", what.0, own.vi(), whole.vi()),
        format!("{} has {}, longer than what encloses it ({})", what.1, own.en(), whole.en()),
    )
    .related(outer, "hạn của cả phần", "the limit of the whole")
    .help("sửa một trong hai thời hạn", "mend one of the two limits")
}
