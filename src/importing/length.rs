//! Times as printed tables write them: `0,5 ngày`, `04 giờ làm việc`, `1/2 ngày`, `Không tính thời gian`.

use crate::calendar::working_time::{Length, WorkingTime};
use crate::fold::fold;

/// What a cell says of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printed {
    /// Nothing stands there.
    Nothing,
    Length(WorkingTime),
    Untimed,
    /// Something stands there that is no time.
    Unread,
}

/// A reading of a cell, and whether it can be read otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub printed: Printed,
    pub sure: bool,
}

/// The units that stand in tables; bare ones may be meant in working or in other time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    WorkingDay,
    CalendarDay,
    BareDay,
    WorkingHour,
    ClockHour,
    BareHour,
    Minute,
    Month,
}

/// Longer words first: `ngay lam viec` is also a `ngay`.
const UNITS: [(&str, Unit); 14] = [
    ("ngay lam viec", Unit::WorkingDay),
    ("ngay lich", Unit::CalendarDay),
    ("gio lam viec", Unit::WorkingHour),
    ("gio hanh chinh", Unit::WorkingHour),
    ("gio dong ho", Unit::ClockHour),
    ("working day", Unit::WorkingDay),
    ("calendar day", Unit::CalendarDay),
    ("working hour", Unit::WorkingHour),
    ("ngay", Unit::BareDay),
    ("gio", Unit::BareHour),
    ("phut", Unit::Minute),
    ("thang", Unit::Month),
    ("day", Unit::BareDay),
    ("h", Unit::BareHour),
];

/// The unit that a text names, as in the heading `Thời hạn (ngày làm việc)`.
pub fn unit_in(text: &str) -> Option<Unit> {
    let folded = fold(text);
    UNITS.iter().filter(|(word, _)| word.len() > 1).find(|(word, _)| folded.contains(word)).map(|(_, unit)| *unit)
}

/// Reads a cell; `heading` is the unit of its column, where the column names one.
pub fn read(text: &str, heading: Option<Unit>) -> Reading {
    let folded = fold(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let sure = |printed: Printed| Reading { printed, sure: true };
    if folded.is_empty() || folded.chars().all(|c| !c.is_alphanumeric()) {
        return sure(Printed::Nothing);
    }
    if folded.contains("khong tinh") {
        return sure(Printed::Untimed);
    }
    let Some((number, rest)) = number(&folded) else {
        let office_hours = folded.contains("gio hanh chinh") || folded.contains("khong quy dinh");
        let printed = if office_hours { Printed::Untimed } else { Printed::Unread };
        return Reading { printed, sure: false };
    };
    let rest = rest.trim_start();
    let named = UNITS.iter().find(|(word, _)| rest.starts_with(word));
    let after = named.map_or(rest, |(word, _)| rest[word.len()..].trim_start());
    // What follows in brackets says the same in another unit; anything else may say more.
    let alone = after.is_empty() || after.starts_with('(') || after.starts_with(['.', ';']) || after == "s";
    let unit = match (named.map(|(_, unit)| *unit), heading) {
        (Some(Unit::BareDay), Some(unit @ (Unit::WorkingDay | Unit::CalendarDay))) => Some((unit, true)),
        (Some(Unit::BareHour), Some(unit @ (Unit::WorkingHour | Unit::ClockHour))) => Some((unit, true)),
        (Some(Unit::BareDay), _) => Some((Unit::WorkingDay, false)),
        (Some(Unit::BareHour), _) => Some((Unit::WorkingHour, false)),
        (Some(unit), _) => Some((unit, true)),
        (None, Some(Unit::BareDay)) => Some((Unit::WorkingDay, false)),
        (None, Some(Unit::BareHour)) => Some((Unit::WorkingHour, false)),
        (None, Some(unit)) => Some((unit, true)),
        (None, None) => None,
    };
    match unit.and_then(|(unit, sure)| Some((length(number, unit)?, sure))) {
        Some((length, unit_is_sure)) => {
            Reading { printed: Printed::Length(WorkingTime::of(length)), sure: unit_is_sure && alone }
        }
        None => Reading { printed: Printed::Unread, sure: false },
    }
}

/// The number at the head of a text in four hundredths (a printed time has halves, quarters and tenths), and what follows.
fn number(text: &str) -> Option<(u32, &str)> {
    let start = text.find(|c: char| c.is_ascii_digit() || c == '½' || c == '¼')?;
    // A number further inside belongs to a sentence.
    if text[..start].chars().any(char::is_alphanumeric) {
        return None;
    }
    let text = &text[start..];
    for (sign, value) in [('½', 200), ('¼', 100)] {
        if let Some(rest) = text.strip_prefix(sign) {
            return Some((value, rest));
        }
    }
    let (whole, rest) = digits(text)?;
    if let Some((lower, after)) = rest.strip_prefix('/').and_then(digits) {
        return (lower > 0 && whole <= 100).then(|| (whole * 400 / lower, after));
    }
    let separated = rest.strip_prefix([',', '.']);
    let fraction = separated.and_then(|fraction| digits(fraction).map(|(value, after)| (value, fraction, after)));
    match fraction {
        Some((value, fraction, after)) => {
            let places = fraction.len() - after.len();
            let scale = 10_u32.checked_pow(u32::try_from(places).ok()?).filter(|scale| *scale <= 1_000)?;
            Some((whole.checked_mul(400)? + value * 400 / scale, after))
        }
        None => Some((whole.checked_mul(400)?, rest)),
    }
}

fn digits(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let value = text[..end].parse().ok().filter(|value| *value <= 10_000)?;
    Some((value, &text[end..]))
}

fn length(number: u32, unit: Unit) -> Option<Length> {
    if number == 0 {
        return None;
    }
    let whole = || number.is_multiple_of(400).then_some(number / 400);
    let minutes = |each: u32| (number * each).is_multiple_of(400).then_some(number * each / 400);
    match unit {
        Unit::WorkingDay | Unit::BareDay => {
            number.is_multiple_of(100).then_some(Length::WorkingDays { quarters: number / 100 })
        }
        Unit::CalendarDay => whole().map(Length::CalendarDays),
        Unit::WorkingHour | Unit::BareHour => minutes(60).map(Length::WorkingMinutes),
        Unit::ClockHour => minutes(60).map(Length::ClockMinutes),
        Unit::Minute => minutes(1).map(Length::WorkingMinutes),
        Unit::Month => whole().map(Length::Months),
    }
}
