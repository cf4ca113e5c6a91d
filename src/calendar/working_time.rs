//! A length of working time: reads, prints and compares. Units never mix silently, and it may not know any calendar.

use std::cmp::Ordering;
use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

use crate::fold::nearest;

/// One length in one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Length {
    /// Minutes inside sessions.
    WorkingMinutes(u32),
    /// Working days, held in quarters: 2 is half a day.
    WorkingDays { quarters: u32 },
    /// Days of the calendar, days off included.
    CalendarDays(u32),
    /// Minutes of the clock, nights and days off included.
    ClockMinutes(u32),
    /// Months of the calendar.
    Months(u32),
}

/// A length, or a sum of lengths of different units in the order written; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WorkingTime(Vec<Length>);

/// Why a text is no length. Offsets are bytes into the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Nothing is written, or nothing stands beside a `+`.
    Empty {
        at: usize,
    },
    /// A number stands alone.
    NoUnit {
        number: String,
        at: usize,
    },
    /// `5 days`, `4 hours`: working or calendar must be said.
    Bare {
        unit: String,
        at: usize,
    },
    /// No such unit; the nearest one is suggested.
    UnknownUnit {
        unit: String,
        suggestion: Option<&'static str>,
        at: usize,
    },
    NotANumber {
        text: String,
        at: usize,
    },
    /// Finer than a quarter of a working day, or than a minute; also three decimals, which some read as thousands.
    TooFine {
        number: String,
        at: usize,
    },
    /// Nothing, or more than 10,000 units.
    OutOfRange {
        number: String,
        at: usize,
    },
}

/// The most a single length may be, in its written unit.
const MOST: u32 = 10_000;

/// The units as written: canonical English singular, plural, Vietnamese, and other spellings read.
const UNITS: &[(Unit, &str, &str, &str, &[&str])] = &[
    (Unit::WorkingDay, "working day", "working days", "ngày làm việc", &["business day", "business days"]),
    (Unit::WorkingHour, "working hour", "working hours", "giờ làm việc", &["business hour", "business hours"]),
    (Unit::WorkingMinute, "working minute", "working minutes", "phút làm việc", &[]),
    (Unit::CalendarDay, "calendar day", "calendar days", "ngày lịch", &["ngày theo lịch"]),
    (Unit::ClockHour, "clock hour", "clock hours", "giờ đồng hồ", &["giờ liên tục"]),
    (Unit::ClockMinute, "clock minute", "clock minutes", "phút đồng hồ", &["phút liên tục"]),
    (Unit::Month, "month", "months", "tháng", &["calendar month", "calendar months"]),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    WorkingDay,
    WorkingHour,
    WorkingMinute,
    CalendarDay,
    ClockHour,
    ClockMinute,
    Month,
}

impl WorkingTime {
    /// A single length.
    pub fn of(length: Length) -> WorkingTime {
        WorkingTime(vec![length])
    }

    /// A sum in the order given; like units are added together. Nothing for an empty list.
    pub fn sum(parts: impl IntoIterator<Item = Length>) -> Option<WorkingTime> {
        let mut sum: Option<WorkingTime> = None;
        for part in parts {
            let part = WorkingTime::of(part);
            sum = Some(match sum {
                None => part,
                Some(so_far) => so_far.plus(&part),
            });
        }
        sum
    }

    /// How many working days it is, where it is nothing else and whole.
    pub fn whole_working_days(&self) -> Option<u32> {
        match self.parts() {
            [Length::WorkingDays { quarters }] if quarters % 4 == 0 => Some(quarters / 4),
            _ => None,
        }
    }

    /// The lengths it is made of.
    pub fn parts(&self) -> &[Length] {
        &self.0
    }

    /// Reads `0.5 working day`, `3 ngày làm việc`, `5 working days + 15 calendar days`.
    pub fn parse(text: &str) -> Result<WorkingTime, ParseError> {
        read(text, 1..=MOST)
    }

    /// Both lengths together; like units are added, others are kept apart. Saturates.
    pub fn plus(&self, other: &WorkingTime) -> WorkingTime {
        let mut parts = self.0.clone();
        'next: for length in &other.0 {
            for mine in &mut parts {
                if let Some(sum) = add_like(*mine, *length) {
                    *mine = sum;
                    continue 'next;
                }
            }
            parts.push(*length);
        }
        WorkingTime(parts)
    }

    /// Whether all of it is counted in working time.
    pub fn is_working(&self) -> bool {
        self.0.iter().all(|part| matches!(part, Length::WorkingMinutes(_) | Length::WorkingDays { .. }))
    }

    /// All of it in working minutes, a day being `full_day_minutes`; nothing where another unit is in it.
    pub fn working_minutes(&self, full_day_minutes: u32) -> Option<u32> {
        let mut total: u64 = 0;
        for part in &self.0 {
            total += match part {
                Length::WorkingMinutes(minutes) => u64::from(*minutes),
                Length::WorkingDays { quarters } => u64::from(*quarters) * u64::from(full_day_minutes) / 4,
                Length::CalendarDays(_) | Length::ClockMinutes(_) | Length::Months(_) => return None,
            };
        }
        Some(u32::try_from(total).unwrap_or(u32::MAX))
    }

    /// Which is longer; nothing where the units cannot be compared without a calendar.
    pub fn compare(&self, other: &WorkingTime, full_day_minutes: u32) -> Option<Ordering> {
        if let (Some(mine), Some(theirs)) =
            (self.working_minutes(full_day_minutes), other.working_minutes(full_day_minutes))
        {
            return Some(mine.cmp(&theirs));
        }
        let (mine, theirs) = (self.quantities(full_day_minutes), other.quantities(full_day_minutes));
        let mut result = Ordering::Equal;
        for (a, b) in mine.iter().zip(theirs) {
            match (result, a.cmp(&b)) {
                (_, Ordering::Equal) => {}
                (Ordering::Equal, step) => result = step,
                (so_far, step) if so_far == step => {}
                _ => return None,
            }
        }
        Some(result)
    }

    /// Working minutes, calendar days, clock minutes, months.
    pub fn quantities(&self, full_day_minutes: u32) -> [u64; 4] {
        let mut sums = [0u64; 4];
        for part in &self.0 {
            match part {
                Length::WorkingMinutes(minutes) => sums[0] += u64::from(*minutes),
                Length::WorkingDays { quarters } => sums[0] += u64::from(*quarters) * u64::from(full_day_minutes) / 4,
                Length::CalendarDays(days) => sums[1] += u64::from(*days),
                Length::ClockMinutes(minutes) => sums[2] += u64::from(*minutes),
                Length::Months(months) => sums[3] += u64::from(*months),
            }
        }
        sums
    }

    /// The canonical form in Vietnamese: `0,5 ngày làm việc`.
    pub fn vi(&self) -> String {
        self.0.iter().map(|part| part.print(true)).collect::<Vec<_>>().join(" + ")
    }

    /// The canonical form in English: `0.5 working day`.
    pub fn en(&self) -> String {
        self.0.iter().map(|part| part.print(false)).collect::<Vec<_>>().join(" + ")
    }
}

/// A limit as a clock carries it (`5 working days`, `until 31/07`, `from FIELD until 31/07`) as an author would write it in either
/// language; what is neither is left as it is.
pub fn limit_in_words(limit: &str, vietnamese: bool) -> String {
    let window = limit.strip_prefix("from ").and_then(|days| days.split_once(" until "));
    if let (Some((from, until)), true) = (window, vietnamese) {
        return format!("từ {from} đến {until}");
    }
    let until = limit.strip_prefix("until ").or_else(|| limit.strip_prefix("đến "));
    match (until, WorkingTime::parse(limit)) {
        (Some(day), _) if vietnamese => format!("đến {day}"),
        (Some(day), _) => format!("until {day}"),
        (None, Ok(length)) if vietnamese => length.vi(),
        (None, Ok(length)) => length.en(),
        (None, Err(_)) => limit.to_owned(),
    }
}

/// A length as written, in the author's language, with each unit's one spelling; nothing where it is no length.
pub fn respelled(text: &str) -> Option<String> {
    let mut parts = Vec::new();
    for piece in text.split('+').map(str::trim) {
        read_one(piece, 0, &(1..=MOST)).ok()?;
        let split = piece.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '/')))?;
        let (number, written) = (&piece[..split], piece[split..].trim());
        let unit = read_unit(written, 0).ok()?;
        let (_, one, many, vi, _) = UNITS.iter().find(|row| row.0 == unit)?;
        let (above, below) = read_number(number)?;
        parts.push(match (written.is_ascii(), above > below) {
            (false, _) => format!("{} {vi}", number.replace('.', ",")),
            (true, true) => format!("{} {many}", number.replace(',', ".")),
            (true, false) => format!("{} {one}", number.replace(',', ".")),
        });
    }
    Some(parts.join(" + "))
}

impl Length {
    /// The unit it is counted in, by its plural; minutes are parts of hours.
    pub fn unit(&self) -> &'static str {
        match self {
            Length::WorkingMinutes(_) => "working hours",
            Length::WorkingDays { .. } => "working days",
            Length::CalendarDays(_) => "calendar days",
            Length::ClockMinutes(_) => "clock hours",
            Length::Months(_) => "months",
        }
    }

    fn print(&self, vietnamese: bool) -> String {
        let (number, unit, plural) = match self {
            Length::WorkingDays { quarters } => {
                let fraction = ["", ".25", ".5", ".75"][(quarters % 4) as usize];
                (format!("{}{fraction}", quarters / 4), Unit::WorkingDay, *quarters > 4)
            }
            Length::WorkingMinutes(m) if m % 60 == 0 => ((m / 60).to_string(), Unit::WorkingHour, *m > 60),
            Length::WorkingMinutes(m) => (m.to_string(), Unit::WorkingMinute, *m > 1),
            Length::CalendarDays(d) => (d.to_string(), Unit::CalendarDay, *d > 1),
            Length::ClockMinutes(m) if m % 60 == 0 => ((m / 60).to_string(), Unit::ClockHour, *m > 60),
            Length::ClockMinutes(m) => (m.to_string(), Unit::ClockMinute, *m > 1),
            Length::Months(m) => (m.to_string(), Unit::Month, *m > 1),
        };
        let names = UNITS.iter().find(|row| row.0 == unit);
        match names {
            Some((_, _, _, vi, _)) if vietnamese => format!("{} {vi}", number.replace('.', ",")),
            Some((_, one, many, _, _)) => format!("{number} {}", if plural { many } else { one }),
            None => number,
        }
    }
}

fn add_like(a: Length, b: Length) -> Option<Length> {
    Some(match (a, b) {
        (Length::WorkingMinutes(a), Length::WorkingMinutes(b)) => Length::WorkingMinutes(a.saturating_add(b)),
        (Length::WorkingDays { quarters: a }, Length::WorkingDays { quarters: b }) => {
            Length::WorkingDays { quarters: a.saturating_add(b) }
        }
        (Length::CalendarDays(a), Length::CalendarDays(b)) => Length::CalendarDays(a.saturating_add(b)),
        (Length::ClockMinutes(a), Length::ClockMinutes(b)) => Length::ClockMinutes(a.saturating_add(b)),
        (Length::Months(a), Length::Months(b)) => Length::Months(a.saturating_add(b)),
        _ => return None,
    })
}

/// Reads a sum whose every number lies in the range, in its written unit.
fn read(text: &str, range: RangeInclusive<u32>) -> Result<WorkingTime, ParseError> {
    let mut parts = Vec::new();
    let mut start = 0;
    for piece in text.split('+') {
        let indent = piece.len() - piece.trim_start().len();
        parts.push(read_one(piece.trim(), start + indent, &range)?);
        start += piece.len() + 1;
    }
    WorkingTime::sum(parts).ok_or(ParseError::Empty { at: 0 })
}

fn read_one(text: &str, at: usize, range: &RangeInclusive<u32>) -> Result<Length, ParseError> {
    if text.is_empty() {
        return Err(ParseError::Empty { at });
    }
    let split = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '/'))).unwrap_or(text.len());
    let (number, rest) = text.split_at(split);
    if number.is_empty() {
        let word = text.split_whitespace().next().unwrap_or(text);
        return Err(ParseError::NotANumber { text: word.to_owned(), at });
    }
    let unit_at = at + split + (rest.len() - rest.trim_start().len());
    if rest.trim().is_empty() {
        return Err(ParseError::NoUnit { number: number.to_owned(), at });
    }
    let unit = read_unit(rest.trim(), unit_at)?;
    let (above, below) = read_number(number).ok_or(ParseError::NotANumber { text: number.to_owned(), at })?;
    let exact = |per: u64| -> Result<u32, ParseError> {
        if !(above * per).is_multiple_of(below) {
            return Err(ParseError::TooFine { number: number.to_owned(), at });
        }
        let amount = above * per / below;
        let outside = || ParseError::OutOfRange { number: number.to_owned(), at };
        if (amount == 0 && *range.start() > 0) || above > u64::from(*range.end()) * below {
            return Err(outside());
        }
        u32::try_from(amount).map_err(|_| outside())
    };
    if number.split_once(['.', ',']).is_some_and(|(_, decimals)| decimals.len() > 2) {
        return Err(ParseError::TooFine { number: number.to_owned(), at });
    }
    Ok(match unit {
        Unit::WorkingDay => Length::WorkingDays { quarters: exact(4)? },
        Unit::WorkingHour => Length::WorkingMinutes(exact(60)?),
        Unit::WorkingMinute => Length::WorkingMinutes(exact(1)?),
        Unit::CalendarDay => Length::CalendarDays(exact(1)?),
        Unit::ClockHour => Length::ClockMinutes(exact(60)?),
        Unit::ClockMinute => Length::ClockMinutes(exact(1)?),
        Unit::Month => Length::Months(exact(1)?),
    })
}

/// `3`, `0.5`, `0,5`, `1/2` as a fraction.
fn read_number(text: &str) -> Option<(u64, u64)> {
    let whole = |text: &str| -> Option<u64> { if text.len() > 10 { None } else { text.parse().ok() } };
    if let Some((above, below)) = text.split_once('/') {
        let below = whole(below)?;
        return (below != 0).then_some((whole(above)?, below));
    }
    match text.split_once(['.', ',']) {
        None => Some((whole(text)?, 1)),
        Some((integer, fraction)) if fraction.len() <= 6 => {
            let scale = 10u64.pow(u32::try_from(fraction.len()).ok()?);
            Some((whole(integer)? * scale + whole(fraction)?, scale))
        }
        Some(_) => None,
    }
}

fn read_unit(written: &str, at: usize) -> Result<Unit, ParseError> {
    let text = written.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect::<String>().to_lowercase();
    let text = text.as_str();
    for (unit, one, many, vi, others) in UNITS {
        if [one, many, vi].contains(&&text) || others.contains(&text) {
            return Ok(*unit);
        }
    }
    if ["day", "days", "ngày", "hour", "hours", "giờ", "minute", "minutes", "phút"].contains(&text) {
        return Err(ParseError::Bare { unit: written.to_owned(), at });
    }
    let names = UNITS.iter().flat_map(|(_, one, many, vi, _)| [*one, *many, *vi]);
    Err(ParseError::UnknownUnit { unit: written.to_owned(), suggestion: nearest(text, names), at })
}

impl ParseError {
    /// Where in the text the fault is, in bytes.
    pub fn offset(&self) -> usize {
        match self {
            ParseError::Empty { at }
            | ParseError::NoUnit { at, .. }
            | ParseError::Bare { at, .. }
            | ParseError::UnknownUnit { at, .. }
            | ParseError::NotANumber { at, .. }
            | ParseError::TooFine { at, .. }
            | ParseError::OutOfRange { at, .. } => *at,
        }
    }

    /// What is wrong, in Vietnamese.
    pub fn vi(&self) -> String {
        match self {
            ParseError::Empty { .. } => "thiếu thời hạn, ví dụ `3 ngày làm việc`".into(),
            ParseError::NoUnit { number, .. } => format!("số {number} không có đơn vị, ví dụ `{number} ngày làm việc`"),
            ParseError::Bare { unit, .. } => {
                format!("`{unit}` chưa rõ: ngày, giờ làm việc hay ngày lịch, giờ đồng hồ?")
            }
            ParseError::UnknownUnit { unit, suggestion: Some(near), .. } => {
                format!("không có đơn vị `{unit}`; có phải là `{near}`?")
            }
            ParseError::UnknownUnit { unit, .. } => {
                format!("không có đơn vị `{unit}`; dùng ngày làm việc, giờ làm việc, ngày lịch, giờ đồng hồ hoặc tháng")
            }
            ParseError::NotANumber { text, .. } => format!("`{text}` không phải là số, ví dụ `0,5` hoặc `3`"),
            ParseError::TooFine { number, .. } => {
                format!(
                    "{number} nhỏ hơn mức chia được: ngày làm việc chia đến 1/4, giờ chia đến phút; ngày lịch và tháng \
                     là số nguyên"
                )
            }
            ParseError::OutOfRange { number, .. } => {
                format!("thời hạn {number} không được: phải lớn hơn 0 và không quá {MOST}")
            }
        }
    }

    /// What is wrong, in English.
    pub fn en(&self) -> String {
        match self {
            ParseError::Empty { .. } => "a length is missing, for example `3 working days`".into(),
            ParseError::NoUnit { number, .. } => format!("{number} has no unit, for example `{number} working days`"),
            ParseError::Bare { unit, .. } => format!("`{unit}`: working or calendar (clock)? It must be said"),
            ParseError::UnknownUnit { unit, suggestion: Some(near), .. } => {
                format!("no unit `{unit}`; did you mean `{near}`?")
            }
            ParseError::UnknownUnit { unit, .. } => {
                format!("no unit `{unit}`; use working days, working hours, calendar days, clock hours or months")
            }
            ParseError::NotANumber { text, .. } => format!("`{text}` is no number, for example `0.5` or `3`"),
            ParseError::TooFine { number, .. } => {
                format!(
                    "{number} is finer than can be counted: quarters of a working day, minutes of an hour; calendar \
                     days and months are whole"
                )
            }
            ParseError::OutOfRange { number, .. } => {
                format!("no length of {number}: it must be more than 0 and at most {MOST}")
            }
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en())
    }
}

impl std::error::Error for ParseError {}

impl fmt::Display for WorkingTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en())
    }
}

impl Serialize for WorkingTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.en())
    }
}

impl<'de> Deserialize<'de> for WorkingTime {
    /// Reads back whatever was written, also a sum that grew beyond what an author may write.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        read(&text, 0..=u32::MAX).map_err(serde::de::Error::custom)
    }
}
