//! Passing time as a request: asks the store what falls due, makes the cases ready, and has the writer fire it, each timer
//! at its own instant.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use crate::ids::CaseId;
use crate::journal::entry::Sealed;
use crate::projection::rows::TimerRow;
use crate::service::act::{Due, Held, replay};
use crate::service::ask::Denied;
use crate::service::engine::Engine;
use crate::service::library::Shelf;
use crate::store::contract::StoreError;

/// How many timers are taken at once: what one commit carries, and how long a person's act may wait behind them.
const AT_ONCE: u32 = 1_000;
/// The longest the sweeper sleeps, so that a timer set while it slept is not late by more.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// The shortest, so that timers a few milliseconds apart share a commit.
const SHORTEST_SLEEP: Duration = Duration::from_millis(10);

/// What one look came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Swept {
    fired: usize,
    /// Timers are due that no case can fire.
    stuck: bool,
}

/// Cases the writer has been asked to fire, and where it answers how many timers fired.
struct Share {
    cases: HashSet<CaseId>,
    answer: oneshot::Receiver<Result<usize, Denied>>,
}

/// Fires everything that is due now; answers how many timers fired. Each fires once, however late it is.
pub async fn run_once(engine: &Engine) -> Result<usize, Denied> {
    sweep(engine).await.map(|swept| swept.fired)
}

async fn sweep(engine: &Engine) -> Result<Swept, Denied> {
    let mut swept = Swept::default();
    loop {
        let (found, fired) = pass(engine).await?;
        swept.fired += fired;
        if fired == 0 {
            // Rows that no case answers for would be taken again for ever.
            return Ok(Swept { stuck: found > 0, ..swept });
        }
    }
}

/// Goes once through the timers that are due, in the order of their instants; answers how many it found and how many fired.
///
/// While the writer decides and commits one share, the next is read and its cases are made ready: the writer has only to
/// decide. The journal has them in the order they fell due.
async fn pass(engine: &Engine) -> Result<(usize, usize), Denied> {
    let now = engine.clock().now();
    let (mut found, mut fired) = (0, 0);
    let mut after: Option<TimerRow> = None;
    let mut running: Option<Share> = None;
    loop {
        let mut due = engine.store().timers(after.as_ref(), now, AT_ONCE).await.map_err(Denied::Store)?;
        found += due.len();
        after = due.last().cloned();
        // A tick fires everything due on its case: one that is under way need not be asked for again.
        let mut asked = HashSet::new();
        let under_way = running.as_ref().map(|share| &share.cases);
        due.retain(|timer| {
            under_way.is_none_or(|cases| !cases.contains(&timer.case)) && asked.insert(timer.case.clone())
        });
        let cases = make_ready(engine, due.into_iter().map(|timer| timer.case).collect()).await?;
        if let Some(share) = running.take() {
            fired += share.answer.await.unwrap_or(Err(Denied::Closing))?;
            engine.note_sweep();
        }
        if after.is_none() {
            return Ok((found, fired));
        }
        running = Some(Share { cases: asked, answer: engine.begin_ticks(cases).await? });
    }
}

/// Reads and replays many cases with one question, away from the writer.
async fn make_ready(engine: &Engine, cases: Vec<CaseId>) -> Result<Vec<Due>, Denied> {
    let entries = engine.store().entries_of_all(&cases).await.map_err(Denied::Store)?;
    let shelf = engine.library();
    let ready = move || -> Vec<Due> {
        let of_case = |entries: &[_]| ready(entries, &shelf);
        let mut ready: HashMap<CaseId, Held> =
            entries.chunk_by(|a, b| a.entry.case == b.entry.case).filter_map(of_case).collect();
        cases.into_iter().map(|case| Due { ready: ready.remove(&case), case }).collect()
    };
    let done = tokio::task::spawn_blocking(ready).await;
    done.map_err(|fault| Denied::Store(StoreError::Failed(fault.to_string())))
}

/// What cannot be replayed is told by the writer, when its turn comes.
fn ready(entries: &[Sealed], shelf: &Shelf) -> Option<(CaseId, Held)> {
    let case = entries.first()?.entry.case.clone()?;
    let held = replay(&case, entries, shelf).ok()??;
    Some((case, held))
}

/// Sweeps until it is told to stop. What goes wrong is said once, until it goes right again.
pub async fn run(engine: Engine, stop: CancellationToken) {
    let mut ill = false;
    loop {
        let mut sleep = LONGEST_SLEEP;
        match sweep(&engine).await {
            Ok(Swept { fired, stuck }) => {
                if fired > 0 {
                    info!(name: "sweep.fired", fired, "timers fired");
                }
                if stuck && !ill {
                    error!(name: "sweep.stuck", "timers are due that no case can fire; `timer.refused` above names each");
                }
                ill = stuck;
                engine.note_sweep();
                if !stuck {
                    sleep = until_next(&engine).await;
                }
            }
            Err(Denied::Closing) => return,
            Err(denied) => {
                if !ill {
                    error!(name: "sweep.failed", error = ?denied, "the sweeper could not work and tries again");
                }
                ill = true;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(sleep) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// How long nothing falls due, within bounds.
async fn until_next(engine: &Engine) -> Duration {
    // A store that cannot say is asked again by the next sweep, which tells of it.
    let Ok(Some(next)) = engine.store().next_timer().await else { return LONGEST_SLEEP };
    let micros = u64::try_from(next.due_at.0.saturating_sub(engine.clock().now().0)).unwrap_or(0);
    Duration::from_micros(micros).clamp(SHORTEST_SLEEP, LONGEST_SLEEP)
}
