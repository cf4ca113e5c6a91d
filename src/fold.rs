//! Vietnamese text without its accents and case, and how far two words are apart: for searching and for "did you mean".

use std::borrow::Cow;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The text with letters and marks as one; nearly every text has them so already, and is not written anew.
pub fn composed(text: &str) -> Cow<'_, str> {
    match text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.nfc().collect()),
    }
}

/// The text in lower case without accents, `đ` as `d`: what searching compares.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
            continue;
        }
        // The order of marks does not matter: none is kept.
        decompose_canonical(c, |part| {
            if !is_combining_mark(part) {
                folded.extend(part.to_lowercase().map(|c| if c == 'đ' { 'd' } else { c }));
            }
        });
    }
    folded
}

/// Edit distance in characters, of at most the first 64 of each; two neighbours swapped, the commonest slip of fingers,
/// count as one edit (optimal string alignment).
pub fn distance(a: &str, b: &str) -> usize {
    let first = |text: &str| text.chars().take(LOOKED_AT).collect::<Vec<char>>();
    // Whatever is written can be changed into the other by as many edits as there are letters.
    distance_within(&first(a), &first(b), LOOKED_AT).unwrap_or(LOOKED_AT)
}

/// How many characters of a word are looked at.
pub const LOOKED_AT: usize = 64;

/// The same of letters, where it is at most so much; two that are further apart are given up as soon as that shows.
pub fn distance_within(a: &[char], b: &[char], most: usize) -> Option<usize> {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let (mut before, mut next) = (row.clone(), row.clone());
    let mut nearest_before = 0;
    for i in 0..a.len() {
        next[0] = i + 1;
        for j in 0..b.len() {
            let mut least = (row[j] + usize::from(a[i] != b[j])).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            next[j + 1] = least;
        }
        // What comes is made of this row and the one before.
        let nearest = next.iter().copied().min().unwrap_or_default();
        if nearest > most && nearest_before > most {
            return None;
        }
        nearest_before = nearest;
        std::mem::swap(&mut before, &mut row);
        std::mem::swap(&mut row, &mut next);
    }
    Some(row[b.len()]).filter(|apart| *apart <= most)
}

/// The candidate most like the word, if one is near enough to be meant; the first of equals.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(word, candidates).first().copied()
}

/// All candidates that are equally like the word, near enough to be meant and nearer than any other; each once.
pub fn near<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let folded = fold(word).replace(['-', ' '], "_");
    let limit = (folded.chars().count() / 3).clamp(1, 3);
    let mut least = limit;
    let mut best: Vec<&str> = Vec::new();
    for candidate in candidates {
        let apart = distance(&folded, &fold(candidate).replace(['-', ' '], "_"));
        if apart > least {
            continue;
        }
        if apart < least {
            best.clear();
            least = apart;
        }
        if !best.contains(&candidate) {
            best.push(candidate);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_do_not_matter() {
        assert_eq!(fold("Đường Điện Biên Phủ"), "duong dien bien phu");
        assert_eq!(nearest("tham_dinhh", ["kiem_tra", "tham_dinh"]), Some("tham_dinh"));
        assert_eq!(nearest("thẩm định", ["kiem_tra", "tham_dinh"]), Some("tham_dinh"));
        assert_eq!(nearest("witihn", ["with", "within", "when"]), Some("within"));
        assert_eq!(nearest("xyz", ["kiem_tra", "tham_dinh"]), None);
        assert_eq!(near("ky_3", ["ky_1", "ky_2", "tra", "ky_1"]), ["ky_1", "ky_2"]);
    }
}
