//! Walking a tree and collecting what is wrong with it: the tools `resolve` reads with.
//!
//! Every helper returns what it could read and notes what it could not; none stops the walk.

use std::collections::HashMap;

use crate::calendar::working_time::{ParseError, WorkingTime};
use crate::definition::checks::factory;
use crate::definition::diagnostic::{Diagnostic, MOST};
use crate::definition::procedure::{Decision, Title};
use crate::definition::source::{Key, Node, NodeKind, Span};

/// Collects diagnostics while a tree is walked.
#[derive(Default)]
pub struct Reader {
    pub diagnostics: Vec<Diagnostic>,
    /// Which keys were accepted in which map, where somebody wants to know: the table of the format is held against it.
    pub accepted: Option<Vec<(Span, Vec<String>)>>,
}

impl Reader {
    /// Notes what is wrong.
    pub fn say(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Whether more is found already than anybody will be told; what is looked up for the rest is not worth its time.
    pub fn flooded(&self) -> bool {
        self.diagnostics.len() > 2 * MOST
    }

    /// Checks the keys of a map: unknown ones, doubled ones. True when it is a map.
    pub fn keys(&mut self, node: &Node, of: &str, known: &[&str]) -> bool {
        let NodeKind::Map(entries) = &node.kind else {
            self.say(factory::wrong_shape(
                node.span,
                format!("`{of}` gồm các cặp khóa: giá trị"),
                format!("`{of}` is a map of keys"),
            ));
            return false;
        };
        if let Some(accepted) = &mut self.accepted {
            accepted.push((node.span, known.iter().map(|key| (*key).to_owned()).collect()));
        }
        let mut seen: HashMap<&str, &Key> = HashMap::with_capacity(entries.len());
        for (key, value) in entries {
            if self.flooded() {
                break;
            }
            if let Some(first) = seen.get(key.text.as_str()) {
                self.say(factory::duplicate(key, first));
            } else if !known.contains(&key.text.as_str()) {
                // `{ vi: Đơn, tờ khai }`: the comma ended the label and the rest reads as a key without a value.
                let cut = value.text() == Some("") && key.text.contains(' ');
                self.say(if cut { factory::comma_ends(key) } else { factory::unknown_key(key, of, known) });
            }
            seen.entry(key.text.as_str()).or_insert(key);
        }
        true
    }

    /// Checks the entries of a map of the author's own ids: doubled ones and ids that are no ids.
    pub fn ids<'n>(&mut self, node: &'n Node, of: &str) -> Vec<(&'n str, Span, &'n Node)> {
        let NodeKind::Map(entries) = &node.kind else {
            self.say(factory::wrong_shape(
                node.span,
                format!("`{of}` gồm các mục có tên riêng"),
                format!("`{of}` is a map of named entries"),
            ));
            return Vec::new();
        };
        let mut ids = Vec::new();
        let mut seen: HashMap<&str, &Key> = HashMap::with_capacity(entries.len());
        for (key, value) in entries {
            match seen.get(key.text.as_str()) {
                Some(first) => self.say(factory::duplicate(key, first)),
                None => ids.push((key.text.as_str(), key.span, value)),
            }
            seen.entry(key.text.as_str()).or_insert(key);
            if !is_id(&key.text) {
                self.say(factory::bad_id(key.span, &key.text));
            }
            if (of == "fields" && is_reserved_field(&key.text))
                || (is_reserved(&key.text) && ["steps", "people"].contains(&of))
            {
                self.say(factory::reserved(key));
            }
        }
        ids
    }

    /// The text of a scalar.
    pub fn text(&mut self, node: &Node, of: &str) -> Option<String> {
        match node.text() {
            Some(text) => Some(text.to_owned()),
            None => {
                self.say(factory::wrong_shape(
                    node.span,
                    format!("`{of}` là một dòng chữ"),
                    format!("`{of}` is a text"),
                ));
                None
            }
        }
    }

    /// A whole number from 0 to four billion.
    pub fn number(&mut self, node: &Node, of: &str) -> Option<u32> {
        let number = node.text().and_then(|text| text.parse().ok());
        if number.is_none() {
            self.say(factory::wrong_shape(
                node.span,
                format!("`{of}` là một số nguyên, ví dụ `2`"),
                format!("`{of}` is a whole number, as `2`"),
            ));
        }
        number
    }

    /// `true` or `false`.
    pub fn yes_no(&mut self, node: &Node, of: &str) -> bool {
        match node.text() {
            Some("true") => true,
            Some("false") => false,
            _ => {
                self.say(factory::wrong_shape(
                    node.span,
                    format!("`{of}` là `true` hoặc `false`"),
                    format!("`{of}` is `true` or `false`"),
                ));
                false
            }
        }
    }

    /// A local date, `2026-07-01`.
    pub fn date(&mut self, node: &Node, of: &str) -> Option<jiff::civil::Date> {
        let date = node.text().and_then(|text| text.parse().ok());
        if date.is_none() {
            self.say(factory::date(node.span, of, node.text().unwrap_or("")));
        }
        date
    }

    /// One of a closed list of words.
    pub fn word(&mut self, node: &Node, of: &str, words: &[&'static str]) -> Option<&'static str> {
        let text = node.text().unwrap_or("");
        let word = words.iter().find(|word| **word == text).copied();
        if word.is_none() {
            self.say(factory::not_in_list(node.span, of, text, words));
        }
        word
    }

    /// A length of working time.
    pub fn length(&mut self, node: &Node, of: &str) -> Option<WorkingTime> {
        let text = self.text(node, of)?;
        match WorkingTime::parse(&text) {
            Ok(length) => Some(length),
            Err(fault) => {
                self.say(factory::length(node.span, &text, &fault));
                None
            }
        }
    }

    /// A list, or one entry standing for a list of one.
    pub fn list<'n>(&mut self, node: &'n Node) -> Vec<&'n Node> {
        match &node.kind {
            NodeKind::List(items) => items.iter().collect(),
            _ => vec![node],
        }
    }

    /// The labels `vi` and `en` of a map; a missing `vi` is noted.
    pub fn title(&mut self, node: &Node, of: &str, span: Span) -> Title {
        let en = node.get("en").and_then(|node| self.text(node, "en"));
        match node.get("vi") {
            Some(vi) => Title { vi: self.text(vi, "vi").unwrap_or_default(), en },
            None => {
                self.say(factory::missing_key(span, of, "vi"));
                Title { vi: of.to_owned(), en }
            }
        }
    }

    /// `{ number, date }`.
    pub fn decision(&mut self, node: &Node) -> Option<Decision> {
        if !self.keys(node, "decision", &["number", "date"]) {
            return None;
        }
        let number = node.get("number").and_then(|n| self.text(n, "number"));
        let date = node.get("date").and_then(|n| self.date(n, "date"));
        match (number, date) {
            (Some(number), Some(date)) => Some(Decision { number, date }),
            _ => None,
        }
    }
}

/// Words of conditions: a field of that name could not be named there.
const OF_CONDITIONS: [&str; 4] = ["true", "false", "in", "has"];

/// Names with a meaning of their own.
const RESERVED: [&str; 6] = ["applicant", "origin", "join", "each", "case", "else"];

/// Whether a name has a meaning of its own.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Whether no field may have that name.
pub fn is_reserved_field(name: &str) -> bool {
    is_reserved(name) || OF_CONDITIONS.contains(&name)
}

/// Whether the text can be an id: a letter or digit first, then letters, digits, `_`, `-`, `.`; at most 60 characters.
pub fn is_id(text: &str) -> bool {
    text.len() <= 60
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// Which code a bad length has.
pub fn length_code(fault: &ParseError) -> &'static str {
    match fault {
        ParseError::Bare { .. } => "T12",
        ParseError::UnknownUnit { .. } => "T11",
        ParseError::Empty { .. }
        | ParseError::NoUnit { .. }
        | ParseError::NotANumber { .. }
        | ParseError::TooFine { .. }
        | ParseError::OutOfRange { .. } => "T10",
    }
}
