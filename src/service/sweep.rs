//! Passing time as a request: asks the store what falls due and has the writer fire it, at its own instant.

use std::collections::BTreeSet;
use std::time::Duration;

use tracing::{error, info};

use crate::service::ask::Denied;
use crate::service::engine::Engine;

/// How many timers are taken at once.
const AT_ONCE: u32 = 1_000;
/// The longest the sweeper sleeps, so that a timer set while it slept is not late by more.
const LONGEST_SLEEP: Duration = Duration::from_millis(250);

/// Fires everything that is due now; answers how many timers fired. Each fires once, however late it is.
pub async fn run_once(engine: &Engine) -> Result<usize, Denied> {
    let mut fired = 0;
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
                ticks.push(engine.begin_tick(timer.case)?);
            }
        }
        if ticks.is_empty() {
            return Ok(fired);
        }
        let before = fired;
        for tick in ticks {
            fired += tick.await.unwrap_or(Err(Denied::Closing))?;
        }
        if fired == before {
            // Rows that no case answers for would be taken again for ever.
            error!(name: "sweep.stuck", "timers are due that no case can fire; `quytrinh doctor` names them");
            return Ok(fired);
        }
    }
}

/// Sweeps until the engine closes.
pub async fn run(engine: Engine) {
    loop {
        match run_once(&engine).await {
            Ok(0) => {}
            Ok(fired) => info!(name: "sweep.fired", fired, "timers fired"),
            Err(Denied::Closing) => return,
            Err(denied) => error!(name: "sweep.failed", error = ?denied, "the sweeper could not work and tries again"),
        }
        engine.note_sweep();
        tokio::select! {
            () = tokio::time::sleep(LONGEST_SLEEP) => {}
            () = engine.closing() => return,
        }
    }
}
