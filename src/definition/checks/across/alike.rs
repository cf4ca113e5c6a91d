//! How like two labels are, after folding and without words that say nothing.

use crate::fold::{LOOKED_AT, distance_within, fold};

/// Words that every label has.
const STOP: [&str; 14] =
    ["ho", "so", "va", "cac", "cua", "cho", "ve", "theo", "viec", "nguoi", "cong", "chuc", "chuyen", "vien"];

/// The label folded, without stop words.
pub fn bare(label: &str) -> String {
    let folded = fold(label);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && !STOP.contains(word));
    words.collect::<Vec<_>>().join(" ")
}

/// A bare label, made ready to be held against thousands.
pub struct Bare {
    pub text: String,
    /// Its first letters, as far as words are looked at.
    letters: Vec<char>,
    /// How often each of them, modulo 32, stands there: two labels are at least as far apart as these are.
    counts: [u8; 32],
    length: usize,
}

impl Bare {
    pub fn of(label: &str) -> Bare {
        let text = bare(label);
        let letters: Vec<char> = text.chars().take(LOOKED_AT).collect();
        let mut counts = [0; 32];
        letters.iter().for_each(|c| counts[*c as usize % 32] += 1);
        Bare { length: text.chars().count(), text, letters, counts }
    }

    /// Whether they are alike to so much of 100.
    pub fn alike(&self, other: &Bare, least: usize) -> bool {
        let longest = self.length.max(other.length).clamp(1, LOOKED_AT);
        // The most edits that leave them so alike.
        let most = (100 * longest + longest - 1 - least * longest) / 100;
        let apart = || self.counts.iter().zip(&other.counts).map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>();
        // An edit adds a letter, takes one away, or changes one into another, which moves two counts.
        self.length > 0
            && other.length > 0
            && self.letters.len().abs_diff(other.letters.len()) <= most
            && apart().div_ceil(2) as usize <= most
            && distance_within(&self.letters, &other.letters, most).is_some()
    }
}
