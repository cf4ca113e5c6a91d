//! Which step goes on under another name: the file says so (`migrate`), or its neighbours and its label are the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::graph::Graph;
use crate::definition::procedure::{Procedure, Step};
use crate::fold::{distance, fold};
use crate::ids::StepId;

/// From this likeness on, of 100, two steps are taken for one.
const ALIKE: usize = 60;

/// Old name -> new name, for steps that are gone and came back under another name.
pub fn renames(old: &Procedure, new: &Procedure) -> BTreeMap<StepId, StepId> {
    let gone: Vec<&Step> = old.steps.values().filter(|step| !new.steps.contains_key(&step.id)).collect();
    let come: Vec<&Step> = new.steps.values().filter(|step| !old.steps.contains_key(&step.id)).collect();
    let mut renamed = BTreeMap::new();
    let mut taken: BTreeSet<&StepId> = BTreeSet::new();
    if let Some(change) = new.changes.get(&new.version) {
        for step in &gone {
            let declared = change.running.said(&step.id).and_then(|to| come.iter().find(|step| step.id == *to));
            if let Some(to) = declared.filter(|to| taken.insert(&to.id)) {
                renamed.insert(step.id.clone(), to.id.clone());
            }
        }
    }
    let (before, after) = (Graph::of(old), Graph::of(new));
    let mut pairs: Vec<(usize, &StepId, &StepId)> = Vec::new();
    for step in &gone {
        for other in come.iter().filter(|other| other.kind_word() == step.kind_word()) {
            let alike = (likeness(step, other) + 2 * neighbours(&before, step, &after, other)) / 3;
            pairs.push((alike, &step.id, &other.id));
        }
    }
    // The likeliest pair first; of equals the first in the file.
    pairs.sort_by_key(|(alike, ..)| std::cmp::Reverse(*alike));
    for (alike, from, to) in pairs {
        if alike >= ALIKE && !renamed.contains_key(from) && taken.insert(to) {
            renamed.insert(from.clone(), to.clone());
        }
    }
    renamed
}

/// How like two labels are, of 100.
fn likeness(a: &Step, b: &Step) -> usize {
    let (a, b) = (fold(&a.title.vi), fold(&b.title.vi));
    let longest = a.chars().count().max(b.chars().count()).clamp(1, 64);
    100 - (100 * distance(&a, &b) / longest).min(100)
}

/// How many of the steps before and after they share, of 100.
fn neighbours(before: &Graph, a: &Step, after: &Graph, b: &Step) -> usize {
    let around = |graph: &Graph, step: &StepId| {
        let out = graph.out_of(step).map(|(to, _)| format!(">{to}"));
        let into = graph.ways_into(step).map(|(from, _)| format!("<{from}"));
        out.chain(into).collect::<BTreeSet<String>>()
    };
    let (a, b) = (around(before, &a.id), around(after, &b.id));
    100 * a.intersection(&b).count() / a.union(&b).count().max(1)
}
