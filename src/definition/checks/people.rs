//! R01: a step nobody answers for.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Bodies, By, StepKind};

/// Steps without `by`.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let nobody = |by: &By| matches!(by, By::Choose(choices) if choices.is_empty());
    look.sound_steps()
        .filter(|step| match &step.kind {
            StepKind::Staff(staff) => nobody(&staff.by),
            StepKind::Parallel(block) => matches!(&block.bodies, Bodies::ForEach { by, .. } if nobody(by)),
            StepKind::Wait(_) | StepKind::Decision(_) | StepKind::Call(_) | StepKind::End(_) => false,
        })
        .map(|step| {
            let id = &step.id;
            Diagnostic::error(
                "R01",
                look.source.key_span(&look.route(id)),
                format!("ai làm bước `{id}`?"),
                format!("who does step `{id}`?"),
            )
            .label("không có `by`", "no `by`")
            .help("thêm `by:` với một mục của `people`", "add `by:` with an entry of `people`")
        })
        .collect()
}
