//! The calendar file as written (`format: calendar/v1`), and what can be wrong with it. It may not count anything.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use crate::ids::CalendarId;

/// A calendar as an author writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarFile {
    pub format: String,
    pub id: CalendarId,
    pub vi: String,
    #[serde(default)]
    pub en: Option<String>,
    /// IANA name, e.g. `Asia/Ho_Chi_Minh`.
    pub zone: String,
    pub version: u32,
    /// First day the days off speak of.
    pub from: Date,
    /// Last one; outside, the weekly pattern alone counts.
    pub to: Date,
    /// Counts day and night; then it has no week.
    #[serde(default)]
    pub always_open: bool,
    /// Sessions `08:00-12:00` by `mon` … `sun`; a missing day is a day off.
    #[serde(default)]
    pub week: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub days_off: Vec<DayOff>,
    #[serde(default)]
    pub make_up: Vec<MakeUp>,
    /// Where the days come from.
    #[serde(default)]
    pub source: Option<String>,
}

/// A day, or a run of days, without sessions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayOff {
    #[serde(default)]
    pub date: Option<Date>,
    #[serde(default)]
    pub from: Option<Date>,
    #[serde(default)]
    pub to: Option<Date>,
    pub vi: String,
    #[serde(default)]
    pub decision: Option<String>,
    #[serde(default)]
    pub announced: Option<Date>,
}

/// A day off that is worked after all, with the sessions of another weekday.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeUp {
    pub date: Date,
    pub like: String,
    pub vi: String,
    #[serde(default)]
    pub decision: Option<String>,
    #[serde(default)]
    pub announced: Option<Date>,
}

/// Why a calendar file cannot be counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// Not YAML, or not of this form; the reader's own words.
    Unreadable(String),
    Format(String),
    UnknownZone(String),
    UnknownWeekday(String),
    BadSession {
        day: String,
        text: String,
    },
    Overlap {
        day: String,
        text: String,
    },
    NoSessions,
    BadRange {
        vi: String,
    },
    /// The end stands before the beginning, or further after it than anyone knows days off.
    Backwards {
        from: Date,
        to: Date,
    },
    Weekless,
    /// A day off or make-up day lies outside `from`..`to` of the file.
    OutsideDates(Date),
    /// Days off, or make-up days, are not in the order of their dates, each once.
    OutOfOrder {
        before: Date,
        after: Date,
    },
    /// The same date is a day off and a make-up day.
    OffAndMadeUp(Date),
    /// A make-up day is worked like a weekday that has no sessions.
    EmptyMakeUp {
        date: Date,
        like: String,
    },
}

/// The words of the weekdays, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl CalendarFile {
    /// Reads a file's text.
    pub fn read(text: &str) -> Result<CalendarFile, CalendarError> {
        serde_saphyr::from_str(text).map_err(|fault| CalendarError::Unreadable(fault.to_string()))
    }

    /// The sessions of each weekday, Monday first, checked and in order, as minutes of the day; 1440 closes at midnight.
    pub fn sessions(&self) -> Result<[Vec<(u16, u16)>; 7], CalendarError> {
        let mut week: [Vec<(u16, u16)>; 7] = Default::default();
        for (day, texts) in &self.week {
            let index = weekday(day)?;
            for text in texts {
                let bad = || CalendarError::BadSession { day: day.clone(), text: text.clone() };
                let (open, close) = text.split_once('-').ok_or_else(bad)?;
                let (open, close) = (clock(open).ok_or_else(bad)?, clock(close).ok_or_else(bad)?);
                if open >= close {
                    return Err(bad());
                }
                if week[index].last().is_some_and(|(_, before)| *before > open) {
                    return Err(CalendarError::Overlap { day: day.clone(), text: text.clone() });
                }
                week[index].push((open, close));
            }
        }
        Ok(week)
    }

    /// Every date that is not worked by its weekday, in order: a day off (nothing), or the weekday it is worked like.
    pub fn special_days(&self) -> Result<BTreeMap<Date, Option<usize>>, CalendarError> {
        let mut days = BTreeMap::new();
        let mut last = None;
        for day in &self.days_off {
            let (from, to) = day.range()?;
            self.place(&mut last, from, to)?;
            days.extend(from.series(1.day()).take_while(|date| *date <= to).map(|date| (date, None)));
        }
        let mut last = None;
        for day in &self.make_up {
            self.place(&mut last, day.date, day.date)?;
            let like = weekday(&day.like)?;
            if self.week.get(&day.like).is_none_or(Vec::is_empty) {
                return Err(CalendarError::EmptyMakeUp { date: day.date, like: day.like.clone() });
            }
            if days.insert(day.date, Some(like)).is_some() {
                return Err(CalendarError::OffAndMadeUp(day.date));
            }
        }
        Ok(days)
    }

    /// Refuses what lies outside the file's dates or not after the last one placed.
    fn place(&self, last: &mut Option<Date>, from: Date, to: Date) -> Result<(), CalendarError> {
        if let Some(date) = [from, to].into_iter().find(|date| !(self.from..=self.to).contains(date)) {
            return Err(CalendarError::OutsideDates(date));
        }
        match last.replace(to) {
            Some(before) if from <= before => Err(CalendarError::OutOfOrder { before, after: from }),
            _ => Ok(()),
        }
    }
}

impl DayOff {
    /// First and last day, at most a year apart.
    pub fn range(&self) -> Result<(Date, Date), CalendarError> {
        match (self.date, self.from, self.to) {
            (Some(date), None, None) => Ok((date, date)),
            (None, Some(from), Some(to)) if from <= to && (to - from).get_days() <= 366 => Ok((from, to)),
            (None, Some(from), Some(to)) => Err(CalendarError::Backwards { from, to }),
            _ => Err(CalendarError::BadRange { vi: self.vi.clone() }),
        }
    }
}

/// The index of a weekday's word, Monday being 0.
pub fn weekday(word: &str) -> Result<usize, CalendarError> {
    WEEKDAYS.iter().position(|day| *day == word).ok_or_else(|| CalendarError::UnknownWeekday(word.to_owned()))
}

/// `HH:MM` up to `24:00` as minutes of the day.
fn clock(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !matches!(hour.len(), 1 | 2) || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let of_day = hour * 60 + minute;
    (minute < 60 && of_day <= 1440).then_some(of_day)
}

impl CalendarError {
    /// What is wrong, in Vietnamese.
    pub fn vi(&self) -> String {
        match self {
            CalendarError::Unreadable(fault) => format!("không đọc được lịch: {fault}"),
            CalendarError::Format(found) => {
                format!("đây là lịch nên `format` phải là `calendar/v1`, không phải `{found}`")
            }
            CalendarError::UnknownZone(zone) => format!("không có múi giờ `{zone}`, ví dụ `Asia/Ho_Chi_Minh`"),
            CalendarError::UnknownWeekday(day) => format!("không có thứ `{day}`; dùng mon tue wed thu fri sat sun"),
            CalendarError::BadSession { day, text } => {
                format!("ca làm việc `{text}` của `{day}` phải viết như `08:00-12:00`, giờ mở trước giờ đóng")
            }
            CalendarError::Overlap { day, text } => format!("ca `{text}` của `{day}` chồng lên ca trước nó"),
            CalendarError::NoSessions => "lịch không có ca làm việc nào".into(),
            CalendarError::BadRange { vi } => format!("ngày nghỉ `{vi}` phải có `date`, hoặc cả `from` và `to`"),
            CalendarError::Backwards { from, to } => format!("khoảng {from} đến {to} bị ngược hoặc dài quá mức"),
            CalendarError::Weekless => "lịch `always_open` không được có `week`, `days_off`, `make_up`".into(),
            CalendarError::OutsideDates(date) => format!("ngày {date} nằm ngoài khoảng `from` đến `to` của lịch"),
            CalendarError::OutOfOrder { before, after } => {
                format!("các ngày phải xếp theo thứ tự, mỗi ngày một lần: {after} đứng sau {before}")
            }
            CalendarError::OffAndMadeUp(date) => format!("{date} vừa là ngày nghỉ vừa là ngày làm bù"),
            CalendarError::EmptyMakeUp { date, like } => {
                format!("{date} làm bù như `{like}`, nhưng `{like}` không có ca làm việc")
            }
        }
    }

    /// What is wrong, in English.
    pub fn en(&self) -> String {
        match self {
            CalendarError::Unreadable(fault) => format!("the calendar cannot be read: {fault}"),
            CalendarError::Format(found) => format!("a calendar's `format` is `calendar/v1`, not `{found}`"),
            CalendarError::UnknownZone(zone) => format!("no time zone `{zone}`, for example `Asia/Ho_Chi_Minh`"),
            CalendarError::UnknownWeekday(day) => format!("no weekday `{day}`; use mon tue wed thu fri sat sun"),
            CalendarError::BadSession { day, text } => {
                format!("session `{text}` of `{day}` is written like `08:00-12:00`, opening before closing")
            }
            CalendarError::Overlap { day, text } => format!("session `{text}` of `{day}` overlaps the one before it"),
            CalendarError::NoSessions => "the calendar has no session".into(),
            CalendarError::BadRange { vi } => format!("day off `{vi}` needs `date`, or both `from` and `to`"),
            CalendarError::Backwards { from, to } => format!("{from} to {to} runs backwards or is too long"),
            CalendarError::Weekless => "an `always_open` calendar has no `week`, `days_off`, `make_up`".into(),
            CalendarError::OutsideDates(date) => format!("{date} lies outside `from` to `to` of the calendar"),
            CalendarError::OutOfOrder { before, after } => {
                format!("days stand in order, each once: {after} stands after {before}")
            }
            CalendarError::OffAndMadeUp(date) => format!("{date} is both a day off and a make-up day"),
            CalendarError::EmptyMakeUp { date, like } => {
                format!("{date} is worked like `{like}`, but `{like}` has no session")
            }
        }
    }
}

impl std::fmt::Display for CalendarError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.en())
    }
}

impl std::error::Error for CalendarError {}
