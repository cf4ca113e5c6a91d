//! T05: a step without a limit; T26: untimed, and nobody said why.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Bodies, Limit, StepKind};

/// Steps that somebody works and that no limit binds.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.sound_steps() {
        let within = match &step.kind {
            StepKind::Staff(staff) => &staff.within,
            StepKind::Wait(wait) => &wait.within,
            StepKind::Parallel(block) => match &block.bodies {
                Bodies::ForEach { within, .. } => within,
                Bodies::Branches(_) => continue,
            },
            StepKind::Call(call) => &call.within,
            StepKind::Decision(_) | StepKind::End(_) => continue,
        };
        let (id, span) = (&step.id, look.source.key_span(&look.route(&step.id)));
        match within {
            Limit::Choose(choices) if choices.is_empty() && !matches!(step.kind, StepKind::Wait(_)) => found.push(
                Diagnostic::error(
                    "T05",
                    span,
                    format!("bước `{id}` không có thời hạn thì không bao giờ bị coi là trễ"),
                    format!("step `{id}` has no limit and so can never be late"),
                )
                .help(
                    "thêm `within: 1 working day`, hoặc `within: untimed` kèm `because:`",
                    "add `within: 1 working day`, or `within: untimed` with `because:`",
                ),
            ),
            Limit::Untimed { because: None } => found.push(
                Diagnostic::error(
                    "T26",
                    span,
                    format!("bước `{id}` không tính thời gian nhưng không nói vì sao"),
                    format!("step `{id}` is untimed and nobody said why"),
                )
                .warning()
                .help("thêm `because:`", "add `because:`"),
            ),
            _ => {}
        }
    }
    found
}
