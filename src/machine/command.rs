//! What is asked of a case: imperative, and only what deciding needs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::definition::procedure::Outcome;
use crate::definition::value::Value;
use crate::ids::{BranchId, CalendarId, CaseId, Digest, DocumentId, FieldId, PersonId, Ts, Verb};
use crate::machine::event::{CalledBy, TimerKey};

/// Who asks, when, and what.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub actor: Actor,
    /// When the act happens; the writer sets it from its clock, a timer's is the instant it was due.
    pub at: Ts,
    pub command: Command,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The engine itself: timers, automatic decisions.
    System,
    /// A person in his own right.
    Person(PersonId),
    /// A person by delegation; both names stay.
    Delegate { person: PersonId, on_behalf_of: PersonId },
}

impl Actor {
    /// The person who acts, whoever's right he acts by.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Actor::System => None,
            Actor::Person(person) | Actor::Delegate { person, .. } => Some(person),
        }
    }

    /// The person whose right is used.
    pub fn right_of(&self) -> Option<&PersonId> {
        match self {
            Actor::System => None,
            Actor::Person(person) => Some(person),
            Actor::Delegate { on_behalf_of, .. } => Some(on_behalf_of),
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Opens the case. Its rules come with the rules.
    Open(Open),
    /// Takes a transition of a branch's step, or an `anytime` one.
    Take(Take),
    /// An outside system says that something happened which the procedure waits for.
    Signal(Signal),
    /// A member of the council at a step says which of its ways out he is for; none is an abstention.
    Vote { branch: BranchId, verb: Option<Verb>, text: Option<String> },
    /// Confirms that the branch was received; writes the verdict on the giver.
    Receive { branch: BranchId },
    /// Gives back, unreceived, what was handed over incomplete.
    SendBack { branch: BranchId, reason: String },
    /// Takes a step of one's unit that waits for somebody.
    Claim { branch: BranchId },
    /// A head gives a step of his unit to one of its people.
    Assign { branch: BranchId, to: PersonId, reason: Option<String> },
    /// The holder hands the step on to an equal of the same pool.
    Transfer { branch: BranchId, to: PersonId, reason: String },
    /// The giver takes it back before it is received.
    Recall { branch: BranchId },
    /// Says something in the case; always possible for who may see it.
    Comment { text: String },
    /// Puts a paper into the case.
    Attach { document: DocumentId, name: Option<String> },
    /// Tells the citizen a new date, with a reason.
    Apologise { new_date: Ts, reason: String },
    /// The superior with whom an escalation lies takes notice of it: of that level, or of all that lie with him.
    Acknowledge { branch: BranchId, level: Option<u16>, text: Option<String> },
    /// Counts the case's clocks anew by the version of the calendar in force.
    ChangeCalendar { calendar: CalendarId },
    /// Goes on by a newer text of the procedure, where that is proved.
    Migrate { to: Digest, reason: Option<String> },
    /// A step of another case calls this one into life. Only the engine sends it, in the commit of the calling.
    OpenCalled(OpenCalled),
    /// A case that this one called has ended. Only the engine sends it, in the commit of the ending.
    EndCall { called: CaseId, outcome: Outcome, fields: BTreeMap<FieldId, Value>, documents: Vec<DocumentId> },
    /// The caller has gone on without this case. Only the engine sends it, in the commit of the going on.
    StopCalled { verb: Option<Verb>, reason: Option<String> },
    /// A timer fell due. Only the system sends it, at the instant it was due or, if the case has moved on since, at the
    /// instant of its last event; never earlier.
    Fire { timer: TimerKey },
}

impl Command {
    /// The word for it in journals, APIs and refusals.
    pub fn word(&self) -> &'static str {
        match self {
            Command::Open(_) => "open",
            Command::Take(_) => "take",
            Command::Signal(_) => "signal",
            Command::Vote { .. } => "vote",
            Command::Receive { .. } => "receive",
            Command::SendBack { .. } => "send_back",
            Command::Claim { .. } => "claim",
            Command::Assign { .. } => "assign",
            Command::Transfer { .. } => "transfer",
            Command::Recall { .. } => "recall",
            Command::Comment { .. } => "comment",
            Command::Attach { .. } => "attach",
            Command::Apologise { .. } => "apologise",
            Command::Acknowledge { .. } => "acknowledge",
            Command::ChangeCalendar { .. } => "change_calendar",
            Command::Migrate { .. } => "migrate",
            Command::OpenCalled(_) => "open_called",
            Command::EndCall { .. } => "end_call",
            Command::StopCalled { .. } => "stop_called",
            Command::Fire { .. } => "fire",
        }
    }
}

/// A new case, as received.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Open {
    /// What the case is about, in one line; shown in lists.
    pub title: String,
    /// The administrative code, one of the procedure's `codes`.
    pub code: Option<String>,
    /// `online`, `paper`, ... ; guards may read it.
    pub channel: Option<String>,
    pub fields: BTreeMap<FieldId, Value>,
    pub documents: Vec<DocumentId>,
}

/// A case that a step of another one calls.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenCalled {
    pub caller: CalledBy,
    pub open: Open,
}

/// A transition taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Take {
    pub branch: BranchId,
    pub verb: Verb,
    pub fields: BTreeMap<FieldId, Value>,
    pub documents: Vec<DocumentId>,
    pub reason: Option<String>,
    /// For `extend`: the new length asked for, in the canonical text of a working time.
    pub length: Option<String>,
}

/// A signal of an outside system.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Signal {
    /// Its name under `on_event`.
    pub event: String,
    /// The outside system's own number for it: sent again, it does nothing more.
    pub id: String,
    /// Which system sent it.
    pub source: Option<String>,
    /// The branch that waits for it; the first that does, where absent.
    pub branch: Option<BranchId>,
    pub fields: BTreeMap<FieldId, Value>,
    pub documents: Vec<DocumentId>,
}

impl Take {
    /// A transition with nothing given along.
    pub fn plain(branch: BranchId, verb: impl Into<Verb>) -> Take {
        Take { branch, verb: verb.into(), fields: BTreeMap::new(), documents: Vec::new(), reason: None, length: None }
    }
}
