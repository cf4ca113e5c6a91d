//! Which row each box of the picture stands in: the order of the procedure, read downwards.
//!
//! The rows follow the order in which the author wrote the steps, so a small change of the file moves little of the
//! picture. It knows lanes and ways by number only, nothing of procedures.

use std::collections::BTreeSet;

/// What decides a box's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The dot where cases begin: above everything.
    Start,
    /// A step of the line: a row to itself, but for branches side by side.
    Line,
    /// A wait outside: beside the step that leads to it.
    Side,
    /// An end that only waits outside lead to: under them.
    Below,
    /// An end: beside the last step that leads to it.
    Last,
    /// The box for any step: beside the ends only it leads to.
    Anywhere,
}

/// A box before it has a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub lane: usize,
    pub place: Place,
    /// The block and branch it lives in.
    pub inside: Option<(usize, usize)>,
}

/// A way between two boxes, by their numbers; `back` orders nothing.
pub type Tie = (usize, usize, bool);

/// The row of every box, from 0.
pub fn rows(slots: &[Slot], ties: &[Tie]) -> Vec<usize> {
    let mut rows = vec![0; slots.len()];
    let mut taken: BTreeSet<(usize, usize)> = BTreeSet::new();
    let is = |n: usize, place: Place| slots[n].place == place;
    let first = usize::from(slots.iter().any(|slot| slot.place == Place::Start));
    let mut next = first;
    let mut placed = vec![false; slots.len()];
    for n in in_order(slots, ties) {
        let from = |other: &Tie| other.1 == n && !other.2 && placed[other.0] && is(other.0, Place::Line);
        let after = ties.iter().filter(|tie| from(tie)).map(|tie| rows[tie.0] + 1).max().unwrap_or(first);
        // Branches of one block stand side by side where their lanes differ.
        let mut row = if slots[n].inside.is_some() { after } else { next.max(after) };
        while taken.contains(&(row, slots[n].lane)) || crowded(slots, &rows, &placed, n, row) {
            row += 1;
        }
        rows[n] = row;
        placed[n] = true;
        taken.insert((row, slots[n].lane));
        next = next.max(row + 1);
    }
    let mut beside = |them: &[usize], rows: &mut Vec<usize>, wanted: &dyn Fn(usize, &[usize]) -> Option<usize>| {
        let mut them: Vec<(usize, usize)> = them.iter().map(|n| (wanted(*n, rows).unwrap_or(next), *n)).collect();
        them.sort_unstable();
        for (mut row, n) in them {
            while taken.contains(&(row, slots[n].lane)) {
                row += 1;
            }
            rows[n] = row;
            taken.insert((row, slots[n].lane));
        }
    };
    // A wait that only follows another stands under that one.
    let mut settled: Vec<bool> = slots.iter().map(|slot| slot.place != Place::Side).collect();
    while settled.contains(&false) {
        let led = |n: usize| ties.iter().filter(move |tie| tie.1 == n && tie.0 != n && !tie.2);
        let ready: Vec<usize> =
            (0..slots.len()).filter(|n| !settled[*n] && led(*n).all(|tie| settled[tie.0])).collect();
        // In a circle of waits each stands for itself.
        let ready = if ready.is_empty() { (0..slots.len()).filter(|n| !settled[*n]).collect() } else { ready };
        beside(&ready, &mut rows, &|n, rows| {
            let own = ties.iter().filter(|tie| tie.1 == n && tie.0 != n);
            let from_line = own.clone().filter(|tie| !is(tie.0, Place::Side)).map(|tie| rows[tie.0]).min();
            from_line.or(own.filter(|tie| settled[tie.0]).map(|tie| rows[tie.0] + 1).max())
        });
        ready.iter().for_each(|n| settled[*n] = true);
    }
    let of = |place: Place| -> Vec<usize> { (0..slots.len()).filter(|n| is(*n, place)).collect() };
    beside(&of(Place::Below), &mut rows, &|n, rows| {
        ties.iter().filter(|tie| tie.1 == n).map(|tie| rows[tie.0] + 1).max()
    });
    beside(&of(Place::Last), &mut rows, &|n, rows| {
        let known = |tie: &&Tie| tie.1 == n && !is(tie.0, Place::Anywhere);
        ties.iter().filter(known).map(|tie| rows[tie.0]).max()
    });
    beside(&of(Place::Anywhere), &mut rows, &|n, rows| {
        let only = |end: usize| ties.iter().all(|tie| tie.1 != end || tie.0 == n);
        let ends = ties.iter().filter(|tie| tie.0 == n);
        ends.clone().filter(|tie| only(tie.1)).map(|tie| rows[tie.1]).min().or(ends.map(|tie| rows[tie.1]).min())
    });
    rows
}

/// Whether a row already holds a step that does not stand beside this one.
fn crowded(slots: &[Slot], rows: &[usize], placed: &[bool], n: usize, row: usize) -> bool {
    let side_by_side = |other: &Slot| match (slots[n].inside, other.inside) {
        (Some(own), Some(other)) => own.0 == other.0 && own.1 != other.1,
        _ => false,
    };
    (0..slots.len()).any(|other| placed[other] && rows[other] == row && !side_by_side(&slots[other]))
}

/// The steps of the line: each after all that leads to it, otherwise as written. A circle is entered at its first.
fn in_order(slots: &[Slot], ties: &[Tie]) -> Vec<usize> {
    let line = |n: usize| slots[n].place == Place::Line;
    let mut leads: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (from, to, back) in ties {
        if *back || from == to {
            continue;
        }
        // Through a box at the side, what leads to it leads on.
        let sources: Vec<usize> = match slots[*from].place {
            Place::Line => vec![*from],
            Place::Side => ties.iter().filter(|tie| tie.1 == *from && !tie.2).map(|tie| tie.0).collect(),
            _ => Vec::new(),
        };
        leads.extend(sources.into_iter().filter(|source| line(*source) && source != to).map(|source| (source, *to)));
    }
    let mut left: Vec<usize> = (0..slots.len()).filter(|n| line(*n)).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let waits = |n: &usize| leads.iter().any(|(from, to)| to == n && left.contains(from));
        let known = |n: &usize| leads.iter().any(|(from, to)| to == n && order.contains(from));
        let ready = left.iter().position(|n| !waits(n));
        let entered = || left.iter().position(known);
        let at = ready.or_else(entered).unwrap_or(0);
        order.push(left.remove(at));
    }
    order
}
