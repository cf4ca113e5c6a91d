//! One act in the making: timers fired before it, what `decide` says, and everything that is to be written for it.
//! It writes nothing; the writer puts what was made into its batch.

use std::sync::Arc;

use tracing::error;

use crate::calendar::course::Course;
use crate::definition::procedure::Procedure;
use crate::ids::{CaseId, PersonId, Ts, hex};
use crate::journal::chain::Sealer;
use crate::journal::codec::CodecError;
use crate::journal::entry::{CaseHead, Entry, Head, Record, Sealed};
use crate::machine::case::Case;
use crate::machine::command::{Actor, Command, Request};
use crate::machine::decide::decide;
use crate::machine::event::Event;
use crate::machine::evolve::evolve;
use crate::machine::migration::Onto;
use crate::machine::refusal::Refusal;
use crate::machine::rules::{Rules, Workload};
use crate::projection::project::Book;
use crate::projection::rows::Change;
use crate::service::ask::{Ask, Receipt};
use crate::service::library::Shelf;
use crate::store::contract::StoreError;

/// More timers than this due at once on one case is a fault, not a backlog.
const TIMERS_AT_ONCE: usize = 1_000;

/// A case as the writer keeps it.
#[derive(Clone)]
pub struct Held {
    pub case: Case,
    pub book: Book,
    pub head: CaseHead,
}

/// A case whose time has come, made ready outside the writer where it could be: the writer trusts that only as far as
/// the store then proves that the case still ends there.
pub struct Due {
    pub case: CaseId,
    pub ready: Option<Held>,
}

/// A fault that ends the batch.
#[derive(Debug, thiserror::Error)]
pub enum Fatal {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("an entry cannot be written: {0}")]
    Codec(#[from] CodecError),
    #[error("case {case} cannot be replayed: {why}")]
    History { case: CaseId, why: String },
}

/// One act in the making: the case as it stands after each event, and what is to be written.
pub struct Act<'a> {
    pub id: CaseId,
    /// Who held branches when it began.
    holders_before: Vec<PersonId>,
    pub case: Option<Case>,
    book: Book,
    case_head: CaseHead,
    head: Head,
    pub entries: Vec<Sealed>,
    changes: Vec<Change>,
    /// Where the act itself begins among the entries, after the timers fired before it.
    act_at: usize,
    shelf: &'a Shelf,
    pub procedure: &'a Procedure,
    course: &'a Course,
    workload: &'a Workload,
    /// The text that the case is asked to go on by, and what has happened to it before this act.
    onto: Option<(Arc<Procedure>, Vec<Sealed>)>,
    pub now: Ts,
}

/// What an act came to, free of what it was decided by.
pub struct Made {
    pub id: CaseId,
    /// Who held branches before.
    pub holders_before: Vec<PersonId>,
    /// The case after it; nothing where none came to be.
    pub held: Option<Held>,
    pub entries: Vec<Sealed>,
    pub changes: Vec<Change>,
}

/// What became of an act.
pub enum Performed {
    /// It is recorded.
    Done,
    /// The machine says no.
    Refused(Box<Refusal>),
    /// The caller had looked at another revision.
    Stale { expected: u64 },
}

impl<'a> Act<'a> {
    #[expect(clippy::too_many_arguments, reason = "one place gathers everything a decision looks at")]
    pub fn new(
        id: CaseId,
        held: Option<Held>,
        head: Head,
        shelf: &'a Shelf,
        procedure: &'a Procedure,
        course: &'a Course,
        workload: &'a Workload,
        now: Ts,
    ) -> Act<'a> {
        let (case, book, case_head) = match held {
            Some(Held { case, book, head }) => (Some(case), book, head),
            None => (None, Book::default(), CaseHead::default()),
        };
        let branches = case.iter().flat_map(|case: &Case| case.branches.values());
        Act {
            id,
            holders_before: branches.map(|branch| branch.holder.person.clone()).collect(),
            case,
            book,
            case_head,
            head,
            entries: Vec::new(),
            changes: Vec::new(),
            act_at: 0,
            shelf,
            procedure,
            course,
            workload,
            onto: None,
            now,
        }
    }

    /// Names the text that the case is asked to go on by, with everything that has happened to it.
    pub fn onto(&mut self, procedure: Arc<Procedure>, history: Vec<Sealed>) {
        self.onto = Some((procedure, history));
    }

    /// Fires every timer due by then, each at its own instant; answers how many. An act at the very instant of a
    /// deadline is in time: before it fires only what fell due earlier. One that the machine refuses stays due and keeps
    /// none of the others waiting.
    pub fn fire_due(&mut self, by: Ts) -> Result<usize, Fatal> {
        let (mut fired, mut refused) = (0, Vec::new());
        while fired < TIMERS_AT_ONCE {
            let next = |case: &Case| case.due_but(by, &refused).map(|(timer, due)| (timer, due, case.last_at));
            let Some((timer, due, last_at)) = self.case.as_ref().and_then(next) else { break };
            let at = due.max(last_at);
            let request = Request { actor: Actor::System, at, command: Command::Fire { timer: timer.clone() } };
            match self.decide(&request) {
                Ok(events) => self.record(&Actor::System, at, events)?,
                Err(refusal) => {
                    error!(name: "timer.refused", case = %self.id, timer = %timer, code = refusal.code.word(), "a due timer could not be fired");
                    refused.push(timer);
                    continue;
                }
            }
            fired += 1;
        }
        self.act_at = self.entries.len();
        Ok(fired)
    }

    /// Decides the act and records it, unless the case moved on since the caller looked or the machine refuses.
    pub fn perform(&mut self, ask: &Ask) -> Result<Performed, Fatal> {
        if let (Some(expected), Some(case)) = (ask.if_match, &self.case)
            && expected != case.revision
        {
            return Ok(Performed::Stale { expected });
        }
        let at = self.case.as_ref().map_or(self.now, |case| case.last_at.max(self.now));
        let request = Request { actor: ask.actor.clone(), at, command: ask.command.clone() };
        match self.decide(&request) {
            Ok(events) => {
                self.record(&ask.actor, at, events)?;
                Ok(Performed::Done)
            }
            Err(refusal) => Ok(Performed::Refused(Box::new(refusal))),
        }
    }

    fn decide(&self, request: &Request) -> Result<Vec<Event>, Refusal> {
        let history =
            self.onto.iter().flat_map(|(_, history)| history).chain(self.onto.iter().flat_map(|_| &self.entries));
        let history: Vec<&Event> = history.filter_map(event_of).collect();
        let rules = Rules {
            procedure: self.procedure,
            directory: &self.shelf.directory,
            calendars: &self.shelf.calendars,
            workload: self.workload,
            onto: self.onto.as_ref().map(|(procedure, _)| Onto { procedure, history: &history }),
        };
        decide(&rules, self.case.as_ref(), &self.id, request)
    }

    fn record(&mut self, actor: &Actor, at: Ts, events: Vec<Event>) -> Result<(), Fatal> {
        let mut sealer = Sealer::of_case(
            self.head,
            self.id.clone(),
            Some(self.case_head),
            actor.clone(),
            self.procedure.digest.clone(),
            self.now,
        );
        for event in events {
            let before = self.case.take();
            let after = evolve(before.clone(), &self.id, &event, at)
                .map_err(|illegal| Fatal::History { case: self.id.clone(), why: illegal.to_string() })?;
            let sealed = sealer.seal(at, Record::Case(event))?;
            if before.as_ref().is_some_and(|before| before.digest != after.digest) {
                sealer.pin(after.digest.clone());
            }
            self.changes.extend(self.book.project(before.as_ref(), &sealed.entry, &after, self.course));
            self.case_head = CaseHead { next_case_seq: sealed.entry.case_seq + 1, chain: sealed.case_chain };
            self.entries.push(sealed);
            self.case = Some(after);
        }
        self.head = sealer.head();
        Ok(())
    }

    pub fn made(self) -> Made {
        let Act { id, holders_before, case, book, case_head, entries, changes, .. } = self;
        Made { id, holders_before, held: case.map(|case| Held { case, book, head: case_head }), entries, changes }
    }

    pub fn receipt(&self, dry_run: bool) -> Receipt {
        let own = &self.entries[self.act_at..];
        let first = own.first().filter(|_| !dry_run);
        Receipt {
            case: self.id.clone(),
            revision: self.case.as_ref().map_or(0, |case| case.revision),
            seq: first.map(|sealed| sealed.entry.seq),
            leaf: first.map(|sealed| hex(&sealed.leaf)),
            recorded_at: own.first().map_or(self.now, |sealed| sealed.entry.recorded_at),
            events: own
                .iter()
                .filter_map(|sealed| match &sealed.entry.record {
                    Record::Case(event) => Some(event.word().to_owned()),
                    Record::Registry(_) => None,
                })
                .collect(),
        }
    }
}

fn event_of(sealed: &Sealed) -> Option<&Event> {
    match &sealed.entry.record {
        Record::Case(event) => Some(event),
        Record::Registry(_) => None,
    }
}

/// A case made again from its entries; nothing where there are none.
pub fn replay(id: &CaseId, entries: &[Sealed], shelf: &Shelf) -> Result<Option<Held>, Fatal> {
    replayed(id, entries, shelf, |book, entry, after, course| book.follow(entry, after, course))
}

/// The same, handing on the changes of rows on the way.
pub fn replay_rows(
    id: &CaseId,
    entries: &[Sealed],
    shelf: &Shelf,
    mut each: impl FnMut(Change),
) -> Result<Option<Held>, Fatal> {
    let mut before: Option<Case> = None;
    replayed(id, entries, shelf, |book, entry, after, course| {
        book.project(before.as_ref(), entry, after, course).into_iter().for_each(&mut each);
        before = Some(after.clone());
    })
}

fn replayed(
    id: &CaseId,
    entries: &[Sealed],
    shelf: &Shelf,
    mut keep_book: impl FnMut(&mut Book, &Entry, &Case, &Course),
) -> Result<Option<Held>, Fatal> {
    let history = |why: String| Fatal::History { case: id.clone(), why };
    let mut case: Option<Case> = None;
    let mut book = Book::default();
    let mut head = CaseHead::default();
    let mut course = None;
    for sealed in entries {
        let Record::Case(event) = &sealed.entry.record else { continue };
        let after = evolve(case.take(), id, event, sealed.entry.occurred_at).map_err(|e| history(e.to_string()))?;
        if course.is_none() {
            let procedure =
                shelf.procedure(&after.digest).ok_or_else(|| history("its procedure is not here".into()))?;
            course = shelf.course_of(&procedure);
        }
        let course = course.as_deref().ok_or_else(|| history("its calendar is not here".into()))?;
        keep_book(&mut book, &sealed.entry, &after, course);
        head = CaseHead { next_case_seq: sealed.entry.case_seq + 1, chain: sealed.case_chain };
        case = Some(after);
    }
    Ok(case.map(|case| Held { case, book, head }))
}
