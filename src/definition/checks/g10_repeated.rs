//! G10: one number about one field in several places, of which the next amendment forgets one.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::checks::{Look, route};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::guard::{Expr, Guard};
use crate::definition::procedure::{Applies, Bodies, By, Choice, Limit, Procedure, StepKind};
use crate::definition::source::{Hop, Route, Span};
use crate::definition::value::{Number, Value};
use crate::ids::{FieldId, StepId};

/// Numbers that stand in the conditions of two or more places; the lines of one list, and the ways out of one step, are
/// one place: there the two sides of a border stand beside each other.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<(FieldId, Number), Vec<(String, Span)>> = BTreeMap::new();
    for (route, guard) in conditions(look.procedure, look.broken) {
        let place = list_of(&route);
        for (field, number) in numbers(guard.expr()) {
            let places = seen.entry((field, number)).or_default();
            if places.iter().all(|(other, _)| *other != place) {
                places.push((place.clone(), look.source.span(&route)));
            }
        }
    }
    seen.into_iter()
        .filter(|((_, number), places)| places.len() >= 2 && number.millionths() != 0)
        .map(|((field, number), places)| {
            let count = places.len();
            let last = places[count - 1].1;
            let mut found = Diagnostic::error(
                "G10",
                last,
                format!("`{field}` so với {number} ở {count} chỗ: sửa một chỗ dễ quên chỗ khác"),
                format!("`{field}` is compared with {number} in {count} places: whoever changes one forgets another"),
            )
            .warning()
            .help(
                "quyết định một lần ở một bước `decision`, hoặc ghi kết quả vào một trường `yes_no` rồi dùng trường đó",
                "decide once in a `decision` step, or keep the result in a `yes_no` field and use that",
            );
            for (_, span) in places[..count - 1].iter().take(2) {
                found = found.related(*span, "cùng con số này", "the same number");
            }
            found
        })
        .collect()
}

/// The list or the step's ways out that a condition belongs to: its lines are one place.
fn list_of(route: &Route) -> String {
    let hops =
        route.hops().iter().take_while(|hop| !matches!(hop, Hop::Index(_)) && **hop != Hop::Key("actions".into()));
    hops.map(|hop| match hop {
        Hop::Key(key) => format!("/{key}"),
        Hop::Index(at) => format!("/{at}"),
    })
    .collect()
}

/// Each number that a field is compared with.
pub fn numbers(expr: &Expr) -> Vec<(FieldId, Number)> {
    match expr {
        Expr::Literal(_) | Expr::Field(_) | Expr::Fact(_) | Expr::Has(_) | Expr::In(..) | Expr::Arith(..) => Vec::new(),
        Expr::Not(inner) => numbers(inner),
        Expr::And(a, b) | Expr::Or(a, b) => numbers(a).into_iter().chain(numbers(b)).collect(),
        Expr::Compare(_, a, b) => match (&**a, &**b) {
            (Expr::Field(field), Expr::Literal(Value::Number(number)))
            | (Expr::Literal(Value::Number(number)), Expr::Field(field)) => vec![(field.clone(), *number)],
            _ => Vec::new(),
        },
    }
}

/// Every condition of a file with its place.
pub fn conditions<'a>(procedure: &'a Procedure, broken: &BTreeSet<StepId>) -> Vec<(Route, &'a Guard)> {
    let mut found = Vec::new();
    of_choices(&mut found, Route::of(["start"]), &procedure.start);
    of_limit(&mut found, Route::of(["case", "within"]), &procedure.case.within);
    for (id, group) in &procedure.groups {
        group.within.iter().for_each(|limit| of_limit(&mut found, Route::of(["groups", id.as_str(), "within"]), limit));
    }
    for (id, variant) in &procedure.variants {
        let route = Route::of(["variants", id.as_str()]);
        if let Applies::When(guard) = &variant.applies {
            found.push((route.clone().key("when"), guard));
        }
        variant.case.iter().for_each(|limit| of_limit(&mut found, route.clone().key("case").key("within"), limit));
        for (step, limit) in &variant.steps {
            of_limit(&mut found, route.clone().key("steps").key(step.as_str()).key("within"), limit);
        }
    }
    for step in procedure.steps.values().filter(|step| !broken.contains(&step.id)) {
        let route = route(procedure, &step.id);
        let mut held = |by: Option<&'a By>, within: &'a Limit| {
            if let Some(By::Choose(choices)) = by {
                of_choices(&mut found, route.clone().key("by"), choices);
            }
            of_limit(&mut found, route.clone().key("within"), within);
        };
        match &step.kind {
            StepKind::Staff(staff) => held(Some(&staff.by), &staff.within),
            StepKind::Wait(wait) => held(wait.by.as_ref(), &wait.within),
            StepKind::Parallel(block) => match &block.bodies {
                Bodies::ForEach { by, within, .. } => held(Some(by), within),
                Bodies::Branches(_) => block.within.iter().for_each(|within| held(None, within)),
            },
            StepKind::Call(call) => held(call.by.as_ref(), &call.within),
            StepKind::Decision(rules) => of_choices(&mut found, route.clone().key("rules"), rules),
            StepKind::End(_) => {}
        }
        for (verb, way) in step.actions().into_iter().flatten() {
            let when = route.clone().key("actions").key(verb.as_str()).key("when");
            found.extend(way.when.as_ref().map(|guard| (when, guard)));
        }
    }
    found
}

fn of_choices<'a, T>(found: &mut Vec<(Route, &'a Guard)>, route: Route, choices: &'a [Choice<T>]) {
    for (at, choice) in choices.iter().enumerate() {
        found.extend(choice.when.as_ref().map(|guard| (route.clone().index(at).key("when"), guard)));
    }
}

fn of_limit<'a>(found: &mut Vec<(Route, &'a Guard)>, route: Route, limit: &'a Limit) {
    if let Limit::Choose(choices) = limit {
        of_choices(found, route, choices);
    }
}
