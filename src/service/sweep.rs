//! Passing time as a request: asks the store what falls due and has the writer fire it, at its own instant.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use crate::service::ask::Denied;
use crate::service::engine::Engine;

/// How many timers are taken at once.
const AT_ONCE: u32 = 1_000;
/// The longest the sweeper sleeps, so that a timer set while it slept is not late by more.
const LONGEST_SLEEP: Duration = Duration::from_millis(250);

/// What one look came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Swept {
    fired: usize,
    /// Timers are due that no case can fire.
    stuck: bool,
}

/// Fires everything that is due now; answers how many timers fired. Each fires once, however late it is.
pub async fn run_once(engine: &Engine) -> Result<usize, Denied> {
    sweep(engine).await.map(|swept| swept.fired)
}

async fn sweep(engine: &Engine) -> Result<Swept, Denied> {
    let mut swept = Swept::default();
    loop {
        let now = engine.clock().now();
        let mut due = engine.store().due_timers(now, AT_ONCE).await.map_err(Denied::Store)?;
        due.sort_by(|a, b| (a.due_at, &a.case, &a.key).cmp(&(b.due_at, &b.case, &b.key)));
        let mut seen = BTreeSet::new();
        // All are asked for before the first is waited for, in the order of their instants: one commit serves many,
        // and the journal has them in the order they fell due.
        let mut ticks = Vec::new();
        for timer in due {
            if seen.insert(timer.case.clone()) {
                match engine.begin_tick(timer.case) {
                    Ok(tick) => ticks.push(tick),
                    // The queue is full of people's acts: the rest waits for the next look.
                    Err(Denied::Busy) if !ticks.is_empty() => break,
                    Err(denied) => return Err(denied),
                }
            }
        }
        if ticks.is_empty() {
            return Ok(swept);
        }
        let before = swept.fired;
        for tick in ticks {
            swept.fired += tick.await.unwrap_or(Err(Denied::Closing))?;
        }
        if swept.fired == before {
            // Rows that no case answers for would be taken again for ever.
            return Ok(Swept { stuck: true, ..swept });
        }
        engine.note_sweep();
    }
}

/// Sweeps until it is told to stop. What goes wrong is said once, until it goes right again.
pub async fn run(engine: Engine, stop: CancellationToken) {
    let mut ill = false;
    loop {
        match sweep(&engine).await {
            Ok(Swept { fired, stuck }) => {
                if fired > 0 {
                    info!(name: "sweep.fired", fired, "timers fired");
                }
                if stuck && !ill {
                    error!(name: "sweep.stuck", "timers are due that no case can fire; `quytrinh doctor` names them");
                }
                ill = stuck;
                engine.note_sweep();
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
            () = tokio::time::sleep(LONGEST_SLEEP) => {}
            () = stop.cancelled() => return,
        }
    }
}
