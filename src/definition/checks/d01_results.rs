//! D01: a success without its result; D03: a paper or datum asked of the applicant that no step uses.

use crate::definition::checks::Look;
use crate::definition::checks::g10_repeated::conditions;
use crate::definition::checks::n11_unused::wanted;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Outcome, Party, StepKind};
use crate::definition::source::Route;

/// Results and what is asked for.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() {
        return Vec::new();
    }
    results(look).into_iter().chain(asked(look)).collect()
}

fn results(look: &Look<'_>) -> Vec<Diagnostic> {
    let procedure = look.procedure;
    let made = look.made();
    let ends = |outcome: Option<Outcome>| {
        let of =
            move |kind: &StepKind| matches!(kind, StepKind::End(end) if outcome.is_none_or(|one| end.outcome == one));
        procedure.steps.values().filter(move |step| of(&step.kind)).filter_map(|step| made.get(&step.id))
    };
    let results: Vec<_> = procedure.documents.iter().filter(|(_, paper)| paper.result).map(|(id, _)| id).collect();
    let nowhere: Vec<_> = results.iter().filter(|id| !ends(None).any(|made| made.contains(**id))).collect();
    let mut found: Vec<Diagnostic> = nowhere
        .iter()
        .map(|id| {
            Diagnostic::error(
                "D01",
                look.source.key_span(&Route::of(["documents", id.as_str()])),
                format!("kết quả `{id}` không được làm ra ở bước nào"),
                format!("the result `{id}` is made by no step"),
            )
            .help(
                format!("thêm `makes: [{id}]` vào hành động ký, hoặc bỏ `result: true`"),
                format!("add `makes: [{id}]` to the action that signs it, or remove `result: true`"),
            )
        })
        .collect();
    let some_done = ends(Some(Outcome::Done)).next().is_some();
    let with_result = ends(Some(Outcome::Done)).any(|made| results.iter().any(|id| made.contains(*id)));
    if let (Some(first), true, false, true) = (results.first(), some_done, with_result, nowhere.len() < results.len()) {
        found.push(
            Diagnostic::error(
                "D01",
                look.source.key_span(&Route::of(["documents", first.as_str()])),
                "không đường nào tới kết thúc thành công làm ra một kết quả",
                "no way to a success makes any of the results",
            )
            .help("cho bước ký trên đường đó `makes` kết quả", "let the signing step on that way make the result"),
        );
    }
    found
}

fn asked(look: &Look<'_>) -> Vec<Diagnostic> {
    let (mut fields, papers) = wanted(look.procedure);
    fields.extend(conditions(look.procedure, look.broken).iter().flat_map(|(_, guard)| guard.fields()));
    let told = |section: &str, id: &str| {
        Diagnostic::error(
            "D03",
            look.source.key_span(&Route::of([section, id])),
            format!("đòi người nộp `{id}` mà không bước nào dùng đến"),
            format!("the applicant is asked for `{id}`, and no step uses it"),
        )
        .warning()
        .help(
            "bỏ khỏi thành phần hồ sơ, hoặc ghi bước nào cần (`needs`)",
            "ask no longer, or say which step needs it (`needs`)",
        )
    };
    let unread =
        look.procedure.documents.iter().filter(|(id, paper)| paper.from == Party::Applicant && !papers.contains(*id));
    let unused = look.procedure.fields.iter().filter(|(id, field)| field.required && !fields.contains(*id));
    unread
        .map(|(id, _)| told("documents", id.as_str()))
        .chain(unused.map(|(id, _)| told("fields", id.as_str())))
        .collect()
}
