//! Escalation: a superior is added, with his own clock, and the holder stays. He takes notice, and his clock stops; or he
//! lets it pass, and the escalation goes to the head over him, and so on up to the inspectors.

use crate::definition::procedure::{Bodies, Escalation, StepKind};
use crate::ids::{BranchId, PersonId, Ts, UnitId};
use crate::machine::assignment::{Seat, seat_of};
use crate::machine::authority::right;
use crate::machine::case::Superior;
use crate::machine::draft::Draft;
use crate::machine::event::{Event, Scope, TimerKey};
use crate::machine::notices::once;
use crate::machine::refusal::Refusal;
use crate::machine::{clocks, inputs, words};

/// Adds the superior whom the file names; whoever holds the step cannot be his own superior, then the head over him is.
/// Where there is nobody at all, those who watch from outside are told.
pub(super) fn escalate(draft: &mut Draft<'_>, timer: &TimerKey, n: u16, due: Ts) -> Result<(), Refusal> {
    let Scope::Branch(branch) = timer.scope else {
        return draft.push(Event::TimerSpent { timer: timer.clone(), due });
    };
    let declared = declared(draft, branch, n)?;
    let holder = &draft.branch(branch)?.holder;
    let named = declared.and_then(|declared| seat_of(draft, &declared.to, draft.each(branch)));
    let named = named.filter(|seat| seat.person != holder.person);
    match named.or_else(|| over(draft, &holder.unit, std::slice::from_ref(&holder.person))) {
        Some(superior) => come_to(draft, timer, due, declared, superior),
        None => {
            let to = once(beyond(draft, branch, &[])?);
            draft.push(Event::Breached { timer: timer.clone(), due, to })
        }
    }
}

/// The superior's own term ended and he has not acknowledged it: he and the head over him are told, who has it now.
pub(super) fn superior_late(draft: &mut Draft<'_>, timer: &TimerKey, n: u16, due: Ts) -> Result<(), Refusal> {
    let Scope::Branch(branch) = timer.scope else {
        return draft.push(Event::TimerSpent { timer: timer.clone(), due });
    };
    let held = draft.branch(branch)?;
    let superior = held.clock.as_ref().and_then(|running| running.superiors.get(&n)).cloned();
    let superior = superior.ok_or_else(|| words::broken(format!("no superior has the timer `{timer}`")))?;
    let unit = superior.unit.clone().or_else(|| draft.directory().unit_of(&superior.person, draft.at));
    let unit = unit.unwrap_or_else(|| held.holder.unit.clone());
    let passed: Vec<PersonId> =
        superior.before.iter().chain([&superior.person, &held.holder.person]).cloned().collect();
    let next = over(draft, &unit, &passed);
    let told = match &next {
        Some(next) => vec![next.person.clone()],
        None => beyond(draft, branch, &passed)?,
    };
    let to = once([superior.person].into_iter().chain(told));
    draft.push(Event::Breached { timer: timer.clone(), due, to })?;
    match next {
        Some(next) => come_to(draft, timer, due, declared(draft, branch, n)?, next),
        None => Ok(()),
    }
}

/// The superior takes notice: of one level, or of everything that lies with him at that branch.
pub(super) fn acknowledge(
    draft: &mut Draft<'_>,
    branch: BranchId,
    level: Option<u16>,
    text: Option<&str>,
) -> Result<(), Refusal> {
    let right = right(draft)?;
    draft.branch(branch)?;
    let waits: Vec<(u16, Superior)> = draft
        .case()
        .unacknowledged()
        .into_iter()
        .filter(|waits| waits.branch == branch && level.is_none_or(|level| level == waits.level))
        .map(|waits| (waits.level, waits.superior.clone()))
        .collect();
    if waits.is_empty() {
        return Err(words::nothing_to_acknowledge(draft, branch, level));
    }
    let lies: Vec<&(u16, Superior)> = waits.iter().filter(|(_, superior)| superior.person == *right.of).collect();
    if lies.is_empty() {
        let with: Vec<PersonId> = waits.iter().map(|(_, superior)| superior.person.clone()).collect();
        return Err(words::not_superior(draft, branch, right.of, &once(with)));
    }
    if let Some(text) = text {
        inputs::check_comment(text)?;
    }
    let superior = right.of.clone();
    for (level, _) in lies {
        let text = text.map(str::to_owned);
        draft.push(Event::Acknowledged { branch, level: *level, superior: superior.clone(), text })?;
    }
    Ok(())
}

/// He has it from now; his own clock is as long as the file says for this level, whoever he is.
fn come_to(
    draft: &mut Draft<'_>,
    timer: &TimerKey,
    due: Ts,
    declared: Option<&Escalation>,
    superior: Seat,
) -> Result<(), Refusal> {
    let within = declared.and_then(|declared| declared.within.as_ref());
    let answer_by =
        within.map(|within| clocks::term_from(draft, due.max(draft.at), within, Some(&superior.unit))).transpose()?;
    let Seat { person: to, unit } = superior;
    draft.push(Event::Escalated { timer: timer.clone(), due, to, answer_by, unit: Some(unit) })
}

/// The nearest head from a unit upwards who is none of these.
fn over(draft: &Draft<'_>, unit: &UnitId, passed: &[PersonId]) -> Option<Seat> {
    let heads = draft.directory().heads_upwards(unit, draft.at);
    let next = heads.into_iter().find(|(head, _)| !passed.contains(head));
    next.map(|(person, unit)| Seat { person, unit })
}

/// Whom to tell where nobody is over anybody any more: the inspectors of the holder's unit, else of the owner, else the
/// owner's head; and where there is none of them, the holder himself, so that the term never passes in silence.
fn beyond(draft: &Draft<'_>, branch: BranchId, passed: &[PersonId]) -> Result<Vec<PersonId>, Refusal> {
    let holder = &draft.branch(branch)?.holder;
    let (directory, owner) = (draft.directory(), &draft.case().owner);
    let inspectors = [&holder.unit, owner].into_iter().map(|unit| directory.inspectors_of(unit));
    let head = directory.head_of(owner, draft.at).filter(|head| !passed.contains(head) && *head != holder.person);
    let told = inspectors.chain([head.into_iter().collect()]).find(|told: &Vec<PersonId>| !told.is_empty());
    Ok(told.unwrap_or_else(|| vec![holder.person.clone()]))
}

/// The escalation of that place in the file.
fn declared<'a>(draft: &Draft<'a>, branch: BranchId, n: u16) -> Result<Option<&'a Escalation>, Refusal> {
    let n = usize::from(n);
    Ok(match &draft.step_of(branch)?.kind {
        StepKind::Staff(staff) => staff.escalate.get(n),
        StepKind::Wait(wait) => wait.escalate.get(n),
        StepKind::Parallel(parallel) => match &parallel.bodies {
            Bodies::ForEach { escalate, .. } => escalate.get(n),
            Bodies::Branches(_) => None,
        },
        StepKind::Call(call) => call.escalate.get(n),
        StepKind::Decision(_) | StepKind::End(_) => None,
    })
}
