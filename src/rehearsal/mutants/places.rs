//! Where in a procedure something is made wrong: the parts of steps, to be changed in place.

use crate::definition::procedure::{Bodies, By, Escalation, Limit, Parallel, Procedure, StepKind, Transition};
use crate::ids::{PeopleId, StepId, Verb};
use crate::rehearsal::spots::by_of;

/// Whether some step is given by the entry itself: a mere substitute is not picked.
pub(super) fn holds_a_step(procedure: &Procedure, people: &PeopleId) -> bool {
    procedure.steps.values().filter_map(by_of).any(|by| match by {
        By::People(id) => id == people,
        By::Choose(choices) => choices.iter().any(|choice| choice.then == *people),
        By::SameAs(_) => false,
    })
}

pub(super) fn kind_mut<'p>(procedure: &'p mut Procedure, step: &StepId) -> Option<&'p mut StepKind> {
    procedure.steps.get_mut(step).map(|step| &mut step.kind)
}

pub(super) fn way_mut<'p>(procedure: &'p mut Procedure, step: &StepId, verb: &Verb) -> Option<&'p mut Transition> {
    match kind_mut(procedure, step)? {
        StepKind::Staff(staff) => staff.actions.get_mut(verb),
        StepKind::Wait(wait) => wait.actions.get_mut(verb),
        StepKind::Parallel(_) | StepKind::Decision(_) | StepKind::Call(_) | StepKind::End(_) => None,
    }
}

pub(super) fn by_mut<'p>(procedure: &'p mut Procedure, step: &StepId) -> Option<&'p mut By> {
    match kind_mut(procedure, step)? {
        StepKind::Staff(staff) => Some(&mut staff.by),
        StepKind::Wait(wait) => wait.by.as_mut(),
        StepKind::Call(call) => call.by.as_mut(),
        StepKind::Parallel(Parallel { bodies: Bodies::ForEach { by, .. }, .. }) => Some(by),
        _ => None,
    }
}

pub(super) fn within_mut<'p>(procedure: &'p mut Procedure, step: &StepId) -> Option<&'p mut Limit> {
    match kind_mut(procedure, step)? {
        StepKind::Staff(staff) => Some(&mut staff.within),
        StepKind::Wait(wait) => Some(&mut wait.within),
        StepKind::Parallel(Parallel { bodies: Bodies::ForEach { within, .. }, .. }) => Some(within),
        StepKind::Parallel(block) => block.within.as_mut(),
        StepKind::Call(call) => Some(&mut call.within),
        StepKind::Decision(_) | StepKind::End(_) => None,
    }
}

pub(super) fn escalate_mut<'p>(procedure: &'p mut Procedure, step: &StepId) -> Option<&'p mut Vec<Escalation>> {
    match kind_mut(procedure, step)? {
        StepKind::Staff(staff) => Some(&mut staff.escalate),
        StepKind::Wait(wait) => Some(&mut wait.escalate),
        StepKind::Call(call) => Some(&mut call.escalate),
        StepKind::Parallel(Parallel { bodies: Bodies::ForEach { escalate, .. }, .. }) => Some(escalate),
        _ => None,
    }
}

pub(super) fn escalations(procedure: &Procedure, step: &StepId) -> usize {
    match procedure.step(step).map(|step| &step.kind) {
        Some(StepKind::Staff(staff)) => staff.escalate.len(),
        Some(StepKind::Wait(wait)) => wait.escalate.len(),
        Some(StepKind::Call(call)) => call.escalate.len(),
        Some(StepKind::Parallel(Parallel { bodies: Bodies::ForEach { escalate, .. }, .. })) => escalate.len(),
        _ => 0,
    }
}
