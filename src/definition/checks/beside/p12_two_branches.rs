//! P12: one person holds two branches of one block.

use std::collections::BTreeMap;

use crate::definition::checks::beside::Beside;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Bodies, Parallel, Step, StepKind, Units};
use crate::definition::source::Route;
use crate::ids::PersonId;

/// Blocks in which the same person answers twice.
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.procedure.steps.values() {
        let StepKind::Parallel(block) = &step.kind else { continue };
        let mut held: BTreeMap<PersonId, (String, Route)> = BTreeMap::new();
        for (key, route, person) in branches(look, step, block) {
            match held.get(&person) {
                Some((first, place)) if *first != key => {
                    let name = look.seats.name(&person);
                    found.push(
                        Diagnostic::error(
                            "P12",
                            look.source.span(&route),
                            format!("{name} giữ cả hai nhánh `{first}` và `{key}` của `{}`", step.id),
                            format!("{name} holds both branches `{first}` and `{key}` of `{}`", step.id),
                        )
                        .warning()
                        .label("cùng một người trả lời hai lần", "the same person answers twice")
                        .related(look.source.span(place), "nhánh kia", "the other branch")
                        .help("giao một nhánh cho người khác", "give one of them to somebody else"),
                    );
                }
                Some(_) => {}
                None => drop(held.insert(person, (key, route))),
            }
        }
    }
    found
}

/// Each branch with the one person who must hold it.
fn branches(look: &Beside<'_>, step: &Step, block: &Parallel) -> Vec<(String, Route, PersonId)> {
    let only = |mut people: Vec<PersonId>| (people.len() == 1).then(|| people.remove(0));
    match &block.bodies {
        Bodies::ForEach { units: Units::Named(units), .. } => {
            let entries = look.seats.entries(&step.id);
            let [entry] = &entries[..] else { return Vec::new() };
            let route = |n| look.route(&step.id).key("for_each").index(n);
            let held = |(n, unit): (usize, &crate::ids::UnitId)| {
                let person = only(look.seats.candidates(&entry.then, Some(unit)))?;
                Some((unit.to_string(), route(n), person))
            };
            units.iter().enumerate().filter_map(held).collect()
        }
        Bodies::ForEach { .. } => Vec::new(),
        Bodies::Branches(_) => {
            let inside = look.staffed().filter_map(|inner| {
                let (of, key) = inner.inside.as_ref()?;
                let entries = look.seats.entries(&inner.id);
                let [entry] = &entries[..] else { return None };
                let person = only(look.seats.candidates(&entry.then, None))?;
                (*of == step.id).then(|| (key.to_string(), look.route(&inner.id).key("by"), person))
            });
            inside.collect()
        }
    }
}
