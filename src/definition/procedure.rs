//! The file as meant: a procedure in which no invalid value exists. Made by `resolve`, read by everything above.
//!
//! It carries no positions: a check that needs one builds the route (`steps`, `ky`, `actions`, `sign`, `to`) and asks
//! the source. It may not know calendars' contents, the directory, or any case. What stands in it is in the files of this
//! folder, by subject: the terms of a case, its data, its people, its steps, their ways out.

mod data;
mod people;
mod steps;
mod terms;
mod ways;

use indexmap::IndexMap;
use jiff::civil::Date;

use crate::calendar::working_time::WorkingTime;
use crate::definition::guard::Guard;
use crate::ids::{
    CalendarId, Digest, DocumentId, FieldId, GroupId, LegalId, PeopleId, ProcedureId, StepId, UnitId, VariantId, Verb,
};

pub use data::{Document, Field};
pub use people::{Council, People, Pick, Separation, Substitute, UnitRef, Who};
pub use steps::{
    Bodies, BranchStart, By, ClockPolicy, End, Escalation, Join, Late, Outcome, Parallel, Reopen, Rest, Silence, Staff,
    Step, StepKind, Units, Wait,
};
pub use terms::{Applies, CaseTerms, Counting, Group, Limit, OnTime, PromiseTerms, Told, Variant, Warn};
pub use ways::{Anytime, Doer, Extension, Means, Needs, Reason, Sign, Target, Transition};

/// One published text of a unit's written state machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedure {
    pub id: ProcedureId,
    /// Whole number, one more for each published text.
    pub version: u32,
    /// SHA-256 of the text of the file: what a case is pinned to.
    pub digest: Digest,
    pub effective: Option<Date>,
    pub until: Option<Date>,
    /// Procedures that this one takes the place of: no new case is opened by them once it is in force.
    pub supersedes: Vec<ProcedureId>,
    pub title: Title,
    /// The unit that answers for the file.
    pub owner: UnitId,
    pub codes: Vec<String>,
    pub decision: Option<Decision>,
    /// Default calendar of all steps.
    pub calendar: CalendarId,
    pub legal: IndexMap<LegalId, Legal>,
    pub case: CaseTerms,
    pub fields: IndexMap<FieldId, Field>,
    pub documents: IndexMap<DocumentId, Document>,
    pub people: IndexMap<PeopleId, People>,
    pub separate: Vec<Separation>,
    pub groups: IndexMap<GroupId, Group>,
    /// Other limits for some codes or kinds of case; of those that fit, the first in the file.
    pub variants: IndexMap<VariantId, Variant>,
    /// Transitions open from any open step of the main line: withdraw, stop, extend.
    pub anytime: IndexMap<Verb, Anytime>,
    /// Where a case begins: the first choice that holds.
    pub start: Vec<Choice<StepId>>,
    /// Every step by id, in the order of the file; steps of `branches:` blocks stand here too, with [`Step::inside`] set.
    pub steps: IndexMap<StepId, Step>,
    pub known_defects: Vec<KnownDefect>,
    pub allowed: Vec<Allowance>,
    pub changes: IndexMap<u32, Change>,
}

/// A label in Vietnamese, and in English where the author gave it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Title {
    pub vi: String,
    pub en: Option<String>,
}

/// A decision that approves something: its number and date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub number: String,
    pub date: Date,
}

/// What `legal:` points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legal {
    pub vi: String,
    pub limit: Option<WorkingTime>,
    pub note: Option<String>,
    pub url: Option<String>,
}

/// One of several results by condition; only the last of a list may lack a condition (`else`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<T> {
    pub when: Option<Guard>,
    pub then: T,
}

/// Outside or inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    Applicant,
    Staff,
    /// An outside agency, for waits.
    Outside,
}

/// A legally approved fault, shown for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDefect {
    pub check: String,
    /// The place in the file, as keys with dots between; needed where the check finds several faults.
    pub at: Option<String>,
    pub because: String,
    pub accepted_by: String,
    pub date: Date,
}

/// A warning that the author has looked at and keeps, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub check: String,
    /// The place in the file, as keys with dots between.
    pub at: String,
    pub because: String,
}

/// One entry of the history of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub date: Date,
    pub vi: String,
    pub running: OpenCases,
}

/// What becomes of the cases that are open when a version comes into force.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum OpenCases {
    /// The file says nothing: they finish on their version, and whoever looks is told of it.
    #[default]
    Unsaid,
    /// They finish on their version.
    Finish,
    /// They go on by this version where that can be proved; steps that are called otherwise now, or that changed and may
    /// be gone on with all the same, are named: old step, step of this version.
    Migrate(IndexMap<StepId, StepId>),
}

impl OpenCases {
    /// The step of this version that an old step is said to be.
    pub fn said(&self, old: &StepId) -> Option<&StepId> {
        match self {
            OpenCases::Unsaid | OpenCases::Finish => None,
            OpenCases::Migrate(steps) => steps.get(old),
        }
    }
}

impl Procedure {
    /// The step of that id.
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        self.steps.get(id)
    }

    /// The step's label in Vietnamese, or its id where there is no such step.
    pub fn step_title<'a>(&'a self, id: &'a StepId) -> &'a str {
        self.steps.get(id).map_or(id.as_str(), |step| step.title.vi.as_str())
    }

    /// Whether a transition goes on with the work: the step's own needs and products belong to that, not to sending
    /// back, to waiting, or to ending without result.
    pub fn goes_on(&self, transition: &Transition) -> bool {
        let ends_without = |to: &StepId| {
            let step = self.step(to);
            step.is_some_and(|step| matches!(&step.kind, StepKind::End(end) if end.outcome != Outcome::Done))
        };
        match (transition.means, &transition.to) {
            (Means::Back | Means::Wait, _) => false,
            (Means::Forward | Means::End, Target::Step(to)) => !ends_without(to),
            (Means::Forward | Means::End, Target::Origin | Target::Join) => true,
        }
    }

    /// Every calendar it counts by: its own, and those of steps that name another.
    pub fn calendars(&self) -> impl Iterator<Item = (Option<&StepId>, &CalendarId)> {
        let of_steps = self.steps.values().filter_map(|step| {
            let calendar = match &step.kind {
                StepKind::Staff(staff) => staff.calendar.as_ref(),
                StepKind::Wait(wait) => wait.calendar.as_ref(),
                StepKind::Parallel(Parallel { bodies: Bodies::ForEach { calendar, .. }, .. }) => calendar.as_ref(),
                StepKind::Call(call) => call.calendar.as_ref(),
                StepKind::Parallel(_) | StepKind::Decision(_) | StepKind::End(_) => None,
            }?;
            Some((Some(&step.id), calendar))
        });
        std::iter::once((None, &self.calendar)).chain(of_steps)
    }

    /// Whether a step of it calls another procedure.
    pub fn calls(&self) -> bool {
        self.steps.values().any(|step| matches!(step.kind, StepKind::Call(_)))
    }

    /// Every group that holds the step.
    pub fn groups_of<'a>(&'a self, step: &'a StepId) -> impl Iterator<Item = (&'a GroupId, &'a Group)> {
        self.groups.iter().filter(move |(_, group)| group.steps.contains(step))
    }
}

impl Procedure {
    /// The procedure with a variant's limits in place of its own: what the sums of its cases are.
    pub fn under(&self, variant: &Variant) -> Procedure {
        let mut procedure = self.clone();
        procedure.case.within = variant.case.clone().unwrap_or(procedure.case.within);
        for (id, limit) in &variant.groups {
            if let Some(group) = procedure.groups.get_mut(id) {
                group.within = Some(limit.clone());
            }
        }
        for (id, limit) in &variant.steps {
            match procedure.steps.get_mut(id).map(|step| &mut step.kind) {
                Some(StepKind::Staff(staff)) => staff.within = limit.clone(),
                Some(StepKind::Wait(wait)) => wait.within = limit.clone(),
                Some(StepKind::Parallel(Parallel { bodies: Bodies::ForEach { within, .. }, .. })) => {
                    *within = limit.clone();
                }
                Some(StepKind::Parallel(block)) => block.within = Some(limit.clone()),
                Some(StepKind::Call(call)) => call.within = limit.clone(),
                Some(StepKind::Decision(_) | StepKind::End(_)) | None => {}
            }
        }
        procedure
    }
}
