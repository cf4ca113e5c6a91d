//! The file as meant: who does it, by rule and never by name.

use crate::definition::procedure::Title;
use crate::definition::share::Share;
use crate::ids::{LegalId, PeopleId, PostId, StepId, UnitId};

/// Who, by rule: resolved to one person when the case arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct People {
    pub title: Title,
    pub who: Who,
    pub pick: Pick,
    /// In order, when the one picked is absent, barred by separation, or missing.
    pub substitute: Vec<Substitute>,
}

/// The candidates of a `people` entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    Post { post: PostId, unit: UnitRef },
    HeadOf(UnitRef),
    DeputyOf(UnitRef),
    HolderOf(StepId),
    ManagerOf(PeopleId),
    Council(Council),
}

/// Several who decide together: the members vote, the chair holds the step and takes the way that is carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Council {
    pub chair: PeopleId,
    pub members: Vec<PeopleId>,
    /// How many of the members must have voted.
    pub quorum: Share,
    /// How many must be for it.
    pub threshold: Share,
    /// The threshold is a part of all members, and not of those who voted.
    pub of_members: bool,
}

impl Council {
    /// How many must be for a way out, of so many members of whom so many voted.
    pub fn carries(&self, members: u32, voted: u32) -> u32 {
        self.threshold.of(if self.of_members { members } else { voted })
    }

    /// The threshold as written, in its canonical form.
    pub fn threshold_text(&self) -> String {
        let of = if self.of_members { " of members" } else { "" };
        format!("{}{of}", self.threshold)
    }
}

/// A unit by name, or the unit of the branch (`each.unit`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitRef {
    Unit(UnitId),
    Each,
}

/// How one of several candidates is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// There must be one candidate; more is the check R02.
    Only,
    LeastLoaded,
    Rotate,
    /// The candidate in charge of this procedure's field of work (directory `areas`), else the least loaded.
    ByField,
    Claim,
    AssignedBy(PeopleId),
}

/// One entry of `substitute:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Substitute {
    People(PeopleId),
    DeputyOf(UnitRef),
    HeadOf(UnitRef),
}

/// Steps that must be done by different persons, pairwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Separation {
    pub title: Title,
    pub steps: Vec<StepId>,
    pub legal: Option<LegalId>,
}
