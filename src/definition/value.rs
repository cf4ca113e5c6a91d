//! The data of a case: a value and its type. It may not know where a value came from.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ids::{PersonId, UnitId};

/// What a field holds, as declared by `is:` in the procedure file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Free text.
    Text,
    /// A decimal number with at most six places.
    Number,
    /// An amount in đồng, a whole number.
    Money,
    /// A local date.
    Date,
    /// Yes or no.
    YesNo,
    /// One of a closed list of words.
    Choice(Vec<String>),
    /// A file kept outside the engine; the value is its name.
    File,
    /// A person of the directory.
    Person,
    /// A unit of the directory.
    Unit,
    /// Several units of the directory, in order, without repeats.
    Units,
}

impl Kind {
    /// The word that `is:` takes for this kind.
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Number => "number",
            Kind::Money => "money",
            Kind::Date => "date",
            Kind::YesNo => "yes_no",
            Kind::Choice(_) => "choice",
            Kind::File => "file",
            Kind::Person => "person",
            Kind::Unit => "unit",
            Kind::Units => "list of unit",
        }
    }
}

/// A value of a field.
///
/// JSON carries it untagged (`true`, `12.5`, `"IV"`, `["so-a"]`); [`Value::read`] gives it back its kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Yes or no.
    YesNo(bool),
    /// A decimal number.
    Number(Number),
    /// Text, a choice, a file's name, a person's or a unit's id, or a date as `2026-08-03`.
    Text(String),
    /// A list of unit ids.
    List(Vec<String>),
}

impl Value {
    /// Reads a JSON value as the declared kind; the error names what was wanted instead.
    pub fn read(kind: &Kind, json: &serde_json::Value) -> Result<Value, WrongKind> {
        let wrong = || WrongKind { wanted: kind.word(), choices: kind.choices().to_vec() };
        match (kind, json) {
            (Kind::YesNo, serde_json::Value::Bool(yes)) => Ok(Value::YesNo(*yes)),
            (Kind::Number, serde_json::Value::Number(n)) => {
                Number::parse(&n.to_string()).map(Value::Number).ok_or_else(wrong)
            }
            (Kind::Money, serde_json::Value::Number(n)) => {
                let number = Number::parse(&n.to_string()).filter(Number::is_whole).ok_or_else(wrong)?;
                Ok(Value::Number(number))
            }
            (Kind::Date, serde_json::Value::String(text)) => {
                let date: jiff::civil::Date = text.parse().map_err(|_| wrong())?;
                Ok(Value::Text(date.to_string()))
            }
            (Kind::Choice(of), serde_json::Value::String(text)) if of.contains(text) => Ok(Value::Text(text.clone())),
            (Kind::Text | Kind::File | Kind::Person | Kind::Unit, serde_json::Value::String(text)) => {
                Ok(Value::Text(text.clone()))
            }
            (Kind::Units, serde_json::Value::Array(items)) => {
                let mut units: Vec<String> = Vec::with_capacity(items.len());
                for item in items {
                    let unit = item.as_str().ok_or_else(wrong)?;
                    if units.iter().any(|seen| seen == unit) {
                        return Err(wrong());
                    }
                    units.push(unit.to_owned());
                }
                Ok(Value::List(units))
            }
            _ => Err(wrong()),
        }
    }

    /// The value as a yes or no.
    pub fn as_yes_no(&self) -> Option<bool> {
        match self {
            Value::YesNo(yes) => Some(*yes),
            _ => None,
        }
    }

    /// The value as a number.
    pub fn as_number(&self) -> Option<Number> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The value as text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as a person of the directory.
    pub fn as_person(&self) -> Option<PersonId> {
        self.as_text().map(PersonId::from)
    }

    /// The value as a list of units.
    pub fn as_units(&self) -> Option<Vec<UnitId>> {
        match self {
            Value::List(units) => Some(units.iter().map(|unit| UnitId::from(unit.as_str())).collect()),
            _ => None,
        }
    }
}

impl Kind {
    fn choices(&self) -> &[String] {
        match self {
            Kind::Choice(of) => of,
            _ => &[],
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::YesNo(yes) => write!(f, "{yes}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Text(text) => f.write_str(text),
            Value::List(items) => f.write_str(&items.join(", ")),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::YesNo(yes) => serializer.serialize_bool(*yes),
            Value::Number(number) => number.serialize(serializer),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => items.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Bool(yes) => Ok(Value::YesNo(yes)),
            serde_json::Value::Number(n) => Number::parse(&n.to_string())
                .map(Value::Number)
                .ok_or_else(|| D::Error::custom(format!("{n} has more than six decimal places or is too large"))),
            serde_json::Value::String(text) => Ok(Value::Text(text)),
            serde_json::Value::Array(items) => items
                .into_iter()
                .map(|item| match item {
                    serde_json::Value::String(text) => Ok(text),
                    other => Err(D::Error::custom(format!("a list holds names, found {other}"))),
                })
                .collect::<Result<_, _>>()
                .map(Value::List),
            other => Err(D::Error::custom(format!("a field takes yes/no, a number, text or a list, found {other}"))),
        }
    }
}

/// What a value should have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongKind {
    /// The declared kind's word.
    pub wanted: &'static str,
    /// The allowed words, for a choice.
    pub choices: Vec<String>,
}

/// A decimal number held exactly, in millionths; magnitude below 9·10^15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(i128);

impl Number {
    const SCALE: i128 = 1_000_000;
    const LIMIT: i128 = 9_000_000_000_000_000 * Self::SCALE;

    /// Reads `12`, `-3.5` or `5e2`; nothing where it has more than six decimal places, is out of range, or has a
    /// fraction and more digits than JSON keeps.
    pub fn parse(text: &str) -> Option<Number> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || !whole.chars().chain(fraction.chars()).all(|c| c.is_ascii_digit()) {
            return None;
        }
        if whole.len() + fraction.len() > 30 {
            return None;
        }
        let mut value: i128 = format!("{whole}{fraction}").parse().ok()?;
        let shift = i64::from(exponent) + 6 - fraction.len() as i64;
        for _ in 0..shift.clamp(0, 40) {
            value = value.checked_mul(10)?;
        }
        for _ in 0..(-shift).clamp(0, 40) {
            if value % 10 != 0 {
                return None;
            }
            value /= 10;
        }
        let value = if negative { -value } else { value };
        let number = Number(value);
        (value.abs() < Self::LIMIT && (number.is_whole() || number.is_kept_by_json())).then_some(number)
    }

    /// Whether the JSON of it reads back as the same number: JSON carries fractions as doubles, and what is written
    /// into the journal must be what was decided on. Fifteen digits always are.
    fn is_kept_by_json(&self) -> bool {
        let text = self.to_string();
        text.parse::<f64>().is_ok_and(|double| double.to_string() == text)
    }

    /// The number `n`, exactly, or nothing when it is out of range.
    pub fn whole(n: i64) -> Option<Number> {
        let value = i128::from(n) * Self::SCALE;
        (value.abs() < Self::LIMIT).then_some(Number(value))
    }

    /// The number in millionths.
    pub fn millionths(&self) -> i128 {
        self.0
    }

    /// The number of that many millionths, or nothing when it is out of range.
    pub fn of_millionths(millionths: i128) -> Option<Number> {
        (millionths.abs() < Self::LIMIT).then_some(Number(millionths))
    }

    /// Whether nothing stands after the decimal point.
    pub fn is_whole(&self) -> bool {
        self.0 % Self::SCALE == 0
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.abs() / Self::SCALE, self.0.abs() % Self::SCALE);
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let fraction = format!("{rest:06}");
        write!(f, "{sign}{whole}.{}", fraction.trim_end_matches('0'))
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_whole() {
            return serializer.serialize_i64((self.0 / Self::SCALE) as i64);
        }
        // The nearest double prints back as the same short decimal for the magnitudes that six places can be given for.
        serializer.serialize_f64(self.to_string().parse().unwrap_or(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_and_bounded() {
        for text in ["0", "12", "-3.5", "500.000001", "8999999999999999"] {
            assert_eq!(Number::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Number::parse("5e2").unwrap().to_string(), "500");
        // Too many digits for a double: refused, rather than kept as another number.
        for text in ["8999999999999999.5", "1234567890123.123456", "-4503599627370497.5"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
        for text in ["999999999.999999", "-0.000001", "4503599627370495.5", "0.1"] {
            assert_eq!(Number::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "-", "1.0000001", "9e15", "1,5", "nan", "1e400", ".5"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_value_survives_json() {
        for json in ["true", "12", "12.5", "\"IV\"", "[\"so-a\",\"so-b\"]"] {
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
        }
        assert!(serde_json::from_str::<Value>("{}").is_err());
    }

    #[test]
    fn a_choice_outside_the_list_names_the_list() {
        let kind = Kind::Choice(vec!["III".into(), "IV".into()]);
        let wrong = Value::read(&kind, &serde_json::json!("V")).unwrap_err();
        assert_eq!(wrong.choices, ["III", "IV"]);
    }
}
