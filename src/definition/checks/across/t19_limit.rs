//! T19: the called procedure has more time than the step that waits for it.

use std::cmp::Ordering;

use crate::calendar::working_time::WorkingTime;
use crate::definition::checks::across::calls::{Callee, Calls, Place};
use crate::definition::checks::case_types::CaseType;
use crate::definition::checks::paths::{compare, length};
use crate::definition::checks::sums::sums;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::graph::Graph;
use crate::definition::procedure::Procedure;

/// Steps shorter than what they wait for: by the called case's own limit, else by its longest straight path.
pub fn check(calls: &Calls<'_>) -> Vec<(usize, Diagnostic)> {
    calls.pairs().iter().filter_map(|(place, callee)| Some((place.file, longer(place, callee)?))).collect()
}

fn longer(place: &Place<'_>, callee: &Callee<'_>) -> Option<Diagnostic> {
    let own = length(&place.call.within, &CaseType::new())?;
    let beyond = |limit: &WorkingTime| compare(limit, own) == Some(Ordering::Greater);
    let theirs = callee.procedure;
    let by_limit = length(&theirs.case.within, &CaseType::new()).filter(|limit| beyond(limit)).cloned();
    let (vi, en, theirs_long) = match by_limit {
        Some(limit) => ("hạn của cả hồ sơ con", "the limit of the called case", limit),
        None => ("đường dài nhất của quy trình con", "its longest path", longest(theirs).filter(beyond)?),
    };
    let (step, id) = (place.step, &theirs.id);
    let found = Diagnostic::error(
        "T19",
        place.within(),
        format!("bước `{step}` có {}, nhưng `{id}` cần tới {}", own.vi(), theirs_long.vi()),
        format!("step `{step}` has {}, but `{id}` may take {}", own.en(), theirs_long.en()),
    )
    .warning()
    .help(
        format!("cho bước này ít nhất {}, hoặc rút ngắn quy trình con", theirs_long.vi()),
        format!("give this step at least {}, or shorten the called procedure", theirs_long.en()),
    );
    Some(callee.shown(found, &["case", "within"], vi, en))
}

fn longest(procedure: &Procedure) -> Option<WorkingTime> {
    let all = sums(procedure, &Graph::of(procedure))?.into_iter().filter_map(|sum| sum.total);
    all.reduce(|a, b| if compare(&b, &a) == Some(Ordering::Greater) { b } else { a })
}
