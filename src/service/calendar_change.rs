//! A calendar changes: what it would move over all open cases, and moving it, one act a case.
//!
//! Looking writes nothing. Applying publishes the version where it is not in force yet and then asks for one act a case
//! through the one door; a case whose clocks are counted by the version already is passed over, so that after an
//! interruption at any moment it is simply run again. Closed cases are never read.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde::Serialize;
use tokio::task::JoinSet;

use crate::calendar::calendar::Calendar;
use crate::ids::{CalendarId, CaseId, PersonId, ProcedureId, StepId, Ts};
use crate::journal::codec::decode;
use crate::journal::entry::Record;
use crate::machine::calendar_change::changed;
use crate::machine::case::Case;
use crate::machine::command::{Actor, Command};
use crate::machine::event::Scope;
use crate::machine::evolve::evolve;
use crate::machine::refusal::Code;
use crate::service::ask::{Ask, Denied, Target};
use crate::service::engine::Engine;
use crate::service::library::Shelf;
use crate::service::publish::Publication;
use crate::store::contract::{OpenEntry, StoreError};

/// How many open cases are read at once.
const PAGE: u32 = 4_000;
/// How many acts are asked for before the first is waited for: one commit of the writer.
const AT_ONCE: usize = 256;
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

/// What applying came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// The version was put in force now.
    pub published: bool,
    /// Cases counted anew in this run.
    pub changed: u64,
    /// Cases that had nothing left to change when their turn came: they ended, or somebody else applied it.
    pub passed_over: u64,
    /// Cases that could not be changed; the log names them. Running it again tries them again.
    pub failed: u64,
    /// Cases that were not reached, because it was stopped before: running it again goes on with them.
    #[serde(skip_serializing_if = "nothing")]
    pub left: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn nothing(count: &u64) -> bool {
    *count == 0
}

/// A calendar that is to be looked at or applied: its name, text and reading.
#[derive(Clone)]
pub struct Given {
    pub name: String,
    pub text: String,
    pub calendar: Calendar,
}

impl Given {
    fn publication(&self) -> Publication {
        Publication::calendar(&self.name, &self.text, self.calendar.clone())
    }

    /// It is the version in force, or one that may follow it.
    pub fn may_count(&self, shelf: &Shelf) -> Result<(), Denied> {
        let (id, version) = (self.calendar.id(), self.calendar.version());
        let in_force = shelf.calendars.get(id).map_or(0, |now| now.version());
        let publication = self.publication();
        if in_force > version {
            return Err(Denied::NotNewer { calendar: id.clone(), version, in_force });
        }
        if publication.is_known(shelf) { Ok(()) } else { publication.barred(shelf).map_or(Ok(()), Err) }
    }
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

/// Puts the version in force where it is not yet, and counts every open case anew that it moves. `told` hears how many
/// cases are done, and of how many, and may stop it; what is done by then stays done.
pub async fn apply(
    engine: &Engine,
    actor: Actor,
    given: Given,
    mut told: impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Applied, Denied> {
    let id = given.calendar.id().clone();
    given.may_count(&engine.library())?;
    let published = engine.publish(actor.clone(), vec![given.publication()]).await? > 0;
    let mut applied = Applied { published, ..Applied::default() };
    let moves = preview(engine, &given.calendar).await.map_err(Denied::Store)?;
    let all = moves.cases.len() as u64;
    let mut done = 0;
    let mut go_on = told(done, all);
    for cases in moves.cases.chunks(AT_ONCE) {
        if go_on.is_break() {
            break;
        }
        let mut acts = JoinSet::new();
        for case in cases {
            let (engine, ask) = (engine.clone(), ask(&actor, case, &id));
            let case = case.clone();
            acts.spawn(async move { (case, engine.handle(ask).await) });
        }
        while let Some(act) = acts.join_next().await {
            let Ok((case, answer)) = act else { continue };
            match answer {
                Ok(_) => applied.changed += 1,
                Err(Denied::Refused(why)) if matches!(why.code, Code::CalendarUnchanged | Code::CaseEnded) => {
                    applied.passed_over += 1;
                }
                Err(denied @ (Denied::Closing | Denied::Store(_))) => return Err(denied),
                Err(denied) => {
                    tracing::error!(name: "calendar.not_applied", %case, ?denied, "a case could not be counted anew");
                    applied.failed += 1;
                }
            }
            done += 1;
        }
        go_on = told(done, all);
    }
    applied.left = all - done;
    Ok(applied)
}

fn ask(actor: &Actor, case: &CaseId, calendar: &CalendarId) -> Ask {
    Ask {
        actor: actor.clone(),
        target: Target::Case(case.clone()),
        command: Command::ChangeCalendar { calendar: calendar.clone() },
        if_match: None,
        key: None,
        dry_run: false,
    }
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
