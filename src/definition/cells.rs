//! Condition cells: every way in which the data that some conditions read can differ, as far as those conditions tell.
//!
//! Between two numbers that conditions name nothing changes, so one value of each stretch stands for all of it, and
//! looking at every combination is exact. Where that cannot be said (sums of several fields, more than 4,096 cells) it
//! says that it gave up instead of guessing. The conditions are judged by the evaluator that judges cases.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use crate::definition::guard::{Expr, Fact, Guard, Scope};
use crate::definition::points;
use crate::definition::procedure::Field;
use crate::definition::value::{Kind, Value};
use crate::ids::{FieldId, UnitId};

/// The most cells that are looked at.
pub const MOST: usize = 4_096;

/// What conditions may read at their place in a file.
#[derive(Clone, Copy)]
pub struct World<'a> {
    pub fields: &'a IndexMap<FieldId, Field>,
    /// The administrative codes the file serves; nothing where they are not known yet.
    pub codes: Option<&'a [String]>,
    pub each: Each<'a>,
}

/// The unit of the branch.
#[derive(Clone, Copy)]
pub enum Each<'a> {
    /// Outside a `for_each` block there is none.
    None,
    Named(&'a [UnitId]),
    Any,
}

/// Why a set of conditions was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GaveUp {
    TooMany,
    /// A comparison of a kind that is not followed, as a sum of several fields.
    NotFollowed,
}

/// One datum and the values that stand for all of its.
#[derive(Clone, Debug)]
struct Axis {
    datum: Datum,
    points: Vec<Option<Value>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Datum {
    Field(FieldId),
    Channel,
    Code,
    Each,
}

/// All cells of a set of conditions.
pub struct Cells {
    axes: Vec<Axis>,
}

/// One combination of data.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    fields: BTreeMap<FieldId, Value>,
    channel: Option<String>,
    code: Option<String>,
    each: Option<UnitId>,
    /// As printed: name and value; no value where the field is empty.
    said: Vec<(String, Option<Value>)>,
}

impl Cells {
    /// The cells of some conditions; `empty` names a field that nobody has filled.
    pub fn of(guards: &[&Guard], world: World<'_>, empty: Option<&FieldId>) -> Result<Cells, GaveUp> {
        let mut read = Read::default();
        for guard in guards {
            read.expr(guard.expr(), world.fields)?;
        }
        let mut axes = Vec::new();
        let mut count = 1usize;
        for datum in read.data.clone() {
            let mut points: Vec<Option<Value>> = match &datum {
                Datum::Field(field) if Some(field) == empty => vec![None],
                Datum::Field(field) => read.values(field, world)?.into_iter().map(Some).collect(),
                Datum::Channel => read.words(&datum, world).into_iter().map(Some).collect(),
                Datum::Code => match world.codes {
                    Some([]) => vec![None],
                    Some(codes) => codes.iter().map(|code| Some(Value::Text(code.clone()))).collect(),
                    None => read.words(&datum, world).into_iter().map(Some).collect(),
                },
                Datum::Each => match world.each {
                    Each::None => vec![None],
                    Each::Named(units) => units.iter().map(|unit| Some(Value::Text(unit.to_string()))).collect(),
                    Each::Any => read.words(&datum, world).into_iter().map(Some).collect(),
                },
            };
            if let Datum::Field(field) = &datum
                && read.asked_whether_filled.contains(field)
                && Some(field) != empty
            {
                points.push(None);
            }
            count = count.checked_mul(points.len()).filter(|count| *count <= MOST).ok_or(GaveUp::TooMany)?;
            axes.push(Axis { datum, points });
        }
        Ok(Cells { axes })
    }

    /// Whether there is none: some field has no value at all.
    pub fn is_empty(&self) -> bool {
        self.axes.iter().any(|axis| axis.points.is_empty())
    }

    /// How many data the conditions read.
    pub fn data(&self) -> usize {
        self.axes.len()
    }

    /// The field that a datum is, where it is one.
    pub fn field(&self, datum: usize) -> Option<&FieldId> {
        match self.axes.get(datum).map(|axis| &axis.datum) {
            Some(Datum::Field(field)) => Some(field),
            _ => None,
        }
    }

    /// Which datum a field is.
    pub fn datum(&self, field: &FieldId) -> Option<usize> {
        self.axes.iter().position(|axis| matches!(&axis.datum, Datum::Field(own) if own == field))
    }

    /// How many values stand for all of a datum's.
    pub fn points(&self, datum: usize) -> usize {
        self.axes.get(datum).map_or(0, |axis| axis.points.len())
    }

    /// The cell with these values, by their numbers; a datum without one is empty.
    pub fn cell(&self, numbers: &[Option<usize>]) -> Cell {
        let mut cell = Cell::default();
        for (axis, number) in self.axes.iter().zip(numbers) {
            let point = number.and_then(|number| axis.points.get(number).cloned().flatten());
            cell.put(&axis.datum, point);
        }
        cell
    }

    /// Every cell, in order.
    pub fn iter(&self) -> impl Iterator<Item = Cell> + '_ {
        let count = self.axes.iter().map(|axis| axis.points.len()).product::<usize>();
        (0..count).map(|mut number| {
            let mut cell = Cell::default();
            // The first datum changes slowest, as in a table.
            for axis in self.axes.iter().rev() {
                let point = axis.points[number % axis.points.len()].clone();
                number /= axis.points.len();
                cell.put(&axis.datum, point);
            }
            cell.said.reverse();
            cell
        })
    }
}

impl Cell {
    fn put(&mut self, datum: &Datum, value: Option<Value>) {
        let name = match datum {
            Datum::Field(field) => field.to_string(),
            Datum::Channel => "case.channel".to_owned(),
            Datum::Code => "case.code".to_owned(),
            Datum::Each => "each.unit".to_owned(),
        };
        let text = value.as_ref().and_then(Value::as_text).map(str::to_owned);
        match (datum, &value) {
            (Datum::Field(field), Some(value)) => drop(self.fields.insert(field.clone(), value.clone())),
            (Datum::Field(_), None) => {}
            (Datum::Channel, _) => self.channel = text,
            (Datum::Code, _) => self.code = text,
            (Datum::Each, _) => self.each = text.map(|unit| unit.as_str().into()),
        }
        self.said.push((name, value));
    }

    /// What the evaluator says of a condition here.
    pub fn judge(&self, guard: &Guard) -> Option<bool> {
        guard.judge(&Scope {
            fields: &self.fields,
            channel: self.channel.as_deref().unwrap_or("paper"),
            code: self.code.as_deref(),
            each: self.each.as_ref(),
        })
    }

    /// The values of the fields.
    pub fn fields(&self) -> &BTreeMap<FieldId, Value> {
        &self.fields
    }

    /// `dien_tich = 5000, cap = III`, of the data that these conditions read.
    pub fn words(&self, of: &[&Guard], vietnamese: bool) -> String {
        let read: BTreeSet<String> =
            of.iter().flat_map(|guard| guard.fields()).map(|field| field.to_string()).collect();
        let own = |name: &str| of.is_empty() || read.contains(name) || name.contains('.');
        let parts = self.said.iter().filter(|(name, _)| own(name)).map(|(name, value)| match value {
            Some(value) => format!("{name} = {}", said(value, vietnamese)),
            None if vietnamese => format!("{name} chưa điền"),
            None => format!("{name} empty"),
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

fn said(value: &Value, vietnamese: bool) -> String {
    match value {
        Value::Text(text) if text.starts_with(OTHER) && vietnamese => "giá trị khác".to_owned(),
        Value::Text(text) if text.starts_with(OTHER) => "any other value".to_owned(),
        Value::YesNo(true) if vietnamese => "đúng".to_owned(),
        Value::YesNo(false) if vietnamese => "sai".to_owned(),
        Value::YesNo(yes) => (if *yes { "yes" } else { "no" }).to_owned(),
        Value::List(items) if items.is_empty() => (if vietnamese { "trống" } else { "none" }).to_owned(),
        other => other.to_string(),
    }
}

/// A word that no author writes: it stands for all words that no condition names.
const OTHER: &str = "\u{1}";

/// What conditions say about each datum.
#[derive(Default)]
struct Read {
    data: BTreeSet<Datum>,
    /// Numbers and days by which a field is judged, in millionths or in days.
    marks: BTreeMap<FieldId, BTreeSet<i128>>,
    words_of: BTreeMap<Datum, BTreeSet<String>>,
    lists: BTreeMap<FieldId, BTreeSet<Vec<String>>>,
    asked_whether_filled: BTreeSet<FieldId>,
    /// Data that are compared with each other.
    together: Vec<BTreeSet<Datum>>,
}

impl Read {
    fn expr(&mut self, expr: &Expr, fields: &IndexMap<FieldId, Field>) -> Result<(), GaveUp> {
        match expr {
            Expr::Literal(_) => Ok(()),
            Expr::Field(field) => {
                self.data.insert(Datum::Field(field.clone()));
                Ok(())
            }
            Expr::Fact(fact) => {
                self.data.insert(of_fact(*fact));
                Ok(())
            }
            Expr::Has(field) => {
                self.data.insert(Datum::Field(field.clone()));
                self.asked_whether_filled.insert(field.clone());
                Ok(())
            }
            Expr::Not(inner) => self.expr(inner, fields),
            Expr::And(a, b) | Expr::Or(a, b) | Expr::Arith(_, a, b) => {
                self.expr(a, fields)?;
                self.expr(b, fields)
            }
            Expr::Compare(_, a, b) => {
                self.expr(a, fields)?;
                self.expr(b, fields)?;
                self.compare(a, b, fields)
            }
            Expr::In(item, list) => {
                self.expr(item, fields)?;
                self.expr(list, fields)?;
                self.member(item, list, fields)
            }
        }
    }

    fn compare(&mut self, a: &Expr, b: &Expr, fields: &IndexMap<FieldId, Field>) -> Result<(), GaveUp> {
        if points::is_number(a, fields) || points::is_number(b, fields) {
            return match points::apart(a, b).ok_or(GaveUp::NotFollowed)? {
                points::Apart::Never => Ok(()),
                points::Apart::By(field, marks) => {
                    self.marks.entry(field).or_default().extend(marks);
                    Ok(())
                }
                points::Apart::Fields(a, b) => {
                    self.join(Datum::Field(a), Datum::Field(b));
                    Ok(())
                }
            };
        }
        match (a, b) {
            (Expr::Field(field), Expr::Literal(Value::Text(text)))
            | (Expr::Literal(Value::Text(text)), Expr::Field(field))
                if points::is_date(field, fields) =>
            {
                let day = points::day_of(text).ok_or(GaveUp::NotFollowed)?;
                self.marks.entry(field.clone()).or_default().insert(day);
                Ok(())
            }
            (Expr::Field(field), Expr::Literal(Value::List(list)))
            | (Expr::Literal(Value::List(list)), Expr::Field(field)) => {
                self.lists.entry(field.clone()).or_default().insert(list.clone());
                Ok(())
            }
            (Expr::Field(one), Expr::Field(other))
                if points::is_date(one, fields) != points::is_date(other, fields)
                    || points::is_list(one, fields)
                    || points::is_list(other, fields) =>
            {
                Err(GaveUp::NotFollowed)
            }
            _ => match (datum_of(a), datum_of(b), a, b) {
                (Some(one), Some(other), ..) => {
                    self.join(one, other);
                    Ok(())
                }
                (Some(datum), None, _, Expr::Literal(Value::Text(text)))
                | (None, Some(datum), Expr::Literal(Value::Text(text)), _) => {
                    self.words_of.entry(datum).or_default().insert(text.clone());
                    Ok(())
                }
                // Two truths, or two things that do not change.
                _ => Ok(()),
            },
        }
    }

    fn member(&mut self, item: &Expr, list: &Expr, fields: &IndexMap<FieldId, Field>) -> Result<(), GaveUp> {
        match (item, list) {
            (Expr::Literal(Value::Text(text)), Expr::Field(field)) => {
                self.words_of.entry(Datum::Field(field.clone())).or_default().insert(text.clone());
                Ok(())
            }
            (Expr::Field(chosen), Expr::Field(field)) => match fields.get(chosen).map(|field| &field.kind) {
                Some(Kind::Choice(of)) => {
                    self.words_of.entry(Datum::Field(field.clone())).or_default().extend(of.iter().cloned());
                    Ok(())
                }
                _ => Err(GaveUp::NotFollowed),
            },
            (Expr::Field(_) | Expr::Fact(_), Expr::Literal(Value::List(words))) => {
                let datum = datum_of(item).ok_or(GaveUp::NotFollowed)?;
                self.words_of.entry(datum).or_default().extend(words.iter().cloned());
                Ok(())
            }
            (Expr::Literal(_), Expr::Literal(_)) => Ok(()),
            _ => Err(GaveUp::NotFollowed),
        }
    }

    fn join(&mut self, one: Datum, other: Datum) {
        let mut joined = BTreeSet::from([one, other]);
        self.together.retain(|known| {
            let apart = known.is_disjoint(&joined);
            if !apart {
                joined.extend(known.iter().cloned());
            }
            apart
        });
        self.together.push(joined);
    }

    /// Those compared with a datum, itself among them.
    fn companions(&self, datum: &Datum) -> BTreeSet<Datum> {
        let joined = self.together.iter().find(|joined| joined.contains(datum));
        joined.cloned().unwrap_or_else(|| BTreeSet::from([datum.clone()]))
    }

    /// The values that stand for all of a field's.
    fn values(&self, id: &FieldId, world: World<'_>) -> Result<Vec<Value>, GaveUp> {
        let fields = world.fields;
        let field = fields.get(id).ok_or(GaveUp::NotFollowed)?;
        let datum = Datum::Field(id.clone());
        let companions = self.companions(&datum);
        match &field.kind {
            Kind::YesNo => Ok(vec![Value::YesNo(true), Value::YesNo(false)]),
            Kind::Number | Kind::Money | Kind::Date => {
                let mut marks = BTreeSet::new();
                for companion in &companions {
                    let Datum::Field(other) = companion else { return Err(GaveUp::NotFollowed) };
                    marks.extend(self.marks.get(other).into_iter().flatten().copied());
                    marks.extend(fields.get(other).into_iter().flat_map(points::bounds));
                }
                Ok(points::stand_ins(field, &marks, companions.len()))
            }
            Kind::Choice(of) => Ok(of.iter().map(|word| Value::Text(word.clone())).collect()),
            Kind::Units => self.lists_of(id),
            Kind::Text | Kind::File | Kind::Person | Kind::Unit => Ok(self.words(&datum, world)),
        }
    }

    /// The words that a datum and those compared with it are held against, and others.
    fn words(&self, datum: &Datum, world: World<'_>) -> Vec<Value> {
        let companions = self.companions(datum);
        let mut words = BTreeSet::new();
        for companion in &companions {
            words.extend(self.words_of.get(companion).into_iter().flatten().cloned());
            match (companion, world.codes, world.each) {
                (Datum::Field(other), ..) => {
                    if let Some(Kind::Choice(of)) = world.fields.get(other).map(|field| &field.kind) {
                        words.extend(of.iter().cloned());
                    }
                }
                (Datum::Code, Some(codes), _) => words.extend(codes.iter().cloned()),
                (Datum::Each, _, Each::Named(units)) => words.extend(units.iter().map(ToString::to_string)),
                _ => {}
            }
        }
        with_others(words, companions.len())
    }

    /// Every choice among the words asked for, and the lists compared with.
    fn lists_of(&self, id: &FieldId) -> Result<Vec<Value>, GaveUp> {
        let words: Vec<String> = self.words_of.get(&Datum::Field(id.clone())).into_iter().flatten().cloned().collect();
        if words.len() > 8 {
            return Err(GaveUp::TooMany);
        }
        let chosen = |bits: usize| words.iter().enumerate().filter(move |(n, _)| bits >> n & 1 == 1);
        let mut lists: BTreeSet<Vec<String>> =
            (0..1usize << words.len()).map(|bits| chosen(bits).map(|(_, word)| word.clone()).collect()).collect();
        for list in self.lists.get(id).into_iter().flatten() {
            lists.insert(list.clone());
            lists.insert(list.iter().cloned().chain([OTHER.to_owned()]).collect());
        }
        Ok(lists.into_iter().map(Value::List).collect())
    }
}

/// The words, and as many that nobody names as there are data to tell apart.
fn with_others(words: BTreeSet<String>, others: usize) -> Vec<Value> {
    let other = (1..=others).map(|n| format!("{OTHER}{n}"));
    words.into_iter().chain(other).map(Value::Text).collect()
}

fn of_fact(fact: Fact) -> Datum {
    match fact {
        Fact::Channel => Datum::Channel,
        Fact::Code => Datum::Code,
        Fact::EachUnit => Datum::Each,
    }
}

fn datum_of(expr: &Expr) -> Option<Datum> {
    match expr {
        Expr::Field(field) => Some(Datum::Field(field.clone())),
        Expr::Fact(fact) => Some(of_fact(*fact)),
        _ => None,
    }
}
