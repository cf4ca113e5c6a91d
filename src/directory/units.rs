//! Questions about units: who heads one, who works there, what lies under it.

use crate::directory::build::Directory;
use crate::directory::error::DirectoryError;
use crate::directory::file::{Post, PostHolder, Unit};
use crate::ids::{CalendarId, PersonId, PostId, ProcedureId, Ts, UnitId};

impl Directory {
    /// The unit of that id.
    pub fn unit(&self, unit: &UnitId) -> Option<&Unit> {
        self.file.units.get(unit)
    }

    /// The unit's name in Vietnamese, or its id where it is unknown.
    pub fn unit_name<'a>(&'a self, unit: &'a UnitId) -> &'a str {
        self.unit(unit).map_or(unit.as_str(), |unit| unit.vi.as_str())
    }

    /// The unit above.
    pub fn above(&self, unit: &UnitId) -> Option<&UnitId> {
        self.unit(unit)?.under.as_ref()
    }

    /// The unit itself and every unit above it, nearest first.
    pub fn upwards<'a>(&'a self, unit: &'a UnitId) -> impl Iterator<Item = &'a UnitId> {
        // The tree has no circle: `build` refused any.
        std::iter::successors(self.file.units.get_key_value(unit).map(|(id, _)| id), |unit| self.above(unit))
    }

    /// The area's unit and every unit under it, in the order of the file.
    pub fn units_under(&self, area: &UnitId) -> Vec<UnitId> {
        self.file.units.keys().filter(|unit| self.is_under(unit, area)).cloned().collect()
    }

    /// Whether the unit is the area's or lies under it.
    pub fn is_under(&self, unit: &UnitId, area: &UnitId) -> bool {
        self.upwards(unit).any(|above| above == area)
    }

    /// The calendar the unit works by: its own, or of the nearest unit above that names one.
    pub fn calendar_of(&self, unit: &UnitId) -> Option<&CalendarId> {
        self.upwards(unit).find_map(|unit| self.unit(unit)?.calendar.as_ref())
    }

    /// Every unit that names a calendar which is not known.
    pub fn unknown_calendars(&self, known: impl Fn(&CalendarId) -> bool) -> Vec<DirectoryError> {
        let named = self.file.units.iter().filter_map(|(id, unit)| Some((id, unit.calendar.as_ref()?)));
        let unknown = named.filter(|(_, calendar)| !known(calendar));
        let fault = |(id, calendar): (&UnitId, &CalendarId)| {
            DirectoryError::new(
                format!("units.{id}.calendar"),
                format!("đơn vị `{id}` làm việc theo lịch `{calendar}`, nhưng không có lịch này"),
                format!("the unit `{id}` works by the calendar `{calendar}`, which is not there"),
            )
        };
        unknown.map(fault).collect()
    }

    /// Who fills a post that day, in the order of the file; also those who are absent.
    pub fn members(&self, unit: &UnitId, post: &PostId, at: Ts) -> Vec<PersonId> {
        let Some(post) = self.unit(unit).and_then(|unit| unit.posts.get(post)) else { return Vec::new() };
        self.in_post(post, at).map(|holder| holder.person.clone()).collect()
    }

    /// Everybody with a post in the unit that day, each once, in the order of the file.
    pub fn staff_of(&self, unit: &UnitId, at: Ts) -> Vec<PersonId> {
        let mut staff: Vec<PersonId> = Vec::new();
        for post in self.unit(unit).into_iter().flat_map(|unit| unit.posts.values()) {
            for holder in self.in_post(post, at) {
                if !staff.contains(&holder.person) {
                    staff.push(holder.person.clone());
                }
            }
        }
        staff
    }

    /// The person in the unit's head post that day, absent or not.
    pub fn titular_head(&self, unit: &UnitId, at: Ts) -> Option<PersonId> {
        let post = self.unit(unit)?.posts.values().find(|post| post.head)?;
        self.in_post(post, at).next().map(|holder| holder.person.clone())
    }

    /// Who fills a deputy's post that day, in the order of the file; also those who are absent.
    pub fn deputies(&self, unit: &UnitId, at: Ts) -> Vec<PersonId> {
        let posts = self.unit(unit).into_iter().flat_map(|unit| unit.posts.values());
        posts.filter(|post| post.deputy).flat_map(|post| self.in_post(post, at)).map(|h| h.person.clone()).collect()
    }

    /// Who answers for the unit now: its head; the head's substitute or a deputy while he is absent or the post is
    /// vacant; else the head of the unit above, and so on up. When everybody is absent, the nearest head in post.
    pub fn head_of(&self, unit: &UnitId, at: Ts) -> Option<PersonId> {
        let present = self.upwards(unit).find_map(|unit| self.present_head(unit, at));
        present.or_else(|| self.upwards(unit).find_map(|unit| self.titular_head(unit, at)))
    }

    /// The heads one may turn to, nearest first: of the unit, then of each unit above; each person once.
    pub fn heads_upwards(&self, unit: &UnitId, at: Ts) -> Vec<(PersonId, UnitId)> {
        let mut heads: Vec<(PersonId, UnitId)> = Vec::new();
        for unit in self.upwards(unit) {
            if let Some(head) = self.present_head(unit, at)
                && heads.iter().all(|(known, _)| *known != head)
            {
                heads.push((head, unit.clone()));
            }
        }
        heads
    }

    /// Who is over a person in a unit: its head, or for the head himself, in post or standing in, the next head above.
    pub fn manager_of(&self, person: &PersonId, unit: &UnitId, at: Ts) -> Option<(PersonId, UnitId)> {
        let from = if self.heads(person, unit, at) { self.above(unit)? } else { unit };
        self.heads_upwards(from, at).into_iter().find(|(head, _)| head != person)
    }

    /// Whether the person is the unit's head that day, in post or standing in.
    pub fn heads(&self, person: &PersonId, unit: &UnitId, at: Ts) -> bool {
        self.head_of(unit, at).as_ref() == Some(person) || self.titular_head(unit, at).as_ref() == Some(person)
    }

    /// Whether the person has charge of the procedure in that unit.
    pub fn in_charge_of(&self, person: &PersonId, unit: &UnitId, procedure: &ProcedureId, at: Ts) -> bool {
        let posts = self.unit(unit).into_iter().flat_map(|unit| unit.posts.values());
        posts
            .flat_map(|post| self.in_post(post, at))
            .any(|holder| holder.person == *person && holder.areas.contains(procedure))
    }

    /// Every inspector whose area holds the unit, in the order of the file.
    pub fn inspectors_of(&self, unit: &UnitId) -> Vec<PersonId> {
        let mut found: Vec<PersonId> = Vec::new();
        for inspector in &self.file.rights.inspectors {
            if self.is_under(unit, &inspector.area) && !found.contains(&inspector.person) {
                found.push(inspector.person.clone());
            }
        }
        found
    }

    fn present_head(&self, unit: &UnitId, at: Ts) -> Option<PersonId> {
        let head = self.titular_head(unit, at);
        if let Some(head) = &head {
            if !self.is_absent(head, at) {
                return Some(head.clone());
            }
            if let Some(substitute) = self.substitute_of(head, at) {
                return Some(substitute);
            }
        }
        self.deputies(unit, at).into_iter().find(|deputy| !self.is_absent(deputy, at))
    }

    pub(super) fn in_post<'a>(&self, post: &'a Post, at: Ts) -> impl Iterator<Item = &'a PostHolder> {
        let day = self.day(at);
        post.people.iter().filter(move |holder| {
            holder.since.is_none_or(|since| since <= day) && holder.until.is_none_or(|until| day <= until)
        })
    }
}
