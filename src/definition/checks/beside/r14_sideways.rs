//! R14: work that may be handed on to an equal without a bound.

use crate::definition::checks::beside::Beside;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Target;
use crate::ids::{PeopleId, StepId, UnitId};

/// `forward` and `delegate` that lead to the same level of the same unit and have no `at_most`.
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.staffed() {
        for (verb, transition) in step.actions().into_iter().flatten() {
            let sideways = matches!(verb.as_str(), "forward" | "delegate") && transition.at_most.is_none();
            let Target::Step(to) = &transition.to else { continue };
            if !sideways || !equals(look, &step.id, to) {
                continue;
            }
            let id = &step.id;
            found.push(
                Diagnostic::error(
                    "R14",
                    look.source.key_span(&look.route(id).key("actions").key(verb.as_str())),
                    format!("`{verb}` chuyển ngang từ `{id}` sang `{to}` không giới hạn số lần"),
                    format!("`{verb}` hands on sideways from `{id}` to `{to}` without a bound"),
                )
                .label("việc có thể đi hết bàn này sang bàn khác", "work can go from desk to desk")
                .help("thêm `at_most: 1`", "add `at_most: 1`"),
            );
        }
    }
    found
}

/// Whether both steps are worked by ordinary posts of one unit.
fn equals(look: &Beside<'_>, a: &StepId, b: &StepId) -> bool {
    let level = |step: &StepId| {
        let entries = look.seats.entries(step);
        let levels: Option<Vec<UnitId>> = entries.iter().map(|choice| ordinary(look, &choice.then)).collect();
        levels.filter(|levels| !levels.is_empty())
    };
    matches!((level(a), level(b)), (Some(a), Some(b)) if a == b)
}

/// The unit of an entry whose post neither leads nor deputises.
fn ordinary(look: &Beside<'_>, people: &PeopleId) -> Option<UnitId> {
    let unit = look.seats.unit(people, None)?;
    let post = look.seats.post(people)?;
    let post = look.directory.unit(&unit)?.posts.get(post)?;
    (!post.head && !post.deputy).then_some(unit)
}
