//! Tables out of files: Excel workbooks, Word documents, pages that Word saved, and text with tabs or semicolons.
//! The largest table that looks like one of steps is for [`crate::importing::table`] to choose.

use std::io::{Cursor, Read};

use calamine::{Data, Reader as _, Xlsx};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::importing::cells::{Builder, Cell, Cells, MOST_COLUMNS, MOST_ROWS, Unreadable};

/// The largest file, and the largest part of a packed one, in bytes: a table of steps is far smaller.
pub(super) const LARGEST: u64 = 16 * 1024 * 1024;

/// Every table of a file, by the end of its name.
pub fn tables(name: &str, bytes: &[u8]) -> Result<Vec<Cells>, Unreadable> {
    if bytes.len() as u64 > LARGEST {
        return Err(Unreadable::TooLarge);
    }
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    let tables = match ending.as_str() {
        "xlsx" | "xlsm" => workbook(bytes)?,
        "docx" => document(bytes)?,
        "html" | "htm" => page(bytes)?,
        "csv" | "tsv" | "txt" => vec![lines(&String::from_utf8_lossy(bytes))],
        _ => return Err(Unreadable::Kind),
    };
    if tables.iter().all(Vec::is_empty) { Err(Unreadable::NoTable) } else { Ok(tables) }
}

/// The parts of a packed file together may unpack to so much and no more.
pub(super) fn unpacked(bytes: &[u8]) -> Result<zip::ZipArchive<Cursor<&[u8]>>, Unreadable> {
    let damaged = |error: zip::result::ZipError| Unreadable::Damaged(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut whole = 0_u64;
    for n in 0..archive.len() {
        let part = archive.by_index_raw(n).map_err(damaged)?;
        whole = whole.saturating_add(part.size());
        // Text packs to a twentieth; a bomb to a thousandth.
        if whole > LARGEST || (part.size() > 1024 * 1024 && part.size() / part.compressed_size().max(1) > 200) {
            return Err(Unreadable::TooLarge);
        }
    }
    Ok(archive)
}

fn workbook(bytes: &[u8]) -> Result<Vec<Cells>, Unreadable> {
    drop(unpacked(bytes)?);
    let damaged = |error: calamine::XlsxError| Unreadable::Damaged(error.to_string());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
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

/// The tables of a Word document (ECMA-376, WordprocessingML): `w:tbl`, `w:tr`, `w:tc`, with `w:gridSpan` and `w:vMerge`.
fn document(bytes: &[u8]) -> Result<Vec<Cells>, Unreadable> {
    let mut archive = unpacked(bytes)?;
    let part = archive.by_name("word/document.xml").map_err(|error| Unreadable::Damaged(error.to_string()))?;
    let mut text = String::new();
    part.take(LARGEST).read_to_string(&mut text).map_err(|error| Unreadable::Damaged(error.to_string()))?;
    let mut reader = Reader::from_str(&text);
    let mut word = Word::default();
    loop {
        match reader.read_event().map_err(|error| Unreadable::Damaged(error.to_string()))? {
            Event::Eof => return Ok(word.tables),
            Event::Start(tag) => word.opens(&tag),
            Event::Empty(tag) => {
                word.opens(&tag);
                word.closes(tag.local_name().as_ref());
            }
            Event::End(tag) => word.closes(tag.local_name().as_ref()),
            Event::Text(text) if word.in_text => word.text.push_str(&text),
            Event::GeneralRef(name) if word.in_text => word.text.push_str(entity(&name)),
            _ => {}
        }
    }
}

pub(super) fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

/// A table inside a cell is read as part of its text.
#[derive(Default)]
struct Word {
    tables: Vec<Cells>,
    depth: usize,
    building: Builder,
    text: String,
    in_text: bool,
    columns: usize,
    continues: bool,
}

impl Word {
    fn opens(&mut self, tag: &BytesStart<'_>) {
        let value = || {
            let of = |name: &str| tag.attributes().flatten().find(|a| a.key.local_name().as_ref() == name);
            of("val").map(|value| value.value.into_owned())
        };
        match (tag.local_name().as_ref(), self.depth) {
            ("tbl", _) => {
                self.depth += 1;
                if self.depth == 1 {
                    self.building = Builder::default();
                }
            }
            ("tr", 1) => self.building.row(),
            ("tc", 1) => {
                self.text.clear();
                (self.columns, self.continues) = (1, false);
            }
            ("gridSpan", 1) => self.columns = value().and_then(|n| n.parse().ok()).unwrap_or(1),
            ("vMerge", 1) => self.continues = value().as_deref() != Some("restart"),
            ("t", 1..) => self.in_text = true,
            ("tab", 1..) => self.text.push(' '),
            ("br", 1..) => self.text.push('\n'),
            _ => {}
        }
    }

    fn closes(&mut self, name: &str) {
        match (name, self.depth) {
            ("t", _) => self.in_text = false,
            ("p", 1..) => self.text.push('\n'),
            ("tc", 1) if self.continues => {
                (0..self.columns.clamp(1, MOST_COLUMNS)).for_each(|_| self.building.covered())
            }
            ("tc", 1) => self.building.cell(&self.text, self.columns, 1),
            ("tbl", 1) => {
                self.depth = 0;
                self.tables.push(std::mem::take(&mut self.building).table());
            }
            ("tbl", _) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

/// The tables of a page, as Word and Excel save them.
fn page(bytes: &[u8]) -> Result<Vec<Cells>, Unreadable> {
    let text = decoded(bytes);
    let dom = tl::parse(&text, tl::ParserOptions::default()).map_err(|error| Unreadable::Damaged(error.to_string()))?;
    let parser = dom.parser();
    let mut tables = Vec::new();
    for table in dom.query_selector("table").into_iter().flatten().filter_map(|handle| handle.get(parser)) {
        let mut building = Builder::default();
        let Some(table) = table.as_tag() else { continue };
        for row in table.query_selector(parser, "tr").into_iter().flatten().filter_map(|handle| handle.get(parser)) {
            building.row();
            let cells = row.children().map(|children| children.all(parser).to_vec()).unwrap_or_default();
            for cell in cells.iter().filter_map(tl::Node::as_tag) {
                if !matches!(cell.name().as_utf8_str().to_lowercase().as_str(), "td" | "th") {
                    continue;
                }
                let span = |name: &str| {
                    let value = cell.attributes().get(name).flatten().map(|value| value.as_utf8_str().into_owned());
                    value.and_then(|value| value.trim().parse().ok()).unwrap_or(1)
                };
                let mut text = String::new();
                inner(cell, parser, &mut text, 0);
                building.cell(&text, span("colspan"), span("rowspan"));
            }
            building.end_row();
        }
        tables.push(building.table());
    }
    Ok(tables)
}

/// Word writes pages in the code page of its system where it is not told otherwise.
fn decoded(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2_048)]).to_lowercase();
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) if head.contains("windows-1258") => bytes.iter().map(|byte| windows_1258(*byte)).collect(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The letters of code page 1258 that differ from Latin-1 (Unicode Consortium, CP1258.TXT), the combining marks among
/// them.
fn windows_1258(byte: u8) -> char {
    match byte {
        0xC3 => 'Ă',
        0xE3 => 'ă',
        0xCC => '\u{300}',
        0xD2 => '\u{309}',
        0xDE => '\u{303}',
        0xEC => '\u{301}',
        0xF2 => '\u{323}',
        0xD0 => 'Đ',
        0xF0 => 'đ',
        0xD5 => 'Ơ',
        0xF5 => 'ơ',
        0xDD => 'Ư',
        0xFD => 'ư',
        0xFE => '₫',
        0x96 => '–',
        0x93 | 0x94 => '"',
        0x85 => '…',
        other => char::from(other),
    }
}

fn inner(tag: &tl::HTMLTag<'_>, parser: &tl::Parser<'_>, into: &mut String, depth: usize) {
    if depth > 64 {
        return;
    }
    for node in tag.children().top().iter().filter_map(|handle| handle.get(parser)) {
        match node {
            // A line's end in the file is a blank on the page.
            tl::Node::Raw(text) => into.push_str(&plain(&text.as_utf8_str().replace(['\r', '\n'], " "))),
            tl::Node::Tag(tag) => {
                let name = tag.name().as_utf8_str().to_lowercase();
                let breaks = matches!(name.as_str(), "br" | "p" | "div" | "li" | "tr");
                if breaks {
                    into.push('\n');
                }
                if !matches!(name.as_str(), "style" | "script") {
                    inner(tag, parser, into, depth + 1);
                }
            }
            tl::Node::Comment(_) => {}
        }
    }
}

/// Text without the entities that Word and Excel write.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(end, _)| end);
        match end.and_then(|end| Some((end, character(&rest[1..end])?))) {
            Some((end, c)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    let known = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("nbsp", ' '), ("ndash", '–'), ("frac12", '½')];
    known.iter().find(|(word, _)| *word == name).map(|(_, c)| *c)
}

/// Lines with tabs, semicolons or commas between cells; cells in quotes may hold lines.
fn lines(text: &str) -> Cells {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let separator = ['\t', ';', '|', ','].into_iter().max_by_key(|c| first.matches(*c).count()).unwrap_or('\t');
    let (mut cells, mut row, mut cell, mut quoted) = (Cells::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    let end = |row: &mut Vec<Cell>, cell: &mut String| {
        row.push(Cell { text: crate::importing::cells::tidy(&std::mem::take(cell)), continues: false });
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
            return cells;
        }
    }
    if !cell.trim().is_empty() || !row.is_empty() {
        end(&mut row, &mut cell);
        cells.push(row);
    }
    cells
}
