//! Sessions, weekdays and days of the year as an author writes them: `08:00-12:00`, `mon`, `01/04`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::calendar::fault::CalendarError;

/// Opening and closing as minutes of the day, in order; 1440 closes at midnight.
pub type Hours = Vec<(u16, u16)>;

/// The words of the weekdays, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The index of a weekday's word, Monday being 0.
pub fn weekday(word: &str) -> Result<usize, CalendarError> {
    WEEKDAYS.iter().position(|day| *day == word).ok_or_else(|| CalendarError::UnknownWeekday(word.to_owned()))
}

/// The sessions of each weekday, Monday first, checked.
pub(super) fn read_week(week: &BTreeMap<String, Vec<String>>) -> Result<[Hours; 7], CalendarError> {
    let mut hours: [Hours; 7] = Default::default();
    for (day, texts) in week {
        hours[weekday(day)?] = read_hours(day, texts)?;
    }
    Ok(hours)
}

/// The sessions of one day, which is named where they are wrong.
pub(super) fn read_hours(day: &str, texts: &[String]) -> Result<Hours, CalendarError> {
    let mut hours = Hours::new();
    for text in texts {
        let bad = || CalendarError::BadSession { day: day.to_owned(), text: text.clone() };
        let (open, close) = text.split_once('-').ok_or_else(bad)?;
        let (open, close) = (clock(open).ok_or_else(bad)?, clock(close).ok_or_else(bad)?);
        if open >= close {
            return Err(bad());
        }
        if hours.last().is_some_and(|(_, before)| *before > open) {
            return Err(CalendarError::Overlap { day: day.to_owned(), text: text.clone() });
        }
        hours.push((open, close));
    }
    Ok(hours)
}

/// Sessions as they are written: `08:00-12:00, 13:30-17:30`.
pub fn print_hours(hours: &[(u16, u16)]) -> String {
    let clock = |minute: &u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    hours.iter().map(|(open, close)| format!("{}-{}", clock(open), clock(close))).collect::<Vec<_>>().join(", ")
}

/// `HH:MM` up to `24:00` as minutes of the day.
fn clock(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    if !matches!(hour.len(), 1 | 2) || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let of_day = hour * 60 + minute;
    (minute < 60 && of_day <= 1440).then_some(of_day)
}

/// `dd/mm` as month and day; the 29th of February is one.
pub(super) fn day_of_year(text: &str) -> Option<(i8, i8)> {
    let (day, month) = text.trim().split_once('/')?;
    if !matches!(day.len(), 1 | 2) || !matches!(month.len(), 1 | 2) || !digits(day) || !digits(month) {
        return None;
    }
    let (day, month): (i8, i8) = (day.parse().ok()?, month.parse().ok()?);
    // a leap year has every day that any year has
    Date::new(2024, month, day).ok().map(|_| (month, day))
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}
