//! Which table of a file is the one of steps, what its columns are, and what its rows say.

use crate::fold::fold;
use crate::importing::cells::{Beyond, Cell, Cells};
use crate::importing::length::{Printed, Reading, Unit, read, unit_in};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Time,
    What,
    Who,
    Result,
    Legal,
    Number,
}

/// Words of headings without accents, in the order they are asked for: `nội dung công việc` is not `đơn vị`.
const HEADINGS: [(Column, &[&str]); 6] = [
    (Column::Time, &["thoi gian", "thoi han", "time", "limit"]),
    (Column::What, &["noi dung", "cong viec", "trinh tu", "work"]),
    (Column::Who, &["nguoi thuc hien", "don vi", "trach nhiem", "bo phan", "co quan", "chuc danh", "who"]),
    (Column::Result, &["ket qua", "san pham", "bieu mau", "mau bieu", "ho so", "result"]),
    (Column::Legal, &["can cu", "phap ly", "legal"]),
    (Column::Number, &["buoc", "stt", "tt", "step", "no"]),
];

/// One row that says what somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Line of the table, from 1, for pointing back.
    pub line: usize,
    /// What the first column calls it, e.g. `Bước 3`; empty for a further part of the step above.
    pub number: String,
    pub who: String,
    pub what: String,
    pub time: Reading,
    /// The time as printed.
    pub printed: String,
    /// Its time is part of a cell that reaches over it from above.
    pub shares_time: bool,
    pub result: String,
    pub legal: String,
    /// The heading it stands under, where the table has some.
    pub section: Option<String>,
}

/// A line that adds up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    pub line: usize,
    pub text: String,
    pub time: Reading,
}

/// A table of steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    pub columns: Vec<(Column, String)>,
    pub rows: Vec<Row>,
    pub totals: Vec<Total>,
    /// What of the table was beyond what is read.
    pub beyond: Beyond,
    /// Lines and columns that were left out, as they stand.
    pub left_out: Vec<(usize, String)>,
}

/// The table that looks most like one of steps; nothing where none has a column of work or of people.
pub fn find(tables: &[Cells]) -> Option<Steps> {
    let found = tables.iter().filter_map(read_table);
    found.max_by_key(|steps| (steps.columns.len(), steps.rows.len()))
}

fn heading(text: &str) -> Option<Column> {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).collect();
    let names = |word: &&str| match word.contains(' ') || word.len() > 4 {
        true => folded.contains(*word),
        // Short words must stand alone: `tt` is in many others.
        false => words.contains(word),
    };
    HEADINGS.iter().find(|(_, known)| known.iter().any(&names)).map(|(column, _)| *column)
}

/// The row of headings: of the first fifteen the one with the most different columns, at least two.
fn headings(cells: &Cells) -> Option<(usize, Vec<Option<Column>>)> {
    let mut best: Option<(usize, usize, Vec<Option<Column>>)> = None;
    for (n, row) in cells.iter().enumerate().take(15) {
        let mut columns: Vec<Option<Column>> = Vec::new();
        for cell in row {
            let column = if cell.text.chars().count() <= 60 { heading(&cell.text) } else { None };
            columns.push(column.filter(|column| !columns.contains(&Some(*column))));
        }
        let known = columns.iter().flatten().count();
        let says_what = columns.contains(&Some(Column::What)) || columns.contains(&Some(Column::Who));
        if known >= 2 && says_what && best.as_ref().is_none_or(|(most, _, _)| known > *most) {
            best = Some((known, n, columns));
        }
    }
    best.map(|(_, n, columns)| (n, columns))
}

fn read_table(cells: &Cells) -> Option<Steps> {
    let (head, columns) = headings(cells)?;
    let of = |row: &'_ [Cell], wanted: Column| -> Cell {
        let place = columns.iter().position(|column| *column == Some(wanted));
        place.and_then(|place| row.get(place)).cloned().unwrap_or_default()
    };
    let unit: Option<Unit> = unit_in(&of(&cells[head], Column::Time).text);
    let mut steps = Steps { beyond: cells.beyond, ..Steps::default() };
    for (n, column) in columns.iter().enumerate() {
        let text = cells[head].get(n).map(|cell| cell.text.clone()).unwrap_or_default();
        match column {
            Some(column) => steps.columns.push((*column, text)),
            None if !text.is_empty() => steps.left_out.push((head + 1, text)),
            None => {}
        }
    }
    let mut section = None;
    for (n, row) in cells.iter().enumerate().skip(head + 1) {
        let line = n + 1;
        let filled: Vec<&Cell> = row.iter().filter(|cell| !cell.text.is_empty()).collect();
        let Some(first) = filled.first() else { continue };
        let (who, what, time) = (of(row, Column::Who), of(row, Column::What), of(row, Column::Time));
        if fold(&first.text).starts_with("tong") {
            let text = filled.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" ");
            let own = !time.text.is_empty() && time.text != first.text;
            let time = if own { read(&time.text, unit) } else { total_in(&text, unit) };
            steps.totals.push(Total { line, text, time });
        } else if is_section(row, &filled, &what) {
            section = Some(first.text.trim_matches('*').trim().to_owned());
        } else if who.text.is_empty() && what.text.is_empty() {
            let text = filled.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" | ");
            steps.left_out.push((line, text));
        } else {
            steps.rows.push(Row {
                line,
                number: of(row, Column::Number).text,
                who: who.text,
                what: what.text,
                time: read(&time.text, unit),
                shares_time: time.continues,
                printed: time.text,
                result: of(row, Column::Result).text,
                legal: of(row, Column::Legal).text,
                section: section.clone(),
            });
        }
    }
    (!steps.rows.is_empty()).then_some(steps)
}

/// One text alone in its row, in the first cell, over which nothing reaches from above.
fn is_section(row: &[Cell], filled: &[&Cell], what: &Cell) -> bool {
    let first = row.first().is_some_and(|cell| !cell.text.is_empty());
    filled.len() == 1 && first && what.text.is_empty() && row.iter().all(|cell| !cell.continues)
}

/// The first time in a sentence like `Tổng thời gian: 30 ngày làm việc kể từ ngày nhận đủ hồ sơ`.
fn total_in(text: &str, unit: Option<Unit>) -> Reading {
    let digit = text.find(|c: char| c.is_ascii_digit());
    match digit.and_then(|at| text.get(at..)) {
        Some(rest) => {
            let reading = read(rest, unit);
            // What follows a total explains it.
            let sure = matches!(reading.printed, Printed::Length(_)) && unit_in(rest) != Some(Unit::BareDay);
            Reading { sure, ..reading }
        }
        None => Reading { printed: Printed::Nothing, sure: true },
    }
}
