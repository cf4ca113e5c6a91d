//! R22: approving, refusing and passing on to another are done by authority, and say by which.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::StepKind;
use crate::definition::six::BY_AUTHORITY;

/// `legal` stands on the action or on its step.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (step, verb, way) in look.actions() {
        let of_step = matches!(&step.kind, StepKind::Staff(staff) if staff.legal.is_some());
        if !BY_AUTHORITY.contains(&verb.as_str()) || way.legal.is_some() || of_step {
            continue;
        }
        let example = look.procedure.legal.keys().next().map_or("L1", |legal| legal.as_str());
        found.push(
            Diagnostic::error(
                "R22",
                look.source.key_span(&look.action_route(&step.id, verb)),
                format!("`{verb}` theo thẩm quyền nào? Chưa ghi căn cứ"),
                format!("by what authority does one `{verb}`? No legal basis is named"),
            )
            .help(format!("thêm `legal: {example}`"), format!("add `legal: {example}`")),
        );
    }
    found
}
