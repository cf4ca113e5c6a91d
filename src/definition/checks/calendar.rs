//! T04: a limit in one kind of days against a law in the other; which is longer depends on the day of receipt, so every
//! day that the calendar knows is tried. Skipped where the file's calendar does not stand beside it.

use jiff::civil::Date;

use crate::calendar::calendar::{Calendar, Rule};
use crate::calendar::working_time::WorkingTime;
use crate::definition::checks::paths::compare;
use crate::definition::checks::t03_law::lengths;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Procedure;
use crate::definition::source::{Route, Source};

/// The case's limit against its law, on every day of receipt.
pub fn check(procedure: &Procedure, calendar: &Calendar, source: &Source) -> Vec<Diagnostic> {
    let case = &procedure.case;
    let Some(legal) = &case.legal else { return Vec::new() };
    let Some(says) = procedure.legal.get(legal).and_then(|legal| legal.limit.as_ref()) else { return Vec::new() };
    let mut found = Vec::new();
    for given in lengths(&case.within) {
        if compare(given, says).is_some() {
            continue;
        }
        let Some(worst) = worst(procedure, calendar, given, says) else { continue };
        let (day, room) = (worst.received.strftime("%d/%m/%Y").to_string(), worst.room);
        found.push(
            Diagnostic::error(
                "T04",
                source.span(&Route::of(["case", "within"])),
                format!("luật cho {}, nhưng hồ sơ nộp ngày {day} chỉ có {room} ngày làm việc", says.vi()),
                format!("the law gives {}, but a case received on {day} has only {room} working days", says.en()),
            )
            .label("có ngày nộp mà hạn này quá hạn của luật", "on some days of receipt this ends after the law's limit")
            .related(
                source.span(&Route::of(["legal", legal.as_str(), "limit"])),
                "ngày nghỉ, kỳ nghỉ nằm trong hạn này",
                "days off lie within this limit",
            )
            .help(
                format!("hạn từ {room} ngày làm việc trở xuống thì không bao giờ trái luật"),
                format!("a limit of {room} working days or less never breaks the law"),
            ),
        );
        break;
    }
    found
}

/// A case received as the day opens is received before every cut-off.
const DAY: Rule = Rule::Day { cut_off: None };

struct Worst {
    received: Date,
    /// Working days that the law leaves.
    room: i64,
}

/// The day of receipt on which the law leaves the fewest working days, of those on which the limit ends after the law's.
fn worst(procedure: &Procedure, calendar: &Calendar, given: &WorkingTime, says: &WorkingTime) -> Option<Worst> {
    let (first, last) = calendar.known();
    let first = procedure.effective.map_or(first, |effective| effective.max(first));
    let mut worst: Option<Worst> = None;
    for day in first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last).take(3_700) {
        if !calendar.is_working_day(day) {
            continue;
        }
        let from = calendar.next_working_instant(calendar.instant(day.at(0, 0, 0, 0)));
        let (ours, theirs) = (calendar.add(from, given, DAY), calendar.add(from, says, DAY));
        // What ends after the days that the calendar knows is not known to be late.
        if ours <= theirs || calendar.local(ours).date() > last {
            continue;
        }
        let room = calendar.working_days_between(from, theirs);
        if worst.as_ref().is_none_or(|worst| room < worst.room) {
            worst = Some(Worst { received: day, room });
        }
    }
    worst
}
