//! Text folded for searching: without tones, marks and case, so that `do` finds `Đỗ`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in lower case, without combining marks, `đ` as `d`, blanks made single.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).map(|c| match c {
            'đ' => 'd',
            other => other,
        }));
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn tones_marks_and_case_do_not_matter() {
        assert_eq!(fold("  Đỗ Thị  HƯỜNG "), "do thi huong");
        assert_eq!(fold("Hu\u{31b}o\u{31b}\u{300}ng"), "huong");
    }
}
