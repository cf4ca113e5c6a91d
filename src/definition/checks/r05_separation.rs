//! R05: separation of duties broken in the file itself.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{By, StepKind};
use crate::definition::source::Route;
use crate::ids::StepId;

/// Pairs of a `separate` line that `same_as` gives to one person.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (at, separation) in look.procedure.separate.iter().enumerate() {
        for (n, first) in separation.steps.iter().enumerate() {
            for second in &separation.steps[n + 1..] {
                if source_of(look, first) != source_of(look, second) {
                    continue;
                }
                let span = look.source.span(&look.route(second).key("by").key("same_as"));
                found.push(
                    Diagnostic::error(
                        "R05",
                        span,
                        format!("`{second}` do chính người làm `{first}` thực hiện"),
                        format!("`{second}` is done by who did `{first}`"),
                    )
                    .related(
                        look.source.span(&Route::of(["separate"]).index(at)),
                        "nhưng ở đây đòi hai người khác nhau",
                        "and here two different persons are wanted",
                    )
                    .help("đổi `by` của một trong hai bước", "change the `by` of one of the two"),
                );
            }
        }
    }
    found
}

/// The step whose holder the step takes over, following `same_as` to its beginning.
fn source_of<'a>(look: &'a Look<'_>, step: &'a StepId) -> &'a StepId {
    let mut here = step;
    for _ in 0..look.procedure.steps.len() {
        match look.procedure.step(here).map(|step| &step.kind) {
            Some(StepKind::Staff(staff)) => match &staff.by {
                By::SameAs(other) => here = other,
                By::People(_) | By::Choose(_) => return here,
            },
            _ => return here,
        }
    }
    here
}
