//! R24: who answers, told in a circle: a step done by the holder of itself, a council in itself, two steps each done by
//! whoever did the other. Looked for before every other check: they follow such rules to their end.

use std::collections::HashMap;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Bodies, By, Pick, Procedure, StepKind, Who};
use crate::definition::source::{Route, Source, Span};
use crate::ids::{PeopleId, StepId};

/// What a rule about persons can lead to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Named<'a> {
    People(&'a PeopleId),
    Step(&'a StepId),
}

/// Every circle, once, at the first of it in the file.
pub fn check(procedure: &Procedure, source: &Source) -> Vec<Diagnostic> {
    let mut graph: DiGraph<Named<'_>, ()> = DiGraph::new();
    let people = procedure.people.keys().map(Named::People);
    let names = people.chain(procedure.steps.keys().map(Named::Step));
    let places: HashMap<Named<'_>, NodeIndex> = names.map(|name| (name, graph.add_node(name))).collect();
    let mut edges = Vec::new();
    for (id, people) in &procedure.people {
        let mut add = |to| edges.push((Named::People(id), to));
        match &people.who {
            Who::HolderOf(step) => add(Named::Step(step)),
            Who::ManagerOf(other) => add(Named::People(other)),
            Who::Council(council) => {
                std::iter::once(&council.chair).chain(&council.members).for_each(|other| add(Named::People(other)));
            }
            Who::Post { .. } | Who::HeadOf(_) | Who::DeputyOf(_) => {}
        }
        if let Pick::AssignedBy(other) = &people.pick {
            add(Named::People(other));
        }
    }
    for step in procedure.steps.values() {
        let by = match &step.kind {
            StepKind::Staff(staff) => Some(&staff.by),
            StepKind::Wait(wait) => wait.by.as_ref(),
            StepKind::Parallel(block) => match &block.bodies {
                Bodies::ForEach { by, .. } => Some(by),
                Bodies::Branches(_) => None,
            },
            StepKind::Call(call) => call.by.as_ref(),
            StepKind::Decision(_) | StepKind::End(_) => None,
        };
        let mut add = |to| edges.push((Named::Step(&step.id), to));
        match by {
            Some(By::People(people)) => add(Named::People(people)),
            Some(By::Choose(choices)) => choices.iter().for_each(|choice| add(Named::People(&choice.then))),
            Some(By::SameAs(other)) => add(Named::Step(other)),
            None => {}
        }
    }
    for (from, to) in edges {
        if let (Some(from), Some(to)) = (places.get(&from), places.get(&to)) {
            graph.update_edge(*from, *to, ());
        }
    }
    let circles = tarjan_scc(&graph).into_iter().filter(|scc| match &scc[..] {
        [one] => graph.contains_edge(*one, *one),
        _ => true,
    });
    let mut found: Vec<Diagnostic> = circles.map(|scc| told(&graph, scc, source)).collect();
    found.sort_by_key(|diagnostic| diagnostic.span.start);
    found
}

fn told(graph: &DiGraph<Named<'_>, ()>, mut scc: Vec<NodeIndex>, source: &Source) -> Diagnostic {
    scc.sort();
    let way = around(graph, &scc);
    let said: Vec<String> = way.iter().map(|at| said(graph[*at])).collect();
    let first = graph[way.first().copied().unwrap_or_else(|| scc[0])];
    let circle = said.join(" → ");
    Diagnostic::error(
        "R24",
        place(first, source),
        format!("ai làm được nói thành vòng tròn: {circle}"),
        format!("who does it is told in a circle: {circle}"),
    )
    .help(
        "cho một mục trong vòng này một chức danh: `post: …` và `unit: …`",
        "give one of them a post of its own: `post: …` and `unit: …`",
    )
}

/// From the first of them along edges among them until one comes again, told from there.
fn around(graph: &DiGraph<Named<'_>, ()>, scc: &[NodeIndex]) -> Vec<NodeIndex> {
    let mut way: Vec<NodeIndex> = Vec::new();
    let mut here = scc.first().copied();
    while let Some(at) = here {
        if let Some(again) = way.iter().position(|seen| *seen == at) {
            let mut circle = way.split_off(again);
            circle.push(at);
            return circle;
        }
        way.push(at);
        here = graph.neighbors(at).filter(|next| scc.contains(next)).min();
    }
    way
}

fn said(name: Named<'_>) -> String {
    match name {
        Named::People(id) => format!("`{id}`"),
        Named::Step(id) => format!("`{id}`"),
    }
}

fn place(name: Named<'_>, source: &Source) -> Span {
    match name {
        Named::People(id) => source.key_span(&Route::of(["people", id.as_str()])),
        Named::Step(id) => source.key_span(&Route::of(["steps", id.as_str()])),
    }
}
