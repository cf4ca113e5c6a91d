//! One line of the journal, and its sealed form: the exact bytes that were hashed.
//!
//! An entry never changes. A correction is a new entry.

use serde::{Deserialize, Serialize};

use crate::ids::{CalendarId, CaseId, Digest, PersonId, ProcedureId, Ts};
use crate::machine::command::Actor;
use crate::machine::event::Event;

/// One thing that happened, with its place in the book.
///
/// The order of the fields is the order of the bytes that are hashed: it never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Place in the whole journal, dense from 0.
    pub seq: u64,
    /// Nothing for entries about the registry (procedures, calendars, directory).
    pub case: Option<CaseId>,
    /// Place among the case's entries, dense from 0.
    pub case_seq: u64,
    /// The writer's clock; never decreases along `seq`.
    pub recorded_at: Ts,
    /// When it happened as claimed: a timer's is the instant it was due.
    pub occurred_at: Ts,
    pub actor: Actor,
    /// The text of the procedure the case is pinned to.
    pub procedure: Option<Digest>,
    pub record: Record,
}

/// What an entry tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are of the large kind, and they live one at a time or in a batch"
)]
pub enum Record {
    Case(Event),
    Registry(Registered),
}

/// A change of what cases are judged by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Registered {
    /// A procedure's text was published; cases opened from now on run on it.
    ProcedurePublished {
        procedure: ProcedureId,
        version: u32,
        digest: Digest,
        /// Who proposed it, where a second person put it in force.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proposed_by: Option<PersonId>,
    },
    /// Somebody asks that just this text be put in force; a second person must confirm it.
    ProcedureProposed { procedure: ProcedureId, version: u32, digest: Digest, reason: String },
    /// What was proposed is not to be put in force.
    ProcedureWithdrawn { procedure: ProcedureId, version: u32, digest: Digest, reason: String },
    /// What was published is taken back before its first day in force; no case was ever opened by it.
    PublicationWithdrawn { procedure: ProcedureId, version: u32, digest: Digest, reason: String },
    /// A calendar version was put in force.
    CalendarPublished { calendar: CalendarId, version: u32, digest: Digest },
    /// The directory was loaded anew.
    DirectoryLoaded { directory: String, digest: Digest },
}

/// An entry with the bytes that were hashed and the chains they extend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub entry: Entry,
    /// The exact canonical bytes: compact JSON of [`Entry`].
    pub payload: Vec<u8>,
    /// RFC 6962 leaf hash: SHA-256 of a zero byte and the payload.
    pub leaf: Hash,
    /// The global chain after this entry.
    pub chain: Hash,
    /// The case's chain after this entry; all zero for registry entries.
    pub case_chain: Hash,
}

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// The end of the journal: what the next entry continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Head {
    pub next_seq: u64,
    pub chain: Hash,
    /// `recorded_at` of the last entry, in microseconds; `i64::MIN` on an empty journal is never shown.
    pub recorded_at: Option<Ts>,
}

/// The end of one case's entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CaseHead {
    pub next_case_seq: u64,
    pub chain: Hash,
}
