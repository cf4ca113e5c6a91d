//! V03: in force before the version before it, or on a day that is past.

use crate::definition::checks::against::Against;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::Route;

/// Dates that overlap, or that nobody could have known in time.
pub fn check(look: &Against<'_>) -> Vec<Diagnostic> {
    let Some(effective) = look.new.effective.filter(|_| look.new.version > look.old.version) else { return Vec::new() };
    let say = |vi: String, en: String| {
        vec![
            Diagnostic::error("V03", look.source.span(&Route::of(["effective"])), vi, en)
                .help("lùi `effective` tới một ngày sau", "move `effective` to a later day"),
        ]
    };
    match (look.old.effective, look.old.until) {
        (Some(before), _) if effective <= before => say(
            format!("bản {} có hiệu lực {effective}, không sau bản {} ({before})", look.new.version, look.old.version),
            format!(
                "version {} is in force on {effective}, not after version {} ({before})",
                look.new.version, look.old.version
            ),
        ),
        (_, Some(until)) if effective <= until => say(
            format!(
                "bản {} có hiệu lực {effective} trong khi bản {} còn đến {until}",
                look.new.version, look.old.version
            ),
            format!(
                "version {} is in force on {effective} while version {} runs until {until}",
                look.new.version, look.old.version
            ),
        ),
        _ if effective < look.today => say(
            format!("ngày có hiệu lực {effective} đã qua"),
            format!("the day it comes into force, {effective}, is past"),
        ),
        _ => Vec::new(),
    }
}
