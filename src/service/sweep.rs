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
use crate::service::health::next_timer;
use crate::service::writer::Ticked;
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
    answer: oneshot::Receiver<Result<Ticked, Denied>>,
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
        after = due.last().cloned();
        // A case that cannot be read is tried again after a while, and is nobody else's delay until then.
        due.retain(|timer| !engine.pulse().is_damaged(&timer.case, engine.clock()));
        // A tick fires everything due on its case: one that is under way need not be asked for again.
        let mut asked = HashSet::new();
        let under_way = running.as_ref().map(|share| &share.cases);
        due.retain(|timer| {
            under_way.is_none_or(|cases| !cases.contains(&timer.case)) && asked.insert(timer.case.clone())
        });
        let cases = make_ready(engine, due.into_iter().map(|timer| timer.case).collect()).await?;
        found += cases.len();
        if let Some(share) = running.take() {
            let ticked = share.answer.await.unwrap_or(Err(Denied::Closing))?;
            fired += ticked.fired;
            found -= ticked.damaged.len().min(found);
            ticked.damaged.into_iter().for_each(|(case, why)| note_damaged(engine, case, &why));
            engine.note_sweep();
        }
        if after.is_none() {
            return Ok((found, fired));
        }
        running = Some(Share { cases: asked, answer: engine.begin_ticks(cases).await? });
    }
}

/// Reads and replays many cases with one question, away from the writer. Those whose record cannot be read are named and
/// left out: they are a matter for a person, and no other case's delay.
async fn make_ready(engine: &Engine, mut cases: Vec<CaseId>) -> Result<Vec<Due>, Denied> {
    let entries = match engine.store().entries_of_all(&cases).await {
        Err(StoreError::Damaged(_)) => each_alone(engine, &mut cases).await?,
        entries => entries.map_err(Denied::Store)?,
    };
    let shelf = engine.library();
    let work = move || {
        let mut made: HashMap<CaseId, Held> = HashMap::new();
        let mut damaged: Vec<(CaseId, String)> = Vec::new();
        for entries in entries.chunk_by(|a, b| a.entry.case == b.entry.case) {
            let Some(case) = entries.first().and_then(|first| first.entry.case.clone()) else { continue };
            match replay(&case, entries, &shelf) {
                Ok(Some(held)) => drop(made.insert(case, held)),
                Ok(None) => {}
                Err(why) => damaged.push((case, why.to_string())),
            }
        }
        cases.retain(|case| damaged.iter().all(|(bad, _)| bad != case));
        let due = cases.into_iter().map(|case| Due { ready: made.remove(&case), case });
        (due.collect::<Vec<_>>(), damaged)
    };
    let done = tokio::task::spawn_blocking(work).await;
    let (due, damaged) = done.map_err(|fault| Denied::Store(StoreError::Failed(fault.to_string())))?;
    for (case, why) in damaged {
        note_damaged(engine, case, &why);
    }
    Ok(due)
}

/// The entries of each case by itself, where all together cannot be read; the cases at fault are taken out.
async fn each_alone(engine: &Engine, cases: &mut Vec<CaseId>) -> Result<Vec<Sealed>, Denied> {
    let mut all = Vec::new();
    for case in std::mem::take(cases) {
        match engine.store().entries_of(&case).await {
            Ok(entries) => {
                all.extend(entries);
                cases.push(case);
            }
            Err(StoreError::Damaged(why)) => note_damaged(engine, case, &why),
            Err(fault) => return Err(Denied::Store(fault)),
        }
    }
    Ok(all)
}

/// A case whose record cannot be read: named in the log and in health, and left alone for a while.
fn note_damaged(engine: &Engine, case: CaseId, why: &str) {
    error!(name: "case.damaged", %case, why, "its record cannot be read and its timers do not fire; the others go on");
    engine.pulse().note_damaged(case, engine.clock());
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
    let damaged = engine.pulse().damaged_cases(engine.clock());
    let Ok(Some(next)) = next_timer(engine.store().as_ref(), &damaged).await else { return LONGEST_SLEEP };
    let micros = u64::try_from(next.due_at.0.saturating_sub(engine.clock().now().0)).unwrap_or(0);
    Duration::from_micros(micros).clamp(SHORTEST_SLEEP, LONGEST_SLEEP)
}
