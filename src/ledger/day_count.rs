//! The days of a term that is counted in days: which dates are number one to N, and why the others have no number.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

use crate::calendar::calendar::Calendar;
use crate::calendar::explain::{Why, day};
use crate::calendar::working_time::{Length, WorkingTime};
use crate::ids::Ts;
use crate::ledger::clock_history::Stand;
use crate::ledger::explanation::Unit;
use crate::machine::event::Clock;

/// The most dates listed; a date that somebody typed may lie far ahead.
const MOST_DAYS: usize = 4_000;

/// One date of the term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayCount {
    pub date: Date,
    /// From 1 on; nothing for a date that is not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    pub role: Role,
    /// What the calendar says of the date.
    #[serde(flatten)]
    pub why: Why,
}

/// What a date is to a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Counted,
    /// The day of receipt: counting begins after it.
    Receipt,
    /// Received late, or on a day off: it counts as received on the next working day.
    BeforeReceipt,
    /// A day off.
    Off,
    /// The clock stood.
    Stood,
    /// The term ended on a day off and moves to the next working day (Civil Code 2015, Article 148(5)).
    Moved,
}

/// How many days the dates add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub total_days: u32,
    /// Days that are over.
    pub used_days: u32,
    pub left_days: u32,
}

/// A span of dates in which days are counted: those after `after`, up to and with `last`.
struct Run {
    after: Date,
    last: Date,
}

/// The dates of a clock counted in days, up to its deadline, and what they add up to as of `now`.
pub fn count_days(
    clock: &Clock,
    unit: Unit,
    stands: &[&Stand],
    calendar: &Calendar,
    cut_off: Option<(u8, u8)>,
    now: Ts,
) -> (Vec<DayCount>, Option<Tally>) {
    let working = match unit {
        Unit::WorkingDays => true,
        Unit::CalendarDays => false,
        _ => return (Vec::new(), None),
    };
    let first = calendar.local(clock.started).date();
    let received = if working { calendar.received_on(clock.started, cut_off) } else { first };
    let runs = runs(clock, stands, calendar, received, working);
    let most = if working { None } else { calendar_days(clock, first) };
    let plan = Plan { first, received, calendar, working, runs: &runs, most };
    let (days, total) = plan.number(&BTreeSet::new());
    let off = parted(clock, stands, calendar, &days, total);
    let (days, total) = if off.is_empty() { (days, total) } else { plan.number(&off) };
    let today = calendar.local(now).date();
    let closed = calendar.is_working_day(today) && calendar.end_of_working_day(midnight(calendar, today)) <= now;
    let over = |day: &&DayCount| day.number.is_some() && (day.date < today || (day.date == today && closed));
    let used = u32::try_from(days.iter().filter(over).count()).unwrap_or(u32::MAX);
    (days, Some(Tally { total_days: total, used_days: used, left_days: total.saturating_sub(used) }))
}

/// What gives each date its role and number.
struct Plan<'a> {
    first: Date,
    received: Date,
    calendar: &'a Calendar,
    working: bool,
    runs: &'a [Run],
    /// After so many days the term is over and only moves off a day off.
    most: Option<u32>,
}

impl Plan<'_> {
    /// The dates up to the deadline, and how many have a number. Those in `parted` are counted where they would not be,
    /// and not counted where they would.
    fn number(&self, parted: &BTreeSet<Date>) -> (Vec<DayCount>, u32) {
        let due = self.runs.last().map_or(self.first, |run| run.last);
        let (mut next, mut moving) = (1, false);
        let mut days = Vec::new();
        for date in self.first.series(1.day()).take_while(|date| *date <= due).take(MOST_DAYS) {
            let role = match self.role(date, moving) {
                Role::Counted if parted.contains(&date) => Role::Stood,
                Role::Stood if parted.contains(&date) => Role::Counted,
                role => role,
            };
            let number = (role == Role::Counted).then_some(next);
            if let Some(number) = number {
                moving = self.most == Some(number) && !self.calendar.is_working_day(date);
                next += 1;
            }
            days.push(DayCount { date, number, role, why: day(self.calendar, date) });
        }
        (days, next - 1)
    }

    fn role(&self, date: Date, moving: bool) -> Role {
        let worked = self.calendar.is_working_day(date);
        match () {
            () if date < self.received && date > self.first => Role::Off,
            () if date < self.received => Role::BeforeReceipt,
            () if date == self.received => Role::Receipt,
            () if !self.runs.iter().any(|run| run.after < date && date <= run.last) => {
                if worked || !self.working {
                    Role::Stood
                } else {
                    Role::Off
                }
            }
            () if self.working && !worked => Role::Off,
            () if moving => Role::Moved,
            () => Role::Counted,
        }
    }
}

/// The dates on which the clock stood for a part only, whose parts make the count what the limit says: they are counted
/// as long as the parts do not add up to a day, and one of them is not as soon as they do.
fn parted(clock: &Clock, stands: &[&Stand], calendar: &Calendar, days: &[DayCount], total: u32) -> BTreeSet<Date> {
    let whole = stands.iter().all(|stand| stand.to.is_some());
    let Some(limit) = working_days(clock).filter(|_| whole) else { return BTreeSet::new() };
    let edges = stands.iter().flat_map(|stand| [Some(stand.from), stand.to]).flatten();
    let edges: BTreeSet<Date> = edges.map(|at| calendar.local(at).date()).collect();
    let (role, many) = match total < limit {
        true => (Role::Stood, limit - total),
        false => (Role::Counted, total - limit),
    };
    let candidates = days.iter().filter(|day| day.role == role && edges.contains(&day.date));
    candidates.filter(|day| calendar.is_working_day(day.date)).map(|day| day.date).take(many as usize).collect()
}

/// How many working days the limit has, where it is nothing else.
fn working_days(clock: &Clock) -> Option<u32> {
    if clock.rule == "day" { WorkingTime::parse(&clock.limit).ok()?.whole_working_days() } else { None }
}

/// Where days are counted: from the receipt on, and again after each standing.
fn runs(clock: &Clock, stands: &[&Stand], calendar: &Calendar, received: Date, working: bool) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut after = received;
    for stand in stands {
        let stood = if working { calendar.next_working_instant(stand.from) } else { stand.from };
        runs.push(Run { after, last: calendar.local(stood).date() });
        // While it stands, nothing more is counted yet.
        let Some(to) = stand.to else { return runs };
        after = if working { calendar.received_on(to, None) } else { calendar.local(to).date() };
    }
    runs.push(Run { after, last: calendar.ended_on(clock.deadline) });
    runs
}

/// How many calendar days the limit has, were no day off at its end.
fn calendar_days(clock: &Clock, first: Date) -> Option<u32> {
    let limit: WorkingTime = serde_json::from_value(serde_json::Value::from(clock.limit.as_str())).ok()?;
    let [part] = limit.parts() else { return None };
    let last = match part {
        Length::CalendarDays(days) => first.checked_add(i64::from(*days).days()).ok()?,
        Length::Months(months) => first.checked_add(i64::from(*months).months()).ok()?,
        _ => return None,
    };
    u32::try_from((last - first).get_days()).ok()
}

fn midnight(calendar: &Calendar, date: Date) -> Ts {
    calendar.instant(date.to_datetime(jiff::civil::Time::midnight()))
}
