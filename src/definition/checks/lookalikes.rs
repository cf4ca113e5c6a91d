//! Y07: letters and marks stored apart; Y08: letters that only look like the right ones. Both are invisible to a reader
//! and break searching. Letters stored apart come from a setting of the keyboard: told once for a file.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc, is_nfc_quick};

use crate::definition::diagnostic::{Diagnostic, MOST};
use crate::definition::source::{Source, Span};

/// The text as it was typed or pasted: one message for letters stored apart, one a line for letters that look alike.
pub fn check(source: &Source) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut lines_apart = 0;
    let mut first_apart = None;
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        if found.len() > MOST {
            break;
        }
        if !line.is_ascii() {
            if let Some(told) = apart(line, at) {
                lines_apart += 1;
                first_apart.get_or_insert(told);
            }
            found.extend(alike(line, at));
        }
        at += line.len();
    }
    found.extend(first_apart.map(|first| whole_text(first, lines_apart, source.text())));
    found
}

/// Whoever typed one line so typed all of them so: told once, and mended everywhere.
fn whole_text(first: Diagnostic, lines: usize, text: &str) -> Diagnostic {
    if lines < 2 {
        return first;
    }
    first
        .note(format!("có {lines} dòng như vậy trong tệp"), format!("{lines} lines of the file are so"))
        .fix(Span { start: 0, end: text.len() }, text.nfc().collect::<String>())
}

fn apart(line: &str, at: usize) -> Option<Diagnostic> {
    if is_nfc_quick(line.chars()) == IsNormalized::Yes {
        return None;
    }
    let mut start = 0;
    // The first word whose letters and marks stand apart.
    for word in line.split_inclusive(char::is_whitespace) {
        let text = word.trim_end();
        if !is_nfc(text) {
            let span = Span { start: at + start, end: at + start + text.len() };
            let whole = line.trim_end_matches(['\n', '\r']);
            let mended: String = whole.nfc().collect();
            return Some(
                Diagnostic::error(
                    "Y07",
                    span,
                    "chữ và dấu ghi rời nhau (Unicode tổ hợp): tìm kiếm sẽ không thấy",
                    "letters and marks are stored apart: searching will miss them",
                )
                .warning()
                .help("ghi bằng Unicode dựng sẵn", "write composed letters")
                .fix(Span { start: at, end: at + whole.len() }, mended),
            );
        }
        start += word.len();
    }
    None
}

fn alike(line: &str, at: usize) -> Option<Diagnostic> {
    let (start, wrong, right) = line.char_indices().find_map(|(start, c)| Some((start, c, meant(c)?)))?;
    let whole = line.trim_end_matches(['\n', '\r']);
    let mended: String = whole.chars().map(|c| meant(c).unwrap_or(c)).collect();
    let code = format!("U+{:04X}", wrong as u32);
    Some(
        Diagnostic::error(
            "Y08",
            Span { start: at + start, end: at + start + wrong.len_utf8() },
            format!("`{wrong}` trông giống `{right}` nhưng là chữ khác"),
            format!("`{wrong}` looks like `{right}` and is another letter"),
        )
        .warning()
        .label(code.clone(), code)
        .help(format!("gõ lại `{right}`"), format!("type `{right}`"))
        .fix(Span { start: at, end: at + whole.len() }, mended),
    )
}

/// The letter that was meant by one that looks like it.
fn meant(c: char) -> Option<char> {
    const CYRILLIC: [(char, char); 22] = [
        ('а', 'a'),
        ('с', 'c'),
        ('е', 'e'),
        ('о', 'o'),
        ('р', 'p'),
        ('х', 'x'),
        ('у', 'y'),
        ('і', 'i'),
        ('ѕ', 's'),
        ('ј', 'j'),
        ('А', 'A'),
        ('В', 'B'),
        ('С', 'C'),
        ('Е', 'E'),
        ('Н', 'H'),
        ('І', 'I'),
        ('К', 'K'),
        ('М', 'M'),
        ('О', 'O'),
        ('Р', 'P'),
        ('Т', 'T'),
        ('Х', 'X'),
    ];
    match c {
        _ if c.is_ascii() => None,
        'ð' => Some('đ'),
        'Ð' | 'Ɖ' => Some('Đ'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xff01 + 0x21),
        '\u{400}'..='\u{4ff}' => CYRILLIC.iter().find(|(wrong, _)| *wrong == c).map(|(_, right)| *right),
        _ => None,
    }
}
