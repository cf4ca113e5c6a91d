//! What one person has before him: what he holds, may claim, answers for as head, and was told.
//!
//! Rows only: no case is made again for it. Nothing here changes anything.

use std::collections::BTreeSet;

use crate::ids::{PersonId, Ts, UnitId};
use crate::projection::rows::{CaseRow, HoldingRow};
use crate::service::library::Shelf;
use crate::service::query::{Query, QueryError, first, person_name, unit_name};
use crate::service::views::{EscalatedItem, Inbox, InboxItem, Notice};
use crate::store::contract::HoldingFilter;

/// The most lines an inbox shows of each kind.
const INBOX: u32 = 200;

impl Query {
    /// What a person holds, may claim, and answers for as head.
    pub async fn inbox(&self, person: &PersonId) -> Result<Inbox, QueryError> {
        let (shelf, now) = (self.library.shelf(), self.clock.now());
        let directory = &shelf.directory;
        let posts = directory.posts_of(person, now);
        let headed = directory.units_headed_by(person, now);
        let held = self
            .items(
                HoldingFilter { holder: Some(person.clone()), page: first(INBOX), ..Default::default() },
                &shelf,
                now,
            )
            .await?;
        let (unassigned, mine) = held.into_iter().partition(|(row, _)| row.pool_unit.is_some());
        let pools = HoldingFilter { claimable_by: Some(posts), page: first(INBOX), ..Default::default() };
        let mut claimable = self.items(pools, &shelf, now).await?;
        claimable.retain(|(row, _)| row.holder != *person);
        let mut unit = Vec::new();
        if !headed.is_empty() {
            let below: BTreeSet<UnitId> = headed.iter().flat_map(|unit| directory.units_under(unit)).collect();
            let filter =
                HoldingFilter { units: Some(below.into_iter().collect()), page: first(INBOX), ..Default::default() };
            unit = self.items(filter, &shelf, now).await?;
            unit.retain(|(row, _)| row.holder != *person);
        }
        let lines = |items: Vec<(HoldingRow, InboxItem)>| items.into_iter().map(|(_, item)| item).collect();
        let notices = self.store.notices_of(person, 50).await?;
        let mut told = Vec::with_capacity(notices.len());
        for notice in notices {
            let case = self.store.case(&notice.case).await?;
            told.push(Notice {
                case_title: case.map(|case| case.title).unwrap_or_default(),
                case: notice.case,
                kind: notice.kind,
                at: notice.at,
            });
        }
        Ok(Inbox {
            person: person_name(&shelf, person),
            mine: lines(mine),
            claimable: lines(claimable),
            unassigned: lines(unassigned),
            unit: lines(unit),
            escalated: self.escalated_to(person, &shelf, now).await?,
            notices: told,
        })
    }

    /// The late steps that wait for a superior to acknowledge them.
    async fn escalated_to(&self, person: &PersonId, shelf: &Shelf, now: Ts) -> Result<Vec<EscalatedItem>, QueryError> {
        let mut found = Vec::new();
        for row in self.store.escalations_to(person, INBOX).await? {
            let Some(case) = self.store.case(&row.case).await? else { continue };
            let holdings = self.store.holdings_of(&row.case).await?;
            let held = holdings.into_iter().find(|held| held.branch == row.branch && held.ended_at.is_none());
            found.extend(held.map(|held| EscalatedItem {
                item: item(shelf, held, case, now),
                level: row.level,
                since: row.since,
                answer_by: row.answer_by,
            }));
        }
        Ok(found)
    }

    async fn items(
        &self,
        filter: HoldingFilter,
        shelf: &Shelf,
        now: Ts,
    ) -> Result<Vec<(HoldingRow, InboxItem)>, QueryError> {
        if filter.claimable_by.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let page = self.store.open_holdings(&filter).await?;
        Ok(page.items.into_iter().map(|(row, case)| (row.clone(), item(shelf, row, case, now))).collect())
    }
}

pub(super) fn item(shelf: &Shelf, row: HoldingRow, case: CaseRow, now: Ts) -> InboxItem {
    let procedure = shelf.procedure(&case.digest);
    let course = procedure.as_ref().and_then(|procedure| shelf.course_of(procedure));
    let minutes = |from: Ts, to: Ts| course.as_ref().map_or(0, |course| course.working_minutes(from, to));
    InboxItem {
        procedure_title: procedure.as_ref().map_or_else(|| case.procedure.to_string(), |p| p.title.vi.clone()),
        step_title: procedure.as_ref().map_or_else(|| row.step.to_string(), |p| p.step_title(&row.step).to_owned()),
        holder: person_name(shelf, &row.holder),
        unit: unit_name(shelf, &row.unit),
        left_minutes: row.deadline.map(|deadline| minutes(now, deadline)),
        total_minutes: row.deadline.map(|deadline| minutes(row.started_at, deadline)),
        held_minutes: minutes(row.started_at, now),
        late: row.deadline.is_some_and(|deadline| deadline < now),
        stopped: case.stopped_since.is_some(),
        case_deadline: case.deadline,
        marks: case.marks,
        revision: case.revision,
        case: case.case,
        title: case.title,
        procedure: case.procedure,
        branch: row.branch,
        step: row.step,
        how: row.how,
        held_since: row.started_at,
        received_at: row.received_at,
        deadline: row.deadline,
    }
}
