//! How a branch moves: out of where it rests, through decisions and blocks that ask nobody, to where it rests again or
//! ends.

use crate::definition::call::Call;
use crate::definition::procedure::{Bodies, Choice, End, Limit, Parallel, Step, StepKind, Units, Wait};
use crate::ids::{BranchId, StepId, UnitId};
use crate::machine::assignment::holder_for;
use crate::machine::authority::right;
use crate::machine::calls::drop_call;
use crate::machine::command::Actor;
use crate::machine::draft::Draft;
use crate::machine::event::{Closing, Event, Holder, How, StepEntered};
use crate::machine::handover::confirm;
use crate::machine::refusal::Refusal;
use crate::machine::standing::{leave, resume, stand};
use crate::machine::{block, calls, clocks, words};

/// How a branch comes to its next step.
pub(super) struct Way {
    pub how: How,
    /// The step it comes from; nothing at the opening.
    pub from: Option<StepId>,
    /// The limit of the step gone to, where the transition says another than that step does.
    pub within: Option<Limit>,
}

/// Moves a branch to a step and on, through decisions and blocks that ask nobody, until it rests or the case ends.
pub(super) fn go(draft: &mut Draft<'_>, branch: BranchId, to: &StepId, way: Way) -> Result<(), Refusal> {
    drop_call(draft, branch)?;
    leave(draft, branch)?;
    let mut target = to.clone();
    for _ in 0..=draft.procedure().steps.len() {
        let step = draft.step(&target)?;
        let next = match &step.kind {
            StepKind::Decision(rules) => Some(decided(draft, branch, rules)?),
            StepKind::Parallel(parallel) if asks_nobody(draft, parallel)? => Some(parallel.to.clone()),
            StepKind::End(end) => return finish(draft, branch, step, end),
            _ => None,
        };
        match next {
            Some(to) => {
                draft.push(Event::Decided { branch, step: target, to: to.clone() })?;
                target = to;
            }
            None => return rest(draft, branch, step, way),
        }
    }
    Err(words::broken(format!("the decisions from `{to}` on lead in a circle")))
}

/// Ends a branch and every branch it opened, the youngest first.
pub(super) fn close(draft: &mut Draft<'_>, branch: BranchId, how: Closing) -> Result<(), Refusal> {
    while let Some(child) = block::children_of(draft, branch, None).last().copied() {
        close(draft, child, Closing::Cancelled)?;
    }
    drop_call(draft, branch)?;
    leave(draft, branch)?;
    draft.push(Event::BranchClosed { branch, how })
}

fn decided(draft: &Draft<'_>, branch: BranchId, rules: &[Choice<StepId>]) -> Result<StepId, Refusal> {
    let chosen = draft.choose(rules, draft.each(branch))?;
    chosen.cloned().ok_or_else(|| words::broken("a decision has no `else`"))
}

fn asks_nobody(draft: &Draft<'_>, parallel: &Parallel) -> Result<bool, Refusal> {
    Ok(match &parallel.bodies {
        Bodies::ForEach { units, .. } => asked_units(draft, units)?.is_empty(),
        Bodies::Branches(branches) => branches.is_empty(),
    })
}

/// The units a block asks, each once.
pub(super) fn asked_units(draft: &Draft<'_>, units: &Units) -> Result<Vec<UnitId>, Refusal> {
    let named = match units {
        Units::Named(units) => units.clone(),
        Units::Field(field) => match draft.case().fields.get(field) {
            Some(value) => value.as_units().or_else(|| Some(vec![UnitId::from(value.as_text()?)])).unwrap_or_default(),
            None if *draft.actor == Actor::System => Vec::new(),
            None => return Err(words::missing(draft, vec![field.clone()], Vec::new(), false)),
        },
    };
    let mut units: Vec<UnitId> = Vec::new();
    for unit in named {
        if draft.directory().unit(&unit).is_none() {
            return Err(words::unknown_unit(&unit));
        }
        if !units.contains(&unit) {
            units.push(unit);
        }
    }
    Ok(units)
}

/// Comes to rest in a step: somebody holds it from now, its clock begins, the case's clock may stand.
fn rest(draft: &mut Draft<'_>, branch: BranchId, step: &Step, way: Way) -> Result<(), Refusal> {
    let before = draft.case().branches.get(&branch).map(|branch| branch.holder.clone());
    let each = draft.each(branch).cloned();
    let holder = match &step.kind {
        StepKind::Staff(staff) => holder_for(draft, step, &staff.by, each.as_ref(), way.how, before.as_ref())?,
        StepKind::Wait(Wait { by: Some(by), .. }) | StepKind::Call(Call { by: Some(by), .. }) => {
            holder_for(draft, step, by, each.as_ref(), way.how, before.as_ref())?
        }
        _ => goes_on(draft, step, before.as_ref(), way.how)?,
    };
    let (limit, calendar, escalate) = match &step.kind {
        StepKind::Staff(staff) => (Some(&staff.within), staff.calendar.as_ref(), &staff.escalate[..]),
        StepKind::Wait(wait) => (Some(&wait.within), wait.calendar.as_ref(), &wait.escalate[..]),
        StepKind::Parallel(parallel) => (parallel.within.as_ref(), None, &[][..]),
        StepKind::Call(call) => (Some(&call.within), call.calendar.as_ref(), &call.escalate[..]),
        StepKind::Decision(_) | StepKind::End(_) => (None, None, &[][..]),
    };
    let limit = limit.map(|own| draft.limit(&step.id, own));
    let clock = match way.within.as_ref().or(limit) {
        Some(limit) => clocks::of_step(draft, limit, calendar, escalate, each.as_ref(), &holder.unit)?,
        None => None,
    };
    come_to(draft, StepEntered { branch, step: step.id.clone(), from: way.from, holder, clock })?;
    if let StepKind::Parallel(parallel) = &step.kind {
        block::open(draft, branch, step, parallel)?;
    }
    if let StepKind::Call(call) = &step.kind {
        calls::begin(draft, branch, step, call)?;
    }
    stand(draft, branch)
}

/// Enters a step; who gives it to himself has it at once.
pub(super) fn come_to(draft: &mut Draft<'_>, entered: StepEntered) -> Result<(), Refusal> {
    let branch = entered.branch;
    let holder = entered.holder.clone();
    let before = draft.case().branches.get(&branch).map(|branch| branch.holder.person.clone());
    draft.push(Event::StepEntered(entered))?;
    let opener = (before.is_none() && *draft.actor != Actor::System).then(|| right(draft)).transpose()?;
    let from_himself = before.as_ref().or(opener.map(|right| right.of)) == Some(&holder.person);
    if from_himself && holder.pool.is_none() {
        confirm(draft, branch)?;
    }
    Ok(())
}

/// Whoever held the branch goes on holding it: while somebody outside is waited for, and as a block's opener. One who
/// has left in the meantime is followed by the head of his unit.
fn goes_on(draft: &Draft<'_>, step: &Step, before: Option<&Holder>, how: How) -> Result<Holder, Refusal> {
    let directory = draft.directory();
    if let Some(before) = before {
        if directory.unit_of(&before.person, draft.at).is_some() {
            return Ok(Holder { how: How::Continued, pool: None, instead_of: None, ..before.clone() });
        }
        if let Some(person) = directory.head_of(&before.unit, draft.at) {
            return Ok(Holder { person, unit: before.unit.clone(), how: How::Head, instead_of: None, pool: None });
        }
        return Ok(Holder { how: How::Continued, pool: None, ..before.clone() });
    }
    // A case that begins by waiting: whoever opened it holds it; one that another case opened, who answers for its unit.
    if *draft.actor == Actor::System {
        let unit = draft.procedure().owner.clone();
        let person = directory.head_of(&unit, draft.at).ok_or_else(|| words::nobody_to_hold(draft, step))?;
        return Ok(Holder { person, unit, how: How::Head, instead_of: None, pool: None });
    }
    let person = right(draft)?.of.clone();
    let unit = directory.unit_of(&person, draft.at).unwrap_or_else(|| draft.procedure().owner.clone());
    Ok(Holder { person, unit, how, instead_of: None, pool: None })
}

/// Ends the case: every other branch is cancelled.
fn finish(draft: &mut Draft<'_>, branch: BranchId, step: &Step, end: &End) -> Result<(), Refusal> {
    if branch != BranchId::MAIN {
        return Err(words::broken(format!("`{}` ends the case from inside a block", step.id)));
    }
    let mut others: Vec<BranchId> = draft.case().branches.keys().copied().filter(|id| *id != branch).collect();
    while let Some(other) = others.pop() {
        if draft.case().branches.contains_key(&other) {
            close(draft, other, Closing::Cancelled)?;
        }
    }
    resume(draft)?;
    draft.push(Event::Ended { step: step.id.clone(), outcome: end.outcome })
}
