//! A file against the people there are: everything that a directory beside it can tell. Skipped where there is none.
//!
//! `seats` finds who can come to a step by its rule; the rest is one check a file.

mod d06_signer;
mod names;
mod p12_two_branches;
mod r03_vacant;
mod r04_no_substitute;
mod r06_separation;
mod r07_subordinate;
mod r08_circle;
mod r10_delegation;
mod r14_sideways;
mod r16_contact;
mod r18_share;
mod r19_delegation;
mod r20_inspector;
mod r21_own_judge;
mod s15_single_point;
pub mod seats;
mod witness;

pub use names::{no_substitute_circle, without_directory};
pub use r18_share::share;

use std::cell::OnceCell;

use crate::definition::checks::beside::seats::Seats;
use crate::definition::checks::{directory, n16_council};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::graph::Graph;
use crate::definition::procedure::{Procedure, Step};
use crate::definition::source::{Route, Source};
use crate::directory::Directory;
use crate::ids::{StepId, Ts};

/// What these checks look at.
pub struct Beside<'a> {
    pub procedure: &'a Procedure,
    /// Made when it is first asked for: most of these checks look at people alone.
    graph: OnceCell<Graph>,
    pub directory: &'a Directory,
    /// The instant the directory is asked for.
    pub at: Ts,
    pub source: &'a Source,
    pub seats: Seats<'a>,
}

/// Everything a directory can tell about one file. Where a unit or post is unknown, that alone is told.
pub fn check(procedure: &Procedure, on: &Directory, at: Ts, source: &Source) -> Vec<Diagnostic> {
    let unknown = directory::check(procedure, on, at, source);
    if unknown.iter().any(|found| found.code == "N10") {
        return unknown;
    }
    let look = Beside::of(procedure, on, at, source);
    let checks: [fn(&Beside<'_>) -> Vec<Diagnostic>; 15] = [
        n16_council::with_people,
        r03_vacant::check,
        r04_no_substitute::check,
        s15_single_point::check,
        r06_separation::check,
        r07_subordinate::check,
        r08_circle::check,
        r10_delegation::check,
        r14_sideways::check,
        r16_contact::check,
        r19_delegation::check,
        r20_inspector::check,
        r21_own_judge::check,
        p12_two_branches::check,
        d06_signer::check,
    ];
    let mut found = unknown;
    found.extend(checks.iter().flat_map(|check| check(&look)));
    found
}

impl<'a> Beside<'a> {
    /// A file and the people there are.
    pub fn of(procedure: &'a Procedure, directory: &'a Directory, at: Ts, source: &'a Source) -> Beside<'a> {
        let seats = Seats { procedure, directory, at };
        Beside { procedure, graph: OnceCell::new(), directory, at, source, seats }
    }

    /// The procedure's graph.
    pub fn graph(&self) -> &Graph {
        self.graph.get_or_init(|| Graph::of(self.procedure))
    }

    /// Where a step stands in the file.
    pub fn route(&self, step: &StepId) -> Route {
        match self.procedure.step(step).and_then(|step| step.inside.as_ref()) {
            Some((block, key)) => self.route(block).key("branches").key(key.as_str()).key("steps").key(step.as_str()),
            None => Route::of(["steps", step.as_str()]),
        }
    }

    /// Every step that somebody of the authority works.
    pub fn staffed(&self) -> impl Iterator<Item = &Step> {
        self.procedure.steps.values().filter(|step| seats::rule(step).is_some())
    }
}
