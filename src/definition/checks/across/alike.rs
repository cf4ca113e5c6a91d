//! How like two labels are, after folding and without words that say nothing.

use crate::fold::{distance, fold};

/// Words that every label has.
const STOP: [&str; 14] =
    ["ho", "so", "va", "cac", "cua", "cho", "ve", "theo", "viec", "nguoi", "cong", "chuc", "chuyen", "vien"];

/// The label folded, without stop words.
pub fn bare(label: &str) -> String {
    let folded = fold(label);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && !STOP.contains(word));
    words.collect::<Vec<_>>().join(" ")
}

/// How like, of 100.
pub fn alike(a: &str, b: &str) -> usize {
    let (a, b) = (bare(a), bare(b));
    let longest = a.chars().count().max(b.chars().count()).clamp(1, 64);
    if a.is_empty() || b.is_empty() { 0 } else { 100 - (100 * distance(&a, &b) / longest).min(100) }
}

/// A bare label, made ready to be held against thousands.
pub struct Bare {
    text: String,
    /// How often each letter, modulo 32, stands in its first 64: two labels are at least as far apart as these are.
    letters: [u8; 32],
    length: usize,
}

impl Bare {
    pub fn of(label: &str) -> Bare {
        let text = bare(label);
        let mut letters = [0; 32];
        text.chars().take(64).for_each(|c| letters[c as usize % 32] += 1);
        Bare { length: text.chars().count(), text, letters }
    }

    /// Whether they are alike to so much of 100.
    pub fn alike(&self, other: &Bare, least: usize) -> bool {
        let longest = self.length.max(other.length).clamp(1, 64);
        if self.length == 0 || other.length == 0 {
            return false;
        }
        let near = |apart: usize| 100 - (100 * apart / longest).min(100) >= least;
        let (mut more, mut fewer) = (0usize, 0usize);
        for (a, b) in self.letters.iter().zip(&other.letters) {
            more += usize::from(a.saturating_sub(*b));
            fewer += usize::from(b.saturating_sub(*a));
        }
        // An edit adds a letter, takes one away, or changes one into another.
        near(more.max(fewer)) && near(distance(&self.text, &other.text))
    }
}
