//! Tables as lines of text, with tabs, semicolons or commas between cells.

use crate::importing::cells::{Cell, Cells, MOST_ROWS, tidy};

/// Lines with tabs, semicolons or commas between cells; cells in quotes may hold lines.
pub fn table(text: &str) -> Cells {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let separator = ['\t', ';', '|', ','].into_iter().max_by_key(|c| first.matches(*c).count()).unwrap_or('\t');
    let (mut cells, mut row, mut cell, mut quoted) = (Vec::<Vec<Cell>>::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    let end = |row: &mut Vec<Cell>, cell: &mut String| {
        row.push(Cell { text: tidy(&std::mem::take(cell)), continues: false });
    };
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' if quoted || cell.trim().is_empty() => quoted = !quoted,
            '\n' if !quoted => {
                end(&mut row, &mut cell);
                cells.push(std::mem::take(&mut row));
            }
            c if c == separator && !quoted => end(&mut row, &mut cell),
            c => cell.push(c),
        }
        if cells.len() >= MOST_ROWS {
            // Of the rest only the lines are counted.
            let more = chars.collect::<String>();
            let more = more.lines().filter(|line| !line.trim().is_empty()).count();
            let mut cells = Cells::from(cells);
            cells.beyond.rows = more;
            return cells;
        }
    }
    if !cell.trim().is_empty() || !row.is_empty() {
        end(&mut row, &mut cell);
        cells.push(row);
    }
    cells.into()
}
