//! The tree written out: two blanks a level, lists below their key, maps in braces on one line and in columns.

use super::comments::{Comment, comments};
use super::scalar::{in_quotes, written};
use crate::definition::source::{Key, Node, NodeKind, Source};

/// The longest line into which braces written over several lines are drawn together.
const WIDTH: usize = 120;
/// Maps of the author's own names: their values in braces stand below each other.
const NAMED: &[&str] = &[
    "legal",
    "fields",
    "documents",
    "people",
    "groups",
    "variants",
    "anytime",
    "steps",
    "actions",
    "on_event",
    "branches",
    "changes",
    "units",
    "posts",
    "stand_ins",
];

/// The whole text.
pub fn write(source: &Source, root: &Node) -> String {
    let mut writer = Writer { source, comments: comments(source), next: 0, out: String::new(), opened: true };
    let end = source.text().len() + 1;
    match &root.kind {
        NodeKind::Map(entries) if writer.block(root, 0, 0) => writer.map(entries, 0, false, "", end),
        NodeKind::List(items) if writer.block(root, 0, 0) => writer.list(items, 0, "", end),
        _ => {
            writer.lead(root.span.start, 0);
            let text = writer.value(root, "", 0);
            writer.out.push_str(&text);
            writer.end_line(root.span.end);
        }
    }
    writer.lead(end, 0);
    writer.out
}

struct Writer<'a> {
    source: &'a Source,
    comments: Vec<Comment>,
    /// The first comment that is not written yet.
    next: usize,
    out: String,
    /// Right after the line that opens a block, no blank line is kept.
    opened: bool,
}

impl Writer<'_> {
    /// Whether a collection is written as a block: it was, or braces cannot hold it on one line.
    fn block(&self, node: &Node, indent: usize, key: usize) -> bool {
        let text = &self.source.text()[node.span.start..node.span.end];
        let (NodeKind::Map(_) | NodeKind::List(_)) = node.kind else { return false };
        if node.entries().is_empty() && node.items().is_empty() {
            return false;
        }
        if !text.starts_with(['{', '[']) {
            return true;
        }
        let commented =
            self.comments.iter().any(|one| node.span.start <= one.span.start && one.span.end <= node.span.end);
        commented || (text.contains('\n') && indent + key + self.flow(node, "").chars().count() > WIDTH)
    }

    fn map(&mut self, entries: &[(Key, Node)], indent: usize, mut inline: bool, of: &str, limit: usize) {
        let widths = self.columns(entries, indent, of);
        for (at, (key, value)) in entries.iter().enumerate() {
            let after = entries.get(at + 1).map_or(limit, |(next, _)| next.span.start);
            if !std::mem::take(&mut inline) {
                self.lead(key.span.start, indent);
                self.pad(indent);
            }
            let name = self.key(key);
            self.out.push_str(&name);
            if !self.has_colon(key, value) {
                self.end_line(key.span.end);
                continue;
            }
            self.out.push(':');
            let width = name.chars().count();
            if self.block(value, indent, width + 2) {
                self.end_line(key.span.end);
                self.opened = true;
                match &value.kind {
                    NodeKind::Map(inner) => self.map(inner, indent + 2, false, &key.text, after),
                    NodeKind::List(inner) => self.list(inner, indent + 2, &key.text, after),
                    NodeKind::Scalar { .. } => {}
                }
                continue;
            }
            let text = self.value(value, &key.text, indent + 2);
            if !text.is_empty() {
                self.pad(1 + widths[at].saturating_sub(width));
                self.out.push_str(&text);
            }
            // A value that is not there has no place of its own.
            self.end_line(if text.is_empty() { key.span.end } else { value.span.end });
        }
        self.rest(entries.first().map(|(key, _)| key.span.start), indent, limit);
    }

    fn list(&mut self, items: &[Node], indent: usize, of: &str, limit: usize) {
        for (at, item) in items.iter().enumerate() {
            let after = items.get(at + 1).map_or(limit, |next| next.span.start);
            self.lead(item.span.start, indent);
            self.pad(indent);
            self.out.push('-');
            if self.block(item, indent, 2) {
                match &item.kind {
                    NodeKind::Map(inner) => {
                        self.out.push(' ');
                        self.map(inner, indent + 2, true, "", after);
                    }
                    NodeKind::List(inner) => {
                        self.out.push('\n');
                        self.list(inner, indent + 2, of, after);
                    }
                    NodeKind::Scalar { .. } => {}
                }
                continue;
            }
            let text = self.value(item, of, indent + 2);
            if !text.is_empty() {
                self.out.push(' ');
                self.out.push_str(&text);
            }
            self.end_line(item.span.end);
        }
        self.rest(items.first().map(|item| item.span.start.saturating_sub(2)), indent, limit);
    }

    /// For each entry, how wide its key's column is: entries in braces that follow each other share one.
    fn columns(&self, entries: &[(Key, Node)], indent: usize, of: &str) -> Vec<usize> {
        let mut widths = vec![0; entries.len()];
        if !NAMED.contains(&of) {
            return widths;
        }
        let mut at = 0;
        while at < entries.len() {
            let mut end = at;
            while let Some((key, value)) = entries.get(end) {
                let width = self.key(key).chars().count();
                let braces = matches!(value.kind, NodeKind::Map(_)) && !self.block(value, indent, width + 2);
                if !braces || (end > at && self.blank_before(self.line(key.span.start))) {
                    break;
                }
                end += 1;
            }
            let width = entries[at..end].iter().map(|(key, _)| self.key(key).chars().count()).max().unwrap_or(0);
            widths[at..end].fill(width);
            at = end.max(at + 1);
        }
        widths
    }

    /// A value on the rest of its line; a text over several lines keeps them, moved to `indent`.
    fn value(&self, node: &Node, key: &str, indent: usize) -> String {
        let NodeKind::Scalar { text, quoted } = &node.kind else { return self.flow(node, key) };
        if nothing(node) {
            return String::new();
        }
        match self.header(node) {
            Some(header) if !text.starts_with('\n') => {
                let before = self.source.position(node.span.start).1 - 1;
                let raw = &self.source.text()[node.span.start..node.span.end];
                let mut out = header.to_owned();
                for (at, line) in raw.lines().enumerate() {
                    let line = if at == 0 { line } else { line.get(before..).unwrap_or("") }.trim_end_matches('\r');
                    out.push('\n');
                    if !line.is_empty() {
                        out.push_str(&" ".repeat(indent));
                        out.push_str(line);
                    }
                }
                out
            }
            _ => written(key, text, *quoted, false),
        }
    }

    /// `|`, `>-` and the like before a text over several lines; nothing where it says more than that.
    fn header(&self, node: &Node) -> Option<&str> {
        let NodeKind::Scalar { quoted: true, .. } = node.kind else { return None };
        let text = self.source.text();
        if text[node.span.start..node.span.end].starts_with(['"', '\'']) || node.span.start == node.span.end {
            return None;
        }
        // Blanks at the end of such a text belong to it, and no place of ours holds them.
        if text[node.span.end..].starts_with([' ', '\t']) {
            return None;
        }
        let line = text[..node.span.start].trim_end().rsplit('\n').next()?;
        ["|-", ">-", "|", ">"]
            .into_iter()
            .find(|header| line.strip_suffix(header).is_some_and(|rest| rest.ends_with(' ')))
    }

    /// A node inside brackets, on one line.
    fn flow(&self, node: &Node, key: &str) -> String {
        match &node.kind {
            NodeKind::Scalar { .. } if nothing(node) => String::new(),
            NodeKind::Scalar { text, quoted } => written(key, text, *quoted, true),
            NodeKind::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.flow(item, key)).collect();
                format!("[{}]", items.join(", "))
            }
            NodeKind::Map(entries) if entries.is_empty() => "{}".to_owned(),
            NodeKind::Map(entries) => {
                let pairs = entries.iter().map(|(key, value)| match self.has_colon(key, value) {
                    true => format!("{}: {}", self.key(key), self.flow(value, &key.text)).trim_end().to_owned(),
                    false => self.key(key),
                });
                format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn key(&self, key: &Key) -> String {
        match self.source.text()[key.span.start..key.span.end].starts_with(['"', '\'']) {
            true => in_quotes(&key.text),
            false => key.text.clone(),
        }
    }

    /// In braces a key may stand without a colon.
    fn has_colon(&self, key: &Key, value: &Node) -> bool {
        !nothing(value) || self.source.text()[key.span.end..].trim_start().starts_with(':')
    }

    /// What comes before an entry that begins at `start`: comments of their own lines, and one blank line at most.
    fn lead(&mut self, start: usize, indent: usize) {
        while let Some(one) = self.comments.get(self.next).copied().filter(|one| one.span.start < start) {
            self.alone(one, indent);
        }
        self.blank(self.line(start.min(self.source.text().len())), start <= self.source.text().len());
    }

    /// Comments at the end of a block that stand at its depth.
    fn rest(&mut self, first: Option<usize>, indent: usize, limit: usize) {
        let depth = first.map_or(0, |first| self.source.position(first).1);
        while let Some(one) = self.comments.get(self.next).copied() {
            if one.span.start >= limit || !one.alone || one.column < depth {
                return;
            }
            self.alone(one, indent);
        }
    }

    fn alone(&mut self, one: Comment, indent: usize) {
        self.blank(one.line, true);
        self.pad(indent);
        self.comment(one);
        self.opened = false;
    }

    fn comment(&mut self, one: Comment) {
        let text = &self.source.text()[one.span.start..one.span.end];
        self.out.push_str(text.trim_end());
        self.out.push('\n');
        self.next += 1;
    }

    fn blank(&mut self, line: usize, wanted: bool) {
        if wanted && !std::mem::take(&mut self.opened) && self.blank_before(line) {
            self.out.push('\n');
        }
    }

    fn blank_before(&self, line: usize) -> bool {
        line > 1 && self.source.line(line - 1).trim().is_empty()
    }

    /// Ends a line; the comment that stood behind it stays there, in its column where there is room.
    fn end_line(&mut self, at: usize) {
        let line = self.line(at);
        match self.comments.get(self.next).copied().filter(|one| !one.alone && one.line == line) {
            Some(one) => {
                let width = self.out.rsplit('\n').next().unwrap_or_default().chars().count();
                self.pad(if one.column > width + 1 { one.column - 1 - width } else { 2 });
                self.comment(one);
            }
            None => self.out.push('\n'),
        }
        self.opened = false;
    }

    fn line(&self, at: usize) -> usize {
        self.source.position(at).0
    }

    fn pad(&mut self, blanks: usize) {
        self.out.extend(std::iter::repeat_n(' ', blanks));
    }
}

/// A value that was left out; the parser calls it `~`.
fn nothing(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Scalar { quoted: false, .. }) && node.span.start == node.span.end
}
