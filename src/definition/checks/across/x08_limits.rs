//! X08: the same step of the same post with different limits in different procedures.

use std::collections::BTreeMap;

use crate::definition::checks::across::File;
use crate::definition::checks::across::alike::bare;
use crate::definition::checks::paths::FULL_DAY_MINUTES;
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::procedure::{By, Limit, Procedure, Step, StepKind};
use crate::definition::source::{Route, Source, Span};

/// Steps with one label, worked by one post, whose lengths differ.
pub fn check(files: &[File<'_>]) -> Vec<(usize, Diagnostic)> {
    let mut first: BTreeMap<String, (usize, &Step)> = BTreeMap::new();
    let mut found = Vec::new();
    for (n, (procedure, source)) in files.iter().enumerate() {
        for step in procedure.steps.values() {
            let Some((key, limit)) = key(procedure, step) else { continue };
            let Some((other, task)) = first.get(&key).copied() else {
                first.insert(key, (n, step));
                continue;
            };
            let (there, place) = files[other];
            let Some((_, before)) = self::key(there, task) else { continue };
            let differs = limit.compare(before, FULL_DAY_MINUTES).is_none_or(|order| order.is_ne());
            if there.id == procedure.id || !differs {
                continue;
            }
            let title = &step.title.vi;
            let diagnostic = Diagnostic::error(
                "X08",
                span(source, step),
                format!("\"{title}\" ở đây {}, ở `{}` {}", limit.vi(), there.id, before.vi()),
                format!("\"{title}\" takes {} here and {} in `{}`", limit.en(), before.en(), there.id),
            )
            .warning()
            .elsewhere(Elsewhere::at(place, span(place, task), "thời hạn kia", "the other limit"))
            .help("thống nhất một thời hạn, hoặc nêu lý do khác nhau", "agree on one limit, or say why they differ");
            found.push((n, diagnostic));
        }
    }
    found
}

fn span(source: &Source, step: &Step) -> Span {
    source.span(&Route::of(["steps", step.id.as_str(), "within"]))
}

/// The label and who works it, and for how long.
fn key<'a>(procedure: &Procedure, step: &'a Step) -> Option<(String, &'a crate::calendar::working_time::WorkingTime)> {
    let StepKind::Staff(staff) = &step.kind else { return None };
    let (By::People(people), Limit::Length(length)) = (&staff.by, &staff.within) else { return None };
    let who = &procedure.people.get(people)?.who;
    Some((format!("{} {who:?}", bare(&step.title.vi)), length))
}
