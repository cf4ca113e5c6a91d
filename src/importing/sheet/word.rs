//! Tables of Word documents.

use std::io::Read;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::importing::cells::{Builder, Cells, MOST_COLUMNS, Unreadable};
use crate::importing::sheet::{LARGEST, entity, unpacked};

/// The tables of a Word document (ECMA-376, WordprocessingML): `w:tbl`, `w:tr`, `w:tc`, with `w:gridSpan` and `w:vMerge`.
pub fn tables(bytes: &[u8]) -> Result<Vec<Cells>, Unreadable> {
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
            Event::GeneralRef(name) if word.in_text => word.text.push_str(&entity(&name)),
            _ => {}
        }
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
