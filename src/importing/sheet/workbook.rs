//! The sheets of Excel workbooks.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};

use calamine::{Data, DataType as _, Reader as _, Xlsx};
use quick_xml::Reader;
use quick_xml::events::Event;

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
    let damaged = |error: String| Unreadable::Damaged(error);
    let mut archive = unpacked(bytes)?;
    for n in 0..archive.len() {
        let part = archive.by_index(n).map_err(|error| damaged(error.to_string()))?;
        // A sheet may be called anything, so every part is looked into; only in text is it a fault not to be.
        let is_text = part.name().is_ok_and(|name| name.ends_with(".xml"));
        let mut text = Vec::new();
        part.take(LARGEST).read_to_end(&mut text).map_err(|error| damaged(error.to_string()))?;
        placed(&String::from_utf8_lossy(&text), is_text)?;
    }
    Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))
}

/// Every place that a part names is one that a sheet has: the reader of sheets counts on it without looking.
fn placed(text: &str, is_text: bool) -> Result<(), Unreadable> {
    let damaged = |place: &str| Unreadable::Damaged(format!("`{}`", place.chars().take(40).collect::<String>()));
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    loop {
        let tag = match reader.read_event() {
            Ok(Event::Eof) => return Ok(()),
            Ok(Event::Start(tag) | Event::Empty(tag)) => tag,
            Ok(_) => continue,
            Err(error) if is_text => return Err(Unreadable::Damaged(error.to_string())),
            Err(_) => return Ok(()),
        };
        if !matches!(tag.local_name().as_ref(), "c" | "row" | "dimension" | "mergeCell" | "f") {
            continue;
        }
        for attribute in tag.attributes().with_checks(false).flatten() {
            if !matches!(attribute.key.as_ref(), "r" | "ref") {
                continue;
            }
            let (mut columns, mut rows) = (0, 0);
            for place in attribute.value.split([':', ' ']) {
                let (column, row) = place_of(place).ok_or_else(|| damaged(place))?;
                // From the top left corner to the bottom right one, and never the other way.
                if column < columns || row < rows {
                    return Err(damaged(&attribute.value));
                }
                (columns, rows) = (column, row);
            }
        }
    }
}

/// The column and the row of a place like `AB12`, from 1; either may be missing, and is 0.
fn place_of(place: &str) -> Option<(u64, u64)> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = place.split_at(letters);
    let column = letters.bytes().fold(0_u64, |sum, letter| {
        sum.saturating_mul(26).saturating_add(u64::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    let row = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    (column <= 16_384 && row <= 1_048_576).then_some((column, row))
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
    let Some((last_row, last_column)) = last else { return Cells::default() };
    let cell =
        |at: (u32, u32)| Cell { text: filled.get(&at).map(text_of).unwrap_or_default(), continues: covers(at.0, at.1) };
    let rows: Vec<Vec<Cell>> =
        (row..=last_row).map(|y| (column..=last_column).map(|x| cell((y, x))).collect()).collect();
    let outside = |edge: u32, at: u32, most: usize| (at - edge) as usize >= most;
    let far = |of: &dyn Fn(&(u32, u32)) -> Option<u32>| filled.keys().filter_map(of).collect::<BTreeSet<u32>>().len();
    let mut cells = Cells::from(rows);
    cells.beyond.rows = far(&|at| outside(row, at.0, MOST_ROWS).then_some(at.0));
    cells.beyond.columns = far(&|at| outside(column, at.1, MOST_COLUMNS).then_some(at.1));
    cells
}

fn text_of(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Float(number) => number.to_string().replace('.', ","),
        other => crate::importing::cells::tidy(&other.to_string()),
    }
}
