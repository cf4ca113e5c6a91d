//! The calendar file as written (`format: calendar/v1`), checked entry by entry. It may not count anything.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use crate::calendar::fault::CalendarError;
use crate::calendar::hours::{Hours, day_of_year, read_hours, read_week};
pub use crate::calendar::hours::{WEEKDAYS, weekday};
use crate::ids::CalendarId;

/// Sessions `08:00-12:00` by `mon` … `sun`; a missing day is a day off.
pub type Week = BTreeMap<String, Vec<String>>;

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
    /// Last one; outside, the week and the seasons alone count.
    pub to: Date,
    /// Counts day and night; then it has no week.
    #[serde(default)]
    pub always_open: bool,
    #[serde(default)]
    pub week: Week,
    #[serde(default)]
    pub seasons: Vec<Season>,
    #[serde(default)]
    pub days_off: Vec<DayOff>,
    #[serde(default)]
    pub half_days: Vec<HalfDay>,
    #[serde(default)]
    pub make_up: Vec<MakeUp>,
    #[serde(default)]
    pub swaps: Vec<Swap>,
    /// Where the days come from.
    #[serde(default)]
    pub source: Option<String>,
}

/// A part of every year with a week of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    pub vi: String,
    /// `dd/mm`, the first day.
    pub from: String,
    /// `dd/mm`, the last day; before `from` in the year, it lies in the next one.
    pub to: String,
    /// An empty one has no sessions at all, as a school's summer.
    #[serde(default)]
    pub week: Week,
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
    #[serde(default)]
    pub source: Option<String>,
}

/// A working day with fewer hours than its weekday has.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HalfDay {
    pub date: Date,
    pub sessions: Vec<String>,
    pub vi: String,
    #[serde(default)]
    pub decision: Option<String>,
    #[serde(default)]
    pub announced: Option<Date>,
    #[serde(default)]
    pub source: Option<String>,
}

/// A day off that is worked after all: with the sessions of another weekday, or with its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeUp {
    pub date: Date,
    #[serde(default)]
    pub like: Option<String>,
    #[serde(default)]
    pub sessions: Option<Vec<String>>,
    pub vi: String,
    #[serde(default)]
    pub decision: Option<String>,
    #[serde(default)]
    pub announced: Option<Date>,
    #[serde(default)]
    pub source: Option<String>,
}

/// A working day that is off, with the day that is worked in its place: one decision, one entry. The day worked has
/// the hours of the day that is off, unless it brings its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Swap {
    pub off: Date,
    pub worked: Date,
    #[serde(default)]
    pub sessions: Option<Vec<String>>,
    pub vi: String,
    #[serde(default)]
    pub decision: Option<String>,
    #[serde(default)]
    pub announced: Option<Date>,
    #[serde(default)]
    pub source: Option<String>,
}

/// Why a day is not what its weekday says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub label: String,
    /// Number of the decision or announcement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// The day it was made known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<Date>,
    /// What it rests on beside: an article of a law, a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// How a day differs from its weekday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Special {
    Off,
    /// With these hours, fewer than usual.
    Half(Hours),
    /// Worked like that weekday, Monday being 0.
    Like(usize),
    /// Worked with these hours.
    Worked(Hours),
}

/// Days that differ, by date.
pub type SpecialDays = BTreeMap<Date, (Special, Reason)>;

impl CalendarFile {
    /// Reads a file's text.
    pub fn read(text: &str) -> Result<CalendarFile, CalendarError> {
        serde_saphyr::from_str(text).map_err(|fault| CalendarError::Unreadable(fault.to_string()))
    }

    /// The sessions of each weekday outside the seasons, checked.
    pub fn sessions(&self) -> Result<[Hours; 7], CalendarError> {
        read_week(&self.week)
    }

    /// Every date that is not worked by its weekday. Whether its weekday has sessions depends on the season; what
    /// builds the pattern checks that.
    pub fn special_days(&self) -> Result<SpecialDays, CalendarError> {
        let mut days = Placed { file: self, days: SpecialDays::new() };
        let mut last = None;
        for day in &self.days_off {
            let (from, to) = day.range()?;
            days.in_order(&mut last, from, to)?;
            for date in from.series(1.day()).take_while(|date| *date <= to) {
                days.put(date, Special::Off, day.reason())?;
            }
        }
        let mut last = None;
        for day in &self.half_days {
            days.in_order(&mut last, day.date, day.date)?;
            let hours = day.hours()?;
            days.put(day.date, Special::Half(hours), day.reason())?;
        }
        let mut last = None;
        for day in &self.make_up {
            days.in_order(&mut last, day.date, day.date)?;
            days.put(day.date, day.special()?, day.reason())?;
        }
        let mut last = None;
        for swap in &self.swaps {
            days.in_order(&mut last, swap.off, swap.off)?;
            days.put(swap.off, Special::Off, swap.reason())?;
            days.put(swap.worked, swap.special()?, swap.reason())?;
        }
        Ok(days.days)
    }
}

/// Special days found so far.
struct Placed<'a> {
    file: &'a CalendarFile,
    days: SpecialDays,
}

impl Placed<'_> {
    fn put(&mut self, date: Date, special: Special, reason: Reason) -> Result<(), CalendarError> {
        self.inside(date)?;
        match self.days.insert(date, (special, reason)) {
            Some(_) => Err(CalendarError::TwoKinds(date)),
            None => Ok(()),
        }
    }

    fn inside(&self, date: Date) -> Result<(), CalendarError> {
        match (self.file.from..=self.file.to).contains(&date) {
            true => Ok(()),
            false => Err(CalendarError::OutsideDates(date)),
        }
    }

    /// Refuses what lies outside the file's dates or not after the last one of its list.
    fn in_order(&self, last: &mut Option<Date>, from: Date, to: Date) -> Result<(), CalendarError> {
        self.inside(from)?;
        self.inside(to)?;
        match last.replace(to) {
            Some(before) if from <= before => Err(CalendarError::OutOfOrder { before, after: from }),
            _ => Ok(()),
        }
    }
}

impl Season {
    /// First and last day as month and day.
    pub(super) fn range(&self) -> Result<[(i8, i8); 2], CalendarError> {
        let day = |text: &String| {
            day_of_year(text).ok_or_else(|| CalendarError::BadDayOfYear { season: self.vi.clone(), text: text.clone() })
        };
        Ok([day(&self.from)?, day(&self.to)?])
    }

    /// The sessions of each weekday inside the season, checked.
    pub(super) fn sessions(&self) -> Result<[Hours; 7], CalendarError> {
        read_week(&self.week)
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

impl HalfDay {
    fn hours(&self) -> Result<Hours, CalendarError> {
        match read_hours(&self.date.to_string(), &self.sessions)? {
            hours if hours.is_empty() => Err(CalendarError::NoHours(self.date)),
            hours => Ok(hours),
        }
    }
}

impl MakeUp {
    fn special(&self) -> Result<Special, CalendarError> {
        match (&self.like, &self.sessions) {
            (Some(like), None) => Ok(Special::Like(weekday(like)?)),
            (None, Some(sessions)) => own_hours(self.date, sessions),
            (None, None) => Err(CalendarError::NoHours(self.date)),
            (Some(_), Some(_)) => Err(CalendarError::TwoHours(self.date)),
        }
    }
}

impl Swap {
    fn special(&self) -> Result<Special, CalendarError> {
        match &self.sessions {
            Some(sessions) => own_hours(self.worked, sessions),
            None => Ok(Special::Like(usize::try_from(self.off.weekday().to_monday_zero_offset()).unwrap_or(0))),
        }
    }
}

fn own_hours(date: Date, sessions: &[String]) -> Result<Special, CalendarError> {
    match read_hours(&date.to_string(), sessions)? {
        hours if hours.is_empty() => Err(CalendarError::NoHours(date)),
        hours => Ok(Special::Worked(hours)),
    }
}

/// Every kind of entry says why in the same four words.
macro_rules! reasons {
    ($($entry:ty),+) => {$(
        impl $entry {
            /// Why the day differs.
            pub fn reason(&self) -> Reason {
                Reason {
                    label: self.vi.clone(),
                    decision: self.decision.clone(),
                    announced: self.announced,
                    source: self.source.clone(),
                }
            }
        }
    )+};
}

reasons!(DayOff, HalfDay, MakeUp, Swap);
