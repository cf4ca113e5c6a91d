//! S03: steps from which no end can be reached; S04: no end that is a success.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Outcome, StepKind};
use crate::definition::source::Route;
use crate::ids::StepId;

/// Circles without a way out, one message for each; and a procedure in which nothing can succeed.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for trap in look.graph.traps(look.procedure) {
        // A single step without a way out is told by S02.
        let Some(last) = trap.last().filter(|_| trap.len() > 1 || look.graph.out_of(&trap[0]).next().is_some()) else {
            continue;
        };
        let mut circle: Vec<&str> = trap.iter().map(|step| step.as_str()).collect();
        circle.push(trap[0].as_str());
        let circle = circle.join(" → ");
        let told = Diagnostic::error(
            "S03",
            look.source.key_span(&look.route(last)),
            format!("từ bước `{last}` không có đường nào tới kết thúc"),
            format!("from step `{last}` there is no way to an end"),
        )
        .label("hồ sơ vào đây thì không ra được", "a case that comes here cannot leave")
        .note(format!("chỉ quay vòng {circle}"), format!("it only goes round {circle}"))
        .help("thêm một hành động đi tiếp tới bước kết thúc", "add an action that leads on to an end");
        found.push(match shut(look, &trap) {
            Some((from, to, when)) => told.note(
                format!("lối từ `{from}` tới `{to}` khi `{when}` không đi được: mọi lối vào `{from}` đã đòi điều trái lại"),
                format!("the way from `{from}` to `{to}` for `{when}` cannot be gone: every way into `{from}` has asked for the opposite"),
            ),
            None => told,
        });
    }
    if found.is_empty() {
        found.extend(used_up(look));
    }
    let succeeds = look
        .procedure
        .steps
        .values()
        .any(|step| matches!(&step.kind, StepKind::End(end) if end.outcome == Outcome::Done));
    if !succeeds {
        found.push(
            Diagnostic::error(
                "S04",
                look.source.key_span(&Route::of(["steps"])),
                "không có kết thúc nào là `outcome: done`: không hồ sơ nào thành công được",
                "no end has `outcome: done`: no case can ever succeed",
            )
            .help("thêm một bước `kind: end, outcome: done`", "add a step `kind: end, outcome: done`"),
        );
    }
    found
}

/// A way out of the circle that no case can go, for what it asks.
fn shut<'a>(look: &'a Look<'_>, trap: &'a [StepId]) -> Option<(&'a StepId, &'a StepId, &'a str)> {
    trap.iter().find_map(|from| {
        let (to, edge) = look.graph.out_of(from).find(|(to, _)| !trap.contains(to))?;
        Some((from, to, edge.when.as_deref().unwrap_or("else")))
    })
}

/// A case that has used every counted way as often as it may and then lies still.
fn used_up(look: &Look<'_>) -> Option<Diagnostic> {
    let way = look.graph.exhausted(look.procedure)?;
    let last = way.last()?;
    let names = way.iter().map(StepId::as_str).collect::<Vec<_>>().join(" → ");
    Some(
        Diagnostic::error(
            "S03",
            look.source.key_span(&look.route(last)),
            format!("khi đã dùng hết số lần cho phép, từ bước `{last}` không còn đường tới kết thúc"),
            format!("once every counted way has been used up, there is no way from step `{last}` to an end"),
        )
        .label("hồ sơ có thể nằm lại đây mãi", "a case may come to lie here for ever")
        .note(format!("ví dụ đi {names}"), format!("for example by {names}"))
        .help("cho bước này một lối đi tiếp không có `at_most`", "give this step a way on that has no `at_most`"),
    )
}
