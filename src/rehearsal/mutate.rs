//! What scenarios make of a wrong procedure: they notice it, the checker already refuses it, it can be shown to be no
//! different, or nobody notices (Q07).

use std::collections::BTreeSet;

use crate::calendar::shelf::Calendars;
use crate::definition::cells::{Cells, Each, World};
use crate::definition::checks;
use crate::definition::diagnostic::{Diagnostic, Level};
use crate::definition::graph::Graph;
use crate::definition::procedure::{Anytime, Limit, Procedure, Step, StepKind, Target, Transition};
use crate::definition::source::Source;
use crate::definition::waiver::waive;
use crate::ids::StepId;
use crate::rehearsal::mutants::{Kind, Mutant};
use crate::rehearsal::play::play;
use crate::rehearsal::scenario::{Scenario, TestFile};
use crate::rehearsal::spots::within_of;

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The scenario of that number fails.
    Noticed(usize),
    Unnoticed,
    /// It could not be published: the checker refuses it by this code.
    Refused(&'static str),
    /// No case can tell it from the right one.
    Same,
}

/// A procedure with its scenarios, ready to be tried with mutants.
pub struct Bench<'a> {
    procedure: &'a Procedure,
    source: &'a Source,
    test: &'a TestFile,
    calendars: &'a Calendars,
    /// Those that pass on the right procedure: only they can notice.
    sound: Vec<(usize, &'a Scenario)>,
    /// The codes by which the checker refuses the right one: none where it may be published.
    refused: BTreeSet<&'static str>,
}

impl<'a> Bench<'a> {
    pub fn new(
        procedure: &'a Procedure,
        source: &'a Source,
        test: &'a TestFile,
        calendars: &'a Calendars,
    ) -> Bench<'a> {
        let passes = |scenario: &Scenario| play(test, scenario, procedure, calendars).faults.is_empty();
        let sound = test.scenarios.iter().enumerate().filter(|(_, scenario)| passes(scenario)).collect();
        let refused = errors(procedure, source).collect();
        Bench { procedure, source, test, calendars, sound, refused }
    }

    /// What becomes of one mutant.
    pub fn judge(&self, mutant: &Mutant) -> Verdict {
        if let Some(code) = errors(&mutant.procedure, self.source).find(|code| !self.refused.contains(code)) {
            return Verdict::Refused(code);
        }
        let fails =
            |scenario: &Scenario| !play(self.test, scenario, &mutant.procedure, self.calendars).faults.is_empty();
        if let Some((n, _)) = self.sound.iter().find(|(_, scenario)| fails(scenario)) {
            return Verdict::Noticed(*n);
        }
        if self.same(mutant) { Verdict::Same } else { Verdict::Unnoticed }
    }

    /// Whether it can be shown that no case tells the mutant from the right one.
    fn same(&self, mutant: &Mutant) -> bool {
        if let Some((_, before, after)) = &mutant.guard {
            let world = World { fields: &self.procedure.fields, codes: Some(&self.procedure.codes), each: Each::Any };
            let cells = Cells::of(&[before, after], world, None);
            return cells.is_ok_and(|cells| cells.iter().all(|cell| cell.judge(before) == cell.judge(after)));
        }
        if mutant.wanted_anyway {
            return true;
        }
        // Nothing is told of clocks that do not run, and a clock that never runs cannot stand.
        match mutant.kind {
            Kind::ReminderDropped | Kind::ToldDropped if !has_a_clock(self.procedure) => return true,
            Kind::ClockDropped if !is_timed(&self.procedure.case.within) && !groups_timed(self.procedure) => {
                return true;
            }
            _ => {}
        }
        // A bound of one or more on a way after which nobody comes to its step again is never reached.
        let once = |(step, to): &(StepId, Target)| !comes_again(self.procedure, step, to);
        matches!(mutant.kind, Kind::BoundDropped | Kind::BoundRaised) && mutant.bound_of.as_ref().is_some_and(once)
    }
}

/// Q07: what nobody notices.
pub fn unnoticed(mutant: &Mutant, source: &Source) -> Diagnostic {
    let (vi, en) = &mutant.what;
    let mut found = Diagnostic::error(
        "Q07",
        source.span(&mutant.route),
        format!("sửa sai mà không kịch bản nào hỏng: {vi}"),
        format!("made wrong, and no scenario fails: {en}"),
    )
    .help(mutant.notice.0, mutant.notice.1);
    found.level = Level::Note;
    found
}

fn errors(procedure: &Procedure, source: &Source) -> impl Iterator<Item = &'static str> {
    let mut found = checks::structure(procedure, &BTreeSet::new(), source);
    waive(procedure, source, &mut found);
    found.into_iter().filter(|found| found.level == Level::Error).map(|found| found.code)
}

fn is_timed(limit: &Limit) -> bool {
    !matches!(limit, Limit::Untimed { .. })
}

fn groups_timed(procedure: &Procedure) -> bool {
    procedure.groups.values().any(|group| group.within.as_ref().is_some_and(is_timed))
}

/// Whether any clock runs in a case of it: its own, a group's, a step's, or one that a way out brings along.
fn has_a_clock(procedure: &Procedure) -> bool {
    let of_way = |way: &Transition| way.within.as_ref().is_some_and(is_timed);
    let of_step = |step: &Step| {
        within_of(step).is_some_and(is_timed) || step.actions().into_iter().flatten().any(|(_, way)| of_way(way))
    };
    let anytime = |way: &Anytime| matches!(way, Anytime::Go(way) if of_way(way));
    is_timed(&procedure.case.within)
        || procedure.variants.values().next().is_some()
        || groups_timed(procedure)
        || procedure.steps.values().any(of_step)
        || procedure.anytime.values().any(anytime)
}

/// Whether a case that has left a step that way can come to it again.
fn comes_again(procedure: &Procedure, step: &StepId, to: &Target) -> bool {
    let graph = Graph::of(procedure);
    let mut seen: BTreeSet<&StepId> = BTreeSet::new();
    let mut next: Vec<&StepId> = match to {
        Target::Step(to) => vec![to],
        Target::Origin | Target::Join => graph.out_of(step).map(|(to, _)| to).collect(),
    };
    // Moves from anywhere, and reopening, lead back as well.
    for way in procedure.anytime.values() {
        if let Anytime::Go(way) = way
            && let Target::Step(to) = &way.to
        {
            next.push(to);
        }
    }
    while let Some(here) = next.pop() {
        if here == step {
            return true;
        }
        if !seen.insert(here) {
            continue;
        }
        next.extend(graph.out_of(here).map(|(to, _)| to));
        if let Some(StepKind::End(end)) = procedure.step(here).map(|step| &step.kind) {
            next.extend(end.reopen.as_ref().map(|reopen| &reopen.to));
        }
    }
    false
}
