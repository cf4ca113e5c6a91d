//! The same step, another holder: claimed from a pool, assigned by a head, transferred to an equal.

use crate::ids::{BranchId, PersonId};
use crate::machine::assignment::{Seat, barred, candidates_of, named_by};
use crate::machine::authority::{check_separation, may_assign, right};
use crate::machine::case::Branch;
use crate::machine::draft::Draft;
use crate::machine::event::{Event, Holder, How};
use crate::machine::handover::confirm;
use crate::machine::refusal::Refusal;
use crate::machine::{inputs, words};

/// How often one holding of a step may be handed on sideways.
const TRANSFERS_AT_MOST: u32 = 3;

/// Somebody takes a step of his unit that waits for one of its people.
pub(super) fn claim(draft: &mut Draft<'_>, id: BranchId) -> Result<(), Refusal> {
    let right = right(draft)?;
    let branch = draft.branch(id)?;
    let Some(pool) = branch.holder.pool.as_ref().filter(|pool| pool.claim) else {
        return Err(words::not_claimable(draft, branch));
    };
    let each = branch.block.as_ref().and_then(|block| block.each.as_ref());
    let seats = named_by(draft, &pool.people, each);
    let Some(seat) = seats.into_iter().find(|seat| seat.person == *right.of) else {
        return Err(words::not_of_people(draft, &pool.people, right.of));
    };
    check_separation(draft, &branch.step, &[right.person, right.of])?;
    if draft.directory().is_absent(&seat.person, draft.at) {
        return Err(words::unfit_absent(draft, &seat.person));
    }
    change(draft, id, seat, How::Claimed, None)?;
    confirm(draft, id)
}

/// A head gives a step to one of his people, or takes it from one and gives it to another, with the reason why.
pub(super) fn assign(draft: &mut Draft<'_>, id: BranchId, to: &PersonId, reason: Option<&str>) -> Result<(), Refusal> {
    let right = right(draft)?;
    if !may_assign(draft, id, right.of)? {
        return Err(words::may_not_assign(draft, draft.branch(id)?, right.of));
    }
    let branch = draft.branch(id)?;
    let waits = branch.holder.pool.is_some();
    if !waits && branch.holder.person == *to {
        return Err(words::holds_already(draft, to));
    }
    let seat = seat_for(draft, branch, to, true)?;
    if !waits || reason.is_some() {
        inputs::check_reason(draft, reason)?;
    }
    change(draft, id, seat, How::Assigned, reason)?;
    if *right.of == *to {
        confirm(draft, id)?;
    }
    Ok(())
}

/// The holder hands the step on to an equal.
pub(super) fn transfer(draft: &mut Draft<'_>, id: BranchId, to: &PersonId, reason: &str) -> Result<(), Refusal> {
    let right = right(draft)?;
    let branch = draft.branch(id)?;
    if branch.holder.person != *right.of {
        return Err(words::not_holder(draft, branch, right.of));
    }
    if branch.holder.pool.is_some() {
        return Err(words::assign_instead(draft, branch));
    }
    if branch.holder.person == *to {
        return Err(words::holds_already(draft, to));
    }
    let seat = seat_for(draft, branch, to, false)?;
    if branch.transfers >= TRANSFERS_AT_MOST {
        return Err(words::too_many_times(draft, "chuyển người xử lý", "transferred", TRANSFERS_AT_MOST));
    }
    inputs::check_reason(draft, Some(reason))?;
    change(draft, id, seat, How::Transferred, Some(reason))
}

/// Who may be given the step of a branch: its rule's people, and for a head the staff of the unit that holds it; not
/// the present holder, nobody absent, nobody barred.
pub(super) fn takers(draft: &Draft<'_>, branch: &Branch, by_head: bool) -> Vec<Seat> {
    let Ok(step) = draft.step(&branch.step) else { return Vec::new() };
    let each = branch.block.as_ref().and_then(|block| block.each.as_ref());
    let mut seats = candidates_of(draft, step, each);
    if by_head {
        let unit = &branch.holder.unit;
        let staff = draft.directory().staff_of(unit, draft.at).into_iter();
        seats.extend(staff.map(|person| Seat { person, unit: unit.clone() }));
    }
    let barred = barred(draft, &branch.step);
    let waits = branch.holder.pool.is_some();
    let mut known: Vec<PersonId> = Vec::new();
    seats.retain(|seat| {
        let fit = (waits || seat.person != branch.holder.person)
            && !barred.contains(&seat.person)
            && !draft.directory().is_absent(&seat.person, draft.at)
            && !known.contains(&seat.person);
        known.push(seat.person.clone());
        fit
    });
    seats
}

fn seat_for(draft: &Draft<'_>, branch: &Branch, to: &PersonId, by_head: bool) -> Result<Seat, Refusal> {
    if draft.directory().person(to).is_none() {
        return Err(words::unknown_person(to));
    }
    check_separation(draft, &branch.step, &[to])?;
    if draft.directory().is_absent(to, draft.at) {
        return Err(words::unfit_absent(draft, to));
    }
    let takers = takers(draft, branch, by_head);
    let names: Vec<PersonId> = takers.iter().map(|seat| seat.person.clone()).collect();
    takers.into_iter().find(|seat| seat.person == *to).ok_or_else(|| words::unfit_holder(draft, branch, to, &names))
}

fn change(draft: &mut Draft<'_>, branch: BranchId, seat: Seat, how: How, reason: Option<&str>) -> Result<(), Refusal> {
    let holder = Holder { person: seat.person, unit: seat.unit, how, instead_of: None, pool: None };
    draft.push(Event::HolderChanged { branch, holder, reason: reason.map(str::to_owned) })
}
