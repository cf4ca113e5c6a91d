//! The calendars that deadlines are computed by: of each the version in force, and every one there has been.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::calendar::Calendar;
use crate::ids::CalendarId;

/// Calendars by id. An old version stays: a clock it computed is measured by it.
#[derive(Clone, Debug, Default)]
pub struct Calendars {
    current: BTreeMap<CalendarId, Arc<Calendar>>,
    versions: BTreeMap<CalendarId, BTreeMap<u32, Arc<Calendar>>>,
}

impl Calendars {
    /// The version in force of the calendar of that name.
    pub fn get(&self, id: &CalendarId) -> Option<&Arc<Calendar>> {
        self.current.get(id)
    }

    /// The names of those in force.
    pub fn names(&self) -> impl Iterator<Item = &CalendarId> {
        self.current.keys()
    }

    /// One version of the calendar of that name, in force or not.
    pub fn version(&self, id: &CalendarId, version: u32) -> Option<&Arc<Calendar>> {
        self.versions.get(id)?.get(&version)
    }

    /// Puts a calendar in force, in place of another version of the same name.
    pub fn put(&mut self, calendar: Arc<Calendar>) {
        self.keep(calendar.clone());
        self.current.insert(calendar.id().clone(), calendar);
    }

    /// Keeps a version that is not in force any more.
    pub fn keep(&mut self, calendar: Arc<Calendar>) {
        self.versions.entry(calendar.id().clone()).or_default().insert(calendar.version(), calendar);
    }

    /// Every calendar in force, by name.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Calendar>> {
        self.current.values()
    }
}
