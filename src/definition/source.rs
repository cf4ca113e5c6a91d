//! The text of a file as a tree in which every key and value knows where it stands.
//!
//! Reading never stops at the first fault and never changes the text. It may not know what the keys mean.

use crate::fold::composed;
use granit_parser::{Event, Parser, ScalarStyle};

/// A run of bytes of the text, `start` included, `end` not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// A file's name and text, with its tree where it could be read.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<usize>,
    root: Option<Node>,
    faults: Vec<Unreadable>,
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub span: Span,
    pub kind: NodeKind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// Text as meant (escapes undone, NFC), and whether it was quoted.
    Scalar {
        text: String,
        quoted: bool,
    },
    Map(Vec<(Key, Node)>),
    List(Vec<Node>),
}

/// A key with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub span: Span,
    pub text: String,
}

/// Why a part of the text is no tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Not YAML from here on; the parser's own words.
    Syntax { span: Span, why: String },
    /// Anchors, aliases, merge keys and tags are not used.
    Cleverness { span: Span, what: &'static str },
    /// More than 1 MiB, nested deeper than 16, or more values than any procedure has.
    TooLarge { span: Span, what: (&'static str, &'static str) },
    /// A second document in one file.
    SecondDocument { span: Span },
    /// A key that is a list or a map.
    OddKey { span: Span },
}

/// Keys and indices from the root to a value.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Route(Vec<Hop>);

/// One hop of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hop {
    Key(String),
    Index(usize),
}

const MAX_BYTES: usize = 1 << 20;
const MAX_DEPTH: usize = 16;
const MAX_VALUES: usize = 20_000;

impl Source {
    /// Reads a text. Total: whatever the text, there is a source, and its faults say what could not be read.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        let (name, text) = (name.into(), text.into());
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut source = Source { name, text, line_starts, root: None, faults: Vec::new() };
        source.read();
        source
    }

    /// The file's name, as diagnostics print it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole tree, where the text could be read.
    pub fn root(&self) -> Option<&Node> {
        self.root.as_ref()
    }

    /// What could not be read.
    pub fn unreadable(&self) -> &[Unreadable] {
        &self.faults
    }

    /// The value at a route, where there is one.
    pub fn node(&self, route: &Route) -> Option<&Node> {
        route.0.iter().try_fold(self.root.as_ref()?, |node, hop| match hop {
            Hop::Key(key) => node.get(key),
            Hop::Index(index) => node.items().get(*index),
        })
    }

    /// The place of the value at a route, or of the nearest one above it.
    pub fn span(&self, route: &Route) -> Span {
        let mut span = Span::default();
        let mut here = self.root.as_ref();
        if let Some(root) = here {
            span = Span { start: root.span.start, end: root.span.start };
        }
        for hop in &route.0 {
            let Some(node) = here else { break };
            here = match (hop, &node.kind) {
                (Hop::Key(key), NodeKind::Map(entries)) => match entries.iter().find(|(k, _)| k.text == *key) {
                    Some((key, node)) => {
                        span = if node.is_scalar() { node.span } else { key.span };
                        Some(node)
                    }
                    None => None,
                },
                (Hop::Index(index), NodeKind::List(items)) => {
                    items.get(*index).inspect(|node| span = self.first_line(node.span))
                }
                _ => None,
            };
        }
        span
    }

    /// The place of the last key of a route, or of the nearest one above it.
    pub fn key_span(&self, route: &Route) -> Span {
        let mut span = self.span(&Route::default());
        let mut here = self.root.as_ref();
        for hop in &route.0 {
            let Some(node) = here else { break };
            here = match (hop, &node.kind) {
                (Hop::Key(key), NodeKind::Map(entries)) => {
                    entries.iter().find(|(k, _)| k.text == *key).map(|(key, node)| {
                        span = key.span;
                        node
                    })
                }
                (Hop::Index(index), NodeKind::List(items)) => {
                    items.get(*index).inspect(|node| span = self.first_line(node.span))
                }
                _ => None,
            };
        }
        span
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub fn position(&self, at: usize) -> (usize, usize) {
        let at = at.min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= at).max(1);
        let start = self.line_starts[line - 1];
        let column = self.text.get(start..at).map_or(0, |text| text.chars().count());
        (line, column + 1)
    }

    /// The text of a line, without its end; lines count from 1.
    pub fn line(&self, line: usize) -> &str {
        let start = self.line_starts.get(line.wrapping_sub(1)).copied().unwrap_or(self.text.len());
        let end = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// The span cut to its first line.
    fn first_line(&self, span: Span) -> Span {
        let text = self.text.get(span.start..span.end).unwrap_or("");
        let end = text.find('\n').map_or(span.end, |at| span.start + at);
        Span { start: span.start, end: end.max(span.start) }
    }

    fn read(&mut self) {
        if self.text.len() > MAX_BYTES {
            self.faults.push(Unreadable::TooLarge {
                span: Span::default(),
                what: ("1 MiB (1.048.576 byte)", "1 MiB (1,048,576 bytes)"),
            });
            return;
        }
        let mut builder =
            Builder { text: &self.text, open: Vec::new(), root: None, faults: Vec::new(), end: 0, values: 0 };
        for event in Parser::new_from_str(&self.text) {
            match event {
                Ok((event, span)) => {
                    if !builder.take(event, span_of(&self.text, span)) {
                        break;
                    }
                }
                Err(fault) => {
                    let at = fault.marker().byte_offset().unwrap_or(builder.end).min(self.text.len());
                    let span = Span { start: at, end: at };
                    builder.faults.push(Unreadable::Syntax { span, why: fault.to_string() });
                    break;
                }
            }
        }
        let (root, faults) = (builder.root, builder.faults);
        let broken = faults.iter().any(|fault| !matches!(fault, Unreadable::Cleverness { .. }));
        self.root = root.filter(|_| !broken);
        self.faults = faults;
    }
}

fn span_of(text: &str, span: granit_parser::Span) -> Span {
    let byte = |marker: &granit_parser::Marker| marker.byte_offset().unwrap_or(0).min(text.len());
    let (start, end) = (byte(&span.start), byte(&span.end));
    Span { start, end: end.max(start) }
}

/// A collection that is still open: its start, its entries, and the key that waits for its value.
struct Open {
    start: usize,
    kind: NodeKind,
    key: Option<Key>,
}

struct Builder<'a> {
    text: &'a str,
    open: Vec<Open>,
    root: Option<Node>,
    faults: Vec<Unreadable>,
    end: usize,
    values: usize,
}

impl Builder<'_> {
    /// Takes one event; false when reading further makes no sense.
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        self.end = span.end;
        self.values += 1;
        if self.values > MAX_VALUES {
            self.faults.push(Unreadable::TooLarge { span, what: ("20.000 giá trị", "20,000 values") });
            return false;
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.no_cleverness(anchor, tag.is_some(), span);
                let quoted = style != ScalarStyle::Plain;
                let text = composed(&text).into_owned();
                if text == "<<" && !quoted && self.expects_key() {
                    self.faults.push(Unreadable::Cleverness { span, what: "<<" });
                }
                self.put(Node { span: self.trimmed(span), kind: NodeKind::Scalar { text, quoted } });
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.no_cleverness(anchor, tag.is_some(), span);
                return self.push(span, NodeKind::List(Vec::new()));
            }
            Event::MappingStart(_, anchor, tag) => {
                self.no_cleverness(anchor, tag.is_some(), span);
                return self.push(span, NodeKind::Map(Vec::new()));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    let end = self.trimmed(Span { start: open.start, end: span.end }).end;
                    self.put(Node { span: Span { start: open.start, end }, kind: open.kind });
                }
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.faults.push(Unreadable::Cleverness { span, what: "*" });
                self.put(Node { span, kind: NodeKind::Scalar { text: String::new(), quoted: true } });
            }
            Event::DocumentStart(..) if self.root.is_some() => {
                self.faults.push(Unreadable::SecondDocument { span });
                return false;
            }
            _ => {}
        }
        true
    }

    fn no_cleverness(&mut self, anchor: usize, tag: bool, span: Span) {
        if anchor != 0 {
            self.faults.push(Unreadable::Cleverness { span, what: "&" });
        }
        if tag {
            self.faults.push(Unreadable::Cleverness { span, what: "!" });
        }
    }

    fn expects_key(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(open.kind, NodeKind::Map(_)) && open.key.is_none())
    }

    fn push(&mut self, span: Span, kind: NodeKind) -> bool {
        if self.open.len() >= MAX_DEPTH {
            self.faults.push(Unreadable::TooLarge { span, what: ("16 bậc lồng nhau", "16 levels of nesting") });
            return false;
        }
        self.open.push(Open { start: span.start, kind, key: None });
        true
    }

    fn put(&mut self, node: Node) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut open.kind {
            NodeKind::List(items) => items.push(node),
            NodeKind::Map(entries) => match (open.key.take(), node) {
                (Some(key), value) => entries.push((key, value)),
                (None, Node { span, kind: NodeKind::Scalar { text, .. } }) => open.key = Some(Key { span, text }),
                (None, Node { span, .. }) => {
                    self.faults.push(Unreadable::OddKey { span });
                    open.key = Some(Key { span, text: String::new() });
                }
            },
            NodeKind::Scalar { .. } => {}
        }
    }

    /// Without white space at the end, which block values carry.
    fn trimmed(&self, span: Span) -> Span {
        let text = self.text.get(span.start..span.end).unwrap_or("");
        Span { start: span.start, end: span.start + text.trim_end().len() }
    }
}

impl Node {
    /// Whether it is text and no collection.
    pub fn is_scalar(&self) -> bool {
        matches!(self.kind, NodeKind::Scalar { .. })
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The place of a part of a text, where the text is written as it is meant; else of all of it.
    pub fn part(&self, part: &str) -> Span {
        let NodeKind::Scalar { text, quoted } = &self.kind else { return self.span };
        let before = usize::from(*quoted);
        let plain = self.span.end - self.span.start == text.len() + 2 * before;
        match text.find(part).filter(|_| plain) {
            Some(at) => {
                let start = self.span.start + before + at;
                Span { start, end: start + part.len() }
            }
            None => self.span,
        }
    }

    /// The value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(k, _)| k.text == key).map(|(_, node)| node)
    }

    /// The entries of a map; empty for anything else.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.kind {
            NodeKind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The place of what keys with dots between lead to, key and value together; lines of lists are counted from 1. A
    /// key may have dots of its own.
    pub fn place(&self, path: &str) -> Option<Span> {
        let after = |key: &str| match path.strip_prefix(key)? {
            "" => Some(""),
            rest => rest.strip_prefix('.'),
        };
        let further = |start: usize, node: &Node, rest: &str| match rest {
            "" => Some(Span { start, end: node.span.end }),
            rest => node.place(rest),
        };
        let keys = self.entries().iter().find_map(|(key, node)| further(key.span.start, node, after(&key.text)?));
        let lines = || {
            self.items()
                .iter()
                .zip(1..)
                .find_map(|(node, n)| further(node.span.start, node, after(&i32::to_string(&n))?))
        };
        keys.or_else(lines)
    }

    /// The items of a list; empty for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            NodeKind::List(items) => items,
            _ => &[],
        }
    }
}

impl Route {
    /// A route of keys.
    pub fn of<S: AsRef<str>>(keys: impl IntoIterator<Item = S>) -> Route {
        Route(keys.into_iter().map(|key| Hop::Key(key.as_ref().to_owned())).collect())
    }

    /// One key further.
    pub fn key(mut self, key: impl AsRef<str>) -> Route {
        self.0.push(Hop::Key(key.as_ref().to_owned()));
        self
    }

    /// The hops from the root.
    pub fn hops(&self) -> &[Hop] {
        &self.0
    }

    /// One index further.
    pub fn index(mut self, index: usize) -> Route {
        self.0.push(Hop::Index(index));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_place() {
        let source = Source::new("t.yaml", "id: a\nsteps:\n  ky:\n    by: [x, y]\n");
        let route = Route::of(["steps", "ky", "by"]).index(1);
        let span = source.span(&route);
        assert_eq!(&source.text()[span.start..span.end], "y");
        assert_eq!(source.position(span.start), (4, 13));
        let key = source.key_span(&Route::of(["steps", "ky"]));
        assert_eq!(&source.text()[key.start..key.end], "ky");
        assert_eq!(source.line(3), "  ky:");
    }

    #[test]
    fn hostile_texts_are_refused_and_never_panic() {
        for text in [
            "",
            "\u{feff}",
            "a: [",
            "a: &x 1\nb: *x",
            "[[[[[[[[[[[[[[[[[[[[[[[[",
            "? [a]\n: b",
            "a: !t 1",
            "\0",
            "---\n---\n",
        ] {
            let source = Source::new("t.yaml", text);
            source.position(9999);
            source.line(77);
        }
        assert!(!Source::new("t", "a: &x 1").unreadable().is_empty());
        assert!(Source::new("t", "x".repeat(MAX_BYTES + 1)).root().is_none());
    }
}
