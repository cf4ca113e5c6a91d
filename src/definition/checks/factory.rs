//! The messages of what reading a file finds: one constructor for each, so that a fault is worded in one place.

use crate::calendar::working_time::ParseError;
use crate::definition::cells::Cell;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::guard::GuardFault;
use crate::definition::pattern::PatternFault;
use crate::definition::reader::{is_id, length_code};
use crate::definition::source::{Key, Span};
use crate::fold::{fold, near};

/// N01: a key that the format does not know.
pub fn unknown_key(key: &Key, of: &str, known: &[&str]) -> Diagnostic {
    let found = Diagnostic::error(
        "N01",
        key.span,
        format!("không có khóa `{}` trong `{of}`", key.text),
        format!("no key `{}` in `{of}`", key.text),
    );
    meant(found, key.span, &key.text, known.iter().copied(), || {
        (format!("các khóa dùng được: {}", known.join(", ")), format!("the keys are: {}", known.join(", ")))
    })
}

/// With the name that was meant: mended where there is one so near, asked where there are two; else another help.
fn meant<'a>(
    found: Diagnostic,
    span: Span,
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: impl FnOnce() -> (String, String),
) -> Diagnostic {
    match near(word, known).as_slice() {
        [] => {
            let (vi, en) = otherwise();
            found.help(vi, en)
        }
        [one] => found.help(format!("có phải là `{one}`?"), format!("did you mean `{one}`?")).fix(span, *one),
        [one, other, ..] => {
            found.help(format!("có phải là `{one}` hay `{other}`?"), format!("did you mean `{one}` or `{other}`?"))
        }
    }
}

/// N02: an id written twice.
pub fn duplicate(key: &Key, first: &Key) -> Diagnostic {
    Diagnostic::error(
        "N02",
        key.span,
        format!("`{}` viết hai lần", key.text),
        format!("`{}` is written twice", key.text),
    )
    .label("lần thứ hai", "the second time")
    .related(first.span, "lần thứ nhất", "the first time")
    .help("đổi tên hoặc xóa một trong hai", "rename or remove one of the two")
}

/// N03: a word outside a closed list.
pub fn not_in_list(span: Span, of: &str, found: &str, words: &[&str]) -> Diagnostic {
    let list = words.join(", ");
    let diagnostic =
        Diagnostic::error("N03", span, format!("`{of}` không thể là `{found}`"), format!("`{of}` cannot be `{found}`"));
    meant(diagnostic, span, found, words.iter().copied(), || {
        (format!("chọn một trong: {list}"), format!("choose one of: {list}"))
    })
}

/// N04 to N08: a name that points to nothing. `what` is the kind of thing in both languages.
pub fn not_declared<'a>(
    code: &'static str,
    span: Span,
    name: &str,
    what: (&str, &str),
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let found =
        Diagnostic::error(code, span, format!("không có {} `{name}`", what.0), format!("no {} `{name}`", what.1))
            .label("chưa khai báo", "not declared");
    // What cannot be an id is told where it is declared; nobody is led to it.
    let known = known.into_iter().filter(|known| is_id(known));
    meant(found, span, name, known, || {
        (format!("khai báo `{name}` hoặc sửa tên"), format!("declare `{name}` or mend the name"))
    })
}

/// N04: a transition to a step that is not there.
pub fn no_step<'a>(span: Span, verb: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    let mut found = not_declared("N04", span, name, ("bước", "step"), known);
    found.message.vi = format!("`{verb}` dẫn tới bước không có: `{name}`");
    found.message.en = format!("`{verb}` leads to a step that is not there: `{name}`");
    found.label("không có bước này", "no such step")
}

/// N13: a name with a meaning of its own.
pub fn reserved(key: &Key) -> Diagnostic {
    Diagnostic::error(
        "N13",
        key.span,
        format!("`{}` có nghĩa riêng, không đặt tên được", key.text),
        format!("`{}` has a meaning of its own", key.text),
    )
    .help("đặt tên khác", "choose another name")
}

/// N14: an own verb whose meaning is not said.
pub fn own_verb(span: Span, verb: &str) -> Diagnostic {
    Diagnostic::error("N14", span, format!("`{verb}` là đi tiếp hay trả lại?"), format!("is `{verb}` forward or back?"))
        .help("thêm `means: forward`, `back`, `wait` hoặc `end`", "add `means: forward`, `back`, `wait` or `end`")
}

/// N16: a value of another shape than the key wants.
pub fn wrong_shape(span: Span, vi: String, en: String) -> Diagnostic {
    Diagnostic::error("N16", span, vi, en)
}

/// N16: a key that must be there.
pub fn missing_key(span: Span, of: &str, key: &str) -> Diagnostic {
    Diagnostic::error("N16", span, format!("`{of}` thiếu khóa `{key}`"), format!("`{of}` lacks the key `{key}`"))
        .help(format!("thêm `{key}:`"), format!("add `{key}:`"))
}

/// N16: what is no date, or a day that no month has.
pub fn date(span: Span, of: &str, text: &str) -> Diagnostic {
    let parts: Vec<i16> = text.split(['-', '/', '.']).map_while(|part| part.trim().parse().ok()).collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] if year > 999 => (year, month, day),
        [day, month, year] if year > 999 => (year, month, day),
        _ => (0, 0, 0),
    };
    let small = |number: i16| i8::try_from(number).unwrap_or(0);
    if let Ok(date) = jiff::civil::Date::new(year, small(month), small(day))
        && year > 0
    {
        let found = wrong_shape(
            span,
            format!("`{of}` là một ngày, viết như `2026-07-01`"),
            format!("`{of}` is a date, written `2026-07-01`"),
        );
        return found.help(format!("viết `{date}`"), format!("write `{date}`")).fix(span, date.to_string());
    }
    match jiff::civil::Date::new(year, small(month), 1) {
        Ok(first) if year > 0 => {
            let days = first.days_in_month();
            wrong_shape(
                span,
                format!("không có ngày {day} tháng {month} năm {year}"),
                format!("there is no day {day} in month {month} of {year}"),
            )
            .help(
                format!("tháng {month} năm {year} có {days} ngày; viết như `{}`", first.last_of_month()),
                format!("month {month} of {year} has {days} days; write it as `{}`", first.last_of_month()),
            )
        }
        _ => wrong_shape(span, format!("`{of}` phải là một ngày"), format!("`{of}` must be a date"))
            .help("viết năm, tháng, ngày, như `2026-07-01`", "write year, month and day, as `2026-07-01`"),
    }
}

/// N16: a pattern that cannot be used.
pub fn pattern(span: Span, fault: PatternFault) -> Diagnostic {
    let (vi, en) = match fault {
        PatternFault::TooLarge => {
            ("mẫu ở `pattern` quá dài hoặc quá phức tạp", "the pattern is too long or allows too much at once")
        }
        PatternFault::Unreadable => ("mẫu ở `pattern` không đọc được", "the pattern cannot be read"),
    };
    wrong_shape(span, vi.to_owned(), en.to_owned()).help(
        "ví dụ 12 chữ số: `pattern: \"[0-9]{12}\"`; hai chữ hoa rồi 6 chữ số: `pattern: \"[A-Z]{2}[0-9]{6}\"`",
        "for example 12 digits: `pattern: \"[0-9]{12}\"`; two capitals and 6 digits: `pattern: \"[A-Z]{2}[0-9]{6}\"`",
    )
}

/// N03: a check that there is not.
pub fn no_check(span: Span, found: &str, codes: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "N03",
        span,
        format!("không có kiểm tra nào mang mã `{found}`"),
        format!("there is no check `{found}`"),
    );
    meant(diagnostic, span, found, codes.iter().copied(), || {
        (
            "viết mã in trong ngoặc vuông của thông báo, ví dụ `T23`".to_owned(),
            "write the code that a message shows in brackets, as `T23`".to_owned(),
        )
    })
}

/// N16: a place that the file does not have.
pub fn no_place(span: Span, found: &str) -> Diagnostic {
    wrong_shape(span, format!("trong tệp này không có chỗ `{found}`"), format!("this file has no place `{found}`"))
        .help(
            "viết các khóa từ ngoài vào, cách nhau bằng dấu chấm, ví dụ `steps.ky.actions.sign`",
            "write the keys from the outside in with dots between, as `steps.ky.actions.sign`",
        )
}

/// N16: an id that cannot be an id.
pub fn bad_id(span: Span, id: &str) -> Diagnostic {
    let shown = shortened(id);
    let found = Diagnostic::error(
        "N16",
        span,
        format!("`{shown}` không dùng làm mã được"),
        format!("`{shown}` cannot be an id"),
    );
    // The name itself without its marks is what everybody else in the file writes.
    let bare = fold(id.trim()).replace(' ', "_");
    if is_id(&bare) {
        return found
            .help(
                format!("đặt mã `{bare}`; tên tiếng Việt viết ở `vi:`"),
                format!("let the id be `{bare}`; the Vietnamese name goes to `vi:`"),
            )
            .fix(span, bare);
    }
    found.help(
        "mã gồm chữ không dấu, số, `_`, `-` hoặc `.`, không quá 60 ký tự; tên tiếng Việt viết ở `vi:`",
        "ids are ASCII letters, digits, `_`, `-` or `.`, at most 60; the Vietnamese name goes to `vi:`",
    )
}

/// The beginning of a text that may be too long to be told.
fn shortened(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(57).collect::<String>() + "…" }
}

/// N02: an entry that a list has already.
pub fn twice_in_list(span: Span, first: Span, text: &str, of: &str) -> Diagnostic {
    Diagnostic::error(
        "N02",
        span,
        format!("danh sách `{of}` có `{text}` hai lần"),
        format!("the list `{of}` has `{text}` twice"),
    )
    .label("lần thứ hai", "the second time")
    .related(first, "lần thứ nhất", "the first time")
    .help("xóa một lần", "remove one of the two")
}

/// G04: data for which no line of a list holds.
pub fn gap(span: Span, of: &str, cell: &Cell) -> Diagnostic {
    let (vi, en) = (cell.words(&[], true), cell.words(&[], false));
    let (vi, en) = match of {
        "by" => (format!("không ai giữ bước này khi {vi}"), format!("nobody holds this step when {en}")),
        "within" => (format!("không có thời hạn khi {vi}"), format!("there is no limit when {en}")),
        _ => (format!("không biết đi đâu khi {vi}"), format!("there is nowhere to go when {en}")),
    };
    Diagnostic::error("G04", span, vi, en)
        .label("các dòng trên bỏ sót trường hợp này", "the lines above leave this case out")
        .help("thêm dòng cuối `- { else: … }`", "add a last line `- { else: … }`")
}

/// S14: actions on an end.
pub fn acts_when_over(key: &Key) -> Diagnostic {
    Diagnostic::error(
        "S14",
        key.span,
        "bước kết thúc mà còn có hành động: đã đóng là đóng",
        "an end with actions: closed is closed",
    )
    .help(
        "bỏ `actions`; muốn mở lại thì dùng `reopen: { by: …, to: …, within: …, at_most: 1 }`",
        "remove `actions`; to open it again use `reopen: { by: …, to: …, within: …, at_most: 1 }`",
    )
}

/// Y06: a comma that ended a label inside braces.
pub fn comma_ends(key: &Key) -> Diagnostic {
    Diagnostic::error(
        "Y06",
        key.span,
        format!("dấu phẩy kết thúc nhãn ở đây; `{}` bị đọc thành một khóa", key.text),
        format!("a comma ends the label here; `{}` reads as a key", key.text),
    )
    .help("đặt cả nhãn trong dấu ngoặc kép \"…\"", "put the whole label in double quotes \"…\"")
}

/// T10 to T12: a length that says too little.
pub fn length(span: Span, text: &str, fault: &ParseError) -> Diagnostic {
    let found = Diagnostic::error(length_code(fault), span, fault.vi(), fault.en());
    match fault {
        ParseError::UnknownUnit { unit, suggestion: Some(near), .. } => {
            let mended = text.replacen(unit.as_str(), near, 1);
            found.help(format!("viết `{mended}`"), format!("write `{mended}`")).fix(span, mended)
        }
        ParseError::Bare { .. } => {
            let number = text.split_whitespace().next().unwrap_or("5");
            found.help(
                format!("viết `{number} ngày làm việc` hoặc `{number} ngày lịch`"),
                format!("write `{number} working days` or `{number} calendar days`"),
            )
        }
        _ => found,
    }
}

/// T10 to T12: a unit that says too little, standing alone.
pub fn unit(span: Span, text: &str, fault: &ParseError, units: &[&str]) -> Diagnostic {
    let list = units.join(", ");
    match fault {
        ParseError::UnknownUnit { suggestion: Some(_), .. } => length(span, text, fault),
        _ => Diagnostic::error(length_code(fault), span, fault.vi(), fault.en())
            .help(format!("chọn một trong: {list}"), format!("choose one of: {list}")),
    }
}

/// G00 to G03, G11: a condition that is none. `span` is the place of the condition's text in the file.
pub fn guard(span: Span, quoted: bool, fault: &GuardFault) -> Diagnostic {
    let start = span.start + usize::from(quoted);
    let inner = Span { start: (start + fault.span.start).min(span.end), end: (start + fault.span.end).min(span.end) };
    let marked = if inner.start < inner.end { inner } else { span };
    let found = Diagnostic::error(fault.code, marked, fault.vi.clone(), fault.en.clone());
    match &fault.instead {
        Some(instead) => found
            .help(format!("có phải là `{instead}`?"), format!("did you mean `{instead}`?"))
            .fix(marked, instead.clone()),
        None => match how(fault.code) {
            Some((vi, en)) => found.help(vi, en),
            None => found,
        },
    }
}

/// What a condition looks like that does not have that fault.
fn how(code: &str) -> Option<(&'static str, &'static str)> {
    match code {
        "G00" => Some(("viết như `dien_tich > 500 && cap == 'III'`", "write it as `dien_tich > 500 && cap == 'III'`")),
        "G02" => Some((
            "so số với số, ngày với ngày, chữ với chữ; chữ đặt trong dấu nháy đơn",
            "compare numbers with numbers, dates with dates, texts with texts in single quotes",
        )),
        "G03" => Some((
            "dùng được: `&&` `||` `!` `==` `!=` `<` `<=` `>` `>=` `in` `+` `-` `*` `has(…)`",
            "there are: `&&` `||` `!` `==` `!=` `<` `<=` `>` `>=` `in` `+` `-` `*` `has(…)`",
        )),
        "G11" => Some((
            "ghi ngày cần so vào một trường, rồi so trường đó",
            "keep the date in a field, and compare the field",
        )),
        _ => None,
    }
}
