//! Who sees what: the cases a viewer may look into, and the units whose cases he may list.
//!
//! What one may not see does not exist for him. Nothing here changes anything.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::definition::procedure::{Procedure, StepKind, Who};
use crate::fold::near;
use crate::ids::{CaseId, PersonId, Ts, UnitId};
use crate::machine::rules::Workload;
use crate::machine::takes_part::{may_act_for, takes_part};
use crate::projection::rows::{CaseRow, EscalationRow, HoldingRow};
use crate::service::library::Shelf;
use crate::service::query::{Past, Query, QueryError};

/// How many units are named where none is like the one asked for.
const UNITS_NAMED: usize = 12;

impl Query {
    /// Nothing in a unit is not the same as no such unit: a slip of the pen must not read as "nothing is stuck". A unit
    /// above some that the viewer sees will do.
    pub(super) fn sees_unit(&self, unit: &UnitId, viewer: &PersonId) -> Result<(), QueryError> {
        let (shelf, seen) = (self.library.shelf(), self.seen_by(viewer));
        let directory = &shelf.directory;
        if directory.unit(unit).is_some() && directory.units_under(unit).iter().any(|below| seen.contains(below)) {
            return Ok(());
        }
        let close = near(unit.as_str(), seen.iter().map(UnitId::as_str)).into_iter().map(UnitId::from);
        let close: Vec<UnitId> = close.collect();
        let near = if close.is_empty() { seen.into_iter().take(UNITS_NAMED).collect() } else { close };
        Err(QueryError::UnknownUnit { unit: unit.clone(), near })
    }

    /// The units asked for, or all, as far as this viewer may list their cases.
    pub(super) fn seen_of(&self, asked: Option<Vec<UnitId>>, viewer: &PersonId) -> Vec<UnitId> {
        let seen = self.seen_by(viewer);
        match asked {
            None => seen.into_iter().collect(),
            Some(asked) => asked.into_iter().filter(|unit| seen.contains(unit)).collect(),
        }
    }

    /// The units whose cases a person may list.
    pub(super) fn seen_by(&self, viewer: &PersonId) -> BTreeSet<UnitId> {
        let (shelf, now) = (self.library.shelf(), self.clock.now());
        let directory = &shelf.directory;
        let mut units: BTreeSet<UnitId> = directory.posts_of(viewer, now).into_iter().map(|(unit, _)| unit).collect();
        let areas = directory.areas_of_inspector(viewer);
        for area in areas.iter().chain(&directory.units_led_by(viewer, now)) {
            units.extend(directory.units_under(area));
        }
        units
    }

    /// The case's row, where this viewer may see it: by what he is himself, or by what somebody is in whose name he may
    /// act in this case. Another's right to inspect or to configure is never lent.
    pub async fn visible(&self, case: &CaseId, viewer: &PersonId) -> Result<CaseRow, QueryError> {
        let row = self.store.case(case).await?.ok_or(QueryError::Unknown)?;
        let (shelf, now) = (self.library.shelf(), self.clock.now());
        let directory = &shelf.directory;
        let inspected = |unit: &UnitId| directory.inspectors_of(unit).contains(viewer);
        if inspected(&row.owner) {
            return Ok(row);
        }
        let mut look = Look { query: self, shelf: shelf.clone(), now, holdings: None, waiting: None, past: None };
        if look.works_on(&row, viewer).await? || look.given_to(&row, inspected).await? {
            return Ok(row);
        }
        for other in directory.principals_of(viewer, &row.procedure, now) {
            if look.works_on(&row, &other).await? && look.may_act_for(&row, viewer, &other).await? {
                return Ok(row);
            }
        }
        Err(QueryError::Unknown)
    }
}

/// One look at a case: what is read for it is read once.
struct Look<'q> {
    query: &'q Query,
    shelf: Arc<Shelf>,
    now: Ts,
    holdings: Option<Vec<HoldingRow>>,
    waiting: Option<Vec<EscalationRow>>,
    past: Option<Past>,
}

impl Look<'_> {
    /// Whether the person has to do with the case by his own work: he belongs to a unit that answers for it or holds or
    /// held it, or leads one above; he holds it, or held it in a unit that he still serves; a late step was brought to
    /// him; or he has a vote, supports or follows where it rests.
    async fn works_on(&mut self, row: &CaseRow, person: &PersonId) -> Result<bool, QueryError> {
        let (shelf, now) = (self.shelf.clone(), self.now);
        let directory = &shelf.directory;
        if directory.person(person).is_none() || !directory.is_in_service(person, now) {
            return Ok(false);
        }
        if directory.works_with(person, &row.owner, now)
            || self.given_to(row, |unit| directory.works_with(person, unit, now)).await?
        {
            return Ok(true);
        }
        let held = self.holdings(row).await?.iter().filter(|holding| holding.holder == *person);
        if held.into_iter().any(|it| it.ended_at.is_none() || directory.still_serves(person, &it.unit, now)) {
            return Ok(true);
        }
        if self.waiting(row).await?.iter().any(|brought| brought.superior == *person) {
            return Ok(true);
        }
        // Only such procedures are replayed for it.
        if !shelf.procedure(&row.digest).is_some_and(|procedure| names_others(&procedure)) {
            return Ok(false);
        }
        let past = self.past(row).await?;
        let workload = Workload::default();
        Ok(takes_part(&past.rules(&workload), &past.case, person, now.max(past.case.last_at)))
    }

    /// Whether the case is or was held, or waits, in a unit of which that is so.
    async fn given_to(&mut self, row: &CaseRow, of: impl Fn(&UnitId) -> bool) -> Result<bool, QueryError> {
        let holdings = self.holdings(row).await?;
        Ok(holdings.iter().any(|holding| of(&holding.unit) || holding.pool_unit.as_ref().is_some_and(&of)))
    }

    async fn may_act_for(&mut self, row: &CaseRow, person: &PersonId, other: &PersonId) -> Result<bool, QueryError> {
        let now = self.now;
        let past = self.past(row).await?;
        let workload = Workload::default();
        Ok(may_act_for(&past.rules(&workload), &past.case, person, other, now.max(past.case.last_at)))
    }

    async fn holdings(&mut self, row: &CaseRow) -> Result<&[HoldingRow], QueryError> {
        if self.holdings.is_none() {
            self.holdings = Some(self.query.store.holdings_of(&row.case).await?);
        }
        Ok(self.holdings.as_deref().unwrap_or_default())
    }

    async fn waiting(&mut self, row: &CaseRow) -> Result<&[EscalationRow], QueryError> {
        if self.waiting.is_none() {
            self.waiting = Some(self.query.store.escalations_of(&row.case).await?);
        }
        Ok(self.waiting.as_deref().unwrap_or_default())
    }

    async fn past(&mut self, row: &CaseRow) -> Result<&Past, QueryError> {
        let past = match self.past.take() {
            Some(past) => past,
            None => self.query.past(&row.case).await?,
        };
        Ok(self.past.insert(past))
    }
}

/// Whether a step of the procedure may be decided by a council, or names who supports it, follows it or answers for it.
fn names_others(procedure: &Procedure) -> bool {
    procedure.people.values().any(|people| matches!(people.who, Who::Council(_)))
        || procedure.steps.values().any(|step| match &step.kind {
            StepKind::Staff(staff) => !staff.with.is_empty() || !staff.watch.is_empty() || staff.accountable.is_some(),
            _ => false,
        })
}
