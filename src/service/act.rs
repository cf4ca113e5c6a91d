//! One case in the making: as it stands after each event decided so far, with what its rows need. It writes nothing;
//! what is made goes with the acts on its kin into one batch.

use std::sync::Arc;

use crate::calendar::course::Course;
use crate::definition::procedure::Procedure;
use crate::ids::{CaseId, PersonId, Ts};
use crate::journal::chain::Sealer;
use crate::journal::codec::CodecError;
use crate::journal::entry::{CaseHead, Entry, Head, Record, Sealed};
use crate::machine::case::Case;
use crate::machine::command::{Actor, Request};
use crate::machine::decide::decide;
use crate::machine::event::Event;
use crate::machine::evolve::evolve;
use crate::machine::migration::Onto;
use crate::machine::refusal::Refusal;
use crate::machine::rules::{Callable, Rules, Workload};
use crate::projection::project::Book;
use crate::projection::rows::Change;
use crate::service::library::Shelf;
use crate::store::contract::StoreError;

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

/// One case in the making.
#[derive(Clone)]
pub struct Act {
    pub id: CaseId,
    /// Who held branches when it began.
    pub holders_before: Vec<PersonId>,
    pub case: Option<Case>,
    book: Book,
    case_head: CaseHead,
    pub procedure: Arc<Procedure>,
    course: Arc<Course>,
    callable: Callable,
    /// The text that the case is asked to go on by, and what had happened to it before this commit.
    onto: Option<(Arc<Procedure>, Vec<Sealed>)>,
    /// Whether anything was decided.
    pub moved: bool,
}

/// What recording events came to.
pub struct Recorded {
    pub entries: Vec<Sealed>,
    pub changes: Vec<Change>,
    /// The journal's end after them.
    pub head: Head,
}

impl Act {
    /// A case as it is held, or one that is to be.
    pub fn on(
        id: CaseId,
        held: Option<Held>,
        procedure: Arc<Procedure>,
        course: Arc<Course>,
        callable: Callable,
    ) -> Act {
        let (case, book, case_head) = match held {
            Some(Held { case, book, head }) => (Some(case), book, head),
            None => (None, Book::default(), CaseHead::default()),
        };
        let branches = case.iter().flat_map(|case: &Case| case.branches.values());
        let holders_before = branches.map(|branch| branch.holder.person.clone()).collect();
        Act { id, holders_before, case, book, case_head, procedure, course, callable, onto: None, moved: false }
    }

    /// Names the text that the case is asked to go on by, with everything that has happened to it.
    pub fn onto(&mut self, procedure: Arc<Procedure>, history: Vec<Sealed>) {
        self.onto = Some((procedure, history));
    }

    /// What the machine says to a request.
    ///
    /// `fresh` is what this very commit holds so far: of a case that is asked to go on by another text it is the end of
    /// its history.
    pub fn decide(
        &self,
        request: &Request,
        shelf: &Shelf,
        workload: &Workload,
        fresh: &[Sealed],
    ) -> Result<Vec<Event>, Refusal> {
        let own = |sealed: &&Sealed| sealed.entry.case.as_ref() == Some(&self.id);
        let history = self.onto.iter().flat_map(|(_, history)| history.iter().chain(fresh.iter().filter(own)));
        let history: Vec<&Event> = history.filter_map(event_of).collect();
        let rules = Rules {
            procedure: &self.procedure,
            directory: &shelf.directory,
            calendars: &shelf.calendars,
            workload,
            onto: self.onto.as_ref().map(|(procedure, _)| Onto { procedure, history: &history }),
            callable: &self.callable,
        };
        decide(&rules, self.case.as_ref(), &self.id, request)
    }

    /// Lets events happen and seals them behind the journal's end.
    pub fn record(
        &mut self,
        head: Head,
        now: Ts,
        actor: &Actor,
        at: Ts,
        events: Vec<Event>,
    ) -> Result<Recorded, Fatal> {
        let (id, digest) = (self.id.clone(), self.procedure.digest.clone());
        let mut sealer = Sealer::of_case(head, id, Some(self.case_head), actor.clone(), digest, now);
        let (mut entries, mut changes) = (Vec::with_capacity(events.len()), Vec::new());
        for event in events {
            let before = self.case.take();
            let after = evolve(before.clone(), &self.id, &event, at)
                .map_err(|illegal| Fatal::History { case: self.id.clone(), why: illegal.to_string() })?;
            let sealed = sealer.seal(at, Record::Case(event))?;
            if before.as_ref().is_some_and(|before| before.digest != after.digest) {
                sealer.pin(after.digest.clone());
            }
            changes.extend(self.book.project(before.as_ref(), &sealed.entry, &after, &self.course));
            self.case_head = CaseHead { next_case_seq: sealed.entry.case_seq + 1, chain: sealed.case_chain };
            entries.push(sealed);
            self.case = Some(after);
            self.moved = true;
        }
        Ok(Recorded { entries, changes, head: sealer.head() })
    }

    /// Whether the case can move another, or was called by one.
    pub fn calls(&self) -> bool {
        let called = |case: &Case| case.caller.is_some();
        self.procedure.calls() || self.case.as_ref().is_some_and(called)
    }

    /// The case as it is held from now on; nothing where none came to be.
    pub fn held(self) -> Option<Held> {
        let Act { case, book, case_head, .. } = self;
        case.map(|case| Held { case, book, head: case_head })
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
