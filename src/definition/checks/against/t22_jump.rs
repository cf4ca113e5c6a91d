//! T22: a limit that became shorter or longer by more than half.

use std::collections::BTreeMap;

use crate::calendar::working_time::{Length, WorkingTime};
use crate::definition::checks::against::Against;
use crate::definition::checks::paths::FULL_DAY_MINUTES;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::diff::{facts, renames};
use crate::definition::source::Route;

/// Limits at the same place in both texts, far apart.
pub fn check(look: &Against<'_>) -> Vec<Diagnostic> {
    let before = facts(look.old, &renames(look.old, look.new));
    let after = facts(look.new, &BTreeMap::new());
    let mut found = Vec::new();
    for (place, fact) in after.iter().filter(|(_, fact)| fact.of == "limit") {
        let Some((old, new)) = before.get(place).and_then(|old| Some((old.length.as_ref()?, fact.length.as_ref()?)))
        else {
            continue;
        };
        let Some((was, is)) = amounts(old, new) else { continue };
        // By more than half: below a half, or above one and a half.
        if is * 2 >= was && is * 2 <= was * 3 {
            continue;
        }
        let percent = was.abs_diff(is) * 100 / was.max(1);
        let (vi, en) = if is < was { ("rút ngắn", "shortened") } else { ("kéo dài", "lengthened") };
        found.push(
            Diagnostic::error(
                "T22",
                look.source.span(&Route::of(place.split('/'))),
                format!("thời hạn {vi} {percent}% so với bản trước: từ {} thành {}", old.vi(), new.vi()),
                format!("limit {en} by {percent} % against the version before: from {} to {}", old.en(), new.en()),
            )
            .warning()
            .help(
                "nếu cố ý, ghi lý do vào `changes`; nếu không, sửa lại",
                "if it is meant, say why in `changes`; if not, mend it",
            ),
        );
    }
    found
}

/// Both lengths in one unit, where they have one.
fn amounts(old: &WorkingTime, new: &WorkingTime) -> Option<(u64, u64)> {
    let minutes = |length: &WorkingTime| length.working_minutes(FULL_DAY_MINUTES).map(u64::from);
    if let (Some(old), Some(new)) = (minutes(old), minutes(new)) {
        return Some((old, new));
    }
    match (old.parts(), new.parts()) {
        ([Length::CalendarDays(old)], [Length::CalendarDays(new)])
        | ([Length::ClockMinutes(old)], [Length::ClockMinutes(new)])
        | ([Length::Months(old)], [Length::Months(new)]) => Some((u64::from(*old), u64::from(*new))),
        _ => None,
    }
}
