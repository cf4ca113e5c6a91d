//! What a version of a calendar would move over all open cases. Looking writes nothing, and closed cases are never read.

use std::sync::Arc;

use serde::Serialize;
use tokio::task::JoinSet;

use crate::calendar::calendar::Calendar;
use crate::ids::{CaseId, PersonId, ProcedureId, StepId, Ts};
use crate::journal::codec::decode;
use crate::journal::entry::Record;
use crate::machine::calendar_change::changed;
use crate::machine::case::Case;
use crate::machine::event::Scope;
use crate::machine::evolve::evolve;
use crate::service::engine::Engine;
use crate::service::library::Shelf;
use crate::store::contract::{OpenEntry, StoreError};

/// How many open cases are read at once.
const PAGE: u32 = 4_000;
/// How many pages may wait to be looked through, so that memory stays bounded.
const PAGES_AT_ONCE: usize = 4;

/// One clock that the new version moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    pub case: CaseId,
    pub title: String,
    pub procedure: ProcedureId,
    /// `case`, `group/ID` or `branch/N`.
    pub clock: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<StepId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<PersonId>,
    /// The name of the rule that counts it.
    pub rule: String,
    pub old_deadline: Ts,
    pub new_deadline: Ts,
    /// The date told to the citizen: it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promise: Option<Ts>,
    /// The new deadline of the case lies after the date told to the citizen, and the old one did not.
    pub passes_promise: bool,
}

/// What a version of a calendar would move over all open cases.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Moves {
    /// Open cases looked at.
    pub open_cases: u64,
    /// Cases with a clock that is counted anew, also where only reminders move.
    pub cases: Vec<CaseId>,
    /// In the order of cases.
    pub moves: Vec<Move>,
    pub later: u64,
    pub earlier: u64,
    pub passing_promise: u64,
    /// Cases whose record or procedure cannot be read: they must be looked at by a person.
    pub unreadable: Vec<CaseId>,
}

/// Every clock of an open case that the version would move, counted as of now. Nothing is written.
pub async fn preview(engine: &Engine, calendar: &Calendar) -> Result<Moves, StoreError> {
    let (shelf, at) = (engine.library(), engine.clock().now());
    let calendar = Arc::new(calendar.clone());
    let mut looking = JoinSet::new();
    let mut found: Vec<(CaseId, Moves)> = Vec::new();
    let mut after: Option<CaseId> = None;
    loop {
        let page = engine.store().open_entries(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { break };
        let (key, first) = (last.case.clone(), page[0].case.clone());
        after = Some(key);
        if looking.len() >= PAGES_AT_ONCE {
            found.extend(next(&mut looking).await?);
        }
        let (shelf, calendar) = (shelf.clone(), calendar.clone());
        looking.spawn_blocking(move || (first, look(page, &shelf, &calendar, at)));
    }
    while !looking.is_empty() {
        found.extend(next(&mut looking).await?);
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found.into_iter().fold(Moves::default(), |all, (_, page)| all.and(page)))
}

async fn next(looking: &mut JoinSet<(CaseId, Moves)>) -> Result<Option<(CaseId, Moves)>, StoreError> {
    looking.join_next().await.transpose().map_err(|fault| StoreError::Failed(fault.to_string()))
}

/// What the version would move in a page of cases, whose entries follow each other in their order.
fn look(page: Vec<OpenEntry>, shelf: &Shelf, calendar: &Calendar, at: Ts) -> Moves {
    let mut moves = Moves::default();
    for entries in page.chunk_by(|a, b| a.case == b.case) {
        moves.open_cases += 1;
        let Some(first) = entries.first() else { continue };
        match replay(&first.case, entries) {
            Some(case) => moves.of(&case, shelf, calendar, at),
            None => moves.unreadable.push(first.case.clone()),
        }
    }
    moves
}

fn replay(id: &CaseId, entries: &[OpenEntry]) -> Option<Case> {
    let mut case = None;
    for entry in entries {
        let entry = decode(&entry.payload).ok()?;
        if let Record::Case(event) = &entry.record {
            case = Some(evolve(case, id, event, entry.occurred_at).ok()?);
        }
    }
    case
}

impl Moves {
    fn of(&mut self, case: &Case, shelf: &Shelf, calendar: &Calendar, at: Ts) {
        let Some(procedure) = shelf.procedure(&case.digest) else {
            self.unreadable.push(case.id.clone());
            return;
        };
        let clocks = changed(&procedure, case, &shelf.calendars, calendar, at.max(case.last_at));
        if clocks.is_empty() {
            return;
        }
        self.cases.push(case.id.clone());
        for changed in clocks.into_iter().filter(|changed| changed.old_deadline != changed.clock.deadline) {
            let branch = match &changed.scope {
                Scope::Branch(branch) => case.branches.get(branch),
                Scope::Case | Scope::Group(_) => None,
            };
            let (old, new) = (changed.old_deadline, changed.clock.deadline);
            let passes = |promise: Ts| changed.scope == Scope::Case && old <= promise && promise < new;
            let passes_promise = case.promise.is_some_and(passes);
            self.later += u64::from(old < new);
            self.earlier += u64::from(new < old);
            self.passing_promise += u64::from(passes_promise);
            self.moves.push(Move {
                case: case.id.clone(),
                title: case.title.clone(),
                procedure: case.procedure.clone(),
                clock: changed.scope.to_string(),
                step: changed.step,
                holder: branch.map(|branch| branch.holder.person.clone()),
                rule: changed.clock.rule,
                old_deadline: old,
                new_deadline: new,
                promise: case.promise,
                passes_promise,
            });
        }
    }

    fn and(mut self, other: Moves) -> Moves {
        self.open_cases += other.open_cases;
        self.cases.extend(other.cases);
        self.moves.extend(other.moves);
        self.later += other.later;
        self.earlier += other.earlier;
        self.passing_promise += other.passing_promise;
        self.unreadable.extend(other.unreadable);
        self
    }
}
