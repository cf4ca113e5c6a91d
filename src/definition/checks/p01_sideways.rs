//! P01: a branch leaves or enters its block sideways; P10: a block inside a branch of another.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::graph::Via;
use crate::definition::procedure::{Step, StepKind, Target};
use crate::ids::StepId;

/// Edges that cross the border of a block other than through its front and its end.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.sound_steps() {
        for (to, edge) in look.graph.out_of(&step.id) {
            let Some(target) = look.procedure.step(to) else { continue };
            let crosses = match edge.via {
                Via::Join => false,
                Via::Into => target.inside.as_ref().is_none_or(|(block, _)| *block != step.id),
                Via::Action(_) | Via::Late | Via::Rule | Via::Ended(_) => target.inside != step.inside,
            };
            if !crosses {
                continue;
            }
            let route = match &edge.via {
                Via::Action(verb) => look.way(&step.id, verb).key("to"),
                Via::Late => look.route(&step.id).key("late").key("to"),
                Via::Ended(_) => look.route(&step.id).key("use").key("to"),
                _ => look.route(&step.id),
            };
            let leaving = step.inside.as_ref();
            let block = leaving.or(target.inside.as_ref()).map(|(block, _)| block);
            let (vi, en) = match leaving {
                Some((_, key)) => (
                    format!("nhánh `{key}` nhảy ra ngoài khối song song"),
                    format!("branch `{key}` leaves the parallel block sideways"),
                ),
                None => (
                    format!("`{}` nhảy vào giữa một khối song song", step.id),
                    format!("`{}` jumps into the middle of a parallel block", step.id),
                ),
            };
            let mut diagnostic = Diagnostic::error("P01", look.source.span(&route), vi, en)
                .label(
                    if leaving.is_some() { "bước này ở ngoài khối" } else { "bước này ở trong khối" },
                    if leaving.is_some() { "this step is outside the block" } else { "this step is inside the block" },
                )
                .help(
                    "để nhánh kết thúc bằng `to: join`, rồi quyết định sau khối bằng một bước `decision`",
                    "let the branch end by `to: join`, and decide after the block in a `decision` step",
                );
            if let Some(block) = block {
                diagnostic = diagnostic.related(
                    look.source.key_span(&look.route(block)),
                    "khối song song bắt đầu ở đây",
                    "the parallel block begins here",
                );
            }
            found.push(diagnostic);
        }
        if let (Some((block, _)), StepKind::Parallel(_)) = (&step.inside, &step.kind) {
            found.push(nested(look, step, block));
        }
        if step.inside.is_some() && matches!(step.kind, StepKind::End(_)) {
            found.push(
                Diagnostic::error(
                    "P01",
                    look.source.key_span(&look.route(&step.id)),
                    format!("bước `{}` trong nhánh không thể là `{}`", step.id, step.kind_word()),
                    format!("step `{}` inside a branch cannot be `{}`", step.id, step.kind_word()),
                )
                .help(
                    "nhánh kết thúc bằng `to: join`; hồ sơ kết thúc sau khối",
                    "a branch ends by `to: join`; the case ends after the block",
                ),
            );
        }
        if step.inside.is_none() && joins(step) {
            found.push(
                Diagnostic::error(
                    "P01",
                    look.source.key_span(&look.route(&step.id)),
                    format!("bước `{}` có `to: join` nhưng không nằm trong khối song song nào", step.id),
                    format!("step `{}` says `to: join` and is in no parallel block", step.id),
                )
                .help("chỉ rõ bước đến", "name the step to go to"),
            );
        }
    }
    found
}

fn nested(look: &Look<'_>, step: &Step, block: &StepId) -> Diagnostic {
    Diagnostic::error(
        "P10",
        look.source.key_span(&look.route(&step.id)),
        format!("khối song song `{}` nằm trong một nhánh của khối `{block}`", step.id),
        format!("the parallel block `{}` lies in a branch of the block `{block}`", step.id),
    )
    .label("khối trong khối", "a block in a block")
    .related(look.source.key_span(&look.route(block)), "khối ở ngoài", "the block around it")
    .help(
        "đưa khối trong ra sau khối ngoài, hoặc thêm các nhánh của nó vào khối ngoài",
        "put the inner block after the outer one, or add its branches to the outer one",
    )
}

/// Whether a way out of the step is `to: join`.
fn joins(step: &Step) -> bool {
    let called = match &step.kind {
        StepKind::Call(call) => call.uses.to.targets().contains(&&Target::Join),
        _ => false,
    };
    called || step.actions().into_iter().flatten().any(|(_, transition)| transition.to == Target::Join)
}
