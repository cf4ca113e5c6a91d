//! The ways in which conditions can turn out together, each with data that make it so. Each field takes the values at
//! which some condition turns; what is found so is confirmed by evaluating, so no way is invented.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::guard::{Expr, Guard, Scope};
use crate::definition::procedure::Procedure;
use crate::definition::value::{Kind, Number, Value};
use crate::ids::FieldId;

/// The most combinations of values that are looked at.
const CELLS: usize = 4_096;

/// Data of a case.
pub type Data = BTreeMap<FieldId, Value>;

/// One set of data for each way in which the conditions turn out; the first with nothing filled in. Nothing where
/// there are too many combinations.
pub fn ways(procedure: &Procedure, guards: &[&Guard]) -> Option<Vec<Data>> {
    let mut fields: Vec<FieldId> = Vec::new();
    for guard in guards {
        for field in guard.fields() {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
    }
    let mut cells: Vec<Data> = vec![Data::new()];
    for field in fields {
        let values = values(procedure, &field, guards);
        if cells.len().saturating_mul(values.len().max(1)) > CELLS {
            return None;
        }
        let with = |data: &Data, value: &Value| {
            let mut data = data.clone();
            data.insert(field.clone(), value.clone());
            data
        };
        if !values.is_empty() {
            cells = cells.iter().flat_map(|data| values.iter().map(move |value| with(data, value))).collect();
        }
    }
    let mut seen = BTreeSet::new();
    cells.retain(|data| seen.insert(guards.iter().map(|guard| guard.judge(&scope(data))).collect::<Vec<_>>()));
    Some(cells)
}

/// What a condition sees of such data.
pub fn scope(data: &Data) -> Scope<'_> {
    Scope { fields: data, channel: "online", code: None, each: None }
}

/// `dien_tich_san = 501, cap = IV`.
pub fn words(data: &Data) -> String {
    data.iter().map(|(field, value)| format!("{field} = {value}")).collect::<Vec<_>>().join(", ")
}

fn values(procedure: &Procedure, field: &FieldId, guards: &[&Guard]) -> Vec<Value> {
    let Some(declared) = procedure.fields.get(field) else { return Vec::new() };
    let mut literals = Vec::new();
    guards.iter().for_each(|guard| collect(guard.expr(), &mut literals));
    match &declared.kind {
        Kind::YesNo => vec![Value::YesNo(true), Value::YesNo(false)],
        Kind::Choice(words) => words.iter().cloned().map(Value::Text).collect(),
        Kind::Number | Kind::Money => {
            let inside = |n: &Number| {
                declared.min.as_ref().is_none_or(|min| n >= min) && declared.max.as_ref().is_none_or(|max| n <= max)
            };
            let mut numbers: BTreeSet<Number> = BTreeSet::new();
            for number in literals.iter().filter_map(Value::as_number).chain(Number::whole(0)) {
                let near = [-1_000_000, 0, 1_000_000].map(|step| Number::of_millionths(number.millionths() + step));
                numbers.extend(near.into_iter().flatten().filter(inside));
            }
            numbers.extend(declared.min.iter().chain(&declared.max).cloned());
            numbers.into_iter().map(Value::Number).collect()
        }
        _ => {
            let mut texts: Vec<Value> = literals.into_iter().filter(|value| value.as_text().is_some()).collect();
            texts.push(Value::Text(String::new()));
            texts
        }
    }
}

fn collect(expr: &Expr, into: &mut Vec<Value>) {
    match expr {
        Expr::Literal(value) => match value {
            Value::List(items) => into.extend(items.iter().cloned().map(Value::Text)),
            other => into.push(other.clone()),
        },
        Expr::Field(_) | Expr::Fact(_) | Expr::Has(_) => {}
        Expr::Not(inner) => collect(inner, into),
        Expr::And(a, b) | Expr::Or(a, b) | Expr::Compare(_, a, b) | Expr::In(a, b) | Expr::Arith(_, a, b) => {
            collect(a, into);
            collect(b, into);
        }
    }
}
