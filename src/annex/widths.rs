//! How wide each column of a table is: as its words ask for, so that no column breaks every word while its neighbour is
//! empty. It measures by the letters of the pictures, which are a little wider; every form takes the same shares.

use crate::annex::content::{Line, Row, RowLook, Table};
use crate::definition::diagram::width;

/// A hundredth of the width of the text, and the edges of a cell, in sizes of a letter: A4 less its margins, at 10.5
/// points.
const SHARE: f64 = 0.46;
const EDGES: f64 = 0.7;
/// Bold letters are so much wider, and those of the table so much narrower than those measured.
const BOLD: f64 = 1.08;
const NARROW: f64 = 0.92;
/// No column is forced wider than this by one long word.
const MOST: u32 = 24;
/// A line is not filled to its end: words are not broken.
const LOSS: f64 = 1.06;

impl Table {
    /// The same table with the shares of its columns changed where that makes it lower.
    pub fn fitted(mut self) -> Table {
        let cells: Vec<Vec<Vec<f64>>> =
            self.rows.iter().filter(|row| row.look == RowLook::Plain).map(lengths).collect();
        let mut shares: Vec<u32> = self.columns.iter().map(|column| column.share).collect();
        let least: Vec<u32> = (0..shares.len()).map(|n| self.least(n)).collect();
        widen(&mut shares, &least);
        let mut now = height(&cells, &shares);
        // Each move makes the table lower, so there are few of them.
        while let Some((moved, lower)) = best(&cells, &shares, &least, now) {
            (shares, now) = (moved, lower);
        }
        for (column, share) in self.columns.iter_mut().zip(shares) {
            column.share = share;
        }
        self
    }

    /// The narrowest a column may be: its longest word stands whole.
    fn least(&self, column: usize) -> u32 {
        let head = self.columns.get(column).map(|column| Line::bold(&column.title));
        let plain = self.rows.iter().filter(|row| row.look == RowLook::Plain);
        let cells = plain.filter_map(|row| row.cells.get(column)).flatten();
        let longest = |line: &Line| {
            let words = line.text.split([' ', '\n']).map(|word| measure(word, line.bold));
            words.fold(0.0, f64::max)
        };
        let longest = head.iter().chain(cells).map(longest).fold(0.0, f64::max);
        // A whole number of hundredths, far below what it can hold.
        (((longest + EDGES) / SHARE).ceil() as u32).min(MOST)
    }
}

/// Takes from the widest what a column needs for its longest word.
fn widen(shares: &mut [u32], least: &[u32]) {
    for n in 0..shares.len() {
        while shares[n] < least[n] {
            let spare = (0..shares.len()).filter(|m| shares[*m] > least[*m]).max_by_key(|m| shares[*m] - least[*m]);
            let Some(from) = spare else { return };
            shares[from] -= 1;
            shares[n] += 1;
        }
    }
}

/// How long a text is, in sizes of a letter.
fn measure(text: &str, bold: bool) -> f64 {
    width(text, NARROW) * if bold { BOLD } else { 1.0 }
}

/// The length of each line of each cell.
fn lengths(row: &Row) -> Vec<Vec<f64>> {
    row.cells.iter().map(|cell| cell.iter().map(|line| measure(&line.text, line.bold)).collect()).collect()
}

/// How many lines of text the table is high.
fn height(cells: &[Vec<Vec<f64>>], shares: &[u32]) -> f64 {
    let lines = |(cell, share): (&Vec<f64>, &u32)| {
        let room = (f64::from(*share) * SHARE - EDGES).max(0.5);
        cell.iter().map(|length| (length * LOSS / room).ceil().max(1.0)).sum::<f64>()
    };
    cells.iter().map(|row| row.iter().zip(shares).map(lines).fold(1.0, f64::max)).sum()
}

/// The best of all ways to give one column some of another's width, where one makes the table lower.
fn best(cells: &[Vec<Vec<f64>>], shares: &[u32], least: &[u32], now: f64) -> Option<(Vec<u32>, f64)> {
    let mut best: Option<(Vec<u32>, f64)> = None;
    for from in 0..shares.len() {
        for to in (0..shares.len()).filter(|to| *to != from) {
            for by in (1..=4).filter(|by| shares[from] >= least[from] + by) {
                let mut tried = shares.to_vec();
                tried[from] -= by;
                tried[to] += by;
                let high = height(cells, &tried);
                if high < best.as_ref().map_or(now, |(_, least)| *least) {
                    best = Some((tried, high));
                }
            }
        }
    }
    best
}
