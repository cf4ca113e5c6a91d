//! The canonical form of a file: one way to indent, quote, align and spell lengths, so that a difference between two
//! texts is a difference of meaning.
//!
//! Comments, the order of keys and the author's language stay. What is written is read again and held against what was
//! read: a text whose meaning would change in the slightest is left alone. It may not know what a procedure means.

mod comments;
mod scalar;
mod write;

use crate::definition::source::{Node, NodeKind, Source};

/// Why a text has no canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoForm {
    /// It is no tree: what is wrong must be mended first.
    Unreadable,
    /// Written anew it would not read the same; it is left as it is.
    Unsure,
}

/// The canonical form of a text; the same text where it has it already.
pub fn canonical(source: &Source) -> Result<String, NoForm> {
    // A mark of the encoding in front has no place in it.
    if let Some(text) = source.text().strip_prefix('\u{feff}') {
        return canonical(&Source::new(source.name(), text));
    }
    if !source.unreadable().is_empty() {
        return Err(NoForm::Unreadable);
    }
    let Some(root) = source.root() else {
        return Ok(source.text().to_owned());
    };
    let written = write::write(source, root);
    if written == source.text() {
        return Ok(written);
    }
    let again = Source::new(source.name(), written.as_str());
    let kept = again.unreadable().is_empty()
        && again.root().is_some_and(|other| same(root, other, ""))
        && comments::texts(source) == comments::texts(&again);
    if kept { Ok(written) } else { Err(NoForm::Unsure) }
}

/// Whether both trees say the same; a length may be spelt another way.
fn same(a: &Node, b: &Node, key: &str) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::Map(a), NodeKind::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((k, v), (l, w))| k.text == l.text && same(v, w, &k.text))
        }
        (NodeKind::List(a), NodeKind::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(v, w)| same(v, w, key)),
        (NodeKind::Scalar { text: a, .. }, NodeKind::Scalar { text: b, .. }) => a == b || scalar::spelt(key, a) == *b,
        _ => false,
    }
}
