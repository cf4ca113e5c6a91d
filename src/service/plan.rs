//! What a new text of a procedure would meet: its open cases, where each stands, and whether it could go on by the new
//! text. Looking writes nothing; every case finishes on the version it was opened with.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::definition::diagnostic::Text;
use crate::definition::diff::renames;
use crate::definition::graph::Graph;
use crate::definition::procedure::{Procedure, StepKind, Target};
use crate::ids::{CaseId, PersonId, StepId, Ts, Verb};
use crate::journal::codec::decode;
use crate::journal::entry::Record;
use crate::machine::case::Case;
use crate::machine::event::Event;
use crate::machine::evolve::evolve;
use crate::store::contract::{OpenEntry, Store, StoreError};

/// How many open cases are read at once.
const PAGE: u32 = 1_000;

/// Why a case could not go on by the new text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Obstacle {
    /// It rests in a step that is gone.
    StepGone { step: StepId },
    /// The step is of another kind now.
    KindChanged { step: StepId },
    /// Something it did cannot be done so any more.
    HistoryDiffers { step: StepId, verb: Verb },
    /// It holds data that the new text does not know.
    FieldGone { field: String },
    /// From there the new text leads to no end.
    NoEnd { step: StepId },
}

/// One open case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    pub case: CaseId,
    pub version: u32,
    /// Where its branches rest and who holds them.
    pub at: Vec<Place>,
    pub obstacles: Vec<Obstacle>,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// In the order of cases; those that run by this very text already are left out.
    pub cases: Vec<Standing>,
    /// Branches by the step they rest in.
    pub by_step: BTreeMap<StepId, u64>,
    /// Cases that cannot be read.
    pub unreadable: Vec<CaseId>,
}

impl Obstacle {
    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Obstacle::StepGone { step } => Text::new(
                format!("đang ở bước `{step}`, bản mới không có"),
                format!("rests in step `{step}`, which the new text has not"),
            ),
            Obstacle::KindChanged { step } => Text::new(
                format!("bước `{step}` nay là loại bước khác"),
                format!("step `{step}` is of another kind now"),
            ),
            Obstacle::HistoryDiffers { step, verb } => Text::new(
                format!("đã làm `{verb}` ở bước `{step}`, bản mới không cho làm như vậy"),
                format!("took `{verb}` in step `{step}`, which the new text does not allow so"),
            ),
            Obstacle::FieldGone { field } => Text::new(
                format!("có dữ liệu `{field}`, bản mới không có trường này"),
                format!("holds `{field}`, a field that the new text has not"),
            ),
            Obstacle::NoEnd { step } => Text::new(
                format!("từ bước `{step}` bản mới không tới được kết thúc"),
                format!("from step `{step}` the new text leads to no end"),
            ),
        }
    }
}

/// Looks at every open case of the procedure. `old` is the text each version had.
pub async fn plan(
    store: &dyn Store,
    old: impl Fn(&Case) -> Option<std::sync::Arc<Procedure>>,
    new: &Procedure,
) -> Result<Plan, StoreError> {
    let mut plan = Plan::default();
    let mut after: Option<CaseId> = None;
    loop {
        let page = store.open_entries(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.case.clone());
        for entries in page.chunk_by(|a, b| a.case == b.case) {
            let Some(first) = entries.first() else { continue };
            let Some((case, taken)) = replay(&first.case, entries) else {
                plan.unreadable.push(first.case.clone());
                continue;
            };
            if case.procedure != new.id || case.digest == new.digest {
                continue;
            }
            match old(&case) {
                Some(old) => plan.add(&case, &taken, &old, new),
                None => plan.unreadable.push(case.id),
            }
        }
    }
    Ok(plan)
}

/// An act of the past: step, verb, where it led.
type Act = (StepId, Verb, Option<StepId>);

fn replay(id: &CaseId, entries: &[OpenEntry]) -> Option<(Case, Vec<Act>)> {
    let mut case = None;
    let mut taken = Vec::new();
    for entry in entries {
        let entry = decode(&entry.payload).ok()?;
        if let Record::Case(event) = &entry.record {
            if let Event::Taken(act) = event {
                taken.push((act.step.clone(), act.verb.clone(), act.to.clone()));
            }
            case = Some(evolve(case, id, event, entry.occurred_at).ok()?);
        }
    }
    Some((case?, taken))
}

impl Plan {
    fn add(&mut self, case: &Case, taken: &[Act], old: &Procedure, new: &Procedure) {
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
        let obstacles = obstacles(case, taken, old, new);
        self.cases.push(Standing { case: case.id.clone(), version: case.procedure_version, at, obstacles });
    }
}

/// What stands in the way of one case. Steps that go on under another name are the same steps.
fn obstacles(case: &Case, taken: &[Act], old: &Procedure, new: &Procedure) -> Vec<Obstacle> {
    let renamed = renames(old, new);
    let now = |step: &StepId| renamed.get(step).unwrap_or(step).clone();
    let graph = Graph::of(new);
    let ends = new.steps.values().filter(|step| matches!(step.kind, StepKind::End(_))).map(|step| &step.id);
    let ending = graph.coreachable(ends);
    let mut found = Vec::new();
    for branch in case.branches.values() {
        let step = branch.step.clone();
        match (old.step(&step), new.step(&now(&step))) {
            (_, None) => found.push(Obstacle::StepGone { step }),
            (Some(before), Some(after)) if before.kind_word() != after.kind_word() => {
                found.push(Obstacle::KindChanged { step });
            }
            // A branch of a block ends with its block.
            (_, Some(after)) if after.inside.is_none() && !ending.contains(&after.id) => {
                found.push(Obstacle::NoEnd { step });
            }
            _ => {}
        }
    }
    let mut told = BTreeSet::new();
    for (step, verb, _) in taken.iter().filter(|act| !allowed(old, new, act, &now)) {
        if told.insert((step, verb)) {
            found.push(Obstacle::HistoryDiffers { step: step.clone(), verb: verb.clone() });
        }
    }
    let gone = case.fields.keys().filter(|field| !new.fields.contains_key(*field));
    found.extend(gone.map(|field| Obstacle::FieldGone { field: field.to_string() }));
    found
}

/// Whether an act of the past is possible in the new text, leading where it led. What is no action of a step (from
/// anywhere, or a block's answer) is held against the whole text.
fn allowed(old: &Procedure, new: &Procedure, (step, verb, to): &Act, now: &impl Fn(&StepId) -> StepId) -> bool {
    let Some(after) = new.step(&now(step)) else { return false };
    let was_action = old.step(step).and_then(|step| step.actions()).is_some_and(|actions| actions.contains_key(verb));
    if !was_action {
        return true;
    }
    let Some(action) = after.actions().and_then(|actions| actions.get(verb)) else { return false };
    match (&action.to, to) {
        (Target::Step(target), Some(to)) => *target == now(to),
        (Target::Origin, Some(_)) | (Target::Join, None) => true,
        _ => false,
    }
}
