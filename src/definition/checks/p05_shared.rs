//! P05: two branches write one field; P06: a branch's condition reads what a sibling writes.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Bodies, Procedure, Step, StepKind};
use crate::ids::{BranchKey, FieldId, StepId};

/// What the branches of each block fill, against each other.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let filled = look.filled();
    for block in look.sound_steps().filter(|step| is_branched(step)) {
        let before = filled.get(&block.id).cloned().unwrap_or_default();
        let mut first: BTreeMap<FieldId, (&BranchKey, &StepId)> = BTreeMap::new();
        for step in steps_in(look.procedure, &block.id) {
            let Some((_, key)) = &step.inside else { continue };
            for field in written(step).into_iter().filter(|field| !before.contains(field)) {
                let (other, at) = *first.entry(field.clone()).or_insert((key, &step.id));
                if other != key {
                    found.push(twice(look, &field, (other, at), (key, &step.id)));
                }
            }
            found.extend(reads_beside(look, block, step, key, &before));
        }
    }
    found
}

fn is_branched(step: &Step) -> bool {
    matches!(&step.kind, StepKind::Parallel(block) if matches!(block.bodies, Bodies::Branches(_)))
}

fn steps_in<'a>(procedure: &'a Procedure, block: &'a StepId) -> impl Iterator<Item = &'a Step> {
    procedure.steps.values().filter(move |step| step.inside.as_ref().is_some_and(|(inside, _)| inside == block))
}

/// The fields that working a step fills.
fn written(step: &Step) -> BTreeSet<FieldId> {
    let own = match &step.kind {
        StepKind::Staff(staff) => staff.needs.fields.clone(),
        _ => Vec::new(),
    };
    let by_ways = step.actions().into_iter().flatten().flat_map(|(_, way)| way.needs.fields.iter().cloned());
    own.into_iter().chain(by_ways).collect()
}

/// Whether a sibling branch fills the field.
pub fn written_beside(look: &Look<'_>, step: &StepId, field: &FieldId) -> bool {
    let Some((block, key)) = look.procedure.step(step).and_then(|step| step.inside.as_ref()) else { return false };
    steps_in(look.procedure, block)
        .any(|other| other.inside.as_ref().is_some_and(|(_, own)| own != key) && written(other).contains(field))
}

fn twice(look: &Look<'_>, field: &FieldId, one: (&BranchKey, &StepId), other: (&BranchKey, &StepId)) -> Diagnostic {
    let place = |step: &StepId| look.source.key_span(&look.route(step).key("needs"));
    Diagnostic::error(
        "P05",
        place(other.1),
        format!("hai nhánh cùng điền `{field}`: `{}` điền sau sẽ đè lên `{}`", other.0, one.0),
        format!("two branches fill `{field}`: what `{}` fills later overwrites `{}`", other.0, one.0),
    )
    .related(place(one.1), "nhánh này cũng điền", "this branch fills it too")
    .help(
        "cho mỗi nhánh một trường riêng, rồi tổng hợp ở bước sau khối",
        "give each branch a field of its own, and bring them together in a step after the block",
    )
}

fn reads_beside(
    look: &Look<'_>,
    block: &Step,
    step: &Step,
    key: &BranchKey,
    before: &BTreeSet<FieldId>,
) -> Vec<Diagnostic> {
    let own: BTreeSet<FieldId> = steps_in(look.procedure, &block.id)
        .filter(|other| other.inside.as_ref().is_some_and(|(_, other)| other == key))
        .flat_map(written)
        .collect();
    let mut found = Vec::new();
    let mut told: BTreeSet<FieldId> = BTreeSet::new();
    for (verb, way) in step.actions().into_iter().flatten() {
        for field in way.when.iter().flat_map(crate::definition::guard::Guard::fields) {
            if before.contains(&field) || own.contains(&field) || !written_beside(look, &step.id, &field) {
                continue;
            }
            let writer = steps_in(look.procedure, &block.id).find(|other| written(other).contains(&field));
            let Some(writer) = writer.filter(|_| told.insert(field.clone())) else { continue };
            found.push(
                Diagnostic::error(
                    "P06",
                    look.source.span(&look.action_route(&step.id, verb).key("when")),
                    format!("nhánh `{key}` dùng `{field}` mà nhánh bên cạnh điền: có thể chưa có"),
                    format!("branch `{key}` uses `{field}`, which its sibling fills: it may not be there yet"),
                )
                .related(
                    look.source.key_span(&look.route(&writer.id)),
                    "trường được điền ở đây, cùng lúc",
                    "it is filled here, at the same time",
                )
                .help(
                    "điền trường này trước khối, hoặc quyết định sau khối bằng một bước `decision`",
                    "fill it before the block, or decide after the block in a `decision` step",
                ),
            );
        }
    }
    found
}
