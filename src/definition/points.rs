//! Numbers and days at which conditions change their mind, and values that stand for the stretches between them.
//!
//! Everything is counted in whole steps (millionths of a number, days of a date), so nothing is lost to rounding.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use jiff::civil::Date;

use crate::definition::guard::{Expr, Operation};
use crate::definition::procedure::Field;
use crate::definition::value::{Kind, Number, Value};
use crate::ids::FieldId;

const ONE: i128 = 1_000_000;
/// The first and last number there is, in millionths.
const NUMBERS: (i128, i128) = (-9_000_000_000_000_000 * ONE + 1, 9_000_000_000_000_000 * ONE - 1);
/// The first and last day that is looked at, in days from the year 0.
const DAYS: (i128, i128) = (0, 3_652_000);

/// What a comparison of two numbers depends on.
pub enum Apart {
    /// Two things that do not change.
    Never,
    /// One field, by these numbers in millionths.
    By(FieldId, Vec<i128>),
    /// Which of two fields is greater.
    Fields(FieldId, FieldId),
}

/// Whether an expression is a number.
pub fn is_number(expr: &Expr, fields: &IndexMap<FieldId, Field>) -> bool {
    match expr {
        Expr::Literal(Value::Number(_)) | Expr::Arith(..) => true,
        Expr::Field(field) => {
            matches!(fields.get(field).map(|field| &field.kind), Some(Kind::Number | Kind::Money))
        }
        _ => false,
    }
}

/// Whether a field is a date.
pub fn is_date(field: &FieldId, fields: &IndexMap<FieldId, Field>) -> bool {
    fields.get(field).is_some_and(|field| field.kind == Kind::Date)
}

/// Whether a field is a list of units.
pub fn is_list(field: &FieldId, fields: &IndexMap<FieldId, Field>) -> bool {
    fields.get(field).is_some_and(|field| field.kind == Kind::Units)
}

/// The number of a day, where the text is a date as it is compared.
pub fn day_of(text: &str) -> Option<i128> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then(|| days_from(date))
}

fn days_from(date: Date) -> i128 {
    i128::from((date - jiff::civil::date(0, 1, 1)).get_days())
}

fn date_of(day: i128) -> Option<Date> {
    let days = jiff::Span::new().try_days(i64::try_from(day).ok()?).ok()?;
    jiff::civil::date(0, 1, 1).checked_add(days).ok()
}

/// What a comparison depends on; nothing where that is not followed.
pub fn apart(a: &Expr, b: &Expr) -> Option<Apart> {
    let (a, b) = (Sum::of(a)?, Sum::of(b)?);
    let scaled = a.scaled || b.scaled;
    let mut of = a.of;
    for (field, times) in b.of {
        *of.entry(field).or_default() -= times;
    }
    of.retain(|_, times| *times != 0);
    let rest = b.rest.checked_sub(a.rest)?;
    let mut of = of.into_iter();
    match (of.next(), of.next(), of.next()) {
        (None, ..) => Some(Apart::Never),
        (Some((field, times)), None, _) => {
            let exact = rest.checked_mul(ONE)?;
            let mark = exact.div_euclid(times);
            // A product is cut to millionths, which may move the place where it turns by a step.
            let near = match (scaled, exact % times) {
                (true, _) => -2..=2,
                (false, 0) => 0..=0,
                (false, _) => 0..=1,
            };
            Some(Apart::By(field, near.map(|step| mark + step).collect()))
        }
        (Some((one, times)), Some((other, against)), None) if times == -against && rest == 0 && !scaled => {
            Some(Apart::Fields(one, other))
        }
        _ => None,
    }
}

/// A sum of fields, each so many times (in millionths), and a rest.
struct Sum {
    of: BTreeMap<FieldId, i128>,
    rest: i128,
    /// Something was multiplied.
    scaled: bool,
}

impl Sum {
    fn of(expr: &Expr) -> Option<Sum> {
        Some(match expr {
            Expr::Literal(Value::Number(number)) => {
                Sum { of: BTreeMap::new(), rest: number.millionths(), scaled: false }
            }
            Expr::Field(field) => Sum { of: BTreeMap::from([(field.clone(), ONE)]), rest: 0, scaled: false },
            Expr::Arith(how, a, b) => {
                let (a, b) = (Sum::of(a)?, Sum::of(b)?);
                match how {
                    Operation::Plus => a.plus(b, 1)?,
                    Operation::Minus => a.plus(b, -1)?,
                    Operation::Times if a.of.is_empty() => b.times(a.rest)?,
                    Operation::Times if b.of.is_empty() => a.times(b.rest)?,
                    Operation::Times => return None,
                }
            }
            _ => return None,
        })
    }

    fn plus(mut self, other: Sum, sign: i128) -> Option<Sum> {
        for (field, times) in other.of {
            *self.of.entry(field).or_default() += times.checked_mul(sign)?;
        }
        self.rest = self.rest.checked_add(other.rest.checked_mul(sign)?)?;
        self.scaled |= other.scaled;
        Some(self)
    }

    fn times(mut self, factor: i128) -> Option<Sum> {
        // A product of a product is cut twice; that is not followed.
        let exact = |value: i128| {
            let product = value.checked_mul(factor)?;
            (product % ONE == 0).then_some(product / ONE)
        };
        if self.scaled && !self.of.is_empty() {
            return None;
        }
        for times in self.of.values_mut() {
            *times = exact(*times)?;
        }
        self.rest = exact(self.rest)?;
        self.scaled = !self.of.is_empty();
        Some(self)
    }
}

/// The bounds of a field, in steps.
pub fn bounds(field: &Field) -> impl Iterator<Item = i128> + use<> {
    field.min.into_iter().chain(field.max).map(|bound| bound.millionths())
}

/// Values of a field that stand for all of them: each mark, and in each stretch between marks as many as there are
/// fields to be put in order.
pub fn stand_ins(field: &Field, marks: &BTreeSet<i128>, many: usize) -> Vec<Value> {
    let date = field.kind == Kind::Date;
    let (first, last) = if date { DAYS } else { NUMBERS };
    let first = field.min.filter(|_| !date).map_or(first, |min| min.millionths());
    let last = field.max.filter(|_| !date).map_or(last, |max| max.millionths());
    let unit = if date { 1 } else { ONE };
    let grid = if field.kind == Kind::Money { ONE } else { 1 };
    let mut steps: BTreeSet<i128> = BTreeSet::new();
    let mut from = first - 1;
    for mark in marks.iter().copied().filter(|mark| (first..=last).contains(mark)).chain([last + 1]) {
        steps.extend(inside(from, mark, many, unit, grid));
        if (first..=last).contains(&mark) && mark % grid == 0 {
            steps.insert(mark);
        }
        from = mark;
    }
    let value = |step: i128| {
        if date {
            return Some(Value::Text(date_of(step)?.to_string()));
        }
        Number::of_millionths(step).map(Value::Number)
    };
    steps.into_iter().filter_map(value).collect()
}

/// At most so many steps strictly between two, whole units before others; all of them where there are fewer.
fn inside(after: i128, before: i128, many: usize, unit: i128, grid: i128) -> Vec<i128> {
    let mut found: Vec<i128> = Vec::new();
    // From the end that is near, so that an open end gives a number a reader expects.
    let far_below = after <= NUMBERS.0 || (unit == 1 && after <= DAYS.0);
    let mut whole = if far_below { (before - 1).div_euclid(unit) * unit } else { (after.div_euclid(unit) + 1) * unit };
    while whole > after && whole < before && found.len() < many {
        found.push(whole);
        whole += if far_below { -unit } else { unit };
    }
    if found.len() < many && grid == 1 {
        let room = before - after - 1;
        let parts = i128::try_from(many).unwrap_or(1) + 1;
        if room <= parts * 2 {
            found.extend(after + 1..before);
        } else {
            found.extend((1..parts).map(|part| after + (before - after) * part / parts));
        }
        found.sort_unstable();
        found.dedup();
    }
    found
}
