//! A step in which a case of another procedure runs: what it is given, what is taken back, and where the case goes on.
//!
//! Everything here stands in the calling file; it may not know the called one, which may have another version by the time
//! the step is entered.

use indexmap::IndexMap;

use crate::calendar::working_time::WorkingTime;
use crate::definition::procedure::{By, Escalation, Limit, Outcome, Target};
use crate::ids::{CalendarId, DocumentId, FieldId, LegalId, ProcedureId};

/// The deepest that cases called by cases may lie under each other.
pub const DEEPEST: u32 = 4;

/// A step that waits for a case of another procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Who answers for the step meanwhile; whoever held the case before where absent.
    pub by: Option<By>,
    pub within: Limit,
    pub calendar: Option<CalendarId>,
    pub legal: Option<LegalId>,
    pub escalate: Vec<Escalation>,
    pub uses: Use,
}

/// What is used, as written under `use`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub procedure: ProcedureId,
    /// A certain version; the one in force when the step is entered where absent.
    pub version: Option<u32>,
    /// What the called case begins with.
    pub pass: Exchange,
    /// What comes back when it ends.
    pub take: Exchange,
    pub to: Onward,
}

/// Names of this file beside names of the called one, always in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    pub fields: IndexMap<FieldId, FieldId>,
    pub documents: IndexMap<DocumentId, DocumentId>,
}

/// Where the case goes on, by how the called one ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Onward {
    pub outcomes: IndexMap<Outcome, Target>,
    /// After every outcome that is not named.
    pub otherwise: Target,
}

impl Onward {
    /// Where the case goes on after that outcome.
    pub fn after(&self, outcome: Outcome) -> &Target {
        self.outcomes.get(&outcome).unwrap_or(&self.otherwise)
    }

    /// Every place it may go on, each once, in the order written.
    pub fn targets(&self) -> Vec<&Target> {
        let mut targets: Vec<&Target> = Vec::new();
        for target in self.outcomes.values().chain([&self.otherwise]) {
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
        targets
    }
}

impl Call {
    /// The limit, where it is one length.
    pub fn length(&self) -> Option<&WorkingTime> {
        match &self.within {
            Limit::Length(length) => Some(length),
            _ => None,
        }
    }
}
