//! X02: two units own the same task: the same document on the same basis, under nearly the same label.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::checks::across::File;
use crate::definition::checks::across::alike::{Bare, bare};
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::procedure::{Procedure, Step, StepKind};
use crate::definition::source::{Route, Source, Span};
use crate::ids::{DocumentId, LegalId};

/// From this likeness on, of 100, two labels name one task.
const ALIKE: usize = 85;

/// Steps of procedures of different owners that make the same document by the same law.
pub fn check(files: &[File<'_>]) -> Vec<(usize, Diagnostic)> {
    let mut tasks: BTreeMap<(String, String), Vec<(usize, &Step, Bare)>> = BTreeMap::new();
    let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut found = Vec::new();
    for (n, (procedure, source)) in files.iter().enumerate() {
        let names = Names::of(procedure);
        for step in procedure.steps.values() {
            for key in keys(procedure, step, &names) {
                let own = Bare::of(&step.title.vi);
                let known = tasks.entry(key.clone()).or_default();
                let same = known
                    .iter()
                    .find(|(other, _, label)| files[*other].0.owner != procedure.owner && label.alike(&own, ALIKE));
                if let Some((other, task, _)) = same
                    && told.insert((*other, n))
                {
                    let (there, place) = files[*other];
                    let mut titles = procedure.documents.values().map(|document| &document.title.vi);
                    let document = titles.find(|title| bare(title) == key.0).unwrap_or(&key.0);
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
                // Whoever is like this one is like the first of the same owner and label, and is told of that.
                let said = |(other, _, label): &(usize, &Step, Bare)| {
                    label.text == own.text && files[*other].0.owner == procedure.owner
                };
                if !known.iter().any(said) {
                    known.push((n, step, own));
                }
            }
        }
    }
    found
}

fn span(source: &Source, step: &Step) -> Span {
    source.key_span(&Route::of(["steps", step.id.as_str()]))
}

/// The bare labels of a file's papers and laws. Forms that every procedure has are no task, nor is what a name of two
/// syllables says (`Tờ trình`).
struct Names<'a> {
    papers: BTreeMap<&'a DocumentId, String>,
    laws: BTreeMap<&'a LegalId, String>,
}

impl Names<'_> {
    fn of(procedure: &Procedure) -> Names<'_> {
        let papers = procedure.documents.iter().filter(|(_, paper)| paper.form.is_none());
        let papers = papers.map(|(id, paper)| (id, bare(&paper.title.vi)));
        let laws = procedure.legal.iter().map(|(id, law)| (id, bare(&law.vi)));
        Names { papers: papers.filter(|(_, label)| label.split(' ').count() > 2).collect(), laws: laws.collect() }
    }
}

/// The documents a step makes with what they rest on.
fn keys(procedure: &Procedure, step: &Step, names: &Names<'_>) -> BTreeSet<(String, String)> {
    let StepKind::Staff(staff) = &step.kind else { return BTreeSet::new() };
    let basis =
        |legal: Option<&LegalId>| names.laws.get(legal.or(staff.legal.as_ref()).or(procedure.case.legal.as_ref())?);
    let key = |document: &DocumentId, legal: Option<&LegalId>| {
        Some((names.papers.get(document)?.clone(), basis(legal)?.clone()))
    };
    let of_step = staff.makes.iter().filter_map(|document| key(document, None));
    let of_acts = staff
        .actions
        .values()
        .flat_map(|act| act.makes.iter().filter_map(|document| key(document, act.legal.as_ref())));
    of_step.chain(of_acts).collect()
}
