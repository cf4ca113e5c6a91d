//! Taking a named way out: a transition of the step, a body's answer, a transition open from anywhere, or reopening.

use crate::definition::guard;
use crate::definition::procedure::{
    Anytime, Bodies, Doer, End, Means, Needs, Reason, Step, StepKind, Target, Transition,
};
use crate::ids::{BranchId, DocumentId, StepId};
use crate::machine::assignment::named_by;
use crate::machine::authority::{Right, check_separation, may_take, receives_the_public, right};
use crate::machine::case::{Branch, Status};
use crate::machine::command::Take;
use crate::machine::draft::Draft;
use crate::machine::event::{Closing, Event, How, Taken};
use crate::machine::flow::{self, Way, go};
use crate::machine::handover::confirm;
use crate::machine::inputs::{self, Brought};
use crate::machine::refusal::Refusal;
use crate::machine::{block, clocks, dates, marks, open, standing, vote, words};

/// The verb by which an ended case is opened again.
pub(super) const REOPEN: &str = "reopen";
/// The verb by which a body answers in a `for_each` block.
pub(super) const ANSWER: &str = "answer";

/// A way out of where a branch rests.
pub(super) enum WayOut<'a> {
    Transition(&'a Transition),
    Answer { needs: &'a Needs, makes: &'a [DocumentId] },
    Anytime(&'a Anytime),
}

/// The decision to take a way out.
pub(super) fn take(draft: &mut Draft<'_>, asked: &Take) -> Result<(), Refusal> {
    if !draft.case().is_open() {
        return reopen(draft, asked);
    }
    let branch = draft.branch(asked.branch)?;
    let step = draft.step(&branch.step)?;
    match way_out(draft, branch, step, asked.verb.as_str()) {
        Some(WayOut::Transition(transition)) => transit(draft, asked, step, transition, false),
        Some(WayOut::Anytime(Anytime::Go(transition))) => transit(draft, asked, step, transition, true),
        Some(WayOut::Anytime(Anytime::Extend(extension))) => dates::extend(draft, extension, asked),
        Some(WayOut::Answer { needs, makes }) => answer(draft, asked, step, needs, makes),
        None => Err(words::no_such_transition(draft, branch, step, &asked.verb, verbs(draft, branch, step))),
    }
}

/// Every verb that leads on from where a branch rests, whoever may take it.
pub(super) fn verbs(draft: &Draft<'_>, branch: &Branch, step: &Step) -> Vec<String> {
    let mut verbs: Vec<String> = Vec::new();
    if is_asked(branch, step) {
        verbs.push(ANSWER.to_owned());
    } else {
        verbs.extend(step.actions().into_iter().flatten().map(|(verb, _)| verb.to_string()));
    }
    if branch.id == BranchId::MAIN {
        verbs.extend(draft.procedure().anytime.keys().map(ToString::to_string));
    }
    verbs
}

/// The way out of that name.
pub(super) fn way_out<'a>(draft: &Draft<'a>, branch: &Branch, step: &'a Step, verb: &str) -> Option<WayOut<'a>> {
    if let StepKind::Parallel(parallel) = &step.kind
        && let Bodies::ForEach { needs, makes, .. } = &parallel.bodies
        && is_asked(branch, step)
        && verb == ANSWER
    {
        return Some(WayOut::Answer { needs, makes });
    }
    if let Some(transition) = step.actions().and_then(|actions| actions.get(verb)) {
        return Some(WayOut::Transition(transition));
    }
    let anytime = draft.procedure().anytime.get(verb).filter(|_| branch.id == BranchId::MAIN);
    anytime.map(WayOut::Anytime)
}

/// The step's own needs and products belong to going on: not to sending back, to waiting, or to ending without result.
pub(super) fn goes_on(draft: &Draft<'_>, transition: &Transition) -> bool {
    draft.procedure().goes_on(transition)
}

/// Moves a branch along a transition that has been allowed, or that the engine takes when a wait runs out.
pub(super) fn follow(
    draft: &mut Draft<'_>,
    branch: BranchId,
    transition: &Transition,
    taken: Taken,
) -> Result<(), Refusal> {
    let (step, verb, to, means) = (taken.step.clone(), taken.verb.clone(), taken.to.clone(), taken.means);
    let starts_clock = draft.procedure().case.starts.as_ref().is_some_and(|(s, v)| *s == step && *v == taken.verb);
    let asks_for_papers = taken.verb.as_str() == marks::REQUEST_SUPPLEMENT && means == Means::Wait;
    let legal = taken.legal.clone();
    draft.push(Event::Taken(taken))?;
    if asks_for_papers {
        marks::supplement_asked(draft, branch, &step, legal)?;
    }
    if starts_clock && draft.case().clock.is_none() {
        start_clock(draft)?;
    }
    standing::start_groups(draft, &step, &verb)?;
    match to {
        Some(to) => {
            let how = if means == Means::Back { How::Returned } else { How::HandedOver };
            go(draft, branch, &to, Way { how, from: Some(step), within: transition.within.clone() })
        }
        None => end_branch(draft, branch),
    }
}

/// Where a transition leads from here; nothing where it ends the branch.
pub(super) fn target(draft: &Draft<'_>, branch: &Branch, transition: &Transition) -> Result<Option<StepId>, Refusal> {
    match &transition.to {
        Target::Step(to) => Ok(Some(to.clone())),
        Target::Origin => branch.from.clone().map(Some).ok_or_else(|| words::no_origin(draft, branch)),
        Target::Join => Ok(None),
    }
}

fn transit(
    draft: &mut Draft<'_>,
    asked: &Take,
    step: &Step,
    transition: &Transition,
    anytime: bool,
) -> Result<(), Refusal> {
    let right = right(draft)?;
    let branch = draft.branch(asked.branch)?;
    let leave = may_take(draft, branch, &transition.by, right.of)?;
    if leave.party.is_none() && !anytime {
        check_separation(draft, &step.id, &[right.person, right.of])?;
    }
    if anytime && transition.by == Doer::Applicant && draft.case().caller.as_ref().is_some_and(|by| !by.withdraws) {
        return Err(words::withdrawn_with_caller(draft));
    }
    check_count(draft, asked, step, transition, anytime)?;
    let tally = if anytime { None } else { vote::carried(draft, branch, step, &asked.verb, transition)? };
    inputs::check_fields(draft, &asked.fields)?;
    inputs::check_documents(draft, &asked.documents)?;
    check_guard(draft, branch, asked, transition)?;
    let own = step_terms(step).filter(|_| !anytime && goes_on(draft, transition));
    // What happened outside does not wait for the staff's own work on the step.
    let own = own.filter(|_| !transition.signal);
    let mut needs = vec![&transition.needs];
    needs.extend(own.map(|(needs, _)| needs));
    // However the case has come here: by a wait that ran out it may have gone round the first step's own look.
    let required = own.map(|_| inputs::required(draft.procedure()));
    needs.extend(&required);
    inputs::check_needs(draft, &needs, transition.reason, &brought(asked, false))?;

    let made = own.into_iter().flat_map(|(_, makes)| makes).chain(&transition.makes).cloned().collect();
    let to = target(draft, branch, transition)?;
    let own_legal = match &step.kind {
        StepKind::Staff(staff) => staff.legal.clone(),
        StepKind::Wait(wait) => wait.legal.clone(),
        _ => None,
    };
    let taken = Taken {
        means: transition.means,
        to,
        party: leave.party.map(str::to_owned),
        legal: transition.legal.clone().or(own_legal.filter(|_| !anytime)),
        sign: transition.sign,
        tally,
        ..taken(draft, asked, step, &right, made)
    };
    receive_first(draft, asked.branch, &right)?;
    if anytime {
        let asked_here = block::children_of(draft, asked.branch, Some(&step.id));
        for child in asked_here {
            flow::close(draft, child, Closing::Cancelled)?;
        }
    }
    follow(draft, asked.branch, transition, taken)
}

fn answer(
    draft: &mut Draft<'_>,
    asked: &Take,
    step: &Step,
    needs: &Needs,
    makes: &[DocumentId],
) -> Result<(), Refusal> {
    let right = right(draft)?;
    may_take(draft, draft.branch(asked.branch)?, &Doer::Holder, right.of)?;
    check_separation(draft, &step.id, &[right.person, right.of])?;
    inputs::check_fields(draft, &asked.fields)?;
    inputs::check_documents(draft, &asked.documents)?;
    inputs::check_needs(draft, &[needs], Reason::Optional, &brought(asked, true))?;
    let taken = taken(draft, asked, step, &right, makes.to_vec());
    receive_first(draft, asked.branch, &right)?;
    draft.push(Event::Taken(taken))?;
    end_branch(draft, asked.branch)
}

/// Closes a parallel branch that has done its part, and joins the block if that was enough.
pub(super) fn end_branch(draft: &mut Draft<'_>, branch: BranchId) -> Result<(), Refusal> {
    let inside = draft.branch(branch)?.block.clone();
    let inside = inside.ok_or_else(|| words::broken("`join` outside a block"))?;
    flow::close(draft, branch, Closing::Answered)?;
    block::join(draft, inside.parent, &inside.block)
}

fn start_clock(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let Some(clock) = clocks::of_case(draft)? else { return Ok(()) };
    let promise = Some(clock.deadline);
    let apology_at = open::apology_alarm(draft, promise)?;
    draft.push(Event::ClockStarted { clock, promise, apology_at })
}

fn reopen(draft: &mut Draft<'_>, asked: &Take) -> Result<(), Refusal> {
    let Status::Ended { step, at: ended_at, .. } = draft.case().status.clone() else {
        return Err(words::case_not_ended(draft));
    };
    if draft.case().caller.is_some() {
        return Err(words::reopened_with_caller(draft));
    }
    let StepKind::End(End { reopen: Some(terms), .. }) = &draft.step(&step)?.kind else {
        return Err(words::never_reopened(draft, &step));
    };
    let right = right(draft)?;
    let last = draft.case().last_holder.as_ref().map(|holder| &holder.person);
    let allowed = match &terms.by {
        Doer::Holder => last == Some(right.of),
        Doer::Applicant | Doer::Outside => last == Some(right.of) || receives_the_public(draft, right.of),
        Doer::People(people) => named_by(draft, people, None).iter().any(|seat| seat.person == *right.of),
    };
    if !allowed {
        return Err(words::may_not_reopen(draft, right.of));
    }
    if draft.case().reopened >= terms.at_most {
        return Err(words::too_many_times(draft, "mở lại", "reopened", terms.at_most));
    }
    let until = clocks::term_from(draft, ended_at, &terms.within, None)?;
    if draft.at > until {
        return Err(words::term_over(draft, until));
    }
    inputs::check_fields(draft, &asked.fields)?;
    inputs::check_documents(draft, &asked.documents)?;
    inputs::check_needs(draft, &[], terms.reason, &brought(asked, false))?;
    let clock = clocks::of_case(draft)?;
    draft.push(Event::Reopened { step: terms.to.clone(), reason: asked.reason.clone(), clock })?;
    go(draft, BranchId::MAIN, &terms.to, Way { how: How::Reopened, from: None, within: None })
}

/// Whether the branch is one body's part of a `for_each` block, resting in the block's own step.
fn is_asked(branch: &Branch, step: &Step) -> bool {
    branch.block.as_ref().is_some_and(|inside| inside.each.is_some() && inside.block == step.id)
}

fn check_count(
    draft: &Draft<'_>,
    asked: &Take,
    step: &Step,
    transition: &Transition,
    anytime: bool,
) -> Result<(), Refusal> {
    let Some(at_most) = transition.at_most else { return Ok(()) };
    let counted =
        draft.case().counts.iter().filter(|((at, verb), _)| *verb == asked.verb && (anytime || *at == step.id));
    let taken: u32 = counted.map(|(_, count)| count).sum();
    if taken < at_most { Ok(()) } else { Err(words::taken_too_often(draft, step, &asked.verb, at_most)) }
}

/// The guard sees the case as it will be: with the fields given along.
fn check_guard(draft: &Draft<'_>, branch: &Branch, asked: &Take, transition: &Transition) -> Result<(), Refusal> {
    let Some(guard) = &transition.when else { return Ok(()) };
    let mut fields = draft.case().fields.clone();
    fields.extend(asked.fields.clone());
    let each = branch.block.as_ref().and_then(|block| block.each.as_ref());
    let scope = guard::Scope { fields: &fields, ..draft.scope(each) };
    match guard.judge(&scope) {
        Some(true) => Ok(()),
        Some(false) => Err(words::guard_false(draft, branch, &asked.verb, guard)),
        None => Err(words::guard_unknown(draft, guard)),
    }
}

/// Who acts on what he has not confirmed yet has it: the hand-over is written first.
fn receive_first(draft: &mut Draft<'_>, branch: BranchId, right: &Right<'_>) -> Result<(), Refusal> {
    let held = draft.branch(branch)?;
    if held.received_at.is_none() && held.holder.person == *right.of {
        confirm(draft, branch)?;
    }
    Ok(())
}

fn step_terms(step: &Step) -> Option<(&Needs, &Vec<DocumentId>)> {
    match &step.kind {
        StepKind::Staff(staff) => Some((&staff.needs, &staff.makes)),
        _ => None,
    }
}

fn brought(asked: &Take, own_fields_only: bool) -> Brought<'_> {
    Brought { fields: &asked.fields, documents: &asked.documents, reason: asked.reason.as_deref(), own_fields_only }
}

fn taken(draft: &Draft<'_>, asked: &Take, step: &Step, right: &Right<'_>, made: Vec<DocumentId>) -> Taken {
    Taken {
        branch: asked.branch,
        step: step.id.clone(),
        verb: asked.verb.clone(),
        means: Means::Forward,
        to: None,
        by: Some(right.person.clone()),
        on_behalf_of: right.on_behalf_of(),
        party: None,
        reason: asked.reason.clone().filter(|reason| !reason.trim().is_empty()),
        fields: asked.fields.clone(),
        documents: asked.documents.clone(),
        digitised: inputs::digitised(draft, asked.documents.iter().chain(&made)),
        made,
        legal: None,
        sign: None,
        signal: None,
        tally: None,
    }
}
