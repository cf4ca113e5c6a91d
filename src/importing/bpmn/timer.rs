//! Times as drawings write them (ISO 8601): `P5D`, `PT4H`. A day there is a day of the calendar; whether working days
//! were meant is for the author to say.

use jiff::Span;

use crate::calendar::working_time::{Length, WorkingTime};

/// The length a text says, where it is one length of one unit.
pub fn length(text: &str) -> Option<WorkingTime> {
    // A repeated time says after how long first.
    let text = text.trim();
    let text = text.rsplit_once('/').map_or(text, |(_, length)| length);
    let span: Span = text.parse().ok().filter(|_| text.starts_with('P'))?;
    let parts = [
        i64::from(span.get_years()) * 12 + i64::from(span.get_months()),
        i64::from(span.get_weeks()) * 7 + i64::from(span.get_days()),
        i64::from(span.get_hours()) * 60 + span.get_minutes() + i64::from(span.get_seconds() > 0),
    ];
    let parts = parts.map(|part| u32::try_from(part).ok());
    let length = match parts {
        [Some(months @ 1..=600), Some(0), Some(0)] => Length::Months(months),
        [Some(0), Some(days @ 1..=3_660), Some(0)] => Length::CalendarDays(days),
        [Some(0), Some(days @ 0..=366), Some(minutes @ 0..=527_040)] if days + minutes > 0 => {
            Length::ClockMinutes(days * 24 * 60 + minutes)
        }
        _ => return None,
    };
    Some(WorkingTime::of(length))
}
