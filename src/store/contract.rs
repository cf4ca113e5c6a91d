//! What a store promises.
//!
//! Writing: one [`Batch`] at a time takes the writer's place (a lock on the head of the journal), appends for any
//! number of cases, and commits all of it or nothing. `commit` returns after the bytes are on disk. Reading never
//! waits for writing. After a crash every committed batch is there, whole, and nothing of any other.
//!
//! A store decides nothing: it checks only that numbers are dense and versions match, and names what did not.

mod accounts;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::ids::{CalendarId, CaseId, Digest, PersonId, ProcedureId, Ts, UnitId};
use crate::journal::entry::{CaseHead, Head, Sealed};
use crate::journal::verify::Row;
use crate::projection::rows::{CaseRow, Change, EscalationRow, HoldingRow, NoticeRow, TimerRow};

pub use accounts::*;

/// A journal with its rows, and the accounts beside it.
#[async_trait]
pub trait Store: AccountStore + Send + Sync + 'static {
    /// `sqlite` or `postgres`.
    fn kind(&self) -> &'static str;

    /// Takes the writer's place; waits for whoever has it.
    async fn begin(&self) -> Result<Box<dyn Batch>, StoreError>;

    // --- the journal
    /// The end of the journal.
    async fn head(&self) -> Result<Head, StoreError>;
    /// Up to `limit` entries from `from_seq` on, in order.
    async fn entries(&self, from_seq: u64, limit: u32) -> Result<Vec<Sealed>, StoreError>;
    /// All entries of the registry, in order: procedures, calendars, directories.
    async fn registry(&self) -> Result<Vec<Sealed>, StoreError>;
    /// All entries of a case, in order; empty for an unknown one.
    async fn entries_of(&self, case: &CaseId) -> Result<Vec<Sealed>, StoreError>;
    /// All entries of many cases, each case's in order: one question instead of one a case.
    async fn entries_of_all(&self, cases: &[CaseId]) -> Result<Vec<Sealed>, StoreError>;
    /// The entries of up to `cases` open cases after that one, in the order of cases and of their entries, as they are
    /// kept: what goes through all open cases reads.
    async fn open_entries(&self, after: Option<&CaseId>, cases: u32) -> Result<Vec<OpenEntry>, StoreError>;
    /// Up to `limit` lines from `from_seq` on as they are kept, readable or not: what verifying and exporting read.
    async fn lines(&self, from_seq: i64, limit: u32) -> Result<Vec<Row>, StoreError>;

    // --- rows
    async fn case(&self, case: &CaseId) -> Result<Option<CaseRow>, StoreError>;
    async fn cases(&self, filter: &CaseFilter) -> Result<Page<CaseRow>, StoreError>;
    /// Holdings of a case in the order of `n`.
    async fn holdings_of(&self, case: &CaseId) -> Result<Vec<HoldingRow>, StoreError>;
    /// Open holdings of open cases with their cases.
    async fn open_holdings(&self, filter: &HoldingFilter) -> Result<Page<(HoldingRow, CaseRow)>, StoreError>;
    /// Open holdings, and the last instant one of them was given, by person; for choosing the least loaded. Who holds
    /// nothing is not in it.
    async fn workload(&self) -> Result<Vec<(PersonId, u32, Option<Ts>)>, StoreError>;
    /// The timer that waits for the earliest instant.
    async fn next_timer(&self) -> Result<Option<TimerRow>, StoreError>;
    /// Up to `limit` timers that wait, after the given one, and fall due at or before `due_by`, in the order of instant,
    /// case and key.
    async fn timers(&self, after: Option<&TimerRow>, due_by: Ts, limit: u32) -> Result<Vec<TimerRow>, StoreError>;
    /// The timers of one case in the order of their instants. It reads every row: for looking closely, not for work.
    async fn timers_of(&self, case: &CaseId) -> Result<Vec<TimerRow>, StoreError>;
    /// What a person was told, latest first.
    async fn notices_of(&self, person: &PersonId, limit: u32) -> Result<Vec<NoticeRow>, StoreError>;
    /// Escalations that lie with a person and wait to be acknowledged, the one that ends first first.
    async fn escalations_to(&self, superior: &PersonId, limit: u32) -> Result<Vec<EscalationRow>, StoreError>;
    /// The escalations of one case that wait to be acknowledged, by branch and level.
    async fn escalations_of(&self, case: &CaseId) -> Result<Vec<EscalationRow>, StoreError>;
    /// How many rows of each kind there are, for health and figures.
    async fn counts(&self) -> Result<Counts, StoreError>;

    // --- what cases are judged by: texts, by digest
    async fn procedures(&self) -> Result<Vec<ProcedureText>, StoreError>;
    /// The text that was proposed under that digest, whatever became of it.
    async fn proposed(&self, digest: &Digest) -> Result<Option<ProcedureText>, StoreError>;
    async fn calendars(&self) -> Result<Vec<CalendarText>, StoreError>;
    /// The directory text loaded last.
    async fn directory(&self) -> Result<Option<DirectoryText>, StoreError>;

    // --- answers already given
    /// The answer given to this actor's key, if any.
    async fn recall(&self, actor: &str, key: &str) -> Result<Option<Remembered>, StoreError>;

    /// Forgets the answers given before an instant; answers how many.
    async fn drop_answers(&self, before: Ts) -> Result<u64, StoreError>;

    /// Waits for running work and closes the files or connections.
    async fn close(&self);
}

/// The writer's place, held. Dropping it without `commit` leaves nothing behind.
#[async_trait]
pub trait Batch: Send {
    /// The end of the journal as this batch has made it so far.
    fn head(&self) -> Head;
    /// The end of a case's entries as this batch has made it so far; nothing for an unknown case.
    async fn case_head(&mut self, case: &CaseId) -> Result<Option<CaseHead>, StoreError>;
    /// Reads in one go what `case_head` and `recall` will be asked for. Never needed, only faster.
    async fn prefetch(&mut self, cases: &[CaseId], keys: &[(String, String)]) -> Result<(), StoreError>;
    /// All entries of a case as this batch sees them.
    async fn entries_of(&mut self, case: &CaseId) -> Result<Vec<Sealed>, StoreError>;
    /// The answer given to this actor's key, as this batch sees it.
    async fn recall(&mut self, actor: &str, key: &str) -> Result<Option<Remembered>, StoreError>;
    /// Appends. Refuses what does not continue the head or the case (`StaleHead`, `StaleCase`); of a case whose end
    /// this batch has not read, `commit` does at the latest (of one that was to be new, by `entries_case_seq_once`).
    async fn append(&mut self, write: Write) -> Result<(), StoreError>;
    /// Returns when everything is on disk.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// What one command adds.
#[derive(Clone, Debug, Default)]
pub struct Write {
    /// In order, continuing the head.
    pub entries: Vec<Sealed>,
    pub changes: Vec<Change>,
    pub remember: Option<Remembered>,
    pub texts: Vec<Text>,
}

/// A text that cases are judged by.
#[derive(Clone, Debug)]
pub enum Text {
    Procedure(ProcedureText),
    /// A procedure that waits for a second person: cases are not judged by it.
    Proposed(ProcedureText),
    Calendar(CalendarText),
    Directory(DirectoryText),
}

/// A published or proposed procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcedureText {
    pub digest: Digest,
    pub procedure: ProcedureId,
    pub version: u32,
    /// File name, for diagnostics.
    pub name: String,
    pub text: String,
    /// Or proposed, where that is all.
    pub published_at: Ts,
}

/// An entry of an open case, unread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenEntry {
    pub case: CaseId,
    pub payload: Vec<u8>,
}

/// A calendar version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarText {
    pub digest: Digest,
    pub calendar: CalendarId,
    pub version: u32,
    pub name: String,
    pub text: String,
    pub published_at: Ts,
}

/// A directory as loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryText {
    pub digest: Digest,
    pub name: String,
    pub text: String,
    pub loaded_at: Ts,
}

/// An answer already given to an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    pub actor: String,
    pub key: String,
    /// SHA-256 of the request, in hexadecimal: the same key with another request is refused.
    pub fingerprint: String,
    /// The answer's body.
    pub answer: String,
    pub at: Ts,
}

/// Which cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFilter {
    pub procedure: Option<ProcedureId>,
    /// `open` or an outcome.
    pub status: Option<String>,
    /// Owner in any of these units; nothing means all.
    pub units: Option<Vec<UnitId>>,
    /// Words in the title or the case's id, accents and case folded by the caller.
    pub text: Option<String>,
    /// Only those whose clock stands.
    pub stands: bool,
    pub page: Paging,
}

/// Which open holdings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HoldingFilter {
    pub holder: Option<PersonId>,
    /// Held in any of these units; nothing means all.
    pub units: Option<Vec<UnitId>>,
    /// Only those that somebody of this unit and post may claim.
    pub claimable_by: Option<Vec<(UnitId, crate::ids::PostId)>>,
    /// Only those whose deadline passed before this instant.
    pub late_at: Option<Ts>,
    /// Oldest deadline first when `false`; longest held first when `true`.
    pub by_held: bool,
    pub page: Paging,
}

/// A page of a list: keyset paging by an opaque cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// 1 to 200.
    pub limit: u32,
    /// As the last page gave it.
    pub after: Option<String>,
}

impl Default for Paging {
    fn default() -> Self {
        Paging { limit: 50, after: None }
    }
}

/// One page, with the cursor of the next and the count of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
    pub total: u64,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub cases: u64,
    pub open_cases: u64,
    pub entries: u64,
    pub timers: u64,
}

/// Why the store could not do it, sorted by what the caller must do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another writer was first: read again and decide again.
    #[error("the journal went on to {found} while this batch began at {expected}")]
    StaleHead { expected: u64, found: u64 },
    /// The case went on: read again and decide again.
    #[error("case {case} has {found} entries, not {expected}")]
    StaleCase { case: CaseId, expected: u64, found: u64 },
    /// A named constraint refused: a fault of ours, nothing was written.
    #[error("the database refused by constraint {constraint}")]
    Constraint { constraint: String },
    /// The disk is full; reading goes on.
    #[error("the disk is full")]
    Full,
    /// The database cannot be reached or failed; the outcome of a commit may be unknown.
    #[error("the database failed: {0}")]
    Failed(String),
    /// The database was made by a newer quytrinh.
    #[error("the database has schema {found}, this binary knows {known}")]
    NewerSchema { found: i64, known: i64 },
    /// The cursor is none that a page of this list gave.
    #[error("the cursor is none of this list")]
    Cursor,
    /// A stored value cannot be read: the record is damaged.
    #[error("stored data cannot be read: {0}")]
    Damaged(String),
}
