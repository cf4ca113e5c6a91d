//! What of a procedure a case walks: event by event, with the case as it was before and as it is after.

use std::collections::BTreeSet;

use crate::calendar::day::DayKind;
use crate::calendar::shelf::Calendars;
use crate::definition::guard::{Guard, Scope};
use crate::definition::procedure::{Anytime, Choice, Procedure, Step, StepKind, Warn};
use crate::ids::{BranchId, StepId, Ts, UnitId, Verb};
use crate::machine::case::{Case, Status};
use crate::machine::command::Take;
use crate::machine::event::{Clock, Event, Holder, Scope as Whose, TimerKey, TimerKind};
use crate::rehearsal::spots::{
    Clocked, Condition, Spot, by_guards, by_of, guards, limit_guards, variant_guard, within_of,
};

/// The most days of one term that are looked at for a day off.
const FAR: usize = 2_000;

/// What was walked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    pub spots: BTreeSet<Spot>,
    /// Some term ran over a holiday.
    pub over_day_off: bool,
    /// Somebody held a step in another's place.
    pub substituted: bool,
}

impl Walked {
    /// Both together.
    pub fn add(&mut self, other: Walked) {
        self.spots.extend(other.spots);
        self.over_day_off |= other.over_day_off;
        self.substituted |= other.substituted;
    }

    /// Whether some deadline passed with the work undone.
    pub fn broken(&self) -> bool {
        self.spots.iter().any(|spot| matches!(spot, Spot::Breach(_)))
    }

    /// What an event walks.
    pub(super) fn walk(
        &mut self,
        procedure: &Procedure,
        calendars: &Calendars,
        before: Option<&Case>,
        event: &Event,
        after: &Case,
    ) {
        self.clocks(calendars, event);
        match event {
            Event::CaseOpened(_) => self.opened(procedure, after),
            Event::StepEntered(entered) => self.entered(procedure, after, &entered.step, &entered.holder, None),
            Event::BranchOpened(opened) => {
                self.spot(Spot::Step(opened.block.clone()));
                self.entered(procedure, after, &opened.step, &opened.holder, opened.each.as_ref());
            }
            Event::Decided { step, .. } => {
                self.spot(Spot::Step(step.clone()));
                if let Some(StepKind::Decision(rules)) = procedure.step(step).map(|step| &step.kind) {
                    self.choices(rules, after, None, |n| Condition::Rule(step.clone(), n));
                }
            }
            Event::Ended { step, .. } => self.spot(Spot::Step(step.clone())),
            Event::Taken(taken) => self.taken(procedure, after, &taken.step, &taken.verb),
            Event::Extended { .. } => {
                let extend = procedure.anytime.iter().find(|(_, way)| matches!(way, Anytime::Extend(_)));
                self.spots.extend(extend.map(|(verb, _)| Spot::Anytime(verb.clone())));
            }
            Event::Reopened { .. } => {
                if let Some(Status::Ended { step, .. }) = before.map(|case| &case.status) {
                    self.spot(Spot::Reopening(step.clone()));
                }
            }
            Event::HolderChanged { holder, .. } => self.substituted |= holder.instead_of.is_some(),
            Event::Lapsed { step, .. } => self.spot(Spot::Lapse(step.clone())),
            Event::Silent { branch, .. } => {
                self.spots.extend(step_at(before, *branch).map(|step| Spot::Silence(step.clone())));
            }
            Event::Reminded { timer, percent, .. } => self.reminded(procedure, timer, *percent),
            Event::Breached { timer, .. } => {
                self.spots.extend(clocked(before, timer).map(Spot::Breach));
            }
            Event::Escalated { timer: TimerKey { scope: Whose::Branch(branch), kind }, .. } => {
                if let (TimerKind::Escalation(n), Some(step)) = (kind, step_at(before, *branch)) {
                    self.spot(Spot::Escalation(step.clone(), usize::from(*n)));
                }
            }
            _ => {}
        }
    }

    /// A case put into its step: what was judged to find the holder and the limit there.
    pub(super) fn stand(&mut self, procedure: &Procedure, calendars: &Calendars, case: &Case) {
        let clocks = case.clock.iter().chain(case.branches.values().filter_map(|branch| branch.clock.as_ref()));
        self.over_day_off |= clocks.into_iter().any(|running| runs_over_day_off(calendars, &running.clock));
        for branch in case.branches.values() {
            let each = branch.block.as_ref().and_then(|block| block.each.as_ref());
            self.substituted |= branch.holder.instead_of.is_some();
            if let Some(step) = procedure.step(&branch.step) {
                self.rules_of(step, case, each);
            }
        }
    }

    /// A way out that was refused, for its condition did not hold.
    pub(super) fn refused(&mut self, case: &Case, asked: &Take) {
        if let Some(branch) = case.branches.get(&asked.branch) {
            self.spot(Spot::Side(Condition::Action(branch.step.clone(), asked.verb.clone()), false));
        }
    }

    fn spot(&mut self, spot: Spot) {
        self.spots.insert(spot);
    }

    fn opened(&mut self, procedure: &Procedure, case: &Case) {
        self.choices(&procedure.start, case, None, Condition::Start);
        self.judged(limit_guards(&procedure.case.within), case, None, Condition::CaseWithin);
        for (id, guard) in procedure.variants.iter().filter_map(|(id, variant)| Some((id, variant_guard(variant)?))) {
            self.side(Condition::Variant(id.clone()), guard, case, None);
            if case.variant.as_ref() == Some(id) {
                break;
            }
        }
    }

    fn entered(&mut self, procedure: &Procedure, case: &Case, step: &StepId, holder: &Holder, each: Option<&UnitId>) {
        self.spot(Spot::Step(step.clone()));
        self.substituted |= holder.instead_of.is_some();
        if let Some(step) = procedure.step(step) {
            self.rules_of(step, case, each);
        }
    }

    fn rules_of(&mut self, step: &Step, case: &Case, each: Option<&UnitId>) {
        let by = by_of(step).map(by_guards).unwrap_or_default();
        self.judged(by, case, each, |n| Condition::By(step.id.clone(), n));
        let within = within_of(step).map(limit_guards).unwrap_or_default();
        self.judged(within, case, each, |n| Condition::Within(step.id.clone(), n));
    }

    /// All conditions of the step were in question when one of its ways was taken.
    fn taken(&mut self, procedure: &Procedure, case: &Case, step: &StepId, verb: &Verb) {
        let actions = procedure.step(step).and_then(Step::actions);
        let own = actions.is_some_and(|actions| actions.contains_key(verb));
        let asked = procedure.step(step).is_some_and(|step| matches!(step.kind, StepKind::Parallel(_)));
        match procedure.anytime.contains_key(verb) && !own {
            true => self.spot(Spot::Anytime(verb.clone())),
            false if own || asked => self.spot(Spot::Action(step.clone(), verb.clone())),
            false => {}
        }
        for (verb, guard) in actions.into_iter().flatten().filter_map(|(verb, way)| Some((verb, way.when.as_ref()?))) {
            self.side(Condition::Action(step.clone(), verb.clone()), guard, case, None);
        }
        for (verb, way) in &procedure.anytime {
            if let Anytime::Go(way) = way
                && let Some(guard) = &way.when
            {
                self.side(Condition::Anytime(verb.clone()), guard, case, None);
            }
        }
    }

    fn choices<T>(
        &mut self,
        choices: &[Choice<T>],
        case: &Case,
        each: Option<&UnitId>,
        place: impl Fn(usize) -> Condition,
    ) {
        self.judged(guards(choices).collect(), case, each, place);
    }

    /// Conditions in their order up to the first that holds: those behind it are not asked.
    fn judged(
        &mut self,
        guards: Vec<(usize, &Guard)>,
        case: &Case,
        each: Option<&UnitId>,
        place: impl Fn(usize) -> Condition,
    ) {
        for (n, guard) in guards {
            if self.side(place(n), guard, case, each) == Some(true) {
                break;
            }
        }
    }

    fn side(&mut self, place: Condition, guard: &Guard, case: &Case, each: Option<&UnitId>) -> Option<bool> {
        let scope = Scope { fields: &case.fields, channel: &case.channel, code: case.code.as_deref(), each };
        let side = guard.judge(&scope);
        self.spots.extend(side.map(|side| Spot::Side(place, side)));
        side
    }

    fn reminded(&mut self, procedure: &Procedure, timer: &TimerKey, percent: Option<u8>) {
        let (whose, warn) = match &timer.scope {
            Whose::Group(group) => match procedure.groups.get(group) {
                Some(found) => (Clocked::Group(group.clone()), &found.warn),
                None => return,
            },
            Whose::Case | Whose::Branch(_) => (Clocked::Case, &procedure.case.warn),
        };
        // Reminders outside their term are left out, so a timer's number may be less than its place in the file.
        let fits = |warn: &Warn| match (warn, percent) {
            (Warn::Percent(own), Some(percent)) => *own == percent,
            (Warn::Before(_), None) => true,
            _ => false,
        };
        self.spots.extend(warn.iter().position(fits).map(|n| Spot::Reminder(whose, n)));
    }

    fn clocks(&mut self, calendars: &Calendars, event: &Event) {
        let clock = match event {
            Event::CaseOpened(opened) => opened.clock.as_ref(),
            Event::StepEntered(entered) => entered.clock.as_ref(),
            Event::BranchOpened(opened) => opened.clock.as_ref(),
            Event::ClockStarted { clock, .. } | Event::GroupStarted { clock, .. } => Some(clock),
            Event::ClockResumed { clock, .. } => clock.as_ref(),
            _ => None,
        };
        self.over_day_off |= clock.is_some_and(|clock| runs_over_day_off(calendars, clock));
    }
}

fn runs_over_day_off(calendars: &Calendars, clock: &Clock) -> bool {
    let Some(calendar) = calendars.get(&clock.calendar) else { return false };
    let date = |at: Ts| calendar.local(at).date();
    let mut days = calendar.days(date(clock.started), date(clock.deadline)).take(FAR);
    days.any(|day| matches!(day.why, DayKind::Off(_)))
}

fn step_at(case: Option<&Case>, branch: BranchId) -> Option<&StepId> {
    case?.branches.get(&branch).map(|branch| &branch.step)
}

fn clocked(case: Option<&Case>, timer: &TimerKey) -> Option<Clocked> {
    match &timer.scope {
        Whose::Case => Some(Clocked::Case),
        Whose::Group(group) => Some(Clocked::Group(group.clone())),
        Whose::Branch(branch) => step_at(case, *branch).map(|step| Clocked::Step(step.clone())),
    }
}
