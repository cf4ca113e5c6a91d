//! The checks, one a file, in the order of the reference page.
//!
//! A check is total: it looks at a procedure that could be read and says what is wrong, in the author's words, once
//! for each cause. It passes over steps that have a fault of their own.

pub mod calendar;
pub mod case_types;
pub mod directory;
pub mod factory;
pub mod hidden;
pub mod paths;
pub mod reference;
pub mod sums;
pub mod text;

mod d01_results;
pub mod d02_forms;
mod d04_order;
mod d07_fields;
mod d09_personal;
mod d10_reasons;
mod d11_supplements;
mod g04_cells;
mod g08_unfilled;
mod g09_data;
mod g10_repeated;
mod l07_spelling;
mod labels;
mod limits;
pub mod lookalikes;
mod n11_unused;
mod n12_ids;
mod n16_council;
mod n17_numbers;
pub mod n21_calendar;
mod p01_sideways;
mod p02_branch_end;
mod p04_bodies;
mod p05_shared;
mod p11_product;
mod people;
mod r05_separation;
mod r11_result;
pub mod r12_vague;
mod r13_reason;
mod r15_owners;
mod r17_persons;
mod r22_legal;
mod s01_unreachable;
mod s02_dead_end;
mod s03_no_end;
mod s05_again;
mod s06_unbounded;
mod s08_to_and_fro;
mod s10_large;
mod s11_signatures;
mod s17_unsigned;
mod starts;
mod t01_path;
mod t02_worst;
mod t03_law;
mod t07_reminders;
mod t14_pauses;
mod t16_stopped;
mod t17_padding;
pub mod t20_taken;
mod t23_sums;
mod t24_enclosing;
mod t28_by_itself;
mod v03_over;
pub mod variants;
mod waits;
pub mod y11_changed;

pub mod across;
pub mod against;
pub mod beside;
pub mod r24_circle;
pub mod v12_decision;
pub mod x10_unused;
pub mod x11_policy;
pub mod y12_form;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::definition::checks::sums::Sum;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::filled::{maybe_made, surely_filled};
use crate::definition::graph::Graph;
use crate::definition::procedure::{Procedure, Step, Transition};
use crate::definition::source::{Route, Source};
use crate::ids::{DocumentId, FieldId, StepId, Verb};

/// What a check looks at.
pub struct Look<'a> {
    pub procedure: &'a Procedure,
    pub graph: Graph,
    /// Steps with a fault of their own.
    pub broken: &'a BTreeSet<StepId>,
    pub source: &'a Source,
    /// What the straight paths add up to, counted once for all checks.
    sums: OnceCell<Option<Vec<Sum>>>,
    filled: OnceCell<BTreeMap<StepId, BTreeSet<FieldId>>>,
    made: OnceCell<BTreeMap<StepId, BTreeSet<DocumentId>>>,
}

/// Every check over the procedure as meant.
pub fn structure(procedure: &Procedure, broken: &BTreeSet<StepId>, source: &Source) -> Vec<Diagnostic> {
    let look = Look::of(procedure, broken, source);
    CHECKS.iter().flat_map(|family| family.iter()).flat_map(|check| check(&look)).collect()
}

type Check = fn(&Look<'_>) -> Vec<Diagnostic>;

/// The checks by family, in the order of the reference.
const CHECKS: &[&[Check]] = &[
    &[n11_unused::check, n12_ids::check, n16_council::check, n17_numbers::check],
    &[
        s01_unreachable::check,
        s02_dead_end::check,
        s03_no_end::check,
        s05_again::check,
        s06_unbounded::check,
        s08_to_and_fro::check,
        s10_large::check,
        s11_signatures::check,
        waits::check,
        s17_unsigned::check,
    ],
    &[p01_sideways::check, p02_branch_end::check, p04_bodies::check, p05_shared::check, p11_product::check],
    &[g04_cells::check, g08_unfilled::check, g09_data::check, g10_repeated::check],
    &[
        limits::check,
        starts::check,
        t02_worst::check,
        t07_reminders::check,
        t14_pauses::check,
        t16_stopped::check,
        t17_padding::check,
        v03_over::check,
        variants::check,
        t28_by_itself::check,
    ],
    &[
        people::check,
        r05_separation::check,
        r11_result::check,
        r12_vague::check,
        r13_reason::check,
        r15_owners::check,
        r17_persons::check,
        r22_legal::check,
    ],
    &[
        d01_results::check,
        d04_order::check,
        d07_fields::check,
        d09_personal::check,
        d10_reasons::check,
        d11_supplements::check,
    ],
    &[labels::check, l07_spelling::check],
];

/// Where a step stands in the file of its procedure.
pub fn route(procedure: &Procedure, step: &StepId) -> Route {
    match procedure.step(step).and_then(|step| step.inside.as_ref()) {
        Some((block, key)) => route(procedure, block).key("branches").key(key.as_str()).key("steps").key(step.as_str()),
        None => Route::of(["steps", step.as_str()]),
    }
}

impl Look<'_> {
    /// A procedure with its graph.
    pub fn of<'a>(procedure: &'a Procedure, broken: &'a BTreeSet<StepId>, source: &'a Source) -> Look<'a> {
        Look::on(procedure, Graph::of(procedure), broken, source)
    }

    /// A procedure with a graph that is not all of its own.
    pub fn on<'a>(
        procedure: &'a Procedure,
        graph: Graph,
        broken: &'a BTreeSet<StepId>,
        source: &'a Source,
    ) -> Look<'a> {
        Look { procedure, graph, broken, source, sums: OnceCell::new(), filled: OnceCell::new(), made: OnceCell::new() }
    }

    /// Where a step stands in the file.
    pub fn route(&self, step: &StepId) -> Route {
        route(self.procedure, step)
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

    /// Every named way out of the steps that have no fault of their own.
    pub fn actions(&self) -> impl Iterator<Item = (&Step, &Verb, &Transition)> {
        self.sound_steps()
            .flat_map(|step| step.actions().into_iter().flatten().map(move |(verb, way)| (step, verb, way)))
    }

    /// Where a named way out stands in the file.
    pub fn action_route(&self, step: &StepId, verb: &Verb) -> Route {
        self.route(step).key("actions").key(verb.as_str())
    }

    /// What the longest straight paths to success of each case type add up to; nothing where there are too many paths.
    pub fn sums(&self) -> Option<&[Sum]> {
        self.sums.get_or_init(|| sums::sums(self.procedure, &self.graph)).as_deref()
    }

    /// The fields surely filled when a case comes to each step.
    pub fn filled(&self) -> &BTreeMap<StepId, BTreeSet<FieldId>> {
        self.filled.get_or_init(|| surely_filled(self.procedure))
    }

    /// The papers that may have been made when a case comes to each step.
    pub fn made(&self) -> &BTreeMap<StepId, BTreeSet<DocumentId>> {
        self.made.get_or_init(|| maybe_made(self.procedure))
    }

    /// Whether the whole graph could be read: what a step leads to is not known where it is broken.
    pub fn whole(&self) -> bool {
        self.broken.is_empty()
    }
}
