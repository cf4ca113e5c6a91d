//! What a text must look like. A pattern is read once, is bounded in size, and is matched in time that grows with the
//! text alone, whatever the pattern. It may not know which field it belongs to.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind, Look};
use unicode_normalization::UnicodeNormalization;

/// The longest pattern, in characters.
const LONGEST: usize = 200;
/// The most memory a pattern may take once read, in bytes.
const LARGEST: usize = 256 * 1024;
/// How deep its groups may lie in each other.
const DEEPEST: u32 = 16;

/// A pattern that a whole text must fit.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    regex: Regex,
    /// No text at all fits.
    hopeless: bool,
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternFault {
    /// Longer than it may be written, or larger once read.
    TooLarge,
    Unreadable,
}

impl Pattern {
    /// Reads a pattern as written in a file.
    pub fn read(text: &str) -> Result<Pattern, PatternFault> {
        if text.chars().count() > LONGEST {
            return Err(PatternFault::TooLarge);
        }
        // Alone first: what only makes sense inside our brackets, as `a)|(b`, is not what the author meant.
        build(text)?;
        let regex = build(&format!(r"\A(?:{text})\z"))?;
        let hopeless = regex_syntax::parse(text).is_ok_and(|read| never(&read));
        Ok(Pattern { text: text.to_owned(), regex, hopeless })
    }

    /// The pattern as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether no text can fit, as far as that is seen from the pattern itself: an empty choice of letters, a beginning
    /// after something or something after the end.
    pub fn fits_nothing(&self) -> bool {
        self.hopeless
    }

    /// Whether the whole text fits. Letters count as they look, whichever way they were typed.
    pub fn fits(&self, text: &str) -> bool {
        let composed: String = text.nfc().collect();
        self.regex.is_match(&composed)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

/// Whether an expression matches no text.
fn never(read: &Hir) -> bool {
    if read.properties().minimum_len().is_none() {
        return true;
    }
    match read.kind() {
        HirKind::Concat(parts) => parts.iter().any(never) || breaks_off(parts),
        HirKind::Alternation(parts) => parts.iter().all(never),
        HirKind::Capture(inside) => never(&inside.sub),
        HirKind::Repetition(often) => often.min > 0 && never(&often.sub),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// The beginning of the text asked for behind a letter, or its end before one.
fn breaks_off(parts: &[Hir]) -> bool {
    let takes = |part: &Hir| part.properties().minimum_len().is_some_and(|least| least > 0);
    let begins = |part: &Hir| part.properties().look_set_prefix().contains(Look::Start);
    let ends = |part: &Hir| part.properties().look_set_suffix().contains(Look::End);
    parts.iter().enumerate().any(|(n, part)| {
        (begins(part) && parts[..n].iter().any(takes)) || (ends(part) && parts[n + 1..].iter().any(takes))
    })
}

fn build(text: &str) -> Result<Regex, PatternFault> {
    let built = RegexBuilder::new(text).size_limit(LARGEST).dfa_size_limit(LARGEST).nest_limit(DEEPEST).build();
    built.map_err(|fault| match fault {
        regex::Error::CompiledTooBig(_) => PatternFault::TooLarge,
        _ => PatternFault::Unreadable,
    })
}
