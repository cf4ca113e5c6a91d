//! Where the case's clock stands and runs again, and the groups' clocks with it: a group's runs only while a branch rests
//! in one of its steps.

use std::collections::BTreeMap;

use crate::definition::procedure::{ClockPolicy, StepKind};
use crate::ids::{BranchId, GroupId, StepId, Verb};
use crate::machine::case::{Branch, Running};
use crate::machine::draft::Draft;
use crate::machine::event::{Clock, Event};
use crate::machine::refusal::Refusal;
use crate::machine::{block, clocks};

/// Makes the case's clock stand where the step a branch rests in says so, and it does not stand already.
pub(super) fn stand(draft: &mut Draft<'_>, branch: BranchId) -> Result<(), Refusal> {
    let step = draft.step_of(branch)?;
    let policy = match &step.kind {
        StepKind::Staff(staff) => staff.clock,
        StepKind::Wait(wait) => wait.clock,
        // A branch of a `for_each` block rests in the block's own step: it is its opener who made the clock stand.
        StepKind::Parallel(parallel) => parallel.clock.filter(|_| draft.each(branch).is_none()),
        StepKind::Decision(_) | StepKind::Call(_) | StepKind::End(_) => None,
    };
    let Some(policy) = policy else { return Ok(()) };
    let spent = policy == ClockPolicy::Exclude && excluded_term_is_over(draft, branch)?;
    if draft.case().stopped.is_some() || spent {
        return Ok(());
    }
    draft.push(Event::ClockStopped { branch, step: step.id.clone(), policy })
}

/// Lets the case's clock run again where this branch made it stand; another branch may make it stand anew.
pub(super) fn leave(draft: &mut Draft<'_>, branch: BranchId) -> Result<(), Refusal> {
    if draft.case().stopped.as_ref().is_none_or(|stopped| stopped.branch != branch) {
        return Ok(());
    }
    resume(draft)?;
    let others: Vec<BranchId> = draft.case().branches.keys().copied().filter(|other| *other != branch).collect();
    for other in others {
        stand(draft, other)?;
    }
    Ok(())
}

/// Lets the case's clock run again, whoever made it stand.
pub(super) fn resume(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let Some(stopped) = draft.case().stopped.clone() else { return Ok(()) };
    let since = stopped.since;
    let from_zero = stopped.policy == ClockPolicy::Restart;
    // A term that was over before it stood stays over: asking for papers does not make a late case begin anew.
    let renewed = |draft: &Draft<'_>, running: &Running, fresh: Option<Clock>| match fresh {
        Some(fresh) if from_zero && running.clock.deadline > since => Ok(fresh),
        _ => clocks::after_standing(draft, running, since),
    };
    let clock = match &draft.case().clock {
        Some(running) => {
            let fresh = if from_zero { clocks::of_case(draft)? } else { None };
            Some(renewed(draft, running, fresh)?)
        }
        None => None,
    };
    let mut groups = BTreeMap::new();
    for (group, running) in draft.case().groups.iter().filter(|(_, running)| from_zero || running.left.is_none()) {
        let fresh = if from_zero { group_clock(draft, group)? } else { None };
        groups.insert(group.clone(), renewed(draft, running, fresh)?);
    }
    let stopped_minutes = clocks::calendar(draft, None)?.working_minutes(since, draft.at);
    draft.push(Event::ClockResumed {
        branch: stopped.branch,
        step: stopped.step,
        policy: stopped.policy,
        stopped_minutes,
        clock,
        groups,
    })
}

/// Whether the segment that `clock: exclude` takes out is over: the case's clock runs again beyond its limit.
pub(super) fn excluded_term_is_over(draft: &Draft<'_>, branch: BranchId) -> Result<bool, Refusal> {
    let over = |branch: &Branch| branch.clock.as_ref().is_some_and(|running| running.clock.deadline <= draft.at);
    let own = draft.branch(branch)?;
    let asked = block::children_of(draft, branch, Some(&own.step));
    let mut asked = asked.iter().filter_map(|id| draft.case().branches.get(id)).peekable();
    Ok(if asked.peek().is_some() && own.clock.is_none() { asked.all(over) } else { over(own) })
}

/// Starts the clocks of groups that begin with this very act; one that has begun goes on.
pub(super) fn start_groups(draft: &mut Draft<'_>, step: &StepId, verb: &Verb) -> Result<(), Refusal> {
    for (id, group) in &draft.procedure().groups {
        let begins = group.starts.as_ref().is_some_and(|(at, by)| at == step && by == verb);
        if !begins || draft.case().groups.contains_key(id) {
            continue;
        }
        if let Some(clock) = group_clock(draft, id)? {
            draft.push(Event::GroupStarted { group: id.clone(), clock })?;
        }
    }
    Ok(())
}

/// Starts, stops and resumes the groups' clocks by where the branches rest now.
pub(super) fn settle_groups(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    if !draft.case().is_open() {
        return Ok(());
    }
    for (id, group) in &draft.procedure().groups {
        if clocks::limit_of_group(draft, id, group).is_none() {
            continue;
        }
        let inside = draft.case().branches.values().any(|branch| group.steps.contains(&branch.step));
        let left = draft.case().groups.get(id).map(|running| running.left);
        match (inside, left) {
            (true, None) if group.starts.is_none() => {
                if let Some(clock) = group_clock(draft, id)? {
                    draft.push(Event::GroupStarted { group: id.clone(), clock })?;
                }
            }
            (false, Some(None)) => {
                let stopped = draft.case().stopped.as_ref().map(|stopped| stopped.since);
                let since = stopped.unwrap_or(draft.at);
                draft.push(Event::GroupLeft { group: id.clone(), since })?;
            }
            (true, Some(Some(left))) => {
                let Some(running) = draft.case().groups.get(id) else { continue };
                let clock = clocks::after_standing(draft, running, left)?;
                draft.push(Event::GroupResumed { group: id.clone(), clock })?;
            }
            (true, None | Some(None)) | (false, None | Some(Some(_))) => {}
        }
    }
    Ok(())
}

fn group_clock(draft: &Draft<'_>, id: &GroupId) -> Result<Option<Clock>, Refusal> {
    match draft.procedure().groups.get(id) {
        Some(group) => clocks::of_group(draft, id, group),
        None => Ok(None),
    }
}
