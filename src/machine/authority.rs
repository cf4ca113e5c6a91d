//! Who may: the right an actor uses, whether a transition is his to take, and whom separation bars.

use crate::definition::guard::Guard;
use crate::definition::procedure::{Doer, StepKind};
use crate::ids::{BranchId, PersonId, StepId, UnitId};
use crate::machine::assignment::{by_of, candidates_of, named_by};
use crate::machine::case::Branch;
use crate::machine::command::Actor;
use crate::machine::draft::Draft;
use crate::machine::refusal::Refusal;
use crate::machine::vote::{council_of, members};
use crate::machine::words;

/// The person who acts and the one whose right he uses; the same where he acts in his own.
pub(super) struct Right<'a> {
    pub person: &'a PersonId,
    pub of: &'a PersonId,
}

impl Right<'_> {
    /// Whose right it was, where it was another's.
    pub fn on_behalf_of(&self) -> Option<PersonId> {
        (self.person != self.of).then(|| self.of.clone())
    }
}

/// The right the actor uses. A delegate needs a delegation in force for this procedure, or an absence he stands in for;
/// what he may do is then asked of the one he acts for, so it is never wider than that one's own right.
pub(super) fn right<'a>(draft: &Draft<'a>) -> Result<Right<'a>, Refusal> {
    let directory = draft.directory();
    let (person, of) = match draft.actor {
        Actor::System => return Err(words::not_allowed_system()),
        Actor::Person(person) => (person, person),
        Actor::Delegate { person, on_behalf_of } => (person, on_behalf_of),
    };
    for known in [person, of] {
        if directory.person(known).is_none() {
            return Err(words::unknown_person(known));
        }
        // What one still holds in the book is no right to act on it once every post is given up.
        if directory.is_out_of_post(known, draft.at) {
            return Err(words::out_of_post(draft, known));
        }
    }
    if person != of && !directory.acts_for(person, of, &draft.procedure().id, draft.at) {
        return Err(words::no_delegation(draft, person, of));
    }
    if person != of {
        within_delegation(draft, person, of)?;
    }
    Ok(Right { person, of })
}

/// Refuses a delegate whose every delegation has a condition that the case does not meet. What the case does not say
/// yet, and what the procedure cannot say at all, is not met: a right is never wider than its words.
fn within_delegation(draft: &Draft<'_>, person: &PersonId, of: &PersonId) -> Result<(), Refusal> {
    let (directory, procedure) = (draft.directory(), draft.procedure());
    if directory.stands_in_for(person, of, draft.at) {
        return Ok(());
    }
    let given = directory.delegations_to(person, &procedure.id, draft.at);
    let mut conditions = Vec::new();
    for delegation in given.into_iter().filter(|delegation| delegation.from == *of) {
        let Some(when) = &delegation.when else { return Ok(()) };
        let met = Guard::parse(when, &procedure.fields).ok().and_then(|guard| guard.judge(&draft.scope(None)));
        if met == Some(true) {
            return Ok(());
        }
        conditions.push(when.as_str());
    }
    Err(words::beyond_delegation(draft, person, of, &conditions))
}

/// In whose name a transition is recorded.
pub(super) struct Leave {
    /// The party whose act it was, where the actor only records it.
    pub party: Option<&'static str>,
}

/// Whether the right's owner may take a transition of that `by`.
pub(super) fn may_take(draft: &Draft<'_>, branch: &Branch, doer: &Doer, of: &PersonId) -> Result<Leave, Refusal> {
    let holds = branch.holder.person == *of;
    match doer {
        Doer::Holder if holds => Ok(Leave { party: None }),
        Doer::Holder => Err(words::not_holder(draft, branch, of)),
        Doer::Applicant if holds || receives_the_public(draft, of) => Ok(Leave { party: Some("applicant") }),
        Doer::Outside if holds || receives_the_public(draft, of) => Ok(Leave { party: Some("outside") }),
        Doer::Applicant | Doer::Outside => Err(words::not_recorder(draft, branch, of)),
        Doer::People(people) => {
            let each = branch.block.as_ref().and_then(|block| block.each.as_ref());
            match named_by(draft, people, each).iter().any(|seat| seat.person == *of) {
                true => Ok(Leave { party: None }),
                false => Err(words::not_of_people(draft, people, of)),
            }
        }
    }
}

/// Whether the person sits where cases come in: he may record what the citizen says.
pub(super) fn receives_the_public(draft: &Draft<'_>, person: &PersonId) -> bool {
    draft.procedure().start.iter().any(|choice| {
        let step = draft.procedure().step(&choice.then);
        step.is_some_and(|step| candidates_of(draft, step, None).iter().any(|seat| seat.person == *person))
    })
}

/// Refuses a person who did, or acted on behalf of one who did, a step that must be done by somebody else.
pub(super) fn check_separation(draft: &Draft<'_>, step: &StepId, persons: &[&PersonId]) -> Result<(), Refusal> {
    for separation in draft.procedure().separate.iter().filter(|separation| separation.steps.contains(step)) {
        for other in separation.steps.iter().filter(|other| *other != step) {
            let doers = draft.case().doers.get(other);
            let same = persons.iter().find(|person| doers.is_some_and(|doers| doers.contains(person)));
            if let Some(person) = same {
                return Err(words::separate(draft, separation, step, other, person));
            }
        }
    }
    Ok(())
}

/// Whether the person has to do with the case: holds or held it, works in a unit it is or was given to or over one,
/// supports or follows a step. An inspector's right to read is no right to write.
pub(super) fn is_involved(draft: &Draft<'_>, person: &PersonId) -> bool {
    let case = draft.case();
    let directory = draft.directory();
    let mut units: Vec<&UnitId> = vec![&case.owner];
    units.extend(case.branches.values().map(|branch| &branch.holder.unit));
    units.extend(case.branches.values().filter_map(|branch| branch.holder.pool.as_ref()).map(|pool| &pool.unit));
    units.extend(case.last_holder.iter().map(|holder| &holder.unit));
    units.iter().any(|unit| directory.works_with(person, unit, draft.at))
        || case.branches.values().any(|branch| branch.holder.person == *person)
        || case.doers.values().any(|doers| doers.contains(person))
        || receives_the_public(draft, person)
        || case.branches.values().any(|branch| sits(draft, branch, person))
        || case.branches.values().any(|branch| supports(draft, branch, person))
}

/// Whether the person may give a held step to somebody: the head of its unit, who it waits with, or the entry's assigner.
pub(super) fn may_assign(draft: &Draft<'_>, branch: BranchId, person: &PersonId) -> Result<bool, Refusal> {
    let branch = draft.branch(branch)?;
    let holder = &branch.holder;
    let unit = holder.pool.as_ref().map_or(&holder.unit, |pool| &pool.unit);
    Ok(draft.directory().heads(person, unit, draft.at)
        || draft.directory().heads(person, &holder.unit, draft.at)
        || (holder.pool.is_some() && holder.person == *person))
}

/// Whether the person has a vote where a branch rests.
pub(super) fn sits(draft: &Draft<'_>, branch: &Branch, person: &PersonId) -> bool {
    let council = draft.procedure().step(&branch.step).and_then(|step| council_of(draft, branch, step));
    council.is_some_and(|council| members(draft, branch, council).contains(person))
}

/// Whether the person supports, follows or answers for the step that a branch rests in.
pub(super) fn supports(draft: &Draft<'_>, branch: &Branch, person: &PersonId) -> bool {
    let Some(step) = draft.procedure().step(&branch.step) else { return false };
    let StepKind::Staff(staff) = &step.kind else { return by_of(step).is_none() && branch.holder.person == *person };
    let each = branch.block.as_ref().and_then(|block| block.each.as_ref());
    let mut listed = staff.with.iter().chain(&staff.watch).chain(&staff.accountable);
    listed.any(|people| named_by(draft, people, each).iter().any(|seat| seat.person == *person))
}
