//! Vietnamese text without its accents and case, and how far two words are apart: for searching and for "did you mean".

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in lower case without accents, `đ` as `d`: what searching compares.
pub fn fold(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

/// Edit distance in characters, of at most the first 64 of each; two neighbours swapped, the commonest slip of fingers,
/// count as one edit (optimal string alignment).
pub fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let (mut before, mut next) = (row.clone(), row.clone());
    for i in 0..a.len() {
        next[0] = i + 1;
        for j in 0..b.len() {
            let mut least = (row[j] + usize::from(a[i] != b[j])).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            next[j + 1] = least;
        }
        std::mem::swap(&mut before, &mut row);
        std::mem::swap(&mut row, &mut next);
    }
    row[b.len()]
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
