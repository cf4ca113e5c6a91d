//! Finding by words without their accents: `dien tich` finds `Diện tích`, and `Đ` is a `d`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in small letters without accents, with single spaces.
pub fn fold(text: &str) -> String {
    let plain: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether every word of the query is somewhere in the texts.
pub fn finds(query: &str, texts: &[&str]) -> bool {
    let hay = fold(&texts.join(" "));
    fold(query).split(' ').all(|word| hay.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_do_not_matter() {
        assert_eq!(fold("  Đỗ Thị  NGỌC Ánh "), "do thi ngoc anh");
        assert_eq!(fold("Du\u{031b}\u{0323}ng"), "dung", "also when written in pieces");
        assert!(finds("ngoc do", &["Đỗ Thị Ngọc", "khác"]));
        assert!(finds("Ngọc", &["do thi ngoc"]));
        assert!(!finds("binh", &["Đỗ Thị Ngọc"]));
        assert!(finds("", &["gì cũng được"]));
    }
}
