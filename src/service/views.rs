//! The answers of `query`: what screens and the API show, with names beside ids. No rule, no storage.

use serde::Serialize;

use crate::calendar::band::Verdict;
use crate::definition::procedure::{Means, Sign};
use crate::definition::value::Value;
use crate::ids::{
    BranchId, CalendarId, CaseId, DocumentId, FieldId, GroupId, PersonId, ProcedureId, StepId, Ts, UnitId, Verb,
};
use crate::machine::event::Mark;
use crate::projection::rows::{CaseRow, HoldingRow};
use crate::service::suspensions::Register;

/// A person with his name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonName {
    pub id: PersonId,
    pub name: String,
}

/// A unit with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitName {
    pub id: UnitId,
    pub name: String,
}

/// What an actor holds or may claim now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inbox {
    pub person: PersonName,
    /// Held by him, earliest deadline first; his pools' steps that he holds only as head are in `unassigned`.
    pub mine: Vec<InboxItem>,
    /// Waits in a pool of his: he may claim it.
    pub claimable: Vec<InboxItem>,
    /// Held by him as head until somebody takes it or is given it.
    pub unassigned: Vec<InboxItem>,
    /// Held by others of the units he heads.
    pub unit: Vec<InboxItem>,
    /// Late steps of others that were brought to him and wait for his acknowledgement.
    pub escalated: Vec<EscalatedItem>,
    pub notices: Vec<Notice>,
}

/// One line of an inbox or board.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InboxItem {
    pub case: CaseId,
    pub title: String,
    pub procedure: ProcedureId,
    pub procedure_title: String,
    pub branch: BranchId,
    pub step: StepId,
    pub step_title: String,
    pub holder: PersonName,
    pub unit: UnitName,
    pub how: String,
    pub held_since: Ts,
    pub received_at: Option<Ts>,
    pub deadline: Option<Ts>,
    /// Working minutes until the deadline, negative when it has passed; nothing for an untimed step.
    pub left_minutes: Option<i64>,
    /// Working minutes from the start of the step's clock to its deadline, for a bar.
    pub total_minutes: Option<i64>,
    /// Working minutes held so far.
    pub held_minutes: i64,
    pub late: bool,
    /// The case's clock stands.
    pub stopped: bool,
    pub case_deadline: Option<Ts>,
    /// What stands against the case.
    pub marks: Vec<Mark>,
    pub revision: u64,
}

/// A late step that lies with a superior.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EscalatedItem {
    pub item: InboxItem,
    /// Its place in the step's `escalate`.
    pub level: u16,
    pub since: Ts,
    /// By when he must have acknowledged it.
    pub answer_by: Option<Ts>,
}

/// An escalation of a branch, acknowledged or not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EscalationView {
    pub level: u16,
    pub superior: PersonName,
    pub since: Ts,
    pub answer_by: Option<Ts>,
    pub acknowledged_at: Option<Ts>,
    /// Who had it before him and let his term pass.
    pub before: Vec<PersonName>,
}

/// Something he was told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Notice {
    pub case: CaseId,
    pub case_title: String,
    pub kind: String,
    pub at: Ts,
}

/// Everything a case page shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseView {
    pub row: CaseRow,
    pub procedure_title: String,
    pub owner: UnitName,
    pub outcome_title: Option<String>,
    /// Whose limits hold for it, in both languages.
    pub variant: Option<(String, String)>,
    /// The case's own clock, in words.
    pub clock: Option<ClockView>,
    /// Subtotals with their own clocks, in the order of the file.
    pub groups: Vec<GroupView>,
    pub branches: Vec<BranchView>,
    /// The case that called it, and those that it called.
    pub related: Vec<RelatedView>,
    pub fields: Vec<FieldView>,
    pub documents: Vec<DocumentView>,
    /// Custody: who held it, from when to when, with the working time.
    pub holdings: Vec<HoldingView>,
    /// Where the case's clock stood, and whom it is billed to.
    pub suspensions: Register,
    pub timeline: Vec<TimelineItem>,
    /// What the viewer may do now.
    pub offers: Vec<OfferView>,
}

/// How another case belongs to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It called this one.
    Caller,
    /// This one called it.
    Called,
}

/// A case that belongs with another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelatedView {
    pub relation: Relation,
    pub case: CaseId,
    pub procedure: ProcedureId,
    pub procedure_title: String,
    /// The step that called it, in this case.
    pub step_title: Option<String>,
    /// How a called case ended, as a word of outcomes; nothing while this one waits for it, and for a caller.
    pub outcome: Option<&'static str>,
    /// Whether the viewer may look into it.
    pub seen: bool,
}

/// A clock with the name of its rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClockView {
    pub started: Ts,
    pub deadline: Ts,
    pub rule: String,
    pub limit: String,
    /// The calendar that counts it, and which of its versions computed the deadline.
    pub calendar: CalendarId,
    pub calendar_version: u32,
    pub left_minutes: i64,
    pub total_minutes: i64,
}

/// A group of steps with its clock.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupView {
    pub group: GroupId,
    pub title: String,
    /// Whose subtotal it is.
    pub unit: Option<UnitName>,
    pub clock: ClockView,
    pub late: bool,
    /// No branch is in its steps, or the case's clock stands.
    pub stands: bool,
}

/// An open branch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BranchView {
    pub branch: BranchId,
    /// The unit asked or the branch's label, for parallel branches.
    pub label: Option<String>,
    pub step: StepId,
    pub step_title: String,
    pub kind: String,
    pub holder: PersonName,
    pub unit: UnitName,
    pub how: String,
    pub held_since: Ts,
    pub received_at: Option<Ts>,
    pub clock: Option<ClockView>,
    pub late: bool,
    pub escalations: Vec<EscalationView>,
    /// The council that decides where it rests.
    pub council: Option<CouncilView>,
}

/// A field with its value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldView {
    pub field: FieldId,
    pub title: String,
    pub measure: Option<String>,
    pub value: Option<Value>,
    /// The value's title, where it is a word of a choice.
    pub said: Option<WordView>,
}

/// A word of a choice, and what it is called.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WordView {
    pub word: String,
    pub vi: String,
    pub en: String,
}

/// A paper of the case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DocumentView {
    pub document: DocumentId,
    pub title: String,
    pub present: bool,
    pub result: bool,
    /// It is kept in digital form.
    pub digitised: bool,
}

/// One holding with names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HoldingView {
    pub row: HoldingRow,
    pub step_title: String,
    pub holder_name: String,
    pub unit_name: String,
    /// Working minutes held until now, or in all.
    pub minutes: i64,
    pub excused_minutes: i64,
    pub open: bool,
    /// The verdict on the holder, written when the next one received.
    pub verdict: Option<Verdict>,
}

/// One entry in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimelineItem {
    pub seq: u64,
    pub at: Ts,
    pub recorded_at: Ts,
    pub actor: Option<PersonName>,
    pub on_behalf_of: Option<PersonName>,
    /// The event's word.
    pub event: String,
    pub vi: String,
    pub en: String,
    pub reason: Option<String>,
    pub branch: Option<BranchId>,
}

/// One thing the viewer may do, as a button.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfferView {
    pub branch: BranchId,
    /// The verb of a transition, or the word of a command (`receive`, `claim`, `assign`...).
    pub act: String,
    /// `transition` or `command`.
    pub kind: String,
    pub vi: String,
    pub en: String,
    pub means: Option<Means>,
    /// Where the case goes, as the step's label.
    pub to_title: Option<String>,
    /// By when the next one must have done it.
    pub next_deadline: Option<Ts>,
    /// Form fields to fill, with their kinds.
    pub wants_fields: Vec<WantedField>,
    pub wants_documents: Vec<DocumentView>,
    pub wants_reason: bool,
    /// The act's documents, made by it.
    pub makes: Vec<DocumentView>,
    /// The signature that the act is given by.
    pub sign: Option<Sign>,
    /// For `assign` and `transfer`: who may be named.
    pub candidates: Vec<PersonName>,
    /// For `vote`: the ways out that may be named.
    pub choices: Vec<ChoiceView>,
}

/// A way out that a council votes on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChoiceView {
    pub verb: Verb,
    pub vi: String,
    pub en: String,
}

/// How a council stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CouncilView {
    pub members: u32,
    /// How many of them must vote, and how many of those who voted must be for a way.
    pub quorum: u32,
    pub threshold: String,
    pub votes: Vec<VoteView>,
}

/// What a member is for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VoteView {
    pub member: PersonName,
    /// Nothing for an abstention.
    pub choice: Option<ChoiceView>,
}

/// A field to fill in a form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WantedField {
    pub field: FieldId,
    pub title: String,
    /// The word of its kind, as in the procedure file.
    pub kind: String,
    pub choices: Vec<WordView>,
    pub measure: Option<String>,
    pub value: Option<Value>,
    pub required: bool,
    /// What a text must look like, as the procedure writes it.
    pub pattern: Option<String>,
    /// It says something about a person.
    pub personal: bool,
}

/// A procedure in lists.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProcedureView {
    pub procedure: ProcedureId,
    pub version: u32,
    pub digest: String,
    pub title: String,
    pub owner: UnitName,
    pub codes: Vec<String>,
    pub steps: usize,
    pub limit: String,
    pub effective: Option<jiff::civil::Date>,
    pub until: Option<jiff::civil::Date>,
    pub supersedes: Vec<ProcedureId>,
    pub known_defects: usize,
    pub current: bool,
}

/// The stuck board.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stuck {
    pub at: Ts,
    pub total: u64,
    pub late: u64,
    pub items: Vec<InboxItem>,
    pub next: Option<String>,
}
