//! Limits that the case's own data or the year fix when a step is entered: windows, and lengths that somebody decided.

use std::cmp::Ordering;

use jiff::civil::{Date, Time};

use crate::calendar::calendar::Calendar;
use crate::calendar::working_time::WorkingTime;
use crate::definition::window::{Day, Window};
use crate::ids::{FieldId, Ts};
use crate::machine::command::Actor;
use crate::machine::draft::Draft;
use crate::machine::refusal::Refusal;
use crate::machine::{clocks, words};

/// When a window opens, or now if that is later, and when it closes. As with a date field, time goes on where nobody can
/// be asked for its dates: it is nothing then.
pub(super) fn window(draft: &Draft<'_>, calendar: &Calendar, window: &Window) -> Result<Option<(Ts, Ts)>, Refusal> {
    match days(draft, calendar, window) {
        Ok((first, last)) => {
            let opens = calendar.next_working_instant(calendar.instant(first.to_datetime(Time::midnight())));
            Ok(Some((opens.max(draft.at), clocks::end_of(calendar, last))))
        }
        Err(_) if *draft.actor == Actor::System => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

fn days(draft: &Draft<'_>, calendar: &Calendar, window: &Window) -> Result<(Date, Date), Refusal> {
    let mut missing = Vec::new();
    let mut date = |day: &Day| match day {
        Day::OfYear { .. } => None,
        Day::Field(field) => {
            let date = clocks::date_in(draft, field).ok();
            missing.extend(date.is_none().then(|| field.clone()));
            date
        }
    };
    let (from, until) = (date(&window.from), date(&window.until));
    if !missing.is_empty() {
        return Err(words::missing(draft, missing, Vec::new(), false));
    }
    let today = calendar.local(draft.at).date();
    let over = |last: Date| clocks::end_of(calendar, last) <= draft.at;
    let (first, last) = window
        .days(from, until, today, over)
        .ok_or_else(|| words::broken(format!("the limit `{window}` names no days")))?;
    match (&window.from, &window.until) {
        (Day::Field(from), Day::Field(until)) if last < first => Err(words::window_backwards(draft, from, until)),
        _ => Ok((first, last)),
    }
}

/// The length that a field says. Where nobody can be asked for a better one, the most it may be counts.
pub(super) fn decided(draft: &Draft<'_>, field: &FieldId, at_most: &WorkingTime) -> Result<WorkingTime, Refusal> {
    match said(draft, field, at_most) {
        Err(_) if *draft.actor == Actor::System => Ok(at_most.clone()),
        said => said,
    }
}

fn said(draft: &Draft<'_>, field: &FieldId, at_most: &WorkingTime) -> Result<WorkingTime, Refusal> {
    let Some(number) = draft.case().fields.get(field).and_then(|value| value.as_number()) else {
        return Err(words::missing(draft, vec![field.clone()], Vec::new(), false));
    };
    let unit = at_most.parts().first().map_or("working days", |part| part.unit());
    let length = WorkingTime::parse(&format!("{number} {unit}")).ok();
    // Both are in one unit, so that the minutes of a full day do not matter.
    let fits = |length: &WorkingTime| matches!(length.compare(at_most, 480), Some(Ordering::Less | Ordering::Equal));
    length.filter(fits).ok_or_else(|| words::wrong_length(draft, field, &number, at_most))
}
