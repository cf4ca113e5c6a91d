//! S08: two desks that may pass a case to and fro many times.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Means, Target};

/// Returns between two steps from this count on are told.
const MANY: u32 = 4;

/// A returns to B, B sends it on to A, and the count allows it again and again.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (step, verb, way) in look.actions() {
        let (Target::Step(to), Means::Back, Some(most)) = (&way.to, way.means, way.at_most) else { continue };
        let and_fro = look.graph.out_of(to).any(|(next, edge)| *next == step.id && !edge.back);
        if most < MANY || !and_fro {
            continue;
        }
        found.push(
            Diagnostic::error(
                "S08",
                look.source.span(&look.action_route(&step.id, verb).key("at_most")),
                format!("`{}` và `{to}` có thể chuyền nhau {most} lần", step.id),
                format!("`{}` and `{to}` can pass this to and fro {most} times", step.id),
            )
            .warning()
            .help(
                "sau lần thứ hai nên để cấp trên quyết định: `at_most: 2`",
                "after the second time let the superior decide: `at_most: 2`",
            ),
        );
    }
    found
}
