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
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    let tables = match ending.as_str() {
        "xlsx" | "xlsm" => workbook::tables(bytes)?,
        "docx" => word::tables(bytes)?,
        "html" | "htm" => page::tables(bytes)?,
        "csv" | "tsv" | "txt" => vec![lines::table(&page::decoded(bytes))],
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

/// What an entity of XML stands for; nothing for one that a file declares itself.
pub(super) fn entity(name: &quick_xml::events::BytesRef<'_>) -> String {
    match name.resolve_char_ref() {
        Ok(Some(letter)) => letter.to_string(),
        _ => quick_xml::escape::resolve_predefined_entity(name).unwrap_or_default().to_owned(),
    }
}
