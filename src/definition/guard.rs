//! Conditions: a small typed language, a subset of CEL's syntax; total, with a cost bound.
//!
//! A guard sees the fields of one case, its channel and code, and the unit of the branch; it may not see the clock,
//! other cases or anything else. It is read and type-checked once, when the file is; evaluating cannot fail: what
//! depends on a field nobody has filled is unknown, and what is unknown does not hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::definition::guard_parser::{Parsed, parse};
use crate::definition::procedure::Field;
use crate::definition::source::Span;
use crate::definition::value::{Kind, Number, Value};
use crate::fold::near;
use crate::ids::{FieldId, UnitId};

/// A condition that parsed and type-checked against the fields of its file. It is handed on to every way that asks it, so
/// all of them share one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    text: Arc<str>,
    expr: Arc<Expr>,
}

/// A condition's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    Literal(Value),
    Field(FieldId),
    /// `case.channel`, `case.code`, `each.unit`.
    Fact(Fact),
    /// Whether a field is filled.
    Has(FieldId),
    Not(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// Whether the left is one of the list on the right.
    In(Box<Expr>, Box<Expr>),
    Arith(Operation, Box<Expr>, Box<Expr>),
}

/// What a guard may read besides fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    Channel,
    Code,
    EachUnit,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// An operation on numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Plus,
    Minus,
    Times,
}

/// What a guard may see.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    pub fields: &'a BTreeMap<FieldId, Value>,
    pub channel: &'a str,
    pub code: Option<&'a str>,
    /// The unit of the branch, inside a `for_each` block.
    pub each: Option<&'a UnitId>,
}

/// Why a text is no condition; the span counts bytes of the condition's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardFault {
    /// `G00` does not parse, `G01` unknown field, `G02` types, `G03` function not allowed, `G11` reads the clock.
    pub code: &'static str,
    pub span: Span,
    pub vi: String,
    pub en: String,
    /// What to write instead of the marked text.
    pub instead: Option<String>,
}

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Type {
    YesNo,
    Number,
    Date,
    /// Text, with the words it may be where they are known.
    Text(Option<Vec<String>>),
    List,
}

impl Guard {
    /// Reads and type-checks a condition.
    pub fn parse(text: &str, fields: &IndexMap<FieldId, Field>) -> Result<Guard, GuardFault> {
        let parsed = parse(text)?;
        match type_of(&parsed, fields)? {
            Type::YesNo => Ok(Guard { text: text.into(), expr: Arc::new(parsed.expr()) }),
            other => Err(GuardFault {
                code: "G02",
                span: parsed.span(),
                vi: format!("điều kiện phải là đúng hoặc sai, đây là {}", other.vi()),
                en: format!("a condition is yes or no, this is {}", other.en()),
                instead: None,
            }),
        }
    }

    /// Another condition on the same data; `expr` must be of the same types.
    pub fn with(&self, expr: Expr) -> Guard {
        Guard { text: self.text.clone(), expr: Arc::new(expr) }
    }

    /// The condition as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The condition's tree.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// Whether it holds. What depends on an unfilled field does not.
    pub fn holds(&self, scope: &Scope<'_>) -> bool {
        self.judge(scope) == Some(true)
    }

    /// Whether it holds, or nothing where that depends on a field nobody has filled (Kleene's three values).
    pub fn judge(&self, scope: &Scope<'_>) -> Option<bool> {
        value_of(&self.expr, scope)?.as_yes_no()
    }

    /// The fields it reads, in the order of first use.
    pub fn fields(&self) -> Vec<FieldId> {
        let mut fields = Vec::new();
        collect_fields(&self.expr, &mut fields);
        fields
    }
}

fn collect_fields(expr: &Expr, into: &mut Vec<FieldId>) {
    match expr {
        Expr::Field(field) | Expr::Has(field) => {
            if !into.contains(field) {
                into.push(field.clone());
            }
        }
        Expr::Literal(_) | Expr::Fact(_) => {}
        Expr::Not(inner) => collect_fields(inner, into),
        Expr::And(a, b) | Expr::Or(a, b) | Expr::Compare(_, a, b) | Expr::In(a, b) | Expr::Arith(_, a, b) => {
            collect_fields(a, into);
            collect_fields(b, into);
        }
    }
}

fn value_of(expr: &Expr, scope: &Scope<'_>) -> Option<Value> {
    let truth = |expr: &Expr| value_of(expr, scope).and_then(|value| value.as_yes_no());
    Some(match expr {
        Expr::Literal(value) => value.clone(),
        Expr::Field(field) => scope.fields.get(field)?.clone(),
        Expr::Fact(Fact::Channel) => Value::Text(scope.channel.to_owned()),
        Expr::Fact(Fact::Code) => Value::Text(scope.code?.to_owned()),
        Expr::Fact(Fact::EachUnit) => Value::Text(scope.each?.to_string()),
        Expr::Has(field) => Value::YesNo(scope.fields.contains_key(field)),
        Expr::Not(inner) => Value::YesNo(!truth(inner)?),
        Expr::And(a, b) => match (truth(a), truth(b)) {
            (Some(false), _) | (_, Some(false)) => Value::YesNo(false),
            (Some(true), Some(true)) => Value::YesNo(true),
            _ => return None,
        },
        Expr::Or(a, b) => match (truth(a), truth(b)) {
            (Some(true), _) | (_, Some(true)) => Value::YesNo(true),
            (Some(false), Some(false)) => Value::YesNo(false),
            _ => return None,
        },
        Expr::Compare(how, a, b) => {
            let (a, b) = (value_of(a, scope)?, value_of(b, scope)?);
            Value::YesNo(match how {
                Comparison::Equal => a == b,
                Comparison::Unequal => a != b,
                Comparison::Less => a < b,
                Comparison::AtMost => a <= b,
                Comparison::More => a > b,
                Comparison::AtLeast => a >= b,
            })
        }
        Expr::In(item, list) => match (value_of(item, scope)?, value_of(list, scope)?) {
            (Value::Text(item), Value::List(list)) => Value::YesNo(list.contains(&item)),
            _ => return None,
        },
        Expr::Arith(how, a, b) => {
            let (a, b) = (value_of(a, scope)?.as_number()?, value_of(b, scope)?.as_number()?);
            let (a, b) = (a.millionths(), b.millionths());
            let result = match how {
                Operation::Plus => a + b,
                Operation::Minus => a - b,
                // Both are below 9·10^21, so their product may not fit; the whole part and the rest of one side each do.
                Operation::Times => {
                    const ONE: i128 = 1_000_000;
                    (a / ONE).checked_mul(b)?.checked_add((a % ONE).checked_mul(b)? / ONE)?
                }
            };
            Value::Number(Number::of_millionths(result)?)
        }
    })
}

fn type_of(parsed: &Parsed, fields: &IndexMap<FieldId, Field>) -> Result<Type, GuardFault> {
    let of = |inner: &Parsed| type_of(inner, fields);
    Ok(match parsed {
        Parsed::Literal(value, _) => match value {
            Value::YesNo(_) => Type::YesNo,
            Value::Number(_) => Type::Number,
            Value::Text(text) => Type::Text(Some(vec![text.clone()])),
            Value::List(_) => Type::List,
        },
        Parsed::Name(name, span) | Parsed::Has(name, span) => {
            let field = fields.get(name.as_str()).ok_or_else(|| unknown_field(name, *span, fields))?;
            match (&field.kind, parsed) {
                (_, Parsed::Has(..)) | (Kind::YesNo, _) => Type::YesNo,
                (Kind::Number | Kind::Money, _) => Type::Number,
                (Kind::Date, _) => Type::Date,
                (Kind::Choice(of), _) => Type::Text(Some(of.clone())),
                (Kind::Text | Kind::File | Kind::Person | Kind::Unit, _) => Type::Text(None),
                (Kind::Units, _) => Type::List,
            }
        }
        Parsed::Fact(..) => Type::Text(None),
        Parsed::Not(inner, _) => {
            want(&of(inner)?, &Type::YesNo, inner.span())?;
            Type::YesNo
        }
        Parsed::And(a, b) | Parsed::Or(a, b) => {
            want(&of(a)?, &Type::YesNo, a.span())?;
            want(&of(b)?, &Type::YesNo, b.span())?;
            Type::YesNo
        }
        Parsed::Arith(_, a, b) => {
            want(&of(a)?, &Type::Number, a.span())?;
            want(&of(b)?, &Type::Number, b.span())?;
            Type::Number
        }
        Parsed::Compare(how, a, b) => {
            comparable(*how, (&of(a)?, a), (&of(b)?, b), fields)?;
            Type::YesNo
        }
        Parsed::In(item, list) => {
            let (item_type, list_type) = (of(item)?, of(list)?);
            want(&list_type, &Type::List, list.span())?;
            let Type::Text(words) = item_type else {
                return Err(mismatch(&item_type, &Type::Text(None), item.span()));
            };
            if let (Some(words), Parsed::Literal(Value::List(items), span)) = (words, &**list) {
                for word in items {
                    one_of(word, &words, *span)?;
                }
            }
            Type::YesNo
        }
    })
}

fn want(found: &Type, wanted: &Type, span: Span) -> Result<(), GuardFault> {
    if std::mem::discriminant(found) == std::mem::discriminant(wanted) {
        return Ok(());
    }
    Err(mismatch(found, wanted, span))
}

fn comparable(
    how: Comparison,
    (a_type, a): (&Type, &Parsed),
    (b_type, b): (&Type, &Parsed),
    fields: &IndexMap<FieldId, Field>,
) -> Result<(), GuardFault> {
    let ordered = !matches!(how, Comparison::Equal | Comparison::Unequal);
    match (a_type, b_type) {
        (Type::Number, Type::Number) | (Type::Date, Type::Date) => Ok(()),
        (Type::Date, Type::Text(_)) => is_date(b),
        (Type::Text(_), Type::Date) => is_date(a),
        (Type::YesNo, Type::YesNo) if !ordered => Ok(()),
        (Type::Text(words), Type::Text(others)) if !ordered => match (a, b, words, others) {
            (Parsed::Name(..), Parsed::Literal(Value::Text(word), span), Some(words), _) => one_of(word, words, *span),
            (Parsed::Literal(Value::Text(word), span), Parsed::Name(..), _, Some(words)) => one_of(word, words, *span),
            _ => Ok(()),
        },
        (Type::YesNo | Type::Text(_) | Type::List, other) if ordered && a_type == other => Err(GuardFault {
            code: "G02",
            span: a.span(),
            vi: format!("{} không so lớn nhỏ được, chỉ bằng (==) hoặc khác (!=)", a_type.vi()),
            en: format!("{} cannot be ordered, only equal (==) or not (!=)", a_type.en()),
            instead: None,
        }),
        _ => {
            let name = |parsed: &Parsed, found: &Type| match parsed {
                Parsed::Name(name, _) if fields.contains_key(name.as_str()) => {
                    (format!("`{name}` là {}", found.vi()), format!("`{name}` is {}", found.en()))
                }
                _ => (format!("vế kia là {}", found.vi()), format!("the other side is {}", found.en())),
            };
            let (a_words, b_words) = (name(a, a_type), name(b, b_type));
            Err(GuardFault {
                code: "G02",
                span: b.span(),
                vi: format!("không so được: {}, {}", a_words.0, b_words.0),
                en: format!("cannot be compared: {}, {}", a_words.1, b_words.1),
                instead: None,
            })
        }
    }
}

fn is_date(parsed: &Parsed) -> Result<(), GuardFault> {
    match parsed {
        Parsed::Literal(Value::Text(text), span) => {
            let date = text.parse::<jiff::civil::Date>().ok().map(|date| date.to_string());
            // Dates are compared as they are kept: a day written in another way would be equal to none.
            if date.as_deref() == Some(text) {
                return Ok(());
            }
            Err(GuardFault {
                code: "G02",
                span: *span,
                vi: format!("'{text}' không phải là ngày; viết như '2026-08-03'"),
                en: format!("'{text}' is no date; write it like '2026-08-03'"),
                instead: date.map(|date| format!("'{date}'")),
            })
        }
        _ => Ok(()),
    }
}

fn one_of(word: &str, words: &[String], span: Span) -> Result<(), GuardFault> {
    if words.iter().any(|w| w == word) {
        return Ok(());
    }
    let list = words.join(", ");
    let near = only(near(word, words.iter().map(String::as_str)));
    Err(GuardFault {
        code: "G02",
        span,
        vi: format!("'{word}' không có trong các lựa chọn: {list}"),
        en: format!("'{word}' is not one of the choices: {list}"),
        instead: near.map(|near| format!("'{near}'")),
    })
}

/// The one that was meant; of several equally near, none.
fn only(near: Vec<&str>) -> Option<&str> {
    match near.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

fn mismatch(found: &Type, wanted: &Type, span: Span) -> GuardFault {
    GuardFault {
        code: "G02",
        span,
        vi: format!("chỗ này cần {}, đây là {}", wanted.vi(), found.vi()),
        en: format!("this wants {}, here is {}", wanted.en(), found.en()),
        instead: None,
    }
}

fn unknown_field(name: &str, span: Span, fields: &IndexMap<FieldId, Field>) -> GuardFault {
    if ["now", "today", "hom_nay", "bay_gio", "date", "time"].contains(&name) {
        return GuardFault {
            code: "G11",
            span,
            vi: "điều kiện chỉ thấy dữ liệu của hồ sơ này, không thấy đồng hồ".into(),
            en: "a condition sees only this case, not the clock".into(),
            instead: None,
        };
    }
    let near = only(near(name, fields.keys().map(FieldId::as_str)));
    GuardFault {
        code: "G01",
        span,
        vi: format!("không có trường `{name}` trong `fields`"),
        en: format!("no field `{name}` in `fields`"),
        instead: near.map(str::to_owned),
    }
}

impl Type {
    fn vi(&self) -> &'static str {
        match self {
            Type::YesNo => "đúng/sai",
            Type::Number => "số",
            Type::Date => "ngày",
            Type::Text(_) => "chữ",
            Type::List => "danh sách",
        }
    }

    fn en(&self) -> &'static str {
        match self {
            Type::YesNo => "yes/no",
            Type::Number => "a number",
            Type::Date => "a date",
            Type::Text(_) => "text",
            Type::List => "a list",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::procedure::Title;

    fn fields() -> IndexMap<FieldId, Field> {
        let field = |kind| Field {
            kind,
            title: Title::default(),
            words: std::collections::BTreeMap::new(),
            measure: None,
            min: None,
            max: None,
            pattern: None,
            required: false,
            personal: false,
            keep: None,
        };
        IndexMap::from([
            ("dien_tich".into(), field(Kind::Number)),
            ("cap".into(), field(Kind::Choice(vec!["III".into(), "IV".into()]))),
            ("đạt".into(), field(Kind::YesNo)),
            ("ngay".into(), field(Kind::Date)),
        ])
    }

    fn judge(text: &str, given: &[(&str, Value)]) -> Option<bool> {
        let guard = Guard::parse(text, &fields()).unwrap();
        let fields: BTreeMap<FieldId, Value> = given.iter().map(|(k, v)| ((*k).into(), v.clone())).collect();
        guard.judge(&Scope { fields: &fields, channel: "online", code: None, each: None })
    }

    #[test]
    fn conditions_hold_fail_or_are_unknown() {
        let area = |n: &str| vec![("dien_tich", Value::Number(Number::parse(n).unwrap()))];
        assert_eq!(judge("dien_tich > 500.0", &area("500.5")), Some(true));
        assert_eq!(judge("dien_tich > 500.0", &area("500")), Some(false));
        assert_eq!(judge("dien_tich * 2 - 1 >= 999", &area("500")), Some(true));
        assert_eq!(judge("dien_tich * 0.0005 == 1", &area("2000")), Some(true), "small factors count whole");
        assert_eq!(judge("dien_tich * 0.0005 == -1", &area("-2000")), Some(true));
        assert_eq!(judge("dien_tich > 500.0", &[]), None);
        assert_eq!(judge("!đạt", &[]), None, "unknown stays unknown when negated");
        assert_eq!(judge("đạt || dien_tich > 1", &area("2")), Some(true), "one true side is enough");
        assert_eq!(judge("đạt && dien_tich > 3", &area("2")), Some(false));
        assert_eq!(
            judge("cap in ['III'] && case.channel == 'online'", &[("cap", Value::Text("III".into()))]),
            Some(true)
        );
        assert_eq!(judge("has(cap)", &[]), Some(false));
        assert_eq!(judge("ngay < '2026-01-02'", &[("ngay", Value::Text("2026-01-01".into()))]), Some(true));
    }

    #[test]
    fn faults_name_both_kinds_and_the_near_word() {
        let fault = |text: &str| Guard::parse(text, &fields()).unwrap_err();
        assert_eq!(fault("dien_tich >").code, "G00");
        assert_eq!(fault("dien_tichh > 5").instead.as_deref(), Some("dien_tich"));
        assert_eq!(fault("dien_tich > 'III'").vi, "không so được: `dien_tich` là số, vế kia là chữ");
        assert_eq!(fault("cap == 'V'").code, "G02");
        assert_eq!(fault("cap > 'III'").code, "G02");
        assert_eq!(fault("dien_tich").code, "G02");
        assert_eq!(fault("sqrt(dien_tich) > 2").code, "G03");
        assert_eq!(fault("now > 3").code, "G11");
        assert_eq!(fault(&"(".repeat(5000)).code, "G00");
        assert_eq!(fault(&format!("{}đạt", "!".repeat(900))).code, "G00");
    }
}
