//! A database of its own for one test, on either engine.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use quytrinh::store::contract::{Store, StoreError};

use crate::support::postgres;

/// A database that goes when the test ends.
pub struct Bed {
    pub url: String,
    pub store: Arc<dyn Store>,
    folder: Option<PathBuf>,
    _database: Option<postgres::Database>,
}

static MADE: AtomicU32 = AtomicU32::new(0);

/// An empty folder of this test's own.
pub fn folder() -> PathBuf {
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("bed-{}-{number}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl Bed {
    /// A SQLite file.
    pub async fn sqlite() -> Bed {
        let folder = folder();
        let url = format!("sqlite:{}", folder.join("journal.sqlite").display());
        let store = quytrinh::store::open(&url, true).await.unwrap();
        Bed { url, store, folder: Some(folder), _database: None }
    }

    /// A database on the tests' PostgreSQL.
    pub async fn postgres() -> Bed {
        let (url, database) = postgres::database().await;
        let store = quytrinh::store::open(&url, true).await.unwrap();
        Bed { url, store, folder: None, _database: Some(database) }
    }

    /// Closes the store and opens it again.
    pub async fn reopen(&mut self) {
        self.store.close().await;
        self.store = self.another().await.unwrap();
    }

    /// A second store on the same database, as another process would have.
    pub async fn another(&self) -> Result<Arc<dyn Store>, StoreError> {
        quytrinh::store::open(&self.url, false).await
    }

    /// Runs a statement as the owner of the database would, past the store.
    pub async fn tamper(&self, sql: &'static str) -> Result<u64, sqlx::Error> {
        use sqlx::Connection;
        if self.url.starts_with("sqlite") {
            let mut connection = sqlx::SqliteConnection::connect(&self.url).await?;
            Ok(sqlx::query(sql).execute(&mut connection).await?.rows_affected())
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await?;
            Ok(sqlx::query(sql).execute(&mut connection).await?.rows_affected())
        }
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
