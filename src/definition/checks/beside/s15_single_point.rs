//! S15: every case passes one person whom nobody can replace; T18: so does the longest path.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::definition::checks::beside::Beside;
use crate::definition::checks::beside::r04_no_substitute::alone;
use crate::definition::checks::paths::compare;
use crate::definition::checks::sums::sums;
use crate::definition::diagnostic::{Diagnostic, Level};
use crate::definition::procedure::Outcome;
use crate::ids::{PersonId, StepId};

/// Steps that wait for one person alone: on every path (S15), or on the longest one (T18).
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let lonely: Vec<(&StepId, PersonId)> = look
        .staffed()
        .filter_map(|step| {
            let entries = look.seats.entries(&step.id);
            let [only] = &entries[..] else { return None };
            Some((&step.id, alone(look, &only.then)?))
        })
        .collect();
    if lonely.is_empty() {
        return Vec::new();
    }
    let everywhere = on_every_path(look);
    let longest = longest_path(look);
    let mut found = Vec::new();
    let mut told: BTreeSet<PersonId> = BTreeSet::new();
    for (step, person) in lonely {
        let name = look.seats.name(&person);
        let span = look.source.key_span(&look.route(step));
        if everywhere.contains(step) {
            // One message a person: the first step at which all cases meet him.
            if told.insert(person) {
                let diagnostic = Diagnostic::error(
                    "S15",
                    span,
                    format!("mọi hồ sơ đều qua một người: {name}"),
                    format!("every case passes one person: {name}"),
                )
                .help("nêu người thay để hồ sơ không dừng lại", "name a substitute, so that cases do not stop");
                found.push(Diagnostic { level: Level::Note, ..diagnostic });
            }
        } else if longest.contains(step) && told.insert(person) {
            found.push(
                Diagnostic::error(
                    "T18",
                    span,
                    format!("bước `{step}` nằm trên đường dài nhất và chỉ {name} làm được"),
                    format!("step `{step}` is on the longest path and only {name} can do it"),
                )
                .warning()
                .help("nêu người thay; vắng một ngày là trễ một ngày", "name a substitute; a day away is a day late"),
            );
        }
    }
    found
}

/// Steps that no straight path to success goes round.
fn on_every_path(look: &Beside<'_>) -> BTreeSet<StepId> {
    let mut common: Option<BTreeSet<StepId>> = None;
    let walked = look.graph().straight_paths(look.procedure, Outcome::Done, &mut |_, path| match &mut common {
        Some(common) => common.retain(|step| path.iter().any(|stop| stop.step == step)),
        None => common = Some(path.iter().map(|stop| stop.step.clone()).collect()),
    });
    walked.and(common).unwrap_or_default()
}

fn longest_path(look: &Beside<'_>) -> BTreeSet<StepId> {
    let sums = sums(look.procedure, look.graph()).unwrap_or_default();
    let known = sums.into_iter().filter_map(|sum| Some((sum.total?, sum.steps)));
    let longest = known.reduce(|a, b| match compare(&b.0, &a.0) {
        Some(Ordering::Greater) => b,
        _ => a,
    });
    longest.map(|(_, steps)| steps.into_iter().collect()).unwrap_or_default()
}
