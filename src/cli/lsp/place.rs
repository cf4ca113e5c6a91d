//! Places as an editor counts them (line and UTF-16 unit, or byte where agreed) and as we do (bytes), and addresses of
//! files.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::definition::source::Span;

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Columns {
    #[default]
    Utf16,
    Bytes,
}

impl Columns {
    fn width(self, c: char) -> usize {
        match self {
            Columns::Utf16 => c.len_utf16(),
            Columns::Bytes => c.len_utf8(),
        }
    }

    /// The byte at a place; a place outside the text is the nearest one inside.
    pub fn byte(self, text: &str, place: &Value) -> usize {
        let number = |key: &str| place[key].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let (line, column) = (number("line"), number("character"));
        let start = match line {
            0 => 0,
            line => match text.match_indices('\n').nth(line - 1) {
                Some((at, _)) => at + 1,
                None => return text.len(),
            },
        };
        let mut passed = 0;
        for (at, c) in text[start..].char_indices() {
            if passed >= column || c == '\n' {
                return start + at;
            }
            passed += self.width(c);
        }
        text.len()
    }

    /// The place of a byte.
    pub fn place(self, text: &str, at: usize) -> Value {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column: usize = before[start..].chars().map(|c| self.width(c)).sum();
        json!({ "line": before.matches('\n').count(), "character": column })
    }

    /// The range of a span.
    pub fn range(self, text: &str, span: Span) -> Value {
        json!({ "start": self.place(text, span.start), "end": self.place(text, span.end.max(span.start)) })
    }
}

/// The file of a `file:` address.
pub fn path_of(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let mut bytes = Vec::with_capacity(rest.len());
    let mut left = rest.bytes();
    while let Some(byte) = left.next() {
        match byte {
            b'%' => {
                let digits = [left.next()?, left.next()?];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
            }
            byte => bytes.push(byte),
        }
    }
    Some(PathBuf::from(String::from_utf8(bytes).ok()?))
}

/// The address of the file of that name beside another.
pub fn beside(uri: &str, name: &str) -> String {
    let folder = uri.rfind('/').map_or(uri, |end| &uri[..=end]);
    let mut out = folder.to_owned();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The last part of an address, as the file is called.
pub fn name_of(uri: &str) -> String {
    let path = path_of(uri).unwrap_or_else(|| PathBuf::from(uri));
    Path::file_name(&path).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
