//! Labels of other people's files as titles, ids and quoted text of ours. It knows nothing of what the labels mean.

use std::collections::{BTreeMap, BTreeSet};

use crate::fold::fold;

/// Longest id, so that it can be read in a line with others, and longest title: checks ask for no longer one.
const ID: usize = 28;
const TITLE: usize = 80;

/// Ids that are unlike each other, made of labels.
#[derive(Debug, Default)]
pub struct Ids {
    taken: BTreeSet<String>,
    /// The number that a label's next id bears.
    next: BTreeMap<String, usize>,
}

impl Ids {
    /// An id of its own, readable in the label it is made of; `otherwise` where the label holds no letter.
    pub fn of(&mut self, text: &str, otherwise: &str) -> String {
        let slug = slug(text);
        let slug = if slug.is_empty() { otherwise.to_owned() } else { slug };
        let mut id = slug.clone();
        let mut n = self.next.get(&slug).copied().unwrap_or(2);
        while !self.taken.insert(id.clone()) {
            let head: String = slug.chars().take(ID - 4).collect();
            id = format!("{}_{n}", head.trim_end_matches('_'));
            n += 1;
            self.next.insert(slug.clone(), n);
        }
        id
    }
}

/// A short name, and the rest of the text: the first line or sentence, cut between words where it is too long.
pub fn title(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(['-', '+', '•', '*', ' ']).trim();
    let end = text.find(['\n', ':', ';']).or_else(|| text.find(". ")).unwrap_or(text.len());
    let name = text[..end].trim().trim_end_matches(['.', ',']);
    if name.chars().count() > TITLE {
        let most = name.char_indices().nth(TITLE).map_or(name.len(), |(at, _)| at);
        let cut = name[..most].rfind([',', ' ']).unwrap_or(most);
        // The whole stands in the note, for somebody to name it better.
        return (name[..cut].trim_end_matches([',', ' ', '(']), text);
    }
    let rest = text[name.len()..].trim_start_matches([':', ';', '.', ',', ' ', '\n']);
    (name, rest)
}

/// A name in one piece, and the rest where it is too long for one.
pub fn short_name(text: &str) -> (&str, &str) {
    let text = text.trim();
    if text.chars().count() <= TITLE { (text, "") } else { title(text) }
}

/// The lines of a cell, without their dashes.
pub fn items(text: &str) -> Vec<String> {
    let line =
        |line: &str| line.trim_start_matches(['-', '+', '•', '*', ' ']).trim_end_matches([';', '.', ' ']).to_owned();
    text.lines().map(line).filter(|line| !line.is_empty()).collect()
}

/// Blanks and line ends as one blank; what no file may hold is left out.
pub fn one_line(text: &str) -> String {
    let plain: String = text.chars().filter(|c| c.is_whitespace() || is_letter(*c)).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a file may hold it: no sign that only commands a machine, and none that stands for no letter.
fn is_letter(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// One line, cut after about sixty letters.
pub fn short(text: &str) -> String {
    let text = one_line(text);
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Always in quotes: a cell may hold anything.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push(' '),
            c if is_letter(c) => out.push(c),
            _ => {}
        }
    }
    out.push('"');
    out
}

/// Lower case without accents, words parted by `_`, cut between words; it begins with a letter.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for word in fold(text).split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if slug.len() + word.len() + 1 > ID {
            break;
        }
        if !slug.is_empty() {
            slug.push('_');
        }
        slug.push_str(word);
    }
    if slug.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("b_{slug}").chars().take(ID).collect();
    }
    slug
}
