//! The file as meant: the places where a case rests, and how it ends.

use indexmap::IndexMap;

use crate::calendar::working_time::WorkingTime;
use crate::definition::call::Call;
use crate::definition::procedure::{Choice, Doer, Limit, Needs, Party, Reason, Title, Transition};
use crate::definition::value::Value;
use crate::ids::{BranchKey, CalendarId, DocumentId, FieldId, LegalId, PeopleId, StepId, UnitId, Verb};

/// A place where a case rests and someone holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub id: StepId,
    pub title: Title,
    pub kind: StepKind,
    /// The `branches:` block and branch this step lives in; nothing on the main line.
    pub inside: Option<(StepId, BranchKey)>,
    /// Longer note printed in the approved document.
    pub note: Option<String>,
}

/// What kind of place a step is, with what only that kind has.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    Staff(Staff),
    Wait(Wait),
    Parallel(Parallel),
    /// Automatic, the first rule that holds; ends in an `else`.
    Decision(Vec<Choice<StepId>>),
    /// A case of another procedure runs; this one waits for how it ends.
    Call(Call),
    End(End),
}

/// A step worked by somebody of the authority.
#[derive(Clone, Debug, PartialEq)]
pub struct Staff {
    pub by: By,
    /// Supporters: may comment and attach, never answer for the step.
    pub with: Vec<PeopleId>,
    /// Followers: see it.
    pub watch: Vec<PeopleId>,
    /// Who answers above; head of the holder's unit where absent.
    pub accountable: Option<PeopleId>,
    pub within: Limit,
    /// Set where `within` counts by another calendar than the procedure's.
    pub calendar: Option<CalendarId>,
    pub needs: Needs,
    pub makes: Vec<DocumentId>,
    pub actions: IndexMap<Verb, Transition>,
    pub escalate: Vec<Escalation>,
    pub legal: Option<LegalId>,
    /// Only for consultations of an outside body: what the case's clock does meanwhile.
    pub clock: Option<ClockPolicy>,
}

/// A step that waits for somebody outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    pub awaited: Party,
    /// Who holds the case meanwhile; whoever held the step before where absent.
    pub by: Option<By>,
    pub within: Limit,
    pub calendar: Option<CalendarId>,
    pub clock: Option<ClockPolicy>,
    pub legal: Option<LegalId>,
    pub actions: IndexMap<Verb, Transition>,
    pub late: Option<Late>,
    pub escalate: Vec<Escalation>,
}

/// A block of parallel branches.
#[derive(Clone, Debug, PartialEq)]
pub struct Parallel {
    pub bodies: Bodies,
    pub join: Join,
    /// What happens to the branches still open when the block joins early.
    pub rest: Rest,
    pub to: StepId,
    /// What the case's clock does while outside bodies are consulted.
    pub clock: Option<ClockPolicy>,
    /// A limit over the whole block, for `branches:`; a `for_each` block's limit is its branches'.
    pub within: Option<Limit>,
}

/// What the branches of a block are.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a procedure has few blocks and is kept behind one pointer")]
pub enum Bodies {
    /// The same question to several units; each branch rests in the block's own step and ends by `answer`.
    ForEach {
        units: Units,
        by: By,
        within: Limit,
        calendar: Option<CalendarId>,
        needs: Needs,
        makes: Vec<DocumentId>,
        silence: Option<Silence>,
        escalate: Vec<Escalation>,
    },
    /// Small step graphs; their steps are in [`Procedure::steps`] with `inside` set.
    Branches(IndexMap<BranchKey, BranchStart>),
}

/// Where a branch of a `branches:` block begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchStart {
    pub title: Title,
    pub start: StepId,
}

/// The units a block asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Units {
    Named(Vec<UnitId>),
    Field(FieldId),
}

/// What a silent body is taken to have said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    pub set: IndexMap<FieldId, Value>,
    pub legal: Option<LegalId>,
}

/// When a block joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    All,
    Any,
    AtLeast(u32),
    /// At least that share of the branches, rounded up; 1 to 100.
    AtLeastPercent(u8),
}

impl Join {
    /// How many of so many branches must have answered.
    pub fn of(self, asked: usize) -> usize {
        match self {
            Join::All => asked,
            Join::Any => 1,
            Join::AtLeast(n) => n as usize,
            Join::AtLeastPercent(percent) => (asked * usize::from(percent)).div_ceil(100),
        }
    }
}

/// The branches still open when a block joins early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Rest {
    #[default]
    Cancel,
    /// They may still answer until the case ends; nothing waits for them.
    Continue,
}

/// What a step's holder leads by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    People(PeopleId),
    SameAs(StepId),
    /// First choice that holds; ends in an `else`.
    Choose(Vec<Choice<PeopleId>>),
}

/// What happens when a wait runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Late {
    To(StepId),
    /// Takes that transition of the step, by the system.
    Do(Verb),
}

/// What the case's clock does during a wait or consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockPolicy {
    Pause,
    Restart,
    Exclude,
}

/// Adds a superior when a step is late; the holder stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// How long after the deadline.
    pub after: WorkingTime,
    pub to: PeopleId,
    /// The superior's own clock.
    pub within: Option<WorkingTime>,
}

/// How a case ends.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    pub outcome: Outcome,
    pub reopen: Option<Reopen>,
}

/// The kind of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Done,
    Refused,
    Withdrawn,
    Lapsed,
    Stopped,
}

impl Outcome {
    /// The stable word, as in JSON and in the status of a case that is over.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
            Outcome::Withdrawn => "withdrawn",
            Outcome::Lapsed => "lapsed",
            Outcome::Stopped => "stopped",
        }
    }

    /// Every outcome, in the order of the format's page.
    pub const ALL: [Outcome; 5] =
        [Outcome::Done, Outcome::Refused, Outcome::Withdrawn, Outcome::Lapsed, Outcome::Stopped];

    /// The outcome of that word.
    pub fn of(word: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// Leave to open an ended case again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reopen {
    pub by: Doer,
    pub to: StepId,
    pub within: WorkingTime,
    pub at_most: u32,
    pub reason: Reason,
}

impl Step {
    /// The named ways out; none for blocks, decisions and ends.
    pub fn actions(&self) -> Option<&IndexMap<Verb, Transition>> {
        match &self.kind {
            StepKind::Staff(staff) => Some(&staff.actions),
            StepKind::Wait(wait) => Some(&wait.actions),
            StepKind::Parallel(_) | StepKind::Decision(_) | StepKind::Call(_) | StepKind::End(_) => None,
        }
    }

    /// The word of the kind in a file.
    pub fn kind_word(&self) -> &'static str {
        match self.kind {
            StepKind::Staff(_) => "step",
            StepKind::Wait(_) => "wait",
            StepKind::Parallel(_) => "parallel",
            StepKind::Decision(_) => "decision",
            StepKind::Call(_) => "procedure",
            StepKind::End(_) => "end",
        }
    }
}
