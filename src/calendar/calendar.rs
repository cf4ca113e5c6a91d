//! Sessions, days off, make-up days: adding and measuring working time.
//!
//! A calendar is laid out once as a list of sessions with the working time before each, so that adding and measuring
//! are two binary searches whatever the span. The list reaches from ten years before the data to forty years after it;
//! instants outside are taken as its ends, so every question has an answer and none panics.

use std::collections::{HashMap, HashSet};

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{ToSpan, ZonedDateTime};
use serde::{Deserialize, Serialize};

pub use crate::calendar::file::{CalendarError, CalendarFile};
use crate::calendar::file::{DayOff, weekday};
use crate::calendar::working_time::{Length, WorkingTime};
use crate::ids::{CalendarId, Ts};

const MINUTE: i64 = 60_000_000;
/// Terms in days or months beyond this end where the calendar ends anyway.
const LONGEST: u32 = 100_000;

/// One version of a calendar, ready to count by.
#[derive(Clone, Debug)]
pub struct Calendar {
    id: CalendarId,
    version: u32,
    title: String,
    zone: TimeZone,
    full_day_minutes: u32,
    sessions: Vec<Session>,
    /// Every day with a session, in order, with the index after its last session.
    days: Vec<(Date, usize)>,
    /// The label of each day off that a weekday would have worked.
    labels: HashMap<Date, String>,
}

/// One unbroken run of working time.
#[derive(Clone, Copy, Debug)]
struct Session {
    open: i64,
    close: i64,
    /// Working microseconds of all sessions before it.
    before: i64,
}

/// How days are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Due at the end of the N-th working day after the day of receipt; received at or after the cut-off (hour,
    /// minute) counts as the next working day (Decree 63/2024/NĐ-CP, Article 7(2)).
    Day { cut_off: Option<(u8, u8)> },
    /// N x full day of working time run on from the minute of receipt.
    Hour,
}

impl Rule {
    /// The stable word that stands beside a deadline.
    pub fn word(self) -> &'static str {
        match self {
            Rule::Day { .. } => "day",
            Rule::Hour => "hour",
        }
    }
}

impl Calendar {
    /// Lays out a calendar file.
    pub fn build(file: CalendarFile) -> Result<Calendar, CalendarError> {
        if file.format != "calendar/v1" {
            return Err(CalendarError::Format(file.format));
        }
        let zone = TimeZone::get(&file.zone).map_err(|_| CalendarError::UnknownZone(file.zone.clone()))?;
        if file.from > file.to {
            return Err(CalendarError::Backwards { from: file.from, to: file.to });
        }
        let mut week = file.sessions()?;
        if file.always_open {
            if !(file.week.is_empty() && file.days_off.is_empty() && file.make_up.is_empty()) {
                return Err(CalendarError::Weekless);
            }
            week = std::array::from_fn(|_| vec![(Time::midnight(), Time::midnight())]);
        }
        let off = days_off(&file.days_off)?;
        let mut make_up = HashMap::new();
        for day in &file.make_up {
            make_up.insert(day.date, weekday(&day.like)?);
        }
        let full_day_minutes = week.iter().map(|sessions| minutes_of(sessions)).max().unwrap_or(0);
        if full_day_minutes == 0 {
            return Err(CalendarError::NoSessions);
        }
        let mut calendar = Calendar {
            id: file.id,
            version: file.version,
            title: file.vi,
            zone,
            full_day_minutes,
            sessions: Vec::new(),
            days: Vec::new(),
            labels: file.days_off.iter().flat_map(|day| range(day).map(|date| (date, day.vi.clone()))).collect(),
        };
        let first = file.from.checked_sub(10.years()).unwrap_or(Date::MIN);
        let last = file.to.checked_add(40.years()).unwrap_or(Date::MAX);
        for date in first.series(1.day()).take_while(|date| *date <= last) {
            let pattern = match make_up.get(&date) {
                Some(like) => *like,
                None if off.contains(&date) => continue,
                None => date.weekday().to_monday_zero_offset() as usize,
            };
            calendar.lay_day(date, &week[pattern]);
        }
        Ok(calendar)
    }

    fn lay_day(&mut self, date: Date, sessions: &[(Time, Time)]) {
        let mut before = self.sessions.last().map_or(0, |s| s.before + (s.close - s.open));
        for (open, close) in sessions {
            let end = if *close == Time::midnight() { date.tomorrow().unwrap_or(date) } else { date };
            let (open, close) = (self.instant(date.to_datetime(*open)), self.instant(end.to_datetime(*close)));
            if open.0 < close.0 {
                self.sessions.push(Session { open: open.0, close: close.0, before });
                before += close.0 - open.0;
            }
        }
        if !sessions.is_empty() {
            self.days.push((date, self.sessions.len()));
        }
    }

    /// The calendar's name.
    pub fn id(&self) -> &CalendarId {
        &self.id
    }

    /// Whole number, one more for each change of the data.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Its label in Vietnamese.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The zone its sessions are written in.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Working minutes of the longest regular day: 480 for offices, 1440 for round the clock.
    pub fn full_day_minutes(&self) -> u32 {
        self.full_day_minutes
    }

    /// The label of a day off.
    pub fn day_off(&self, date: Date) -> Option<&str> {
        self.labels.get(&date).map(String::as_str)
    }

    /// The instant as local time.
    pub fn local(&self, at: Ts) -> ZonedDateTime {
        at.timestamp().to_zoned_datetime(self.zone.clone())
    }

    /// A local time as an instant; in a gap of summer time the later one, in a fold the earlier one.
    pub fn instant(&self, local: DateTime) -> Ts {
        match self.zone.to_timestamp(local) {
            Ok(instant) => Ts::from(instant),
            Err(_) if local.year() < 0 => Ts(jiff::Timestamp::MIN.as_microsecond()),
            Err(_) => Ts(jiff::Timestamp::MAX.as_microsecond()),
        }
    }

    /// Whether the instant lies in a session; a closing instant does not.
    pub fn is_working(&self, at: Ts) -> bool {
        self.at_or_before(at).is_some_and(|s| at.0 < s.close)
    }

    /// Whether the day has a session.
    pub fn is_working_day(&self, date: Date) -> bool {
        self.days.binary_search_by_key(&date, |(day, _)| *day).is_ok()
    }

    /// The instant itself in a session, else the next opening.
    pub fn next_working_instant(&self, at: Ts) -> Ts {
        if self.is_working(at) {
            return at;
        }
        let next = self.sessions.partition_point(|s| s.open < at.0);
        self.sessions.get(next).map_or(at, |s| Ts(s.open))
    }

    /// Working microseconds from one instant to another, exact and additive; negative when `to` is earlier.
    pub fn working_micros(&self, from: Ts, to: Ts) -> i64 {
        self.position(to) - self.position(from)
    }

    /// Whole working minutes from one instant to another, rounded down.
    pub fn working_minutes(&self, from: Ts, to: Ts) -> i64 {
        self.working_micros(from, to).div_euclid(MINUTE)
    }

    /// The instant so many working minutes later, or earlier when negative. Going forward it may be a closing
    /// instant, going back an opening one: taking back what was added leads to the same working position.
    pub fn add_working_minutes(&self, from: Ts, minutes: i64) -> Ts {
        if minutes == 0 {
            return self.next_working_instant(from);
        }
        let target = self.position(from).saturating_add(minutes.saturating_mul(MINUTE));
        let index = if minutes > 0 {
            self.sessions.partition_point(|s| s.before < target).saturating_sub(1)
        } else {
            self.sessions.partition_point(|s| s.before <= target).saturating_sub(1)
        };
        match self.sessions.get(index) {
            Some(s) => Ts((s.open.saturating_add(target - s.before)).clamp(s.open, s.close)),
            None => from,
        }
    }

    /// How many working days lie after the day of `from`, up to and with the day of `to`; 0 when `to` is earlier.
    pub fn working_days_between(&self, from: Ts, to: Ts) -> i64 {
        let (from, to) = (self.local(from).date(), self.local(to).date());
        let after = |date: Date| self.days.partition_point(|(day, _)| *day <= date);
        (after(to) as i64 - after(from) as i64).max(0)
    }

    /// The close of the day's last session, or of the next working day when the day is off.
    pub fn end_of_working_day(&self, at: Ts) -> Ts {
        self.end_of_day_from(self.local(at).date(), 0).unwrap_or(at)
    }

    /// The session that holds the instant, its closing instant included.
    pub fn session_of(&self, at: Ts) -> Option<(Ts, Ts)> {
        let index = self.sessions.partition_point(|s| s.open <= at.0);
        let here = index.checked_sub(1).and_then(|i| self.sessions.get(i)).filter(|s| at.0 <= s.close)?;
        // Where one session closes as the next opens, the instant closes the earlier one.
        let earlier =
            index.checked_sub(2).and_then(|i| self.sessions.get(i)).filter(|s| at.0 == here.open && s.close == at.0);
        let session = earlier.unwrap_or(here);
        Some((Ts(session.open), Ts(session.close)))
    }

    /// The deadline a length leads to. Every part of a sum is added on from the end of the former.
    ///
    /// Working days follow the rule; under the day rule a rest of less than a day runs on by hours. Working hours
    /// always run by hours. A term in calendar days or months is due at the end of its last day, moved to the next
    /// working day when that day is off (Civil Code 2015, Article 148(5)). Clock hours run through everything.
    pub fn add(&self, from: Ts, length: &WorkingTime, rule: Rule) -> Ts {
        length.parts().iter().fold(from, |at, part| self.add_one(at, *part, rule))
    }

    fn add_one(&self, from: Ts, length: Length, rule: Rule) -> Ts {
        match length {
            Length::WorkingMinutes(minutes) => self.add_working_minutes(from, i64::from(minutes)),
            Length::ClockMinutes(minutes) => from.plus_minutes(i64::from(minutes)),
            Length::WorkingDays { quarters } => {
                let minutes = |quarters: u32| i64::from(quarters) * i64::from(self.full_day_minutes) / 4;
                match rule {
                    Rule::Day { cut_off } if quarters >= 4 => {
                        let end = self.end_of_nth_day(from, quarters / 4, cut_off);
                        if quarters % 4 == 0 { end } else { self.add_working_minutes(end, minutes(quarters % 4)) }
                    }
                    Rule::Day { .. } | Rule::Hour => self.add_working_minutes(from, minutes(quarters)),
                }
            }
            Length::CalendarDays(days) => self.end_of_date(from, i64::from(days.min(LONGEST)).days()),
            Length::Months(months) => self.end_of_date(from, i64::from(months.min(LONGEST)).months()),
        }
    }

    fn end_of_date(&self, from: Ts, span: jiff::Span) -> Ts {
        let date = self.local(from).date().saturating_add(span);
        self.end_of_day_from(date, 0).unwrap_or(from)
    }

    fn end_of_nth_day(&self, from: Ts, days: u32, cut_off: Option<(u8, u8)>) -> Ts {
        let start = self.next_working_instant(from);
        let received = self.local(start);
        let late = start == from
            && cut_off.is_some_and(|(hour, minute)| (received.hour(), received.minute()) >= (hour as i8, minute as i8));
        self.end_of_day_from(received.date(), days as usize + usize::from(late)).unwrap_or(from)
    }

    /// The close of the `nth` working day counted from the first one at or after `date`.
    fn end_of_day_from(&self, date: Date, nth: usize) -> Option<Ts> {
        let first = self.days.partition_point(|(day, _)| *day < date);
        let (_, after_last) = self.days.get((first + nth).min(self.days.len().checked_sub(1)?))?;
        self.sessions.get(after_last.checked_sub(1)?).map(|s| Ts(s.close))
    }

    fn at_or_before(&self, at: Ts) -> Option<&Session> {
        let index = self.sessions.partition_point(|s| s.open <= at.0);
        self.sessions.get(index.checked_sub(1)?)
    }

    /// Working microseconds from the start of the layout.
    fn position(&self, at: Ts) -> i64 {
        self.at_or_before(at).map_or(0, |s| s.before + (at.0.min(s.close) - s.open))
    }
}

fn minutes_of(sessions: &[(Time, Time)]) -> u32 {
    let minutes = |t: &Time| u32::from(t.hour().unsigned_abs()) * 60 + u32::from(t.minute().unsigned_abs());
    sessions
        .iter()
        .map(|(open, close)| if *close == Time::midnight() { 1440 } else { minutes(close) } - minutes(open))
        .sum()
}

fn days_off(days: &[DayOff]) -> Result<HashSet<Date>, CalendarError> {
    let mut off = HashSet::new();
    for day in days {
        match (day.date, day.from, day.to) {
            (Some(_), None, None) => {}
            (None, Some(from), Some(to)) if from <= to && (to - from).get_days() <= 366 => {}
            (None, Some(from), Some(to)) => return Err(CalendarError::Backwards { from, to }),
            _ => return Err(CalendarError::BadRange { vi: day.vi.clone() }),
        }
        off.extend(range(day));
    }
    Ok(off)
}

fn range(day: &DayOff) -> impl Iterator<Item = Date> {
    let from = day.date.or(day.from).unwrap_or(Date::MIN);
    let to = day.date.or(day.to).unwrap_or(Date::MIN);
    from.series(1.day()).take_while(move |date| *date <= to).take(400)
}
