//! Whether a person still belongs to the work of a unit: what he holds there is his only so long.
//!
//! It answers for whole local days and reads only this text: it does not know what a person was in an earlier one.

use jiff::civil::Date;

use crate::directory::build::Directory;
use crate::directory::file::DirectoryFile;
use crate::ids::{PersonId, Ts, UnitId};

impl Directory {
    /// Whether the person serves the unit that day: he has a post in it, leads it or one above it, in post or as a
    /// deputy, or stands in for an absent one who does. An inspector's right to read is no service.
    pub fn still_serves(&self, person: &PersonId, unit: &UnitId, at: Ts) -> bool {
        self.works_with(person, unit, at) || self.absentees(person, at).any(|absent| self.works_with(absent, unit, at))
    }

    /// Whether the person is in service at all that day: he has a post, or stands in for an absent one who has.
    pub fn is_in_service(&self, person: &PersonId, at: Ts) -> bool {
        self.unit_of(person, at).is_some()
            || self.absentees(person, at).any(|absent| self.unit_of(absent, at).is_some())
    }

    /// The first instant from `from` on, up to `by`, at which the person does not serve the unit, be it for a day only.
    pub fn served_until(&self, person: &PersonId, unit: &UnitId, from: Ts, by: Ts) -> Option<Ts> {
        let turns = self.turns_between(from, by);
        std::iter::once(from).chain(turns).find(|at| !self.still_serves(person, unit, *at))
    }

    /// The midnights after `after`, up to `by`, with which somebody's post or absence begins or has ended.
    pub fn turns_between(&self, after: Ts, by: Ts) -> impl Iterator<Item = Ts> + '_ {
        let first = self.turns.partition_point(|day| *day <= self.day(after));
        let from_then = self.turns.iter().skip(first).map_while(move |day| self.midnight(*day));
        from_then.take_while(move |at| *at <= by)
    }

    /// Those for whom the person stands in that day.
    fn absentees<'a>(&'a self, person: &'a PersonId, at: Ts) -> impl Iterator<Item = &'a PersonId> {
        let absent = self.file.absences.iter().map(|absence| &absence.person);
        absent.filter(move |absent| self.stands_in_for(person, absent, at))
    }

    /// The first instant of a local day.
    fn midnight(&self, day: Date) -> Option<Ts> {
        Some(Ts::from(self.zone.to_timestamp(day.at(0, 0, 0, 0)).ok()?))
    }
}

/// Every day with which a post or an absence begins, or on which it is over for the first time; in order, each once.
pub(super) fn turns_of(file: &DirectoryFile) -> Vec<Date> {
    let posts = file.units.values().flat_map(|unit| unit.posts.values()).flat_map(|post| &post.people);
    let posts = posts.map(|holder| (holder.since, holder.until));
    let absences = file.absences.iter().map(|absence| (Some(absence.since), Some(absence.until)));
    let mut turns: Vec<Date> = posts
        .chain(absences)
        // The last day there is has no day after it: then nothing ends with it.
        .flat_map(|(since, until)| [since, until.and_then(|last| last.tomorrow().ok())])
        .flatten()
        .collect();
    turns.sort_unstable();
    turns.dedup();
    turns
}
