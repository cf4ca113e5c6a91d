//! Entries of the journal over the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::{Ts, hex};
use crate::journal::entry::Sealed;

/// The journal of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseJournal {
    pub items: Vec<EntryLine>,
}

/// One entry with the hashes that seal it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryLine {
    /// Place in the whole journal.
    pub seq: u64,
    /// The entry as it was recorded; `leaf` is the SHA-256 of a zero byte and its exact bytes.
    #[schema(value_type = Object)]
    pub entry: serde_json::Value,
    #[schema(examples("5a1b…"))]
    pub leaf: String,
    /// The whole journal's chain after this entry.
    pub chain: String,
    /// The case's chain after this entry.
    pub case_chain: String,
}

/// The end of the journal: the first line of an export.
#[derive(Debug, Serialize, ToSchema)]
pub struct Head {
    /// Always `quytrinh-journal/v1`.
    #[schema(examples("quytrinh-journal/v1"))]
    pub format: String,
    /// How many entries there are; the next one has this number.
    pub entries: u64,
    /// The chain after the last entry, in hexadecimal.
    pub chain: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub recorded_at: Option<Ts>,
}

impl From<Sealed> for EntryLine {
    fn from(sealed: Sealed) -> EntryLine {
        EntryLine {
            seq: sealed.entry.seq,
            entry: serde_json::from_slice(&sealed.payload).unwrap_or_default(),
            leaf: hex(&sealed.leaf),
            chain: hex(&sealed.chain),
            case_chain: hex(&sealed.case_chain),
        }
    }
}
