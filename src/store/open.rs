//! Opening a store by its address.

use std::sync::Arc;

use crate::store::contract::{Store, StoreError};
#[cfg(feature = "postgres")]
use crate::store::postgres::PostgresStore;
use crate::store::sqlite::SqliteStore;

/// Opens `sqlite:PATH`, `sqlite::memory:` (for trying things; nothing lasts) or `postgres://…`, and brings the schema
/// up to date. Without `create` a file that is not there is an error;
/// a PostgreSQL database must always be there.
pub async fn open(url: &str, create: bool) -> Result<Arc<dyn Store>, StoreError> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(Arc::new(SqliteStore::open(url, create).await?)),
        #[cfg(feature = "postgres")]
        Some(("postgres" | "postgresql", _)) => Ok(Arc::new(PostgresStore::open(url).await?)),
        _ => Err(StoreError::Failed("the address of a database begins with `sqlite:` or `postgres://`".to_owned())),
    }
}
