//! S01: a step that nothing leads to.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;

/// Steps that no case can come to. Silent where a broken step might have led there.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() || look.procedure.start.is_empty() {
        return Vec::new();
    }
    // Of a chain or circle of lost steps only the first is the cause.
    look.graph
        .lost(look.procedure)
        .iter()
        .map(|id| {
            Diagnostic::error(
                "S01",
                look.source.key_span(&look.route(id)),
                format!("không có gì dẫn tới bước `{id}`"),
                format!("nothing leads to step `{id}`"),
            )
            .label("hồ sơ không bao giờ vào đây", "no case ever comes here")
            .help(
                format!("cho một hành động dẫn tới, ví dụ `complete: {{ to: {id} }}`, hoặc xóa bước"),
                format!("let an action lead here, as `complete: {{ to: {id} }}`, or remove the step"),
            )
        })
        .collect()
}
