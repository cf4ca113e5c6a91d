//! Changes that somebody made in a document of ours (a drawing, a workbook), carried into the file it came from where
//! that is certain. What is not certain is told and not done.

use crate::calendar::working_time::WorkingTime;
use crate::definition::canonical::canonical;
use crate::definition::source::{Node, Source, Span};
use crate::importing::wording::quoted;

/// What became of a file that a document of ours carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nothing was changed: the file, byte for byte.
    Same(String),
    /// Something was changed.
    Edited { text: String, applied: Vec<Edit>, refused: Vec<Edit> },
    /// The file in it was itself changed or cut off.
    Broken,
}

/// A change: where, what stood there, what stands there now; nothing for what was not there or is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub place: String,
    pub was: Option<String>,
    pub now: Option<String>,
}

/// A file that is being changed.
pub struct Editing {
    source: Source,
    changes: Vec<(Span, String)>,
}

impl Editing {
    /// Of that text.
    pub fn new(text: &str) -> Editing {
        Editing { source: Source::new("", text), changes: Vec::new() }
    }

    /// A step as it stands in the file, in whatever branch.
    pub fn step(&self, id: &str) -> Option<&Node> {
        fn find<'a>(steps: &'a Node, id: &str) -> Option<&'a Node> {
            steps.get(id).or_else(|| {
                let branches = |step: &'a Node| step.get("branches").map(Node::entries).unwrap_or_default();
                let inner = |(_, branch): &'a (_, Node)| find(branch.get("steps")?, id);
                steps.entries().iter().flat_map(|(_, step)| branches(step)).find_map(inner)
            })
        }
        find(self.source.root()?.get("steps")?, id)
    }

    /// Puts a label in the place of another, in whichever language that stands; whether it was found. A number before
    /// the label, which documents leave out, stays.
    pub fn relabel(&mut self, step: &str, was: &str, now: &str) -> bool {
        let was = one_line(was);
        let before =
            |node: &Node| one_line(node.text()?).strip_suffix(&was).map(|before| (node.span, before.to_owned()));
        let step = self.step(step);
        let found = step.and_then(|step| ["vi", "en"].iter().find_map(|key| before(step.get(key)?)));
        let found = found.filter(|(_, before)| !before.ends_with(char::is_alphabetic));
        found.is_some_and(|(span, before)| self.put(span, quoted(&format!("{before}{}", one_line(now)))))
    }

    /// Puts a limit in the place of another, of a step or of the whole case, where it is written as that one length.
    pub fn limit(&mut self, step: Option<&str>, was: &str, now: &WorkingTime) -> bool {
        let of = match step {
            Some(step) => self.step(step),
            None => self.source.root().and_then(|root| root.get("case")),
        };
        let found = of.and_then(|of| of.get("within")).and_then(|node| {
            let length = WorkingTime::parse(node.text()?).ok()?;
            let said = [length.vi(), length.en()].iter().any(|text| one_line(text) == one_line(was));
            let text = if node.text()?.is_ascii() { now.en() } else { now.vi() };
            said.then_some((node.span, text))
        });
        found.is_some_and(|(span, text)| self.put(span, text))
    }

    fn put(&mut self, span: Span, text: String) -> bool {
        let free = self.changes.iter().all(|(other, _)| *other != span);
        if free {
            self.changes.push((span, text));
        }
        free
    }

    /// The text with its changes; in the canonical form where it was in it before.
    pub fn text(mut self) -> String {
        let before = self.source.text();
        let kept = canonical(&self.source).is_ok_and(|form| form == before);
        self.changes.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let mut text = before.to_owned();
        for (span, now) in &self.changes {
            text.replace_range(span.start..span.end, now);
        }
        match canonical(&Source::new("", text.as_str())) {
            Ok(form) if kept => form,
            _ => text,
        }
    }
}

/// Blanks as one.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
