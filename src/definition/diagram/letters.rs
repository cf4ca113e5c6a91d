//! How wide a text is, about, and where to break it. No font is at hand: the table is that of the sans-serif the
//! pictures ask for, with a little room.

use unicode_normalization::UnicodeNormalization;

/// The width of a text of that size.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size * ROOM
}

/// The same in bold letters.
pub fn bold_width(text: &str, size: f64) -> f64 {
    width(text, size) * BOLD
}

/// A reader's font may be a little wider than the one measured.
const ROOM: f64 = 1.03;
const BOLD: f64 = 1.08;
/// A horn (`ơ`, `ư`) stands out on the right; other marks stand above or below.
const HORN: char = '\u{31b}';

/// The widths of the letters from the blank to the tilde in a sans-serif of the common measure, in thousandths.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

/// The width of the letter under the marks: `ế` is as wide as `e`.
fn em(letter: char) -> f64 {
    let mut parts = letter.nfd();
    let base = parts.next().unwrap_or(letter);
    let horn = if parts.any(|mark| mark == HORN) { 0.07 } else { 0.0 };
    let known = (base as usize).checked_sub(32).and_then(|at| WIDTHS.get(at));
    let base = match (known, base) {
        (Some(width), _) => f64::from(*width) / 1000.0,
        (None, '\u{a0}') => 0.278,
        (None, '•') => 0.35,
        (None, 'Đ') => 0.722,
        (None, 'đ') => 0.556,
        (None, '–' | '“' | '”' | '‘' | '’' | '·') => 0.556,
        (None, _) => 1.0,
    };
    base + horn
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

/// The same for bold letters.
pub fn balanced_bold(text: &str, size: f64, at_most: f64) -> Vec<String> {
    balanced(text, size * BOLD, at_most)
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
