//! The one task that writes: takes asks from a queue, decides them one after another, and commits many at once.
//!
//! Each is answered only after the commit it is part of is on disk (group commit). Timers of a case that fell due
//! are fired before anything else happens to it, at their own instants, so that history is in order whether or not
//! the server was up. A batch that fails is answered as failed for all it held; what it had decided is forgotten.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tracing::{error, info};

use crate::definition::procedure::Procedure;
use crate::ids::{CaseId, Ts};
use crate::journal::chain::Sealer;
use crate::journal::entry::{Head, Record};
use crate::machine::command::Actor;
use crate::machine::rules::{Load, Workload};
use crate::projection::project::squash;
use crate::service::act::{Act, Fatal, Held, Made, Performed, replay};
use crate::service::ask::{Answer, Ask, Denied, Key, Receipt, Stale, Target};
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

/// What is sent to the writer.
pub enum Job {
    Ask(Box<Ask>, oneshot::Sender<Result<Answer, Denied>>),
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
    /// The end of the journal as this writer left it; nothing while it trusts nothing it keeps.
    seen: Option<Head>,
    /// The end of the journal up to which the shelf shows every publication.
    shelved: Head,
}

/// What a job came to inside a batch, answered after the commit.
enum Outcome {
    Ask(Result<Answer, Denied>),
    Tick(usize),
    Publish(Result<usize, Denied>, Option<Box<Shelf>>),
}

impl Writer {
    /// A writer that has seen nothing yet; its library was read when the journal ended at `shelved`, or later.
    pub fn new(store: Arc<dyn Store>, library: Library, clock: Arc<dyn Clock>, shelved: Head) -> Writer {
        Writer { store, library, clock, cases: HashMap::new(), workload: Workload::default(), seen: None, shelved }
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
        self.warm(batch.as_mut(), jobs).await?;
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
            self.shelved = head;
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
                drop(reply.send(count));
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
        if self.shelved != head {
            let (shelf, problems) = Shelf::load(self.store.as_ref()).await?;
            for problem in problems {
                error!(name: "library.unreadable", problem, "a published text cannot be read");
            }
            self.library.replace(shelf);
            self.shelved = head;
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
            Target::New(id) => match shelf.to_open(id, now) {
                Err(denied) => return Ok(Err(denied)),
                Ok(procedure) => (new_case_id(&shelf, &procedure, now, head.next_seq), None, procedure),
            },
            Target::Case(id) => match self.held(batch, id, &shelf).await? {
                None => return Ok(Err(Denied::UnknownCase(id.clone()))),
                Some(held) => match shelf.procedure(&held.case.digest) {
                    Some(procedure) => (id.clone(), Some(held), procedure),
                    None => return Ok(Err(Denied::UnreadableProcedure(id.clone()))),
                },
            },
        };
        let Some(course) = shelf.course_of(&procedure) else {
            return Ok(Err(Denied::UnreadableProcedure(id)));
        };
        let mut act = Act::new(id, held, head, &shelf, &procedure, &course, &self.workload, now);
        act.fire_due(Ts(now.0.saturating_sub(1)))?;
        match act.perform(ask)? {
            Performed::Stale { expected } => {
                let told = self.stale(batch, &act, expected).await?;
                self.keep(batch, act.made(), None).await?;
                Ok(Err(Denied::Stale(Box::new(told))))
            }
            Performed::Refused(refusal) => {
                // What fell due is kept even where the act itself is refused.
                if !ask.dry_run {
                    self.keep(batch, act.made(), None).await?;
                }
                Ok(Err(Denied::Refused(refusal)))
            }
            Performed::Done if ask.dry_run => Ok(Ok(Answer { receipt: act.receipt(true), repeated: false })),
            Performed::Done => {
                let receipt = act.receipt(false);
                let remember = ask.key.as_ref().map(|key| remembered(&ask.actor, key, &receipt, now));
                self.keep(batch, act.made(), remember).await?;
                Ok(Ok(Answer { receipt, repeated: false }))
            }
        }
    }

    async fn tick(&mut self, batch: &mut dyn Batch, id: &CaseId) -> Result<usize, Fatal> {
        let shelf = self.library.shelf();
        let Some(held) = self.held(batch, id, &shelf).await? else { return Ok(0) };
        let Some(procedure) = shelf.procedure(&held.case.digest) else { return Ok(0) };
        let Some(course) = shelf.course_of(&procedure) else { return Ok(0) };
        let head = batch.head();
        let now = head.recorded_at.map_or_else(|| self.clock.now(), |last| last.max(self.clock.now()));
        let mut act = Act::new(id.clone(), Some(held), head, &shelf, &procedure, &course, &self.workload, now);
        let fired = act.fire_due(now)?;
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
            if let Some(denied) = item.barred(&shelf) {
                return Ok(Outcome::Publish(Err(denied), None));
            }
            write.entries.push(sealer.seal(sealer.recorded_at(), Record::Registry(item.registered()))?);
            write.texts.push(item.text(sealer.recorded_at()));
            item.put(&mut shelf, sealer.recorded_at());
        }
        let count = write.entries.len();
        if count == 0 {
            return Ok(Outcome::Publish(Ok(0), None));
        }
        batch.append(write).await?;
        // Later jobs of this batch are decided by the old shelf; it is replaced when the commit is answered.
        Ok(Outcome::Publish(Ok(count), Some(Box::new(shelf))))
    }

    /// Makes ready the cases of many ticks with one question: after a standstill or at a deadline that many share, all of
    /// them are cold at once.
    async fn warm(&mut self, batch: &mut dyn Batch, jobs: &[Job]) -> Result<(), Fatal> {
        let ticked = jobs.iter().filter_map(|job| if let Job::Tick(case, _) = job { Some(case) } else { None });
        let cold: Vec<CaseId> = ticked.filter(|case| !self.cases.contains_key(*case)).cloned().collect();
        if cold.len() < 2 {
            return Ok(());
        }
        let shelf = self.library.shelf();
        let entries = batch.entries_of_all(&cold).await?;
        for entries in entries.chunk_by(|a, b| a.entry.case == b.entry.case) {
            let Some(id) = entries.first().and_then(|sealed| sealed.entry.case.clone()) else { continue };
            // What cannot be replayed is told when its turn comes.
            if let Ok(Some(held)) = replay(&id, entries, &shelf, drop) {
                self.cases.insert(id, held);
            }
        }
        Ok(())
    }

    /// The case as kept, or replayed from its entries.
    async fn held(&mut self, batch: &mut dyn Batch, id: &CaseId, shelf: &Shelf) -> Result<Option<Held>, Fatal> {
        if let Some(held) = self.cases.get(id) {
            return Ok(Some(held.clone()));
        }
        let entries = batch.entries_of(id).await?;
        replay(id, &entries, shelf, drop)
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

/// Year of receipt and place in the journal: dense enough to read aloud, unique as the journal is.
fn new_case_id(shelf: &Shelf, procedure: &Procedure, now: Ts, seq: u64) -> CaseId {
    let year = shelf.calendar_of(procedure).map_or(1970, |calendar| calendar.local(now).year());
    CaseId::new(format!("{year}-{seq:06}"))
}

/// The answer as kept for a repeat of the same key.
fn remembered(actor: &Actor, key: &Key, receipt: &Receipt, at: Ts) -> Remembered {
    Remembered {
        actor: actor_word(actor),
        key: key.key.clone(),
        fingerprint: key.fingerprint.clone(),
        // A receipt is plain strings and numbers: it always has a JSON form.
        answer: serde_json::to_string(receipt).unwrap_or_default(),
        at,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::clock::SystemClock;
    use crate::service::library::read_calendar;

    async fn writer(store: &Arc<dyn Store>) -> Writer {
        let (shelf, _) = Shelf::load(store.as_ref()).await.unwrap();
        let shelved = store.head().await.unwrap();
        Writer::new(store.clone(), Library::new(shelf), Arc::new(SystemClock), shelved)
    }

    #[tokio::test]
    async fn after_a_failed_batch_the_writer_also_sees_what_others_published() {
        let store = crate::store::open("sqlite::memory:", true).await.unwrap();
        let (mut failed, mut other) = (writer(&store).await, writer(&store).await);
        failed.attempt(&[]).await.unwrap();
        failed.forget();

        let text = std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap();
        let publication = Publication::calendar("hanoi.yaml", &text, read_calendar(&text).unwrap());
        let (reply, _) = oneshot::channel();
        other.attempt(&[Job::Publish(Actor::System, vec![publication.clone()], reply)]).await.unwrap();

        assert!(!publication.is_known(&failed.library.shelf()));
        failed.attempt(&[]).await.unwrap();
        assert!(publication.is_known(&failed.library.shelf()));
    }
}
