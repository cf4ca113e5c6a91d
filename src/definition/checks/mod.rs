//! The checks, one a file, in the order of the reference page.
//!
//! A check is total: it looks at a procedure that could be read and says what is wrong, in the author's words, once
//! for each cause. It passes over steps that have a fault of their own.

pub mod factory;
pub mod paths;
pub mod reference;
pub mod text;

mod limits;
mod p01_sideways;
mod p02_branch_end;
mod people;
mod r05_separation;
mod r13_reason;
mod s01_unreachable;
mod s02_dead_end;
mod s03_no_end;
mod s06_unbounded;
mod starts;
mod t01_path;
mod t23_sums;
mod variants;
mod waits;

pub mod across;
pub mod against;
pub mod beside;
pub mod directory;
pub mod v12_decision;
pub mod x11_policy;
pub mod y12_form;

use std::collections::BTreeSet;

use crate::definition::diagnostic::Diagnostic;
use crate::definition::graph::Graph;
use crate::definition::procedure::{Procedure, Step};
use crate::definition::source::{Route, Source};
use crate::ids::{StepId, Verb};

/// What a check looks at.
pub struct Look<'a> {
    pub procedure: &'a Procedure,
    pub graph: Graph,
    /// Steps with a fault of their own.
    pub broken: &'a BTreeSet<StepId>,
    pub source: &'a Source,
}

/// Every check over the procedure as meant.
pub fn structure(procedure: &Procedure, broken: &BTreeSet<StepId>, source: &Source) -> Vec<Diagnostic> {
    let look = Look { procedure, graph: Graph::of(procedure), broken, source };
    let checks: [fn(&Look<'_>) -> Vec<Diagnostic>; 13] = [
        s01_unreachable::check,
        s02_dead_end::check,
        s03_no_end::check,
        s06_unbounded::check,
        waits::check,
        p01_sideways::check,
        p02_branch_end::check,
        limits::check,
        starts::check,
        variants::check,
        people::check,
        r05_separation::check,
        r13_reason::check,
    ];
    checks.iter().flat_map(|check| check(&look)).collect()
}

impl Look<'_> {
    /// Where a step stands in the file.
    pub fn route(&self, step: &StepId) -> Route {
        match self.procedure.step(step).and_then(|step| step.inside.as_ref()) {
            Some((block, key)) => self.route(block).key("branches").key(key.as_str()).key("steps").key(step.as_str()),
            None => Route::of(["steps", step.as_str()]),
        }
    }

    /// Where a way out of a step stands in the file.
    pub fn way(&self, step: &StepId, verb: &Verb) -> Route {
        let actions = self.procedure.step(step).and_then(Step::actions);
        let signal = actions.and_then(|actions| actions.get(verb)).is_some_and(|way| way.signal);
        self.route(step).key(if signal { "on_event" } else { "actions" }).key(verb.as_str())
    }

    /// Every step that has no fault of its own.
    pub fn sound_steps(&self) -> impl Iterator<Item = &Step> {
        self.procedure.steps.values().filter(|step| !self.broken.contains(&step.id))
    }

    /// Whether the whole graph could be read: what a step leads to is not known where it is broken.
    pub fn whole(&self) -> bool {
        self.broken.is_empty()
    }
}
