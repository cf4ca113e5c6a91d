//! What need not be kept for ever goes: answers remembered for repeats, and sessions dead by their own rule. The journal
//! and its rows are never touched.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::service::accounts::{ABSOLUTE_MINUTES, IDLE_MINUTES};
use crate::service::engine::Engine;
use crate::store::contract::StoreError;

/// How long the answer to an `Idempotency-Key` is remembered.
pub const ANSWERS_MINUTES: i64 = 7 * 24 * 60;
/// How often it is looked at.
const EVERY: Duration = Duration::from_secs(3_600);

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    pub answers: u64,
    pub sessions: u64,
}

/// Drops what is over now.
pub async fn run_once(engine: &Engine) -> Result<Purged, StoreError> {
    let (store, now) = (engine.store(), engine.clock().now());
    Ok(Purged {
        answers: store.drop_answers(now.plus_minutes(-ANSWERS_MINUTES)).await?,
        sessions: store.drop_sessions(now.plus_minutes(-IDLE_MINUTES), now.plus_minutes(-ABSOLUTE_MINUTES)).await?,
    })
}

/// Does so each hour until it is told to stop.
pub async fn run(engine: Engine, stop: CancellationToken) {
    loop {
        match run_once(&engine).await {
            Ok(Purged { answers: 0, sessions: 0 }) => {}
            Ok(Purged { answers, sessions }) => info!(name: "purge.done", answers, sessions, "what was over is gone"),
            Err(error) => warn!(name: "purge.failed", %error, "it is tried again in an hour"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}
