//! N09: a step calls a procedure, or a version of one, that is not there.

use crate::definition::checks::across::calls::{Calls, Place};
use crate::definition::diagnostic::{Diagnostic, Level};
use crate::fold::nearest;

/// Calls of nothing. Where not all there is lies here, one cannot know: then it is a note.
pub fn check(calls: &Calls<'_>) -> Vec<(usize, Diagnostic)> {
    let missing = calls.places().into_iter().filter(|place| calls.callee(place.call).is_none());
    missing.map(|place| (place.file, told(calls, &place))).collect()
}

/// What is called lies here, and cannot be published as it is.
pub fn faulty(place: &Place<'_>) -> Diagnostic {
    let id = &place.call.uses.procedure;
    Diagnostic::error(
        "N09",
        place.span(&["procedure"]),
        format!("quy trình `{id}` được gọi ở đây còn lỗi, chưa ban hành được"),
        format!("the procedure `{id}`, called here, has faults and cannot be published"),
    )
    .help(format!("sửa tệp của `{id}` trước"), format!("mend the file of `{id}` first"))
}

fn told(calls: &Calls<'_>, place: &Place<'_>) -> Diagnostic {
    let id = &place.call.uses.procedure;
    if calls.faulty.contains(id) {
        return faulty(place);
    }
    let mut versions: Vec<u32> =
        calls.all().filter(|callee| callee.procedure.id == *id).map(|callee| callee.procedure.version).collect();
    versions.sort_unstable();
    versions.dedup();
    if let (Some(version), [_, ..]) = (place.call.uses.version, &versions[..]) {
        let known: Vec<String> = versions.iter().map(u32::to_string).collect();
        let known = known.join(", ");
        return Diagnostic::error(
            "N09",
            place.span(&["version"]),
            format!("quy trình `{id}` không có bản {version}"),
            format!("procedure `{id}` has no version {version}"),
        )
        .help(
            format!("viết một bản đang có ({known}), hoặc bỏ `version` để dùng bản đang hiệu lực"),
            format!("write one there is ({known}), or leave `version` out for the one in force"),
        );
    }
    let span = place.span(&["procedure"]);
    let found = Diagnostic::error(
        "N09",
        span,
        format!("không có quy trình `{id}` mà bước `{}` gọi", place.step),
        format!("there is no procedure `{id}`, which step `{}` calls", place.step),
    );
    if !calls.whole {
        return Diagnostic { level: Level::Note, ..found }.help(
            "kiểm tra cả thư mục, hoặc thêm `--against` với cơ sở dữ liệu đã ban hành",
            "check the whole folder, or add `--against` with the database it is published in",
        );
    }
    let others = calls.all().filter(|callee| callee.procedure.id != place.procedure.id);
    let ids: Vec<&str> = others.map(|callee| callee.procedure.id.as_str()).collect();
    match nearest(id.as_str(), ids.iter().copied()) {
        Some(near) => found.help(format!("có phải là `{near}`?"), format!("did you mean `{near}`?")).fix(span, near),
        None => found.help(
            "viết `id` của một quy trình trong thư mục này, hoặc thêm tệp của quy trình đó",
            "write the `id` of a procedure of this folder, or add that procedure's file",
        ),
    }
}
