//! What is wrong in a file: code, place, message, help; and how it is printed for people and programs.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use crate::definition::checks::hidden::is_no_letter;
use crate::definition::source::{Source, Span};

/// The stable code of a check, e.g. `N04`.
pub type Code = &'static str;

/// How grave it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The file cannot be published.
    Error,
    /// Published only with a reason.
    Warning,
    /// To know.
    Note,
}

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Text {
    pub vi: String,
    pub en: String,
}

/// Which language to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Vi,
    En,
}

/// One thing wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub level: Level,
    pub span: Span,
    pub message: Text,
    /// What stands under the marked place.
    pub label: Option<Text>,
    /// The other half of a contradiction.
    pub related: Vec<(Span, Text)>,
    /// Places in other files that belong to it.
    pub elsewhere: Vec<Elsewhere>,
    pub help: Option<Text>,
    pub notes: Vec<Text>,
    pub fix: Option<Fix>,
}

/// A place in another file, with its line as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    pub file: String,
    pub line: usize,
    pub column: usize,
    shown: String,
    length: usize,
    pub text: Text,
}

impl Elsewhere {
    /// A place of another source, with words under it.
    pub fn at(source: &Source, span: Span, vi: impl Into<String>, en: impl Into<String>) -> Elsewhere {
        let (line, column) = source.position(span.start);
        let (last, end) = source.position(span.end);
        let length = if last == line { end.saturating_sub(column) } else { 1 };
        let shown: String = source.line(line).chars().filter(|c| !c.is_control()).take(SHOWN).collect();
        let file = source.name().to_owned();
        Elsewhere { file, line, column, shown, length: length.clamp(1, SHOWN), text: Text::new(vi, en) }
    }
}

/// A change that is safe to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub span: Span,
    pub replacement: String,
}

impl Text {
    /// A sentence in both languages.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Text {
        Text { vi: vi.into(), en: en.into() }
    }

    /// The sentence in one language.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: Code, span: Span, vi: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            level: Level::Error,
            span,
            message: Text::new(vi, en),
            label: None,
            related: Vec::new(),
            elsewhere: Vec::new(),
            help: None,
            notes: Vec::new(),
            fix: None,
        }
    }

    /// The same as a warning.
    pub fn warning(mut self) -> Diagnostic {
        self.level = Level::Warning;
        self
    }

    /// With words under the marked place.
    pub fn label(mut self, vi: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.label = Some(Text::new(vi, en));
        self
    }

    /// With another place that belongs to it.
    pub fn related(mut self, span: Span, vi: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.related.push((span, Text::new(vi, en)));
        self
    }

    /// With a place in another file.
    pub fn elsewhere(mut self, place: Elsewhere) -> Diagnostic {
        self.elsewhere.push(place);
        self
    }

    /// With the change that would mend it.
    pub fn help(mut self, vi: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.help = Some(Text::new(vi, en));
        self
    }

    /// With something more to know.
    pub fn note(mut self, vi: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.notes.push(Text::new(vi, en));
        self
    }

    /// With a change that is safe to make.
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Diagnostic {
        self.fix = Some(Fix { span, replacement: replacement.into() });
        self
    }
}

/// Puts diagnostics in the order they are shown: by place, then code.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| (a.span, a.code, &a.message.en).cmp(&(b.span, b.code, &b.message.en)));
    diagnostics.dedup_by(|a, b| a.code == b.code && a.span == b.span && a.message == b.message);
}

/// How many diagnostics of one file are told; a text made to flood the reader is not worth more.
pub const MOST: usize = 200;

/// Keeps the first [`MOST`] of sorted diagnostics and says on the last that there are more.
pub fn cap(diagnostics: &mut Vec<Diagnostic>) {
    if diagnostics.len() <= MOST {
        return;
    }
    // A file that is refused tells an error, however many warnings stand before it.
    if let Some(error) = diagnostics.iter().position(|told| told.level == Level::Error).filter(|at| *at >= MOST) {
        diagnostics.swap(MOST - 1, error);
    }
    diagnostics.truncate(MOST);
    if let Some(last) = diagnostics.last_mut() {
        last.notes.push(Text::new(
            format!("còn lỗi khác nữa; chỉ nêu {MOST} lỗi đầu"),
            format!("there are more; only the first {MOST} are told"),
        ));
    }
}

/// How many characters of a line are shown.
const SHOWN: usize = 240;

/// A line as shown, and how many of its characters were left off before: a long one is cut around the marked place.
fn window(text: &str, marked: usize) -> (String, usize) {
    let length = text.chars().count();
    if length <= SHOWN {
        return (text.to_owned(), 0);
    }
    let skip = if marked > SHOWN / 2 { marked - SHOWN / 4 } else { 0 };
    let (before, after) = (if skip > 0 { "…" } else { "" }, if length > skip + SHOWN { "…" } else { "" });
    let middle: String = text.chars().skip(skip).take(SHOWN).collect();
    (format!("{before}{middle}{after}"), skip)
}

/// A text of a file as it may be shown: a control character would speak to the terminal instead of to the reader, and a
/// mark of direction would turn what stands behind it round.
fn plain(text: &str) -> String {
    text.chars().map(|c| if is_no_letter(c) || c == '\n' || c == '\r' { '·' } else { c }).collect()
}

/// One diagnostic for people, at most 12 lines.
pub fn human(diagnostic: &Diagnostic, source: &Source, lang: Lang) -> String {
    let word = match (diagnostic.level, lang) {
        (Level::Error, Lang::Vi) => "lỗi",
        (Level::Warning, Lang::Vi) => "cảnh báo",
        (Level::Note, Lang::Vi) => "ghi chú",
        (Level::Error, Lang::En) => "error",
        (Level::Warning, Lang::En) => "warning",
        (Level::Note, Lang::En) => "note",
    };
    let (line, column) = source.position(diagnostic.span.start);
    let empty = Text::default();
    let said = |text: &Text| plain(text.in_lang(lang));
    let label = said(diagnostic.label.as_ref().unwrap_or(&empty));
    let mut marks: Vec<(usize, Span, String, char)> = vec![(line, diagnostic.span, label, '^')];
    for (span, text) in diagnostic.related.iter().take(3) {
        marks.push((source.position(span.start).0, *span, said(text), '-'));
    }
    marks.sort_by_key(|(line, span, ..)| (*line, span.start));
    let lines = marks.iter().map(|(line, ..)| *line).chain(diagnostic.elsewhere.iter().map(|place| place.line));
    let width = lines.map(|line| line.to_string().len()).max().unwrap_or(1);
    let mut out = String::new();
    // Writing into a String cannot fail. Ids and words of the file stand in messages too: none may speak to the terminal.
    let _ = writeln!(out, "{word}[{}]: {}", diagnostic.code, said(&diagnostic.message));
    let _ = writeln!(out, "{:width$} ┌─ {}:{line}:{column}", "", plain(source.name()));
    let (mut shown, mut skipped) = (0, 0);
    for (line, span, text, mark) in marks {
        let column = source.position(span.start).1 - 1;
        if shown != line {
            let (text, skip) = window(&plain(source.line(line)), column);
            let _ = writeln!(out, "{line:>width$} │ {text}");
            (shown, skipped) = (line, skip);
        }
        let indent = (column.saturating_sub(skipped) + usize::from(skipped > 0)).min(SHOWN);
        let (line_of_end, end) = source.position(span.end);
        let length = if line_of_end == line { end.saturating_sub(column + 1) } else { 1 };
        let under: String = std::iter::repeat_n(mark, length.clamp(1, SHOWN)).collect();
        let _ = writeln!(out, "{:width$} │ {:indent$}{under} {text}", "", "");
    }
    for place in diagnostic.elsewhere.iter().take(1) {
        let (line, indent) = (place.line, place.column.saturating_sub(1).min(SHOWN));
        let under = "-".repeat(place.length);
        let _ = writeln!(out, "{:width$} ┌─ {}:{line}:{}", "", place.file, place.column);
        let _ = writeln!(out, "{line:>width$} │ {}", place.shown);
        let _ = writeln!(out, "{:width$} │ {:indent$}{under} {}", "", "", said(&place.text));
    }
    let words = match lang {
        Lang::Vi => ("lưu ý", "gợi ý", "sửa được: quytrinh check --fix"),
        Lang::En => ("note", "help", "can be mended: quytrinh check --fix"),
    };
    for note in &diagnostic.notes {
        let _ = writeln!(out, "{:width$} = {}: {}", "", words.0, said(note));
    }
    if let Some(help) = &diagnostic.help {
        let fixable = if diagnostic.fix.is_some() { format!("   [{}]", words.2) } else { String::new() };
        let _ = writeln!(out, "{:width$} = {}: {}{fixable}", "", words.1, said(help));
    }
    out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
}

/// One diagnostic for programs.
pub fn json(diagnostic: &Diagnostic, source: &Source, lang: Lang) -> Json {
    let (line, column) = source.position(diagnostic.span.start);
    let (end_line, end_column) = source.position(diagnostic.span.end);
    let related: Vec<Json> = diagnostic
        .related
        .iter()
        .map(|(span, text)| {
            let (line, column) = source.position(span.start);
            json!({ "line": line, "column": column, "message": text.in_lang(lang) })
        })
        .chain(diagnostic.elsewhere.iter().map(|place| {
            json!({
                "file": place.file, "line": place.line, "column": place.column, "message": place.text.in_lang(lang),
            })
        }))
        .collect();
    json!({
        "file": source.name(),
        "code": diagnostic.code,
        "level": level_word(diagnostic.level),
        "message": diagnostic.message.in_lang(lang),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "help": diagnostic.help.as_ref().map(|help| help.in_lang(lang)),
        "related": related,
    })
}

/// The stable word of a level.
pub fn level_word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_far_along_a_line_is_shown_by_its_surroundings() {
        let source = Source::new("t.yaml", format!("{}x{}", "a".repeat(100_000), "b".repeat(100_000)));
        let found = Diagnostic::error("Y01", Span { start: 100_000, end: 100_001 }, "sai", "wrong");
        let told = human(&found, &source, Lang::Vi);
        let lines: Vec<Vec<char>> = told.lines().map(|line| line.chars().collect()).collect();
        let mark = lines[3].iter().position(|c| *c == '^').unwrap();
        assert_eq!(lines[2][mark], 'x', "{told}");
        assert!(told.len() < 1_000);
    }

    #[test]
    fn a_flood_is_cut_and_says_so() {
        let one = Diagnostic::error("Y01", Span::default(), "sai", "wrong");
        let mut found = vec![one; MOST + 1];
        cap(&mut found);
        assert_eq!((found.len(), found[MOST - 1].notes.len()), (MOST, 1));
    }
}
