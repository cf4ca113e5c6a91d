//! Whether a step is the same step in a new text: its kind, who holds it, where it leads. Words, limits, reminders and
//! products may differ: they bind nobody who has been there. It knows no case.

use crate::definition::procedure::{
    Bodies, By, Doer, Late, Parallel, People, Procedure, Reopen, Step, StepKind, Target, Transition, Wait, Who,
};
use crate::ids::{PeopleId, StepId};
use crate::machine::migration::mapping::Mapping;
use crate::machine::migration::obstacle::What;

/// Two texts, and what is called what.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    pub old: &'a Procedure,
    pub new: &'a Procedure,
    pub mapping: &'a Mapping,
}

impl Texts<'_> {
    /// What of a step differs, the gravest first; nothing where it is the same step.
    pub fn changed(&self, old: &Step, new: &Step) -> Option<What> {
        let differs = match (&old.kind, &new.kind) {
            (StepKind::Staff(a), StepKind::Staff(b)) => [
                (!self.same_by(&a.by, &b.by), What::Holder),
                (!self.same_ways(old, new), What::Ways),
                (a.clock != b.clock, What::Waiting),
                (a.needs != b.needs, What::Needs),
            ],
            (StepKind::Wait(a), StepKind::Wait(b)) => [
                (!self.same_waiter(a, b), What::Holder),
                (!self.same_ways(old, new), What::Ways),
                (!self.same_wait(a, b), What::Waiting),
                (false, What::Needs),
            ],
            (StepKind::Parallel(a), StepKind::Parallel(b)) => [
                (!self.same_asked(a, b), What::Holder),
                (!self.same_block(a, b), What::Block),
                (a.clock != b.clock, What::Waiting),
                (!same_needs(a, b), What::Needs),
            ],
            (StepKind::End(a), StepKind::End(b)) => {
                let reopen = match (&a.reopen, &b.reopen) {
                    (Some(a), Some(b)) => self.same_reopen(a, b),
                    (None, None) => true,
                    _ => false,
                };
                let ending = a.outcome != b.outcome || !reopen;
                [(ending, What::Ending), (false, What::Ways), (false, What::Waiting), (false, What::Needs)]
            }
            // By where a decision led it is judged when the history is replayed.
            (StepKind::Decision(_), StepKind::Decision(_)) => return None,
            (StepKind::Call(a), StepKind::Call(b)) => return (a.uses != b.uses).then_some(What::Ways),
            _ => return Some(What::Kind),
        };
        differs.into_iter().find(|(differs, _)| *differs).map(|(_, what)| what)
    }

    fn is(&self, old: &StepId, new: &StepId) -> bool {
        self.mapping.now(old) == new
    }

    fn same_ways(&self, old: &Step, new: &Step) -> bool {
        let (Some(before), Some(after)) = (old.actions(), new.actions()) else { return true };
        before.len() == after.len()
            && before.iter().all(|(verb, way)| after.get(verb).is_some_and(|now| self.same_way(way, now)))
    }

    fn same_way(&self, old: &Transition, new: &Transition) -> bool {
        let to = match (&old.to, &new.to) {
            (Target::Step(old), Target::Step(new)) => self.is(old, new),
            (old, new) => old == new,
        };
        to && old.means == new.means
            && old.when == new.when
            && old.at_most == new.at_most
            && old.needs == new.needs
            && old.signal == new.signal
            && self.same_doer(&old.by, &new.by)
    }

    fn same_doer(&self, old: &Doer, new: &Doer) -> bool {
        match (old, new) {
            (Doer::People(old), Doer::People(new)) => self.same_people(old, new),
            (old, new) => old == new,
        }
    }

    fn same_waiter(&self, old: &Wait, new: &Wait) -> bool {
        match (&old.by, &new.by) {
            (Some(old), Some(new)) => self.same_by(old, new),
            (None, None) => true,
            _ => false,
        }
    }

    fn same_wait(&self, old: &Wait, new: &Wait) -> bool {
        let late = match (&old.late, &new.late) {
            (Some(Late::To(old)), Some(Late::To(new))) => self.is(old, new),
            (old, new) => old == new,
        };
        late && old.awaited == new.awaited && old.clock == new.clock
    }

    fn same_block(&self, old: &Parallel, new: &Parallel) -> bool {
        let bodies = match (&old.bodies, &new.bodies) {
            (Bodies::ForEach { units: a, silence: x, .. }, Bodies::ForEach { units: b, silence: y, .. }) => {
                a == b && x.as_ref().map(|said| &said.set) == y.as_ref().map(|said| &said.set)
            }
            (Bodies::Branches(old), Bodies::Branches(new)) => {
                let same = |(key, branch): (_, &crate::definition::procedure::BranchStart)| {
                    new.get(key).is_some_and(|now| self.is(&branch.start, &now.start))
                };
                old.len() == new.len() && old.iter().all(same)
            }
            _ => false,
        };
        bodies && old.join == new.join && old.rest == new.rest && self.is(&old.to, &new.to)
    }

    /// Who answers for each body that is asked.
    fn same_asked(&self, old: &Parallel, new: &Parallel) -> bool {
        match (&old.bodies, &new.bodies) {
            (Bodies::ForEach { by: old, .. }, Bodies::ForEach { by: new, .. }) => self.same_by(old, new),
            _ => true,
        }
    }

    fn same_reopen(&self, old: &Reopen, new: &Reopen) -> bool {
        self.is(&old.to, &new.to) && old.at_most == new.at_most && self.same_doer(&old.by, &new.by)
    }

    fn same_by(&self, old: &By, new: &By) -> bool {
        match (old, new) {
            (By::People(old), By::People(new)) => self.same_people(old, new),
            (By::SameAs(old), By::SameAs(new)) => self.is(old, new),
            (By::Choose(old), By::Choose(new)) => {
                let mut pairs = old.iter().zip(new);
                old.len() == new.len() && pairs.all(|(a, b)| a.when == b.when && self.same_people(&a.then, &b.then))
            }
            _ => false,
        }
    }

    /// The same posts, picked in the same way, whatever the entry is called.
    fn same_people(&self, old: &PeopleId, new: &PeopleId) -> bool {
        let (Some(a), Some(b)) = (self.old.people.get(old), self.new.people.get(new)) else { return false };
        let who = match (&a.who, &b.who) {
            (Who::HolderOf(old), Who::HolderOf(new)) => self.is(old, new),
            (Who::ManagerOf(old), Who::ManagerOf(new)) => self.the_same(old, new),
            (old, new) => old == new,
        };
        who && a.pick == b.pick
    }

    /// The same without following one entry to another: they may lead in a circle.
    fn the_same(&self, old: &PeopleId, new: &PeopleId) -> bool {
        let people =
            |procedure: &Procedure, id: &PeopleId| procedure.people.get(id).map(|people: &People| people.who.clone());
        old == new || people(self.old, old) == people(self.new, new)
    }
}

fn same_needs(old: &Parallel, new: &Parallel) -> bool {
    match (&old.bodies, &new.bodies) {
        (Bodies::ForEach { needs: old, .. }, Bodies::ForEach { needs: new, .. }) => old == new,
        _ => true,
    }
}
