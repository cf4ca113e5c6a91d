//! The file as meant: ways out of a step, and what taking one wants and gives.

use crate::calendar::working_time::WorkingTime;
use crate::definition::guard::Guard;
use crate::definition::procedure::{Limit, Title};
use crate::ids::{DocumentId, FieldId, LegalId, PeopleId, StepId};

/// A transition that is open from every step of the main line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anytime {
    /// Ends or moves the case (withdraw, stop).
    Go(Transition),
    /// Lengthens the case's clock by decision (extend).
    Extend(Extension),
}

/// Leave to lengthen the case's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub title: Option<Title>,
    pub by: Doer,
    pub at_most: u32,
    pub up_to: WorkingTime,
    pub reason: Reason,
    pub makes: Vec<DocumentId>,
    pub legal: Option<LegalId>,
    pub sign: Option<Sign>,
}

/// Who may take a transition, where it is not the holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doer {
    Holder,
    /// Somebody outside; the act is recorded by the holder, or by the one-stop, in the applicant's name.
    Applicant,
    Outside,
    People(PeopleId),
}

/// A named way out of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The author's label; standard verbs have a built-in one.
    pub title: Option<Title>,
    pub to: Target,
    pub when: Option<Guard>,
    pub by: Doer,
    pub needs: Needs,
    pub makes: Vec<DocumentId>,
    pub legal: Option<LegalId>,
    pub reason: Reason,
    pub at_most: Option<u32>,
    /// Limit of the step gone to, instead of that step's own (usually on a return).
    pub within: Option<Limit>,
    pub means: Means,
    /// The signature that taking it puts under what it makes.
    pub sign: Option<Sign>,
    /// An outside system's signal leads this way; a person who takes it records by hand what happened outside.
    pub signal: bool,
}

/// Where a transition leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Step(StepId),
    /// Back to the step the case came from.
    Origin,
    /// Ends this branch of a `branches:` block.
    Join,
}

/// The built-in meaning of a verb, or the author's `means:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    Forward,
    Back,
    Wait,
    End,
}

/// The kind of signature an act is given by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Initials: the one who drafted or looked it over.
    Initial,
    /// The signature of the one who decides.
    Approve,
    /// A digital signature.
    Digital,
}

impl Sign {
    /// The word in a file and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Sign::Initial => "initial",
            Sign::Approve => "approve",
            Sign::Digital => "digital",
        }
    }

    /// The kind in both languages.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Sign::Initial => ("ký nháy", "initialled"),
            Sign::Approve => ("ký duyệt", "signed"),
            Sign::Digital => ("ký số", "digitally signed"),
        }
    }
}

/// Whether an act wants a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Reason {
    #[default]
    None,
    Optional,
    Required,
}

/// What must be in the case before leaving.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Needs {
    pub fields: Vec<FieldId>,
    pub documents: Vec<DocumentId>,
}
