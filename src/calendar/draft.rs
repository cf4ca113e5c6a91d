//! Drafts the days off of a coming year: what the Labour Code fixes, with the lunar ones found, laid into a calendar's
//! text. A draft is for a clerk to hold against the year's announcement; swaps and make-up days are never guessed.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::calendar::calendar::{Calendar, CalendarError, CalendarFile};
use crate::calendar::lunar;

/// The day off of 24/11 from 2026 on: it rests on Resolution 80-NQ/TW, the others on the Labour Code.
const CULTURE: &str = "Ngày Văn hóa Việt Nam";

/// A run of days off as drafted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drafted {
    pub from: Date,
    pub to: Date,
    pub vi: String,
    /// The law leaves the day to a yearly announcement, or it was moved off a weekly rest day.
    pub to_confirm: bool,
}

/// Why no draft was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftError {
    /// Lunar dates are found for 1901 to 2198.
    Year(i16),
    /// The calendar speaks of that year already.
    Spoken { year: i16, to: Date },
    /// Between its last day and the year drafted lie years nobody drafted.
    Gap { year: i16, to: Date },
    /// A calendar that never closes has no days off.
    NeverCloses,
    /// The text has no block `days_off:` with one day a line, nor the lines `version:` and `to:`.
    Form(&'static str),
    /// What came out is no calendar.
    Calendar(CalendarError),
}

/// The statutory days off of a year (Labour Code 2019, Article 112; the Day of Vietnamese Culture from 2026), in order,
/// as they fall beside the calendar's weekly rest days. A day that falls on one moves to the next working day (Article
/// 111(3)). Of Tết two days before mùng 1 and three from it on are drafted, or one and four where
/// it is a Monday or Tuesday (as announced 2020 to 2026), of Quốc khánh the neighbour that joins days of rest:
/// both choices are the announcement's and stand to be confirmed.
pub fn days_off(calendar: &Calendar, year: i16) -> Result<Vec<Drafted>, DraftError> {
    let tet = lunar::new_year(year).ok_or(DraftError::Year(year))?;
    let kings = lunar::solar_date(year, 3, 10).ok_or(DraftError::Year(year))?;
    let second = date(year, 9, 2);
    let beside = neighbour(calendar, second);
    let mut whole: Vec<(Date, &str, bool)> = vec![(date(year, 1, 1), "Tết Dương lịch", false)];
    let before = if tet.weekday().to_monday_one_offset() <= 2 { 1 } else { 2 };
    whole.extend((-before..5 - before).map(|n| (moved(tet, n), "Tết Nguyên đán", true)));
    whole.push((kings, "Giỗ Tổ Hùng Vương", false));
    whole.push((date(year, 4, 30), "30/4", false));
    whole.push((date(year, 5, 1), "1/5", false));
    whole.push((second.min(beside), "Quốc khánh", second > beside));
    whole.push((second.max(beside), "Quốc khánh", second < beside));
    if year >= 2026 {
        whole.push((date(year, 11, 24), CULTURE, false));
    }
    whole.sort_by_key(|(day, ..)| *day);
    Ok(joined(placed(calendar, &whole)))
}

/// The day before or after that is worked; where both are, the one nearer to days of rest, as announced 2021 to 2026.
fn neighbour(calendar: &Calendar, day: Date) -> Date {
    let (before, after) = (moved(day, -1), moved(day, 1));
    let to_rest = |from: Date, step: i64| (1..7).find(|n| rests(calendar, moved(from, n * step))).unwrap_or(7);
    match (rests(calendar, before), rests(calendar, after)) {
        (true, false) => after,
        (false, false) if to_rest(after, 1) < to_rest(before, -1) => after,
        _ => before,
    }
}

/// Each holiday on its day, and for each that falls on a weekly rest day the next working day that is not off yet.
fn placed(calendar: &Calendar, holidays: &[(Date, &str, bool)]) -> Vec<Drafted> {
    let worked = holidays.iter().filter(|(day, ..)| !rests(calendar, *day));
    let drafted = |(day, vi, to_confirm): &(Date, &str, bool)| Drafted {
        from: *day,
        to: *day,
        vi: (*vi).to_owned(),
        to_confirm: *to_confirm,
    };
    let mut days: Vec<Drafted> = worked.map(drafted).collect();
    for (day, vi, _) in holidays.iter().filter(|(day, ..)| rests(calendar, *day)) {
        let taken = |at: Date| days.iter().any(|drafted| drafted.from == at) || holidays.iter().any(|(h, ..)| *h == at);
        let mut next = moved(*day, 1);
        while rests(calendar, next) || taken(next) {
            next = moved(next, 1);
        }
        days.push(Drafted { from: next, to: next, vi: format!("{vi} (nghỉ bù)"), to_confirm: true });
    }
    days.sort_by_key(|day| day.from);
    days
}

/// Neighbouring days of one name as one run.
fn joined(days: Vec<Drafted>) -> Vec<Drafted> {
    let mut runs: Vec<Drafted> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some(run) if run.vi == day.vi && run.to_confirm == day.to_confirm && moved(run.to, 1) == day.from => {
                run.to = day.to;
            }
            _ => runs.push(day),
        }
    }
    runs
}

/// By the weekly pattern alone: the drafted year has no special days yet.
fn rests(calendar: &Calendar, day: Date) -> bool {
    !calendar.is_working_day(day)
}

fn moved(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

/// The calendar's text with the year's days off after the last ones, `to` at the year's end and the next version
/// number; comments and everything else stay as they are.
pub fn text(written: &str, year: i16) -> Result<String, DraftError> {
    let file = CalendarFile::read(written).map_err(DraftError::Calendar)?;
    if file.always_open {
        return Err(DraftError::NeverCloses);
    }
    match file.to.year() {
        last if last >= year => return Err(DraftError::Spoken { year, to: file.to }),
        last if last + 1 < year => return Err(DraftError::Gap { year, to: file.to }),
        _ => {}
    }
    let (version, to) = (file.version, file.to);
    let calendar = Calendar::build(file).map_err(DraftError::Calendar)?;
    let lines: Vec<String> = days_off(&calendar, year)?.iter().map(Drafted::line).collect();
    let drafted = laid_in(written, year, version, to, &lines)?;
    // what is handed out can be counted by
    CalendarFile::read(&drafted).and_then(Calendar::build).map_err(DraftError::Calendar)?;
    Ok(drafted)
}

fn laid_in(written: &str, year: i16, version: u32, to: Date, days: &[String]) -> Result<String, DraftError> {
    let mut lines: Vec<String> = written.lines().map(str::to_owned).collect();
    let replace = |lines: &mut Vec<String>, key: &'static str, old: String, new: String| {
        let line = lines.iter_mut().find(|line| line.starts_with(key) && line.contains(&old));
        line.map(|line| *line = line.replacen(&old, &new, 1)).ok_or(DraftError::Form(key))
    };
    replace(&mut lines, "version:", version.to_string(), version.saturating_add(1).to_string())?;
    replace(&mut lines, "to:", to.to_string(), date(year, 12, 31).to_string())?;
    let block = lines.iter().position(|line| line.trim_end() == "days_off:").ok_or(DraftError::Form("days_off:"))?;
    let inside = |line: &String| line.starts_with([' ', '-']) || line.trim().is_empty();
    let after = lines[block + 1..].iter().take_while(|line| inside(line)).collect::<Vec<_>>();
    let last = after.iter().rposition(|line| line.trim_start().starts_with('-'));
    let at = block + 1 + last.map_or(0, |n| n + 1);
    let told =
        format!("  # {year}: soạn theo Bộ luật Lao động 2019, Điều 112; đối chiếu với thông báo nghỉ lễ của năm.");
    lines.splice(at..at, std::iter::once(told).chain(days.iter().cloned()));
    Ok(lines.join("\n") + "\n")
}

impl Drafted {
    fn line(&self) -> String {
        let when = match self.from == self.to {
            true => format!("date: {}", self.from),
            false => format!("from: {}, to: {}", self.from, self.to),
        };
        let vi = match (self.to_confirm, self.vi.strip_suffix(')')) {
            (false, _) => self.vi.clone(),
            (true, Some(open)) => format!("{open}, dự kiến)"),
            (true, None) => format!("{} (dự kiến)", self.vi),
        };
        let source = if self.vi.starts_with(CULTURE) { "Nghị quyết 80-NQ/TW" } else { "BLLĐ 2019, Điều 112" };
        // commas and slashes stand inside quotes
        format!("  - {{ {when}, vi: \"{vi}\", source: \"{source}\" }}")
    }
}

impl DraftError {
    /// What is wrong and what would be right, in Vietnamese.
    pub fn vi(&self) -> String {
        match self {
            DraftError::Year(year) => format!("chỉ tính được âm lịch cho các năm 1901 đến 2198, không có {year}"),
            DraftError::Spoken { year, to } => format!("lịch đã nói đến {to}, năm {year} đã có; sửa thẳng trong tệp"),
            DraftError::Gap { year, to } => {
                format!("lịch mới nói đến {to}; hãy soạn năm {} trước khi soạn {year}", to.year().saturating_add(1))
            }
            DraftError::NeverCloses => "lịch `always_open` không có ngày nghỉ để soạn".into(),
            DraftError::Form(key) => {
                format!("không tìm thấy dòng `{key}` viết riêng một dòng, mỗi ngày nghỉ một dòng bên dưới")
            }
            DraftError::Calendar(error) => error.vi(),
        }
    }

    /// What is wrong and what would be right, in English.
    pub fn en(&self) -> String {
        match self {
            DraftError::Year(year) => format!("lunar dates are found for 1901 to 2198, not for {year}"),
            DraftError::Spoken { year, to } => {
                format!("the calendar speaks up to {to}: {year} is there; edit the file")
            }
            DraftError::Gap { year, to } => {
                format!("the calendar speaks up to {to}; draft {} before {year}", to.year().saturating_add(1))
            }
            DraftError::NeverCloses => "an `always_open` calendar has no days off to draft".into(),
            DraftError::Form(key) => format!("no line `{key}` of its own, with one day off a line below"),
            DraftError::Calendar(error) => error.en(),
        }
    }
}

impl std::fmt::Display for DraftError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.en())
    }
}

impl std::error::Error for DraftError {}
