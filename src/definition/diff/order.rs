//! Steps and variants that stand elsewhere in the file: the fewest that must move to make one order of the other.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::diagnostic::Text;
use crate::definition::diff::difference::{Difference, Kind};
use crate::definition::diff::now_called;
use crate::definition::procedure::Procedure;
use crate::ids::{StepId, VariantId};

/// One line for each step that moved, and for each variant: of the variants that fit a case the first counts.
pub fn moved(old: &Procedure, new: &Procedure, renamed: &BTreeMap<StepId, StepId>) -> Vec<Difference> {
    let before: Vec<&str> = old.steps.keys().map(|id| now_called(renamed, id).as_str()).collect();
    let after: Vec<&str> = new.steps.keys().map(StepId::as_str).collect();
    let steps = out_of_place(&before, &after)
        .into_iter()
        .map(|(id, earlier)| told(("bước", "step"), "order", format!("steps/{id}"), Some(id.into()), id, earlier));
    let before: Vec<&str> = old.variants.keys().map(VariantId::as_str).collect();
    let after: Vec<&str> = new.variants.keys().map(VariantId::as_str).collect();
    let variants = out_of_place(&before, &after)
        .into_iter()
        .map(|(id, earlier)| told(("biến thể", "variant"), "variant", format!("variants/{id}"), None, id, earlier));
    steps.chain(variants).collect()
}

fn told(
    word: (&str, &str),
    of: &'static str,
    place: String,
    step: Option<StepId>,
    id: &str,
    earlier: Option<&str>,
) -> Difference {
    let message = match earlier {
        Some(earlier) => Text::new(
            format!("{} `{id}` chuyển tới sau `{earlier}`", word.0),
            format!("{} `{id}` now stands after `{earlier}`", word.1),
        ),
        None => Text::new(format!("{} `{id}` chuyển lên đầu", word.0), format!("{} `{id}` now stands first", word.1)),
    };
    Difference { kind: Kind::Moved, of, place, step, message, old: None, new: None }
}

/// Of what stands in both lists the fewest that must move, each with what it stands after now.
fn out_of_place<'a>(old: &[&str], new: &[&'a str]) -> Vec<(&'a str, Option<&'a str>)> {
    let before: Vec<&str> = old.iter().copied().filter(|id| new.contains(id)).collect();
    let place: BTreeMap<&str, usize> = before.iter().enumerate().map(|(n, id)| (*id, n)).collect();
    let after: Vec<&str> = new.iter().copied().filter(|id| place.contains_key(id)).collect();
    let kept = longest_rising(&after.iter().map(|id| place[id]).collect::<Vec<_>>());
    let moved = (0..after.len()).filter(|n| !kept.contains(n));
    moved.map(|n| (after[n], n.checked_sub(1).map(|n| after[n]))).collect()
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
