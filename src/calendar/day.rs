//! What kind of day a date is and why, and the stretches of it that count. It adds and measures nothing.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::calendar::calendar::Calendar;
use crate::calendar::file::{Reason, Special};
use crate::calendar::hours::Hours;
use crate::calendar::pattern::{DAY, MINUTE, day_number};
use crate::ids::Ts;

/// A date as the calendar sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day<'a> {
    pub date: Date,
    /// Opening and closing of its sessions as minutes of the wall clock, in order; none on a day off.
    pub sessions: Hours,
    pub why: DayKind<'a>,
    /// The label of the season it lies in.
    pub season: Option<&'a str>,
    /// Whether it lies inside the dates the file speaks of; outside, no holiday is known.
    pub known: bool,
}

/// Why a day has the sessions it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// Worked by its weekday.
    Regular,
    /// Without sessions by its weekday.
    WeeklyRest,
    /// A holiday, a day in lieu of one, or a day swapped for another; also where its weekday has no sessions.
    Off(&'a Reason),
    /// Worked with fewer hours.
    HalfDay(&'a Reason),
    /// Worked in place of another day.
    MadeUp(&'a Reason),
}

impl<'a> DayKind<'a> {
    /// The stable word of the kind.
    pub fn word(self) -> &'static str {
        match self {
            DayKind::Regular => "regular",
            DayKind::WeeklyRest => "weekly_rest",
            DayKind::Off(_) => "off",
            DayKind::HalfDay(_) => "half_day",
            DayKind::MadeUp(_) => "made_up",
        }
    }

    /// What the file says of the day, where it says anything.
    pub fn reason(&self) -> Option<&'a Reason> {
        match self {
            DayKind::Regular | DayKind::WeeklyRest => None,
            DayKind::Off(reason) | DayKind::HalfDay(reason) | DayKind::MadeUp(reason) => Some(reason),
        }
    }
}

impl Calendar {
    /// What kind of day the local date is, and why.
    pub fn day(&self, date: Date) -> Day<'_> {
        let number = day_number(date);
        let minute = |micros: i64| u16::try_from(micros / MINUTE).unwrap_or(0);
        let sessions: Hours =
            self.pattern.sessions(number).iter().map(|(open, close)| (minute(*open), minute(*close))).collect();
        let why = match self.special.get(&date) {
            Some((Special::Off, reason)) => DayKind::Off(reason),
            Some((Special::Half(_), reason)) => DayKind::HalfDay(reason),
            Some((Special::Like(_) | Special::Worked(_), reason)) => DayKind::MadeUp(reason),
            None if sessions.is_empty() => DayKind::WeeklyRest,
            None => DayKind::Regular,
        };
        let season = self.pattern.season(number).and_then(|i| self.seasons.get(i)).map(String::as_str);
        let known = (self.known.0..=self.known.1).contains(&date);
        Day { date, sessions, why, season, known }
    }

    /// The days from one date to another, both with it.
    pub fn days(&self, from: Date, to: Date) -> impl Iterator<Item = Day<'_>> {
        from.series(1.day()).take_while(move |date| *date <= to).map(|date| self.day(date))
    }

    /// First and last day the file speaks of.
    pub fn known(&self) -> (Date, Date) {
        self.known
    }

    /// The stretches of instants that are working time on the local date, in order and apart. A session over a change
    /// of summer time may be two of them, as the same wall clock comes twice.
    pub fn open_on(&self, date: Date) -> Vec<(Ts, Ts)> {
        let day = day_number(date);
        let periods = self.offsets.periods();
        // no offset is over 26 hours
        let first = self.offsets.index_at((day - 2).saturating_mul(DAY));
        let mut found: Vec<(Ts, Ts)> = Vec::new();
        for (i, period) in periods.iter().enumerate().skip(first) {
            if period.start > (day + 3).saturating_mul(DAY) {
                break;
            }
            let end = periods.get(i + 1).map_or(i64::MAX, |next| next.start);
            for (open, close) in self.pattern.sessions(day) {
                let from = (day * DAY + open - period.offset).max(period.start);
                let to = (day * DAY + close - period.offset).min(end);
                match found.last_mut() {
                    Some((_, before)) if before.0 == from && from < to => before.0 = to,
                    _ if from < to => found.push((Ts(from), Ts(to))),
                    _ => {}
                }
            }
        }
        found
    }
}
