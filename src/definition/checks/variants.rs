//! What the sums come to under each variant: T01 and T23 once more, with its limits in place of the procedure's own.

use crate::definition::checks::{Look, t01_path, t23_sums};
use crate::definition::diagnostic::{Diagnostic, Text};
use crate::definition::graph::Graph;
use crate::definition::procedure::Variant;
use crate::definition::source::{Route, Span};
use crate::ids::VariantId;

/// What is wrong under a variant and is not wrong without it.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() || look.procedure.variants.is_empty() {
        return Vec::new();
    }
    let own: Vec<Text> = sums(look).into_iter().map(|told| told.message).collect();
    let mut found = Vec::new();
    for (id, variant) in &look.procedure.variants {
        let procedure = look.procedure.under(variant);
        let graph = Graph::of(&procedure);
        let under = Look { procedure: &procedure, graph, broken: look.broken, source: look.source };
        let places = places(look, id, variant);
        for mut told in sums(&under).into_iter().filter(|told| !own.contains(&told.message)) {
            told.message.vi += &format!(" (biến thể `{id}`)");
            told.message.en += &format!(" (variant `{id}`)");
            let related = told.related.iter_mut().map(|(span, _)| span);
            for span in related.chain([&mut told.span]) {
                if let Some((_, there)) = places.iter().find(|(here, _)| here == span) {
                    *span = *there;
                }
            }
            found.push(told);
        }
    }
    found
}

fn sums(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = t01_path::check(look);
    found.extend(t23_sums::check(look));
    found
}

/// Where the procedure's own limits stand, and where those that the variant has instead.
fn places(look: &Look<'_>, id: &VariantId, variant: &Variant) -> Vec<(Span, Span)> {
    let of = |route: Route| look.source.span(&route.key("within"));
    let there = || Route::of(["variants", id.as_str()]);
    let mut places = Vec::new();
    if variant.case.is_some() {
        places.push((of(Route::of(["case"])), of(there().key("case"))));
    }
    let steps = variant.steps.keys();
    places.extend(steps.map(|step| (of(look.route(step)), of(there().key("steps").key(step.as_str())))));
    let groups = variant.groups.keys();
    let group = |id: &str| Route::of(["groups", id]);
    places.extend(groups.map(|id| (of(group(id.as_str())), of(there().key("groups").key(id.as_str())))));
    places
}
