//! X05: two procedures wait for each other: the called one cannot go on without a paper that the caller makes only after
//! the called one has ended.

use std::collections::BTreeSet;

use crate::definition::checks::across::calls::{Callee, Calls, Place};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::filled::{maybe_made, ways};
use crate::definition::procedure::{Party, Procedure, StepKind};
use crate::ids::{DocumentId, StepId};

/// Papers given along that cannot be there yet, and that the called procedure insists on.
pub fn check(calls: &Calls<'_>) -> Vec<(usize, Diagnostic)> {
    let pairs = calls.pairs().into_iter();
    pairs.flat_map(|(place, callee)| waiting(&place, &callee).into_iter().map(move |d| (place.file, d))).collect()
}

fn waiting(place: &Place<'_>, callee: &Callee<'_>) -> Vec<Diagnostic> {
    let there_by_then = there_by_then(place.procedure, place.step);
    let insisted = insisted(callee.procedure);
    let mut found = Vec::new();
    for (ours, theirs) in &place.call.uses.pass.documents {
        let from_outside = place.procedure.documents.get(ours).is_some_and(|paper| paper.from == Party::Applicant);
        if from_outside || there_by_then.contains(ours) {
            continue;
        }
        let Some(step) = insisted.iter().find(|(paper, _)| paper == theirs).map(|(_, step)| step) else { continue };
        let id = &callee.procedure.id;
        let diagnostic = Diagnostic::error(
            "X05",
            place.span(&["pass", ours.as_str()]),
            format!("bước `{}` chờ `{id}`, còn `{id}` chờ `{theirs}` từ đây", place.step),
            format!("step `{}` waits for `{id}`, and `{id}` waits for `{theirs}` from here", place.step),
        )
        .label("giấy này lúc đó chưa ai làm ra", "nobody has made this paper by then")
        .help(
            format!("làm ra `{ours}` trước bước `{}`, hoặc để `{id}` tự làm", place.step),
            format!("make `{ours}` before step `{}`, or let `{id}` make it", place.step),
        );
        let (vi, en) = ("bước này không đi tiếp được nếu thiếu", "this step does not go on without it");
        found.push(callee.shown(diagnostic, &["steps", step.as_str()], vi, en));
    }
    found
}

/// Papers that may be in a case when it comes to the step.
fn there_by_then(procedure: &Procedure, step: &StepId) -> BTreeSet<DocumentId> {
    let made = maybe_made(procedure);
    let mut papers = made.get(step).cloned().unwrap_or_default();
    // What a way wants to be there, and is left with, is there from then on.
    let before: Vec<&StepId> = made.keys().filter(|other| reaches(procedure, other, step)).collect();
    for way in ways(procedure).iter().filter(|way| before.contains(&way.from)) {
        papers.extend(way.transition.iter().flat_map(|way| way.needs.documents.iter().cloned()));
        if let Some(StepKind::Staff(staff)) = procedure.step(way.from).map(|step| &step.kind) {
            papers.extend(staff.needs.documents.iter().cloned());
        }
    }
    papers
}

fn reaches(procedure: &Procedure, from: &StepId, to: &StepId) -> bool {
    let ways = ways(procedure);
    let mut seen: BTreeSet<&StepId> = BTreeSet::from([from]);
    let mut stack = vec![from];
    while let Some(here) = stack.pop() {
        for way in ways.iter().filter(|way| way.from == here) {
            if way.to == to {
                return true;
            }
            if seen.insert(way.to) {
                stack.push(way.to);
            }
        }
    }
    false
}

/// Papers that a step wants before it goes on and that nothing in the procedure makes, each with that step.
fn insisted(procedure: &Procedure) -> Vec<(DocumentId, StepId)> {
    let made: BTreeSet<&DocumentId> = procedure
        .steps
        .values()
        .flat_map(|step| {
            let own: Vec<&DocumentId> = match &step.kind {
                StepKind::Staff(staff) => staff.makes.iter().collect(),
                StepKind::Call(call) => call.uses.take.documents.keys().collect(),
                _ => Vec::new(),
            };
            own.into_iter().chain(step.actions().into_iter().flatten().flat_map(|(_, way)| &way.makes))
        })
        .collect();
    let outside =
        |paper: &DocumentId| procedure.documents.get(paper).is_some_and(|paper| paper.from == Party::Applicant);
    // Without these no case goes on from where it begins.
    let first = procedure.start.first().map(|choice| &choice.then);
    let required = procedure.documents.iter().filter(|(_, paper)| paper.required && paper.from == Party::Applicant);
    let mut insisted: Vec<(DocumentId, StepId)> =
        required.filter_map(|(id, _)| Some((id.clone(), first?.clone()))).collect();
    for step in procedure.steps.values() {
        if let StepKind::Staff(staff) = &step.kind {
            let wanted = staff.needs.documents.iter().filter(|paper| !made.contains(paper) && !outside(paper));
            insisted.extend(wanted.map(|paper| (paper.clone(), step.id.clone())));
        }
    }
    insisted
}
