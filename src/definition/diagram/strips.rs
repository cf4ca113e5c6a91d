//! Brackets at the left of the picture: which rows belong to a group of steps, with the group's limit.

use crate::definition::diagnostic::Lang;
use crate::definition::diagram::draw::{INK, SOFT};
use crate::definition::diagram::letters::balanced;
use crate::definition::diagram::mark::{Mark, Paint, Words};
use crate::definition::diagram::words;
use crate::definition::procedure::Procedure;
use crate::ids::StepId;

const TEXT: f64 = 10.5;
const LINE: f64 = 13.0;

/// The brackets from x = 0 on, and how wide they are together.
pub fn strips(
    procedure: &Procedure,
    lang: Lang,
    row_of: &dyn Fn(&StepId) -> Option<usize>,
    rows: &[(f64, f64)],
) -> (Vec<Mark>, f64) {
    let mut marks = Vec::new();
    let mut right = 0.0f64;
    // Columns of brackets: each holds where it is taken, and its width.
    let mut columns: Vec<(Vec<(usize, usize)>, f64)> = Vec::new();
    let mut placed: Vec<(usize, usize, usize, Vec<String>)> = Vec::new();
    for group in procedure.groups.values() {
        let mut held: Vec<usize> = group.steps.iter().filter_map(row_of).collect();
        held.sort_unstable();
        held.dedup();
        let mut text = words::label(&group.title, lang).to_owned();
        if let Some(within) = &group.within {
            text = format!("{text}: {}", words::length(procedure, within, lang));
        }
        for (n, (from, to)) in stretches(&held).into_iter().enumerate() {
            // The limit is one for all its stretches and stands at the first; twice it would be added up.
            if n == 1 {
                let again = words::pick(lang, "tiếp theo", "continued");
                text = format!("{} ({again})", words::label(&group.title, lang));
            }
            let (Some(top), Some(bottom)) = (rows.get(from), rows.get(to)) else { continue };
            let lines = balanced(&text, TEXT, (bottom.1 - top.0 - 8.0).max(60.0));
            let wide = lines.len() as f64 * LINE + 8.0;
            let free = |(taken, _): &(Vec<(usize, usize)>, f64)| taken.iter().all(|(a, b)| to < *a || *b < from);
            let at = columns.iter().position(free).unwrap_or(columns.len());
            if at == columns.len() {
                columns.push((Vec::new(), 0.0));
            }
            columns[at].0.push((from, to));
            columns[at].1 = columns[at].1.max(wide);
            placed.push((at, from, to, lines));
        }
    }
    let mut lefts = Vec::new();
    for (_, wide) in &columns {
        lefts.push(right + 2.0);
        right += wide + 6.0;
    }
    for (column, from, to, lines) in placed {
        let (left, wide) = (lefts[column], columns[column].1);
        let (top, bottom) = (rows[from].0 - 5.0, rows[to].1 + 5.0);
        marks.push(Mark::Rect(left, top, wide, bottom - top, 4.0, Paint::both("#ffffff", SOFT, 0.9)));
        let first = left + (wide - lines.len() as f64 * LINE) / 2.0;
        for (n, line) in lines.into_iter().enumerate() {
            let x = first + LINE * (n as f64 + 0.78);
            let words = Words::middle(x, (top + bottom) / 2.0, TEXT, INK, line);
            marks.push(Mark::Text(Words { upright: true, ..words }));
        }
    }
    (marks, right)
}

/// Rows that follow one another, from and to.
fn stretches(rows: &[usize]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for row in rows {
        match found.last_mut().filter(|(_, to)| to + 1 == *row) {
            Some(last) => last.1 = *row,
            None => found.push((*row, *row)),
        }
    }
    found
}
