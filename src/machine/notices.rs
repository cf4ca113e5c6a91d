//! Who is told: the persons behind `tell holder`, `tell head`, `tell inspector`, each once, in the file's order.

use crate::definition::procedure::Told;
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
    let Some(holder) = holder_of(draft, scope) else { return Vec::new() };
    let each = match scope {
        Scope::Branch(branch) => draft.each(*branch),
        Scope::Case | Scope::Group(_) => None,
    };
    let declared = &draft.procedure().case.on_breach;
    let told: &[Told] = if declared.is_empty() { &[Told::Holder, Told::Head] } else { declared };
    once(told.iter().flat_map(|told| persons(draft, told, holder, each)))
}

/// The holder and the head over him.
pub(super) fn holder_and_head(draft: &Draft<'_>, scope: &Scope) -> Vec<PersonId> {
    let Some(holder) = holder_of(draft, scope) else { return Vec::new() };
    once([Told::Holder, Told::Head].iter().flat_map(|told| persons(draft, told, holder, None)))
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

fn persons(draft: &Draft<'_>, told: &Told, holder: &Holder, each: Option<&UnitId>) -> Vec<PersonId> {
    let directory = draft.directory();
    match told {
        Told::Holder => vec![holder.person.clone()],
        Told::Head => head_over(draft, &holder.person, &holder.unit).into_iter().collect(),
        Told::Inspector => directory.inspectors_of(&holder.unit),
        Told::Owner => directory.head_of(&draft.case().owner, draft.at).into_iter().collect(),
        Told::People(people) => person_of(draft, people, each).into_iter().collect(),
    }
}
