//! A span of time taken apart: each stretch of it, whether it counts by a calendar, and why.
//!
//! It asks the same sessions and offsets that measuring uses, so what it lists adds up exactly to what is measured. It
//! decides nothing and knows no case.

use jiff::civil::Date;
use serde::Serialize;

use crate::calendar::calendar::Calendar;
use crate::calendar::day::{Day, DayKind};
use crate::calendar::file::Reason;
use crate::calendar::pattern::{DAY, MINUTE, date_of, day_number};
use crate::ids::Ts;

/// The most days listed one by one; what lies after them is one stretch. A date somebody typed may lie far ahead.
const MOST_DAYS: i64 = 4_000;

/// A stretch inside one local day, all of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub from: Ts,
    pub to: Ts,
    /// The local date it lies on.
    pub date: Date,
    pub counted: bool,
    pub why: Why,
    /// Whole working minutes of it, as differences of sums rounded down: those of all stretches add up to the whole.
    pub minutes: i64,
}

/// Why a stretch counts or does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// A session of an ordinary working day, in the season of that name.
    Session {
        #[serde(skip_serializing_if = "Option::is_none")]
        season: Option<String>,
    },
    /// The calendar never closes.
    Always,
    /// A session of a day that is worked in place of another.
    MadeUp(Reason),
    /// A session of a day with fewer hours.
    HalfDay(Reason),
    /// Between two sessions of a day.
    Break,
    /// Before the first session of a day or after its last.
    Night,
    /// A weekday without sessions.
    WeeklyRest,
    /// A day off by name, or what a day with fewer hours lacks.
    Off(Reason),
    /// Too far ahead to be listed day by day; its minutes are working minutes all the same.
    Beyond,
}

impl Why {
    /// The stable word, as in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Why::Session { .. } => "session",
            Why::Always => "always",
            Why::MadeUp(_) => "made_up",
            Why::HalfDay(_) => "half_day",
            Why::Break => "break",
            Why::Night => "night",
            Why::WeeklyRest => "weekly_rest",
            Why::Off(_) => "off",
            Why::Beyond => "beyond",
        }
    }

    /// Whether such time counts.
    pub fn counts(&self) -> bool {
        matches!(self, Why::Session { .. } | Why::Always | Why::MadeUp(_) | Why::HalfDay(_) | Why::Beyond)
    }

    /// What the calendar says of the day, where it says anything.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Why::MadeUp(reason) | Why::HalfDay(reason) | Why::Off(reason) => Some(reason),
            _ => None,
        }
    }
}

/// The stretches of `[from, to)` in order, without gap or overlap, each inside one local day; none where `to` is not
/// after `from`. Their minutes add up to `working_minutes(from, to)`.
pub fn explain(calendar: &Calendar, from: Ts, to: Ts) -> Vec<Stretch> {
    let mut laying = Laying { calendar, begin: from, stretches: Vec::new() };
    let periods = calendar.offsets.periods();
    let mut at = from;
    for (i, period) in periods.iter().enumerate().skip(calendar.offsets.index_at(from.0)) {
        let end = periods.get(i + 1).map_or(to, |next| Ts(next.start).min(to));
        at = laying.days(at, end, period.offset);
        if at < end {
            laying.beyond(at, to);
            break;
        }
        if at >= to {
            break;
        }
    }
    laying.stretches
}

/// What a date is by itself, without any hour of it: why it counts as a working day or does not.
pub fn day(calendar: &Calendar, date: Date) -> Why {
    let day = calendar.day(date);
    if day.sessions.is_empty() { unworked(&day) } else { worked(&day) }
}

struct Laying<'a> {
    calendar: &'a Calendar,
    begin: Ts,
    stretches: Vec<Stretch>,
}

impl Laying<'_> {
    /// Lays the days of `[at, end)`, which has one offset; where it stopped.
    fn days(&mut self, mut at: Ts, end: Ts, offset: i64) -> Ts {
        let first = day_number(self.calendar.local(self.begin).date());
        while at < end {
            let day = at.0.saturating_add(offset).div_euclid(DAY);
            if day - first >= MOST_DAYS {
                return at;
            }
            let midnight = Ts((day + 1) * DAY - offset).min(end);
            self.day(day, at, midnight, offset);
            at = midnight;
        }
        at
    }

    /// Lays `[at, end)`, which lies inside one day.
    fn day(&mut self, number: i64, at: Ts, end: Ts, offset: i64) {
        let day = self.calendar.day(date_of(number));
        let edge = |minute: u16| Ts(number * DAY + i64::from(minute) * MINUTE - offset).min(end);
        let mut from = at;
        for (i, (open, close)) in day.sessions.iter().enumerate() {
            from = self.lay(day.date, from, edge(*open), if i == 0 { Why::Night } else { Why::Break });
            from = self.lay(day.date, from, edge(*close), worked(&day));
        }
        let rest = match day.why {
            DayKind::HalfDay(reason) => Why::Off(reason.clone()),
            _ if day.sessions.is_empty() => unworked(&day),
            _ => Why::Night,
        };
        self.lay(day.date, from, end, rest);
    }

    fn lay(&mut self, date: Date, from: Ts, to: Ts, why: Why) -> Ts {
        if from >= to {
            return from;
        }
        let minutes = if why.counts() { self.minutes(from, to) } else { 0 };
        self.stretches.push(Stretch { from, to, date, counted: why.counts(), why, minutes });
        to
    }

    fn beyond(&mut self, from: Ts, to: Ts) {
        let (date, minutes) = (self.calendar.local(from).date(), self.minutes(from, to));
        self.stretches.push(Stretch { from, to, date, counted: true, why: Why::Beyond, minutes });
    }

    fn minutes(&self, from: Ts, to: Ts) -> i64 {
        let until = |at: Ts| self.calendar.working_micros(self.begin, at).div_euclid(MINUTE);
        until(to) - until(from)
    }
}

fn worked(day: &Day<'_>) -> Why {
    const ALL_DAY: [(u16, u16); 1] = [(0, 1440)];
    match day.why {
        DayKind::MadeUp(reason) => Why::MadeUp(reason.clone()),
        DayKind::HalfDay(reason) => Why::HalfDay(reason.clone()),
        _ if day.sessions[..] == ALL_DAY => Why::Always,
        _ => Why::Session { season: day.season.map(str::to_owned) },
    }
}

fn unworked(day: &Day<'_>) -> Why {
    match day.why {
        DayKind::Off(reason) => Why::Off(reason.clone()),
        _ => Why::WeeklyRest,
    }
}
