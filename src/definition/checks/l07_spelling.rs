//! L07: a word that cannot be Vietnamese: a tone mark on the wrong letter, a mark left out, letters that make no syllable.
//!
//! Only words with Vietnamese letters are looked at, and no names: foreign words, abbreviations and places are spelt as
//! they are.

use std::collections::{BTreeSet, HashSet};

use unicode_normalization::UnicodeNormalization;

use crate::definition::checks::Look;
use crate::definition::diagnostic::{Diagnostic, Level};
use crate::definition::source::{Node, NodeKind, Source, Span};
use crate::definition::syllable::{Spelling, spelling};
use crate::fold::composed;

/// Keys whose text people read.
const READ: &[&str] = &["vi", "note", "because"];

/// Every text of the file that people read; each word once.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut spelt = Spelt { source: look.source, told: BTreeSet::new(), right: HashSet::new(), found: Vec::new() };
    if let Some(root) = look.source.root() {
        spelt.node(root, "");
    }
    spelt.found
}

struct Spelt<'a> {
    source: &'a Source,
    told: BTreeSet<String>,
    /// Words in lower case that were looked at already and are right: texts say the same words again and again.
    right: HashSet<String>,
    found: Vec<Diagnostic>,
}

impl Spelt<'_> {
    fn node(&mut self, node: &Node, key: &str) {
        match &node.kind {
            NodeKind::Map(entries) => entries.iter().for_each(|(key, value)| self.node(value, &key.text)),
            NodeKind::List(items) => items.iter().for_each(|item| self.node(item, key)),
            NodeKind::Scalar { .. } if READ.contains(&key) => self.text(node.span),
            NodeKind::Scalar { .. } => {}
        }
    }

    fn text(&mut self, span: Span) {
        let text = self.source.text().get(span.start..span.end).unwrap_or_default();
        let mut from = None;
        let mut first = true;
        for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
            let mark = || !c.is_ascii() && unicode_normalization::char::is_combining_mark(c);
            let letter = c.is_alphabetic() || mark();
            match (letter, from) {
                (true, None) => from = Some(at),
                (false, Some(start)) => {
                    self.word(&text[start..at], span.start + start, first);
                    (from, first) = (None, matches!(c, '.' | ':' | ';'));
                }
                // A sentence begins after its end, whatever blanks and quotes stand between.
                (false, None) => first |= matches!(c, '.' | ':' | ';'),
                (true, Some(_)) => {}
            }
        }
    }

    fn word(&mut self, raw: &str, at: usize, first: bool) {
        if raw.is_ascii() {
            return;
        }
        let word = composed(raw);
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let shouted = word.chars().skip(1).any(char::is_uppercase);
        if shouted || (capital && !first) {
            return;
        }
        let lower = word.to_lowercase();
        if self.right.contains(&lower) || lower.is_ascii() || !lower.chars().all(is_vietnamese) {
            return;
        }
        let (vi, en, help) = match spelling(&lower) {
            Spelling::Right => {
                self.right.insert(lower);
                return;
            }
            Spelling::Misplaced(right) => (
                format!("dấu thanh của `{word}` đặt sai chữ"),
                format!("the tone mark of `{word}` stands on the wrong letter"),
                vec![right],
            ),
            Spelling::NoTone(either) => {
                (format!("`{word}` thiếu dấu thanh"), format!("`{word}` lacks its tone mark"), either.to_vec())
            }
            Spelling::Impossible => {
                (format!("`{word}` không phải tiếng Việt"), format!("`{word}` cannot be Vietnamese"), Vec::new())
            }
        };
        if !self.told.insert(lower) {
            return;
        }
        let span = Span { start: at, end: at + raw.len() };
        let mut told = Diagnostic::error("L07", span, vi, en);
        told.level = Level::Note;
        let forms: Vec<String> =
            help.iter().map(|form| if capital { capitalised(form) } else { form.clone() }).collect();
        self.found.push(match forms.as_slice() {
            [right] => told.help(format!("viết `{right}`"), format!("write `{right}`")).fix(span, right.clone()),
            [one, other] => told.help(format!("`{one}` hay `{other}`?"), format!("`{one}` or `{other}`?")),
            _ => told.help("xem lại chính tả", "look at its spelling"),
        });
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Letters of the Vietnamese alphabet, marked or not: a word with others is of another language.
fn is_vietnamese(c: char) -> bool {
    let plain = if c.is_ascii() { c } else { c.nfd().next().unwrap_or(c) };
    c == 'đ' || (plain.is_ascii_lowercase() && !matches!(plain, 'f' | 'j' | 'w' | 'z'))
}
