//! S03: steps from which no end can be reached; S04: no end that is a success.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Outcome, StepKind};
use crate::definition::source::Route;

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
        found.push(
            Diagnostic::error(
                "S03",
                look.source.key_span(&look.route(last)),
                format!("từ bước `{last}` không có đường nào tới kết thúc"),
                format!("from step `{last}` there is no way to an end"),
            )
            .label("hồ sơ vào đây thì không ra được", "a case that comes here cannot leave")
            .note(format!("chỉ quay vòng {circle}"), format!("it only goes round {circle}"))
            .help("thêm một hành động đi tiếp tới bước kết thúc", "add an action that leads on to an end"),
        );
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
