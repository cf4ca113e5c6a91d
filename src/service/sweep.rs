//! Passing time as a request: asks the store what falls due and has the writer fire it, at its own instant.

use std::collections::BTreeSet;
use std::time::Duration;

use tracing::{error, info};

use crate::ids::CaseId;
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
        let due = engine.store().due_timers(now, AT_ONCE).await.map_err(Denied::Store)?;
        let cases: BTreeSet<CaseId> = due.into_iter().map(|timer| timer.case).collect();
        if cases.is_empty() {
            return Ok(fired);
        }
        let mut ticks = tokio::task::JoinSet::new();
        for case in cases {
            let engine = engine.clone();
            ticks.spawn(async move { engine.tick(case).await });
        }
        let before = fired;
        while let Some(tick) = ticks.join_next().await {
            match tick {
                Ok(count) => fired += count?,
                Err(_) => return Err(Denied::Closing),
            }
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
