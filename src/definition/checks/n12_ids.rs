//! N12: ids that are hard to type; N15: an own verb that is nearly a standard one.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::{Key, Node, Route};
use crate::definition::verbs::{STANDARD, standard};
use crate::fold::nearest;

/// Ids of fields, papers, people, groups and steps, and the verbs of actions.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let sections = ["fields", "documents", "people", "groups", "steps"];
    let keys = sections.iter().filter_map(|section| look.source.node(&Route::of([section])));
    let mut found: Vec<Diagnostic> =
        keys.flat_map(Node::entries).map(|(key, _)| key).filter(|key| !is_plain(&key.text)).map(style).collect();
    for (step, verb, _) in look.actions() {
        if standard(verb).is_some() {
            continue;
        }
        if let Some(near) = nearest(verb.as_str(), STANDARD.iter().map(|standard| standard.word)) {
            let span = look.source.key_span(&look.action_route(&step.id, verb));
            found.push(
                Diagnostic::error(
                    "N15",
                    span,
                    format!("`{verb}` gần giống hành động chuẩn `{near}`"),
                    format!("`{verb}` is nearly the standard verb `{near}`"),
                )
                .warning()
                .help(
                    format!("viết `{near}` nếu là một; không thì đặt tên khác hẳn"),
                    format!("write `{near}` if it is the same; else choose a name that differs more"),
                ),
            );
        }
    }
    found
}

fn is_plain(id: &str) -> bool {
    // What cannot be an id at all is told as it is read.
    let readable = crate::definition::reader::is_id(id);
    let plain = id.len() <= 40 && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    plain || !readable
}

fn style(key: &Key) -> Diagnostic {
    let better: String =
        key.text.to_lowercase().chars().map(|c| if matches!(c, '-' | '.') { '_' } else { c }).take(40).collect();
    Diagnostic::error(
        "N12",
        key.span,
        format!("mã `{}` khó đọc, khó gõ", key.text),
        format!("the id `{}` is hard to read and to type", key.text),
    )
    .warning()
    .help(
        format!("chữ thường, chữ số, `_`, không quá 40 ký tự: `{better}`"),
        format!("lower case, digits, `_`, at most 40: `{better}`"),
    )
}
