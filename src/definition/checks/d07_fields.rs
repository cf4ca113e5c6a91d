//! D07: a field that no value fits.

use std::collections::BTreeSet;

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::pattern::Pattern;
use crate::definition::source::Route;
use crate::definition::value::Kind;

/// Bounds the wrong way round, a choice without words or with one word twice, a pattern that nothing matches.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (id, field) in &look.procedure.fields {
        let route = |key: &str| Route::of(["fields", id.as_str(), key]);
        if let (Some(min), Some(max)) = (field.min, field.max)
            && min > max
        {
            found.push(
                Diagnostic::error(
                    "D07",
                    look.source.span(&route("min")),
                    format!("trường `{id}`: ít nhất {min} mà nhiều nhất {max}, không số nào vừa"),
                    format!("field `{id}`: at least {min} and at most {max}, no number fits"),
                )
                .related(look.source.span(&route("max")), "nhiều nhất", "the most")
                .help("đổi chỗ `min` và `max`", "exchange `min` and `max`"),
            );
        }
        if field.pattern.as_ref().is_some_and(Pattern::fits_nothing) {
            found.push(
                Diagnostic::error(
                    "D07",
                    look.source.span(&route("pattern")),
                    format!("trường `{id}`: không dòng chữ nào khớp với mẫu này"),
                    format!("field `{id}`: no text fits this pattern"),
                )
                .help(
                    "ví dụ 12 chữ số: `pattern: \"[0-9]{12}\"`; cả dòng phải khớp, không cần `^` và `$`",
                    "for example 12 digits: `pattern: \"[0-9]{12}\"`; the whole text must fit, without `^` and `$`",
                ),
            );
        }
        let Kind::Choice(words) = &field.kind else { continue };
        let mut seen = BTreeSet::new();
        let twice = words.iter().find(|word| !seen.insert(*word));
        let span = look.source.key_span(&route("of"));
        if words.is_empty() && look.source.node(&route("of")).is_some() {
            found.push(
                Diagnostic::error(
                    "D07",
                    span,
                    format!("trường `{id}` là lựa chọn mà không có gì để chọn"),
                    format!("field `{id}` is a choice with nothing to choose"),
                )
                .help("viết `of: [co, khong]`", "write `of: [co, khong]`"),
            );
        } else if let Some(word) = twice {
            found.push(
                Diagnostic::error(
                    "D07",
                    span,
                    format!("trường `{id}` có lựa chọn `{word}` hai lần"),
                    format!("field `{id}` has the choice `{word}` twice"),
                )
                .help("xóa một lần", "remove one of the two"),
            );
        }
    }
    found
}
