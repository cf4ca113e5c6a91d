//! The checks of limits (T01, T03, T23, T24, T25) for the procedure itself and once more under each variant, with its
//! limits in place and only the paths that its cases can take.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::definition::checks::paths::compare;
use crate::definition::checks::sums::{Sum, sums as sums_of};
use crate::definition::checks::{Look, t01_path, t03_law, t17_padding, t23_sums, t24_enclosing};
use crate::definition::diagnostic::{Diagnostic, Text};
use crate::definition::graph::Graph;
use crate::definition::procedure::{Applies, Procedure, Variant};
use crate::definition::source::{Route, Span};
use crate::definition::together::Ask;
use crate::ids::VariantId;

/// What the sums are for cases of no variant, and what is wrong under a variant and not without it.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() {
        return Vec::new();
    }
    let (known, under) = kinds(look.procedure);
    let mut found = sums(look, look.procedure, &known);
    let own: Vec<Text> = found.iter().map(|told| told.message.clone()).collect();
    for (id, variant, known) in under {
        let places = places(look, id, variant);
        let told = sums(look, &look.procedure.under(variant), &known);
        for mut told in told.into_iter().filter(|told| !own.contains(&told.message)) {
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

/// What is known of the cases of no variant, and of those of each: a case that fits a variant's condition is never one of
/// those after it, nor one of none.
fn kinds(procedure: &Procedure) -> (Vec<Ask>, Vec<(&VariantId, &Variant, Vec<Ask>)>) {
    let mut known: Vec<Ask> = Vec::new();
    let mut under = Vec::new();
    for (id, variant) in &procedure.variants {
        let mut here = known.clone();
        if let Applies::When(guard) = &variant.applies {
            here.push((guard.clone(), true));
            known.push((guard.clone(), false));
        }
        under.push((id, variant, here));
    }
    (known, under)
}

/// The longest paths of the cases of one variant, or of none, with the limits that they have.
pub struct Told<'a> {
    pub variant: Option<(&'a VariantId, &'a Variant)>,
    pub under: Cow<'a, Procedure>,
    pub sums: Vec<Sum>,
}

/// What the limits add up to for the cases of no variant and for those of each, along the paths that they can take.
pub fn told(procedure: &Procedure) -> Vec<Told<'_>> {
    let of = |procedure: &Procedure, known: Vec<Ask>| {
        sums_of(procedure, &Graph::of(procedure).assuming(procedure, known)).unwrap_or_default()
    };
    let (known, under) = kinds(procedure);
    let mut told = vec![Told { variant: None, under: Cow::Borrowed(procedure), sums: of(procedure, known) }];
    for (id, variant, known) in under {
        let own = procedure.under(variant);
        let sums = of(&own, known);
        told.push(Told { variant: Some((id, variant)), under: Cow::Owned(own), sums });
    }
    told
}

/// The longest of all.
pub fn longest<'t, 'a>(told: &'t [Told<'a>]) -> Option<(&'t Told<'a>, &'t Sum)> {
    let mut best: Option<(&Told<'a>, &Sum)> = None;
    for (told, sum) in told.iter().flat_map(|told| told.sums.iter().map(move |sum| (told, sum))) {
        let Some(total) = &sum.total else { continue };
        let least = best.and_then(|(_, best)| best.total.as_ref());
        if least.is_none_or(|least| compare(total, least) == Some(Ordering::Greater)) {
            best = Some((told, sum));
        }
    }
    best
}

fn sums(look: &Look<'_>, procedure: &Procedure, known: &[Ask]) -> Vec<Diagnostic> {
    let graph = Graph::of(procedure).assuming(procedure, known.to_vec());
    let look = Look::on(procedure, graph, look.broken, look.source);
    let mut found = t01_path::check(&look);
    found.extend(t03_law::check(&look));
    found.extend(t17_padding::unlike(&look));
    found.extend(t23_sums::check(&look));
    found.extend(t24_enclosing::check(&look));
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
