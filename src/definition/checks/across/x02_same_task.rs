//! X02: two units own the same task: the same document on the same basis, under nearly the same label.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::checks::across::File;
use crate::definition::checks::across::alike::{alike, bare};
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::procedure::{Procedure, Step, StepKind};
use crate::definition::source::{Route, Source, Span};
use crate::ids::{DocumentId, LegalId};

/// From this likeness on, of 100, two labels name one task.
const ALIKE: usize = 85;

/// Steps of procedures of different owners that make the same document by the same law.
pub fn check(files: &[File<'_>]) -> Vec<(usize, Diagnostic)> {
    let mut tasks: BTreeMap<(String, String), Vec<(usize, &Step)>> = BTreeMap::new();
    let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut found = Vec::new();
    for (n, (procedure, source)) in files.iter().enumerate() {
        for step in procedure.steps.values() {
            for key in keys(procedure, step) {
                let known = tasks.entry(key.clone()).or_default();
                let same = known.iter().find(|(other, task)| {
                    files[*other].0.owner != procedure.owner && alike(&task.title.vi, &step.title.vi) >= ALIKE
                });
                if let Some((other, task)) = same
                    && told.insert((*other, n))
                {
                    let (there, place) = files[*other];
                    let titles = procedure.documents.values().map(|document| &document.title.vi);
                    let document = titles.into_iter().find(|title| bare(title) == key.0).unwrap_or(&key.0);
                    let diagnostic = Diagnostic::error(
                        "X02",
                        span(source, step),
                        format!("hai đơn vị cùng làm một việc: `{}` và `{}`", there.owner, procedure.owner),
                        format!("two units do the same task: `{}` and `{}`", there.owner, procedure.owner),
                    )
                    .warning()
                    .label(format!("ra {document}"), format!("makes {document}"))
                    .elsewhere(Elsewhere::at(place, span(place, task), "việc này ở đây", "the same here"))
                    .help(
                        "một bên chủ trì, bên kia chỉ cho ý kiến",
                        "let one of them lead and the other give its opinion",
                    );
                    found.push((n, diagnostic));
                }
                known.push((n, step));
            }
        }
    }
    found
}

fn span(source: &Source, step: &Step) -> Span {
    source.key_span(&Route::of(["steps", step.id.as_str()]))
}

/// The documents a step makes with what they rest on. Forms that every procedure has are no task, nor is what a name
/// of two syllables says (`Tờ trình`).
fn keys(procedure: &Procedure, step: &Step) -> BTreeSet<(String, String)> {
    let StepKind::Staff(staff) = &step.kind else { return BTreeSet::new() };
    let basis = |legal: Option<&LegalId>| {
        let legal = legal.or(staff.legal.as_ref()).or(procedure.case.legal.as_ref())?;
        procedure.legal.get(legal).map(|legal| bare(&legal.vi))
    };
    let own = |document: &DocumentId| {
        let document = procedure.documents.get(document)?;
        (document.form.is_none() && bare(&document.title.vi).split(' ').count() > 2).then_some(document)
    };
    let key = |document: &DocumentId, legal: Option<&LegalId>| Some((bare(&own(document)?.title.vi), basis(legal)?));
    let of_step = staff.makes.iter().filter_map(|document| key(document, None));
    let of_acts = staff
        .actions
        .values()
        .flat_map(|act| act.makes.iter().filter_map(|document| key(document, act.legal.as_ref())));
    of_step.chain(of_acts).collect()
}
