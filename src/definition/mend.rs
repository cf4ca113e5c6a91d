//! Making the safe changes of a text: all of one look at once, then another look, until nothing is left to change.
//!
//! A change that brings an error where the text could be read before is not made. Nothing but the places of the changes
//! is touched: comments and order stay. It may not read or write files.

use std::collections::BTreeSet;

use crate::definition::diagnostic::{Diagnostic, Fix, Level};
use crate::definition::load;
use crate::definition::source::Source;

/// How many looks are taken: a text that was hardly readable shows its next fault only when the first is gone.
const LOOKS: usize = 8;

/// A text with its safe changes made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    pub text: String,
    /// How many changes.
    pub made: usize,
}

/// Makes the safe changes of a procedure, beginning with those of what was found in it already.
pub fn mend(name: &str, text: &str, found: &[Diagnostic]) -> Mended {
    let mut mended = once(name, text, found);
    for _ in 1..LOOKS {
        let next = once(name, &mended.text, &look(name, &mended.text));
        if next.made == 0 {
            break;
        }
        mended = Mended { text: next.text, made: mended.made + next.made };
    }
    mended
}

/// Makes the changes of what was found, and of nothing else: for files that are no procedures.
pub fn once(name: &str, text: &str, found: &[Diagnostic]) -> Mended {
    let fixes: BTreeSet<(usize, usize, &str)> = found
        .iter()
        .filter_map(|told| told.fix.as_ref())
        .map(|Fix { span, replacement }| (span.start, span.end, replacement.as_str()))
        .collect();
    let before = errors(name, text);
    let all = apply(text, fixes.iter().copied());
    if !worse(&before, name, &all.text) {
        return all;
    }
    // Together they do harm: each by itself, from the last to the first so that places stay true.
    let mut kept: Vec<(usize, usize, &str)> = Vec::new();
    for fix in fixes.iter().rev().copied() {
        let with = apply(text, kept.iter().copied().chain([fix]).collect::<BTreeSet<_>>());
        if !worse(&before, name, &with.text) {
            kept.push(fix);
        }
    }
    apply(text, kept.into_iter().collect::<BTreeSet<_>>())
}

/// The text with some changes, those that lie in each other left out.
fn apply<'f, I>(text: &str, fixes: I) -> Mended
where
    I: IntoIterator<Item = (usize, usize, &'f str)>,
    I::IntoIter: DoubleEndedIterator,
{
    let mut mended = Mended { text: text.to_owned(), made: 0 };
    let mut before = text.len() + 1;
    for (start, end, replacement) in fixes.into_iter().rev() {
        let changes = text.get(start..end).is_some_and(|old| old != replacement);
        if end <= before && start < before && changes {
            mended.text.replace_range(start..end, replacement);
            mended.made += 1;
            before = start;
        }
    }
    mended
}

fn look(name: &str, text: &str) -> Vec<Diagnostic> {
    match load(&Source::new(name, text)) {
        Ok((_, found)) | Err(found) => found,
    }
}

/// The errors of a text that can be read, in words; nothing where it cannot: what is behind shows only later.
fn errors(name: &str, text: &str) -> Option<BTreeSet<(&'static str, String)>> {
    Source::new(name, text).root()?;
    let found = look(name, text);
    let unreadable = found.iter().any(|told| told.code.starts_with('Y') && told.level == Level::Error);
    let errors = found.into_iter().filter(|told| told.level == Level::Error);
    (!unreadable).then(|| errors.map(|told| (told.code, told.message.en)).collect())
}

fn worse(before: &Option<BTreeSet<(&'static str, String)>>, name: &str, text: &str) -> bool {
    let Some(before) = before else { return false };
    match errors(name, text) {
        Some(after) => {
            let codes =
                |errors: &BTreeSet<(&'static str, String)>| errors.iter().map(|(code, _)| *code).collect::<Vec<_>>();
            // What a mended name leads to may be wrong as well; more errors than before it may not bring.
            codes(&after).len() > codes(before).len()
        }
        None => true,
    }
}
