//! Vietnamese syllables: which can be written, and on which letter the tone mark stands.
//!
//! A syllable is an initial, a rime and one of six tones; the lists below are the sounds of the language as they are
//! spelt, so whatever they make is a syllable that could be, in use or not. It may not know words, names or files.

use unicode_normalization::UnicodeNormalization;

/// What can stand before the rime. `gi` and `qu` take their vowel along.
const INITIALS: &[&str] = &[
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l", "m",
    "n", "p", "r", "s", "t", "v", "x", "",
];

/// Rimes by their vowels: what may close them. A dash stands for nothing.
const RIMES: &[(&str, &str)] = &[
    ("a", "- c ch i m n ng nh o p t u y"),
    ("ă", "c m n ng p t"),
    ("â", "c m n ng p t u y"),
    ("e", "- c m n ng o p t"),
    ("ê", "- c ch m n ng nh p t u"),
    ("i", "- a c ch m n nh p t u"),
    ("iê", "c m n ng p t u"),
    ("o", "- a c e i m n ng p t"),
    ("oa", "c ch i m n ng nh o p t y"),
    ("oă", "c m n ng p t"),
    ("oe", "n o t"),
    ("oo", "c ng"),
    ("ô", "- c i m n ng p t"),
    ("ơ", "- i m n p t"),
    ("u", "- a c i m n ng p t"),
    ("uâ", "c n ng t y"),
    ("uê", "- ch n nh t"),
    ("uô", "c i m n ng t"),
    ("uơ", "- n t"),
    ("uy", "- a ch n nh p t u"),
    ("uyê", "n t"),
    ("ư", "- a c i m n ng t u"),
    ("ươ", "c i m n ng p t u"),
    ("y", "-"),
    ("yê", "m n ng t u"),
];

/// Rimes after `qu`, whose `u` is spoken with the initial.
const AFTER_QU: &[(&str, &str)] = &[
    ("a", "- c ch i n ng nh o p t u y"),
    ("ă", "c m n ng p t"),
    ("â", "c n ng t y"),
    ("e", "- n o t"),
    ("ê", "- ch n nh t"),
    ("i", "- nh t"),
    ("ô", "c"),
    ("ơ", "- i n t"),
    ("y", "- ch n nh p t u"),
    ("yê", "n t"),
];

/// The marks of the five tones that are written, as they combine: huyền, sắc, hỏi, ngã, nặng.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{309}', '\u{303}', '\u{323}'];

/// How a word is spelt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spelling {
    Right,
    /// The tone mark stands on another letter than it should: the word as it is written.
    Misplaced(String),
    /// A rime that ends in a stop has one of two tones; the word with either.
    NoTone([String; 2]),
    /// No syllable of the language.
    Impossible,
}

/// How one word in lower case is spelt.
pub fn spelling(word: &str) -> Spelling {
    let mut letters: Vec<char> = Vec::new();
    let mut marks: Vec<(usize, char)> = Vec::new();
    for c in word.nfd() {
        match TONES.contains(&c) {
            true => marks.push((letters.len().saturating_sub(1), c)),
            false => letters.push(c),
        }
    }
    // The tone is set apart from the letter: `ấ` is `â` with a mark. Positions are counted in composed letters.
    let (plain, at) = composed(&letters, marks.first().map(|(at, _)| *at));
    let (Some(parts), true) = (Parts::of(&plain), marks.len() <= 1) else { return Spelling::Impossible };
    let tone = marks.first().map(|(_, tone)| *tone);
    let stopped = matches!(parts.coda.as_str(), "c" | "ch" | "p" | "t");
    match tone {
        None if stopped => return Spelling::NoTone(['\u{301}', '\u{323}'].map(|tone| parts.with(tone))),
        Some(tone) if stopped && !matches!(tone, '\u{301}' | '\u{323}') => return Spelling::Impossible,
        _ => {}
    }
    match (tone, at) {
        (Some(tone), Some(at)) if !parts.places().contains(&at) => Spelling::Misplaced(parts.with(tone)),
        _ => Spelling::Right,
    }
}

/// The letters put together again without their tone, and which of them carries the mark.
fn composed(letters: &[char], marked: Option<usize>) -> (Vec<char>, Option<usize>) {
    let before: String = letters.iter().take(marked.map_or(0, |at| at + 1)).collect();
    let at = before.nfc().count().checked_sub(1);
    (letters.iter().collect::<String>().nfc().collect(), marked.and(at))
}

/// A syllable without its tone, taken apart.
struct Parts {
    initial: String,
    vowels: Vec<char>,
    coda: String,
}

impl Parts {
    fn of(word: &[char]) -> Option<Parts> {
        let text: String = word.iter().collect();
        INITIALS.iter().filter_map(|initial| Parts::after(initial, text.strip_prefix(initial)?)).next()
    }

    fn after(initial: &str, rest: &str) -> Option<Parts> {
        let rimes = if initial == "qu" { AFTER_QU } else { RIMES };
        // `gì`, `gìn`: the vowel is the initial's own.
        let (initial, rest) = match (initial, rest.chars().next()) {
            ("gi", None | Some('n' | 'm')) => ("g", format!("i{rest}")),
            _ => (initial, rest.to_owned()),
        };
        let (vowels, coda) = rimes.iter().find_map(|(vowels, codas)| {
            let coda = rest.strip_prefix(vowels)?;
            let listed = codas.split(' ').any(|listed| listed == if coda.is_empty() { "-" } else { coda });
            listed.then(|| ((*vowels).to_owned(), coda.to_owned()))
        })?;
        let front = vowels.starts_with(['i', 'e', 'ê', 'y']);
        let fits = match initial {
            "c" | "ng" => !front,
            "g" => !front || vowels == "i",
            "k" | "gh" | "ngh" => front,
            "p" | "qu" => true,
            "" => !vowels.starts_with("iê"),
            _ => !vowels.starts_with("yê"),
        };
        let (glide, rest) = match coda.as_str() {
            "a" | "e" | "i" | "o" | "u" | "y" => (Some(coda.clone()), String::new()),
            _ => (None, coda),
        };
        let vowels = vowels.chars().chain(glide.iter().flat_map(|glide| glide.chars())).collect();
        fits.then(|| Parts { initial: initial.to_owned(), vowels, coda: rest })
    }

    /// Among the letters of the word, those on which the mark may stand; the first is where it is put.
    fn places(&self) -> Vec<usize> {
        let first = self.initial.chars().count();
        let marked = self.vowels.iter().rposition(|c| matches!(c, 'ă' | 'â' | 'ê' | 'ô' | 'ơ' | 'ư'));
        let text: String = self.vowels.iter().collect();
        let places = match (marked, self.vowels.len(), self.coda.is_empty()) {
            (Some(at), ..) => vec![at],
            (None, 1, _) => vec![0],
            // `hoà` and `hòa` are both written.
            (None, 2, true) if self.initial != "qu" && matches!(text.as_str(), "oa" | "oe" | "uy") => vec![0, 1],
            (None, 2, true) => vec![0],
            (None, 2, false) => vec![1],
            (None, ..) => vec![1],
        };
        places.into_iter().map(|at| first + at).collect()
    }

    /// The syllable with a tone, its mark where it belongs.
    fn with(&self, tone: char) -> String {
        let at = self.places().first().copied().unwrap_or(0);
        let letters = self.initial.chars().chain(self.vowels.iter().copied()).chain(self.coda.chars());
        let marked = letters.enumerate().flat_map(|(n, c)| [Some(c), (n == at).then_some(tone)]).flatten();
        marked.collect::<String>().nfc().collect()
    }
}
