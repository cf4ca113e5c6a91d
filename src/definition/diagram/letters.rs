//! How wide a text is, about, and where to break it. No font is at hand: the table is that of a wide sans-serif, so
//! that a text never runs out of its box in a narrower one.

use unicode_normalization::UnicodeNormalization;

/// The width in pixels of a text of that size.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

/// The width of the letter under the marks: `ế` is as wide as `e`.
fn em(letter: char) -> f64 {
    let base = letter.nfd().next().unwrap_or(letter);
    match base {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.33,
        ' ' | '\u{a0}' | 'f' | 't' | 'r' | '(' | ')' | '/' | '-' | '"' | '`' => 0.4,
        'm' | 'M' | 'W' | '%' | '≤' | '≥' | '→' => 0.96,
        'w' | 'O' | 'Q' | 'Ơ' | 'Ư' | 'N' | 'H' | 'D' | 'Đ' | 'G' | 'U' => 0.8,
        'I' | 'J' => 0.42,
        _ if base.is_uppercase() => 0.71,
        _ => 0.63,
    }
}

/// Lines no wider than that, broken between words; a wider word stands alone. Nothing is cut.
pub fn wrap(text: &str, size: f64, at_most: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        match lines.last_mut().filter(|line| width(&format!("{line} {word}"), size) <= at_most) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The same number of lines, but no line shorter than it need be: a last word does not stand alone.
pub fn balanced(text: &str, size: f64, at_most: f64) -> Vec<String> {
    let widest = wrap(text, size, at_most);
    let mut best = widest;
    let mut limit = at_most;
    while limit > at_most * 0.55 {
        limit -= at_most * 0.05;
        let tried = wrap(text, size, limit);
        let fits = tried.iter().all(|line| width(line, size) <= limit);
        if tried.len() > best.len() || !fits {
            break;
        }
        best = tried;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_every_word_and_stay_inside() {
        let text = "Kiểm tra, thẩm định hồ sơ, dự thảo văn bản trả lời tổ chức";
        let lines = balanced(text, 13.5, 196.0);
        assert_eq!(lines.join(" "), text);
        assert!(lines.iter().all(|line| width(line, 13.5) <= 196.0), "{lines:?}");
        assert!(wrap("", 12.0, 100.0).is_empty());
    }

    #[test]
    fn marks_do_not_widen_a_letter() {
        assert!((width("ệ", 10.0) - width("e", 10.0)).abs() < 1e-9);
    }
}
