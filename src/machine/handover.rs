//! The two sides of giving a case on: received, sent back unreceived, recalled before it was received.

use crate::calendar::band::{Band, Verdict, verdict};
use crate::definition::procedure::{OnTime, StepKind};
use crate::ids::{BranchId, PersonId};
use crate::machine::authority::right;
use crate::machine::calls::drop_call;
use crate::machine::case::{Branch, Given};
use crate::machine::draft::Draft;
use crate::machine::event::{Clock, Event, Holder, How, StepEntered};
use crate::machine::flow::come_to;
use crate::machine::refusal::Refusal;
use crate::machine::standing::{leave, stand};
use crate::machine::{clocks, inputs, words};

/// How often a step may send back what it was handed.
const SENT_BACK_AT_MOST: u32 = 2;

/// The holder confirms that he has it.
pub(super) fn receive(draft: &mut Draft<'_>, id: BranchId) -> Result<(), Refusal> {
    let right = right(draft)?;
    let branch = draft.branch(id)?;
    if branch.holder.person != *right.of {
        return Err(words::not_holder(draft, branch, right.of));
    }
    if branch.received_at.is_some() {
        return Err(words::already_received(draft, branch));
    }
    confirm(draft, id)
}

/// The holder gives back, unreceived, what was handed over incomplete. What was given back once is not given back again.
pub(super) fn send_back(draft: &mut Draft<'_>, id: BranchId, reason: &str) -> Result<(), Refusal> {
    let right = right(draft)?;
    let branch = draft.branch(id)?;
    if branch.holder.person != *right.of {
        return Err(words::not_holder(draft, branch, right.of));
    }
    if branch.received_at.is_some() {
        return Err(words::already_received(draft, branch));
    }
    let came_back = matches!(branch.holder.how, How::Returned | How::Recalled);
    let given = giver_at_work(draft, branch.given.as_ref()).filter(|_| !came_back);
    let given = given.ok_or_else(|| words::nobody_to_return_to(draft, branch))?;
    if draft.case().sent_back.get(&branch.step).is_some_and(|times| *times >= SENT_BACK_AT_MOST) {
        return Err(words::too_many_times(draft, "trả lại khi chưa nhận", "sent back unreceived", SENT_BACK_AT_MOST));
    }
    inputs::check_reason(draft, Some(reason))?;
    let to = given.step.clone();
    drop_call(draft, id)?;
    leave(draft, id)?;
    draft.push(Event::SentBack { branch: id, step: to, reason: reason.to_owned() })?;
    give_back(draft, id, given, How::Returned)
}

/// The giver takes it back before it is received.
pub(super) fn recall(draft: &mut Draft<'_>, id: BranchId) -> Result<(), Refusal> {
    let right = right(draft)?;
    let branch = draft.branch(id)?;
    let Some(given) = branch.given.as_ref().filter(|given| given.by == *right.of) else {
        return Err(words::not_giver(draft, branch, right.of));
    };
    if branch.received_at.is_some() {
        return Err(words::already_received(draft, branch));
    }
    let given = giver_at_work(draft, Some(given)).ok_or_else(|| words::nobody_to_return_to(draft, branch))?;
    let to = given.step.clone();
    drop_call(draft, id)?;
    leave(draft, id)?;
    draft.push(Event::Recalled { branch: id, step: to })?;
    give_back(draft, id, given, How::Recalled)?;
    if draft.branch(id)?.received_at.is_none() {
        confirm(draft, id)?;
    }
    Ok(())
}

/// Confirms that the holder has the branch, with the verdict on the giver.
pub(super) fn confirm(draft: &mut Draft<'_>, id: BranchId) -> Result<(), Refusal> {
    let branch = draft.branch(id)?;
    let verdict = verdict_on_giver(draft, branch)?;
    let given_by = branch.given.as_ref().map(|given| given.by.clone());
    let given_at = branch.given.as_ref().map(|given| given.at);
    draft.push(Event::Received { branch: id, given_by, given_at, verdict })
}

/// The verdict on whoever gave a branch, by the band the procedure declares; nothing where his step was untimed.
fn verdict_on_giver(draft: &Draft<'_>, branch: &Branch) -> Result<Option<Verdict>, Refusal> {
    let Some((given, clock)) = branch.given.as_ref().and_then(|given| Some((given, given.clock.as_ref()?))) else {
        return Ok(None);
    };
    let band = match draft.procedure().case.on_time {
        OnTime::HalfDay => Band::HalfDay,
        OnTime::Instant => Band::Instant,
    };
    let calendar = clocks::calendar(draft, Some(&clock.calendar))?;
    Ok(Some(verdict(calendar, clock.deadline, given.at, band)))
}

/// The giver, where he worked on it: a wait or a block is not reopened by sending back, for it was left by a counted
/// transition and may have let the case's clock stand.
fn giver_at_work(draft: &Draft<'_>, given: Option<&Given>) -> Option<Given> {
    let given = given?;
    let step = draft.procedure().step(&given.step)?;
    matches!(step.kind, StepKind::Staff(_)).then(|| given.clone())
}

/// Puts a branch back where it was given from: the giver's own clock runs on, as if it had not been given.
fn give_back(draft: &mut Draft<'_>, id: BranchId, given: Given, how: How) -> Result<(), Refusal> {
    let at = draft.at;
    let clock = given.clock.map(|clock| Clock {
        // What has rung does not ring again.
        reminders: clock.reminders.iter().filter(|reminder| reminder.at > at).copied().collect(),
        ..clock
    });
    let directory = draft.directory();
    let present = |person: &PersonId| directory.unit_of(person, at).is_some() && !directory.is_absent(person, at);
    let holder = if present(&given.by) {
        Holder { person: given.by, unit: given.unit, how, instead_of: None, pool: None }
    } else {
        let substitute = directory.substitute_of(&given.by, at).or_else(|| directory.head_of(&given.unit, at));
        let person = substitute.unwrap_or_else(|| given.by.clone());
        Holder { person, unit: given.unit, how, instead_of: Some(given.by), pool: None }
    };
    come_to(draft, StepEntered { branch: id, step: given.step, from: given.from, holder, clock })?;
    stand(draft, id)
}
