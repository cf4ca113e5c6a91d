//! X04: a step waits for something of the called procedure that nothing there ever makes or asks for.

use std::collections::BTreeSet;

use crate::definition::checks::across::calls::{Callee, Calls, Place};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::filled::{fields_of, papers_of, ways};
use crate::definition::procedure::{Bodies, Procedure, StepKind};
use crate::ids::{DocumentId, FieldId};

/// What is taken back, against what the called procedure brings about.
pub fn check(calls: &Calls<'_>) -> Vec<(usize, Diagnostic)> {
    let pairs = calls.pairs().into_iter();
    pairs.flat_map(|(place, callee)| never(&place, &callee).into_iter().map(move |d| (place.file, d))).collect()
}

fn never(place: &Place<'_>, callee: &Callee<'_>) -> Vec<Diagnostic> {
    let (theirs, uses) = (callee.procedure, &place.call.uses);
    let (fields, papers) = (asked(theirs), made(theirs));
    // What was given along comes back, whether or not anybody touches it.
    let given = |name: &FieldId| uses.pass.fields.values().any(|there| there == name);
    let brought = |name: &DocumentId| uses.pass.documents.values().any(|there| there == name);
    let mut found = Vec::new();
    for (ours, there) in &uses.take.documents {
        if theirs.documents.contains_key(there) && !papers.contains(there) && !brought(there) {
            found.push(told(place, callee, (ours.as_str(), there.as_str()), "documents", ("làm ra", "makes")));
        }
    }
    for (ours, there) in &uses.take.fields {
        if theirs.fields.contains_key(there) && !fields.contains(there) && !given(there) {
            found.push(told(place, callee, (ours.as_str(), there.as_str()), "fields", ("hỏi tới", "asks for")));
        }
    }
    found
}

fn told(
    place: &Place<'_>,
    callee: &Callee<'_>,
    (ours, there): (&str, &str),
    list: &str,
    (vi, en): (&str, &str),
) -> Diagnostic {
    let id = &callee.procedure.id;
    let found = Diagnostic::error(
        "X04",
        place.span(&["take", ours]),
        format!("bước `{}` chờ `{there}` của `{id}`, nhưng không bước nào ở đó {vi}", place.step),
        format!("step `{}` waits for `{there}` of `{id}`, and no step there {en} it", place.step),
    )
    .help(
        format!("thêm `{there}` vào một bước của `{id}`, hoặc bỏ dòng này"),
        format!("let a step of `{id}` bring `{there}` about, or leave this line out"),
    );
    callee.shown(found, &[list, there], "khai báo ở đây, không ai dùng", "declared here, and nobody's")
}

/// Fields that the procedure asks somebody for on some way.
pub fn asked(procedure: &Procedure) -> BTreeSet<FieldId> {
    let mut fields: BTreeSet<FieldId> = ways(procedure).iter().flat_map(|way| fields_of(procedure, way)).collect();
    fields.extend(procedure.fields.iter().filter(|(_, field)| field.required).map(|(id, _)| id.clone()));
    for step in procedure.steps.values() {
        if let StepKind::Parallel(block) = &step.kind
            && let Bodies::ForEach { needs, silence, .. } = &block.bodies
        {
            fields.extend(needs.fields.iter().cloned());
            fields.extend(silence.iter().flat_map(|silence| silence.set.keys().cloned()));
        }
    }
    fields
}

/// Papers that are made or brought on some way.
pub fn made(procedure: &Procedure) -> BTreeSet<DocumentId> {
    let mut papers: BTreeSet<DocumentId> = ways(procedure).iter().flat_map(|way| papers_of(procedure, way)).collect();
    papers.extend(procedure.documents.iter().filter(|(_, paper)| paper.required).map(|(id, _)| id.clone()));
    for step in procedure.steps.values() {
        if let StepKind::Parallel(block) = &step.kind
            && let Bodies::ForEach { needs, makes, .. } = &block.bodies
        {
            papers.extend(needs.documents.iter().chain(makes).cloned());
        }
    }
    papers
}
