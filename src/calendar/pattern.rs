//! Working time along the civil time line: how much lies before a civil time, and the civil time at which so much is done.
//!
//! It knows days and sessions, no zone and no instant. Costs are logarithmic in the number of special
//! days, and of seasons in 400 years; the length of a span costs nothing.

use jiff::civil::Date;

use crate::calendar::fault::CalendarError;
use crate::calendar::file::{self, CalendarFile, SpecialDays};
use crate::calendar::hours::{Hours, WEEKDAYS};
use crate::calendar::seasons::{CYCLE, Stretch, stretches};

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
    /// Row of `Pattern::plans`.
    plan: usize,
    micros_before: i64,
    days_before: i64,
}

/// A week: the plan of each day, and sums before each weekday, of the whole week last.
#[derive(Clone, Debug)]
struct Week {
    plans: [usize; 7],
    micros: [i64; 8],
    days: [i64; 8],
}

/// A run of days with one week, and what lies before it in the cycle.
#[derive(Clone, Copy, Debug)]
struct Run {
    start: i64,
    week: usize,
    micros_before: i64,
    days_before: i64,
}

const OFF: usize = 0;

/// The weeks of the year and the days that differ from them.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// Sessions of each kind of day; the first kind is off.
    plans: Vec<Vec<Session>>,
    lengths: Vec<i64>,
    /// The calendar's own week, then the seasons'.
    weeks: Vec<Week>,
    /// The weeks of 400 years, in order.
    runs: Vec<Run>,
    cycle_micros: i64,
    cycle_days: i64,
    longest_day: i64,
    specials: Vec<Special>,
    /// What all special days together change.
    all_micros: i64,
    all_days: i64,
}

impl Pattern {
    /// Reads sessions, seasons and special days of a file.
    pub fn build(file: &CalendarFile, special_days: &SpecialDays) -> Result<Pattern, CalendarError> {
        let mut pattern = Pattern {
            plans: vec![Vec::new()],
            lengths: vec![0],
            weeks: Vec::new(),
            runs: Vec::new(),
            cycle_micros: 0,
            cycle_days: 0,
            longest_day: 0,
            specials: Vec::new(),
            all_micros: 0,
            all_days: 0,
        };
        match file.always_open {
            true => pattern.push_week(std::array::from_fn(|_| vec![(0, 1_440)])),
            false => pattern.push_week(file.sessions()?),
        }
        for season in &file.seasons {
            pattern.push_week(season.sessions()?);
        }
        pattern.longest_day = pattern.lengths.iter().copied().max().unwrap_or(0);
        if pattern.longest_day == 0 {
            return Err(CalendarError::NoSessions);
        }
        pattern.push_runs(&stretches(file)?);
        for (date, (special, _)) in special_days {
            let plan = pattern.plan_of_special(*date, special)?;
            pattern.push(day_number(*date), plan);
        }
        if let Some(swap) = file.swaps.iter().find(|swap| pattern.usual(day_number(swap.off)) == OFF) {
            return Err(CalendarError::SwapOfRest(swap.off));
        }
        Ok(pattern)
    }

    fn push_plan(&mut self, hours: &[(u16, u16)]) -> usize {
        if hours.is_empty() {
            return OFF;
        }
        let micros = |minute: u16| i64::from(minute) * MINUTE;
        self.plans.push(hours.iter().map(|(open, close)| (micros(*open), micros(*close))).collect());
        self.lengths.push(hours.iter().map(|(open, close)| micros(close - open)).sum());
        self.plans.len() - 1
    }

    fn push_week(&mut self, hours: [Hours; 7]) {
        let plans = hours.map(|hours| self.push_plan(&hours));
        let micros = running(|i| self.lengths[plans[i]]);
        let days = running(|i| i64::from(plans[i] != OFF));
        self.weeks.push(Week { plans, micros, days });
    }

    fn push_runs(&mut self, stretches: &[Stretch]) {
        let (mut micros, mut days) = (0, 0);
        for (i, stretch) in stretches.iter().enumerate() {
            let Stretch { start, week } = *stretch;
            self.runs.push(Run { start, week, micros_before: micros, days_before: days });
            let (end, week) = (stretches.get(i + 1).map_or(CYCLE, |next| next.start), &self.weeks[week]);
            micros += week.micros_before(end) - week.micros_before(start);
            days += week.days_before(end) - week.days_before(start);
        }
        (self.cycle_micros, self.cycle_days) = (micros, days);
    }

    fn plan_of_special(&mut self, date: Date, special: &file::Special) -> Result<usize, CalendarError> {
        let day = day_number(date);
        match special {
            file::Special::Off => Ok(OFF),
            file::Special::Like(like) => match self.weeks[self.run_at(day).week].plans[*like] {
                OFF => Err(CalendarError::EmptyMakeUp { date, like: WEEKDAYS[*like].to_owned() }),
                plan => Ok(plan),
            },
            file::Special::Worked(hours) => Ok(self.push_plan(hours)),
            file::Special::Half(hours) => {
                let plan = self.push_plan(hours);
                match self.lengths[self.usual(day)] {
                    0 => Err(CalendarError::HalfDayOff(date)),
                    usual if usual <= self.lengths[plan] => Err(CalendarError::LongHalfDay(date)),
                    _ => Ok(plan),
                }
            }
        }
    }

    fn push(&mut self, day: i64, plan: usize) {
        let usual = self.usual(day);
        self.specials.push(Special { day, plan, micros_before: self.all_micros, days_before: self.all_days });
        self.all_micros += self.lengths[plan] - self.lengths[usual];
        self.all_days += i64::from(self.lengths[plan] > 0) - i64::from(self.lengths[usual] > 0);
    }

    /// Working length of the longest day of any week.
    pub fn longest_day(&self) -> i64 {
        self.longest_day
    }

    /// The run of days that holds the day of whatever year.
    fn run_at(&self, day: i64) -> Run {
        let in_cycle = day.rem_euclid(CYCLE);
        self.runs[self.runs.partition_point(|run| run.start <= in_cycle).saturating_sub(1)]
    }

    /// The plan of the day by its weekday.
    fn usual(&self, day: i64) -> usize {
        self.weeks[self.run_at(day).week].plans[weekday(day)]
    }

    /// The season that holds the day, by its place in the file.
    pub fn season(&self, day: i64) -> Option<usize> {
        self.run_at(day).week.checked_sub(1)
    }

    /// The sessions of a day, in order.
    pub fn sessions(&self, day: i64) -> &[Session] {
        let plan = match self.specials.binary_search_by_key(&day, |s| s.day) {
            Ok(i) => self.specials[i].plan,
            Err(_) => self.usual(day),
        };
        &self.plans[plan]
    }

    /// Working microseconds before the midnight that begins the day, counted from an arbitrary origin.
    fn micros_before(&self, day: i64) -> i64 {
        let special = self.specials.get(self.specials.partition_point(|s| s.day < day));
        let change = special.map_or(self.all_micros, |s| s.micros_before);
        let (run, in_cycle) = (self.run_at(day), day.rem_euclid(CYCLE));
        let week = &self.weeks[run.week];
        let usual = run.micros_before + week.micros_before(in_cycle) - week.micros_before(run.start);
        day.div_euclid(CYCLE) * self.cycle_micros + usual + change
    }

    /// Working days before the day, counted from an arbitrary origin.
    pub fn days_before(&self, day: i64) -> i64 {
        let special = self.specials.get(self.specials.partition_point(|s| s.day < day));
        let change = special.map_or(self.all_days, |s| s.days_before);
        let (run, in_cycle) = (self.run_at(day), day.rem_euclid(CYCLE));
        let week = &self.weeks[run.week];
        let usual = run.days_before + week.days_before(in_cycle) - week.days_before(run.start);
        day.div_euclid(CYCLE) * self.cycle_days + usual + change
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

impl Week {
    /// Working microseconds before the day, were every week like this one.
    fn micros_before(&self, day: i64) -> i64 {
        weeks(day) * self.micros[7] + self.micros[weekday(day)]
    }

    /// Working days before the day, were every week like this one.
    fn days_before(&self, day: i64) -> i64 {
        weeks(day) * self.days[7] + self.days[weekday(day)]
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
