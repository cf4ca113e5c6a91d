//! A timer fell due: reminders, breaches, silence, waits that ran out, superiors added. Each fires once.

use crate::definition::procedure::{Bodies, ClockPolicy, Late, Silence, Step, StepKind};
use crate::ids::{BranchId, Ts};
use crate::machine::command::Actor;
use crate::machine::draft::Draft;
use crate::machine::event::{Closing, Event, How, Scope, Taken, TimerKey, TimerKind};
use crate::machine::flow::{self, Way, go};
use crate::machine::notices::{head_of_group, holder_and_head, holder_of, once, told_of_breach};
use crate::machine::refusal::Refusal;
use crate::machine::{block, escalate, inputs, standing, take, words};

/// Fires a timer that waits and is due.
pub(super) fn fire(draft: &mut Draft<'_>, timer: &TimerKey) -> Result<(), Refusal> {
    if *draft.actor != Actor::System {
        return Err(words::only_the_engine());
    }
    let due = draft.case().timers().into_iter().find(|(key, _)| key == timer).map(|(_, due)| due);
    match due {
        Some(due) if due <= draft.at => ring(draft, timer, due),
        due => Err(words::timer_not_due(draft, timer, due)),
    }
}

/// Fires what should have fired before this act, and did not: nothing due is ever lost behind it.
pub(super) fn overdue(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let ours = *draft.actor == Actor::System;
    let mut passed: Vec<TimerKey> = Vec::new();
    while let Some((timer, due)) = draft.case().due_but(Ts(draft.at.0 - 1), &passed) {
        if moves(draft, &timer) {
            // A person's act must not answer for what passing time decides: only notices follow in his entry's wake,
            // and what moves the case waits for the engine.
            if !ours {
                break;
            }
            // The engine fires what moves the case by itself, at its own instant. Where that was refused, it and what
            // hangs on its branch stay due, and the rest goes on.
            let of_branch =
                draft.case().timers().into_iter().map(|(key, _)| key).filter(|key| key.scope == timer.scope);
            passed.extend(of_branch);
            continue;
        }
        ring(draft, &timer, due)?;
    }
    Ok(())
}

/// Whether a timer does more than tell somebody something.
fn moves(draft: &Draft<'_>, timer: &TimerKey) -> bool {
    let (Scope::Branch(branch), TimerKind::Deadline) = (&timer.scope, timer.kind) else { return false };
    draft.step_of(*branch).is_ok_and(|step| !matches!(end_of_term(draft, *branch, step), EndOfTerm::Breach))
}

fn ring(draft: &mut Draft<'_>, timer: &TimerKey, due: Ts) -> Result<(), Refusal> {
    match (&timer.scope, timer.kind) {
        (Scope::Branch(branch), TimerKind::Deadline) => term_ended(draft, *branch, timer, due),
        (Scope::Case | Scope::Group(_), TimerKind::Deadline) => breach(draft, timer, due),
        (_, TimerKind::Reminder(n)) => remind(draft, timer, n, due),
        (_, TimerKind::Escalation(n)) => escalate::escalate(draft, timer, n, due),
        (_, TimerKind::Superior(n)) => escalate::superior_late(draft, timer, n, due),
        (_, TimerKind::Apology) => {
            let to = holder_and_head(draft, &timer.scope);
            draft.push(Event::ApologyDue { timer: timer.clone(), due, to })
        }
    }
}

/// What the end of a branch's term means in the step it rests in.
enum EndOfTerm<'a> {
    Silent(&'a Silence),
    Lapse(&'a Late),
    Breach,
}

fn end_of_term<'a>(draft: &Draft<'_>, branch: BranchId, step: &'a Step) -> EndOfTerm<'a> {
    match &step.kind {
        StepKind::Wait(wait) => wait.late.as_ref().map_or(EndOfTerm::Breach, EndOfTerm::Lapse),
        StepKind::Parallel(parallel) if draft.each(branch).is_some() => match &parallel.bodies {
            Bodies::ForEach { silence: Some(silence), .. } => EndOfTerm::Silent(silence),
            _ => EndOfTerm::Breach,
        },
        _ => EndOfTerm::Breach,
    }
}

fn term_ended(draft: &mut Draft<'_>, branch: BranchId, timer: &TimerKey, due: Ts) -> Result<(), Refusal> {
    let step = draft.step_of(branch)?;
    match end_of_term(draft, branch, step) {
        EndOfTerm::Silent(silence) => silent(draft, branch, silence, due),
        EndOfTerm::Lapse(late) => lapse(draft, branch, step, late, due),
        EndOfTerm::Breach => {
            breach(draft, timer, due)?;
            end_exclusion(draft)
        }
    }
}

/// The body said nothing in its term: it is taken to have agreed, in its own name.
fn silent(draft: &mut Draft<'_>, branch: BranchId, silence: &Silence, due: Ts) -> Result<(), Refusal> {
    let Some(inside) = draft.branch(branch)?.block.clone() else { return Ok(()) };
    let set = silence.set.iter().map(|(field, value)| (field.clone(), value.clone())).collect();
    draft.push(Event::Silent { branch, unit: inside.each, legal: silence.legal.clone(), set, due })?;
    flow::close(draft, branch, Closing::Silent)?;
    block::join(draft, inside.parent, &inside.block)
}

/// A wait ran out: the case goes where the procedure says, without anybody's act.
fn lapse(draft: &mut Draft<'_>, branch: BranchId, step: &Step, late: &Late, due: Ts) -> Result<(), Refusal> {
    draft.push(Event::Lapsed { branch, step: step.id.clone(), due })?;
    match late {
        Late::To(to) => go(draft, branch, to, Way { how: How::Automatic, from: Some(step.id.clone()), within: None }),
        Late::Do(verb) => {
            let transition = step.actions().and_then(|actions| actions.get(verb));
            let transition = transition.ok_or_else(|| words::broken(format!("`late` names no action `{verb}`")))?;
            let to = take::target(draft, draft.branch(branch)?, transition)?;
            let taken = Taken {
                branch,
                step: step.id.clone(),
                verb: verb.clone(),
                means: transition.means,
                to,
                by: None,
                on_behalf_of: None,
                party: None,
                reason: None,
                fields: Default::default(),
                documents: Vec::new(),
                digitised: inputs::digitised(draft, &transition.makes),
                made: transition.makes.clone(),
                legal: transition.legal.clone(),
                // Nobody signs where time alone acts.
                sign: None,
                signal: None,
                tally: None,
            };
            take::follow(draft, branch, transition, taken)
        }
    }
}

fn breach(draft: &mut Draft<'_>, timer: &TimerKey, due: Ts) -> Result<(), Refusal> {
    let told = told_of_breach(draft, &timer.scope);
    let to = once(told.into_iter().chain(head_of_group(draft, &timer.scope)));
    draft.push(Event::Breached { timer: timer.clone(), due, to })
}

/// A bounded segment was taken out of the case's clock; beyond its bound the clock runs again.
fn end_exclusion(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let Some(stopped) = draft.case().stopped.clone() else { return Ok(()) };
    if stopped.policy == ClockPolicy::Exclude && standing::excluded_term_is_over(draft, stopped.branch)? {
        standing::resume(draft)?;
        let others: Vec<BranchId> = draft.case().branches.keys().copied().collect();
        for other in others {
            standing::stand(draft, other)?;
        }
    }
    Ok(())
}

fn remind(draft: &mut Draft<'_>, timer: &TimerKey, n: u16, due: Ts) -> Result<(), Refusal> {
    let case = draft.case();
    let running = match &timer.scope {
        Scope::Case => case.clock.as_ref(),
        Scope::Group(group) => case.groups.get(group),
        Scope::Branch(branch) => case.branches.get(branch).and_then(|branch| branch.clock.as_ref()),
    };
    let reminder = running.and_then(|running| running.clock.reminders.get(usize::from(n)));
    let (percent, holder) = (reminder.and_then(|reminder| reminder.percent), holder_of(draft, &timer.scope));
    match holder.map(|holder| holder.person.clone()) {
        Some(holder) => draft.push(Event::Reminded { timer: timer.clone(), due, percent, to: vec![holder] }),
        None => draft.push(Event::TimerSpent { timer: timer.clone(), due }),
    }
}
