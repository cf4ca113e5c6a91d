//! Who sees what: the cases a viewer may look into, and the units whose cases he may list.
//!
//! What one may not see does not exist for him. Nothing here changes anything.

use std::collections::BTreeSet;

use crate::fold::near;
use crate::ids::{CaseId, PersonId, UnitId};
use crate::projection::rows::CaseRow;
use crate::service::council;
use crate::service::inbox::INBOX;
use crate::service::query::{Query, QueryError};

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
        for area in areas.iter().chain(&directory.units_headed_by(viewer, now)) {
            units.extend(directory.units_under(area));
        }
        units
    }

    /// The case's row, where this viewer may see it: he holds or held it, works in or heads a unit that answers for
    /// it or holds it, or inspects one of them.
    pub async fn visible(&self, case: &CaseId, viewer: &PersonId) -> Result<CaseRow, QueryError> {
        let row = self.store.case(case).await?.ok_or(QueryError::Unknown)?;
        let (shelf, now) = (self.library.shelf(), self.clock.now());
        let sees =
            |unit: &UnitId| shelf.directory.sees(viewer, unit, now) || shelf.directory.works_with(viewer, unit, now);
        if sees(&row.owner) {
            return Ok(row);
        }
        let holdings = self.store.holdings_of(case).await?;
        let concerned = holdings.iter().any(|holding| {
            holding.holder == *viewer || sees(&holding.unit) || holding.pool_unit.as_ref().is_some_and(sees)
        });
        // Who must answer for a late step sees it, wherever he sits.
        let brought = || async {
            let lies = self.store.escalations_to(viewer, INBOX).await?;
            Ok::<_, QueryError>(lies.iter().any(|lies| lies.case == *case))
        };
        // So does who has a vote where it rests; only such procedures are replayed for it.
        let decides = || async {
            let councils = shelf.procedure(&row.digest).is_some_and(|procedure| council::is_known_to(&procedure));
            Ok::<_, QueryError>(councils && council::has_vote(&self.past(case).await?, viewer, now))
        };
        if concerned || brought().await? || decides().await? { Ok(row) } else { Err(QueryError::Unknown) }
    }
}
