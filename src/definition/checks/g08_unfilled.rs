//! G08: a condition that reads a field which on some way to it nobody has filled.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::definition::cells::{Cells, Each, World};
use crate::definition::checks::Look;
use crate::definition::checks::p05_shared::written_beside;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::filled::{Way, fields_of, opened_at, required, ways};
use crate::definition::guard::Guard;
use crate::definition::procedure::{Bodies, By, Choice, Limit, StepKind};
use crate::definition::source::Route;
use crate::ids::{FieldId, StepId};

/// Conditions of ways out, of who holds, of limits and of decisions.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() {
        return Vec::new();
    }
    let mut found: Vec<Diagnostic> = Vec::new();
    let filled = look.filled();
    let mut told: BTreeSet<(StepId, FieldId)> = BTreeSet::new();
    for (step, verb, way) in look.actions() {
        let (Some(guard), Some(entered)) = (&way.when, filled.get(&step.id)) else { continue };
        let mut known = entered.clone();
        known.extend(way.needs.fields.iter().cloned());
        if let StepKind::Staff(staff) = &step.kind {
            known.extend(staff.needs.fields.iter().cloned());
            if look.procedure.goes_on(way) && !way.signal {
                known.extend(required(look.procedure));
            }
        }
        found.extend(of_guard(look, guard, &known, &step.id, look.action_route(&step.id, verb).key("when"), &mut told));
    }
    let opened = opened_at(look.procedure);
    for step in look.sound_steps() {
        let Some(known) = filled.get(&step.id) else { continue };
        let mut known = known.clone();
        if opened.contains(&step.id) {
            known.extend(required(look.procedure));
        }
        for (route, guard) in entered_by(look, &step.id) {
            found.extend(of_guard(look, guard, &known, &step.id, route, &mut told));
        }
    }
    found
}

/// The conditions that are judged as a case comes to a step.
fn entered_by<'a>(look: &'a Look<'_>, id: &StepId) -> Vec<(Route, &'a Guard)> {
    fn guards<T>(route: Route, choices: &[Choice<T>]) -> impl Iterator<Item = (Route, &Guard)> {
        let guard = |(at, choice): (usize, _)| {
            let choice: &Choice<T> = choice;
            Some((at, choice.when.as_ref()?))
        };
        choices
            .iter()
            .enumerate()
            .filter_map(guard)
            .map(move |(at, guard)| (route.clone().index(at).key("when"), guard))
    }
    let route = look.route(id);
    let mut found = Vec::new();
    let mut add = |by: Option<&'a By>, within: Option<&'a Limit>| {
        if let Some(By::Choose(choices)) = by {
            found.extend(guards(route.clone().key("by"), choices));
        }
        if let Some(Limit::Choose(choices)) = within {
            found.extend(guards(route.clone().key("within"), choices));
        }
    };
    match look.procedure.step(id).map(|step| &step.kind) {
        Some(StepKind::Staff(staff)) => add(Some(&staff.by), Some(&staff.within)),
        Some(StepKind::Wait(wait)) => add(wait.by.as_ref(), Some(&wait.within)),
        Some(StepKind::Parallel(block)) => match &block.bodies {
            Bodies::ForEach { by, within, .. } => add(Some(by), Some(within)),
            Bodies::Branches(_) => add(None, block.within.as_ref()),
        },
        Some(StepKind::Call(call)) => add(call.by.as_ref(), Some(&call.within)),
        Some(StepKind::Decision(rules)) => found.extend(guards(route.clone().key("rules"), rules)),
        Some(StepKind::End(_)) | None => {}
    }
    found
}

fn of_guard(
    look: &Look<'_>,
    guard: &Guard,
    known: &BTreeSet<FieldId>,
    step: &StepId,
    route: Route,
    told: &mut BTreeSet<(StepId, FieldId)>,
) -> Option<Diagnostic> {
    let field = guard.fields().into_iter().find(|field| !known.contains(field) && matters(look, guard, field))?;
    // What a sibling branch fills is told by P06; two ways out that read one empty field have one cause.
    if written_beside(look, step, &field) || !told.insert((step.clone(), field.clone())) {
        return None;
    }
    let diagnostic = Diagnostic::error(
        "G08",
        look.source.span(&route),
        format!("điều kiện dùng `{field}` nhưng có đường tới đây chưa ai điền"),
        format!("the condition uses `{field}`, and there is a way here on which nobody has filled it"),
    );
    let way = way_without(look, step, &field)?;
    let (first, last) = (way.first()?, way.last()?);
    let names = way.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(" → ");
    let asker = if matches!(look.procedure.step(first).map(|step| &step.kind), Some(StepKind::Staff(_))) {
        first
    } else {
        last
    };
    Some(diagnostic.note(format!("đường đó là {names}"), format!("the way is {names}")).help(
        format!("thêm `{field}` vào `needs` của `{asker}`, hoặc `required: true` ở trường"),
        format!("add `{field}` to the `needs` of `{asker}`, or `required: true` to the field"),
    ))
}

/// Whether the condition cannot be judged where that field is empty; `has(x) && x > 5` can.
fn matters(look: &Look<'_>, guard: &Guard, field: &FieldId) -> bool {
    let world = World { fields: &look.procedure.fields, codes: Some(&look.procedure.codes), each: Each::Any };
    match Cells::of(&[guard], world, Some(field)) {
        Ok(cells) => cells.iter().any(|cell| cell.judge(guard).is_none()),
        // Too much to look at: only what is not asked for by `has` is told.
        Err(_) => !guard.text().contains("has("),
    }
}

/// The shortest way from a start to the step on which the field is not filled.
fn way_without(look: &Look<'_>, to: &StepId, field: &FieldId) -> Option<Vec<StepId>> {
    let procedure = look.procedure;
    let ways: Vec<Way<'_>> =
        ways(procedure).into_iter().filter(|way| !fields_of(procedure, way).contains(field)).collect();
    let mut from: BTreeMap<&StepId, Option<&StepId>> = BTreeMap::new();
    let mut queue: VecDeque<&StepId> = VecDeque::new();
    for choice in &procedure.start {
        if from.insert(&choice.then, None).is_none() {
            queue.push_back(&choice.then);
        }
    }
    while let Some(here) = queue.pop_front() {
        if here == to {
            let mut path = vec![here.clone()];
            let mut at = here;
            while let Some(Some(before)) = from.get(at) {
                path.push((*before).clone());
                at = before;
            }
            path.reverse();
            return Some(path);
        }
        for way in ways.iter().filter(|way| way.from == here) {
            if !from.contains_key(way.to) {
                from.insert(way.to, Some(here));
                queue.push_back(way.to);
            }
        }
    }
    None
}
