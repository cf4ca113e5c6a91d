//! The sheets of Excel workbooks.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataType as _, Reader as _, Xlsx};

use crate::importing::cells::{Cell, Cells, MOST_COLUMNS, MOST_ROWS, Unreadable};
use crate::importing::sheet::{LARGEST, unpacked};

/// A sheet: its name and what stands in it, by row and column from 0.
pub struct Page {
    pub name: String,
    pub cells: Vec<(u32, u32, String)>,
}

/// Every sheet as it stands, letter for letter.
pub fn pages(bytes: &[u8]) -> Result<Vec<Page>, Unreadable> {
    let mut book = book(bytes)?;
    let text = |data: &Data| match data {
        Data::String(text) => text.clone(),
        other => text_of(other),
    };
    let mut pages = Vec::new();
    for name in book.sheet_names() {
        let Some(filled) = filled(&mut book, &name)? else { continue };
        let cells = filled.iter().map(|((row, column), data)| (*row, *column, text(data))).collect();
        pages.push(Page { name, cells });
    }
    Ok(pages)
}

/// The cells of a sheet that hold something, by row and column. A sheet is never laid out whole: two cells in opposite
/// corners would take all the room there is. What they hold together may be no more than a file may.
fn filled(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Option<BTreeMap<(u32, u32), Data>>, Unreadable> {
    let Ok(mut reader) = book.worksheet_cells_reader(name) else { return Ok(None) };
    let (mut cells, mut held) = (BTreeMap::new(), 0_u64);
    while let Ok(Some(cell)) = reader.next_cell() {
        let data = Data::from(cell.get_value().clone());
        held += data.get_string().map_or(8, |text| text.len() as u64);
        if held > LARGEST {
            return Err(Unreadable::TooLarge);
        }
        if data != Data::Empty {
            cells.insert(cell.get_position(), data);
        }
    }
    Ok(Some(cells))
}

fn book(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, Unreadable> {
    drop(unpacked(bytes)?);
    Xlsx::new(Cursor::new(bytes)).map_err(|error| Unreadable::Damaged(error.to_string()))
}

/// Every sheet as a table.
pub fn tables(bytes: &[u8]) -> Result<Vec<Cells>, Unreadable> {
    let mut book = book(bytes)?;
    let mut tables = Vec::new();
    for name in book.sheet_names() {
        let Some(filled) = filled(&mut book, &name)? else { continue };
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let covers = |row: u32, column: u32| {
            merged.iter().any(|area| {
                (area.start.0 + 1..=area.end.0).contains(&row) && (area.start.1..=area.end.1).contains(&column)
            })
        };
        tables.push(table(&filled, covers));
    }
    Ok(tables)
}

/// The table from the first row and column that hold something, no larger than a table of steps can be.
fn table(filled: &BTreeMap<(u32, u32), Data>, covers: impl Fn(u32, u32) -> bool) -> Cells {
    let row = filled.keys().map(|(row, _)| *row).min().unwrap_or(0);
    let column = filled.keys().map(|(_, column)| *column).min().unwrap_or(0);
    let inside = |at: &&(u32, u32)| ((at.0 - row) as usize) < MOST_ROWS && ((at.1 - column) as usize) < MOST_COLUMNS;
    let last = filled.keys().filter(inside).fold(None, |last: Option<(u32, u32)>, at| {
        let (y, x) = last.unwrap_or(*at);
        Some((y.max(at.0), x.max(at.1)))
    });
    let Some((last_row, last_column)) = last else { return Vec::new() };
    let cell =
        |at: (u32, u32)| Cell { text: filled.get(&at).map(text_of).unwrap_or_default(), continues: covers(at.0, at.1) };
    (row..=last_row).map(|y| (column..=last_column).map(|x| cell((y, x))).collect()).collect()
}

fn text_of(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Float(number) => number.to_string().replace('.', ","),
        other => crate::importing::cells::tidy(&other.to_string()),
    }
}
