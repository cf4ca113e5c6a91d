//! T28: what a wait does by itself when it runs out must want nothing: there is nobody to give it.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Late, Reason, StepKind, Transition};

/// Waits whose `late: { do: … }` names an action that wants a condition, data, papers, a reason, or has a count.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.sound_steps() {
        let StepKind::Wait(wait) = &step.kind else { continue };
        let Some(Late::Do(verb)) = &wait.late else { continue };
        let Some((key, vi, en)) = wait.actions.get(verb).and_then(wanted) else { continue };
        let route = look.route(&step.id);
        found.push(
            Diagnostic::error(
                "T28",
                look.source.span(&route.clone().key("late").key("do")),
                format!("hết hạn chờ thì hệ thống tự làm `{verb}`, mà hành động này còn đòi {vi}"),
                format!("when the wait runs out `{verb}` is done by itself, and that action wants {en}"),
            )
            .related(
                look.source.key_span(&look.action_route(&step.id, verb).key(key)),
                "không ai đáp ứng được",
                "nobody can give it",
            )
            .help(
                format!("viết `late: {{ to: … }}`, hoặc bỏ `{key}` ở `{verb}`"),
                format!("write `late: {{ to: … }}`, or leave out `{key}` of `{verb}`"),
            ),
        );
    }
    found
}

/// The first thing that an action wants of whoever takes it: its key, and that in words.
fn wanted(way: &Transition) -> Option<(&'static str, &'static str, &'static str)> {
    if way.when.is_some() {
        return Some(("when", "một điều kiện", "a condition"));
    }
    if !way.needs.fields.is_empty() || !way.needs.documents.is_empty() {
        return Some(("needs", "thông tin hoặc giấy tờ", "data or papers"));
    }
    if way.reason == Reason::Required {
        return Some(("reason", "lý do", "a reason"));
    }
    way.at_most.is_some().then_some(("at_most", "đếm số lần", "to be counted"))
}
