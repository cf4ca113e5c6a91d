//! Where a case rests, and what it holds, on a new text: every branch must have its place there with the same clocks, a
//! way to an end, and what the way needs. Its history is replayed elsewhere.

use std::collections::BTreeSet;

use crate::definition::graph::Graph;
use crate::definition::procedure::{Bodies, Limit, Needs, Parallel, Step, StepKind, Units};
use crate::definition::value::Value;
use crate::ids::{FieldId, StepId};
use crate::machine::case::{Branch, Case};
use crate::machine::migration::changed::Texts;
use crate::machine::migration::obstacle::{Obstacle, What};

/// Everything that keeps the case, as it stands, from standing in the new text.
pub(super) fn look(texts: Texts<'_>, case: &Case) -> BTreeSet<Obstacle> {
    let mut found = BTreeSet::new();
    let graph = Graph::of(texts.new);
    let ends = texts.new.steps.values().filter(|step| matches!(step.kind, StepKind::End(_))).map(|step| &step.id);
    let ending = graph.coreachable(ends);
    for branch in case.branches.values() {
        found.extend(place(texts, branch, &ending));
        found.extend(barred(texts, case, branch));
    }
    found.extend(data(texts, case));
    found.extend(missing(texts, case, &graph));
    found.extend(clocks(texts, case));
    found
}

/// A branch's place.
fn place(texts: Texts<'_>, branch: &Branch, ending: &BTreeSet<StepId>) -> Option<Obstacle> {
    let step = branch.step.clone();
    let Some(after) = texts.new.step(texts.mapping.now(&step)) else { return Some(Obstacle::StepGone { step }) };
    let before = texts.old.step(&step);
    if before.is_some_and(|before| before.kind_word() != after.kind_word()) {
        return Some(Obstacle::KindChanged { step });
    }
    // What the called case will give back is asked of the text that called it.
    if branch.called.is_some() {
        return Some(Obstacle::CallOpen { step });
    }
    if !belongs(texts, branch, after) {
        return Some(Obstacle::BlockChanged { step });
    }
    if before.is_some_and(|before| policy(before) != policy(after)) {
        return Some(Obstacle::ClockPolicy { step });
    }
    if !branch.votes.is_empty() && !before.is_some_and(|before| votes_stand(texts, before, after)) {
        return Some(Obstacle::Voted { step });
    }
    (!ending.contains(&after.id)).then_some(Obstacle::NoEnd { step })
}

/// Whether the step of the new text lies where the branch lives: on the main line, or in that branch of that block.
fn belongs(texts: Texts<'_>, branch: &Branch, after: &Step) -> bool {
    let Some(inside) = &branch.block else {
        // The opener of a block: its branches are judged each for itself, and must be of the same sort.
        return after.inside.is_none();
    };
    let block = texts.mapping.now(&inside.block);
    let Some(StepKind::Parallel(parallel)) = texts.new.step(block).map(|block| &block.kind) else { return false };
    match (&inside.each, &parallel.bodies) {
        (Some(_), Bodies::ForEach { .. }) => after.id == *block,
        (None, Bodies::Branches(_)) => {
            after.inside.as_ref().is_some_and(|(own, key)| own == block && key.as_str() == inside.key)
        }
        _ => false,
    }
}

/// What the case's clock does while a branch rests there.
fn policy(step: &Step) -> Option<crate::definition::procedure::ClockPolicy> {
    match &step.kind {
        StepKind::Staff(staff) => staff.clock,
        StepKind::Wait(wait) => wait.clock,
        StepKind::Parallel(Parallel { clock, .. }) => *clock,
        StepKind::Decision(_) | StepKind::Call(_) | StepKind::End(_) => None,
    }
}

/// Votes that were given must still be votes for something: the same council, and the same ways out.
fn votes_stand(texts: Texts<'_>, before: &Step, after: &Step) -> bool {
    !matches!(texts.changed(before, after), Some(What::Kind | What::Holder | What::Ways))
}

/// Whoever holds a step must be free to do it: it may have to be done by another than did an earlier one.
fn barred(texts: Texts<'_>, case: &Case, branch: &Branch) -> Option<Obstacle> {
    let step = texts.mapping.now(&branch.step);
    let did = |other: &StepId| {
        let old = case.doers.iter().filter(|(old, _)| texts.mapping.now(old) == other);
        old.flat_map(|(_, doers)| doers).any(|doer| *doer == branch.holder.person)
    };
    let separations = texts.new.separate.iter().filter(|separation| separation.steps.contains(step));
    let mut others = separations.flat_map(|separation| &separation.steps).filter(|other| *other != step);
    let other = others.find(|other| did(other))?.clone();
    // Who waits with a pool only gives it on.
    if branch.holder.pool.is_some() {
        return None;
    }
    Some(Obstacle::Separate { step: step.clone(), other, person: branch.holder.person.clone() })
}

/// What the case holds must have its name in the new text.
fn data(texts: Texts<'_>, case: &Case) -> Vec<Obstacle> {
    let new = texts.new;
    let mut found = Vec::new();
    for (field, value) in &case.fields {
        match new.fields.get(field) {
            None => found.push(Obstacle::FieldGone { field: field.clone() }),
            Some(declared) => {
                let json = serde_json::to_value(value).unwrap_or(serde_json::Value::Null);
                if Value::read(&declared.kind, &json).is_err() {
                    found.push(Obstacle::FieldChanged { field: field.clone() });
                }
            }
        }
    }
    let unknown = case.documents.iter().filter(|document| {
        // The official forms are declared nowhere.
        texts.old.documents.contains_key(*document) && !new.documents.contains_key(*document)
    });
    found.extend(unknown.map(|document| Obstacle::DocumentGone { document: document.clone() }));
    if let Some(code) = case.code.as_ref().filter(|code| !new.codes.contains(code)) {
        found.push(Obstacle::CodeGone { code: code.clone() });
    }
    if let Some(variant) = case.variant.as_ref().filter(|variant| !new.variants.contains_key(*variant)) {
        found.push(Obstacle::VariantGone { variant: variant.to_string() });
    }
    found
}

/// Dates and lists of units that steps on the way go by are there, or some step asks for them first.
fn missing(texts: Texts<'_>, case: &Case, graph: &Graph) -> Vec<Obstacle> {
    let new = texts.new;
    let here: Vec<&StepId> = case.branches.values().map(|branch| texts.mapping.now(&branch.step)).collect();
    let mut ahead: BTreeSet<&StepId> = BTreeSet::new();
    let mut turn = here.clone();
    while let Some(step) = turn.pop() {
        turn.extend(graph.out_of(step).map(|(to, _)| to).filter(|to| ahead.insert(*to)));
    }
    let mut asked: BTreeSet<&FieldId> = BTreeSet::new();
    for step in here.iter().copied().chain(ahead.iter().copied()).filter_map(|id| new.step(id)) {
        let ways = step.actions().into_iter().flatten().map(|(_, way)| &way.needs);
        let own = match &step.kind {
            StepKind::Staff(staff) => Some(&staff.needs),
            _ => None,
        };
        asked.extend(ways.chain(own).flat_map(|needs: &Needs| &needs.fields));
    }
    let mut found = Vec::new();
    for step in ahead.iter().filter_map(|id| new.step(id)) {
        // What the old text read there as well is no worse than it was.
        let before = texts.old.steps.values().filter(|old| texts.mapping.now(&old.id) == &step.id);
        let before: BTreeSet<&FieldId> = before.flat_map(read_on_entry).collect();
        let lacking = read_on_entry(step)
            .into_iter()
            .filter(|field| !case.fields.contains_key(*field) && !asked.contains(*field) && !before.contains(*field));
        found.extend(lacking.map(|field| Obstacle::FieldMissing { field: field.clone(), step: step.id.clone() }));
    }
    found
}

/// The fields without which a step cannot be come to.
fn read_on_entry(step: &Step) -> Vec<&FieldId> {
    let mut fields = Vec::new();
    match &step.kind {
        StepKind::Staff(staff) => dates(&staff.within, &mut fields),
        StepKind::Wait(wait) => dates(&wait.within, &mut fields),
        StepKind::Parallel(Parallel { bodies: Bodies::ForEach { units, within, .. }, .. }) => {
            if let Units::Field(field) = units {
                fields.push(field);
            }
            dates(within, &mut fields);
        }
        StepKind::Call(call) => dates(&call.within, &mut fields),
        StepKind::Parallel(_) | StepKind::Decision(_) | StepKind::End(_) => {}
    }
    fields
}

fn dates<'a>(limit: &'a Limit, fields: &mut Vec<&'a FieldId>) {
    match limit {
        Limit::Field(field) | Limit::Decided { field, .. } => fields.push(field),
        Limit::Choose(choices) => choices.iter().for_each(|choice| dates(&choice.then, fields)),
        _ => {}
    }
}

/// Clocks that run go on running, and nothing that has not begun is lost.
fn clocks(texts: Texts<'_>, case: &Case) -> Vec<Obstacle> {
    let Texts { old, new, mapping } = texts;
    let mut found = Vec::new();
    if old.calendar != new.calendar {
        found.push(Obstacle::OtherCalendar { calendar: new.calendar.to_string() });
    }
    let starts = |(step, verb): &(StepId, crate::ids::Verb)| (mapping.now(step).clone(), verb.clone());
    if case.clock.is_none() && old.case.starts.is_some() && old.case.starts.as_ref().map(starts) != new.case.starts {
        found.push(Obstacle::ClockStart);
    }
    for (id, running) in &case.groups {
        let group = new.groups.get(id).filter(|group| {
            let limited = case.variant.as_ref().and_then(|variant| new.variants.get(variant)?.groups.get(id));
            limited.is_some() || group.within.is_some()
        });
        let inside = group
            .is_some_and(|group| case.branches.values().any(|branch| group.steps.contains(mapping.now(&branch.step))));
        // A group's clock runs where a branch is in its steps, and stands where none is: that stays as it is.
        if group.is_none() || inside != running.left.is_none() {
            found.push(Obstacle::GroupChanged { group: id.clone() });
        }
    }
    found
}
