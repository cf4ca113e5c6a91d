//! R07: who reviews is under who drafted.

use crate::definition::checks::beside::Beside;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Means, Step, Target};
use crate::ids::{PersonId, StepId, UnitId};

/// Steps that approve or send back what their own superior did.
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.staffed() {
        for drafted in reviewed(step) {
            let drafters = people(look, &drafted);
            let reviewers = people(look, &step.id);
            let under = |(reviewer, unit): &(PersonId, UnitId)| {
                drafters.iter().all(|(drafter, _)| drafter != reviewer && leads(look, drafter, reviewer, unit))
            };
            if drafters.is_empty() || reviewers.is_empty() || !reviewers.iter().all(under) {
                continue;
            }
            let (name, above) = (look.seats.name(&reviewers[0].0), look.seats.name(&drafters[0].0));
            let id = &step.id;
            found.push(
                Diagnostic::error(
                    "R07",
                    look.source.key_span(&look.route(id).key("by")),
                    format!("người soát `{id}` là cấp dưới của người làm `{drafted}`"),
                    format!("who reviews in `{id}` is under who does `{drafted}`"),
                )
                .warning()
                .label(format!("{name} dưới quyền {above}"), format!("{name} works under {above}"))
                .related(look.source.key_span(&look.route(&drafted).key("by")), "người làm ở đây", "who does it here")
                .help("giao việc soát cho cấp trên hoặc một đơn vị khác", "let a superior or another unit review"),
            );
        }
    }
    found
}

/// The steps whose work is approved here: it can be sent back to them.
fn reviewed(step: &Step) -> Vec<StepId> {
    let actions = || step.actions().into_iter().flatten();
    let approves = actions().any(|(verb, _)| matches!(verb.as_str(), "approve" | "sign"));
    let back = actions().filter(|(_, transition)| approves && transition.means == Means::Back);
    let mut steps: Vec<StepId> = back
        .filter_map(|(_, transition)| match &transition.to {
            Target::Step(step) => Some(step.clone()),
            _ => None,
        })
        .collect();
    steps.dedup();
    steps
}

fn people(look: &Beside<'_>, step: &StepId) -> Vec<(PersonId, UnitId)> {
    let entries = look.seats.entries(step);
    let seats = entries.iter().flat_map(|choice| {
        let unit = look.seats.unit(&choice.then, None);
        look.seats.candidates(&choice.then, None).into_iter().filter_map(move |person| Some((person, unit.clone()?)))
    });
    seats.collect()
}

/// Whether the one heads the other's unit or one above it.
fn leads(look: &Beside<'_>, above: &PersonId, person: &PersonId, unit: &UnitId) -> bool {
    let own_head = look.directory.titular_head(unit, look.at).as_ref() == Some(person);
    let mut units = look.directory.upwards(unit).skip(usize::from(own_head));
    units.any(|unit| look.directory.titular_head(unit, look.at).as_ref() == Some(above))
}
