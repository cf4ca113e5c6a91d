//! A text that is to follow another, looked at from every side before it is put in force: by itself, against the people
//! and the calendar there are, against the version before, and against the cases that are open. Looking writes nothing.

use std::sync::Arc;

use jiff::civil::Date;

use crate::definition::checks::against::{self, Against};
use crate::definition::checks::{self, n21_calendar, v12_decision};
use crate::definition::diagnostic::{Diagnostic, Level, sort};
use crate::definition::diff::{Difference, diff};
use crate::definition::load;
use crate::definition::procedure::Procedure;
use crate::definition::source::Source;
use crate::definition::waiver::waive;
use crate::ids::{CalendarId, Ts};
use crate::service::library::Shelf;
use crate::service::plan::{Plan, plan};
use crate::service::plan_checks;
use crate::store::contract::{Store, StoreError};

/// What looking came to.
pub struct Review {
    pub source: Source,
    /// Nothing where it cannot be read.
    pub procedure: Option<Arc<Procedure>>,
    pub found: Vec<Diagnostic>,
    /// The version it follows; nothing for the first.
    pub old: Option<Arc<Procedure>>,
    /// What it changes.
    pub differences: Vec<Difference>,
    /// The open cases it meets; nothing for the first version.
    pub plan: Option<Plan>,
}

impl Review {
    /// Whether it may be put in force.
    pub fn passes(&self) -> bool {
        self.procedure.is_some() && self.errors().next().is_none()
    }

    /// What stands in its way.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter().filter(|told| told.level == Level::Error)
    }
}

/// Looks at a text that is to follow the version in force. `name` is what its file is called.
pub async fn review(store: &dyn Store, shelf: &Shelf, now: Ts, name: &str, text: &str) -> Result<Review, StoreError> {
    let source = Source::new(name, text);
    let (new, mut found) = match load(&source) {
        Ok(read) => read,
        Err(found) => {
            let (differences, plan) = (Vec::new(), None);
            return Ok(Review { source, procedure: None, found, old: None, differences, plan });
        }
    };
    beside(shelf, &new, &source, now, &mut found);
    let old = shelf.current(&new.id).filter(|old| old.digest != new.digest);
    let mut seen = Review { source, procedure: None, found, old, differences: Vec::new(), plan: None };
    if let Some(old) = &seen.old {
        seen.differences = diff(old, &new);
        let look = Against { old, published: true, new: &new, source: &seen.source, today: today(now) };
        seen.found.extend(against::check(&look));
        let met = plan(store, |case| shelf.procedure(&case.digest), &new).await?;
        let version = |version| shelf.version(&new.id, version);
        seen.found.extend(plan_checks::check(&met, version, &new, &seen.source));
        seen.plan = Some(met);
    }
    waive(&new, &seen.source, &mut seen.found);
    sort(&mut seen.found);
    seen.procedure = Some(Arc::new(new));
    Ok(seen)
}

/// The text against the people and the calendar there are.
fn beside(shelf: &Shelf, new: &Procedure, source: &Source, now: Ts, found: &mut Vec<Diagnostic>) {
    if !shelf.directory.file().units.is_empty() {
        found.extend(checks::beside::check(new, &shelf.directory, now, source));
    }
    if let Some(calendar) = shelf.calendar_of(new) {
        found.extend(checks::calendar::check(new, &calendar, source));
    }
    let calendars: Vec<CalendarId> = shelf.calendars.names().cloned().collect();
    found.extend(n21_calendar::check(new, &calendars, source));
    found.extend(v12_decision::check(new, source));
}

/// Today in Việt Nam, where dates of effect are written.
fn today(now: Ts) -> Date {
    jiff::tz::TimeZone::fixed(jiff::tz::offset(7)).to_datetime(now.timestamp()).date()
}
