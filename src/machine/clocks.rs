//! Until when: from written limits to clocks with their reminders and escalations, and what becomes of a clock that
//! stood or was lengthened. It computes; it decides nothing.

use std::sync::Arc;

use jiff::civil::{Date, Time};

use crate::calendar::calendar::{Calendar, Rule};
use crate::calendar::working_time::{Length, WorkingTime};
use crate::definition::procedure::{Counting, Escalation, Group, Limit, Warn};
use crate::definition::window::{self, Day};
use crate::ids::{CalendarId, FieldId, GroupId, Ts, UnitId};
use crate::machine::case::{Case, Running};
use crate::machine::command::Actor;
use crate::machine::draft::Draft;
use crate::machine::event::{Clock, Reminder};
use crate::machine::refusal::Refusal;
use crate::machine::{fixed, words};

/// The rule of terms in hours of the clock.
pub(super) const CLOCK: &str = "clock";
const MINUTE: i64 = 60_000_000;

/// What a clock is made from.
struct Terms<'a> {
    limit: &'a Limit,
    calendar: Option<&'a CalendarId>,
    rule: Rule,
    warn: &'a [Warn],
    escalate: &'a [Escalation],
    each: Option<&'a UnitId>,
}

/// The case's own clock from now; nothing where it is untimed.
pub(super) fn of_case(draft: &Draft<'_>) -> Result<Option<Clock>, Refusal> {
    let case = &draft.procedure().case;
    let rule = match case.counting {
        Counting::Day => Rule::Day { cut_off: case.cut_off },
        Counting::Hours => Rule::Hour,
    };
    let limit = draft.variant().and_then(|variant| variant.case.as_ref()).unwrap_or(&case.within);
    let terms = Terms { limit, calendar: None, rule, warn: &case.warn, escalate: &[], each: None };
    start(draft, &terms)
}

/// A step's clock from now, by the hour rule: by the step's own calendar, else that of the unit that holds it.
pub(super) fn of_step(
    draft: &Draft<'_>,
    limit: &Limit,
    calendar: Option<&CalendarId>,
    escalate: &[Escalation],
    each: Option<&UnitId>,
    holder: &UnitId,
) -> Result<Option<Clock>, Refusal> {
    let warn = &draft.procedure().case.warn;
    let calendar = calendar.or_else(|| draft.directory().calendar_of(holder));
    start(draft, &Terms { limit, calendar, rule: Rule::Hour, warn, escalate, each })
}

/// A group's clock from now, by the hour rule and the calendar of the unit whose subtotal it is; with its own reminders.
pub(super) fn of_group(draft: &Draft<'_>, id: &GroupId, group: &Group) -> Result<Option<Clock>, Refusal> {
    let Some(limit) = limit_of_group(draft, id, group) else { return Ok(None) };
    let calendar = group.unit.as_ref().and_then(|unit| draft.directory().calendar_of(unit));
    start(draft, &Terms { limit, calendar, rule: Rule::Hour, warn: &group.warn, escalate: &[], each: None })
}

/// The limit of a group in this case.
pub(super) fn limit_of_group<'a>(draft: &Draft<'a>, id: &GroupId, group: &'a Group) -> Option<&'a Limit> {
    draft.variant().and_then(|variant| variant.groups.get(id)).or(group.within.as_ref())
}

/// When to remind of something due at `deadline` by the procedure's calendar, so long before it.
pub(super) fn ahead_of(draft: &Draft<'_>, deadline: Ts, length: &WorkingTime) -> Result<Ts, Refusal> {
    Ok(calendar(draft, None)?.subtract(deadline, length))
}

/// The instant a term that is no clock of a step ends: by the calendar of a unit that has one, else the procedure's.
pub(super) fn term_from(
    draft: &Draft<'_>,
    from: Ts,
    length: &WorkingTime,
    unit: Option<&UnitId>,
) -> Result<Ts, Refusal> {
    let id = unit.and_then(|unit| draft.directory().calendar_of(unit));
    Ok(calendar(draft, id)?.add(from, length, Rule::Hour))
}

/// The clock after it stood from `since` until now: what was left is left, to the microsecond.
pub(super) fn after_standing(draft: &Draft<'_>, running: &Running, since: Ts) -> Result<Clock, Refusal> {
    let old = &running.clock;
    // By the version that computed it: a newer one moves a deadline only when it is applied, with both dates in the record.
    let calendar = match draft.rules.calendars.version(&old.calendar, old.calendar_version) {
        Some(by) => by,
        None => calendar(draft, Some(&old.calendar))?,
    };
    let since = since.max(running.since).max(old.started);
    // What is over is over, and a fixed date does not move.
    if old.deadline <= since || old.rule == "date" {
        return Ok(old.clone());
    }
    let stood = Stood { calendar, rule: &old.rule, since, until: draft.at };
    let (deadline, counted_to) = match old.rule.as_str() {
        "day" | "calendar" => stood.in_days(old),
        _ => (stood.moved(old.deadline), None),
    };
    let reminders = old.reminders.iter();
    let reminders = reminders.map(|r| Reminder { at: stood.moved(r.at).min(deadline), percent: r.percent }).collect();
    let escalations = shifted(calendar, calendar, old, deadline);
    Ok(Clock { deadline, counted_to, reminders, escalations, calendar_version: calendar.version(), ..old.clone() })
}

/// A stretch in which a clock stood.
struct Stood<'a> {
    calendar: &'a Calendar,
    rule: &'a str,
    since: Ts,
    until: Ts,
}

impl Stood<'_> {
    /// An instant ahead of the stretch, later by it: working time by working time, clock hours by the clock.
    fn moved(&self, at: Ts) -> Ts {
        if at <= self.since { at } else { self.later(at) }
    }

    fn later(&self, at: Ts) -> Ts {
        if self.rule == CLOCK {
            return self.really_later(at);
        }
        match self.calendar.working_micros(self.since, self.until) {
            ..=0 => at,
            stood => self.calendar.add_working_micros(at, stood),
        }
    }

    fn really_later(&self, at: Ts) -> Ts {
        Ts(at.0.saturating_add(self.until.0.saturating_sub(self.since.0)))
    }

    /// A term in whole days is due at the close of a day, and moves by the days between the day it stopped and the day
    /// it ran again. Parts of days would add up over many standings, a minute each evening to a day each time: so where
    /// the counted time itself ends is kept, and over all of them the term is never a whole day off. It is never due in
    /// the stretch it stood either: what was left is then left by the minute.
    fn in_days(&self, old: &Clock) -> (Ts, Option<Ts>) {
        let counted_to = old.counted_to.unwrap_or(old.deadline);
        let counted_to = if self.in_calendar_days() { self.really_later(counted_to) } else { self.later(counted_to) };
        let close = self.calendar.close_of_day_ending(counted_to);
        let deadline = self.not_a_day_before(self.day_by_day(old), counted_to, close).min(close);
        let deadline = if deadline > self.until { deadline } else { self.by_the_minute(old.deadline) };
        (deadline, Some(counted_to).filter(|end| *end != deadline))
    }

    fn in_calendar_days(&self) -> bool {
        self.rule == "calendar"
    }

    /// As many days after the day it ran again as were left after the day it stopped.
    fn day_by_day(&self, old: &Clock) -> Ts {
        let (calendar, deadline) = (self.calendar, old.deadline);
        if self.in_calendar_days() {
            let left = (calendar.local(deadline).date() - calendar.local(self.since).date()).get_days();
            return calendar.add(self.until, &WorkingTime::of(Length::CalendarDays(left.unsigned_abs())), Rule::Hour);
        }
        let left = calendar.working_days_between(calendar.next_working_instant(self.since), deadline);
        // Stopped before the day it counts as received on, the whole term is left and not a day more.
        end_of_nth_working_day(calendar, self.until, left.min(whole_days(&old.limit).unwrap_or(left)))
    }

    fn not_a_day_before(&self, deadline: Ts, counted_to: Ts, close: Ts) -> Ts {
        let calendar = self.calendar;
        if self.in_calendar_days() {
            let whole = counted_to.0.saturating_sub(deadline.0).max(0) / 86_400_000_000;
            let whole = Length::CalendarDays(u32::try_from(whole).unwrap_or(0));
            return if whole == Length::CalendarDays(0) {
                deadline
            } else {
                calendar.run_on(deadline, &WorkingTime::of(whole), Rule::Hour)
            };
        }
        let part = i64::from(close != counted_to);
        match calendar.working_days_between(deadline, counted_to) - part {
            ..=0 => deadline,
            whole => calendar.run_on(deadline, &days(whole), Rule::Day { cut_off: None }),
        }
    }

    fn by_the_minute(&self, deadline: Ts) -> Ts {
        if !self.in_calendar_days() {
            return self.later(deadline);
        }
        let left = self.really_later(deadline);
        if self.calendar.is_working(left) { left } else { self.calendar.next_working_instant(left) }
    }
}

/// How many working days a written length has, where it is nothing else.
fn whole_days(limit: &str) -> Option<i64> {
    WorkingTime::parse(limit).ok()?.whole_working_days().map(i64::from)
}

fn days(days: i64) -> WorkingTime {
    let quarters = u32::try_from(days.max(0)).unwrap_or(u32::MAX / 4).saturating_mul(4);
    WorkingTime::of(Length::WorkingDays { quarters })
}

/// Where a deadline comes to lie when what was left of it at `since`, measured by the version `by` that computed it, is
/// added on from `from` by `new`, under the clock's own rule.
pub(super) fn left_from(by: &Calendar, new: &Calendar, old: &Clock, since: Ts, from: Ts) -> Ts {
    match old.rule.as_str() {
        "day" => {
            let left = by.working_days_between(by.next_working_instant(since), old.deadline);
            end_of_nth_working_day(new, from, left)
        }
        "calendar" => {
            let days = (by.local(old.deadline).date() - by.local(since).date()).get_days();
            new.add(from, &WorkingTime::of(Length::CalendarDays(days.unsigned_abs())), Rule::Hour)
        }
        CLOCK => Ts(old.deadline.0.saturating_add(from.0 - since.0)),
        _ => new.add_working_minutes(from, by.working_minutes(since, old.deadline)),
    }
}

/// The date a clock with a fixed date is written to, before a day off moved its end.
pub(super) fn fixed_date(case: &Case, clock: &Clock, calendar: &Calendar) -> Date {
    let window = clock.limit.strip_prefix("from ").and_then(|days| days.split_once(" until "));
    let written = window.map(|(_, until)| until).or(clock.limit.strip_prefix("until ")).unwrap_or_default();
    let of_year = || match Day::of_year(written)? {
        // A window may have been entered between its last day and the close that a day off moved.
        Day::OfYear { month, day } if window.is_some() => {
            Some(window::latest(calendar.local(clock.deadline).date(), month, day))
        }
        Day::OfYear { month, day } => Some(window::next(calendar.local(clock.started).date(), month, day)),
        Day::Field(_) => None,
    };
    let in_field = || case.fields.get(&FieldId::from(written))?.as_text()?.parse().ok();
    of_year().or_else(in_field).unwrap_or_else(|| calendar.local(clock.deadline).date())
}

/// The case's clock, longer by `length`; reminders are laid out anew over the whole term.
pub(super) fn extended(draft: &Draft<'_>, old: &Clock, length: &WorkingTime) -> Result<Clock, Refusal> {
    let calendar = calendar(draft, Some(&old.calendar))?;
    let rule = if old.rule == "day" { Rule::Day { cut_off: None } } else { Rule::Hour };
    let deadline = calendar.run_on(old.deadline, length, rule);
    // The part of a day that standing has added stays with it.
    let longer = calendar.working_micros(old.deadline, deadline);
    let counted_to = old.counted_to.map(|end| calendar.add_working_micros(end, longer));
    let reminders = reminders(calendar, &draft.procedure().case.warn, old.started, deadline, &old.rule);
    Ok(Clock {
        deadline,
        counted_to,
        reminders,
        limit: format!("{} + {}", old.limit, length.en()),
        calendar_version: calendar.version(),
        ..old.clone()
    })
}

/// The calendar of that name, or the procedure's own.
pub(super) fn calendar<'a>(draft: &Draft<'a>, id: Option<&CalendarId>) -> Result<&'a Arc<Calendar>, Refusal> {
    let id = id.unwrap_or(&draft.procedure().calendar);
    draft.rules.calendars.get(id).ok_or_else(|| words::no_calendar(id))
}

fn start(draft: &Draft<'_>, terms: &Terms<'_>) -> Result<Option<Clock>, Refusal> {
    let calendar = calendar(draft, terms.calendar)?;
    let mut started = draft.at;
    let (deadline, rule, limit) = match plain(draft, terms.limit, terms.each)? {
        Limit::Untimed { .. } => return Ok(None),
        Limit::Length(length) => {
            (calendar.add(started, length, terms.rule), rule_word(length, terms.rule), length.to_string())
        }
        Limit::DayOfYear { month, day } => {
            let date = window::next(calendar.local(started).date(), *month, *day);
            (end_of(calendar, date), "date", format!("until {day:02}/{month:02}"))
        }
        Limit::Field(field) => match date_in(draft, field) {
            Ok(date) => (end_of(calendar, date), "date", format!("until {field}")),
            // Time goes on also where nobody can be asked for the date: the step is untimed rather than not entered.
            Err(_) if *draft.actor == Actor::System => return Ok(None),
            Err(missing) => return Err(missing),
        },
        Limit::Window(window) => match fixed::window(draft, calendar, window)? {
            Some((opens, closes)) => {
                started = opens;
                (closes, "date", window.to_string())
            }
            None => return Ok(None),
        },
        Limit::Decided { field, at_most } => {
            let length = fixed::decided(draft, field, at_most)?;
            (calendar.add(started, &length, terms.rule), rule_word(&length, terms.rule), length.to_string())
        }
        Limit::Choose(_) => return Err(words::broken("a choice of limits has no `else`")),
    };
    let late = |escalation: &Escalation| calendar.add(deadline, &escalation.after, Rule::Hour);
    Ok(Some(Clock {
        started,
        deadline,
        rule: rule.to_owned(),
        limit,
        calendar: calendar.id().clone(),
        calendar_version: calendar.version(),
        counted_to: None,
        reminders: reminders(calendar, terms.warn, started, deadline, rule),
        escalations: terms.escalate.iter().map(late).collect(),
    }))
}

/// The limit once every choice in it is made.
fn plain<'l>(draft: &Draft<'_>, limit: &'l Limit, each: Option<&UnitId>) -> Result<&'l Limit, Refusal> {
    match limit {
        Limit::Choose(choices) => match draft.choose(choices, each)? {
            Some(limit) => plain(draft, limit, each),
            None => Ok(limit),
        },
        _ => Ok(limit),
    }
}

/// The reminders of a term, in the order of the file; those that would not fall inside it are left out.
///
/// A share of a term is a share of what it is counted in: of working minutes, so that it rings in working hours; of a
/// term in clock hours of the minutes of the clock, and then it rings at its own instant, at night too.
fn reminders(calendar: &Calendar, warn: &[Warn], started: Ts, deadline: Ts, rule: &str) -> Vec<Reminder> {
    let share = |percent: u8| match rule {
        CLOCK => started.plus_minutes((deadline.0 - started.0) / MINUTE * i64::from(percent) / 100),
        _ => calendar
            .add_working_minutes(started, calendar.working_minutes(started, deadline) * i64::from(percent) / 100),
    };
    let reminder = |warn: &Warn| match warn {
        Warn::Percent(percent) => Reminder { at: share(*percent), percent: Some(*percent) },
        Warn::Before(length) => Reminder { at: calendar.subtract(deadline, length), percent: None },
    };
    warn.iter().map(reminder).filter(|reminder| started < reminder.at && reminder.at < deadline).collect()
}

/// Escalations follow their deadline at the working distance they had.
pub(super) fn shifted(by: &Calendar, new: &Calendar, old: &Clock, deadline: Ts) -> Vec<Ts> {
    let distance = |at: &Ts| by.working_micros(old.deadline, *at);
    old.escalations.iter().map(|at| new.add_working_micros(deadline, distance(at))).collect()
}

fn end_of_nth_working_day(calendar: &Calendar, from: Ts, left: i64) -> Ts {
    match left {
        ..=0 => calendar.end_of_working_day(calendar.next_working_instant(from)),
        left => calendar.add(from, &days(left), Rule::Day { cut_off: None }),
    }
}

/// The name of the rule that a length is counted by.
fn rule_word(length: &WorkingTime, rule: Rule) -> &'static str {
    let working = |part: &Length| matches!(part, Length::WorkingMinutes(_) | Length::WorkingDays { .. });
    let clock = |part: &Length| matches!(part, Length::ClockMinutes(_));
    match length.parts() {
        parts if parts.iter().any(working) => rule.word(),
        parts if parts.iter().all(clock) => CLOCK,
        _ => "calendar",
    }
}

pub(super) fn end_of(calendar: &Calendar, date: Date) -> Ts {
    calendar.end_of_working_day(calendar.instant(date.to_datetime(Time::midnight())))
}

pub(super) fn date_in(draft: &Draft<'_>, field: &FieldId) -> Result<Date, Refusal> {
    let value = draft.case().fields.get(field).and_then(|value| value.as_text());
    value.and_then(|text| text.parse().ok()).ok_or_else(|| words::missing(draft, vec![field.clone()], vec![], false))
}
