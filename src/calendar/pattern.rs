//! Working time along the civil time line: how much lies before a civil time, and the civil time at which so much is done.
//!
//! It knows days and sessions, no zone and no instant. Costs are logarithmic in the number of special days.

use jiff::civil::Date;

use crate::calendar::file::{CalendarError, CalendarFile};

/// Microseconds of a civil day.
pub(super) const DAY: i64 = 86_400_000_000;
/// Microseconds of a minute.
pub(super) const MINUTE: i64 = 60_000_000;
/// Civil days that jiff can name, with some to spare on each side: days since 1970-01-01.
pub(super) const FIRST_DAY: i64 = -4_371_600;
pub(super) const LAST_DAY: i64 = 2_932_910;

/// Opening and closing inside a day, microseconds since midnight.
pub(super) type Session = (i64, i64);

/// A day that differs from its weekday, and what all such days before it change.
#[derive(Clone, Copy, Debug)]
struct Special {
    day: i64,
    /// Row of `Pattern::plans`: 0 to 6 are the weekdays, 7 is off.
    plan: usize,
    micros_before: i64,
    days_before: i64,
}

const OFF: usize = 7;

/// The weekly pattern and the days that differ from it.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    plans: [Vec<Session>; 8],
    lengths: [i64; 8],
    /// Sums of the week before each weekday, and of the whole week last.
    week_micros: [i64; 8],
    week_days: [i64; 8],
    specials: Vec<Special>,
    /// What all special days together change.
    all_micros: i64,
    all_days: i64,
}

impl Pattern {
    /// Reads sessions and special days of a file.
    pub fn build(file: &CalendarFile) -> Result<Pattern, CalendarError> {
        let mut plans: [Vec<Session>; 8] = Default::default();
        for (plan, day) in plans.iter_mut().zip(file.sessions()?) {
            *plan = match file.always_open {
                true => vec![(0, DAY)],
                false => {
                    day.iter().map(|(open, close)| (i64::from(*open) * MINUTE, i64::from(*close) * MINUTE)).collect()
                }
            };
        }
        if plans.iter().all(Vec::is_empty) {
            return Err(CalendarError::NoSessions);
        }
        let lengths = std::array::from_fn(|i| plans[i].iter().map(|(open, close)| close - open).sum());
        let mut pattern = Pattern {
            week_micros: running(|i| lengths[i]),
            week_days: running(|i| i64::from(lengths[i] > 0)),
            plans,
            lengths,
            specials: Vec::new(),
            all_micros: 0,
            all_days: 0,
        };
        for (date, like) in file.special_days()? {
            pattern.push(day_number(date), like.unwrap_or(OFF));
        }
        Ok(pattern)
    }

    fn push(&mut self, day: i64, plan: usize) {
        let usual = weekday(day);
        self.specials.push(Special { day, plan, micros_before: self.all_micros, days_before: self.all_days });
        self.all_micros += self.lengths[plan] - self.lengths[usual];
        self.all_days += i64::from(self.lengths[plan] > 0) - i64::from(self.lengths[usual] > 0);
    }

    /// Working length of the longest day of the week.
    pub fn longest_day(&self) -> i64 {
        self.lengths.iter().copied().max().unwrap_or(0)
    }

    /// The sessions of a day, in order.
    pub fn sessions(&self, day: i64) -> &[Session] {
        let plan = match self.specials.binary_search_by_key(&day, |s| s.day) {
            Ok(i) => self.specials[i].plan,
            Err(_) => weekday(day),
        };
        &self.plans[plan]
    }

    /// Working microseconds before the midnight that begins the day, counted from an arbitrary origin.
    fn micros_before(&self, day: i64) -> i64 {
        let special = self.specials.get(self.specials.partition_point(|s| s.day < day));
        let change = special.map_or(self.all_micros, |s| s.micros_before);
        weeks(day) * self.week_micros[7] + self.week_micros[weekday(day)] + change
    }

    /// Working days before the day, counted from an arbitrary origin.
    pub fn days_before(&self, day: i64) -> i64 {
        let special = self.specials.get(self.specials.partition_point(|s| s.day < day));
        let change = special.map_or(self.all_days, |s| s.days_before);
        weeks(day) * self.week_days[7] + self.week_days[weekday(day)] + change
    }

    /// Working microseconds before the civil time, from the same origin.
    pub fn before(&self, civil: i64) -> i64 {
        let (day, time) = (civil.div_euclid(DAY), civil.rem_euclid(DAY));
        let today = self.sessions(day).iter().map(|(open, close)| (time.min(*close) - open).max(0));
        self.micros_before(day) + today.sum::<i64>()
    }

    /// The earliest civil time before which `micros` of working time lie: a closing time rather than the next opening.
    pub fn earliest(&self, micros: i64) -> i64 {
        let day = last_day(|day| self.micros_before(day) < micros);
        let mut rest = micros - self.micros_before(day);
        for (open, close) in self.sessions(day) {
            if rest <= close - open {
                return day * DAY + open + rest.max(0);
            }
            rest -= close - open;
        }
        (day + 1) * DAY
    }

    /// The latest civil time before which `micros` of working time lie: an opening time rather than the close before.
    pub fn latest(&self, micros: i64) -> i64 {
        let day = last_day(|day| self.micros_before(day) <= micros);
        let mut rest = micros - self.micros_before(day);
        for (open, close) in self.sessions(day) {
            if rest < close - open {
                return day * DAY + open + rest;
            }
            rest -= close - open;
        }
        (day + 1) * DAY
    }

    /// Whether the day has a session.
    pub fn is_working_day(&self, day: i64) -> bool {
        !self.sessions(day).is_empty()
    }

    /// The working day that is number `count` from the origin of `days_before`, so that `days_before(day + 1) == count`;
    /// held inside the days that can be named.
    pub fn day_of_count(&self, count: i64) -> i64 {
        last_day(|day| self.days_before(day) < count)
    }
}

/// The last day for which the condition holds, where it holds up to some day and not after.
fn last_day(holds: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (FIRST_DAY, LAST_DAY);
    while low < high {
        let middle = (low + high + 1).div_euclid(2);
        if holds(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// Monday is 0; 1970-01-01 was a Thursday.
fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

fn weeks(day: i64) -> i64 {
    (day + 3).div_euclid(7)
}

fn running(amount: impl Fn(usize) -> i64) -> [i64; 8] {
    let mut sums = [0; 8];
    for i in 0..7 {
        sums[i + 1] = sums[i] + amount(i);
    }
    sums
}

/// Days since 1970-01-01.
pub(super) fn day_number(date: Date) -> i64 {
    jiff::tz::Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).map_or(0, |at| at.as_second().div_euclid(86_400))
}

/// The date of a day number, held inside what can be named.
pub(super) fn date_of(day: i64) -> Date {
    let second = day.saturating_mul(86_400);
    match jiff::Timestamp::from_second(second) {
        Ok(at) => jiff::tz::Offset::UTC.to_datetime(at).date(),
        Err(_) if day < 0 => Date::MIN,
        Err(_) => Date::MAX,
    }
}
