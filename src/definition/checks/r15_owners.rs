//! R15: two units in charge of one thing.

use std::collections::BTreeMap;

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::Route;
use crate::ids::{GroupId, StepId, UnitId};

/// Several owners of the file, and steps that two units' groups both count as theirs.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let owner = look.source.node(&Route::of(["owner"])).and_then(|node| node.text()).unwrap_or_default();
    if owner.contains([',', ';', '+', '&']) || owner.contains(" và ") {
        found.push(
            Diagnostic::error(
                "R15",
                look.source.span(&Route::of(["owner"])),
                "hai đơn vị cùng chủ trì một quy trình",
                "two units are in charge of one procedure",
            )
            .label("đúng một đơn vị chủ trì", "exactly one is in charge")
            .help("giữ một đơn vị; các đơn vị khác là nơi được lấy ý kiến", "keep one; the others are consulted"),
        );
    }
    let mut claimed: BTreeMap<&StepId, (&GroupId, &UnitId)> = BTreeMap::new();
    for (id, group) in &look.procedure.groups {
        let Some(unit) = &group.unit else { continue };
        for step in &group.steps {
            let (first, other) = *claimed.entry(step).or_insert((id, unit));
            if other == unit {
                continue;
            }
            found.push(
                Diagnostic::error(
                    "R15",
                    look.source.key_span(&Route::of(["groups", id.as_str(), "steps"])),
                    format!("bước `{step}` tính cho cả `{other}` và `{unit}`: ai chủ trì?"),
                    format!("step `{step}` counts for both `{other}` and `{unit}`: who is in charge?"),
                )
                .related(
                    look.source.key_span(&Route::of(["groups", first.as_str(), "steps"])),
                    "nhóm này cũng có bước đó",
                    "this group has the step too",
                )
                .help("để bước trong nhóm của đơn vị chủ trì", "leave the step in the group of the unit in charge"),
            );
        }
    }
    found
}
