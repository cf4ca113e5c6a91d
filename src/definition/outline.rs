//! A file walked along the table of the format: which names it declares and uses and where, which keys stand where.
//!
//! It reads whatever tree there is, of a broken file too, and finds no faults. Editing a file rests on it: going to a
//! step, renaming it everywhere, saying what a key is for.

use std::collections::BTreeSet;

use crate::definition::shape::{Form, KeyRow, Names, Shape, anytime_shape, step_shape};
use crate::definition::source::{Key, Node, NodeKind, Source, Span, Unreadable};

/// What a file's keys and names are.
#[derive(Debug, Default)]
pub struct Outline {
    pub mentions: Vec<Mention>,
    /// Keys of the format, where they stand.
    pub rows: Vec<(Span, &'static KeyRow)>,
    /// Maps with keys of the format, where they stand.
    pub maps: Vec<(Span, &'static Shape)>,
}

/// A name, where it is declared or used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub names: Names,
    pub name: String,
    /// The name alone, without quotes.
    pub span: Span,
    /// The whole entry, where it is declared here.
    pub declares: Option<Span>,
}

impl Outline {
    /// Walks a file whose root has that shape. Names used but not declared in it are kept where `known` says so: a test
    /// file uses the names of its procedure.
    pub fn of(source: &Source, shape: &'static Shape, known: &BTreeSet<(Names, String)>) -> Outline {
        let mut outline = Outline::default();
        let Some(root) = source.root() else { return outline };
        let mut walk = Walk { source, outline: &mut outline, known: known.clone(), declaring: true };
        walk.map(shape, root);
        walk.declaring = false;
        walk.map(shape, root);
        outline.mentions.sort_by_key(|mention| mention.span);
        outline
    }

    /// The name at a byte.
    pub fn mention_at(&self, at: usize) -> Option<&Mention> {
        self.mentions.iter().find(|mention| mention.span.start <= at && at <= mention.span.end)
    }

    /// The key of the format at a byte.
    pub fn row_at(&self, at: usize) -> Option<&'static KeyRow> {
        self.rows.iter().find(|(span, _)| span.start <= at && at <= span.end).map(|(_, row)| *row)
    }

    /// Every place where a name stands.
    pub fn all<'o>(&'o self, names: Names, name: &'o str) -> impl Iterator<Item = &'o Mention> {
        self.mentions.iter().filter(move |mention| mention.names == names && mention.name == name)
    }

    /// The names declared, of one kind.
    pub fn declared(&self, names: Names) -> impl Iterator<Item = &Mention> {
        self.mentions.iter().filter(move |mention| mention.names == names && mention.declares.is_some())
    }

    /// Everything declared.
    pub fn known(&self) -> BTreeSet<(Names, String)> {
        let declared = self.mentions.iter().filter(|mention| mention.declares.is_some());
        declared.map(|mention| (mention.names, mention.name.clone())).collect()
    }
}

struct Walk<'w> {
    source: &'w Source,
    outline: &'w mut Outline,
    known: BTreeSet<(Names, String)>,
    /// First everything that is declared, then what uses it.
    declaring: bool,
}

impl Walk<'_> {
    fn map(&mut self, shape: &'static Shape, node: &Node) {
        if self.declaring && matches!(node.kind, NodeKind::Map(_)) {
            self.outline.maps.push((node.span, shape));
        }
        for (key, value) in node.entries() {
            let Some(row) = shape.row(&key.text) else { continue };
            if self.declaring {
                self.outline.rows.push((key.span, row));
            }
            self.form(row.form, value);
        }
    }

    fn form(&mut self, form: &'static Form, node: &Node) {
        match &node.kind {
            NodeKind::Map(entries) => match form.for_map() {
                Some(Form::Map(shape)) => self.map(shape, node),
                Some(Form::Named(names, inner)) => {
                    for (key, value) in entries {
                        self.declare(*names, key, value);
                        match inner {
                            Form::Anytime => self.map(anytime_shape(&key.text), value),
                            Form::Step => self.map(step_shape(value.get("kind").and_then(Node::text)), value),
                            inner => self.form(inner, value),
                        }
                    }
                }
                Some(Form::Keyed(names, inner)) => {
                    for (key, value) in entries {
                        match key.text.as_str() {
                            // What is given along with an act in a test: papers beside fields.
                            "documents" if *names == Names::Field => self.names(&[Names::Document], value),
                            _ => {
                                self.mention(&[*names], &key.text, key.span);
                                self.form(inner, value);
                            }
                        }
                    }
                }
                Some(Form::Paired(names)) => {
                    entries.iter().for_each(|(key, _)| self.mention(names, &key.text, key.span))
                }
                _ => {}
            },
            NodeKind::List(items) => {
                if let Some(inner) = form.for_item() {
                    items.iter().for_each(|item| self.form(inner, item));
                }
            }
            NodeKind::Scalar { text, .. } => match form.for_scalar() {
                Some(Form::Ref(names, _)) => self.mention(names, text, node.span),
                Some(Form::Within(names)) => self.within(*names, node.span),
                Some(Form::StepVerb) => {
                    if let Some((step, _)) = text.split_once('.') {
                        self.mention(&[Names::Step], step, node.span);
                    }
                }
                _ => {}
            },
        }
    }

    fn names(&mut self, names: &'static [Names], node: &Node) {
        for item in node.items() {
            if let Some(text) = item.text() {
                self.mention(names, text, item.span);
            }
        }
    }

    fn declare(&mut self, names: Option<Names>, key: &Key, value: &Node) {
        let Some(names) = names.filter(|_| self.declaring) else { return };
        self.known.insert((names, key.text.clone()));
        let span = self.inside(key.span, &key.text);
        let whole = Span { start: key.span.start, end: value.span.end.max(key.span.end) };
        self.outline.mentions.push(Mention { names, name: key.text.clone(), span, declares: Some(whole) });
    }

    /// A name used: of the first kind that declares it.
    fn mention(&mut self, names: &[Names], text: &str, place: Span) {
        if self.declaring {
            return;
        }
        let found = names.iter().find(|names| self.known.contains(&(**names, text.to_owned())));
        if let Some(names) = found {
            let span = self.inside(place, text);
            self.outline.mentions.push(Mention { names: *names, name: text.to_owned(), span, declares: None });
        }
    }

    /// Names between other words; what stands in single quotes inside a condition is a value and no name.
    fn within(&mut self, names: Names, place: Span) {
        let Some(raw) = self.source.text().get(place.start..place.end) else { return };
        let condition = raw.starts_with('"');
        let mut quoted = false;
        let mut start = None;
        for (at, c) in raw.char_indices().chain([(raw.len(), ' ')]) {
            let of_a_name = c.is_alphanumeric() || matches!(c, '_' | '-');
            if of_a_name && !quoted {
                start.get_or_insert(at);
            } else if let Some(from) = start.take() {
                let span = Span { start: place.start + from, end: place.start + at };
                self.mention(&[names], &raw[from..at], span);
            }
            quoted ^= c == '\'' && condition;
        }
    }

    /// The place of a name in its value, which may be quoted or say more.
    fn inside(&self, place: Span, name: &str) -> Span {
        let raw = self.source.text().get(place.start..place.end).unwrap_or("");
        match raw.find(name) {
            Some(at) => Span { start: place.start + at, end: place.start + at + name.len() },
            None => place,
        }
    }
}

/// The same text with what cannot be read blanked out, line by line, so that every place stays where it was. A file is
/// mostly broken while one writes it.
pub fn mended(source: &Source) -> Source {
    let mut best = source.clone();
    for _ in 0..24 {
        let Some(fault) = fault_of(&best) else { return best };
        let line = best.position(fault).0;
        let above = (1..line).rev().find(|line| !best.line(*line).trim().is_empty());
        let here = (!best.line(line).trim().is_empty()).then_some(line);
        let open = (1..=line).rev().take(60).find(|line| stays_open(best.line(*line)));
        let tries = above.into_iter().chain(here).chain(open).map(|line| without(&best, line));
        let further = tries.max_by_key(|one| fault_of(one).unwrap_or(usize::MAX));
        match further {
            Some(further) => best = further,
            None => break,
        }
    }
    // What stands above the first fault is better than nothing.
    while let Some(fault) = fault_of(&best) {
        let text = best.text();
        let end = text[..fault.min(text.len())].trim_end().rfind('\n').map_or(0, |end| end + 1);
        best = Source::new(best.name(), &text[..end]);
    }
    best
}

/// Whether a line opens a bracket or a quote that it does not close.
fn stays_open(line: &str) -> bool {
    let (mut depth, mut quoted) = (0i32, false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    depth > 0 || quoted
}

/// The first byte that cannot be read.
fn fault_of(source: &Source) -> Option<usize> {
    source.unreadable().iter().find_map(|fault| match fault {
        Unreadable::Syntax { span, .. } | Unreadable::SecondDocument { span } | Unreadable::OddKey { span } => {
            Some(span.start)
        }
        // A text that is too large has no tree, and no line of it is to blame.
        Unreadable::TooLarge { .. } | Unreadable::Cleverness { .. } => None,
    })
}

fn without(source: &Source, line: usize) -> Source {
    let text = source.text();
    let start = text.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
    let length = source.line(line).len();
    let blank = " ".repeat(length);
    Source::new(source.name(), format!("{}{blank}{}", &text[..start], &text[start + length..]))
}
