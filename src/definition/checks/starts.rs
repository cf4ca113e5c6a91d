//! N04: a clock that would start with an action that its step does not have, and so never would.

use crate::definition::checks::{Look, factory};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::Route;
use crate::ids::{StepId, Verb};

/// The `starts` of the case and of the groups.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let procedure = look.procedure;
    let case = procedure.case.starts.iter().map(|starts| (Route::of(["case", "starts", "after"]), starts));
    let groups = procedure.groups.iter().filter_map(|(id, group)| {
        Some((Route::of(["groups", id.as_str(), "starts", "after"]), group.starts.as_ref()?))
    });
    case.chain(groups).filter_map(|(route, (step, verb))| never(look, &route, step, verb)).collect()
}

fn never(look: &Look<'_>, route: &Route, step: &StepId, verb: &Verb) -> Option<Diagnostic> {
    if look.broken.contains(step) {
        return None;
    }
    let actions = look.procedure.step(step).and_then(|step| step.actions());
    let known: Vec<String> = actions.into_iter().flatten().map(|(verb, _)| format!("{step}.{verb}")).collect();
    let named = format!("{step}.{verb}");
    let there = known.contains(&named);
    let (what, known) = (("hành động nào tên", "action called"), known.iter().map(String::as_str));
    (!there).then(|| factory::not_declared("N04", look.source.span(route), &named, what, known))
}
