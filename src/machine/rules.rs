//! Everything a decision may look at beside the case: the procedure, the directory, the calendars, who has how much.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::shelf::Calendars;
use crate::definition::procedure::{Procedure, StepKind};
use crate::directory::Directory;
use crate::ids::{PersonId, ProcedureId, StepId, Ts};
use crate::machine::migration::Onto;

/// The rules a case is decided by.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The text the case is pinned to.
    pub procedure: &'a Procedure,
    pub directory: &'a Directory,
    pub calendars: &'a Calendars,
    pub workload: &'a Workload,
    /// The text that the case is asked to go on by; only [`crate::machine::command::Command::Migrate`] looks at it.
    pub onto: Option<Onto<'a>>,
    /// What the procedure's steps call.
    pub callable: &'a Callable,
}

/// The procedures that the steps of one call, each in the text that would be opened now; a step whose procedure is not
/// there has none.
#[derive(Clone, Debug, Default)]
pub struct Callable(BTreeMap<StepId, Arc<Procedure>>);

static NOTHING: Callable = Callable(BTreeMap::new());

impl Callable {
    /// Of a procedure that calls nothing.
    pub fn nothing() -> &'static Callable {
        &NOTHING
    }

    /// What a procedure's steps call; `find` knows the text in force, or that of a certain version.
    pub fn of(
        procedure: &Procedure,
        mut find: impl FnMut(&ProcedureId, Option<u32>) -> Option<Arc<Procedure>>,
    ) -> Callable {
        let calls = procedure.steps.values().filter_map(|step| match &step.kind {
            StepKind::Call(call) => Some((step.id.clone(), find(&call.uses.procedure, call.uses.version)?)),
            _ => None,
        });
        Callable(calls.collect())
    }

    /// The text that a step calls.
    pub fn at(&self, step: &StepId) -> Option<&Procedure> {
        self.0.get(step).map(Arc::as_ref)
    }
}

/// What each person holds now, over all cases: for the least loaded and for taking turns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workload(BTreeMap<PersonId, Load>);

/// One person's share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Open holdings.
    pub open: u32,
    /// When the last one came to him.
    pub last_given: Option<Ts>,
}

impl Workload {
    /// What the person holds; nothing known is nothing held.
    pub fn of(&self, person: &PersonId) -> Load {
        self.0.get(person).copied().unwrap_or_default()
    }

    /// Sets what a person holds.
    pub fn put(&mut self, person: PersonId, load: Load) {
        self.0.insert(person, load);
    }

    /// Counts one more holding that began at `at`.
    pub fn give(&mut self, person: &PersonId, at: Ts) {
        let load = self.0.entry(person.clone()).or_default();
        load.open += 1;
        load.last_given = load.last_given.max(Some(at));
    }

    /// Counts one holding less.
    pub fn take(&mut self, person: &PersonId) {
        if let Some(load) = self.0.get_mut(person) {
            load.open = load.open.saturating_sub(1);
        }
    }
}
