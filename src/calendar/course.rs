//! How working time passes by one calendar: at each instant by the version in force then. Pure; it decides nothing about
//! deadlines, which stay with the version that computed them.
//!
//! A version that comes into force changes nothing of what passed before it, so measuring stays additive over every
//! change: from a to b and from b to c make a to c, whichever versions lie between.

use std::sync::Arc;

use crate::calendar::calendar::Calendar;
use crate::ids::Ts;

const MINUTE: i64 = 60_000_000;

/// The versions of one calendar in the order in which they came into force; the first reaches back for ever.
#[derive(Clone, Debug)]
pub struct Course {
    first: (Ts, Arc<Calendar>),
    later: Vec<(Ts, Arc<Calendar>)>,
}

impl From<Arc<Calendar>> for Course {
    /// One version for all time.
    fn from(calendar: Arc<Calendar>) -> Course {
        Course::since(Ts(i64::MIN), calendar)
    }
}

impl Course {
    /// A course that begins with that version. There is no time before it: it counts for earlier instants too.
    pub fn since(since: Ts, calendar: Arc<Calendar>) -> Course {
        Course { first: (since, calendar), later: Vec::new() }
    }

    /// Adds a version that came into force at `since`. Of the versions there have been at an instant the highest
    /// counts, so an older one that comes later never does.
    pub fn put(&mut self, since: Ts, calendar: Arc<Calendar>) {
        let place = |(since, calendar): &(Ts, Arc<Calendar>)| (*since, calendar.version());
        let mut added = (since, calendar);
        if place(&added) < place(&self.first) {
            std::mem::swap(&mut added, &mut self.first);
        }
        let at = self.later.partition_point(|piece| place(piece) <= place(&added));
        self.later.insert(at, added);
        let mut highest = self.first.1.version();
        self.later.retain(|(_, calendar)| {
            let counts = calendar.version() > highest;
            highest = highest.max(calendar.version());
            counts
        });
    }

    /// The version in force at an instant.
    pub fn at(&self, instant: Ts) -> &Arc<Calendar> {
        let in_force = self.later.iter().rev().find(|(since, _)| *since <= instant);
        in_force.map_or(&self.first.1, |(_, calendar)| calendar)
    }

    /// The version in force now and until another one comes.
    pub fn current(&self) -> &Arc<Calendar> {
        self.later.last().map_or(&self.first.1, |(_, calendar)| calendar)
    }

    /// The versions that ever counted, each with the instant it came into force, in that order.
    pub fn versions(&self) -> impl Iterator<Item = (Ts, &Arc<Calendar>)> {
        std::iter::once(&self.first).chain(&self.later).map(|(since, calendar)| (*since, calendar))
    }

    /// The stretch between two instants, cut where the version changes: from, to and the version that counts between.
    /// Where `to` is before `from` the pieces run backwards, too.
    pub fn pieces(&self, from: Ts, to: Ts) -> impl Iterator<Item = (Ts, Ts, &Arc<Calendar>)> {
        let begins = std::iter::once(Ts(i64::MIN)).chain(self.later.iter().map(|(since, _)| *since));
        let ends = self.later.iter().map(|(since, _)| *since).chain([Ts(i64::MAX)]);
        let cut = move |(begin, end): (Ts, Ts)| (from.clamp(begin, end), to.clamp(begin, end));
        let pieces = begins.zip(ends).map(cut).zip(self.versions());
        pieces.filter(|((from, to), _)| from != to).map(|((from, to), (_, calendar))| (from, to, calendar))
    }

    /// Working microseconds from one instant to another, exact; negative when `to` is before `from`.
    pub fn working_micros(&self, from: Ts, to: Ts) -> i64 {
        self.pieces(from, to).map(|(from, to, calendar)| calendar.working_micros(from, to)).sum()
    }

    /// `working_micros` in whole minutes, rounded down.
    pub fn working_minutes(&self, from: Ts, to: Ts) -> i64 {
        self.working_micros(from, to).div_euclid(MINUTE)
    }
}
