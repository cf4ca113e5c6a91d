//! V03: out of force before it comes into force.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::Route;

/// The last day of the text against its first.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let (Some(effective), Some(until)) = (look.procedure.effective, look.procedure.until) else { return Vec::new() };
    if effective <= until {
        return Vec::new();
    }
    vec![
        Diagnostic::error(
            "V03",
            look.source.span(&Route::of(["until"])),
            format!("hết hiệu lực {until}, trước ngày có hiệu lực {effective}: không ngày nào mở được hồ sơ"),
            format!("out of force on {until}, before it is in force on {effective}: no case can ever be opened"),
        )
        .related(look.source.span(&Route::of(["effective"])), "ngày có hiệu lực", "the first day in force")
        .help("lùi `until` tới sau `effective`, hoặc bỏ `until`", "move `until` behind `effective`, or remove it"),
    ]
}
