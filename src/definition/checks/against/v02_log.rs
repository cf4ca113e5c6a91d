//! V02: a new version without an entry in the history of changes.

use crate::definition::checks::against::Against;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::Route;

/// A version that `changes` does not tell of.
pub fn check(look: &Against<'_>) -> Vec<Diagnostic> {
    let version = look.new.version;
    if version <= look.old.version || look.new.changes.contains_key(&version) {
        return Vec::new();
    }
    vec![
        Diagnostic::error(
            "V02",
            look.source.span(&Route::of(["version"])),
            format!("bản {version} không có dòng nào trong `changes`"),
            format!("`changes` has no entry for version {version}"),
        )
        .help(
            format!("thêm `changes: {{ {version}: {{ date: …, vi: đổi những gì, running: finish_on_old }} }}`"),
            format!("add `changes: {{ {version}: {{ date: …, vi: what changed, running: finish_on_old }} }}`"),
        ),
    ]
}
