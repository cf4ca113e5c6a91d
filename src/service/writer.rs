//! The one task that writes: takes asks from a queue, decides them one after another, and commits many at once.
//!
//! Each is answered only after the commit it is part of is on disk (group commit). Timers of a case that fell due
//! are fired before anything else happens to it, at their own instants, so that history is in order whether or not
//! the server was up. A batch that fails is answered as failed for all it held; what it had decided is forgotten.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, oneshot};
use tracing::{error, info};

use crate::definition::procedure::Procedure;
use crate::ids::{CaseId, PersonId, Ts};
use crate::journal::entry::{Head, Record};
use crate::machine::case::Case;
use crate::machine::command::{Actor, Command};
use crate::machine::refusal::Refusal;
use crate::machine::rules::{Load, Workload};
use crate::service::act::{Due, Fatal, Held, replay};
use crate::service::ask::{Answer, Ask, Denied, Key, Receipt, Stale, Target};
use crate::service::clock::Clock;
use crate::service::kin::{Kin, Made, MadeCase};
use crate::service::library::{Library, Shelf};
use crate::service::motion::{Moved, Moving};
use crate::service::publish::Publication;
use crate::service::publishing;
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
    Ask(Box<Ask>, oneshot::Sender<Result<Answer, Denied>>),
    /// Fires what is due on cases, one after another; answers how many timers fired, and on which cases none can.
    Ticks(Vec<Due>, oneshot::Sender<Result<Ticked, Denied>>),
    Publish(Actor, Vec<Publication>, oneshot::Sender<Result<usize, Denied>>),
    /// Makes a motion with one text; answers the receipt, and whether it had been given before.
    Move(Box<Moving>, oneshot::Sender<Result<(Moved, bool), Denied>>),
}

/// What firing what was due came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    pub fired: usize,
    /// Cases whose record cannot be read, or that of a case which moves with them, and why.
    pub damaged: Vec<(CaseId, String)>,
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
    Ticks(usize),
    Publish(Result<usize, Denied>, Option<Box<Shelf>>),
    Move(Result<(Moved, bool), Denied>, Option<Box<Shelf>>),
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
            while jobs.len() < BATCH && !matches!(jobs.last(), Some(Job::Publish(..) | Job::Move(..))) {
                let Ok(job) = queue.try_recv() else { break };
                jobs.push(job);
            }
            self.work(jobs).await;
        }
        info!(name: "writer.closed", "the writer has answered everything and stops");
    }

    /// One commit for many jobs; when it fails for one of them, one commit for each.
    async fn work(&mut self, mut jobs: Vec<Job>) {
        let ticks = jobs.iter().any(|job| matches!(job, Job::Ticks(..)));
        match self.attempt(&mut jobs).await {
            Ok(outcomes) => {
                for (job, outcome) in jobs.into_iter().zip(outcomes) {
                    self.answer(job, Ok(outcome));
                }
            }
            // Ticks are tried once more even alone: what was made ready for them may have been behind the journal.
            Err(fatal) if (jobs.len() > 1 || ticks) && is_ours(&fatal) => {
                self.forget();
                for job in jobs {
                    let job = match job {
                        Job::Ticks(cases, reply) => {
                            self.one_by_one(cases, reply).await;
                            continue;
                        }
                        job => job,
                    };
                    let mut job = [job];
                    let outcome = self.attempt(&mut job).await;
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

    /// One commit for each case, read anew: a case that cannot be replayed keeps no other's timers from firing, and costs
    /// nothing of what is kept of others. It is named; a fault of the store ends the round.
    async fn one_by_one(&mut self, cases: Vec<Due>, reply: oneshot::Sender<Result<Ticked, Denied>>) {
        let mut ticked = Ok(Ticked::default());
        for due in cases {
            let (unheard, _) = oneshot::channel();
            let case = due.case.clone();
            let mut job = [Job::Ticks(vec![Due { ready: None, ..due }], unheard)];
            match (self.attempt(&mut job).await, &mut ticked) {
                (Ok(outcomes), Ok(ticked)) => {
                    ticked.fired +=
                        outcomes.iter().map(|o| if let Outcome::Ticks(n) = o { *n } else { 0 }).sum::<usize>();
                }
                (Ok(_), Err(_)) => {}
                (Err(fatal), Ok(ticked)) if is_of_the_case(&fatal) => {
                    self.cases.remove(&case);
                    ticked.damaged.push((case, fatal.to_string()));
                }
                (Err(fatal), _) => {
                    self.forget();
                    let ours = is_ours(&fatal);
                    ticked = Err(denied(fatal));
                    if !ours {
                        break;
                    }
                }
            }
        }
        // A sweeper that has gone away needs no answer; what fired stays fired.
        drop(reply.send(ticked));
    }

    async fn attempt(&mut self, jobs: &mut [Job]) -> Result<Vec<Outcome>, Fatal> {
        let mut batch = self.store.begin().await?;
        self.catch_up(batch.head()).await?;
        let keyed = |job: &Job| match job {
            Job::Ask(ask, _) => ask.key.as_ref().map(|key| (actor_word(&ask.actor), key.key.clone())),
            Job::Move(moving, _) => moving.key.as_ref().map(|key| (actor_word(&moving.actor), key.key.clone())),
            Job::Ticks(..) | Job::Publish(..) => None,
        };
        batch.prefetch(&[], &jobs.iter().filter_map(keyed).collect::<Vec<_>>()).await?;
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            outcomes.push(match job {
                Job::Ask(ask, _) => Outcome::Ask(self.ask(batch.as_mut(), ask).await?),
                Job::Ticks(cases, _) => Outcome::Ticks(self.ticks(batch.as_mut(), cases).await?),
                Job::Publish(actor, items, _) => self.publish(batch.as_mut(), actor, items).await?,
                Job::Move(moving, _) => self.make(batch.as_mut(), moving).await?,
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
            (Job::Ticks(_, reply), Ok(Outcome::Ticks(fired))) => {
                drop(reply.send(Ok(Ticked { fired, damaged: Vec::new() })))
            }
            (Job::Publish(_, _, reply), Ok(Outcome::Publish(count, shelf))) => {
                if let Some(shelf) = shelf {
                    self.library.replace(*shelf);
                }
                drop(reply.send(count));
            }
            (Job::Move(_, reply), Ok(Outcome::Move(moved, shelf))) => {
                if let Some(shelf) = shelf {
                    self.library.replace(*shelf);
                }
                drop(reply.send(moved));
            }
            (Job::Move(_, reply), Err(fatal)) => drop(reply.send(Err(denied(fatal)))),
            (Job::Ask(_, reply), Err(fatal)) => drop(reply.send(Err(denied(fatal)))),
            (Job::Ticks(_, reply), Err(fatal)) => drop(reply.send(Err(denied(fatal)))),
            (Job::Publish(_, _, reply), Err(fatal)) => drop(reply.send(Err(denied(fatal)))),
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
            let first: Result<Receipt, Denied> = first_answer(&remembered, &key.fingerprint);
            return Ok(first.map(|receipt| Answer { receipt, repeated: true }));
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
        let mut kin = Kin::new(head, &shelf, &self.workload, now);
        kin.admit(id.clone(), held, procedure, course);
        // An act at the very instant of a deadline is in time: before it fires only what fell due earlier.
        self.fire_due(batch, &mut kin, Ts(now.0.saturating_sub(1))).await?;
        if let Command::Migrate { to, .. } = &ask.command
            && let Some(onto) = shelf.procedure(to)
        {
            let history = batch.entries_of(&id).await?;
            kin.onto(&id, onto, history);
        }
        kin.begin_act();
        if let (Some(expected), Some(case)) = (ask.if_match, kin.case(&id))
            && expected != case.revision
        {
            let told = self.stale(batch, &kin, &id, expected).await?;
            let made = kin.made();
            self.keep(batch, made, None).await?;
            return Ok(Err(Denied::Stale(Box::new(told))));
        }
        let at = kin.case(&id).map_or(now, |case| case.last_at.max(now));
        let before = kin.mark();
        let done = match kin.act(&id, &ask.actor, at, ask.command.clone())? {
            Ok(()) => self.settle(batch, &mut kin).await?,
            refused => refused,
        };
        if let Err(refusal) = done {
            kin.go_back(before);
            // What fell due is kept even where the act itself is refused.
            if !ask.dry_run {
                let made = kin.made();
                self.keep(batch, made, None).await?;
            }
            return Ok(Err(Denied::Refused(Box::new(refusal))));
        }
        let receipt = kin.receipt(&id, ask.dry_run);
        if !ask.dry_run {
            let remember = ask.key.as_ref().map(|key| remembered(&ask.actor, key, &receipt, now));
            let made = kin.made();
            self.keep(batch, made, remember).await?;
        }
        Ok(Ok(Answer { receipt, repeated: false }))
    }

    /// Fires every timer due by then on the cases that move together, each at its own instant; answers how many.
    async fn fire_due(&self, batch: &mut dyn Batch, kin: &mut Kin<'_>, by: Ts) -> Result<usize, Fatal> {
        self.gather(batch, kin).await?;
        let mut fired = 0;
        while fired < TIMERS_AT_ONCE {
            let Some((id, timer, at)) = kin.due(by) else { break };
            let before = kin.mark();
            let done = match kin.act(&id, &Actor::System, at, Command::Fire { timer: timer.clone() })? {
                Ok(()) => self.settle(batch, kin).await?,
                refused => refused,
            };
            if let Err(refusal) = done {
                error!(name: "timer.refused", case = %id, timer = %timer, code = refusal.code.word(), "a due timer could not be fired");
                kin.go_back(before);
                kin.give_up(id, timer);
                continue;
            }
            fired += 1;
        }
        Ok(fired)
    }

    /// Does on other cases what was decided to be done there, until nothing more is asked.
    async fn settle(&self, batch: &mut dyn Batch, kin: &mut Kin<'_>) -> Result<Result<(), Refusal>, Fatal> {
        loop {
            self.gather(batch, kin).await?;
            match kin.next_errand() {
                None => return Ok(Ok(())),
                Some(Err(fatal)) => return Err(fatal),
                Some(Ok(Err(refusal))) => return Ok(Err(refusal)),
                Some(Ok(Ok(()))) => {}
            }
        }
    }

    /// Brings in every case that moves with those that are in.
    async fn gather(&self, batch: &mut dyn Batch, kin: &mut Kin<'_>) -> Result<(), Fatal> {
        let shelf = self.library.shelf();
        while let Some(id) = kin.absent() {
            let missing = |what: &str| Fatal::History { case: id.clone(), why: format!("{what} is not here") };
            let held = self.held(batch, &id, &shelf).await?.ok_or_else(|| missing("it"))?;
            let procedure = shelf.procedure(&held.case.digest).ok_or_else(|| missing("its procedure"))?;
            let course = shelf.course_of(&procedure).ok_or_else(|| missing("its calendar"))?;
            kin.admit(id, Some(held), procedure, course);
        }
        Ok(())
    }

    async fn ticks(&mut self, batch: &mut dyn Batch, cases: &mut [Due]) -> Result<usize, Fatal> {
        let shelf = self.library.shelf();
        let mut fired = 0;
        for due in cases {
            fired += self.tick(batch, &shelf, due).await?;
        }
        Ok(fired)
    }

    /// A case that was kept stays so; one that was not is not kept for a timer's sake.
    async fn tick(&mut self, batch: &mut dyn Batch, shelf: &Shelf, due: &mut Due) -> Result<usize, Fatal> {
        let kept = self.cases.remove(&due.case);
        let was_kept = kept.is_some();
        let held = match kept.or(due.ready.take()) {
            Some(held) => Some(held),
            None => replay(&due.case, &batch.entries_of(&due.case).await?, shelf)?,
        };
        let Some(held) = held else { return Ok(0) };
        let Some(procedure) = shelf.procedure(&held.case.digest) else { return Ok(0) };
        let Some(course) = shelf.course_of(&procedure) else { return Ok(0) };
        let head = batch.head();
        let now = head.recorded_at.map_or_else(|| self.clock.now(), |last| last.max(self.clock.now()));
        let unmoved = was_kept.then(|| held.clone());
        let mut kin = Kin::new(head, shelf, &self.workload, now);
        kin.admit(due.case.clone(), Some(held), procedure, course);
        let fired = self.fire_due(batch, &mut kin, now).await?;
        let made = kin.made();
        if made.entries.is_empty() {
            if let Some(held) = unmoved {
                self.cases.insert(due.case.clone(), held);
            }
            return Ok(fired);
        }
        for case in self.append(batch, made, None).await? {
            // Others that moved with it are kept: what was made ready of them outside is old now.
            if was_kept || case.id != due.case {
                self.cases.insert(case.id, case.held);
            }
        }
        Ok(fired)
    }

    /// Later jobs of this batch would be decided by the old shelf; it is replaced when the commit is answered.
    async fn publish(&mut self, batch: &mut dyn Batch, actor: &Actor, items: &[Publication]) -> Result<Outcome, Fatal> {
        let (count, shelf) = publishing::publish(&self.library.shelf(), self.clock.now(), batch, actor, items).await?;
        Ok(Outcome::Publish(count, shelf))
    }

    async fn make(&mut self, batch: &mut dyn Batch, moving: &Moving) -> Result<Outcome, Fatal> {
        if let Some(key) = &moving.key
            && let Some(remembered) = batch.recall(&actor_word(&moving.actor), &key.key).await?
        {
            let first = first_answer(&remembered, &key.fingerprint);
            return Ok(Outcome::Move(first.map(|moved| (moved, true)), None));
        }
        let (store, shelf, now) = (self.store.clone(), self.library.shelf(), self.clock.now());
        let remember = |moved: &Moved| Some(remembered(&moving.actor, moving.key.as_ref()?, moved, now));
        let (moved, shelf) = publishing::make(store.as_ref(), &shelf, now, batch, moving, remember).await?;
        Ok(Outcome::Move(moved.map(|moved| (moved, false)), shelf))
    }

    /// The case as kept, or replayed from its entries.
    async fn held(&self, batch: &mut dyn Batch, id: &CaseId, shelf: &Shelf) -> Result<Option<Held>, Fatal> {
        if let Some(held) = self.cases.get(id) {
            return Ok(Some(held.clone()));
        }
        let entries = batch.entries_of(id).await?;
        replay(id, &entries, shelf)
    }

    /// Appends what an act decided and keeps the case as it is now.
    async fn keep(&mut self, batch: &mut dyn Batch, made: Made, remember: Option<Remembered>) -> Result<(), Fatal> {
        for case in self.append(batch, made, remember).await? {
            self.cases.insert(case.id, case.held);
        }
        Ok(())
    }

    /// Appends what an act decided, if anything, on every case that moved; answers them as they are now.
    async fn append(
        &mut self,
        batch: &mut dyn Batch,
        made: Made,
        remember: Option<Remembered>,
    ) -> Result<Vec<MadeCase>, Fatal> {
        let Made { cases, entries, changes } = made;
        for case in &cases {
            self.count(&case.holders_before, &case.held.case);
        }
        if !entries.is_empty() {
            batch.append(Write { entries, changes, remember, texts: Vec::new() }).await?;
        }
        Ok(cases)
    }

    /// Who holds how much after an act.
    fn count(&mut self, holders_before: &[PersonId], case: &Case) {
        holders_before.iter().for_each(|person| self.workload.take(person));
        let given = case.last_at;
        for branch in case.branches.values() {
            let person = &branch.holder.person;
            let load = self.workload.of(person);
            let last_given = if branch.held_since == given { Some(given) } else { load.last_given };
            let load = Load { open: load.open + 1, last_given: last_given.max(load.last_given) };
            self.workload.put(person.clone(), load);
        }
    }

    async fn stale(&self, batch: &mut dyn Batch, kin: &Kin<'_>, id: &CaseId, expected: u64) -> Result<Stale, Fatal> {
        let stored = batch.entries_of(id).await?;
        let fresh = kin.entries().iter().filter(|sealed| sealed.entry.case.as_ref() == Some(id));
        let moved = stored.iter().chain(fresh).rev().find_map(|sealed| match &sealed.entry.record {
            Record::Case(event) if !event.is_notice() => Some((&sealed.entry, event)),
            _ => None,
        });
        let case = kin.case(id);
        let step = case.and_then(|case| case.branches.values().next()).map(|branch| &branch.step);
        let title =
            |step| kin.procedure(id).map_or_else(String::new, |procedure| procedure.step_title(step).to_owned());
        Ok(Stale {
            case: id.clone(),
            expected,
            found: case.map_or(0, |case| case.revision),
            moved_by: moved.and_then(|(entry, _)| entry.actor.person().cloned()),
            moved_at: moved.map_or(kin.now, |(entry, _)| entry.recorded_at),
            event: moved.map_or_else(String::new, |(_, event)| event.word().to_owned()),
            step: step.map_or_else(String::new, title),
        })
    }
}

/// Year of receipt and place in the journal: dense enough to read aloud, unique as the journal is.
fn new_case_id(shelf: &Shelf, procedure: &Procedure, now: Ts, seq: u64) -> CaseId {
    let year = shelf.calendar_of(procedure).map_or(1970, |calendar| calendar.local(now).year());
    CaseId::new(format!("{year}-{seq:06}"))
}

/// The answer as kept for a repeat of the same key.
fn remembered(actor: &Actor, key: &Key, receipt: &impl Serialize, at: Ts) -> Remembered {
    Remembered {
        actor: actor_word(actor),
        key: key.key.clone(),
        fingerprint: key.fingerprint.clone(),
        // A receipt is plain strings and numbers: it always has a JSON form.
        answer: serde_json::to_string(receipt).unwrap_or_default(),
        at,
    }
}

fn first_answer<T: DeserializeOwned>(remembered: &Remembered, fingerprint: &str) -> Result<T, Denied> {
    if remembered.fingerprint != fingerprint {
        return Err(Denied::KeyReused);
    }
    match serde_json::from_str(&remembered.answer) {
        Ok(receipt) => Ok(receipt),
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

/// Whether the fault lies in the record of one case alone.
fn is_of_the_case(fatal: &Fatal) -> bool {
    matches!(fatal, Fatal::History { .. } | Fatal::Store(StoreError::Damaged(_)))
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
        failed.attempt(&mut []).await.unwrap();
        failed.forget();

        let text = std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap();
        let publication = Publication::calendar("hanoi.yaml", &text, read_calendar(&text).unwrap());
        let (reply, _) = oneshot::channel();
        other.attempt(&mut [Job::Publish(Actor::System, vec![publication.clone()], reply)]).await.unwrap();

        assert!(!publication.is_known(&failed.library.shelf()));
        failed.attempt(&mut []).await.unwrap();
        assert!(publication.is_known(&failed.library.shelf()));
    }
}
