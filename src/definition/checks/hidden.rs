//! Y03: letters that nobody sees and nobody types: blanks of no width, control characters, marks that turn the order of
//! writing round, numbers that are no letters. They break pictures and papers, and a screen may obey them.

use crate::definition::diagnostic::{Diagnostic, MOST};
use crate::definition::source::{Node, NodeKind, Source, Span};

/// Blanks of Word and of the web: what a line of the text is looked through for.
pub fn is_blank(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{feff}' | '\u{202f}' | '\u{2060}')
}

/// What no text may hold, however it is written: XML has no place for most of it, and none of it can be read.
pub fn is_no_letter(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
        || matches!(c as u32 & 0xffff, 0xfffe | 0xffff)
        || matches!(c, '\u{fdd0}'..='\u{fdef}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a text shows nothing at all.
pub fn shows_nothing(text: &str) -> bool {
    let filler = |c: char| matches!(c, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}');
    text.chars().all(|c| c.is_whitespace() || is_blank(c) || is_no_letter(c) || filler(c))
}

/// Whether a letter at this place joins two pictures into one, as emoji do: that one is meant.
pub fn joins_pictures(text: &str, at: usize) -> bool {
    let picture = |c: Option<char>| c.is_some_and(|c| matches!(c as u32, 0x2190..=0x2bff | 0xfe0f | 0x1f000..=0x1faff));
    let (before, after) = text.split_at(at);
    let mut after = after.chars();
    after.next() == Some('\u{200d}') && picture(before.chars().next_back()) && picture(after.next())
}

/// Every text of the tree, keys too, one message each. What stands in a line as it is was told of the line.
pub fn check(source: &Source) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Some(root) = source.root() {
        walk(source, root, &mut found);
    }
    found
}

fn walk(source: &Source, node: &Node, found: &mut Vec<Diagnostic>) {
    if found.len() > MOST {
        return;
    }
    match &node.kind {
        NodeKind::Scalar { text, .. } => found.extend(told(source, node.span, text)),
        NodeKind::List(items) => items.iter().for_each(|item| walk(source, item, found)),
        NodeKind::Map(entries) => {
            for (key, value) in entries {
                found.extend(told(source, key.span, &key.text));
                walk(source, value, found);
            }
        }
    }
}

fn told(source: &Source, span: Span, text: &str) -> Option<Diagnostic> {
    // To the end of its last line: blanks behind a text are no part of its place.
    let rest = source.text().get(span.end..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    let written = source.text().get(span.start..span.end + rest).unwrap_or("");
    let hidden = |(at, c): &(usize, char)| {
        is_no_letter(*c) || (is_blank(*c) && !written.contains(*c) && !joins_pictures(text, *at))
    };
    let (_, letter) = text.char_indices().find(hidden)?;
    let code = format!("U+{:04X}", letter as u32);
    let (vi, en) = match is_blank(letter) {
        true => ("có ký tự vô hình viết bằng mã", "an invisible character, written as a code"),
        false => ("có ký tự điều khiển, không phải chữ", "a control character, which is no letter"),
    };
    let found = Diagnostic::error("Y03", span, vi, en).label(format!("mã {code}"), code);
    Some(found.help("xóa ký tự này, gõ lại phần chữ cần có", "remove it, and type the text that is meant"))
}
