//! Who watches the sweeper: starts it again when it ends or panics, and says once in the log when health turns red and
//! once when it is well again.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::service::engine::Engine;
use crate::service::sweep;

/// How long after it ended the sweeper is started again.
const RESTART_AFTER: Duration = Duration::from_secs(1);
/// How often health is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Keeps the sweeper going until it is told to stop.
pub async fn keep_sweeping(engine: Engine, stop: CancellationToken) {
    // A sweeper that ends each time it is started is told of once, until it has worked again.
    let mut told = None;
    while !stop.is_cancelled() {
        let ended = tokio::spawn(sweep::run(engine.clone(), stop.clone())).await;
        if stop.is_cancelled() {
            return;
        }
        let beats = engine.pulse().beats();
        if told != Some(beats) {
            let why = if ended.is_err_and(|error| error.is_panic()) { "it panicked" } else { "it ended" };
            error!(name: "sweep.ended", why, "the sweeper is gone; it is started again");
            told = Some(beats);
        }
        tokio::select! {
            () = tokio::time::sleep(RESTART_AFTER) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Says when health changes; it goes on after the sweeper was stopped, for then it has most to say.
pub async fn watch(engine: Engine) {
    let mut well = true;
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = engine.closing() => return,
        }
        let health = engine.query().health().await;
        match (well, health.ready) {
            (true, false) => warn!(name: "health.red", reasons = health.problems.join("; "), "not ready"),
            (false, true) => info!(name: "health.recovered", "ready again"),
            _ => {}
        }
        well = health.ready;
    }
}
