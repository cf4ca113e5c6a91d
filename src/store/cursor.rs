//! Where a page of a list ended, as an opaque text: keyset paging, so that a page never shifts under its reader.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::store::contract::{Page, Paging, StoreError};

/// The place of a row in its list's order.
#[derive(Serialize, Deserialize)]
pub(super) struct Cursor {
    /// Which list; the cursor of one is refused by another.
    pub(super) list: String,
    pub(super) at: i64,
    pub(super) case: String,
    pub(super) n: i64,
}

/// How many rows a page has.
pub(super) fn limit(page: &Paging) -> i64 {
    i64::from(page.limit.clamp(1, 200))
}

/// Reads a cursor of this list.
pub(super) fn read(list: &str, text: &str) -> Result<Cursor, StoreError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| StoreError::Cursor)?;
    let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| StoreError::Cursor)?;
    if cursor.list == list && !cursor.case.contains('\0') { Ok(cursor) } else { Err(StoreError::Cursor) }
}

/// Makes the page of rows that were read one too many.
pub(super) fn page<T>(mut items: Vec<T>, limit: i64, total: i64, place: impl Fn(&T) -> Cursor) -> Page<T> {
    let more = items.len() as i64 > limit;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).and_then(|last| serde_json::to_vec(&place(last)).ok());
    Page { items, next: next.map(|cursor| URL_SAFE_NO_PAD.encode(cursor)), total: total.max(0) as u64 }
}
