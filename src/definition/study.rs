//! What a set of conditions leaves open, says twice, never says and always says; each with the data that show it.

use std::collections::BTreeMap;

use crate::definition::cells::{Cell, Cells, GaveUp, World};
use crate::definition::guard::Guard;

/// What looking at every cell has shown.
#[derive(Debug, Default)]
pub struct Study {
    /// Data for which no condition holds.
    pub gap: Option<Cell>,
    /// Two conditions that hold together, with data for which they do.
    pub overlaps: Vec<Overlap>,
    /// Conditions that never hold.
    pub never: Vec<usize>,
    /// Conditions that hold, but never before an earlier one does.
    pub shadowed: Vec<usize>,
    /// Conditions that hold whatever the data.
    pub always: Vec<usize>,
    /// There are no data at all: a field has no value that fits it.
    pub empty: bool,
}

/// Two conditions that hold together.
#[derive(Debug)]
pub struct Overlap {
    pub first: usize,
    pub second: usize,
    pub at: Cell,
    /// Wherever the first holds, the second does: a special case before a general one.
    pub special: bool,
}

/// The most conditions that are held against each other; a list with more is no list a person can follow.
pub const LINES: usize = 200;

/// Looks at every cell of some conditions, each field filled unless a condition asks whether it is.
pub fn study(guards: &[&Guard], world: World<'_>) -> Result<Study, GaveUp> {
    let cells = Cells::of(guards, world, None)?;
    if cells.is_empty() {
        // A field that no value fits is told by itself (D07).
        return Ok(Study { empty: true, ..Study::default() });
    }
    let count = guards.len();
    if count > LINES {
        return Err(GaveUp::TooMany);
    }
    let (mut ever, mut first, mut always) = (vec![false; count], vec![false; count], vec![true; count]);
    let mut meets: BTreeMap<(usize, usize), Cell> = BTreeMap::new();
    let mut alone = vec![false; count * count];
    let mut study = Study::default();
    for cell in cells.iter() {
        let holds: Vec<bool> = guards.iter().map(|guard| cell.judge(guard) == Some(true)).collect();
        match holds.iter().position(|holds| *holds) {
            Some(at) => first[at] = true,
            None if study.gap.is_none() => study.gap = Some(cell.clone()),
            None => {}
        }
        for (i, one) in holds.iter().enumerate() {
            ever[i] |= *one;
            always[i] &= *one;
            for (j, other) in holds.iter().enumerate().skip(i + 1) {
                match (*one, *other) {
                    (true, true) => {
                        meets.entry((i, j)).or_insert_with(|| cell.clone());
                    }
                    (true, false) => alone[i * count + j] = true,
                    _ => {}
                }
            }
        }
    }
    for ((first, second), at) in meets {
        study.overlaps.push(Overlap { first, second, at, special: !alone[first * count + second] });
    }
    study.never = (0..count).filter(|n| !ever[*n]).collect();
    study.shadowed = (0..count).filter(|n| ever[*n] && !first[*n]).collect();
    study.always = (0..count).filter(|n| always[*n]).collect();
    Ok(study)
}
