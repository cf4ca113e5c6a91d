//! What changed between two texts of a procedure, in words: steps, limits, holders, conditions, papers, ends.
//!
//! Each text is taken apart into facts (`facts`), the steps that got another name are paired (`renames`), and what is
//! in one list and not in the other is told. Notes and the layout of the text are no change of what is meant.

mod difference;
mod facts;
mod order;
mod renames;
mod words;

use std::collections::{BTreeMap, BTreeSet};

pub use difference::{Difference, Kind};
pub use facts::{Fact, facts};
pub use renames::renames;

use crate::definition::diagnostic::Text;
use crate::definition::procedure::Procedure;
use crate::ids::StepId;

/// Everything that differs, in the order of the new text; what is gone stands at the end.
pub fn diff(old: &Procedure, new: &Procedure) -> Vec<Difference> {
    let renamed = renames(old, new);
    let (before, after) = (facts(old, &renamed), facts(new, &BTreeMap::new()));
    let mut found: Vec<Difference> = renamed.iter().map(|(from, to)| difference::renamed(new, from, to)).collect();
    let mut told: BTreeSet<String> = BTreeSet::new();
    // What is told of a whole is not told again of each of its parts.
    let inside = |told: &BTreeSet<String>, place: &str| {
        let mut above = place;
        while let Some((shorter, _)) = above.rsplit_once('/') {
            if told.contains(shorter) {
                return true;
            }
            above = shorter;
        }
        false
    };
    for (place, fact) in &after {
        match before.get(place) {
            Some(other) if other.value == fact.value => {}
            _ if inside(&told, place) => {}
            other => {
                if other.is_none() && fact.whole {
                    told.insert(place.clone());
                }
                found.push(difference::between(place, other, Some(fact)));
            }
        }
    }
    for (place, fact) in before.iter().filter(|(place, _)| !after.contains_key(*place)) {
        if !inside(&told, place) {
            if fact.whole {
                told.insert(place.clone());
            }
            found.push(difference::between(place, Some(fact), None));
        }
    }
    found.extend(order::moved(old, new, &renamed));
    found
}

/// What a version says of itself, for the first line of a comparison.
pub fn heading(old: &Procedure, new: &Procedure) -> Text {
    Text::new(
        format!("{}: bản {} so với bản {}", new.id, new.version, old.version),
        format!("{}: version {} against version {}", new.id, new.version, old.version),
    )
}

/// The new name of a step, where it has one.
pub fn now_called<'a>(renamed: &'a BTreeMap<StepId, StepId>, step: &'a StepId) -> &'a StepId {
    renamed.get(step).unwrap_or(step)
}
