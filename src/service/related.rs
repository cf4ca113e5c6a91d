//! The cases that a case belongs with, for its page: the one that called it and those that it called, as its own entries
//! tell of them. What another case is like inside stands only there, for who may see it.

use std::collections::BTreeMap;

use crate::ids::{CaseId, PersonId};
use crate::journal::entry::Record;
use crate::machine::event::Event;
use crate::service::query::{Past, Query, QueryError};
use crate::service::views::{RelatedView, Relation};

impl Query {
    /// The caller first, then what was called, in order; each with whether this viewer may look into it.
    pub(super) async fn related(&self, past: &Past, viewer: &PersonId) -> Result<Vec<RelatedView>, QueryError> {
        let mut related = of_entries(past);
        for case in &mut related {
            case.seen = match self.visible(&case.case, viewer).await {
                Ok(_) => true,
                Err(QueryError::Unknown) => false,
                Err(fault) => return Err(fault),
            };
        }
        Ok(related)
    }
}

fn of_entries(past: &Past) -> Vec<RelatedView> {
    let mut related: Vec<RelatedView> = Vec::new();
    if let Some(caller) = &past.case.caller {
        let title = past.shelf.current(&caller.procedure);
        related.push(RelatedView {
            relation: Relation::Caller,
            case: caller.case.clone(),
            procedure_title: title.map_or_else(|| caller.procedure.to_string(), |theirs| theirs.title.vi.clone()),
            procedure: caller.procedure.clone(),
            step_title: None,
            outcome: None,
            seen: false,
        });
    }
    let mut place: BTreeMap<&CaseId, usize> = BTreeMap::new();
    for sealed in &past.entries {
        let Record::Case(event) = &sealed.entry.record else { continue };
        match event {
            Event::Called(called) => {
                let title = past.shelf.procedure(&called.digest);
                place.insert(&called.case, related.len());
                related.push(RelatedView {
                    relation: Relation::Called,
                    case: called.case.clone(),
                    procedure_title: title.map_or_else(|| called.procedure.to_string(), |t| t.title.vi.clone()),
                    procedure: called.procedure.clone(),
                    step_title: Some(past.procedure.step_title(&called.step).to_owned()),
                    outcome: None,
                    seen: false,
                });
            }
            Event::CallEnded(ended) => {
                if let Some(called) = place.get(&ended.case).and_then(|at| related.get_mut(*at)) {
                    called.outcome = Some(ended.outcome.word());
                }
            }
            Event::CallDropped { case, .. } => {
                if let Some(called) = place.get(case).and_then(|at| related.get_mut(*at)) {
                    called.outcome = Some("stopped");
                }
            }
            _ => {}
        }
    }
    related
}
