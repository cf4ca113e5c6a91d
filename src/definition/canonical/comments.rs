//! The comments of a text: where each stands and whether it has a line to itself.

use crate::definition::source::{Node, NodeKind, Source, Span};

/// A comment, from its `#` to the end of its line.
#[derive(Clone, Copy, Debug)]
pub struct Comment {
    pub span: Span,
    /// Nothing but blanks before it on its line.
    pub alone: bool,
    /// From 1, in characters.
    pub column: usize,
    pub line: usize,
}

/// Every comment, in the order of the text.
pub fn comments(source: &Source) -> Vec<Comment> {
    let mut values = Vec::new();
    if let Some(root) = source.root() {
        scalars(root, &mut values);
    }
    values.sort();
    let text = source.text();
    let mut found = Vec::new();
    let (mut at, mut next) = (0, 0);
    while let Some(sign) = text.get(at..).and_then(|rest| rest.find('#')).map(|ahead| at + ahead) {
        while values.get(next).is_some_and(|value| value.end <= sign) {
            next += 1;
        }
        if let Some(value) = values.get(next).filter(|value| value.start <= sign) {
            at = value.end;
            continue;
        }
        let line_start = text[..sign].rfind('\n').map_or(0, |end| end + 1);
        let before = &text[line_start..sign];
        if !before.is_empty() && !before.ends_with([' ', '\t']) {
            at = sign + 1;
            continue;
        }
        let end = text[sign..].find('\n').map_or(text.len(), |length| sign + length);
        let (line, column) = source.position(sign);
        found.push(Comment {
            span: Span { start: sign, end },
            alone: before.trim_matches(['\u{feff}', ' ', '\t']).is_empty(),
            column,
            line,
        });
        at = end;
    }
    found
}

/// What the comments say.
pub fn texts(source: &Source) -> Vec<&str> {
    comments(source).iter().map(|one| source.text()[one.span.start..one.span.end].trim_end()).collect()
}

fn scalars(node: &Node, into: &mut Vec<Span>) {
    match &node.kind {
        NodeKind::Scalar { .. } => into.push(node.span),
        NodeKind::List(items) => items.iter().for_each(|item| scalars(item, into)),
        NodeKind::Map(entries) => {
            for (key, value) in entries {
                into.push(key.span);
                scalars(value, into);
            }
        }
    }
}
