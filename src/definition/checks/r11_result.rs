//! S09 and R11: steps that hand nothing on. One message a file: a table of such steps is one way of working.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{People, Pick, Staff, Step, StepKind};
use crate::ids::{StepId, Verb};

/// Verbs that are a deed by themselves; `complete`, `submit` and `forward` only pass on.
const PASSING: &[&str] = &["complete", "submit", "forward", "delegate", "resume"];

/// Steps with one way out that only passes on.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut idle: Vec<&StepId> = Vec::new();
    let mut silent: Vec<&StepId> = Vec::new();
    for step in look.sound_steps() {
        let StepKind::Staff(staff) = &step.kind else { continue };
        if !only_passes(staff) || appoints(look, step, staff) {
            continue;
        }
        match staff.needs.documents.is_empty() {
            true => idle.push(&step.id),
            false => silent.push(&step.id),
        }
    }
    let mut found = Vec::new();
    if let [first, ..] = idle[..] {
        let names = names(&idle);
        found.push(
            Diagnostic::error(
                "S09",
                look.source.key_span(&look.route(first)),
                format!("bước không làm ra gì, không xem gì, chỉ chuyển tiếp: {names}"),
                format!("steps that make nothing, look at nothing and only pass on: {names}"),
            )
            .warning()
            .help(
                "bỏ bước, hoặc ghi nó làm ra gì (`makes`) hay xác định gì (`needs`)",
                "remove the step, or say what it makes (`makes`) or settles (`needs`)",
            ),
        );
    }
    if let [first, ..] = silent[..] {
        let names = names(&silent);
        found.push(
            Diagnostic::error(
                "R11",
                look.source.key_span(&look.route(first)),
                format!("bước không rõ sản phẩm, bàn giao cái gì: {names}"),
                format!("steps without a result, what is handed on: {names}"),
            )
            .warning()
            .help("thêm `makes:` với một mục của `documents`", "add `makes:` with an entry of `documents`"),
        );
    }
    found
}

fn only_passes(staff: &Staff) -> bool {
    let mut ways = staff.actions.iter();
    let (Some((verb, way)), None) = (ways.next(), ways.next()) else { return false };
    let passes = PASSING.contains(&Verb::as_str(verb));
    let makes = !staff.makes.is_empty() || !way.makes.is_empty();
    let settles = !staff.needs.fields.is_empty() || !way.needs.fields.is_empty();
    passes && !makes && !settles
}

/// Whether the step's holder chooses who comes next: the choice is its result.
fn appoints(look: &Look<'_>, step: &Step, staff: &Staff) -> bool {
    let crate::definition::procedure::By::People(by) = &staff.by else { return false };
    let chosen = |people: &People| people.pick == Pick::AssignedBy(by.clone());
    look.graph.out_of(&step.id).any(|(next, _)| match look.procedure.step(next).map(|step| &step.kind) {
        Some(StepKind::Staff(next)) => match &next.by {
            crate::definition::procedure::By::People(people) => look.procedure.people.get(people).is_some_and(chosen),
            _ => false,
        },
        _ => false,
    })
}

fn names(steps: &[&StepId]) -> String {
    let mut names: Vec<&str> = steps.iter().take(6).map(|step| step.as_str()).collect();
    if steps.len() > names.len() {
        names.push("…");
    }
    names.join(", ")
}
