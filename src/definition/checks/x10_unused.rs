//! X10: a procedure in force by which no case has been opened for a year. When it was put in force and when the last
//! case came is told from above this floor.

use crate::definition::diagnostic::{Diagnostic, Level};
use crate::definition::procedure::Procedure;
use crate::definition::source::{Route, Source};
use crate::ids::Ts;

/// A year.
pub const YEAR: i64 = 365 * 24 * 60;

/// The finding, where it has been in force for a year and nobody came.
pub fn check(
    procedure: &Procedure,
    source: &Source,
    in_force_since: Ts,
    last_opened: Option<Ts>,
    now: Ts,
) -> Option<Diagnostic> {
    let year_ago = now.plus_minutes(-YEAR);
    if in_force_since > year_ago || last_opened.is_some_and(|last| last > year_ago) {
        return None;
    }
    let (vi, en) = match last_opened {
        Some(last) => {
            let day = jiff::tz::TimeZone::fixed(jiff::tz::offset(7)).to_datetime(last.timestamp()).date();
            let (vi, en) = (day.strftime("%d/%m/%Y").to_string(), day.to_string());
            (format!("hồ sơ cuối cùng mở ngày {vi}"), format!("the last case was opened on {en}"))
        }
        None => {
            ("từ khi có hiệu lực chưa có hồ sơ nào".to_owned(), "since it is in force no case was opened".to_owned())
        }
    };
    let mut found = Diagnostic::error(
        "X10",
        source.span(&Route::of(["id"])),
        format!("một năm qua không có hồ sơ nào theo quy trình `{}`", procedure.id),
        format!("no case was opened by `{}` for a year", procedure.id),
    )
    .note(vi, en)
    .help(
        "còn cần thì giữ; nếu đã có quy trình khác thay hoặc thủ tục đã bãi bỏ thì đặt ngày hết hiệu lực (`until`)",
        "keep it where it is still needed; if another replaced it or the task is gone, give it an end (`until`)",
    );
    found.level = Level::Note;
    Some(found)
}
