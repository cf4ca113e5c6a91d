//! Whether conditions can hold together: what a way asks of the data, held against what is known of the case.
//!
//! Judged over condition cells by the evaluator that judges cases, never by how a condition is written. Where the cells
//! cannot be looked at, everything counts as possible.

use std::collections::BTreeSet;

use crate::definition::cells::{Cell, Cells, Each, World};
use crate::definition::guard::Guard;
use crate::definition::procedure::{Choice, Procedure};
use crate::definition::study::LINES;

/// A condition and whether it holds.
pub type Ask = (Guard, bool);

/// What each choice of a list asks: its own condition, and that none above it holds: the first that fits is taken.
pub fn asks_of<T>(choices: &[Choice<T>]) -> Vec<Vec<Ask>> {
    if choices.len() > LINES {
        // What each asks grows with the square of their number; so many are not looked at.
        return vec![Vec::new(); choices.len()];
    }
    let own = |at: usize| choices[at].when.clone().map(|guard| (guard, true));
    let above = |at: usize| choices[..at].iter().filter_map(|choice| choice.when.clone()).map(|guard| (guard, false));
    (0..choices.len()).map(|at| own(at).into_iter().chain(above(at)).collect()).collect()
}

/// What conditions may read anywhere in a procedure.
pub fn world(procedure: &Procedure) -> World<'_> {
    World { fields: &procedure.fields, codes: Some(&procedure.codes), each: Each::Any }
}

/// The data a condition reads, by name.
pub fn data(guard: &Guard) -> BTreeSet<String> {
    let facts = ["case.channel", "case.code", "each."].into_iter().filter(|fact| guard.text().contains(fact));
    guard.fields().iter().map(ToString::to_string).chain(facts.map(str::to_owned)).collect()
}

/// Of some conditions those that have to do with the first: about the same data, or about data of one that is.
pub fn bound<'a>(first: &[&Guard], others: &[&'a Guard]) -> Vec<&'a Guard> {
    let mut about: BTreeSet<String> = first.iter().flat_map(|guard| data(guard)).collect();
    let mut bound = vec![false; others.len()];
    loop {
        let next = (0..others.len()).find(|at| !bound[*at] && !data(others[*at]).is_disjoint(&about));
        let Some(next) = next else { break };
        bound[next] = true;
        about.extend(data(others[next]));
    }
    others.iter().zip(bound).filter(|(_, bound)| *bound).map(|(guard, _)| *guard).collect()
}

/// The cells of some conditions in which every ask is met; nothing where they cannot be looked at, or there are none.
pub fn meeting(asks: &[&Ask], also: &[&Guard], world: World<'_>) -> Option<Vec<Cell>> {
    let guards: Vec<&Guard> = asks.iter().map(|(guard, _)| guard).chain(also.iter().copied()).collect();
    let cells = Cells::of(&guards, world, None).ok().filter(|cells| !cells.is_empty())?;
    let met = |cell: &Cell| asks.iter().all(|(guard, holds)| (cell.judge(guard) == Some(true)) == *holds);
    Some(cells.iter().filter(met).collect())
}

/// Whether some data meet what is asked and what is known.
pub fn possible(asks: &[Ask], known: &[Ask], world: World<'_>) -> bool {
    if asks.is_empty() {
        return true;
    }
    let first: Vec<&Guard> = asks.iter().map(|(guard, _)| guard).collect();
    let others: Vec<&Guard> = known.iter().map(|(guard, _)| guard).collect();
    let bound = bound(&first, &others);
    let concerned = |ask: &&Ask| bound.iter().any(|guard| **guard == ask.0);
    let all: Vec<&Ask> = asks.iter().chain(known.iter().filter(concerned)).collect();
    bound.is_empty() || meeting(&all, &[], world).is_none_or(|cells| !cells.is_empty())
}
