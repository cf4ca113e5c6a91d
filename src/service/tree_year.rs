//! A year of work in a tree of files: the cases that the mandates expect, held against the hours of posts (X09) and
//! against the reminders that a policy lets come to a person (T21).

use std::collections::BTreeMap;

use jiff::ToSpan;

use crate::calendar::calendar::Calendar;
use crate::calendar::working_time::WorkingTime;
use crate::definition::checks::across::t21_reminded::{self, Reminded};
use crate::definition::checks::across::x07_mandate::Duties;
use crate::definition::checks::across::x09_load::{Seat, Year, seat};
use crate::definition::checks::x11_policy::{Rule, binds};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Procedure;
use crate::definition::source::Source;
use crate::directory::Directory;
use crate::ids::{StepId, Ts};
use crate::simulation::axis::Axis;
use crate::simulation::plan::{Known, Place, Plan, Work};
use crate::simulation::run::{Load, run};

/// Working days in which cases come: about a year.
const DAYS: usize = 250;
/// Days of the axis beyond those, for what is still open then.
const TAIL: usize = 400;
/// So many cases are simulated and no more: of a heavier year a part, and beyond a million a year it is one of a million.
const CASES: u64 = 50_000;
const MOST_A_YEAR: u32 = 1_000_000;
/// Any number, the same each time: a check says the same twice.
const SEED: u64 = 1;

/// What is there to count by.
pub struct World<'a> {
    pub directory: &'a Directory,
    pub calendar: &'a Calendar,
    pub at: Ts,
}

impl World<'_> {
    /// A year from now on by the calendar.
    pub fn year(&self) -> Year {
        let from = self.calendar.local(self.at).date();
        let end = self.calendar.instant(from.saturating_add(1.year()).at(0, 0, 0, 0));
        let minutes = self.calendar.working_minutes(self.calendar.instant(from.at(0, 0, 0, 0)), end);
        Year { full_day: self.calendar.full_day_minutes(), minutes: u64::try_from(minutes).unwrap_or(0) }
    }
}

/// What the people of a seat get, of all procedures together.
struct Share<'a> {
    title: &'a str,
    a_week: f64,
    /// Where most of it comes from: how much, the number of the file, the step.
    most: (f64, usize, StepId),
}

/// Seats that get more reminders a week than a policy allows; each with the number of the file that most come from.
pub fn reminded(
    duties: &[Duties<'_>],
    files: &[(&Procedure, &Source)],
    rules: &[Rule<'_>],
    world: &World<'_>,
) -> Vec<(usize, Diagnostic)> {
    if rules.iter().all(|(policy, _)| policy.reminders.is_none()) {
        return Vec::new();
    }
    let mut shares: BTreeMap<Seat, Share<'_>> = BTreeMap::new();
    for task in duties.iter().flat_map(|(mandate, _)| mandate.tasks.values()) {
        let Some(cases) = task.cases.filter(|cases| *cases > 0) else { continue };
        for (n, (procedure, _)) in files.iter().enumerate().filter(|(_, (procedure, _))| task.is_done_by(procedure)) {
            for (step, a_week) in simulated(procedure, cases, &task.work, world) {
                let Some((seat, title, _)) = seat(procedure, world.directory, world.at, &step) else { continue };
                let this = (a_week, n, step);
                let share = shares.entry(seat).or_insert(Share { title, a_week: 0.0, most: this.clone() });
                share.a_week += a_week;
                if this.0 > share.most.0 {
                    share.most = this;
                }
            }
        }
    }
    let mut found = Vec::new();
    for share in shares.values() {
        let (_, n, step) = &share.most;
        let told = Reminded { title: share.title, a_week: share.a_week, step };
        let bound = rules.iter().filter(|(policy, _)| binds(policy, files[*n].0, Some(world.directory)));
        found.extend(
            bound.filter_map(|rule| t21_reminded::check(*rule, files[*n], &told)).map(|told| (*n, told)).take(1),
        );
    }
    found
}

/// Reminders a week to each of those who do a step, by the step of their station with the most.
fn simulated(
    procedure: &Procedure,
    cases: u32,
    work: &BTreeMap<StepId, WorkingTime>,
    world: &World<'_>,
) -> Vec<(StepId, f64)> {
    let mut known = Known::officers(procedure, Some(world.directory), world.at);
    let full_day = world.calendar.full_day_minutes();
    for (step, length) in work {
        let minutes = length.working_minutes(full_day).unwrap_or(0);
        known.work.insert(step.clone(), Work::Around(f64::from(minutes)));
    }
    let from = world.calendar.local(world.at).date();
    let axis = Axis::build(world.calendar, from, DAYS * 8 / 5 + TAIL, procedure.case.cut_off);
    let plan = Plan::of(procedure, &known, axis.full_day());
    let cases = cases.min(MOST_A_YEAR);
    let days = (DAYS as u64 * CASES / u64::from(cases.max(1))).clamp(5, DAYS as u64) as usize;
    let load = Load { arrivals_a_day: f64::from(cases) / DAYS as f64, days, seed: SEED };
    let tally = run(&plan, &axis, &load);
    let at = |station: usize| {
        let place =
            plan.places.iter().position(|place| matches!(place, Place::Work { station: own, .. } if *own == station));
        place.and_then(|place| procedure.steps.get_index(place)).map(|(step, _)| step.clone())
    };
    let stations = plan.stations.iter().enumerate();
    stations
        .filter_map(|(n, station)| Some((at(n)?, tally.reminders_a_week(n, station.officers, axis.full_day()))))
        .collect()
}
