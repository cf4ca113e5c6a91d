//! V10: a step that probably only got another name, and the file does not say so.

use crate::definition::checks::against::Against;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::diff::renames;
use crate::definition::source::Route;
use crate::ids::StepId;

/// Steps paired by likeness and not by `migrate`.
pub fn check(look: &Against<'_>) -> Vec<Diagnostic> {
    let declared = look.new.changes.get(&look.new.version).map(|change| &change.running);
    let said = |from: &StepId, to: &StepId| declared.is_some_and(|running| running.said(from) == Some(to));
    renames(look.old, look.new)
        .iter()
        .filter(|(from, to)| !said(from, to))
        .map(|(from, to)| {
            let version = look.new.version;
            Diagnostic::error(
                "V10",
                look.source.key_span(&Route::of(["steps", to.as_str()])),
                format!("bước `{to}` có lẽ là bước `{from}` của bản trước đổi tên"),
                format!("step `{to}` is probably step `{from}` of the version before under another name"),
            )
            .warning()
            .help(
                format!("nếu đúng, ghi `running: {{ migrate: {{ {from}: {to} }} }}` vào `changes: {version}`"),
                format!("if so, write `running: {{ migrate: {{ {from}: {to} }} }}` into `changes: {version}`"),
            )
        })
        .collect()
}
