//! Texts as both stores keep them.

use crate::fold::fold;
use crate::machine::event::Mark;
use crate::projection::rows::CaseRow;

/// What searching looks in.
pub(super) fn searchable(case: &CaseRow) -> String {
    let mut text = fold(&case.title);
    text.push(' ');
    text.push_str(&fold(case.case.as_str()));
    if let Some(code) = &case.code {
        text.push(' ');
        text.push_str(&fold(code));
    }
    speakable(text)
}

/// Marks as one text; nothing where there are none.
pub(super) fn marks_text(marks: &[Mark]) -> Option<String> {
    let words: Vec<&str> = marks.iter().map(|mark| mark.word()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The marks of a text; a word that is none names itself.
pub(super) fn marks_of(text: Option<&str>) -> Result<Vec<Mark>, String> {
    let words = text.unwrap_or_default().split_whitespace();
    words.map(|word| Mark::of(word).ok_or_else(|| format!("there is no mark `{word}`"))).collect()
}

/// A text without zero characters: PostgreSQL's texts cannot hold them, and both stores keep the same.
pub(super) fn speakable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// Whether a name is in no table, because neither store keeps such: PostgreSQL's texts cannot even ask for it.
pub(super) fn unspeakable(name: &str) -> bool {
    name.contains('\0')
}
