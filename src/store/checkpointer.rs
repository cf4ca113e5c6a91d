//! Moves SQLite's write-ahead log into the database file beside the writer, so that no commit waits for it.
//!
//! It only ever takes what is committed and flushed, and loses nothing by being late or by dying: the writer's own
//! checkpoint stands behind it when the log grows past [`BACKSTOP`].

use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Pages of the log (4 KiB each) at which the writer checkpoints by itself.
pub(super) const BACKSTOP: &str = "8000";
/// How long commits gather between two rounds.
const PAUSE: Duration = Duration::from_millis(200);

/// A task that works when it was woken by a commit.
pub(super) struct Checkpointer {
    wake: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Checkpointer {
    /// Starts it on the running runtime.
    pub(super) fn start(options: SqliteConnectOptions) -> Checkpointer {
        let wake = Arc::new(Notify::new());
        let task = tokio::spawn(work(options, Arc::clone(&wake)));
        Checkpointer { wake, task }
    }

    /// Something was committed.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn work(options: SqliteConnectOptions, wake: Arc<Notify>) {
    let mut connection = None;
    loop {
        wake.notified().await;
        tokio::time::sleep(PAUSE).await;
        if let Err(error) = checkpoint(&mut connection, &options).await {
            tracing::warn!(name: "store.checkpoint_failed", %error, "the log stays longer; nothing is lost");
            connection = None;
        }
    }
}

async fn checkpoint(
    connection: &mut Option<SqliteConnection>,
    options: &SqliteConnectOptions,
) -> Result<(), sqlx::Error> {
    let on = match connection {
        Some(on) => on,
        None => connection.insert(options.connect().await?),
    };
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").fetch_optional(on).await.map(drop)
}
