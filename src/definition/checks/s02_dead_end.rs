//! S02: a step with no way out.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Outcome, Step, StepKind, Target};

/// Steps that are no ends and lead nowhere.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let done = |step: &Step| matches!(&step.kind, StepKind::End(end) if end.outcome == Outcome::Done);
    let some_end = look.procedure.steps.values().any(done);
    look.sound_steps()
        .filter(|step| matches!(step.kind, StepKind::Staff(_) | StepKind::Wait(_)))
        .filter(|step| look.graph.out_of(&step.id).next().is_none())
        // A `to: join` outside a block is told by P01.
        .filter(|step| !step.actions().into_iter().flatten().any(|(_, way)| way.to == Target::Join))
        .map(|step| {
            let id = &step.id;
            let found = Diagnostic::error(
                "S02",
                look.source.key_span(&look.route(id)),
                format!("bước `{id}` không có lối ra: hồ sơ sẽ nằm đây mãi"),
                format!("step `{id}` has no way out: cases will lie here for ever"),
            );
            match some_end {
                true => found.help(
                    "thêm `actions`, ví dụ `complete: { to: … }`, hoặc đổi thành `kind: end`",
                    "add `actions`, as `complete: { to: … }`, or make it `kind: end`",
                ),
                false => found.help(
                    "thêm `actions: { complete: { to: xong } }` ở bước này, và bước `xong: { kind: end, vi: …, outcome: done }`",
                    "add `actions: { complete: { to: xong } }` here, and a step `xong: { kind: end, vi: …, outcome: done }`",
                ),
            }
        })
        .collect()
}
