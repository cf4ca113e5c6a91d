//! An entry as its canonical bytes and back: compact JSON, fields in the order of the type.
//!
//! What was hashed is what is kept; nothing is ever encoded a second time to be compared.

use crate::journal::entry::Entry;

/// Bytes that are not an entry, or an entry that has no bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CodecError(String);

/// The canonical bytes of an entry. Fails only on a value that JSON cannot carry.
pub fn encode(entry: &Entry) -> Result<Vec<u8>, CodecError> {
    serde_json::to_vec(entry).map_err(|error| CodecError(error.to_string()))
}

/// Reads the canonical bytes; the error says where they stop making sense.
pub fn decode(payload: &[u8]) -> Result<Entry, CodecError> {
    serde_json::from_slice(payload).map_err(|error| CodecError(error.to_string()))
}
