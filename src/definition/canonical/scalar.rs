//! One value as written: when it is quoted, with which quotes, and how a length is spelt.

use std::fmt::Write as _;

use crate::calendar::working_time::respelled;

/// Keys whose value may be a length.
const LENGTHS: &[&str] = &["within", "limit", "after", "up_to", "at_most", "wait", "apology", "warn", "length", "else"];
/// What may stand after a length.
const SUFFIXES: &[&str] = &[" late", " trễ", " before", " trước"];
/// Keys whose value is for people.
const PROSE: &[&str] = &["vi", "en", "note", "because", "name", "reason", "source"];

/// The value as it is spelt, without quotes.
pub fn spelt(key: &str, text: &str) -> String {
    if !LENGTHS.contains(&key) {
        return text.to_owned();
    }
    let suffix = SUFFIXES.iter().find(|suffix| text.ends_with(**suffix)).copied().unwrap_or("");
    let length = text.strip_suffix(suffix).unwrap_or(text);
    respelled(length).map_or_else(|| text.to_owned(), |length| length + suffix)
}

/// The value of a key as it is written; `flow` inside brackets.
pub fn written(key: &str, text: &str, quoted: bool, flow: bool) -> String {
    let text = spelt(key, text);
    let bare = !(quoted || flow && text.contains([',', '[', ']', '{', '}']));
    match key {
        "when" if !text.is_empty() => in_quotes(&text),
        _ if bare || (PROSE.contains(&key) && needs_none(&text)) => text,
        _ => in_quotes(&text),
    }
}

/// Several plain words, in which no sign can be taken for YAML's own wherever they stand.
fn needs_none(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
        && text.contains(' ')
        && !text.ends_with(' ')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '/' | '(' | ')' | ';' | '%'))
}

/// Double quotes, or single ones where the text holds double ones and nothing that must be escaped.
pub fn in_quotes(text: &str) -> String {
    if text.contains(['"', '\\']) && !text.chars().any(char::is_control) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // Writing into a String cannot fail.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
