//! Who gets it: from the rule of a step to one person, through absences, substitutes and separation, up to a head.

use std::collections::BTreeSet;

use crate::definition::procedure::{Bodies, By, Pick, Step, StepKind, Substitute, UnitRef, Who};
use crate::directory::Directory;
use crate::ids::{PeopleId, PersonId, PostId, StepId, UnitId};
use crate::machine::draft::Draft;
use crate::machine::event::{Holder, How, Pool};
use crate::machine::refusal::Refusal;
use crate::machine::words;

/// Rules may point to each other (`same_as`, `manager_of`); no sound file does so more often than this.
const DEPTH: u8 = 8;

/// A person for a step, with the unit in whose name he holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    pub person: PersonId,
    pub unit: UnitId,
}

/// The one who holds the step from now: by its rule, else a substitute, else the head of the unit, else one above.
///
/// A step that was done before in this case comes back to whoever did it, while he is there and may: what was returned
/// or supplemented is not explained anew to a stranger. Only a reopened case is given out afresh. `before` held the branch until now and keeps it where there is not even a head.
pub(super) fn holder_for(
    draft: &Draft<'_>,
    step: &Step,
    by: &By,
    each: Option<&UnitId>,
    how: How,
    before: Option<&Holder>,
) -> Result<Holder, Refusal> {
    let search = Search { draft, barred: barred(draft, &step.id), each };
    if how != How::Reopened
        && let Some(seat) = search.who_did(step, by)
    {
        return Ok(Holder { person: seat.person, unit: seat.unit, how, instead_of: None, pool: None });
    }
    let found = search.by(by, DEPTH)?;
    let (seat, instead_of) = match found {
        Found::One { seat, instead_of } => (seat, instead_of),
        Found::Pool { pool, assigner } => {
            let seat = assigner.or_else(|| search.head(&pool.unit, true));
            let seat = seat.ok_or_else(|| words::nobody_to_hold(draft, step))?;
            return Ok(Holder {
                person: seat.person,
                unit: seat.unit,
                how: How::Head,
                instead_of: None,
                pool: Some(pool),
            });
        }
        Found::Nobody { unit, instead_of } => {
            let unit = unit.or_else(|| before.map(|holder| holder.unit.clone()));
            let unit = unit.unwrap_or_else(|| draft.procedure().owner.clone());
            let kept = || before.map(|holder| Seat { person: holder.person.clone(), unit: holder.unit.clone() });
            let seat = search.head(&unit, false).or_else(|| search.head(&unit, true)).or_else(kept);
            let seat = seat.ok_or_else(|| words::nobody_to_hold(draft, step))?;
            return Ok(Holder { person: seat.person, unit: seat.unit, how: How::Head, instead_of, pool: None });
        }
    };
    Ok(Holder { person: seat.person, unit: seat.unit, how, instead_of, pool: None })
}

/// Everybody whom the rule of a step names, present or not, in the order of the directory.
pub(super) fn candidates_of(draft: &Draft<'_>, step: &Step, each: Option<&UnitId>) -> Vec<Seat> {
    let Some(by) = by_of(step) else { return Vec::new() };
    let search = Search { draft, barred: BTreeSet::new(), each };
    match search.people_of(by, DEPTH) {
        Ok(Some(people)) => search.candidates(people, DEPTH),
        _ => Vec::new(),
    }
}

/// Everybody who sits by a `people` entry, present or not.
pub(super) fn seated(draft: &Draft<'_>, people: &PeopleId, each: Option<&UnitId>) -> Vec<Seat> {
    Search { draft, barred: BTreeSet::new(), each }.candidates(people, DEPTH)
}

/// Everybody whom a `people` entry names, with those who stand in for the absent among them.
pub(super) fn named_by(draft: &Draft<'_>, people: &PeopleId, each: Option<&UnitId>) -> Vec<Seat> {
    let search = Search { draft, barred: BTreeSet::new(), each };
    let mut seats = search.candidates(people, DEPTH);
    let substitutes: Vec<Seat> = seats.iter().filter_map(|seat| search.stand_in(seat)).collect();
    seats.extend(substitutes);
    if seats.iter().all(|seat| draft.directory().is_absent(&seat.person, draft.at)) {
        let unit = draft.procedure().people.get(people).and_then(|people| search.unit_of(&people.who, &seats));
        seats.extend(search.substitutes(people, DEPTH));
        seats.extend(unit.and_then(|unit| search.head(&unit, true)));
    }
    seats
}

/// The one person a `people` entry leads to now: by its rule, its substitutes, or the head of its unit.
pub(super) fn person_of(draft: &Draft<'_>, people: &PeopleId, each: Option<&UnitId>) -> Option<PersonId> {
    seat_of(draft, people, each).map(|seat| seat.person)
}

/// The same person with the unit in whose name he is it.
pub(super) fn seat_of(draft: &Draft<'_>, people: &PeopleId, each: Option<&UnitId>) -> Option<Seat> {
    let search = Search { draft, barred: BTreeSet::new(), each };
    match search.people(people, DEPTH).ok()? {
        Found::One { seat, .. } => Some(seat),
        Found::Pool { pool, assigner } => assigner.or_else(|| search.head(&pool.unit, true)),
        Found::Nobody { unit, .. } => search.head(&unit?, true),
    }
}

/// Who may not do the step, for he did, or holds, another one that must be done by somebody else; with that step.
pub(super) fn barred(draft: &Draft<'_>, step: &StepId) -> BTreeSet<PersonId> {
    let mut barred = BTreeSet::new();
    for separation in draft.procedure().separate.iter().filter(|separation| separation.steps.contains(step)) {
        for other in separation.steps.iter().filter(|other| *other != step) {
            barred.extend(draft.case().doers.get(other).into_iter().flatten().cloned());
        }
    }
    barred
}

/// The rule of a step's holder; decisions, ends and blocks of branches have none.
pub(super) fn by_of(step: &Step) -> Option<&By> {
    match &step.kind {
        StepKind::Staff(staff) => Some(&staff.by),
        StepKind::Wait(wait) => wait.by.as_ref(),
        StepKind::Parallel(parallel) => match &parallel.bodies {
            Bodies::ForEach { by, .. } => Some(by),
            Bodies::Branches(_) => None,
        },
        StepKind::Call(call) => call.by.as_ref(),
        StepKind::Decision(_) | StepKind::End(_) => None,
    }
}

/// What a rule led to.
enum Found {
    One { seat: Seat, instead_of: Option<PersonId> },
    Pool { pool: Pool, assigner: Option<Seat> },
    Nobody { unit: Option<UnitId>, instead_of: Option<PersonId> },
}

/// One search for a holder.
struct Search<'d> {
    draft: &'d Draft<'d>,
    barred: BTreeSet<PersonId>,
    each: Option<&'d UnitId>,
}

impl Search<'_> {
    /// The last doer of the step itself, where its rule still leads to him or to his unit.
    fn who_did(&self, step: &Step, by: &By) -> Option<Seat> {
        let doer = self.draft.case().doers.get(&step.id)?.last().filter(|doer| self.fit(doer))?;
        let seat = self.seat_of_doer(&step.id, doer)?;
        let people = self.people_of(by, DEPTH).ok()??;
        let named = self.candidates(people, DEPTH);
        named.iter().any(|named| named.person == seat.person || named.unit == seat.unit).then_some(seat)
    }

    fn by(&self, by: &By, depth: u8) -> Result<Found, Refusal> {
        let By::SameAs(step) = by else {
            return match self.people_of(by, depth)? {
                Some(people) => self.people(people, depth),
                None => Ok(Found::Nobody { unit: None, instead_of: None }),
            };
        };
        if let Some(doer) = self.draft.case().doers.get(step).and_then(|doers| doers.last()) {
            let seat = self.seat_of_doer(step, doer);
            if let Some(seat) = seat {
                if self.fit(&seat.person) {
                    return Ok(Found::One { seat, instead_of: None });
                }
                if let Some(substitute) = self.stand_in(&seat).filter(|seat| self.fit(&seat.person)) {
                    return Ok(Found::One { seat: substitute, instead_of: Some(seat.person) });
                }
            }
        }
        let other = by_of(self.draft.step(step)?);
        match (other, depth.checked_sub(1)) {
            (Some(by), Some(depth)) => self.by(by, depth),
            _ => Ok(Found::Nobody { unit: None, instead_of: None }),
        }
    }

    /// The `people` entry a rule leads to.
    fn people_of<'b>(&'b self, by: &'b By, depth: u8) -> Result<Option<&'b PeopleId>, Refusal> {
        match by {
            By::People(people) => Ok(Some(people)),
            By::Choose(choices) => self.draft.choose(choices, self.each),
            By::SameAs(step) => match (by_of(self.draft.step(step)?), depth.checked_sub(1)) {
                (Some(by), Some(depth)) => self.people_of(by, depth),
                _ => Ok(None),
            },
        }
    }

    fn people(&self, id: &PeopleId, depth: u8) -> Result<Found, Refusal> {
        let Some(people) = self.draft.procedure().people.get(id) else {
            return Err(words::broken(format!("the procedure has no people `{id}`")));
        };
        // What a council decides its chair holds.
        if let (Who::Council(council), Some(depth)) = (&people.who, depth.checked_sub(1)) {
            return self.people(&council.chair, depth);
        }
        let candidates = self.candidates(id, depth);
        let unit = self.unit_of(&people.who, &candidates);
        let fit: Vec<&Seat> = candidates.iter().filter(|seat| self.fit(&seat.person)).collect();
        let pool = |claim| {
            let post = match &people.who {
                Who::Post { post, .. } => Some(post.clone()),
                _ => None,
            };
            unit.clone().map(|unit| Pool { people: id.clone(), unit, post, claim })
        };
        let assigner = |people: &PeopleId| {
            let depth = depth.checked_sub(1)?;
            match self.people(people, depth).ok()? {
                Found::One { seat, .. } => Some(seat),
                Found::Pool { .. } | Found::Nobody { .. } => None,
            }
        };
        let picked = match (&people.pick, &fit[..]) {
            (Pick::AssignedBy(by), [_, ..]) => match pool(false) {
                Some(pool) => return Ok(Found::Pool { pool, assigner: assigner(by) }),
                None => None,
            },
            (_, []) => None,
            (Pick::Claim, [_, _, ..]) => match pool(true) {
                Some(pool) => return Ok(Found::Pool { pool, assigner: None }),
                None => None,
            },
            (Pick::Only | Pick::Claim, [first, ..]) => Some(*first),
            (Pick::LeastLoaded, fit) => self.least_loaded(fit),
            (Pick::Rotate, fit) => fit.iter().min_by_key(|seat| self.draft.last_given(&seat.person)).copied(),
            (Pick::ByField, fit) => {
                let in_charge: Vec<&Seat> = fit.iter().filter(|seat| self.in_charge(seat)).copied().collect();
                self.least_loaded(if in_charge.is_empty() { fit } else { &in_charge })
            }
        };
        if let Some(seat) = picked {
            return Ok(Found::One { seat: seat.clone(), instead_of: None });
        }

        let instead_of = candidates.first().map(|seat| seat.person.clone());
        let own = candidates.iter().filter_map(|seat| Some((self.stand_in(seat)?, Some(seat.person.clone()))));
        let listed = self.substitutes(id, depth).into_iter().map(|seat| (seat, instead_of.clone()));
        match own.chain(listed).find(|(seat, _)| self.fit(&seat.person)) {
            Some((seat, instead_of)) => Ok(Found::One { seat, instead_of }),
            None => Ok(Found::Nobody { unit, instead_of }),
        }
    }

    /// Everybody the entry names, absent and barred included, in the order of the directory.
    fn candidates(&self, id: &PeopleId, depth: u8) -> Vec<Seat> {
        let (Some(people), Some(depth)) = (self.draft.procedure().people.get(id), depth.checked_sub(1)) else {
            return Vec::new();
        };
        let at = self.draft.at;
        let directory = self.directory();
        let in_unit = |people: Vec<PersonId>, unit: &UnitId| {
            people.into_iter().map(|person| Seat { person, unit: unit.clone() }).collect::<Vec<_>>()
        };
        match &people.who {
            Who::Post { post, unit } => {
                self.unit(unit).map_or_else(Vec::new, |unit| in_unit(self.members(&unit, post), &unit))
            }
            Who::HeadOf(unit) => self.unit(unit).map_or_else(Vec::new, |unit| {
                let head = directory.titular_head(&unit, at).or_else(|| directory.head_of(&unit, at));
                in_unit(head.into_iter().collect(), &unit)
            }),
            Who::DeputyOf(unit) => {
                self.unit(unit).map_or_else(Vec::new, |unit| in_unit(directory.deputies(&unit, at), &unit))
            }
            Who::HolderOf(step) => {
                let case = self.draft.case();
                let holding = case.branches.values().find(|branch| branch.step == *step).map(|branch| &branch.holder);
                let held = holding.map(|holder| Seat { person: holder.person.clone(), unit: holder.unit.clone() });
                let did = || case.doers.get(step).and_then(|doers| self.seat_of_doer(step, doers.last()?));
                held.or_else(did).into_iter().collect()
            }
            Who::Council(council) => self.candidates(&council.chair, depth),
            Who::ManagerOf(people) => {
                let managed = self.candidates(people, depth);
                let managed = managed.first();
                let manager = managed.and_then(|seat| directory.manager_of(&seat.person, &seat.unit, at));
                manager.map(|(person, unit)| Seat { person, unit }).into_iter().collect()
            }
        }
    }

    /// Those who stand in by the file's `substitute`, in its order. Their own substitutes are not asked.
    fn substitutes(&self, id: &PeopleId, depth: u8) -> Vec<Seat> {
        let Some(people) = self.draft.procedure().people.get(id) else { return Vec::new() };
        let at = self.draft.at;
        let directory = self.directory();
        let mut seats = Vec::new();
        for substitute in &people.substitute {
            match substitute {
                Substitute::People(people) => seats.extend(self.candidates(people, depth)),
                Substitute::DeputyOf(unit) => {
                    if let Some(unit) = self.unit(unit) {
                        let deputies = directory.deputies(&unit, at).into_iter();
                        seats.extend(deputies.map(|person| Seat { person, unit: unit.clone() }));
                    }
                }
                Substitute::HeadOf(unit) => {
                    if let Some(unit) = self.unit(unit) {
                        let head = directory.head_of(&unit, at).into_iter();
                        seats.extend(head.map(|person| Seat { person, unit: unit.clone() }));
                    }
                }
            }
        }
        seats
    }

    /// The nearest head of the unit or above who may do the step; with `even_barred`, who may at least hold it.
    fn head(&self, unit: &UnitId, even_barred: bool) -> Option<Seat> {
        let heads = self.directory().heads_upwards(unit, self.draft.at);
        let fit = heads.into_iter().find(|(person, _)| even_barred || !self.barred.contains(person));
        let anybody = || Some((self.directory().head_of(unit, self.draft.at)?, unit.clone()));
        let (person, unit) = if even_barred { fit.or_else(anybody) } else { fit }?;
        Some(Seat { person, unit })
    }

    /// The last doer of a step with his unit: the one his step's rule gives him, else that of his first post.
    fn seat_of_doer(&self, step: &StepId, doer: &PersonId) -> Option<Seat> {
        let by_rule = candidates_of(self.draft, self.draft.step(step).ok()?, self.each);
        by_rule.into_iter().find(|seat| seat.person == *doer).or_else(|| {
            let unit = self.directory().unit_of(doer, self.draft.at)?;
            Some(Seat { person: doer.clone(), unit })
        })
    }

    /// The substitute named with the absence; he holds in the unit of the one he stands in for.
    fn stand_in(&self, seat: &Seat) -> Option<Seat> {
        let person = self.directory().substitute_of(&seat.person, self.draft.at)?;
        Some(Seat { person, unit: seat.unit.clone() })
    }

    fn least_loaded<'s>(&self, seats: &[&'s Seat]) -> Option<&'s Seat> {
        seats.iter().min_by_key(|seat| self.draft.load(&seat.person)).copied()
    }

    fn in_charge(&self, seat: &Seat) -> bool {
        let procedure = &self.draft.procedure().id;
        self.directory().in_charge_of(&seat.person, &seat.unit, procedure, self.draft.at)
    }

    fn fit(&self, person: &PersonId) -> bool {
        !self.barred.contains(person) && !self.directory().is_absent(person, self.draft.at)
    }

    fn members(&self, unit: &UnitId, post: &PostId) -> Vec<PersonId> {
        self.directory().members(unit, post, self.draft.at)
    }

    fn unit(&self, unit: &UnitRef) -> Option<UnitId> {
        match unit {
            UnitRef::Unit(unit) => Some(unit.clone()),
            UnitRef::Each => self.each.cloned(),
        }
    }

    /// The unit that answers where nobody of the entry can be found.
    fn unit_of(&self, who: &Who, candidates: &[Seat]) -> Option<UnitId> {
        match who {
            Who::Post { unit, .. } | Who::HeadOf(unit) | Who::DeputyOf(unit) => self.unit(unit),
            Who::HolderOf(_) | Who::ManagerOf(_) | Who::Council(_) => candidates.first().map(|seat| seat.unit.clone()),
        }
    }

    fn directory(&self) -> &Directory {
        self.draft.directory()
    }
}
