//! S05: a case that comes back to reception; S13: an action that leads to its own step.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Means, Step, Target};
use crate::ids::Verb;

/// Reception is the step that accepts the case; what is missing is asked for by who handles it.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let accept = Verb::from("accept");
    let reception = |id: &crate::ids::StepId| {
        let starts = look.procedure.start.iter().any(|choice| choice.then == *id);
        let accepts = |step: &Step| step.actions().is_some_and(|actions| actions.contains_key(&accept));
        starts && look.procedure.step(id).is_some_and(accepts)
    };
    for (step, verb, way) in look.actions() {
        let Target::Step(to) = &way.to else { continue };
        let span = look.source.span(&look.action_route(&step.id, verb).key("to"));
        if *to == step.id {
            found.push(
                Diagnostic::error(
                    "S13",
                    span,
                    format!("`{verb}` dẫn về chính bước `{to}`"),
                    format!("`{verb}` leads to its own step `{to}`"),
                )
                .warning()
                .help(
                    "muốn ghi nhận mà không chuyển thì dùng ý kiến (lúc nào cũng ghi được)",
                    "to note something without moving on, use a comment (always possible)",
                ),
            );
        } else if reception(to) && way.means != Means::Back {
            found.push(
                Diagnostic::error(
                    "S05",
                    span,
                    format!("hồ sơ quay lại bước tiếp nhận `{to}`"),
                    format!("the case comes back to reception, `{to}`"),
                )
                .warning()
                .help(
                    "thường thì quay lại bước kiểm tra hồ sơ, không tiếp nhận lần thứ hai",
                    "usually it goes back to the step that examines it, and is not received twice",
                ),
            );
        }
    }
    found
}
