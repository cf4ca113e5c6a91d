//! What is handed to the writer and what comes back: a request with its conditions, a receipt or a denial.

use serde::{Deserialize, Serialize};

use crate::ids::{CalendarId, CaseId, PersonId, ProcedureId, Ts};
use crate::machine::command::{Actor, Command};
use crate::machine::refusal::Refusal;
use crate::store::contract::StoreError;

/// One act asked for.
#[derive(Clone, Debug)]
pub struct Ask {
    pub actor: Actor,
    pub target: Target,
    pub command: Command,
    /// The case's revision the caller has seen; another one is answered [`Denied::Stale`].
    pub if_match: Option<u64>,
    /// A repeat of the same key by the same actor gets the first answer.
    pub key: Option<Key>,
    /// Decide and answer, and write nothing.
    pub dry_run: bool,
}

/// Which case it is about.
#[derive(Clone, Debug)]
pub enum Target {
    /// A new case of the procedure's version in force; the writer names it.
    New(ProcedureId),
    Case(CaseId),
}

/// An `Idempotency-Key` with the fingerprint of the request it came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// 1 to 255 visible characters.
    pub key: String,
    /// SHA-256 of the request's body and path, in hexadecimal.
    pub fingerprint: String,
}

/// The answer to a command: it is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub case: CaseId,
    /// The case's revision after the act: what the next `If-Match` names.
    pub revision: u64,
    /// The first entry of the act in the journal; nothing for a dry run.
    pub seq: Option<u64>,
    /// Leaf hash of that entry, in hexadecimal: what a later proof is asked for.
    pub leaf: Option<String>,
    pub recorded_at: Ts,
    /// What happened, as words of events, in order.
    pub events: Vec<String>,
}

/// A receipt, and whether it had been given before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub receipt: Receipt,
    /// The key had been used for the same request: this is the first answer.
    pub repeated: bool,
}

/// Why an act was not done. Nothing of it was written.
#[derive(Debug)]
pub enum Denied {
    /// The machine refused.
    Refused(Box<Refusal>),
    /// The case moved on since the caller looked.
    Stale(Box<Stale>),
    /// Something was done with the text since the caller looked: the entries that it rested on, and rests on.
    StaleText {
        expected: u64,
        found: u64,
    },
    UnknownCase(CaseId),
    UnknownProcedure(ProcedureId),
    /// The case is pinned to a text that the library cannot read.
    UnreadableProcedure(CaseId),
    /// The key was used for another request.
    KeyReused,
    /// Another text of a calendar's version in force, or of an older one: what was counted by it must stay countable.
    NotNewer {
        calendar: CalendarId,
        version: u32,
        in_force: u32,
    },
    /// Another text under a procedure's published number, or under an older one: a published text is never changed.
    NotNewerProcedure {
        procedure: ProcedureId,
        version: u32,
        published: u32,
    },
    /// All open cases are still being looked at: asked again, the answer is there when that is done.
    Looking,
    /// The queue of the writer is full: try again.
    Busy,
    /// The server is going down.
    Closing,
    Store(StoreError),
}

/// Who moved the case while the caller looked at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stale {
    pub case: CaseId,
    pub expected: u64,
    pub found: u64,
    /// The one who moved it last; nothing where the engine did.
    pub moved_by: Option<PersonId>,
    pub moved_at: Ts,
    /// The last thing that happened, as a word of an event.
    pub event: String,
    /// Where the main branch is now, as the step's label.
    pub step: String,
}
