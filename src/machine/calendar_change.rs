//! A calendar changed: what becomes of clocks that an older version of it computed. The dates told to the citizen, and
//! the alarm that hangs on them, stay as they are; so does a clock whose deadline has passed.

use crate::calendar::calendar::{Calendar, Rule};
use crate::calendar::shelf::Calendars;
use crate::calendar::working_time::{Length, WorkingTime};
use crate::definition::procedure::Procedure;
use crate::ids::{CalendarId, StepId, Ts};
use crate::machine::case::{Case, Running};
use crate::machine::command::Actor;
use crate::machine::draft::Draft;
use crate::machine::event::{ChangedClock, Clock, Event, Reminder, Scope, TimerKind};
use crate::machine::refusal::Refusal;
use crate::machine::{clocks, words};

/// Counts the case's clocks anew by the version of the calendar in force.
pub(super) fn change(draft: &mut Draft<'_>, calendar: &CalendarId) -> Result<(), Refusal> {
    may_change(draft)?;
    let new = clocks::calendar(draft, Some(calendar))?;
    let clocks = changed(draft.procedure(), draft.case(), draft.rules.calendars, new, draft.at);
    if clocks.is_empty() {
        return Err(words::calendar_unchanged(draft, new));
    }
    draft.push(Event::CalendarChanged { calendar: calendar.clone(), version: new.version(), clocks })
}

/// The engine, and whoever may publish a calendar: administrators, and authors for the unit's procedures.
fn may_change(draft: &Draft<'_>) -> Result<(), Refusal> {
    let may = match draft.actor {
        Actor::System => true,
        Actor::Person(person) => {
            draft.directory().is_admin(person) || draft.directory().is_author(person, &draft.procedure().owner)
        }
        Actor::Delegate { .. } => false,
    };
    if may { Ok(()) } else { Err(words::not_calendar_keeper()) }
}

/// The clocks of a case as `new` makes them, where it moves any instant of one of them; otherwise none. Clocks that only
/// get the new version's number go along, so that a case is counted by one version afterwards.
pub fn changed(procedure: &Procedure, case: &Case, calendars: &Calendars, new: &Calendar, at: Ts) -> Vec<ChangedClock> {
    if !case.is_open() {
        return Vec::new();
    }
    let mut moves = false;
    let mut all = Vec::new();
    for whose in clocks_of(case, at) {
        let old = &whose.running.clock;
        let other = old.calendar == *new.id() && old.calendar_version != new.version();
        // What is over is over.
        if !other || old.deadline <= whose.until {
            continue;
        }
        let Some(by) = calendars.version(&old.calendar, old.calendar_version) else { continue };
        let clock = recount(procedure, case, &whose, by, new);
        moves |= instants(&clock) != instants(old);
        all.push(ChangedClock { scope: whose.scope, step: whose.step.cloned(), old_deadline: old.deadline, clock });
    }
    if moves { all } else { Vec::new() }
}

/// A clock of the case, and up to when it has run: now, or since when it stands.
struct Whose<'a> {
    scope: Scope,
    step: Option<&'a StepId>,
    running: &'a Running,
    until: Ts,
}

fn clocks_of(case: &Case, at: Ts) -> impl Iterator<Item = Whose<'_>> {
    let until = case.stopped.as_ref().map_or(at, |stopped| stopped.since);
    let own = case.clock.iter().map(move |running| Whose { scope: Scope::Case, step: None, running, until });
    let groups = case.groups.iter().map(move |(group, running)| {
        let until = running.left.map_or(until, |left| left.min(until));
        Whose { scope: Scope::Group(group.clone()), step: None, running, until }
    });
    let branches = case.branches.values().filter_map(move |branch| {
        let running = branch.clock.as_ref()?;
        Some(Whose { scope: Scope::Branch(branch.id), step: Some(&branch.step), running, until: at })
    });
    own.chain(groups).chain(branches)
}

fn instants(clock: &Clock) -> (Ts, &[Reminder], &[Ts]) {
    (clock.deadline, &clock.reminders, &clock.escalations)
}

/// The clock by another version. One that never stood is computed anew from its beginning; of one that stood, what was
/// left when it began to run again is added on by the new version, and the part of a day that standing has added stays
/// with it. Never earlier than now.
fn recount(procedure: &Procedure, case: &Case, whose: &Whose<'_>, by: &Calendar, new: &Calendar) -> Clock {
    let running = whose.running;
    let old = &running.clock;
    let counted = written(procedure, case, running, new)
        .unwrap_or_else(|| clocks::left_from(by, new, old, running.since.max(old.started), running.since));
    let deadline = match counted < whose.until {
        // The new version has it over already: whoever holds it has this day to its close, or what he had.
        true => new.end_of_working_day(new.next_working_instant(whose.until)).min(old.deadline),
        false => counted,
    };
    let reminders = old.reminders.iter().zip(0..);
    let reminders = reminders.map(|(r, n)| Reminder { at: remind(whose, r, n, by, new, deadline), ..*r }).collect();
    let escalations = clocks::shifted(by, new, old, deadline);
    let counted_to = old.counted_to.map(|end| match old.rule.as_str() {
        "calendar" => Ts(deadline.0.saturating_add(end.0.saturating_sub(old.deadline.0))),
        _ => new.add_working_micros(deadline, by.working_micros(old.deadline, end)),
    });
    Clock { deadline, counted_to, reminders, escalations, calendar_version: new.version(), ..old.clone() }
}

/// The deadline as written: a fixed date, or the whole limit where the clock never stood.
fn written(procedure: &Procedure, case: &Case, running: &Running, new: &Calendar) -> Option<Ts> {
    let clock = &running.clock;
    if clock.rule == "date" {
        return Some(clocks::end_of(new, clocks::fixed_date(case, clock, new)));
    }
    if running.since != clock.started {
        return None;
    }
    let length = WorkingTime::parse(&clock.limit).ok()?;
    let rule = if clock.rule == "day" { Rule::Day { cut_off: procedure.case.cut_off } } else { Rule::Hour };
    Some(new.add(clock.started, &length, rule))
}

/// When a reminder rings by the new version. What has rung, or would have while the clock ran, stays.
fn remind(whose: &Whose<'_>, reminder: &Reminder, n: u16, by: &Calendar, new: &Calendar, deadline: Ts) -> Ts {
    let running = whose.running;
    let (old, since) = (&running.clock, running.since);
    let stays = old.rule == clocks::CLOCK || running.fired.contains(&TimerKind::Reminder(n));
    if stays || reminder.at <= whose.until {
        return reminder.at;
    }
    let at = match reminder.percent {
        Some(percent) if since == old.started => {
            new.add_working_minutes(since, new.working_minutes(since, deadline) * i64::from(percent) / 100)
        }
        Some(_) => new.add_working_minutes(since, by.working_minutes(since, reminder.at)),
        None => {
            let minutes = u32::try_from(by.working_minutes(reminder.at, old.deadline)).unwrap_or(0);
            new.subtract(deadline, &WorkingTime::of(Length::WorkingMinutes(minutes)))
        }
    };
    at.max(whose.until).min(deadline)
}
