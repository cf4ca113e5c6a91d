//! What steps add up to along a path: shared by the checks of time.
//!
//! On a path, a step's own limit counts; steps without one in a group that has a limit count that limit once; waits and
//! untimed steps count nothing.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::calendar::working_time::{Length, WorkingTime};
use crate::definition::checks::case_types::CaseType;
use crate::definition::graph::Graph;
use crate::definition::procedure::{Bodies, Choice, ClockPolicy, Group, Limit, Procedure, StepKind};
use crate::ids::{GroupId, StepId};

/// Minutes of a working day when units are compared.
pub const FULL_DAY_MINUTES: u32 = 480;

/// The length a limit is for a case type: of one decided while the case is handled the most it may be.
pub fn length<'a>(limit: &'a Limit, case_type: &CaseType) -> Option<&'a WorkingTime> {
    match limit {
        Limit::Length(length) => Some(length),
        Limit::Choose(choices) => length(&chosen(choices, case_type)?.then, case_type),
        Limit::Decided { at_most, .. } => Some(at_most),
        Limit::Window(window) => window.length.as_ref(),
        Limit::Untimed { .. } | Limit::DayOfYear { .. } | Limit::Field(_) => None,
    }
}

fn chosen<'a, T>(choices: &'a [Choice<T>], case_type: &CaseType) -> Option<&'a Choice<T>> {
    let matching = |choice: &&Choice<T>| choice.when.as_ref().is_some_and(|guard| case_type.contains(guard.text()));
    choices.iter().find(matching).or_else(|| choices.last())
}

/// The first steps of branches that are longer than their block waits: it goes on once enough others have answered.
pub fn not_waited_for(procedure: &Procedure, graph: &Graph) -> BTreeSet<StepId> {
    let mut slow = BTreeSet::new();
    for step in procedure.steps.values() {
        let StepKind::Parallel(block) = &step.kind else { continue };
        let (Bodies::Branches(branches), None) = (&block.bodies, &block.within) else { continue };
        let enough = block.join.of(branches.len());
        if enough >= branches.len() {
            continue;
        }
        let times: Option<Vec<(&StepId, WorkingTime)>> = branches
            .values()
            .map(|branch| Some((&branch.start, longest_in_branch(procedure, graph, &branch.start)?)))
            .collect();
        let Some(times) = times else { continue };
        for (start, own) in &times {
            let quicker = times.iter().filter(|(_, other)| compare(other, own) == Some(Ordering::Less)).count();
            slow.extend((quicker >= enough).then(|| (*start).clone()));
        }
    }
    slow
}

/// Which of two sums is longer. Elapsed hours that make whole days count as days of the calendar: published tables
/// in plain days have quarters of them (0,25 ngày = 6 giờ).
pub fn compare(a: &WorkingTime, b: &WorkingTime) -> Option<Ordering> {
    in_days(a).compare(&in_days(b), FULL_DAY_MINUTES)
}

fn in_days(sum: &WorkingTime) -> WorkingTime {
    let part = |part: &Length| match part {
        Length::ClockMinutes(minutes) if minutes % 1440 == 0 => Length::CalendarDays(minutes / 1440),
        other => *other,
    };
    WorkingTime::sum(sum.parts().iter().map(part)).unwrap_or_else(|| sum.clone())
}

/// What the parts add up to.
pub fn total(parts: &[(String, WorkingTime)]) -> Option<WorkingTime> {
    WorkingTime::sum(parts.iter().flat_map(|(_, length)| length.parts().iter().copied()))
}

/// Whether the case's clock begins anew after the step.
pub fn restarts(procedure: &Procedure, step: &StepId) -> bool {
    matches!(procedure.step(step).map(|s| &s.kind), Some(StepKind::Wait(wait)) if wait.clock == Some(ClockPolicy::Restart))
}

/// What counts among some steps of a path; `but` is a group whose own limit does not count.
pub fn parts(
    procedure: &Procedure,
    steps: &[StepId],
    case_type: &CaseType,
    but: Option<&GroupId>,
) -> Vec<(String, WorkingTime)> {
    parts_beside(procedure, steps, case_type, but, None)
}

/// The same, beside the limit of a block that is itself measured.
fn parts_beside(
    procedure: &Procedure,
    steps: &[StepId],
    case_type: &CaseType,
    but: Option<&GroupId>,
    measured: Option<&StepId>,
) -> Vec<(String, WorkingTime)> {
    let mut parts: Vec<(String, WorkingTime)> = Vec::new();
    let mut counted: BTreeSet<&GroupId> = BTreeSet::new();
    let shared = |step| shared_group(procedure, step, case_type).filter(|(id, _)| Some(*id) != but);
    // Once a group's limit counts for a step without one, it counts for all its steps: theirs lie within it.
    let sharing: Vec<_> = steps.iter().filter_map(shared).collect();
    for step in steps {
        if within_another(procedure, step, case_type, measured) {
            // The block's own limit holds for all that happens in it, and counts once.
            continue;
        }
        let around = sharing.iter().find(|(_, group)| group.steps.contains(step)).copied();
        if let Some((id, group)) = shared(step).or(around) {
            if counted.insert(id)
                && let Some(length) = group.within.as_ref().and_then(|limit| length(limit, case_type))
            {
                parts.push((id.to_string(), length.clone()));
            }
        } else if let Some(length) = own_length(procedure, step, case_type) {
            parts.push((step.to_string(), length.clone()));
        }
    }
    parts
}

/// Whether the time a case spends in the step is a length, or none at all.
pub fn is_counted(procedure: &Procedure, step: &StepId) -> bool {
    match limit_of(procedure, step) {
        Some(limit) => length(limit, &CaseType::new()).is_some(),
        None => true,
    }
}

/// Whether the step lies in a block that has a limit of its own.
pub fn within_block(procedure: &Procedure, step: &StepId, case_type: &CaseType) -> bool {
    within_another(procedure, step, case_type, None)
}

/// The same, beside the limit of a block that is itself measured.
fn within_another(procedure: &Procedure, step: &StepId, case_type: &CaseType, measured: Option<&StepId>) -> bool {
    let inside = procedure.step(step).and_then(|step| step.inside.as_ref());
    let around = inside.map(|(block, _)| block).filter(|block| Some(*block) != measured);
    around.is_some_and(|block| own_length(procedure, block, case_type).is_some())
}

/// The most turns that are taken to find a longest way; a file with more is no file a person can follow.
const TURNS: usize = 20_000;

/// The longest way from one step to another along ways that do not lead back, no step twice; the steps and their sum.
pub fn longest_way(
    procedure: &Procedure,
    graph: &Graph,
    from: &StepId,
    to: &StepId,
) -> Option<(Vec<StepId>, WorkingTime)> {
    let mut search = Search { procedure, graph, to, measured: None, turns: 0, best: None };
    search.walk(&mut vec![from.clone()])?;
    search.best
}

struct Search<'a> {
    procedure: &'a Procedure,
    graph: &'a Graph,
    to: &'a StepId,
    /// A block whose own limit does not count.
    measured: Option<&'a StepId>,
    turns: usize,
    best: Option<(Vec<StepId>, WorkingTime)>,
}

impl Search<'_> {
    fn walk(&mut self, way: &mut Vec<StepId>) -> Option<()> {
        self.turns += 1;
        let here = way.last().filter(|_| self.turns <= TURNS)?.clone();
        if here == *self.to {
            self.keep(way);
            return Some(());
        }
        let graph = self.graph;
        for (next, _) in graph.out_of(&here).filter(|(_, edge)| !edge.back) {
            if !way.contains(next) {
                way.push(next.clone());
                let walked = self.walk(way);
                way.pop();
                walked?;
            }
        }
        Some(())
    }

    fn keep(&mut self, way: &[StepId]) {
        let Some(sum) = total(&parts_beside(self.procedure, way, &CaseType::new(), None, self.measured)) else {
            return;
        };
        let longer = |best: &(Vec<StepId>, WorkingTime)| compare(&sum, &best.1) == Some(Ordering::Greater);
        if self.best.as_ref().is_none_or(longer) {
            self.best = Some((way.to_vec(), sum));
        }
    }
}

/// What a branch takes at most from its first step to where it joins.
pub fn longest_in_branch(procedure: &Procedure, graph: &Graph, start: &StepId) -> Option<WorkingTime> {
    let (block, _) = procedure.step(start)?.inside.as_ref()?;
    let StepKind::Parallel(parallel) = &procedure.step(block)?.kind else { return None };
    // The branch is measured by its own steps.
    let mut search = Search { procedure, graph, to: &parallel.to, measured: Some(block), turns: 0, best: None };
    search.walk(&mut vec![start.clone()])?;
    let (steps, _) = search.best?;
    let inside = &steps[..steps.len() - 1];
    total(&parts_beside(procedure, inside, &CaseType::new(), None, Some(block)))
}

/// The group whose limit the step shares: it has one, and some of its steps have none of their own.
pub fn shared_group<'a>(
    procedure: &'a Procedure,
    step: &'a StepId,
    case_type: &CaseType,
) -> Option<(&'a GroupId, &'a Group)> {
    procedure.groups_of(step).find(|(_, group)| {
        let shares = |step: &StepId| {
            matches!(procedure.step(step).map(|s| &s.kind), Some(StepKind::Staff(_)))
                && own_length(procedure, step, case_type).is_none()
        };
        group.within.is_some() && group.steps.iter().any(shares) && shares(step)
    })
}

/// The limit that a step gives, where it counts in the case's time.
pub fn limit_of<'a>(procedure: &'a Procedure, step: &StepId) -> Option<&'a Limit> {
    match &procedure.step(step)?.kind {
        StepKind::Staff(staff) => Some(&staff.within),
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { within, .. } => Some(within),
            Bodies::Branches(_) => block.within.as_ref(),
        },
        StepKind::Wait(wait) if wait.clock.is_none() => Some(&wait.within),
        StepKind::Call(call) => Some(&call.within),
        StepKind::Wait(_) | StepKind::Decision(_) | StepKind::End(_) => None,
    }
}

/// The length that the step itself gives, where it counts in the case's time.
pub fn own_length<'a>(procedure: &'a Procedure, step: &StepId, case_type: &CaseType) -> Option<&'a WorkingTime> {
    // A consultation whose clock policy takes it out of the case's time counts nothing.
    if let Some(StepKind::Parallel(block)) = procedure.step(step).map(|step| &step.kind)
        && block.clock.is_some()
    {
        return None;
    }
    length(limit_of(procedure, step)?, case_type)
}
