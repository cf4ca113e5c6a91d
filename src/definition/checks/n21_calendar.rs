//! N21: a calendar that is not among those beside the file. Skipped where no calendar stands there at all.

use crate::definition::checks::route;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Procedure;
use crate::definition::source::{Route, Source, Span};
use crate::fold::near;
use crate::ids::{CalendarId, StepId};

/// The procedure's own calendar, and those of its steps.
pub fn check(procedure: &Procedure, known: &[CalendarId], source: &Source) -> Vec<Diagnostic> {
    if known.is_empty() {
        return Vec::new();
    }
    let missing = procedure.calendars().filter(|(_, calendar)| !known.contains(calendar));
    missing.map(|(step, calendar)| told(procedure, step, calendar, known, source)).collect()
}

fn told(
    procedure: &Procedure,
    step: Option<&StepId>,
    calendar: &CalendarId,
    known: &[CalendarId],
    source: &Source,
) -> Diagnostic {
    let route = place(procedure, step);
    let written = source.node(&route).map(|node| node.span);
    let list = known.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let found = Diagnostic::error(
        "N21",
        written.unwrap_or_else(|| top(source)),
        format!("không có lịch làm việc `{calendar}`"),
        format!("there is no calendar `{calendar}`"),
    );
    let found = match written {
        Some(_) => found,
        None => found.note(
            "tệp không ghi `calendar:` nên tính theo `hanoi`",
            "the file names no `calendar:`, so that it counts by `hanoi`",
        ),
    };
    let names: Vec<&str> = known.iter().map(CalendarId::as_str).collect();
    match (near(calendar.as_str(), names).as_slice(), written) {
        ([one], Some(span)) => {
            found.help(format!("có phải là `{one}`?"), format!("did you mean `{one}`?")).fix(span, *one)
        }
        _ => found.help(
            format!("chọn một trong: {list}; hoặc thêm tệp lịch vào `calendars/`"),
            format!("choose one of: {list}; or add the calendar's file to `calendars/`"),
        ),
    }
}

/// Where a calendar is named.
fn place(procedure: &Procedure, step: Option<&StepId>) -> Route {
    step.map_or_else(Route::default, |step| route(procedure, step)).key("calendar")
}

fn top(source: &Source) -> Span {
    source.key_span(&Route::of(["id"]))
}
