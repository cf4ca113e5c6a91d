//! One message for each cause: findings that only follow from another are left out, and come back if they are still true
//! once the cause is mended.
//!
//! It only takes away, and never the cause itself: a file with an error keeps an error. It may not look at the
//! procedure; what follows from what is told by codes and places.

use std::collections::BTreeSet;

use crate::definition::diagnostic::{Code, Diagnostic, Level};
use crate::definition::source::{Node, Route, Source, Span};

/// What was found in reading, without what stands on a line whose very letters are wrong (Y02 to Y11).
pub fn not_of_letters(source: &Source, letters: &[Diagnostic], found: &mut Vec<Diagnostic>) {
    let line = |diagnostic: &Diagnostic| source.position(diagnostic.span.start).0;
    let wrong: BTreeSet<usize> = letters.iter().filter(|d| d.level == Level::Error).map(line).collect();
    found.retain(|diagnostic| !wrong.contains(&line(diagnostic)));
}

/// What was found, without what follows from something else that was.
pub fn only_causes(source: &Source, found: &mut Vec<Diagnostic>) {
    copied_step(source, found);
    renamed(source, found);
    let told: BTreeSet<Code> = found.iter().map(|diagnostic| diagnostic.code).collect();
    for follows in FOLLOWS.iter().filter(|follows| follows.from.iter().any(|code| told.contains(code))) {
        let section = follows.under.map(|key| under(source, key));
        let shadow = |diagnostic: &Diagnostic| {
            follows.what.contains(&diagnostic.code) && section.is_none_or(|section| within(section, diagnostic.span))
        };
        found.retain(|diagnostic| !shadow(diagnostic));
    }
}

/// Findings that are no news beside others.
struct Follows {
    from: &'static [Code],
    what: &'static [Code],
    /// Only what stands under this key of the file.
    under: Option<&'static str>,
}

const FOLLOWS: &[Follows] = &[
    // Where a step has no way out, what lies behind it is reached by nothing, and nothing succeeds or is made there.
    Follows { from: &["S02"], what: &["S01", "S04", "D01"], under: None },
    // A legal basis that nothing names is the one that is missing elsewhere; so with people, papers and fields.
    Follows { from: &["N08", "P07", "R22", "T14"], what: &["N11"], under: Some("legal") },
    Follows { from: &["N05", "R01", "R05"], what: &["N11"], under: Some("people") },
    Follows { from: &["N06", "N07", "D01", "D05"], what: &["N11", "D03"], under: Some("documents") },
    Follows { from: &["N07", "G00", "G01", "G02", "G08"], what: &["N11", "D03"], under: Some("fields") },
];

/// A step copied without changing its id is missed by whatever leads to the id that it should have had.
fn copied_step(source: &Source, found: &mut Vec<Diagnostic>) {
    let steps = source.node(&Route::of(["steps"])).map(Node::entries).unwrap_or_default();
    let is_step = |span: Span| steps.iter().any(|(key, _)| key.span == span);
    let doubled: Vec<usize> = (0..found.len()).filter(|n| found[*n].code == "N02" && is_step(found[*n].span)).collect();
    let named = |diagnostic: &Diagnostic| source.text().get(diagnostic.span.start..diagnostic.span.end);
    let missed: BTreeSet<&str> = found.iter().filter(|d| d.code == "N04").filter_map(named).collect();
    let (&[doubled], 1) = (doubled.as_slice(), missed.len()) else { return };
    let Some(name) = missed.first().map(|name| (*name).to_owned()) else { return };
    let twice = found.remove(doubled).help(
        format!("đổi tên một trong hai thành `{name}`: có chỗ dẫn tới `{name}` mà không có bước ấy"),
        format!("rename one of the two to `{name}`: something leads to `{name}`, and there is no such step"),
    );
    found.retain(|diagnostic| diagnostic.code != "N04");
    found.push(twice);
}

/// Whoever leads to the id that a name with accents should have been is right: the name itself is the fault.
fn renamed(source: &Source, found: &mut Vec<Diagnostic>) {
    let should: BTreeSet<String> = found
        .iter()
        .filter(|told| told.code == "N16")
        .filter_map(|told| told.fix.as_ref().filter(|fix| fix.span == told.span).map(|fix| fix.replacement.clone()))
        .collect();
    let named = |told: &Diagnostic| source.text().get(told.span.start..told.span.end).unwrap_or("").to_owned();
    found.retain(|told| !(["N04", "N05", "N06", "N07", "N08"].contains(&told.code) && should.contains(&named(told))));
}

/// From a key of the file to the end of its value.
fn under(source: &Source, key: &str) -> Span {
    let start = source.key_span(&Route::of([key])).start;
    let end = source.node(&Route::of([key])).map_or(start, |node| node.span.end);
    Span { start, end }
}

fn within(section: Span, span: Span) -> bool {
    section.start <= span.start && span.start < section.end
}
