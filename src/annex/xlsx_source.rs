//! The hidden sheet of a workbook: the procedure file line by line, and what was written in every cell that is seen, so
//! that a reader gives the file back, or tells what was changed since. Both directions stand here, for they must agree.

use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::annex::xlsx::{column_number, row_number};

/// The hidden sheet's name.
pub const SOURCE_SHEET: &str = "nguon";
/// What the row of the whole case goes by.
pub const CASE: &str = "#";
const FORMAT: &str = "procedure/v1";
/// A cell holds 32,767 letters at most; a longer line goes on in the next column.
const PIECE: usize = 30_000;
/// Columns of the sheet: the file from the first on, then what is seen where.
const SEEN_AT: u16 = 100;

/// What was written in the cells that are seen.
#[derive(Debug, Default)]
pub struct Seen {
    sheet: String,
    /// What the present row goes by, where rows may be moved: a step.
    pub row: Option<String>,
    pub cells: Vec<(String, String)>,
}

impl Seen {
    /// Begins a sheet.
    pub fn sheet<'a>(&mut self, name: &'a str) -> &'a str {
        self.sheet = name.to_owned();
        name
    }

    /// One cell.
    pub fn cell(&mut self, row: u32, column: u16, text: &str) {
        let place = place(&self.sheet, self.row.as_deref(), row, column);
        self.cells.push((place, text.to_owned()));
    }
}

/// The name of a cell: by its row, or by the step whose row it is.
pub fn place(sheet: &str, step: Option<&str>, row: u32, column: u16) -> String {
    let letter = char::from(b'A' + u8::try_from(column.min(25)).unwrap_or(25));
    match step {
        Some(step) => format!("{sheet}!{step}.{letter}"),
        None => format!("{sheet}!{letter}{}", row + 1),
    }
}

/// What a hidden sheet says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    pub text: String,
    pub digest: String,
    /// Each cell that was written, by its name.
    pub seen: Vec<(String, String)>,
}

/// Writes the sheet.
pub fn write_source(sheet: &mut Worksheet, source: &str, digest: &str, seen: &Seen) -> Result<(), XlsxError> {
    let lines: Vec<&str> = source.split('\n').collect();
    sheet.write_string(0, 0, FORMAT)?.write_string(0, 1, digest)?.write_string(0, 2, lines.len().to_string())?;
    for (n, line) in lines.iter().enumerate() {
        put(sheet, row_number(n + 1), 0, line)?;
    }
    for (n, (place, text)) in seen.cells.iter().enumerate() {
        sheet.write_string(row_number(n + 1), SEEN_AT, place)?;
        put(sheet, row_number(n + 1), SEEN_AT + 1, text)?;
    }
    Ok(())
}

/// A line with a bar before it: programs drop blanks at the edges, empty cells, and letters that are not seen.
fn put(sheet: &mut Worksheet, row: u32, column: u16, line: &str) -> Result<(), XlsxError> {
    let letters: Vec<char> = escaped(line).chars().collect();
    let mut pieces: Vec<String> = letters.chunks(PIECE).map(|piece| piece.iter().collect()).collect();
    if pieces.is_empty() {
        pieces.push(String::new());
    }
    for (n, piece) in pieces.iter().enumerate() {
        sheet.write_string(row, column + column_number(n), format!("|{piece}|"))?;
    }
    Ok(())
}

fn escaped(line: &str) -> String {
    line.replace('\\', "\\\\").replace('\r', "\\r").replace('\t', "\\t").replace('\n', "\\n")
}

fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => match letters.next() {
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some('n') => out.push('\n'),
                other => out.extend(other),
            },
            (letter, false) => out.push(letter),
        }
    }
    out
}

/// Reads a hidden sheet out of its cells, by row and column from 0; nothing where it is none of ours.
pub fn read_source(cells: &[(u32, u32, String)]) -> Option<Source> {
    let mut sorted: Vec<&(u32, u32, String)> = cells.iter().collect();
    sorted.sort_by_key(|(row, column, _)| (*row, *column));
    let at = |row: u32, column: u32| {
        let found = sorted.binary_search_by_key(&(row, column), |(row, column, _)| (*row, *column));
        found.ok().map(|n| sorted[n].2.as_str())
    };
    if at(0, 0)? != FORMAT {
        return None;
    }
    let long = |row: u32, from: u32, to: u32| {
        let pieces = (from..to).map_while(|column| at(row, column));
        plain(&pieces.filter_map(|piece| piece.strip_prefix('|')?.strip_suffix('|')).collect::<String>())
    };
    let count: u32 = at(0, 2)?.trim().parse().ok().filter(|count| *count <= 100_000)?;
    let lines: Vec<String> = (1..=count).map(|row| long(row, 0, u32::from(SEEN_AT))).collect();
    let seen = (1..).map_while(|row| {
        let place = at(row, u32::from(SEEN_AT))?;
        Some((place.to_owned(), long(row, u32::from(SEEN_AT) + 1, u32::from(SEEN_AT) + 20)))
    });
    Some(Source { text: lines.join("\n"), digest: at(0, 1)?.to_owned(), seen: seen.collect() })
}
