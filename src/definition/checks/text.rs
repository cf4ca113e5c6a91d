//! Y01 to Y11: the text before it is read. What people paste from Word and type by habit, each with its cause in words.

use crate::definition::checks::hidden::{is_blank, joins_pictures};
use crate::definition::diagnostic::{Diagnostic, Level, MOST};
use crate::definition::source::{Source, Span, Unreadable};

/// Everything wrong with the text itself. A syntax fault whose cause is found on its line is told by its cause only.
pub fn check(source: &Source) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let [fault @ Unreadable::TooLarge { span, .. }] = source.unreadable()
        && *span == Span::default()
    {
        // What is too large to be a procedure is not read for habits of typing.
        return unreadable(source, fault, &found).into_iter().collect();
    }
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        if flooded(&found) {
            break;
        }
        scan_line(line.trim_end_matches(['\n', '\r']), at, &mut found);
        at += line.len();
    }
    for fault in source.unreadable() {
        if let Some(diagnostic) = unreadable(source, fault, &found) {
            found.push(diagnostic);
        }
    }
    found
}

/// Enough is found to tell, and an error among it: the rest of the text changes nothing.
fn flooded(found: &[Diagnostic]) -> bool {
    found.len() > MOST && found.last().is_some_and(|last| last.level == Level::Error)
}

fn scan_line(line: &str, at: usize, found: &mut Vec<Diagnostic>) {
    let span = |start: usize, length: usize| Span { start: at + start, end: at + start + length };
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    if let Some(tab) = line[..indent].find('\t') {
        let replacement = line[..indent].replace('\t', "  ");
        let whole = span(0, indent);
        found.push(
            Diagnostic::error(
                "Y02",
                span(tab, 1),
                "dòng này thụt vào bằng phím Tab",
                "this line is indented with a Tab",
            )
            .help("dùng hai dấu cách cho mỗi bậc", "use two spaces for each level")
            .fix(whole, replacement),
        );
    }
    // What Word leaves behind is in none of the plain letters.
    if !line.is_ascii() {
        invisible(line, &span, found);
        word_signs(line, &span, found);
    }
    label(line, &span, found);
}

/// Y03: what nobody sees and YAML does.
fn invisible(line: &str, span: &impl Fn(usize, usize) -> Span, found: &mut Vec<Diagnostic>) {
    for (start, c) in line.char_indices() {
        if flooded(found) {
            break;
        }
        // A mark of the encoding in front of everything is how Notepad says UTF-8.
        let mark = c == '\u{feff}' && span(start, 0).start == 0;
        if is_blank(c) && !mark && !joins_pictures(line, start) {
            let replacement = if matches!(c, '\u{a0}' | '\u{202f}') { " " } else { "" };
            let place = span(start, c.len_utf8());
            found.push(
                Diagnostic::error(
                    "Y03",
                    place,
                    "có ký tự vô hình dán từ Word",
                    "an invisible character pasted from Word",
                )
                .label(format!("mã U+{:04X}", c as u32), format!("U+{:04X}", c as u32))
                .help("xóa ký tự này", "remove it")
                .fix(place, replacement),
            );
        }
    }
}

/// Y04: the quotes and dashes of Word where YAML wants its own.
fn word_signs(line: &str, span: &impl Fn(usize, usize) -> Span, found: &mut Vec<Diagnostic>) {
    if let Some((start, length)) = in_word_quotes(line) {
        let place = span(start, length);
        let mended = line[start..start + length].replace(['“', '”', '«', '»'], "\"").replace(['‘', '’'], "'");
        found.push(
            Diagnostic::error(
                "Y04",
                place,
                "“ ” là chữ đối với máy, không phải dấu ngoặc kép",
                "“ ” are letters to the computer, no quotes",
            )
            .help("dùng dấu \"", "use \"")
            .fix(place, mended),
        );
    }
    let Some((key, value_at)) = key_and_value(line) else { return };
    let value = &line[value_at..];
    let trimmed = value.trim();
    let technical = !matches!(key, "vi" | "en" | "note" | "because" | "title");
    if let Some(dash) = trimmed.find(['–', '—']).filter(|_| technical && !trimmed.starts_with(['"', '\'', '{', '[']))
    {
        let start = value_at + (value.len() - value.trim_start().len()) + dash;
        let place = span(start, '–'.len_utf8());
        found.push(
            Diagnostic::error(
                "Y04",
                place,
                "gạch dài của Word trong mã, thời hạn hoặc điều kiện",
                "a long dash of Word in an id, length or condition",
            )
            .help("dùng dấu `-`", "use `-`")
            .fix(place, "-"),
        );
    }
}

/// The first value of a line that begins with a quote of Word: its place and length, up to the quote that closes it. In
/// the middle of a text such quotes are the author's own.
fn in_word_quotes(line: &str) -> Option<(usize, usize)> {
    let first = match key_and_value(line) {
        Some((_, at)) => at,
        None => line.len() - line.trim_start_matches(['-', ' ', '\t']).len(),
    };
    let start = first + (line[first..].len() - line[first..].trim_start().len());
    let quote = |c: char| matches!(c, '“' | '”' | '‘' | '’' | '«');
    let mut values = line[start..].char_indices().map(|(at, c)| (start + at, c));
    let opening = match values.next() {
        Some((at, c)) if quote(c) => Some(at),
        Some((_, mark @ ('{' | '['))) => {
            let (mut inside, mut before) = (None, mark);
            values.find_map(|(at, c)| {
                let begins = matches!(before, ':' | ',' | '[' | '{') && inside.is_none();
                match c {
                    _ if inside == Some(c) => inside = None,
                    '"' | '\'' if begins => inside = Some(c),
                    _ if begins && quote(c) => return Some(at),
                    _ => {}
                }
                if !matches!(c, ' ' | '\t') {
                    before = c;
                }
                None
            })
        }
        _ => None,
    }?;
    let rest = &line[opening..];
    let closed = rest.char_indices().skip(1).find(|(_, c)| matches!(c, '“' | '”' | '’' | '»'));
    Some((opening, closed.map_or(rest.trim_end().len(), |(end, c)| end + c.len_utf8())))
}

/// Y05 and Y06: what ends an unquoted label early.
fn label(line: &str, span: &impl Fn(usize, usize) -> Span, found: &mut Vec<Diagnostic>) {
    let Some((key, value_at)) = key_and_value(line) else { return };
    if !matches!(key, "vi" | "en" | "note" | "because") {
        return;
    }
    let value = &line[value_at..];
    let text = value.trim();
    let start = value_at + (value.len() - value.trim_start().len());
    if text.is_empty() || text.starts_with(['"', '\'', '|', '>', '“']) {
        return;
    }
    if let Some(cut) = text.find(" #").filter(|cut| !text[cut + 2..].starts_with([' ', '#']) && text.len() > cut + 2) {
        if found.len() > MOST {
            // A warning more than anybody is told changes nothing; an error would.
            return;
        }
        let place = span(start, text.len());
        found.push(
            Diagnostic::error(
                "Y05",
                span(start + cut + 1, text.len() - cut - 1),
                format!("nhãn bị cắt còn `{}`", &text[..cut]),
                format!("the label is cut to `{}`", &text[..cut]),
            )
            .warning()
            .help("đặt cả nhãn trong dấu ngoặc kép \"…\"", "put the whole label in double quotes \"…\"")
            .fix(place, quoted(text)),
        );
        return;
    }
    let comment = text.find(" #").unwrap_or(text.len());
    let body = text[..comment].trim_end();
    let bad_start = body.starts_with(['*', '&', '!', '%', '@', '`']);
    if bad_start || body.contains(": ") || body.ends_with(':') {
        let place = span(start, body.len());
        let at = body.find(": ").unwrap_or(if bad_start { 0 } else { body.len() - 1 });
        let (vi, en) = if bad_start {
            ("ký hiệu đầu nhãn có nghĩa riêng trong YAML", "the sign before the label has a meaning of its own in YAML")
        } else {
            ("dấu hai chấm kết thúc tên ở đây", "a colon ends the name here")
        };
        found.push(
            Diagnostic::error("Y06", span(start + at, 1), vi, en)
                .help("đặt cả dòng chữ trong dấu ngoặc kép \"…\"", "put the whole text in double quotes \"…\"")
                .fix(place, quoted(body)),
        );
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The key a block line begins with, and where its value begins.
fn key_and_value(line: &str) -> Option<(&str, usize)> {
    let start = line.find(|c: char| !matches!(c, ' ' | '-' | '\t'))?;
    let length = line[start..].find(':')?;
    let key = &line[start..start + length];
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    plain.then_some((key, start + length + 1))
}

fn unreadable(source: &Source, fault: &Unreadable, causes: &[Diagnostic]) -> Option<Diagnostic> {
    let known_cause = |span: &Span| {
        let line = source.position(span.start).0;
        causes.iter().any(|cause| {
            let at = source.position(cause.span.start).0;
            // A text that goes on over lines is begun a line before the letter that stops it.
            at.abs_diff(line) <= 1
        })
    };
    Some(match fault {
        Unreadable::Syntax { span, .. } if known_cause(span) => return None,
        Unreadable::Syntax { span, why } => {
            let line = source.position(span.start).0;
            Diagnostic::error(
                "Y01",
                *span,
                format!("không đọc được từ dòng {line}"),
                format!("the text cannot be read from line {line} on"),
            )
            .note(cause(why).0, cause(why).1)
            .help(
                "xem dòng này và dòng trên: thụt lề không đều, thiếu dấu đóng ngoặc, hoặc thiếu dấu cách sau `:`",
                "look at this line and the one above: uneven indentation, a bracket not closed, or no blank after `:`",
            )
        }
        Unreadable::Cleverness { span, .. } if known_cause(span) => return None,
        Unreadable::Cleverness { span, what } => Diagnostic::error(
            "Y09",
            *span,
            format!("`{what}` (neo, bí danh, gộp khóa, thẻ) không dùng ở đây"),
            format!("`{what}` (anchors, aliases, merge keys, tags) is not used here"),
        )
        .help("viết đầy đủ ra", "write it out in full"),
        Unreadable::TooLarge { span, what } => Diagnostic::error(
            "Y10",
            *span,
            format!("tệp quá lớn hoặc lồng quá sâu cho một quy trình: quá {}", what.0),
            format!("too large or too deep for one procedure: more than {}", what.1),
        )
        .help(
            "tách thành nhiều quy trình, mỗi quy trình một tệp",
            "split it into several procedures, each in a file of its own",
        ),
        Unreadable::SecondDocument { span } => Diagnostic::error(
            "Y01",
            *span,
            "một tệp chỉ chứa một quy trình; `---` bắt đầu tài liệu thứ hai",
            "a file holds one procedure; `---` begins a second document",
        ),
        Unreadable::OddKey { span } => {
            Diagnostic::error("Y01", *span, "khóa phải là một chữ, không phải danh sách", "a key is a word, not a list")
        }
    })
}

/// What a reader of YAML stumbled over, in words; its own words only where none are known.
fn cause(why: &str) -> (String, String) {
    const KNOWN: &[(&str, &str, &str)] = &[
        ("illegal placement of ':'", "dấu `:` đứng ở chỗ không được", "a `:` stands where none can"),
        ("mapping values are not allowed", "dấu `:` đứng ở chỗ không được", "a `:` stands where none can"),
        ("misplaced bracket", "dấu đóng ngoặc thừa, hoặc đặt sai chỗ", "a closing bracket too many, or misplaced"),
        ("comments must be separated", "trước dấu `#` phải có dấu cách", "a blank must stand before `#`"),
        ("tab", "có phím Tab ở chỗ thụt lề", "there is a Tab in the indentation"),
        ("',' or '}'", "thiếu dấu phẩy, hoặc thiếu `}` đóng lại", "a comma is missing, or the `}` that closes"),
        ("',' or ']'", "thiếu dấu phẩy, hoặc thiếu `]` đóng lại", "a comma is missing, or the `]` that closes"),
        ("unclosed bracket", "thiếu dấu đóng ngoặc", "a bracket is not closed"),
        (
            "quoted scalar",
            "thiếu dấu ngoặc kép đóng lại, hoặc có dấu `\\` lạ",
            "a quote is not closed, or a `\\` is odd",
        ),
        (
            "block mapping",
            "dòng này thụt vào không thẳng với các dòng cùng bậc",
            "this line is not in line with its neighbours",
        ),
        ("expected '-'", "dòng này không thẳng với các dòng `-` ở trên", "this line is not in line with the `-` above"),
        ("simple key", "thiếu dấu `:` sau tên khóa", "a `:` is missing behind a key"),
        ("block sequence", "dấu `-` đứng ở chỗ không được", "a `-` stands where none can"),
        ("indentation", "thụt lề không đều", "the indentation is uneven"),
    ];
    match KNOWN.iter().find(|(words, ..)| why.contains(words)) {
        Some((_, vi, en)) => ((*vi).to_owned(), (*en).to_owned()),
        None => (format!("bộ đọc YAML nói: {why}"), format!("the YAML reader says: {why}")),
    }
}
