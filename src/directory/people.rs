//! Questions about persons: their posts, absences, delegations and rights.

use crate::directory::build::Directory;
use crate::directory::file::{Absence, Delegation, Person};
use crate::ids::{PersonId, PostId, ProcedureId, Ts, UnitId};

impl Directory {
    /// The person of that id.
    pub fn person(&self, person: &PersonId) -> Option<&Person> {
        self.file.people.get(person)
    }

    /// The person's name, or the id where he is unknown.
    pub fn person_name<'a>(&'a self, person: &'a PersonId) -> &'a str {
        self.person(person).map_or(person.as_str(), |person| person.vi.as_str())
    }

    /// Every person, in the order of the file.
    pub fn people(&self) -> impl Iterator<Item = (&PersonId, &Person)> {
        self.file.people.iter()
    }

    /// The posts a person fills that day, in the order of the file.
    pub fn posts_of(&self, person: &PersonId, at: Ts) -> Vec<(UnitId, PostId)> {
        let fills = |(unit, post): &&(UnitId, PostId)| {
            let post = self.unit(unit).and_then(|unit| unit.posts.get(post));
            post.is_some_and(|post| self.in_post(post, at).any(|holder| holder.person == *person))
        };
        self.posts.get(person).into_iter().flatten().filter(fills).cloned().collect()
    }

    /// The unit of the person's first post that day.
    pub fn unit_of(&self, person: &PersonId, at: Ts) -> Option<UnitId> {
        self.posts_of(person, at).into_iter().next().map(|(unit, _)| unit)
    }

    /// Whether the directory gives the person posts, and none of them that day: he has left, or has not come yet.
    pub fn is_out_of_post(&self, person: &PersonId, at: Ts) -> bool {
        self.posts.get(person).is_some_and(|posts| !posts.is_empty()) && self.unit_of(person, at).is_none()
    }

    /// Whether the person has a post in the unit that day.
    pub fn works_in(&self, person: &PersonId, unit: &UnitId, at: Ts) -> bool {
        self.posts_of(person, at).iter().any(|(of, _)| of == unit)
    }

    /// Whether the person does not work that day.
    pub fn is_absent(&self, person: &PersonId, at: Ts) -> bool {
        self.absence_of(person, at).is_some()
    }

    /// Who stands in for an absent person: his substitute, or that one's when he is absent too. Nothing when nobody
    /// is named, or the names lead in a circle.
    pub fn substitute_of(&self, person: &PersonId, at: Ts) -> Option<PersonId> {
        let mut passed = vec![person];
        let mut absence = self.absence_of(person, at)?;
        loop {
            let substitute = absence.substitute.as_ref()?;
            if passed.contains(&substitute) {
                return None;
            }
            match self.absence_of(substitute, at) {
                None => return Some(substitute.clone()),
                Some(next) => {
                    passed.push(substitute);
                    absence = next;
                }
            }
        }
    }

    /// The delegations in force that let a person act for others in a procedure.
    pub fn delegations_to(&self, person: &PersonId, procedure: &ProcedureId, at: Ts) -> Vec<&Delegation> {
        let day = self.day(at);
        let in_force =
            |d: &&Delegation| d.to == *person && d.procedures.contains(procedure) && d.since <= day && day <= d.until;
        self.file.delegations.iter().filter(in_force).collect()
    }

    /// Whether a person may act in another's name: by a delegation in force, or as the substitute of one who is absent.
    /// A condition of the delegation is for the case to meet: whoever acts is asked by the machine.
    pub fn acts_for(&self, person: &PersonId, other: &PersonId, procedure: &ProcedureId, at: Ts) -> bool {
        self.delegations_to(person, procedure, at).iter().any(|delegation| delegation.from == *other)
            || self.stands_in_for(person, other, at)
    }

    /// Whether a person may act in another's name as the substitute of one who is absent.
    pub fn stands_in_for(&self, person: &PersonId, other: &PersonId, at: Ts) -> bool {
        self.substitute_of(other, at).as_ref() == Some(person)
    }

    /// Everybody in whose name the person may act now in a procedure, each once.
    pub fn principals_of(&self, person: &PersonId, procedure: &ProcedureId, at: Ts) -> Vec<PersonId> {
        let mut principals: Vec<PersonId> = Vec::new();
        let delegators = self.delegations_to(person, procedure, at).into_iter().map(|delegation| &delegation.from);
        let absent = self.file.absences.iter().map(|absence| &absence.person);
        for other in delegators.chain(absent) {
            if !principals.contains(other) && self.acts_for(person, other, procedure, at) {
                principals.push(other.clone());
            }
        }
        principals
    }

    /// Whether the person reads everything in some area.
    pub fn is_inspector(&self, person: &PersonId) -> bool {
        self.file.rights.inspectors.iter().any(|inspector| inspector.person == *person)
    }

    /// The areas a person inspects.
    pub fn areas_of_inspector(&self, person: &PersonId) -> Vec<UnitId> {
        let mine = self.file.rights.inspectors.iter().filter(|inspector| inspector.person == *person);
        mine.map(|inspector| inspector.area.clone()).collect()
    }

    /// Whether the person writes procedures for the unit, or for a unit above it.
    pub fn is_author(&self, person: &PersonId, unit: &UnitId) -> bool {
        self.file.rights.authors.iter().any(|author| author.person == *person && self.is_under(unit, &author.unit))
    }

    /// Whether the person configures the engine. It gives no right to see any case.
    pub fn is_admin(&self, person: &PersonId) -> bool {
        self.file.rights.admins.contains(person)
    }

    /// The units a person heads that day, in post or standing in, with everything under them.
    pub fn units_headed_by(&self, person: &PersonId, at: Ts) -> Vec<UnitId> {
        let headed: Vec<&UnitId> = self.file.units.keys().filter(|unit| self.heads(person, unit, at)).collect();
        let below = |unit: &&UnitId| headed.iter().any(|head| self.is_under(unit, head));
        self.file.units.keys().filter(below).cloned().collect()
    }

    /// The units a person leads that day, as head, standing in or as deputy, with everything under them.
    pub fn units_led_by(&self, person: &PersonId, at: Ts) -> Vec<UnitId> {
        let leads = |unit: &&UnitId| self.heads(person, unit, at) || self.deputies(unit, at).contains(person);
        let led: Vec<&UnitId> = self.file.units.keys().filter(leads).collect();
        let below = |unit: &&UnitId| led.iter().any(|above| self.is_under(unit, above));
        self.file.units.keys().filter(below).cloned().collect()
    }

    /// Whether the person may see the cases of a unit: he works in it, heads or deputises for one above, or inspects
    /// an area that holds it.
    pub fn sees(&self, person: &PersonId, unit: &UnitId, at: Ts) -> bool {
        self.works_with(person, unit, at) || self.inspectors_of(unit).contains(person)
    }

    /// Whether the person belongs to the unit or to the lead of one above it: seeing without the inspectors' right.
    pub fn works_with(&self, person: &PersonId, unit: &UnitId, at: Ts) -> bool {
        self.works_in(person, unit, at)
            || self
                .upwards(unit)
                .any(|above| self.heads(person, above, at) || self.deputies(above, at).contains(person))
    }

    /// An instant as people here read it: `24/11/2026 14:05`.
    pub fn local_text(&self, at: Ts) -> String {
        self.zone.to_datetime(at.timestamp()).strftime("%d/%m/%Y %H:%M").to_string()
    }

    fn absence_of(&self, person: &PersonId, at: Ts) -> Option<&Absence> {
        let day = self.day(at);
        self.file.absences.iter().find(|a| a.person == *person && a.since <= day && day <= a.until)
    }
}
