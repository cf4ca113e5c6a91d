//! What a real case says about people, made unrecognisable: what is kept is what the course of a case can depend on.
//!
//! Free text and names of files keep their shape only: a letter stays a letter, a digit a digit. Of what the procedure
//! calls personal, numbers keep their size and dates their year. Words of a closed list, yes and no, units and the
//! numbers that are not personal stay. No name of a person is ever kept.

use crate::definition::procedure::Field;
use crate::definition::value::{Kind, Number, Value};
use crate::ids::PersonId;

/// The value with nothing in it that tells who it was about; nothing where none can be made that the field takes.
/// `stand_in` says who plays a real person.
pub(super) fn masked(field: &Field, value: &Value, stand_in: impl Fn(&PersonId) -> PersonId) -> Option<Value> {
    let masked = match (&field.kind, value) {
        (Kind::Text, Value::Text(text)) => Value::Text(shape(text, field)?),
        (Kind::File, Value::Text(_)) => Value::Text("tep-da-thay.pdf".to_owned()),
        (Kind::Person, Value::Text(person)) => Value::Text(stand_in(&person.as_str().into()).to_string()),
        (Kind::Date, Value::Text(date)) if field.personal => Value::Text(format!("{}-01-01", date.get(..4)?)),
        (Kind::Number | Kind::Money, Value::Number(number)) if field.personal => Value::Number(size(*number, field)),
        (_, other) => other.clone(),
    };
    Some(masked)
}

/// A text of the same shape; of several tries the first that the field's pattern takes.
fn shape(text: &str, field: &Field) -> Option<String> {
    let tries = [('x', 'X', '0'), ('a', 'A', '1'), ('a', 'A', '9')];
    tries.into_iter().find_map(|(small, large, digit)| {
        let other = |c: char| match c {
            c if c.is_ascii_digit() => digit,
            c if c.is_uppercase() => large,
            c if c.is_alphabetic() => small,
            c => c,
        };
        let masked: String = text.chars().map(other).collect();
        field.pattern.as_ref().is_none_or(|pattern| pattern.fits(&masked)).then_some(masked)
    })
}

/// A number of the same size: its first digit, within what the field takes.
fn size(number: Number, field: &Field) -> Number {
    let text = number.to_string();
    let whole = text.split(['.', ',']).next().unwrap_or(&text);
    let first = whole.char_indices().find(|(_, c)| ('1'..='9').contains(c)).map_or(whole.len(), |(at, _)| at + 1);
    let rounded: String =
        whole.char_indices().map(|(at, c)| if at >= first && c.is_ascii_digit() { '0' } else { c }).collect();
    let rounded = Number::parse(&rounded).unwrap_or(number);
    match (&field.min, &field.max) {
        (Some(min), _) if rounded < *min => *min,
        (_, Some(max)) if rounded > *max => *max,
        _ => rounded,
    }
}
