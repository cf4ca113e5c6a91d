//! S11: three approvals in a row that make nothing: everybody signs, nobody answers.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Means, Step, StepKind, Target};
use crate::ids::StepId;

/// So many in a row are told.
const ROW: usize = 3;

/// Chains of steps whose only way forward is an approval without a product.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut told: Vec<&StepId> = Vec::new();
    for step in look.sound_steps() {
        let mut chain: Vec<&Step> = Vec::new();
        let mut here = Some(step);
        while let Some((step, next)) = here.and_then(|step| Some((step, signs_on(step)?))) {
            if chain.iter().any(|before| before.id == step.id) {
                break;
            }
            chain.push(step);
            here = look.procedure.step(next);
        }
        if chain.len() < ROW || told.contains(&&step.id) {
            continue;
        }
        told.extend(chain.iter().map(|step| &step.id));
        let names = chain.iter().map(|step| step.id.as_str()).collect::<Vec<_>>().join(" → ");
        let count = chain.len();
        found.push(
            Diagnostic::error(
                "S11",
                look.source.key_span(&look.route(&step.id)),
                format!("{count} lần duyệt liền nhau không ra sản phẩm nào: {names}"),
                format!("{count} approvals in a row make nothing: {names}"),
            )
            .warning()
            .label("nhiều chữ ký thì không ai chịu trách nhiệm chính", "with many signatures nobody answers")
            .help(
                "bỏ bớt cấp duyệt, hoặc ghi ra sản phẩm (`makes`) của từng cấp",
                "leave out a level, or name what each level makes (`makes`)",
            ),
        );
    }
    found
}

/// Where an approval that makes nothing leads, if it is the step's only way forward.
fn signs_on(step: &Step) -> Option<&StepId> {
    let StepKind::Staff(staff) = &step.kind else { return None };
    let mut forward = staff.actions.iter().filter(|(_, way)| way.means == Means::Forward);
    let ((verb, way), None) = (forward.next()?, forward.next()) else { return None };
    let approves = matches!(verb.as_str(), "approve" | "sign");
    let makes = !way.makes.is_empty() || !staff.makes.is_empty() || !staff.needs.fields.is_empty();
    match &way.to {
        Target::Step(to) if approves && !makes => Some(to),
        _ => None,
    }
}
