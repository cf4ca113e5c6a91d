//! T06: a wait without limit or `late`; S16: a wait for the applicant in which he can do nothing.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Doer, Limit, Party, StepKind};

/// Waits that could last for ever, or that nobody can end.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.sound_steps() {
        let StepKind::Wait(wait) = &step.kind else { continue };
        let span = look.source.key_span(&look.route(&step.id));
        let id = &step.id;
        let unlimited = matches!(&wait.within, Limit::Choose(choices) if choices.is_empty());
        let untimed = matches!(&wait.within, Limit::Untimed { because: Some(_) });
        if unlimited || (wait.late.is_none() && !untimed) {
            let (vi, en) = if unlimited { ("`within`", "`within`") } else { ("`late`", "`late`") };
            found.push(
                Diagnostic::error(
                    "T06",
                    span,
                    format!("bước chờ `{id}` thiếu {vi}: có thể chờ mãi"),
                    format!("the wait `{id}` lacks {en}: it may last for ever"),
                )
                .help(
                    "thêm `within: 30 calendar days` và `late: { to: … }`",
                    "add `within: 30 calendar days` and `late: { to: … }`",
                ),
            );
        }
        let ends = |doer: &Doer| matches!(doer, Doer::Applicant);
        if wait.awaited == Party::Applicant
            && !wait.actions.values().any(|transition| ends(&transition.by) || transition.signal)
        {
            found.push(
                Diagnostic::error(
                    "S16",
                    span,
                    format!("bước `{id}` chờ người nộp nhưng người nộp không làm được gì ở đó"),
                    format!("step `{id}` waits for the applicant, who can do nothing there"),
                )
                .help(
                    "thêm một hành động `by: applicant`, ví dụ `supplement: { by: applicant, to: … }`",
                    "add an action `by: applicant`, as `supplement: { by: applicant, to: … }`",
                ),
            );
        }
    }
    found
}
