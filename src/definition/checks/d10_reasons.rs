//! D10: a refusal that the applicant gets no document about.

use std::collections::BTreeMap;

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::filled::{Way, papers_of, ways};
use crate::definition::procedure::{Outcome, Party, StepKind};
use crate::ids::{DocumentId, StepId};

/// Ends that refuse, reached on a way on which nothing to give to the applicant is made.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() {
        return Vec::new();
    }
    let procedure = look.procedure;
    let gives_reasons = |way: &Way<'_>| {
        let reasons = |id: &DocumentId| match procedure.documents.get(id) {
            Some(paper) => paper.from != Party::Applicant && (paper.result || paper.signed || paper.form.is_some()),
            // The official forms 01 to 07 need no declaration: 02 and 03 say why.
            None => matches!(id.as_str(), "mau-02" | "mau-03"),
        };
        papers_of(procedure, way).iter().any(reasons)
    };
    let silent: Vec<Way<'_>> = ways(procedure).into_iter().filter(|way| !gives_reasons(way)).collect();
    let mut came: BTreeMap<&StepId, Option<&StepId>> = procedure.start.iter().map(|c| (&c.then, None)).collect();
    let mut stack: Vec<&StepId> = came.keys().copied().collect();
    while let Some(here) = stack.pop() {
        for way in silent.iter().filter(|way| way.from == here) {
            if !came.contains_key(way.to) {
                came.insert(way.to, Some(here));
                stack.push(way.to);
            }
        }
    }
    let refuses = |kind: &StepKind| matches!(kind, StepKind::End(end) if end.outcome == Outcome::Refused);
    look.sound_steps()
        .filter(|step| refuses(&step.kind) && came.contains_key(&step.id))
        .map(|step| {
            let before = came.get(&step.id).copied().flatten().unwrap_or(&step.id);
            Diagnostic::error(
                "D10",
                look.source.key_span(&look.route(&step.id)),
                format!("từ chối ở `{}` mà người nộp không nhận được văn bản nêu lý do", step.id),
                format!("`{}` refuses, and the applicant gets no document that says why", step.id),
            )
            .related(look.source.key_span(&look.route(before)), "đi từ bước này", "coming from this step")
            .help(
                "thêm `makes: [mau-03]` (thông báo từ chối) hoặc một văn bản `result: true` vào hành động từ chối",
                "add `makes: [mau-03]` (notice of refusal) or a document with `result: true` to the action that refuses",
            )
        })
        .collect()
}
