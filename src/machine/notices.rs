//! Who is told: the persons behind `tell holder`, `tell head`, `tell inspector`, each once, in the file's order.

use crate::definition::procedure::{StepKind, Told};
use crate::ids::{BranchId, PersonId, UnitId};
use crate::machine::assignment::person_of;
use crate::machine::draft::Draft;
use crate::machine::event::{Holder, Scope};

/// Who answers for what a clock measures: the branch's holder; for the case and its groups the main branch's.
pub(super) fn holder_of<'d>(draft: &'d Draft<'_>, scope: &Scope) -> Option<&'d Holder> {
    let branch = match scope {
        Scope::Branch(branch) => branch,
        Scope::Case | Scope::Group(_) => &BranchId::MAIN,
    };
    draft.case().branches.get(branch).map(|branch| &branch.holder)
}

/// Who is told that a deadline has passed. A file that names nobody still has the holder and his head told.
pub(super) fn told_of_breach(draft: &Draft<'_>, scope: &Scope) -> Vec<PersonId> {
    let declared = &draft.procedure().case.on_breach;
    let told: &[Told] = if declared.is_empty() { &[Told::Holder, Told::Head] } else { declared };
    persons_told(draft, scope, told)
}

/// The holder and whoever answers above him.
pub(super) fn holder_and_head(draft: &Draft<'_>, scope: &Scope) -> Vec<PersonId> {
    persons_told(draft, scope, &[Told::Holder, Told::Head])
}

/// The head of the unit whose subtotal a group is.
pub(super) fn head_of_group(draft: &Draft<'_>, scope: &Scope) -> Option<PersonId> {
    let Scope::Group(group) = scope else { return None };
    let unit = draft.procedure().groups.get(group)?.unit.as_ref()?;
    draft.directory().head_of(unit, draft.at)
}

/// Whoever answers above the holder, and the inspectors of his unit.
pub(super) fn head_and_inspectors(draft: &Draft<'_>, scope: &Scope) -> Vec<PersonId> {
    persons_told(draft, scope, &[Told::Head, Told::Inspector])
}

/// The head of a person's unit; over a head, the head above.
pub(super) fn head_over(draft: &Draft<'_>, person: &PersonId, unit: &UnitId) -> Option<PersonId> {
    let heads = draft.directory().heads_upwards(unit, draft.at);
    heads.into_iter().map(|(head, _)| head).find(|head| head != person)
}

/// Each person once, in order.
pub(super) fn once(persons: impl IntoIterator<Item = PersonId>) -> Vec<PersonId> {
    let mut told: Vec<PersonId> = Vec::new();
    for person in persons {
        if !told.contains(&person) {
            told.push(person);
        }
    }
    told
}

fn persons_told(draft: &Draft<'_>, scope: &Scope, told: &[Told]) -> Vec<PersonId> {
    let branch = match scope {
        Scope::Branch(branch) => *branch,
        Scope::Case | Scope::Group(_) => BranchId::MAIN,
    };
    let Some(holder) = holder_of(draft, scope) else { return Vec::new() };
    let directory = draft.directory();
    let each = draft.each(branch);
    once(told.iter().flat_map(|told| match told {
        Told::Holder => vec![holder.person.clone()],
        Told::Head => accountable(draft, branch, holder).into_iter().collect(),
        Told::Inspector => directory.inspectors_of(&holder.unit),
        Told::Owner => directory.head_of(&draft.case().owner, draft.at).into_iter().collect(),
        Told::People(people) => person_of(draft, people, each).into_iter().collect(),
    }))
}

/// Who answers above the holder: whom the step names, else the head over him.
fn accountable(draft: &Draft<'_>, branch: BranchId, holder: &Holder) -> Option<PersonId> {
    let named = match draft.step_of(branch).map(|step| &step.kind) {
        Ok(StepKind::Staff(staff)) => staff.accountable.as_ref(),
        _ => None,
    };
    let named = named.and_then(|people| person_of(draft, people, draft.each(branch)));
    named.filter(|named| *named != holder.person).or_else(|| head_over(draft, &holder.person, &holder.unit))
}
