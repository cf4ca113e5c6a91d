//! Steps that stand elsewhere in the file: the fewest that must move to make one order of the other.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::diagnostic::Text;
use crate::definition::diff::difference::{Difference, Kind};
use crate::definition::diff::now_called;
use crate::definition::procedure::Procedure;
use crate::ids::StepId;

/// One line for each step that moved.
pub fn moved(old: &Procedure, new: &Procedure, renamed: &BTreeMap<StepId, StepId>) -> Vec<Difference> {
    let before: Vec<&StepId> =
        old.steps.keys().map(|id| now_called(renamed, id)).filter(|id| new.steps.contains_key(*id)).collect();
    let place: BTreeMap<&StepId, usize> = before.iter().enumerate().map(|(n, id)| (*id, n)).collect();
    let after: Vec<&StepId> = new.steps.keys().filter(|id| place.contains_key(id)).collect();
    let kept = longest_rising(&after.iter().map(|id| place[id]).collect::<Vec<_>>());
    let mut found = Vec::new();
    for (n, step) in after.iter().enumerate().filter(|(n, _)| !kept.contains(n)) {
        let message = match n.checked_sub(1).map(|n| after[n]) {
            Some(earlier) => Text::new(
                format!("bước `{step}` chuyển tới sau `{earlier}`"),
                format!("step `{step}` now stands after `{earlier}`"),
            ),
            None => Text::new(format!("bước `{step}` chuyển lên đầu"), format!("step `{step}` now stands first")),
        };
        found.push(Difference {
            kind: Kind::Moved,
            of: "order",
            place: format!("steps/{step}"),
            step: Some(StepId::clone(step)),
            message,
            old: None,
            new: None,
        });
    }
    found
}

/// The positions of a longest rising run: what need not move.
fn longest_rising(numbers: &[usize]) -> BTreeSet<usize> {
    let mut length = vec![1usize; numbers.len()];
    let mut came_from: Vec<Option<usize>> = vec![None; numbers.len()];
    for n in 0..numbers.len() {
        for earlier in 0..n {
            if numbers[earlier] < numbers[n] && length[earlier] + 1 > length[n] {
                (length[n], came_from[n]) = (length[earlier] + 1, Some(earlier));
            }
        }
    }
    let mut here = (0..numbers.len()).max_by_key(|n| length[*n]);
    let mut kept = BTreeSet::new();
    while let Some(n) = here {
        kept.insert(n);
        here = came_from[n];
    }
    kept
}
