//! The rows: plain values with the columns of the tables. No rule lives here, and nothing here is the truth.

use serde::{Deserialize, Serialize};

use crate::ids::{BranchId, CaseId, Digest, PersonId, PostId, ProcedureId, StepId, Ts, UnitId};
use crate::machine::event::Mark;

/// One change that an entry makes to the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Inserts the case, or replaces it; its opening instant stays.
    PutCase(CaseRow),
    /// Inserts the holding, or replaces it (key: case and `n`).
    PutHolding(HoldingRow),
    PutTimer(TimerRow),
    /// Removes the timer. It names the instant too: rows are kept in the order of their instants.
    DropTimer(TimerRow),
    PutNotice(NoticeRow),
    /// Inserts the escalation, or replaces it (key: case, branch and level).
    PutEscalation(EscalationRow),
    DropEscalation(EscalationRow),
}

/// A case in lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    pub case: CaseId,
    pub procedure: ProcedureId,
    pub procedure_version: u32,
    pub digest: Digest,
    pub owner: UnitId,
    pub title: String,
    pub code: Option<String>,
    pub channel: String,
    /// `open`, or the outcome: `done`, `refused`, `withdrawn`, `lapsed`, `stopped`.
    pub status: String,
    pub opened_at: Ts,
    pub ended_at: Option<Ts>,
    pub deadline: Option<Ts>,
    pub promise: Option<Ts>,
    /// Since when the case's clock stands.
    pub stopped_since: Option<Ts>,
    /// What stands against the case.
    pub marks: Vec<Mark>,
    /// What `If-Match` names.
    pub revision: u64,
    /// Number of entries of the case: the store's optimistic lock.
    pub entries: u64,
    pub last_at: Ts,
}

/// One interval in which one person answered for one branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldingRow {
    pub case: CaseId,
    /// Number of the holding in its case, from 0 in the order of beginning.
    pub n: u32,
    pub branch: BranchId,
    pub step: StepId,
    pub procedure: ProcedureId,
    pub holder: PersonId,
    pub unit: UnitId,
    /// How it came, as a word of [`crate::machine::event::How`].
    pub how: String,
    /// While the head holds what his people may claim or be given: their unit and post.
    pub pool_unit: Option<UnitId>,
    pub pool_post: Option<PostId>,
    /// Whether the pool's own people may claim it.
    pub claimable: bool,
    pub started_at: Ts,
    /// Nothing while it lasts.
    pub ended_at: Option<Ts>,
    pub received_at: Option<Ts>,
    /// The step's deadline for this holder.
    pub deadline: Option<Ts>,
    /// When the deadline passed while he held it.
    pub breached_at: Option<Ts>,
    /// Working minutes held, by the case's calendar; set at the end.
    pub minutes: Option<i64>,
    /// Of them, minutes in which the case's clock stood.
    pub excused_minutes: Option<i64>,
}

/// A timer that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerRow {
    pub case: CaseId,
    /// [`crate::machine::event::TimerKey`] as text.
    pub key: String,
    pub due_at: Ts,
}

/// An escalation that waits to be acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationRow {
    pub case: CaseId,
    pub branch: BranchId,
    /// Its place in the step's `escalate`.
    pub level: u16,
    /// With whom it lies.
    pub superior: PersonId,
    pub since: Ts,
    /// When his own clock ends, if he has one.
    pub answer_by: Option<Ts>,
}

/// Somebody was told something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRow {
    pub seq: u64,
    pub person: PersonId,
    pub case: CaseId,
    /// The event's word: `reminded`, `breached`, `escalated`, `apology_due`, `marked`.
    pub kind: String,
    /// The instant it was due, or happened.
    pub at: Ts,
    pub branch: Option<BranchId>,
}
