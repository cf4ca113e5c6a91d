//! S01: a step that nothing leads to.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::graph::Edge;
use crate::ids::StepId;

/// Steps that no case can come to. Silent where a broken step might have led there.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() || look.procedure.start.is_empty() {
        return Vec::new();
    }
    let reachable = look.graph.reachable(look.procedure);
    // Of a chain or circle of lost steps only the first is the cause.
    let lost = look.graph.lost(look.procedure);
    lost.iter()
        .map(|id| {
            let shut = look.graph.ways_into(id).find(|(from, _)| reachable.contains(*from));
            match shut {
                Some((from, edge)) => excluded(look, id, from, edge),
                None => nothing_leads(look, id),
            }
        })
        .collect()
}

fn nothing_leads(look: &Look<'_>, id: &StepId) -> Diagnostic {
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
}

/// Something leads there, but only with data that no case can have where it stands.
fn excluded(look: &Look<'_>, id: &StepId, from: &StepId, edge: &Edge) -> Diagnostic {
    let when = edge.when.as_deref().unwrap_or("else");
    Diagnostic::error(
        "S01",
        look.source.key_span(&look.route(id)),
        format!("không hồ sơ nào tới được bước `{id}`: các điều kiện trên đường tới đó loại trừ nhau"),
        format!("no case can come to step `{id}`: the conditions on the way there exclude each other"),
    )
    .label("hồ sơ không bao giờ vào đây", "no case ever comes here")
    .related(
        look.source.key_span(&look.route(from)),
        format!("từ đây chỉ tới `{id}` khi `{when}`, mà mọi lối vào đây đã đòi điều trái lại"),
        format!("from here only `{when}` leads to `{id}`, and every way into here has asked for the opposite"),
    )
    .help(
        format!("sửa điều kiện ở `{from}` hoặc ở hành động dẫn vào `{from}`, hoặc xóa bước `{id}`"),
        format!("mend the condition at `{from}` or of an action that leads into it, or remove step `{id}`"),
    )
}
