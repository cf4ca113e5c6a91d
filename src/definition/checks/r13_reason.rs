//! R13: a backward action without a required reason.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Means, Reason};

/// Whoever sends work back says why.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.sound_steps() {
        for (verb, transition) in step.actions().into_iter().flatten() {
            if transition.means == Means::Back && transition.reason != Reason::Required {
                let span = look.source.key_span(&look.route(&step.id).key("actions").key(verb.as_str()));
                found.push(
                    Diagnostic::error(
                        "R13",
                        span,
                        format!("`{verb}` trả việc lại mà không phải nêu lý do"),
                        format!("`{verb}` gives work back and wants no reason"),
                    )
                    .help("thêm `reason: required`", "add `reason: required`"),
                );
            }
        }
    }
    found
}
