//! Stand-ins of the procedures that a procedure calls: a scenario is about one procedure, and says itself how a called
//! case ends. What the called file is really like is for the checks over both, and for its own scenarios.

use std::sync::Arc;

use crate::definition::procedure::{Procedure, StepKind};
use crate::ids::ProcedureId;
use crate::machine::rules::Callable;

/// For each calling step a text that takes and gives whatever the calls exchange.
pub fn callable(procedure: &Procedure) -> Callable {
    if !procedure.calls() {
        return Callable::default();
    }
    Callable::of(procedure, |id, version| Some(Arc::new(stand_in(procedure, id, version))))
}

fn stand_in(procedure: &Procedure, id: &ProcedureId, version: Option<u32>) -> Procedure {
    let mut text = procedure.clone();
    text.id = id.clone();
    text.version = version.unwrap_or(1);
    text.fields.clear();
    text.documents.clear();
    for step in procedure.steps.values() {
        let StepKind::Call(call) = &step.kind else { continue };
        if call.uses.procedure != *id {
            continue;
        }
        for exchange in [&call.uses.pass, &call.uses.take] {
            for (ours, theirs) in &exchange.fields {
                if let Some(field) = procedure.fields.get(ours) {
                    text.fields.entry(theirs.clone()).or_insert_with(|| field.clone());
                }
            }
            for (ours, theirs) in &exchange.documents {
                if let Some(document) = procedure.documents.get(ours) {
                    text.documents.entry(theirs.clone()).or_insert_with(|| document.clone());
                }
            }
        }
    }
    text
}
