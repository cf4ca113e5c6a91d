//! D11: a second request for supplements on one way. Decree 118/2025, Article 11, allows one.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Means, Target};
use crate::ids::{StepId, Verb};

/// One step that may ask more than once, or two steps on one way that both may ask.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let asks: Vec<(&StepId, &Verb, u32)> = look
        .actions()
        .filter(|(_, verb, way)| verb.as_str() == "request_supplement" && way.means == Means::Wait)
        .filter(|(_, _, way)| matches!(way.to, Target::Step(_)))
        .map(|(step, verb, way)| (&step.id, verb, way.at_most.unwrap_or(u32::MAX)))
        .collect();
    let many = asks.iter().find(|(_, _, most)| *most > 1);
    if let Some((step, verb, _)) = many {
        return vec![told(look, step, verb).help("viết `at_most: 1`", "write `at_most: 1`")];
    }
    let one_way = |from: &StepId, to: &StepId| look.graph.coreachable([to]).contains(from);
    for (at, (first, ..)) in asks.iter().enumerate() {
        let second = asks[at + 1..].iter().find(|(other, ..)| one_way(first, other) || one_way(other, first));
        if let Some((second, verb, _)) = second {
            let place = look.source.key_span(&look.action_route(first, verb));
            return vec![
                told(look, second, verb)
                    .related(place, "ở đây đã có thể yêu cầu một lần", "it may have been asked for here already")
                    .help("chỉ để một bước được yêu cầu bổ sung", "let one step only ask for supplements"),
            ];
        }
    }
    Vec::new()
}

fn told(look: &Look<'_>, step: &StepId, verb: &Verb) -> Diagnostic {
    Diagnostic::error(
        "D11",
        look.source.key_span(&look.action_route(step, verb)),
        "người nộp có thể bị yêu cầu bổ sung lần thứ hai",
        "the applicant may be asked for supplements a second time",
    )
    .warning()
    .note(
        "NĐ 118/2025/NĐ-CP, Điều 11: chỉ được yêu cầu bổ sung một lần",
        "Decree 118/2025/NĐ-CP, Article 11: once only",
    )
}
