//! S01: a step that nothing leads to.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;

/// Steps that no case can come to. Silent where a broken step might have led there.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() || look.procedure.start.is_empty() {
        return Vec::new();
    }
    let reachable = look.graph.reachable();
    let lost = look.sound_steps().filter(|step| !reachable.contains(&step.id));
    // Of a chain of lost steps only those that nothing leads to are the cause.
    lost.filter(|step| look.graph.ways_into(&step.id).all(|(from, _)| *from == step.id || reachable.contains(from)))
        .map(|step| {
            let id = &step.id;
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
