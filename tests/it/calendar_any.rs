//! A swap of working days comes over a case in any state: random histories broken off half-way, each counted anew by a
//! version with days off and a Saturday worked ahead of it.

use std::sync::Arc;

use jiff::ToSpan;
use quytrinh::calendar::calendar::{Calendar, Rule};
use quytrinh::calendar::day::DayKind;
use quytrinh::calendar::working_time::WorkingTime;
use quytrinh::definition::procedure::Procedure;
use quytrinh::ids::Ts;
use quytrinh::machine::case::{Case, Running};
use quytrinh::machine::command::{Actor, Command};
use quytrinh::machine::event::{ChangedClock, Event, Scope, TimerKind};

use crate::machine::random::{PROCEDURES, begun};
use crate::machine::stage::{calendars, procedure};
use crate::support::hanoi;

/// The next version: three office days of the coming six weeks are off, one Saturday of them is worked. Nothing where
/// the shipped calendar knows no days so late.
fn swapped(now: Ts, seed: u64) -> Option<Arc<Calendar>> {
    let shipped = calendars().get(&"hanoi".into()).unwrap().clone();
    let today = shipped.local(now).date();
    if today.series(1.day()).nth(60)? > shipped.known().1 {
        return None;
    }
    let ahead = || today.series(1.day()).skip(1).take(42).map(|date| shipped.day(date));
    let pick = |days: Vec<String>, n: u64| days[((seed * 7 + n * 5) as usize) % days.len()].clone();
    let office: Vec<String> =
        ahead().filter(|day| day.why == DayKind::Regular).map(|day| day.date.to_string()).collect();
    let rest = ahead().filter(|day| day.why == DayKind::WeeklyRest && day.date.weekday().to_monday_one_offset() == 6);
    let worked = pick(rest.map(|day| day.date.to_string()).collect(), 0);
    let mut off: Vec<String> = (0..3).map(|n| pick(office.clone(), n)).collect();
    off.sort();
    off.dedup();
    let off: Vec<&str> = off.iter().map(String::as_str).collect();
    Some(Arc::new(hanoi::calendar(&hanoi::changed(1, &off, &[&worked]))))
}

/// The clock as it was, and up to when it has run: now, or since when it stands.
fn clock<'a>(case: &'a Case, scope: &Scope, now: Ts) -> (&'a Running, Ts) {
    let ran = case.stopped.as_ref().map_or(now, |stopped| stopped.since);
    match scope {
        Scope::Case => (case.clock.as_ref().unwrap(), ran),
        Scope::Group(group) => {
            let group = &case.groups[group];
            (group, group.left.map_or(ran, |left| left.min(ran)))
        }
        Scope::Branch(branch) => (case.branches[branch].clock.as_ref().unwrap(), now),
    }
}

/// What the clock would end at, had it begun by the new version; nothing where it stood or was given a fixed date.
fn anew(procedure: &Procedure, running: &Running, new: &Calendar) -> Option<Ts> {
    let clock = &running.clock;
    if running.since != clock.started || clock.rule == "date" {
        return None;
    }
    let length = WorkingTime::parse(&clock.limit).ok()?;
    let rule = if clock.rule == "day" { Rule::Day { cut_off: procedure.case.cut_off } } else { Rule::Hour };
    Some(new.add(clock.started, &length, rule))
}

#[derive(Debug, Default)]
struct Seen {
    cases: u32,
    moved: u32,
    fresh: u32,
    standing: u32,
    ended: u32,
}

impl Seen {
    fn look(&mut self, procedure: &Procedure, before: &Case, changed: &ChangedClock, new: &Calendar, now: Ts) {
        let (was, until) = clock(before, &changed.scope, now);
        assert_eq!((was.clock.deadline, was.clock.started), (changed.old_deadline, changed.clock.started));
        assert!(changed.clock.deadline >= until, "a deadline in the past: {changed:?}");
        assert_eq!(changed.clock.calendar_version, new.version());
        for (n, (old, new)) in (0..).zip(was.clock.reminders.iter().zip(&changed.clock.reminders)) {
            assert!(!was.fired.contains(&TimerKind::Reminder(n)) || old == new, "it would ring again: {changed:?}");
        }
        self.moved += u32::from(changed.clock.deadline != changed.old_deadline);
        if let Some(fresh) = anew(procedure, was, new) {
            // What the new version has over already ends today, or when it would have.
            assert!(fresh == changed.clock.deadline || fresh < until, "{fresh} and not {changed:?}");
            self.fresh += u32::from(fresh == changed.clock.deadline && fresh != changed.old_deadline);
        }
    }
}

/// Replay is clean, what was told to the citizen stays, what has rung stays rung, a case that ended stays as it is, and
/// a clock that never stood is what it would be had it begun by the new version.
#[test]
fn whatever_state_a_case_is_in_a_swap_is_counted() {
    let mut seen = Seen::default();
    for name in PROCEDURES {
        let procedure = procedure(name);
        for seed in 0..40 {
            let mut stage = begun(&procedure, seed, 2 + (seed % 12) as u32);
            let Some(before) = stage.case.clone() else { continue };
            let Some(new) = swapped(stage.now, seed) else { continue };
            stage.calendars.put(new.clone());
            let asked = stage.act(Actor::System, Command::ChangeCalendar { calendar: "hanoi".into() });
            let Ok(events) = asked else {
                let expected = if before.is_open() { "calendar_unchanged" } else { "case_ended" };
                assert_eq!(asked.unwrap_err().code.word(), expected);
                assert_eq!(stage.case.as_ref(), Some(&before));
                seen.ended += u32::from(!before.is_open());
                continue;
            };
            let [Event::CalendarChanged { clocks, .. }] = &events[..] else { panic!("{events:?}") };
            let after = stage.case.as_ref().unwrap();
            assert_eq!((before.promise, before.apology_at), (after.promise, after.apology_at), "{name} {seed}");
            seen.cases += 1;
            seen.standing += u32::from(before.stopped.is_some());
            clocks.iter().for_each(|changed| seen.look(&procedure, &before, changed, &new, stage.now));
            stage.replay();
            let again = stage.act(Actor::System, Command::ChangeCalendar { calendar: "hanoi".into() });
            assert_eq!(again.unwrap_err().code.word(), "calendar_unchanged", "{name} {seed}");
        }
    }
    println!("{seen:?}");
    let Seen { cases, moved, fresh, standing, ended } = seen;
    assert!(cases > 60 && moved > 80 && fresh > 60 && standing > 1 && ended > 3, "{seen:?}");
}
