//! The engine as everything above it sees it: one door for acts, one for questions, one for people's accounts.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tracing::error;

use crate::calendar::calendar::Calendar;
use crate::definition::resolve::digest_of;
use crate::machine::command::Actor;
use crate::service::accounts::Accounts;
use crate::service::act::Due;
use crate::service::ask::{Answer, Ask, Denied};
use crate::service::calendar_moves::{self, Moves};
use crate::service::clock::Clock;
use crate::service::follow;
use crate::service::health::Pulse;
use crate::service::library::{Library, Shelf};
use crate::service::looks::Looks;
use crate::service::motion::{Moved, Moving};
use crate::service::publish::Publication;
use crate::service::purge;
use crate::service::query::Query;
use crate::service::review::{Review, review};
use crate::service::watchdog;
use crate::service::writer::{Job, QUEUE, Ticked, Writer};
use crate::store::contract::{Store, StoreError};

/// A running engine; cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    library: Library,
    jobs: mpsc::Sender<Job>,
    query: Query,
    accounts: Accounts,
    closing: CancellationToken,
    pulse: Arc<Pulse>,
    reviews: Looks<Review>,
    moves: Looks<Moves>,
}

/// How long a request waits for a look over all open cases; it leaves time for the answer.
const PATIENCE: Duration = Duration::from_secs(6);

impl Engine {
    /// Reads the library from the store and starts the writer. Texts that cannot be read are logged; cases pinned to
    /// them can be looked at and not moved.
    pub async fn start(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Result<Engine, StoreError> {
        // Before the texts are read: what is published in between is read again rather than missed.
        let shelved = store.head().await?;
        let (shelf, problems) = Shelf::load(store.as_ref()).await?;
        for problem in problems {
            error!(name: "library.unreadable", problem, "a published text cannot be read");
        }
        let library = Library::new(shelf);
        let (jobs, queue) = mpsc::channel(QUEUE);
        tokio::spawn(Writer::new(store.clone(), library.clone(), clock.clone(), shelved).run(queue));
        let pulse = Arc::new(Pulse::default());
        Ok(Engine(Arc::new(Inner {
            query: Query::new(store.clone(), library.clone(), clock.clone(), pulse.clone()),
            accounts: Accounts::new(store.clone(), clock.clone()),
            store,
            clock,
            library,
            jobs,
            closing: CancellationToken::new(),
            pulse,
            reviews: Looks::default(),
            moves: Looks::default(),
        })))
    }

    /// Asks for one act and waits until it is on disk, or refused. The only way anything changes.
    pub async fn handle(&self, ask: Ask) -> Result<Answer, Denied> {
        self.send(|reply| Job::Ask(Box::new(ask), reply)).await
    }

    /// Asks for what is due on cases to be fired, in one commit; the receiver answers what it came to. Waits for a
    /// place in the queue: passing time is not turned away where people are.
    pub async fn begin_ticks(&self, cases: Vec<Due>) -> Result<oneshot::Receiver<Result<Ticked, Denied>>, Denied> {
        let (reply, answer) = oneshot::channel();
        tokio::select! {
            sent = self.0.jobs.send(Job::Ticks(cases, reply)) => sent.map_err(|_| Denied::Closing)?,
            () = self.closing() => return Err(Denied::Closing),
        }
        Ok(answer)
    }

    /// Puts checked texts in force; answers how many were new.
    pub async fn publish(&self, actor: Actor, items: Vec<Publication>) -> Result<usize, Denied> {
        self.send(|reply| Job::Publish(actor, items, reply)).await
    }

    /// Makes a motion with one text: proposed, confirmed, withdrawn. Answers the receipt, and whether it had been given
    /// before.
    pub async fn make(&self, moving: Moving) -> Result<(Moved, bool), Denied> {
        self.send(|reply| Job::Move(Box::new(moving), reply)).await
    }

    /// Looks at a text that is to follow the version in force. Where open cases are many it may answer that it is still
    /// looking; asked again, it goes on where it was.
    pub async fn review(&self, name: &str, text: &str) -> Result<Arc<Review>, Denied> {
        let (store, shelf, now) = (self.0.store.clone(), self.library(), self.clock().now());
        let (name, text) = (name.to_owned(), text.to_owned());
        let about = digest_of(&text).to_string();
        let look = async move { review(store.as_ref(), &shelf, now, &name, &text).await };
        self.0.reviews.at(about, PATIENCE, look).await
    }

    /// What a version of a calendar would move; like `review` it may still be looking.
    pub async fn calendar_moves(&self, text: &str, calendar: Calendar) -> Result<Arc<Moves>, Denied> {
        let engine = self.clone();
        let look = async move { calendar_moves::preview(&engine, &calendar).await };
        self.0.moves.at(digest_of(text).to_string(), PATIENCE, look).await
    }

    async fn send<T>(&self, job: impl FnOnce(oneshot::Sender<Result<T, Denied>>) -> Job) -> Result<T, Denied> {
        self.enqueue(job)?.await.unwrap_or_else(|_| Err(unanswered()))
    }

    fn enqueue<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, Denied>>) -> Job,
    ) -> Result<oneshot::Receiver<Result<T, Denied>>, Denied> {
        if self.0.closing.is_cancelled() {
            return Err(Denied::Closing);
        }
        let (reply, answer) = oneshot::channel();
        self.0.jobs.try_send(job(reply)).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => Denied::Busy,
            mpsc::error::TrySendError::Closed(_) => Denied::Closing,
        })?;
        Ok(answer)
    }

    /// The only reader.
    pub fn query(&self) -> &Query {
        &self.0.query
    }

    /// Sign-ins, sessions and tokens.
    pub fn accounts(&self) -> &Accounts {
        &self.0.accounts
    }

    /// Where *now* comes from.
    pub fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    /// The store behind it.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.0.store
    }

    /// What cases are judged by, as of now.
    pub fn library(&self) -> Arc<Shelf> {
        self.0.library.shelf()
    }

    /// Starts firing timers; without it they fire only when somebody acts on their case.
    /// Cancelling the answer stops the sweeper alone; it ends with the engine in any case.
    pub fn start_sweeper(&self) -> CancellationToken {
        self.note_sweep();
        let stop = self.0.closing.child_token();
        tokio::spawn(watchdog::keep_sweeping(self.clone(), stop.clone()));
        tokio::spawn(watchdog::watch(self.clone()));
        tokio::spawn(purge::run(self.clone(), stop.clone()));
        tokio::spawn(follow::run(self.clone(), stop.clone()));
        stop
    }

    /// When the sweeper last looked.
    pub fn pulse(&self) -> &Pulse {
        &self.0.pulse
    }

    /// Notes that the sweeper has just looked.
    pub fn note_sweep(&self) {
        self.0.pulse.beat(self.clock());
    }

    /// Resolves when the engine closes.
    pub async fn closing(&self) {
        self.0.closing.cancelled().await;
    }

    /// Takes no more acts, waits for the store to finish and closes it.
    pub async fn close(&self) {
        self.0.closing.cancel();
        self.0.store.close().await;
    }
}

/// The writer went away between taking the ask and answering it: the commit may or may not have happened.
fn unanswered() -> Denied {
    let why =
        "the writer stopped before it answered; whether the act is on disk is not known: ask again with the same key";
    Denied::Store(StoreError::Failed(why.to_owned()))
}
