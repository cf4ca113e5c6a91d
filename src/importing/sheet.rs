//! Tables out of files: Excel workbooks, Word documents, pages that Word saved, and text with tabs or semicolons.
//! The largest table that looks like one of steps is for [`crate::importing::table`] to choose.

mod lines;
mod page;
mod word;
mod workbook;

use std::io::Cursor;

use crate::importing::cells::{Cells, Unreadable};

pub use workbook::{Page, pages};

/// The largest file, and the largest part of a packed one, in bytes: a table of steps is far smaller.
pub(super) const LARGEST: u64 = 16 * 1024 * 1024;

/// Every table of a file, by the end of its name.
pub fn tables(name: &str, bytes: &[u8]) -> Result<Vec<Cells>, Unreadable> {
    if bytes.len() as u64 > LARGEST {
        return Err(Unreadable::TooLarge);
    }
    let tables = match kind(name, bytes)? {
        Kind::Workbook => workbook::tables(bytes)?,
        Kind::Word => word::tables(bytes)?,
        Kind::Page => page::tables(bytes)?,
        Kind::Lines => vec![lines::table(&page::decoded(bytes))],
    };
    if tables.iter().all(|table| table.is_empty()) { Err(Unreadable::NoTable) } else { Ok(tables) }
}

/// What a file is.
enum Kind {
    Workbook,
    Word,
    Page,
    Lines,
}

/// What a file is: by what stands in it where that can be told, for people give files other names and programs write
/// pages under the names of workbooks; else by the end of its name.
fn kind(name: &str, bytes: &[u8]) -> Result<Kind, Unreadable> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0";
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    let office = ["xlsx", "xlsm", "docx", "xls", "doc"].contains(&ending.as_str());
    match bytes {
        _ if bytes.starts_with(COMPOUND) || bytes.starts_with(b"{\\rtf") => return Err(Unreadable::Old),
        _ if bytes.starts_with(b"%PDF") => return Err(Unreadable::Pdf),
        _ if bytes.starts_with(ZIP) => {
            let archive = unpacked(bytes)?;
            let has = |part: &str| archive.index_for_name(part).is_some();
            match (has("word/document.xml"), has("xl/workbook.xml"), has("content.xml")) {
                (true, ..) => return Ok(Kind::Word),
                (_, true, _) => return Ok(Kind::Workbook),
                (.., true) => return Err(Unreadable::OpenDocument),
                _ => {}
            }
        }
        _ if office && is_page(bytes) => return Ok(Kind::Page),
        _ => {}
    }
    match ending.as_str() {
        "xlsx" | "xlsm" => Ok(Kind::Workbook),
        "docx" => Ok(Kind::Word),
        "html" | "htm" => Ok(Kind::Page),
        "csv" | "tsv" | "txt" => Ok(Kind::Lines),
        "doc" | "xls" | "rtf" => Err(Unreadable::Old),
        "pdf" => Err(Unreadable::Pdf),
        "odt" | "ods" => Err(Unreadable::OpenDocument),
        _ => Err(Unreadable::Kind),
    }
}

/// Whether something is a page, whatever it is called.
fn is_page(bytes: &[u8]) -> bool {
    let head = page::decoded(&bytes[..bytes.len().min(4_096)]).to_lowercase();
    let head = head.trim_start();
    head.starts_with('<') && ["<html", "<table", "<body"].iter().any(|tag| head.contains(tag))
}

/// A text as its file says it is written, or as it can be read.
pub(super) fn decoded(bytes: &[u8]) -> String {
    page::decoded(bytes)
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

/// What an entity of XML stands for; nothing for one that a file declares itself.
pub(super) fn entity(name: &quick_xml::events::BytesRef<'_>) -> String {
    match name.resolve_char_ref() {
        Ok(Some(letter)) => letter.to_string(),
        _ => quick_xml::escape::resolve_predefined_entity(name).unwrap_or_default().to_owned(),
    }
}
