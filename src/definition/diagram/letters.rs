//! How wide a text is, about, and where to break it. No font is at hand: the table is that of the sans-serif the
//! pictures ask for, with a little room.

use unicode_normalization::UnicodeNormalization;

use crate::definition::diagram::compounds::joined;

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

/// The words of a text, each with its width.
fn measured(text: &str, size: f64) -> Vec<(&str, f64)> {
    let words = text.split([' ', '\n', '\t']).filter(|word| !word.is_empty());
    words.map(|word| (word, width(word, size))).collect()
}

/// Lines no wider than that, broken between words; a wider word stands alone. Nothing is cut.
pub fn wrap(text: &str, size: f64, at_most: f64) -> Vec<String> {
    let blank = width(" ", size);
    let mut lines: Vec<(String, f64)> = Vec::new();
    for (word, wide) in measured(text, size) {
        match lines.last_mut().filter(|(_, so_far)| so_far + blank + wide <= at_most) {
            Some((line, so_far)) => {
                line.push(' ');
                line.push_str(word);
                *so_far += blank + wide;
            }
            None => lines.push((word.to_owned(), wide)),
        }
    }
    lines.into_iter().map(|(line, _)| line).collect()
}

/// What a line more costs, a line broken within a word of two syllables, and one that leaves all its room.
const LINE: f64 = 60.0;
const TORN: f64 = 70.0;
const EMPTY: f64 = 100.0;

/// As few lines as it takes, all about as long, broken where a reader would: after a comma rather than within a word.
pub fn balanced(text: &str, size: f64, at_most: f64) -> Vec<String> {
    let words = measured(text, size);
    let blank = width(" ", size);
    // From the last word back: the least it costs to set all from a word on, and where its first line ends.
    let mut best: Vec<(f64, usize)> = vec![(0.0, 0); words.len() + 1];
    for from in (0..words.len()).rev() {
        best[from] = (f64::INFINITY, from + 1);
        let mut wide = 0.0;
        for to in from..words.len() {
            wide += words[to].1 + if to > from { blank } else { 0.0 };
            if wide > at_most && to > from {
                break;
            }
            let left = ((at_most - wide) / at_most).max(0.0);
            let ends = words.get(to + 1).map_or(0.0, |next| ending(words[to].0, next.0));
            let cost = LINE + left * left * EMPTY + ends + best[to + 1].0;
            if cost < best[from].0 {
                best[from] = (cost, to + 1);
            }
        }
    }
    let mut lines = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let end = best[at].1;
        lines.push(words[at..end].iter().map(|(word, _)| *word).collect::<Vec<_>>().join(" "));
        at = end;
    }
    lines
}

/// How badly a line ends between two words.
fn ending(last: &str, next: &str) -> f64 {
    if last == "+" || matches!(next, "-" | "–") {
        TORN / 2.0
    } else if joined(last, next) {
        TORN
    } else if last.ends_with([',', ';', ':']) || matches!(next, "+") || next.starts_with('(') {
        -8.0
    } else {
        0.0
    }
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
        assert!(wrap("", 12.0, 100.0).is_empty() && balanced("", 12.0, 100.0).is_empty());
    }

    #[test]
    fn a_word_of_two_syllables_is_not_torn_where_another_break_is_as_good() {
        for (text, broken) in [
            ("B1. Tiếp nhận hồ sơ đầy đủ, hợp lệ", "B1. Tiếp nhận hồ sơ\nđầy đủ, hợp lệ"),
            ("Bước 4. Đóng dấu, phát hành", "Bước 4. Đóng dấu,\nphát hành"),
            ("5 ngày lịch + 12 giờ đồng hồ", "5 ngày lịch\n+ 12 giờ đồng hồ"),
        ] {
            assert_eq!(balanced_bold(text, 12.0, 140.0).join("\n"), broken);
        }
    }

    #[test]
    fn marks_do_not_widen_a_letter() {
        assert!((width("ệ", 10.0) - width("e", 10.0)).abs() < 1e-9);
    }
}
