//! Who can come to a step by its rule, and who stands in: the same candidates that the engine picks from, seen from
//! the file. The head to whom a step falls when nobody else is there is no candidate of the rule.

use std::collections::BTreeSet;

use crate::definition::procedure::{Bodies, By, Choice, Procedure, Step, StepKind, Substitute, UnitRef, Who};
use crate::directory::Directory;
use crate::ids::{PeopleId, PersonId, PostId, StepId, Ts, UnitId};

/// Rules may point to each other; no sound file does so more often than this.
const DEPTH: u8 = 8;

/// Asks the directory for the people of a file.
pub struct Seats<'a> {
    pub procedure: &'a Procedure,
    pub directory: &'a Directory,
    pub at: Ts,
}

/// Who leads a step, by its own rule; decisions, ends, blocks of branches and waits without one have none.
pub fn rule(step: &Step) -> Option<&By> {
    match &step.kind {
        StepKind::Staff(staff) => Some(&staff.by),
        StepKind::Wait(wait) => wait.by.as_ref(),
        StepKind::Call(call) => call.by.as_ref(),
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { by, .. } => Some(by),
            Bodies::Branches(_) => None,
        },
        _ => None,
    }
}

impl<'a> Seats<'a> {
    /// The step whose holder a step takes over, following `same_as` to its beginning.
    pub fn origin(&self, step: &StepId) -> StepId {
        let mut here = step.clone();
        for _ in 0..self.procedure.steps.len() {
            match self.procedure.step(&here).and_then(rule) {
                Some(By::SameAs(other)) => here = other.clone(),
                _ => break,
            }
        }
        here
    }

    /// The entries of `people` that may lead a step, each with its condition.
    pub fn entries(&self, step: &StepId) -> Vec<Choice<PeopleId>> {
        match self.procedure.step(&self.origin(step)).and_then(rule) {
            Some(By::People(people)) => vec![Choice { when: None, then: people.clone() }],
            Some(By::Choose(choices)) => choices.clone(),
            _ => Vec::new(),
        }
    }

    /// Everybody an entry names, absent ones included, in the order of the directory.
    pub fn candidates(&self, people: &PeopleId, each: Option<&UnitId>) -> Vec<PersonId> {
        self.candidates_to(people, each, DEPTH)
    }

    fn candidates_to(&self, people: &PeopleId, each: Option<&UnitId>, depth: u8) -> Vec<PersonId> {
        let (Some(entry), Some(depth)) = (self.procedure.people.get(people), depth.checked_sub(1)) else {
            return Vec::new();
        };
        let directory = self.directory;
        let found = match &entry.who {
            Who::Post { post, unit } => {
                unit_of(unit, each).map(|unit| directory.members(unit, post, self.at)).unwrap_or_default()
            }
            Who::HeadOf(unit) => {
                let head = unit_of(unit, each).and_then(|unit| directory.titular_head(unit, self.at));
                head.into_iter().collect()
            }
            Who::DeputyOf(unit) => {
                unit_of(unit, each).map(|unit| directory.deputies(unit, self.at)).unwrap_or_default()
            }
            Who::HolderOf(step) => {
                let entries = self.entries(step);
                entries.iter().flat_map(|choice| self.candidates_to(&choice.then, each, depth)).collect()
            }
            Who::Council(council) => self.candidates_to(&council.chair, each, depth),
            Who::ManagerOf(people) => {
                let unit = self.unit(people, each);
                let managed = self.candidates_to(people, each, depth);
                let manager = |person: &PersonId| Some(directory.manager_of(person, unit.as_ref()?, self.at)?.0);
                managed.iter().filter_map(manager).collect()
            }
        };
        let mut seen = BTreeSet::new();
        found.into_iter().filter(|person| seen.insert(person.clone())).collect()
    }

    /// Who stands in by the file: the entries, deputies and heads that `substitute` names.
    pub fn listed(&self, people: &PeopleId, each: Option<&UnitId>) -> Vec<PersonId> {
        let Some(entry) = self.procedure.people.get(people) else { return Vec::new() };
        let mut found = Vec::new();
        for substitute in &entry.substitute {
            match substitute {
                Substitute::People(other) => found.extend(self.candidates(other, each)),
                Substitute::DeputyOf(unit) => {
                    found.extend(
                        unit_of(unit, each).map(|unit| self.directory.deputies(unit, self.at)).unwrap_or_default(),
                    );
                }
                Substitute::HeadOf(unit) => {
                    found.extend(unit_of(unit, each).and_then(|unit| self.directory.titular_head(unit, self.at)));
                }
            }
        }
        found
    }

    /// Everybody who could stand in for one of the entry while he is away: whom the file lists, whom his own absences
    /// name, the deputies of a head, the head of the unit of anybody else.
    pub fn stand_ins(&self, people: &PeopleId, person: &PersonId, each: Option<&UnitId>) -> Vec<PersonId> {
        let mut found = self.listed(people, each);
        let absences = self.directory.file().absences.iter().filter(|absence| absence.person == *person);
        found.extend(absences.filter_map(|absence| absence.substitute.clone()));
        if let Some(unit) = self.unit(people, each) {
            match self.directory.titular_head(&unit, self.at) {
                Some(head) if head == *person => found.extend(self.directory.deputies(&unit, self.at)),
                head => found.extend(head),
            }
        }
        found.retain(|other| other != person);
        found
    }

    /// The unit whose people an entry names.
    pub fn unit(&self, people: &PeopleId, each: Option<&UnitId>) -> Option<UnitId> {
        match &self.procedure.people.get(people)?.who {
            Who::Post { unit, .. } | Who::HeadOf(unit) | Who::DeputyOf(unit) => unit_of(unit, each).cloned(),
            Who::HolderOf(step) => self.entries(step).first().and_then(|choice| self.unit(&choice.then, each)),
            Who::Council(council) => self.unit(&council.chair, each),
            Who::ManagerOf(_) => None,
        }
    }

    /// The post an entry names.
    pub fn post(&self, people: &PeopleId) -> Option<&'a PostId> {
        match &self.procedure.people.get(people)?.who {
            Who::Post { post, .. } => Some(post),
            _ => None,
        }
    }

    /// A person's name.
    pub fn name(&self, person: &PersonId) -> String {
        self.directory.person_name(person).to_owned()
    }
}

/// The unit meant; of `each.unit` the one asked.
pub fn unit_of<'u>(unit: &'u UnitRef, each: Option<&'u UnitId>) -> Option<&'u UnitId> {
    match unit {
        UnitRef::Unit(unit) => Some(unit),
        UnitRef::Each => each,
    }
}
