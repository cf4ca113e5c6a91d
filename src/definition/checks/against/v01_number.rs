//! V01: the content changed and the version did not; V09: a published version edited in place.

use crate::definition::checks::against::Against;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::diff::diff;
use crate::definition::source::Route;

/// A number that was used already, or is smaller than one that was.
pub fn check(look: &Against<'_>) -> Vec<Diagnostic> {
    let (old, new) = (look.old.version, look.new.version);
    if new > old {
        return Vec::new();
    }
    let span = look.source.span(&Route::of(["version"]));
    let next = old.saturating_add(1);
    let diagnostic = if look.published && new == old {
        Diagnostic::error(
            "V09",
            span,
            format!("bản {old} đã công bố mà bị sửa tại chỗ"),
            format!("version {old} is published and was edited in place"),
        )
        .note("hồ sơ đang chạy gắn với văn bản đã công bố", "running cases are tied to the published text")
    } else {
        let Some(first) = diff(look.old, look.new).into_iter().next() else { return Vec::new() };
        Diagnostic::error(
            "V01",
            span,
            format!("nội dung đã đổi nhưng bản vẫn là {new}, bản trước là {old}"),
            format!("the content changed and the version is still {new}, the one before was {old}"),
        )
        .note(format!("ví dụ: {}", first.message.vi), format!("for one: {}", first.message.en))
    };
    vec![
        diagnostic
            .help(format!("ghi `version: {next}`"), format!("write `version: {next}`"))
            .fix(span, next.to_string()),
    ]
}
