//! An open file: its text, what of it can be read, and which names stand where.

use std::collections::BTreeSet;

use crate::definition::checks::{text, y12_form};
use crate::definition::diagnostic::{Diagnostic, Level};
use crate::definition::load;
use crate::definition::outline::{Outline, mended};
use crate::definition::procedure::Procedure;
use crate::definition::shape::{Names, PROCEDURE, Shape, TEST};
use crate::definition::source::{Source, Span};
use crate::rehearsal::reading;
use crate::service::library::{FileKind, kind_of, read_calendar, read_directory};

/// A file as the editor has it.
pub struct Document {
    pub kind: FileKind,
    /// The text as it is.
    pub source: Source,
    /// The same with lines that cannot be read blanked out: every place stays where it was.
    pub readable: Source,
    pub outline: Outline,
    /// As last read without an error.
    pub procedure: Option<Procedure>,
    pub found: Vec<Diagnostic>,
}

impl Document {
    /// Reads a text. `known` are names declared in another file, `before` the document before the last change.
    pub fn read(name: &str, text: &str, known: &BTreeSet<(Names, String)>, before: Option<Document>) -> Document {
        let source = Source::new(name, text);
        let kind = kind_of(name, text);
        let readable = mended(&source);
        let outline = shape_of(kind).map(|shape| Outline::of(&readable, shape, known)).unwrap_or_default();
        let (procedure, mut found) = check(kind, &source);
        if found.is_empty() {
            found.extend(y12_form::check(&source));
        }
        let procedure = procedure.or(before.and_then(|document| document.procedure));
        Document { kind, source, readable, outline, procedure, found }
    }

    /// The text as it is.
    pub fn text(&self) -> &str {
        self.source.text()
    }

    /// The table of this kind of file, where there is one.
    pub fn shape(&self) -> Option<&'static Shape> {
        shape_of(self.kind)
    }
}

fn shape_of(kind: FileKind) -> Option<&'static Shape> {
    match kind {
        FileKind::Procedure => Some(&PROCEDURE),
        FileKind::Test => Some(&TEST),
        _ => None,
    }
}

fn check(kind: FileKind, source: &Source) -> (Option<Procedure>, Vec<Diagnostic>) {
    match kind {
        FileKind::Procedure => match load(source) {
            Ok((procedure, found)) => (Some(procedure), found),
            Err(found) => (None, found),
        },
        FileKind::Test => (None, reading::read(source).err().unwrap_or_default()),
        FileKind::Calendar => (None, told(source, read_calendar(source.text()).err())),
        FileKind::Directory => (None, told(source, read_directory(source.text()).err())),
        FileKind::Mandate => (None, crate::definition::mandate::read(source).err().unwrap_or_default()),
        FileKind::Policy => (None, crate::definition::policy::read(source).err().unwrap_or_default()),
    }
}

fn told(source: &Source, why: Option<String>) -> Vec<Diagnostic> {
    let mut found = text::check(source);
    if let (Some(why), true) = (why, found.iter().all(|one| one.level != Level::Error)) {
        let (vi, en) = why.split_once(" / ").unwrap_or((&why, &why));
        found.push(Diagnostic::error("Y01", Span::default(), vi, en));
    }
    found
}
