//! Tables as lines of text, with tabs, semicolons or commas between cells.

use std::mem::take;

use crate::importing::cells::{Cell, Cells, MOST_COLUMNS, MOST_ROWS, tidy};

/// Lines with tabs, semicolons or commas between cells; cells in quotes may hold lines. Cells that there is no room for
/// are only counted: a line may have millions.
pub fn table(text: &str) -> Cells {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let separator = ['\t', ';', '|', ','].into_iter().max_by_key(|c| first.matches(*c).count()).unwrap_or('\t');
    let (mut cells, mut line, mut cell, mut quoted) = (Vec::<Vec<Cell>>::new(), Line::default(), String::new(), false);
    let (mut widest, mut more) = (0, 0);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.as_str().starts_with('"') => cell.extend(chars.next()),
            '"' if quoted || cell.trim().is_empty() => quoted = !quoted,
            '\n' if !quoted => {
                line.end(&mut cell);
                widest = widest.max(line.count);
                cells.push(take(&mut line).kept);
            }
            c if c == separator && !quoted => line.end(&mut cell),
            c => cell.push(c),
        }
        if cells.len() >= MOST_ROWS {
            // Of the rest only the lines are counted.
            more = chars.as_str().lines().filter(|line| !line.trim().is_empty()).count();
            break;
        }
    }
    if cells.len() < MOST_ROWS && (!cell.trim().is_empty() || line.count > 0) {
        line.end(&mut cell);
        widest = widest.max(line.count);
        cells.push(line.kept);
    }
    let mut cells = Cells::from(cells);
    cells.beyond.rows = more;
    cells.beyond.columns = widest.saturating_sub(MOST_COLUMNS);
    cells
}

/// The cells of a line that there is room for, and how many there were.
#[derive(Default)]
struct Line {
    kept: Vec<Cell>,
    count: usize,
}

impl Line {
    fn end(&mut self, cell: &mut String) {
        self.count += 1;
        let text = take(cell);
        if self.kept.len() < MOST_COLUMNS {
            self.kept.push(Cell { text: tidy(&text), continues: false });
        }
    }
}
