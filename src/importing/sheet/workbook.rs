//! The sheets of Excel workbooks.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};

use crate::importing::cells::{Cell, Cells, MOST_COLUMNS, MOST_ROWS, Unreadable};
use crate::importing::sheet::unpacked;

/// A sheet: its name and what stands in it, by row and column from 0.
pub struct Page {
    pub name: String,
    pub cells: Vec<(u32, u32, String)>,
}

/// Every sheet as it stands, letter for letter.
pub fn pages(bytes: &[u8]) -> Result<Vec<Page>, Unreadable> {
    let mut book = book(bytes)?;
    let mut pages = Vec::new();
    for name in book.sheet_names() {
        let Ok(range) = book.worksheet_range(&name) else { continue };
        let (row, column) = range.start().unwrap_or((0, 0));
        let at = |n: usize, from: u32| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(from);
        let text = |data: &Data| match data {
            Data::String(text) => text.clone(),
            other => text_of(other),
        };
        let cells = range.used_cells().map(|(y, x, data)| (at(y, row), at(x, column), text(data)));
        pages.push(Page { name, cells: cells.collect() });
    }
    Ok(pages)
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
        let Ok(range) = book.worksheet_range(&name) else { continue };
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        let covers = |row: u32, column: u32| {
            merged.iter().any(|area| {
                (area.start.0 + 1..=area.end.0).contains(&row) && (area.start.1..=area.end.1).contains(&column)
            })
        };
        let rows = range.rows().take(MOST_ROWS).zip(first_row..);
        let cells = rows.map(|(row, y)| {
            let row = row.iter().take(MOST_COLUMNS).zip(first_column..);
            row.map(|(data, x)| Cell { text: text_of(data), continues: covers(y, x) }).collect()
        });
        tables.push(cells.collect());
    }
    Ok(tables)
}

fn text_of(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Float(number) => number.to_string().replace('.', ","),
        other => crate::importing::cells::tidy(&other.to_string()),
    }
}
