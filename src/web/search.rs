//! Finding by words without their accents: `dien tich` finds `Diện tích`, and `Đ` is a `d`.

use crate::fold::fold;

/// Whether every word of the query is somewhere in the texts.
pub fn finds(query: &str, texts: &[&str]) -> bool {
    let hay = fold(&texts.join(" "));
    fold(query).split_whitespace().all(|word| hay.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_do_not_matter() {
        assert!(finds("  do thi  NGOC ánh ", &["Đỗ Thị  NGỌC", "Ánh"]));
        assert!(finds("dung", &["Du\u{031b}\u{0323}ng"]), "also when written in pieces");
        assert!(finds("ngoc do", &["Đỗ Thị Ngọc", "khác"]));
        assert!(finds("Ngọc", &["do thi ngoc"]));
        assert!(!finds("binh", &["Đỗ Thị Ngọc"]));
        assert!(finds("", &["gì cũng được"]));
    }
}
