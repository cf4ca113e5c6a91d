//! One version of a calendar: adds and measures working time. The same file gives the same instants for ever.
//!
//! Working time is a function of the instant, "how much lies before it"; measuring is a difference of two values and
//! adding is its inverse, so measuring is additive and adding then subtracting returns the start. Nothing here walks
//! minutes or days. An instant is working time when its wall clock in the zone stands in a session; sessions across a
//! change of summer time are therefore longer or shorter by the hour that comes twice or not at all.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use serde::{Deserialize, Serialize};

use crate::calendar::file::SpecialDays;
pub use crate::calendar::file::{CalendarError, CalendarFile};
use crate::calendar::pattern::{DAY, FIRST_DAY, LAST_DAY, MINUTE, Pattern, date_of, day_number};
use crate::calendar::working_time::{Length, WorkingTime};
use crate::calendar::zone::Offsets;
use crate::ids::{CalendarId, Ts};

/// The most years a file may speak of.
const MOST_YEARS: i16 = 200;

/// How days are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Due at the end of the N-th working day after the day of receipt. What is received at or after the cut-off (hour,
    /// minute), after the last session or on a day off counts as received the next working day
    /// (Decree 63/2024/NĐ-CP, Article 7(2)).
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

/// One version of a calendar, ready to count by.
#[derive(Clone, Debug)]
pub struct Calendar {
    id: CalendarId,
    version: u32,
    title: String,
    zone: TimeZone,
    pub(super) offsets: Offsets,
    pub(super) pattern: Pattern,
    /// Working microseconds before the start of each period of `offsets`, and before the end of time.
    before_period: Vec<i64>,
    all: i64,
    /// The days that differ from their weekday, and why.
    pub(super) special: SpecialDays,
    /// The labels of the seasons in the order of the file.
    pub(super) seasons: Vec<String>,
    /// First and last day the file speaks of.
    pub(super) known: (Date, Date),
}

impl Calendar {
    /// Checks the file and prepares the counting.
    pub fn build(file: CalendarFile) -> Result<Calendar, CalendarError> {
        if file.format != "calendar/v1" {
            return Err(CalendarError::Format(file.format));
        }
        let zone = Offsets::zone(&file.zone).ok_or_else(|| CalendarError::UnknownZone(file.zone.clone()))?;
        if file.from > file.to || file.to.year() - file.from.year() > MOST_YEARS {
            return Err(CalendarError::Backwards { from: file.from, to: file.to });
        }
        let special = file.special_days()?;
        if file.always_open && !(file.week.is_empty() && file.seasons.is_empty() && special.is_empty()) {
            return Err(CalendarError::Weekless);
        }
        let mut calendar = Calendar {
            pattern: Pattern::build(&file, &special)?,
            offsets: Offsets::of(&zone),
            special,
            seasons: file.seasons.into_iter().map(|season| season.vi).collect(),
            known: (file.from, file.to),
            id: file.id,
            version: file.version,
            title: file.vi,
            zone,
            before_period: Vec::new(),
            all: 0,
        };
        calendar.sum_periods();
        Ok(calendar)
    }

    fn sum_periods(&mut self) {
        let mut sum = 0;
        let periods = self.offsets.periods();
        for (i, period) in periods.iter().enumerate() {
            self.before_period.push(sum);
            let end = periods.get(i + 1).map_or(last_instant(), |next| next.start);
            sum += self.pattern.before(end + period.offset) - self.pattern.before(period.start + period.offset);
        }
        self.all = sum;
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
        u32::try_from(self.pattern.longest_day() / MINUTE).unwrap_or(0)
    }

    /// The deadline a length leads to. Every part of a sum is added on from the end of the former. Total: held at the
    /// ends of time.
    ///
    /// - Working days follow the rule. By the hour rule they are so many full days of working minutes. By the day rule
    ///   they end at the close of the N-th working day after the day of receipt; a rest of less than a day, and a length
    ///   under one day, runs on by hours. Working hours run by hours under either rule. What runs by hours may end at
    ///   the closing instant of a session.
    /// - A term in calendar days or months is due at the close of its last day, moved to the next working day when that
    ///   day is off (Civil Code 2015, Article 148(5)); its first day is the local date of receipt, whatever the hour,
    ///   and a month ends on its last day where it has no such day.
    /// - Clock hours run through everything.
    /// - What is received at the closing instant of a day is received after it; a further part of a sum counts from
    ///   the very day on which the former ended, without a cut-off.
    pub fn add(&self, from: Ts, length: &WorkingTime, rule: Rule) -> Ts {
        self.run(from, length, rule, true)
    }

    /// As `add`, but from the end of a former length and not from a receipt: five working days more than a deadline at
    /// Monday's close end at next Monday's close.
    pub fn run_on(&self, from: Ts, length: &WorkingTime, rule: Rule) -> Ts {
        self.run(from, length, rule, false)
    }

    fn run(&self, from: Ts, length: &WorkingTime, rule: Rule, received: bool) -> Ts {
        let mut parts = length.parts().iter();
        let first = parts.next().map_or(held(from), |part| self.add_part(held(from), *part, rule, received));
        Ts(parts.fold(first, |at, part| self.add_part(at, *part, rule, false)))
    }

    fn add_part(&self, from: i64, part: Length, rule: Rule, received: bool) -> i64 {
        let day = || if received { self.civil_day(from) } else { self.day_ending(from) };
        match (part, rule) {
            (Length::WorkingMinutes(m), _) => self.shifted(from, i64::from(m) * MINUTE),
            (Length::ClockMinutes(m), _) => from.saturating_add(i64::from(m) * MINUTE).min(last_instant()),
            (Length::WorkingDays { quarters: q @ 4.. }, Rule::Day { cut_off }) => {
                let after = if received { self.receipt_day(from, cut_off) } else { day() };
                let close = self.end_of_nth_day(after, i64::from(q / 4));
                if q % 4 == 0 { close } else { self.shifted(close, self.quarters(q % 4)) }
            }
            (Length::WorkingDays { quarters }, _) => self.shifted(from, self.quarters(quarters)),
            (Length::CalendarDays(n), _) => self.end_of_day_from(day() + i64::from(n)),
            (Length::Months(n), _) => self.end_of_day_from(months_on(day(), i64::from(n))),
        }
    }

    /// Working microseconds in so many quarters of the longest regular day.
    pub(super) fn quarters(&self, quarters: u32) -> i64 {
        // a day is at most 86.4e9 microseconds: the product is under 4.3e9 * 8.64e10, which needs 128 bits
        let micros = i128::from(quarters) * i128::from(self.pattern.longest_day()) / 4;
        i64::try_from(micros).unwrap_or(i64::MAX)
    }

    /// The working day on which something received at the instant counts as received.
    fn receipt_day(&self, at: i64, cut_off: Option<(u8, u8)>) -> i64 {
        let civil = self.offsets.civil(at);
        let (day, time) = (civil.div_euclid(DAY), civil.rem_euclid(DAY));
        let cut_off = cut_off.map_or(DAY, |(hour, minute)| (i64::from(hour) * 60 + i64::from(minute)) * MINUTE);
        let close = self.pattern.sessions(day).last().map_or(0, |(_, close)| *close);
        self.working_day_from(if time >= close.min(cut_off) { day + 1 } else { day })
    }

    /// The local date on which something received at the instant counts as received by the day rule: days are counted
    /// after it.
    pub fn received_on(&self, at: Ts, cut_off: Option<(u8, u8)>) -> Date {
        date_of(self.receipt_day(held(at), cut_off))
    }

    /// The local date that something ended on: closing at midnight, it ended on the day before.
    pub fn ended_on(&self, at: Ts) -> Date {
        date_of(self.day_ending(held(at)))
    }

    fn end_of_nth_day(&self, after: i64, days: i64) -> i64 {
        self.close_of(self.pattern.day_of_count(self.pattern.days_before(after + 1) + days))
    }

    /// The close of the day, or of the next working day when it is off.
    fn end_of_day_from(&self, day: i64) -> i64 {
        self.close_of(self.working_day_from(day.min(LAST_DAY)))
    }

    fn civil_day(&self, at: i64) -> i64 {
        self.offsets.civil(at).div_euclid(DAY)
    }

    /// The local day that something ended on: closing at midnight it ended on the day before.
    fn day_ending(&self, at: i64) -> i64 {
        let day = self.civil_day(at);
        let midnight = self.offsets.civil(at) == day * DAY;
        let closes = midnight && self.pattern.sessions(day - 1).last().is_some_and(|(_, close)| *close == DAY);
        if closes { day - 1 } else { day }
    }

    /// The day itself when it is worked, else the next that is.
    fn working_day_from(&self, day: i64) -> i64 {
        if self.pattern.is_working_day(day) {
            return day;
        }
        self.pattern.day_of_count(self.pattern.days_before(day) + 1)
    }

    /// The close of the last session of the day; its midnight when it is off.
    fn close_of(&self, day: i64) -> i64 {
        let close = self.pattern.sessions(day).last().map_or(DAY, |(_, close)| *close);
        self.offsets.closing(day * DAY + close).clamp(first_instant(), last_instant())
    }

    /// So many working minutes later, or earlier when negative. Adding then subtracting the same number returns
    /// `next_working_instant` of the start. Going on one ends at a closing instant rather than at the next opening one,
    /// going back (and with nought) the other way about. Held at the ends of time.
    pub fn add_working_minutes(&self, from: Ts, minutes: i64) -> Ts {
        self.add_working_micros(from, minutes.saturating_mul(MINUTE))
    }

    /// `add_working_minutes` in microseconds.
    pub fn add_working_micros(&self, from: Ts, micros: i64) -> Ts {
        Ts(self.shifted(held(from), micros))
    }

    /// The earliest instant with so much less working time before it.
    pub(super) fn earlier(&self, from: i64, micros: i64) -> i64 {
        self.earliest(self.before(from).saturating_sub(micros))
    }

    fn shifted(&self, from: i64, micros: i64) -> i64 {
        let target = self.before(from).saturating_add(micros);
        if micros > 0 { self.earliest(target) } else { self.latest(target) }
    }

    /// Working microseconds before the instant, from the beginning of time.
    fn before(&self, at: i64) -> i64 {
        let i = self.offsets.index_at(at);
        let period = self.offsets.periods()[i];
        self.before_period[i] + self.pattern.before(at + period.offset)
            - self.pattern.before(period.start + period.offset)
    }

    /// The earliest instant with so much working time before it.
    fn earliest(&self, micros: i64) -> i64 {
        if micros > self.all {
            return last_instant();
        }
        if micros <= 0 {
            return first_instant();
        }
        let i = self.before_period.partition_point(|before| *before < micros).saturating_sub(1);
        let period = self.offsets.periods()[i];
        let civil = micros - self.before_period[i] + self.pattern.before(period.start + period.offset);
        (self.pattern.earliest(civil) - period.offset).clamp(first_instant(), last_instant())
    }

    /// The latest instant with no more working time before it.
    fn latest(&self, micros: i64) -> i64 {
        if micros >= self.all {
            return last_instant();
        }
        if micros < 0 {
            return first_instant();
        }
        let i = self.before_period.partition_point(|before| *before <= micros).saturating_sub(1);
        let period = self.offsets.periods()[i];
        let civil = micros - self.before_period[i] + self.pattern.before(period.start + period.offset);
        (self.pattern.latest(civil) - period.offset).clamp(first_instant(), last_instant())
    }

    /// Working microseconds from one instant to another, exact; negative when `to` is before `from`. Additive:
    /// from a to b and from b to c make a to c.
    pub fn working_micros(&self, from: Ts, to: Ts) -> i64 {
        self.before(held(to)) - self.before(held(from))
    }

    /// `working_micros` in whole minutes, rounded down.
    pub fn working_minutes(&self, from: Ts, to: Ts) -> i64 {
        self.working_micros(from, to).div_euclid(MINUTE)
    }

    /// How many working days lie after the day of `from`, up to and with the day that `to` ends; 0 when `to` is earlier.
    pub fn working_days_between(&self, from: Ts, to: Ts) -> i64 {
        let (from, to) = (self.civil_day(held(from)), self.day_ending(held(to)));
        (self.pattern.days_before(to + 1) - self.pattern.days_before(from + 1)).max(0)
    }

    /// The close of the day's last session, also when it has passed; of the next working day when the day is off.
    pub fn end_of_working_day(&self, at: Ts) -> Ts {
        Ts(self.end_of_day_from(self.civil_day(held(at))))
    }

    /// The close of the day that the instant ends, also when it has passed; of the next working day when that day is off.
    /// Unlike `end_of_working_day`, midnight at the close of a day ends that day.
    pub fn close_of_day_ending(&self, at: Ts) -> Ts {
        Ts(self.end_of_day_from(self.day_ending(held(at))))
    }

    /// The instant itself when it is working time, else the opening of the next session.
    pub fn next_working_instant(&self, at: Ts) -> Ts {
        self.add_working_minutes(at, 0)
    }

    /// Whether a session is open: its opening instant is working time, its closing instant is not.
    pub fn is_working(&self, at: Ts) -> bool {
        let civil = self.offsets.civil(held(at));
        let (day, time) = (civil.div_euclid(DAY), civil.rem_euclid(DAY));
        self.pattern.sessions(day).iter().any(|(open, close)| (*open..*close).contains(&time))
    }

    /// Whether the local date has a session.
    pub fn is_working_day(&self, date: Date) -> bool {
        self.pattern.is_working_day(day_number(date))
    }

    /// Opening and closing of the session that holds the instant, for the on-time band. A closing instant belongs to
    /// the session that closes; nothing outside sessions.
    pub fn session_of(&self, at: Ts) -> Option<(Ts, Ts)> {
        let civil = self.offsets.civil(held(at));
        let today = civil.div_euclid(DAY);
        let on = |day: i64| {
            self.pattern.sessions(day).iter().map(move |(open, close)| (day * DAY + open, day * DAY + close))
        };
        // in order of time, so that a closing instant finds the session that closes before the one that opens
        let (open, close) = on(today - 1).chain(on(today)).find(|(open, close)| (*open..=*close).contains(&civil))?;
        Some((Ts(self.offsets.opening(open)), Ts(self.offsets.closing(close))))
    }

    /// The instant on the wall clock of the zone.
    pub fn local(&self, at: Ts) -> ZonedDateTime {
        at.timestamp().to_zoned_datetime(self.zone.clone())
    }

    /// The instant of a wall-clock time in the zone: the earlier one where it comes twice, moved on by the gap where it
    /// does not come at all. Held at the ends of time.
    pub fn instant(&self, local: DateTime) -> Ts {
        let end = if local.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Ts::from(self.zone.to_timestamp(local).unwrap_or(end))
    }
}

fn first_instant() -> i64 {
    Timestamp::MIN.as_microsecond()
}

fn last_instant() -> i64 {
    Timestamp::MAX.as_microsecond()
}

/// The instant inside the years that can be named.
pub(super) fn held(at: Ts) -> i64 {
    at.0.clamp(first_instant(), last_instant())
}

/// The same day so many months later, or earlier when negative; the last of that month where there is no such day.
pub(super) fn months_on(day: i64, months: i64) -> i64 {
    let date = date_of(day.clamp(FIRST_DAY, LAST_DAY));
    let index = i64::from(date.year()) * 12 + i64::from(date.month()) - 1 + months;
    let first = i16::try_from(index.div_euclid(12)).ok().zip(i8::try_from(index.rem_euclid(12) + 1).ok());
    match first.and_then(|(year, month)| Date::new(year, month, 1).ok()) {
        Some(first) => day_number(first) + i64::from(date.day().min(first.days_in_month())) - 1,
        None if months < 0 => FIRST_DAY,
        None => LAST_DAY,
    }
}
