//! The plain text of a document: what a Word file, a page or a text file says, without how it looks.

use std::io::Read as _;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::importing::cells::Unreadable;
use crate::importing::sheet::{LARGEST, decoded, entity, unpacked};

/// The endings of names whose text can be read.
pub const KINDS: &[&str] = &["docx", "html", "htm", "md", "txt"];

/// The text of a file, by the end of its name; the paragraphs of a Word document one a line, tables included.
pub fn words(name: &str, bytes: &[u8]) -> Result<String, Unreadable> {
    if bytes.len() as u64 > LARGEST {
        return Err(Unreadable::TooLarge);
    }
    match name.rsplit('.').next().unwrap_or_default().to_lowercase().as_str() {
        "docx" => document(bytes),
        kind if KINDS.contains(&kind) => Ok(decoded(bytes)),
        _ => Err(Unreadable::Kind),
    }
}

/// Word cuts a word into runs as it was typed and mended: they are put together again.
fn document(bytes: &[u8]) -> Result<String, Unreadable> {
    let damaged = |error: String| Unreadable::Damaged(error);
    let mut archive = unpacked(bytes)?;
    let part = archive.by_name("word/document.xml").map_err(|error| damaged(error.to_string()))?;
    let mut xml = String::new();
    part.take(LARGEST).read_to_string(&mut xml).map_err(|error| damaged(error.to_string()))?;
    let mut reader = Reader::from_str(&xml);
    let (mut text, mut in_text) = (String::new(), false);
    loop {
        match reader.read_event().map_err(|error| damaged(error.to_string()))? {
            Event::Eof => return Ok(text),
            Event::Start(tag) if tag.local_name().as_ref() == "t" => in_text = true,
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => in_text = false,
                "p" => text.push('\n'),
                _ => {}
            },
            Event::Text(part) if in_text => text.push_str(&part),
            Event::GeneralRef(name) if in_text => text.push_str(&entity(&name)),
            _ => {}
        }
    }
}
