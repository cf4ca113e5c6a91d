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
