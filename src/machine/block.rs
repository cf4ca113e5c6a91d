//! Parallel blocks: opening their branches, and joining when enough of them have answered.

use crate::definition::procedure::{Bodies, Parallel, Rest, Step, StepKind};
use crate::ids::{BranchId, StepId, UnitId};
use crate::machine::assignment::{by_of, holder_for};
use crate::machine::case::{Answer, Case};
use crate::machine::draft::Draft;
use crate::machine::event::{BranchOpened, Closing, Event, Holder, How};
use crate::machine::flow::{Way, asked_units, close, go};
use crate::machine::handover::confirm;
use crate::machine::refusal::Refusal;
use crate::machine::standing::stand;
use crate::machine::{calls, clocks, words};

/// The open branches that a branch opened, in one block or in any, eldest first.
pub(super) fn children_of(draft: &Draft<'_>, parent: BranchId, block: Option<&StepId>) -> Vec<BranchId> {
    let belongs = |case: &Case, id: &BranchId| {
        let inside = case.branches.get(id).and_then(|branch| branch.block.as_ref());
        inside.is_some_and(|inside| inside.parent == parent && block.is_none_or(|block| inside.block == *block))
    };
    let case = draft.case();
    case.branches.keys().copied().filter(|id| belongs(case, id)).collect()
}

/// Opens the block's branches; the branch that rests in it stays accountable for the whole.
pub(super) fn open(draft: &mut Draft<'_>, parent: BranchId, step: &Step, parallel: &Parallel) -> Result<(), Refusal> {
    // Answers that nobody waited for last time are not waited for now either.
    for left_over in children_of(draft, parent, Some(&step.id)) {
        close(draft, left_over, Closing::Cancelled)?;
    }
    match &parallel.bodies {
        Bodies::ForEach { units, .. } => {
            for unit in asked_units(draft, units)? {
                ask(draft, parent, step, parallel, &unit)?;
            }
        }
        Bodies::Branches(branches) => {
            for (key, branch) in branches {
                begin(draft, parent, step, key.as_str(), &branch.start)?;
            }
        }
    }
    Ok(())
}

/// Goes on where enough have answered, or nobody is left who could.
pub(super) fn join(draft: &mut Draft<'_>, parent: BranchId, block: &StepId) -> Result<(), Refusal> {
    // What comes in after the block has joined is kept, and moves nothing.
    if draft.case().branches.get(&parent).is_none_or(|branch| branch.step != *block) {
        return Ok(());
    }
    let step = draft.step(block)?;
    let StepKind::Parallel(parallel) = &step.kind else { return Ok(()) };
    let open = children_of(draft, parent, Some(block));
    let in_block = |answer: &(&(StepId, String), &Answer)| answer.0.0 == *block;
    let answers = draft.case().answers.iter().filter(in_block);
    let said = answers.filter(|(_, answer)| !answer.cancelled).count();
    let asked = open.len() + said;
    if !open.is_empty() && said < parallel.join.of(asked) {
        return Ok(());
    }
    if parallel.rest == Rest::Cancel {
        for branch in open {
            close(draft, branch, Closing::Cancelled)?;
        }
    }
    let count = |holds: fn(&Answer) -> bool| {
        let answers = draft.case().answers.iter().filter(in_block);
        answers.filter(|(_, answer)| holds(answer)).count() as u32
    };
    let joined = Event::Joined {
        branch: parent,
        step: block.clone(),
        answered: count(|answer| !answer.silent && !answer.cancelled),
        silent: count(|answer| answer.silent && !answer.cancelled),
        cancelled: count(|answer| answer.cancelled),
    };
    draft.push(joined)?;
    go(draft, parent, &parallel.to, Way { how: How::Automatic, from: Some(block.clone()), within: None })
}

/// Asks one unit: its branch rests in the block's own step.
fn ask(
    draft: &mut Draft<'_>,
    parent: BranchId,
    step: &Step,
    parallel: &Parallel,
    unit: &UnitId,
) -> Result<(), Refusal> {
    let Bodies::ForEach { by, within, calendar, escalate, .. } = &parallel.bodies else { return Ok(()) };
    let before = draft.branch(parent)?.holder.clone();
    let holder = holder_for(draft, step, by, Some(unit), How::HandedOver, Some(&before))?;
    let within = draft.limit(&step.id, within);
    let clock = clocks::of_step(draft, within, calendar.as_ref(), escalate, Some(unit), &holder.unit)?;
    let branch = BranchId(draft.case().next_branch);
    draft.push(Event::BranchOpened(BranchOpened {
        branch,
        parent,
        block: step.id.clone(),
        key: unit.to_string(),
        each: Some(unit.clone()),
        step: step.id.clone(),
        holder,
        clock,
    }))?;
    receive_own(draft, branch, &before)
}

/// Who opened the block has at once what falls to himself.
fn receive_own(draft: &mut Draft<'_>, branch: BranchId, opener: &Holder) -> Result<(), Refusal> {
    let holder = &draft.branch(branch)?.holder;
    if holder.person == opener.person && holder.pool.is_none() { confirm(draft, branch) } else { Ok(()) }
}

/// Begins one branch of a `branches:` block at its first step, which somebody works or waits in.
fn begin(draft: &mut Draft<'_>, parent: BranchId, block: &Step, key: &str, start: &StepId) -> Result<(), Refusal> {
    let first = draft.step(start)?;
    let before = draft.branch(parent)?.holder.clone();
    let (limit, calendar, escalate) = match &first.kind {
        StepKind::Staff(staff) => (&staff.within, staff.calendar.as_ref(), &staff.escalate[..]),
        StepKind::Wait(wait) => (&wait.within, wait.calendar.as_ref(), &wait.escalate[..]),
        StepKind::Call(call) => (&call.within, call.calendar.as_ref(), &call.escalate[..]),
        _ => return Err(words::broken(format!("the branch `{key}` does not begin with a step that somebody holds"))),
    };
    let holder = match by_of(first) {
        Some(by) => holder_for(draft, first, by, None, How::HandedOver, Some(&before))?,
        None => Holder { how: How::Continued, pool: None, instead_of: None, ..before.clone() },
    };
    let limit = draft.limit(start, limit);
    let clock = clocks::of_step(draft, limit, calendar, escalate, None, &holder.unit)?;
    let branch = BranchId(draft.case().next_branch);
    draft.push(Event::BranchOpened(BranchOpened {
        branch,
        parent,
        block: block.id.clone(),
        key: key.to_owned(),
        each: None,
        step: start.clone(),
        holder,
        clock,
    }))?;
    receive_own(draft, branch, &before)?;
    if let StepKind::Call(call) = &first.kind {
        calls::begin(draft, branch, first, call)?;
    }
    stand(draft, branch)
}
