//! P02: a branch that cannot finish; P03: a block that waits for more branches than it has.

use std::collections::BTreeSet;

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Bodies, Join, Late, Step, StepKind, Target, Units, Wait};
use crate::ids::StepId;

/// Branches from whose start no `to: join` can be reached, and joins that can never be met.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.sound_steps() {
        let StepKind::Parallel(block) = &step.kind else { continue };
        let count = match &block.bodies {
            Bodies::Branches(branches) => {
                for (key, branch) in branches {
                    if look.whole() && !can_join(look, &branch.start) {
                        let span = look.source.key_span(&look.route(&step.id).key("branches").key(key.as_str()));
                        found.push(
                            Diagnostic::error(
                                "P02",
                                span,
                                format!("nhánh `{key}` không thể kết thúc: khối sẽ chờ mãi"),
                                format!("branch `{key}` cannot finish: the block waits for ever"),
                            )
                            .help(
                                "cho một hành động của nhánh `to: join`",
                                "let an action of the branch lead `to: join`",
                            ),
                        );
                    }
                }
                Some(branches.len())
            }
            Bodies::ForEach { units: Units::Named(units), .. } => Some(units.len()),
            Bodies::ForEach { units: Units::Field(_), .. } => None,
        };
        if let (Some(count), Join::AtLeast(wanted)) = (count, block.join)
            && wanted as usize > count
        {
            let span = look.source.span(&look.route(&step.id).key("join"));
            found.push(
                Diagnostic::error(
                    "P03",
                    span,
                    format!("khối `{}` chờ {wanted} trả lời nhưng chỉ hỏi {count}", step.id),
                    format!("block `{}` waits for {wanted} answers and asks {count}", step.id),
                )
                .help(
                    format!("viết `at_least: {count}` hoặc `join: all`"),
                    format!("write `at_least: {count}` or `join: all`"),
                ),
            );
        }
    }
    found
}

/// Whether the start of a branch leads to a `join` at all, or out of the block, which P01 tells; a circle inside it
/// without one is told by S03.
fn can_join(look: &Look<'_>, start: &StepId) -> bool {
    let mut seen: BTreeSet<&StepId> = BTreeSet::new();
    let mut stack = vec![start];
    let mut joins = false;
    let leaves = |from: &Step, to: &StepId| look.procedure.step(to).is_some_and(|to| to.inside != from.inside);
    while let Some(id) = stack.pop() {
        let Some(step) = look.procedure.step(id).filter(|step| seen.insert(&step.id)) else { continue };
        for transition in step.actions().into_iter().flatten().map(|(_, t)| t) {
            match &transition.to {
                Target::Join => joins = true,
                Target::Step(to) if leaves(step, to) => joins = true,
                Target::Step(to) => stack.push(to),
                Target::Origin => {}
            }
        }
        match &step.kind {
            StepKind::Call(call) => {
                for target in call.uses.to.targets() {
                    match target {
                        Target::Join => joins = true,
                        Target::Step(to) => stack.push(to),
                        Target::Origin => {}
                    }
                }
            }
            StepKind::Decision(rules) => stack.extend(rules.iter().map(|rule| &rule.then)),
            StepKind::Wait(Wait { late: Some(Late::To(to)), .. }) => stack.push(to),
            // A block in a branch is told by itself (P10).
            StepKind::Parallel(_) => return true,
            _ => {}
        }
    }
    joins
}
