//! The one task that writes: takes asks from a queue, decides them one after another, and commits many at once.
//!
//! Each is answered only after the commit it is part of is on disk (group commit). Timers of a case that fell due
//! are fired before anything else happens to it, at their own instants, so that history is in order whether or not
//! the server was up. A batch that fails is answered as failed for all it held; what it had decided is forgotten.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tracing::{error, info};

use crate::calendar::calendar::Calendar;
use crate::definition::procedure::Procedure;
use crate::ids::{CaseId, Ts};
use crate::journal::chain::Sealer;
use crate::journal::codec::CodecError;
use crate::journal::entry::{CaseHead, Head, Record, Sealed};
use crate::machine::case::Case;
use crate::machine::command::{Actor, Command, Request};
use crate::machine::decide::decide;
use crate::machine::event::Event;
use crate::machine::evolve::evolve;
use crate::machine::rules::{Load, Rules, Workload};
use crate::projection::project::{Book, squash};
use crate::projection::rows::Change;
use crate::service::ask::{Answer, Ask, Denied, Receipt, Stale, Target};
use crate::service::clock::Clock;
use crate::service::library::{Library, Shelf};
use crate::service::publish::Publication;
use crate::store::contract::{Batch, Remembered, Store, StoreError, Write};

/// How many asks may wait; more are answered [`Denied::Busy`].
pub const QUEUE: usize = 4096;
/// How many asks one commit may carry.
const BATCH: usize = 256;
/// How many cases are kept ready; beyond it they are read again when asked for.
const CASES_KEPT: usize = 20_000;
/// More timers than this due at once on one case is a fault, not a backlog.
const TIMERS_AT_ONCE: usize = 1_000;

/// What is sent to the writer.
pub enum Job {
    Ask(Ask, oneshot::Sender<Result<Answer, Denied>>),
    /// Fires what is due on a case; answers how many timers fired.
    Tick(CaseId, oneshot::Sender<Result<usize, Denied>>),
    Publish(Actor, Vec<Publication>, oneshot::Sender<Result<usize, Denied>>),
}

/// The writer's state: what it may trust as long as nobody else has written.
pub struct Writer {
    store: Arc<dyn Store>,
    library: Library,
    clock: Arc<dyn Clock>,
    cases: HashMap<CaseId, Held>,
    workload: Workload,
    seen: Option<Head>,
}

/// A case as the writer keeps it.
#[derive(Clone)]
struct Held {
    case: Case,
    book: Book,
    head: CaseHead,
}

/// What a job came to inside a batch, answered after the commit.
enum Outcome {
    Ask(Result<Answer, Denied>),
    Tick(usize),
    Publish(usize, Option<Box<Shelf>>),
}

/// A fault that ends the batch.
#[derive(Debug, thiserror::Error)]
enum Fatal {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("an entry cannot be written: {0}")]
    Codec(#[from] CodecError),
    #[error("case {case} cannot be replayed: {why}")]
    History { case: CaseId, why: String },
}

impl Writer {
    /// A writer that has seen nothing yet.
    pub fn new(store: Arc<dyn Store>, library: Library, clock: Arc<dyn Clock>) -> Writer {
        Writer { store, library, clock, cases: HashMap::new(), workload: Workload::default(), seen: None }
    }

    /// Works until every sender is gone.
    pub async fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        while let Some(first) = queue.recv().await {
            let mut jobs = vec![first];
            // A publication is the last of its batch, so that everything after it is decided by the new shelf.
            while jobs.len() < BATCH && !matches!(jobs.last(), Some(Job::Publish(..))) {
                let Ok(job) = queue.try_recv() else { break };
                jobs.push(job);
            }
            self.work(jobs).await;
        }
        info!(name: "writer.closed", "the writer has answered everything and stops");
    }

    /// One commit for many jobs; when it fails for one of them, one commit for each.
    async fn work(&mut self, jobs: Vec<Job>) {
        match self.attempt(&jobs).await {
            Ok(outcomes) => {
                for (job, outcome) in jobs.into_iter().zip(outcomes) {
                    self.answer(job, Ok(outcome));
                }
            }
            Err(fatal) if jobs.len() > 1 && is_ours(&fatal) => {
                self.forget();
                for job in jobs {
                    let job = [job];
                    let outcome = self.attempt(&job).await;
                    let [job] = job;
                    let outcome = outcome.map(|mut outcomes| outcomes.remove(0));
                    if outcome.is_err() {
                        self.forget();
                    }
                    self.answer(job, outcome);
                }
            }
            Err(fatal) => {
                error!(name: "writer.batch_failed", jobs = jobs.len(), error = %fatal, "nothing of this batch was acknowledged");
                self.forget();
                for job in jobs {
                    self.answer(job, Err(again(&fatal)));
                }
            }
        }
    }

    async fn attempt(&mut self, jobs: &[Job]) -> Result<Vec<Outcome>, Fatal> {
        let mut batch = self.store.begin().await?;
        self.catch_up(batch.head()).await?;
        let keyed = |job: &Job| match job {
            Job::Ask(ask, _) => ask.key.as_ref().map(|key| (actor_word(&ask.actor), key.key.clone())),
            Job::Tick(..) | Job::Publish(..) => None,
        };
        batch.prefetch(&[], &jobs.iter().filter_map(keyed).collect::<Vec<_>>()).await?;
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            outcomes.push(match job {
                Job::Ask(ask, _) => Outcome::Ask(self.ask(batch.as_mut(), ask).await?),
                Job::Tick(case, _) => Outcome::Tick(self.tick(batch.as_mut(), case).await?),
                Job::Publish(actor, items, _) => self.publish(batch.as_mut(), actor, items).await?,
            });
        }
        let head = batch.head();
        if self.seen != Some(head) {
            batch.commit().await?;
            self.seen = Some(head);
        }
        if self.cases.len() > CASES_KEPT {
            self.cases.clear();
        }
        Ok(outcomes)
    }

    fn answer(&mut self, job: Job, outcome: Result<Outcome, Fatal>) {
        // A caller who has gone away needs no answer; what was done stays done.
        match (job, outcome) {
            (Job::Ask(_, reply), Ok(Outcome::Ask(answer))) => drop(reply.send(answer)),
            (Job::Tick(_, reply), Ok(Outcome::Tick(fired))) => drop(reply.send(Ok(fired))),
            (Job::Publish(_, _, reply), Ok(Outcome::Publish(count, shelf))) => {
                if let Some(shelf) = shelf {
                    self.library.replace(*shelf);
                }
                drop(reply.send(Ok(count)));
            }
            (Job::Ask(_, reply), Err(fatal)) => drop(reply.send(Err(denied(fatal)))),
            (Job::Tick(_, reply) | Job::Publish(_, _, reply), Err(fatal)) => drop(reply.send(Err(denied(fatal)))),
            (_, Ok(_)) => error!(name: "writer.mixed_up", "an outcome does not belong to its job"),
        }
    }

    /// Forgets what may not be true any more.
    fn forget(&mut self) {
        self.cases.clear();
        self.seen = None;
    }

    /// Another process may have written since: then nothing kept is trusted.
    async fn catch_up(&mut self, head: Head) -> Result<(), Fatal> {
        if self.seen == Some(head) {
            return Ok(());
        }
        self.cases.clear();
        self.workload = Workload::default();
        for (person, open, last_given) in self.store.workload().await? {
            self.workload.put(person, Load { open, last_given });
        }
        if self.seen.is_some() {
            let (shelf, problems) = Shelf::load(self.store.as_ref()).await?;
            for problem in problems {
                error!(name: "library.unreadable", problem, "a published text cannot be read");
            }
            self.library.replace(shelf);
        }
        self.seen = Some(head);
        Ok(())
    }

    async fn ask(&mut self, batch: &mut dyn Batch, ask: &Ask) -> Result<Result<Answer, Denied>, Fatal> {
        if let Some(key) = &ask.key
            && let Some(remembered) = batch.recall(&actor_word(&ask.actor), &key.key).await?
        {
            return Ok(first_answer(&remembered, &key.fingerprint));
        }
        let shelf = self.library.shelf();
        let head = batch.head();
        let now = head.recorded_at.map_or_else(|| self.clock.now(), |last| last.max(self.clock.now()));
        let (id, held, procedure) = match &ask.target {
            Target::New(id) => match shelf.current(id) {
                Some(procedure) => (new_case_id(&shelf, &procedure, now, head.next_seq), None, procedure),
                None => return Ok(Err(Denied::UnknownProcedure(id.clone()))),
            },
            Target::Case(id) => match self.held(batch, id, &shelf).await? {
                None => return Ok(Err(Denied::UnknownCase(id.clone()))),
                Some(held) => match shelf.procedure(&held.case.digest) {
                    Some(procedure) => (id.clone(), Some(held), procedure),
                    None => return Ok(Err(Denied::UnreadableProcedure(id.clone()))),
                },
            },
        };
        let opened_at = held.as_ref().map_or(now, |held| held.case.opened_at);
        let Some(calendar) = shelf.calendar_of_case(&procedure, opened_at) else {
            return Ok(Err(Denied::UnreadableProcedure(id)));
        };
        let mut act = Act::new(id, held, head, &shelf, &procedure, &calendar, &self.workload, now);
        act.fire_due()?;
        let denied = act.perform(ask)?;
        if let Some(stale) = denied.as_ref().and_then(|d| if let Denied::Stale(s) = d { Some(s.found) } else { None }) {
            let told = self.stale(batch, &act, ask.if_match.unwrap_or(stale)).await?;
            self.keep(batch, act.made(), None).await?;
            return Ok(Err(Denied::Stale(Box::new(told))));
        }
        if ask.dry_run {
            return Ok(match denied {
                Some(denied) => Err(denied),
                None => Ok(Answer { receipt: act.receipt(true), repeated: false }),
            });
        }
        match denied {
            // What fell due is kept even where the act itself is refused.
            Some(denied) => {
                self.keep(batch, act.made(), None).await?;
                Ok(Err(denied))
            }
            None => {
                let receipt = act.receipt(false);
                let remember = ask.key.as_ref().map(|key| Remembered {
                    actor: actor_word(&ask.actor),
                    key: key.key.clone(),
                    fingerprint: key.fingerprint.clone(),
                    // A receipt is plain strings and numbers: it always has a JSON form.
                    answer: serde_json::to_string(&receipt).unwrap_or_default(),
                    at: now,
                });
                self.keep(batch, act.made(), remember).await?;
                Ok(Ok(Answer { receipt, repeated: false }))
            }
        }
    }

    async fn tick(&mut self, batch: &mut dyn Batch, id: &CaseId) -> Result<usize, Fatal> {
        let shelf = self.library.shelf();
        let Some(held) = self.held(batch, id, &shelf).await? else { return Ok(0) };
        let Some(procedure) = shelf.procedure(&held.case.digest) else { return Ok(0) };
        let Some(calendar) = shelf.calendar_of_case(&procedure, held.case.opened_at) else { return Ok(0) };
        let head = batch.head();
        let now = head.recorded_at.map_or_else(|| self.clock.now(), |last| last.max(self.clock.now()));
        let mut act = Act::new(id.clone(), Some(held), head, &shelf, &procedure, &calendar, &self.workload, now);
        let fired = act.fire_due()?;
        self.keep(batch, act.made(), None).await?;
        Ok(fired)
    }

    async fn publish(&mut self, batch: &mut dyn Batch, actor: &Actor, items: &[Publication]) -> Result<Outcome, Fatal> {
        let now = self.clock.now();
        let mut shelf = Shelf::clone(&self.library.shelf());
        let mut sealer = Sealer::of_registry(batch.head(), actor.clone(), now);
        let mut write = Write::default();
        for item in items {
            if item.is_known(&shelf) {
                continue;
            }
            write.entries.push(sealer.seal(sealer.recorded_at(), Record::Registry(item.registered()))?);
            write.texts.push(item.text(sealer.recorded_at()));
            item.put(&mut shelf, sealer.recorded_at());
        }
        let count = write.entries.len();
        if count == 0 {
            return Ok(Outcome::Publish(0, None));
        }
        batch.append(write).await?;
        // Later jobs of this batch are decided by the old shelf; it is replaced when the commit is answered.
        Ok(Outcome::Publish(count, Some(Box::new(shelf))))
    }

    /// The case as kept, or replayed from its entries.
    async fn held(&mut self, batch: &mut dyn Batch, id: &CaseId, shelf: &Shelf) -> Result<Option<Held>, Fatal> {
        if let Some(held) = self.cases.get(id) {
            return Ok(Some(held.clone()));
        }
        let entries = batch.entries_of(id).await?;
        replay(id, &entries, shelf)
    }

    /// Appends what an act decided and keeps the case as it is now.
    async fn keep(&mut self, batch: &mut dyn Batch, made: Made, remember: Option<Remembered>) -> Result<(), Fatal> {
        let Made { id, case, before, book, case_head, entries, changes } = made;
        let Some(case) = case else { return Ok(()) };
        if entries.is_empty() {
            return Ok(());
        }
        let given = case.last_at;
        for branch in before.iter().flat_map(|case| case.branches.values()) {
            self.workload.take(&branch.holder.person);
        }
        for branch in case.branches.values() {
            let load = self.workload.of(&branch.holder.person);
            let last_given = if branch.held_since == given { Some(given) } else { load.last_given };
            let person = branch.holder.person.clone();
            self.workload.put(person, Load { open: load.open + 1, last_given: last_given.max(load.last_given) });
        }
        batch.append(Write { entries, changes: squash(changes), remember, texts: Vec::new() }).await?;
        self.cases.insert(id, Held { case, book, head: case_head });
        Ok(())
    }

    async fn stale(&self, batch: &mut dyn Batch, act: &Act<'_>, expected: u64) -> Result<Stale, Fatal> {
        let stored = batch.entries_of(&act.id).await?;
        let moved = stored.iter().chain(&act.entries).rev().find_map(|sealed| match &sealed.entry.record {
            Record::Case(event) if !event.is_notice() => Some((&sealed.entry, event)),
            _ => None,
        });
        let step = act.case.as_ref().and_then(|case| case.branches.values().next()).map(|branch| &branch.step);
        Ok(Stale {
            case: act.id.clone(),
            expected,
            found: act.case.as_ref().map_or(0, |case| case.revision),
            moved_by: moved.and_then(|(entry, _)| entry.actor.person().cloned()),
            moved_at: moved.map_or(act.now, |(entry, _)| entry.recorded_at),
            event: moved.map_or_else(String::new, |(_, event)| event.word().to_owned()),
            step: step.map_or_else(String::new, |step| act.procedure.step_title(step).to_owned()),
        })
    }
}

/// One act in the making: the case as it stands after each event, and what is to be written.
struct Act<'a> {
    id: CaseId,
    before: Option<Case>,
    case: Option<Case>,
    book: Book,
    case_head: CaseHead,
    head: Head,
    entries: Vec<Sealed>,
    changes: Vec<Change>,
    /// Where the act itself begins among the entries, after the timers fired before it.
    act_at: usize,
    shelf: &'a Shelf,
    procedure: &'a Procedure,
    calendar: &'a Calendar,
    workload: &'a Workload,
    now: Ts,
}

/// What an act came to, free of what it was decided by.
struct Made {
    id: CaseId,
    before: Option<Case>,
    case: Option<Case>,
    book: Book,
    case_head: CaseHead,
    entries: Vec<Sealed>,
    changes: Vec<Change>,
}

impl<'a> Act<'a> {
    #[expect(clippy::too_many_arguments, reason = "one place gathers everything a decision looks at")]
    fn new(
        id: CaseId,
        held: Option<Held>,
        head: Head,
        shelf: &'a Shelf,
        procedure: &'a Procedure,
        calendar: &'a Calendar,
        workload: &'a Workload,
        now: Ts,
    ) -> Act<'a> {
        let (case, book, case_head) = match held {
            Some(Held { case, book, head }) => (Some(case), book, head),
            None => (None, Book::default(), CaseHead::default()),
        };
        Act {
            id,
            before: case.clone(),
            case,
            book,
            case_head,
            head,
            entries: Vec::new(),
            changes: Vec::new(),
            act_at: 0,
            shelf,
            procedure,
            calendar,
            workload,
            now,
        }
    }

    /// Fires every timer due by now, each at its own instant; answers how many.
    fn fire_due(&mut self) -> Result<usize, Fatal> {
        let mut fired = 0;
        while fired < TIMERS_AT_ONCE {
            let Some((timer, due, last_at)) =
                self.case.as_ref().and_then(|case| case.due(self.now).map(|(timer, due)| (timer, due, case.last_at)))
            else {
                break;
            };
            let at = due.max(last_at);
            let request = Request { actor: Actor::System, at, command: Command::Fire { timer: timer.clone() } };
            match self.decide(&request) {
                Ok(events) => self.record(&Actor::System, at, events)?,
                Err(refusal) => {
                    error!(name: "timer.refused", case = %self.id, timer = %timer, code = refusal.code.word(), "a due timer could not be fired");
                    break;
                }
            }
            fired += 1;
        }
        self.act_at = self.entries.len();
        Ok(fired)
    }

    /// Decides the act and records it; answers why not where it is refused.
    fn perform(&mut self, ask: &Ask) -> Result<Option<Denied>, Fatal> {
        let found = self.case.as_ref().map(|case| case.revision);
        if let (Some(expected), Some(found)) = (ask.if_match, found)
            && expected != found
        {
            let told = Stale {
                case: self.id.clone(),
                expected,
                found,
                moved_by: None,
                moved_at: self.now,
                event: String::new(),
                step: String::new(),
            };
            return Ok(Some(Denied::Stale(Box::new(told))));
        }
        let at = self.case.as_ref().map_or(self.now, |case| case.last_at.max(self.now));
        let request = Request { actor: ask.actor.clone(), at, command: ask.command.clone() };
        match self.decide(&request) {
            Ok(events) => {
                self.record(&ask.actor, at, events)?;
                Ok(None)
            }
            Err(refusal) => Ok(Some(Denied::Refused(Box::new(refusal)))),
        }
    }

    fn decide(&self, request: &Request) -> Result<Vec<Event>, crate::machine::refusal::Refusal> {
        let rules = Rules {
            procedure: self.procedure,
            directory: &self.shelf.directory,
            calendars: &self.shelf.calendars,
            workload: self.workload,
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
            let after = evolve(self.case.clone(), &self.id, &event, at)
                .map_err(|illegal| Fatal::History { case: self.id.clone(), why: illegal.to_string() })?;
            let sealed = sealer.seal(at, Record::Case(event))?;
            self.changes.extend(self.book.project(self.case.as_ref(), &sealed.entry, &after, self.calendar));
            self.case_head = CaseHead { next_case_seq: sealed.entry.case_seq + 1, chain: sealed.case_chain };
            self.entries.push(sealed);
            self.case = Some(after);
        }
        self.head = sealer.head();
        Ok(())
    }

    fn made(self) -> Made {
        let Act { id, before, case, book, case_head, entries, changes, .. } = self;
        Made { id, before, case, book, case_head, entries, changes }
    }

    fn receipt(&self, dry_run: bool) -> Receipt {
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

/// A case made again from its entries; nothing where there are none.
fn replay(id: &CaseId, entries: &[Sealed], shelf: &Shelf) -> Result<Option<Held>, Fatal> {
    let history = |why: String| Fatal::History { case: id.clone(), why };
    let mut case: Option<Case> = None;
    let mut book = Book::default();
    let mut head = CaseHead::default();
    let mut calendar = None;
    for sealed in entries {
        let Record::Case(event) = &sealed.entry.record else { continue };
        let after = evolve(case.clone(), id, event, sealed.entry.occurred_at).map_err(|e| history(e.to_string()))?;
        if calendar.is_none() {
            let procedure =
                shelf.procedure(&after.digest).ok_or_else(|| history("its procedure is not here".into()))?;
            calendar = shelf.calendar_of_case(&procedure, after.opened_at);
        }
        let calendar = calendar.as_deref().ok_or_else(|| history("its calendar is not here".into()))?;
        book.project(case.as_ref(), &sealed.entry, &after, calendar);
        head = CaseHead { next_case_seq: sealed.entry.case_seq + 1, chain: sealed.case_chain };
        case = Some(after);
    }
    Ok(case.map(|case| Held { case, book, head }))
}

/// Year of receipt and place in the journal: dense enough to read aloud, unique as the journal is.
fn new_case_id(shelf: &Shelf, procedure: &Procedure, now: Ts, seq: u64) -> CaseId {
    let year = shelf.calendar_of(procedure).map_or(1970, |calendar| calendar.local(now).year());
    CaseId::new(format!("{year}-{seq:06}"))
}

fn first_answer(remembered: &Remembered, fingerprint: &str) -> Result<Answer, Denied> {
    if remembered.fingerprint != fingerprint {
        return Err(Denied::KeyReused);
    }
    match serde_json::from_str(&remembered.answer) {
        Ok(receipt) => Ok(Answer { receipt, repeated: true }),
        Err(fault) => Err(Denied::Store(StoreError::Damaged(format!("a remembered answer: {fault}")))),
    }
}

/// Whose keys they are.
fn actor_word(actor: &Actor) -> String {
    actor.person().map_or_else(|| "system".to_owned(), ToString::to_string)
}

fn is_ours(fatal: &Fatal) -> bool {
    match fatal {
        Fatal::Store(StoreError::Full | StoreError::Failed(_) | StoreError::NewerSchema { .. }) => false,
        Fatal::Store(_) | Fatal::Codec(_) | Fatal::History { .. } => true,
    }
}

/// The same fault once more, for each who waits.
fn again(fatal: &Fatal) -> Fatal {
    Fatal::Store(match fatal {
        Fatal::Store(StoreError::Full) => StoreError::Full,
        Fatal::Store(StoreError::NewerSchema { found, known }) => {
            StoreError::NewerSchema { found: *found, known: *known }
        }
        Fatal::Store(StoreError::Damaged(why)) => StoreError::Damaged(why.clone()),
        Fatal::History { .. } => StoreError::Damaged(fatal.to_string()),
        other => StoreError::Failed(other.to_string()),
    })
}

fn denied(fatal: Fatal) -> Denied {
    match fatal {
        Fatal::Store(error) => Denied::Store(error),
        other => Denied::Store(StoreError::Damaged(other.to_string())),
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
