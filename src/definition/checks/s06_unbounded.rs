//! S06: a loop with no bound.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::graph::{Via, position};
use crate::definition::procedure::{Anytime, StepKind, Target, Transition};
use crate::definition::source::Route;
use crate::ids::StepId;

/// Loops in which no action counts how often it may be taken.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() {
        return Vec::new();
    }
    let loops = look.graph.unbounded_loops(look.procedure);
    loops.iter().map(|cycle| diagnostic(look, cycle)).chain(anytime(look)).collect()
}

/// A transition that is open from every step and leads to a step that is open too comes round to itself.
fn anytime(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (verb, way) in &look.procedure.anytime {
        let Anytime::Go(Transition { to: Target::Step(to), at_most: None, .. }) = way else { continue };
        if look.procedure.step(to).is_none_or(|step| matches!(step.kind, StepKind::End(_))) {
            continue;
        }
        found.push(
            Diagnostic::error(
                "S06",
                look.source.key_span(&Route::of(["anytime", verb.as_str()])),
                format!("vòng lặp không có giới hạn: `{verb}` từ bước nào cũng về được `{to}`"),
                format!("a loop with no bound: `{verb}` leads to `{to}` from every step"),
            )
            .label("có thể quay lại mãi mãi", "this can go round for ever")
            .help("thêm `at_most: 1`", "add `at_most: 1`"),
        );
    }
    found
}

fn diagnostic(look: &Look<'_>, cycle: &[StepId]) -> Diagnostic {
    let mut names: Vec<&str> = cycle.iter().map(StepId::as_str).collect();
    names.push(cycle[0].as_str());
    let circle = names.join(" → ");
    // The edge that leads back up the file is the one to bound.
    let closing = (0..cycle.len())
        .map(|at| (&cycle[at], &cycle[(at + 1) % cycle.len()]))
        .find(|(from, to)| position(look.procedure, to) <= position(look.procedure, from))
        .unwrap_or((&cycle[0], &cycle[0]));
    let verb = look.graph.out_of(closing.0).find_map(|(to, edge)| match &edge.via {
        Via::Action(verb) if to == closing.1 && edge.at_most.is_none() => Some(verb.clone()),
        _ => None,
    });
    let span = match &verb {
        Some(verb) => look.source.key_span(&look.route(closing.0).key("actions").key(verb.as_str())),
        None => look.source.key_span(&look.route(closing.0)),
    };
    Diagnostic::error(
        "S06",
        span,
        format!("vòng lặp không có giới hạn: {circle}"),
        format!("a loop with no bound: {circle}"),
    )
    .label("có thể trả lại mãi mãi", "this can go round for ever")
    .help("thêm `at_most: 2`", "add `at_most: 2`")
}
