//! R16: a body that is asked, and in which nobody is named to answer.

use crate::definition::checks::beside::Beside;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Bodies, StepKind, Units};

/// Units asked in parallel in which the block's rule leads to nobody.
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.procedure.steps.values() {
        let StepKind::Parallel(block) = &step.kind else { continue };
        let Bodies::ForEach { units: Units::Named(units), .. } = &block.bodies else { continue };
        for (n, unit) in units.iter().enumerate() {
            let entries = look.seats.entries(&step.id);
            let anybody = |people| !look.seats.candidates(people, Some(unit)).is_empty();
            if entries.is_empty() || entries.iter().any(|choice| anybody(&choice.then)) {
                continue;
            }
            let name = look.directory.unit_name(unit);
            found.push(
                Diagnostic::error(
                    "R16",
                    look.source.span(&look.route(&step.id).key("for_each").index(n)),
                    format!("hỏi {name} nhưng ở đó không có ai để trả lời"),
                    format!("{name} is asked, and nobody is there to answer"),
                )
                .warning()
                .help(
                    "nêu người đứng đầu hoặc đầu mối của đơn vị trong sơ đồ tổ chức",
                    "name the unit's head or contact in the directory",
                ),
            );
        }
    }
    found
}
