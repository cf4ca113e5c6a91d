//! The calendars in force, by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::calendar::Calendar;
use crate::ids::CalendarId;

/// Calendars by id, one version each.
#[derive(Clone, Debug, Default)]
pub struct Calendars(BTreeMap<CalendarId, Arc<Calendar>>);

impl Calendars {
    /// The calendar of that name.
    pub fn get(&self, id: &CalendarId) -> Option<&Arc<Calendar>> {
        self.0.get(id)
    }

    /// Puts a calendar in force, in place of one of the same name.
    pub fn put(&mut self, calendar: Arc<Calendar>) {
        self.0.insert(calendar.id().clone(), calendar);
    }

    /// Every calendar, by name.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Calendar>> {
        self.0.values()
    }
}
