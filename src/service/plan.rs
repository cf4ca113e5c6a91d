//! What a new text of a procedure would meet: its open cases, where each stands, and whether it can go on by the new
//! text. Looking writes nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;

use crate::definition::diff::renames;
use crate::definition::procedure::Procedure;
use crate::ids::{CaseId, Digest, PersonId, ProcedureId, StepId, Ts};
use crate::journal::codec::decode;
use crate::journal::entry::Record;
use crate::machine::case::Case;
use crate::machine::event::Event;
use crate::machine::evolve::evolve;
use crate::machine::migration::{Mapping, Obstacle, prove};
use crate::store::contract::{OpenEntry, Store, StoreError};

/// How many open cases are read at once.
const PAGE: u32 = 1_000;

/// One open case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    pub case: CaseId,
    pub version: u32,
    /// Where its branches rest and who holds them.
    pub at: Vec<Place>,
    /// The text does not want it to go on by it, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stays: Option<Obstacle>,
    /// Why it cannot.
    pub obstacles: Vec<Obstacle>,
}

impl Standing {
    /// It goes on by the new text: that wants it, and it is proved.
    pub fn migrates(&self) -> bool {
        self.stays.is_none() && self.obstacles.is_empty()
    }
}

/// Where a branch rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    pub step: StepId,
    pub holder: PersonId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Ts>,
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    pub procedure: ProcedureId,
    pub version: u32,
    /// The new text, to the byte.
    pub digest: Digest,
    /// In the order of cases; those that run by this very text already are left out.
    pub cases: Vec<Standing>,
    /// Branches by the step they rest in.
    pub by_step: BTreeMap<StepId, u64>,
    /// Cases that cannot be read.
    pub unreadable: Vec<CaseId>,
}

/// Looks at every open case of the procedure. `old` is the text each version had.
pub async fn plan(
    store: &dyn Store,
    old: impl Fn(&Case) -> Option<Arc<Procedure>>,
    new: &Procedure,
) -> Result<Plan, StoreError> {
    let mut plan = Plan::of(new);
    let mut ways: HashMap<Digest, Way> = HashMap::new();
    let mut after: Option<CaseId> = None;
    loop {
        let page = store.open_entries(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.case.clone());
        for entries in page.chunk_by(|a, b| a.case == b.case) {
            let Some(first) = entries.first() else { continue };
            let Some((case, history)) = replay(&first.case, entries) else {
                plan.unreadable.push(first.case.clone());
                continue;
            };
            if case.procedure != new.id || case.digest == new.digest {
                continue;
            }
            if !ways.contains_key(&case.digest) {
                let Some(old) = old(&case) else {
                    plan.unreadable.push(case.id);
                    continue;
                };
                ways.insert(case.digest.clone(), Way::between(old, new));
            }
            if let Some(way) = ways.get(&case.digest) {
                plan.add(&case, &history, way, new);
            }
        }
    }
    Ok(plan)
}

/// From one text to the new one.
struct Way {
    old: Arc<Procedure>,
    mapping: Mapping,
    stays: Option<Obstacle>,
}

impl Way {
    /// As the new text says; where it wants no case to go on by it, steps that are likely the same are taken for it, so
    /// that one sees what it would come to.
    fn between(old: Arc<Procedure>, new: &Procedure) -> Way {
        match Mapping::said(old.version, new) {
            Ok(mapping) => Way { old, mapping, stays: None },
            Err(why) => Way { mapping: Mapping::supposed(renames(&old, new)), stays: Some(why), old },
        }
    }
}

fn replay(id: &CaseId, entries: &[OpenEntry]) -> Option<(Case, Vec<Event>)> {
    let mut case = None;
    let mut history = Vec::with_capacity(entries.len());
    for entry in entries {
        let entry = decode(&entry.payload).ok()?;
        if let Record::Case(event) = entry.record {
            case = Some(evolve(case, id, &event, entry.occurred_at).ok()?);
            history.push(event);
        }
    }
    Some((case?, history))
}

impl Plan {
    /// A plan of a text that has met nobody yet.
    pub fn of(new: &Procedure) -> Plan {
        Plan {
            procedure: new.id.clone(),
            version: new.version,
            digest: new.digest.clone(),
            cases: Vec::new(),
            by_step: BTreeMap::new(),
            unreadable: Vec::new(),
        }
    }

    /// One open case with everything that has happened to it.
    pub fn meet(&mut self, case: &Case, history: &[Event], old: Arc<Procedure>, new: &Procedure) {
        self.add(case, history, &Way::between(old, new), new);
    }

    fn add(&mut self, case: &Case, history: &[Event], way: &Way, new: &Procedure) {
        let at: Vec<Place> = case
            .branches
            .values()
            .map(|branch| Place {
                step: branch.step.clone(),
                holder: branch.holder.person.clone(),
                deadline: branch.clock.as_ref().map(|running| running.clock.deadline),
            })
            .collect();
        for place in &at {
            *self.by_step.entry(place.step.clone()).or_default() += 1;
        }
        let history: Vec<&Event> = history.iter().collect();
        let obstacles = prove(case, &way.old, new, &way.mapping, &history);
        let stays = way.stays.clone();
        self.cases.push(Standing { case: case.id.clone(), version: case.procedure_version, at, stays, obstacles });
    }

    /// How many cases go on by the new text.
    pub fn migrating(&self) -> usize {
        self.cases.iter().filter(|case| case.migrates()).count()
    }
}
