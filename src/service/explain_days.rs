//! The lines of an explanation by day, for people: one row a day with its hours and why it is not like others, and runs
//! of ordinary days folded into one row with their sum. The sums stay those of the lines.

use jiff::civil::Date;
use serde::Serialize;

use crate::calendar::calendar::Calendar;
use crate::calendar::explain::Why;
use crate::calendar::file::Reason;
use crate::definition::procedure::ClockPolicy;
use crate::ids::{StepId, Ts};
use crate::ledger::clock_history::Cause;
use crate::ledger::day_count::{DayCount, Role};
use crate::ledger::explanation::{Explanation, Line, Part};

/// A day, or a run of ordinary days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayRow {
    pub from: Date,
    pub to: Date,
    /// Dates in it, and of them such with counted time.
    pub dates: u32,
    pub working_days: u32,
    pub part: Part,
    pub minutes: i64,
    pub stood_minutes: i64,
    /// First and last number of its days, where days are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numbers: Option<(u32, u32)>,
    pub notes: Vec<Note>,
    /// The day on a bar from midnight to midnight; empty for a run.
    pub pieces: Vec<Piece>,
    /// From midnight to midnight.
    #[serde(skip)]
    whole: bool,
    /// Why nothing of it counts.
    #[serde(skip)]
    idle: Option<Note>,
}

/// Why a day is not like others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    pub vi: String,
    pub en: String,
}

/// A stretch of a day on its bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Minutes after midnight.
    pub from: u16,
    pub to: u16,
    pub kind: Kind,
}

/// How a stretch is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Counted,
    Stood,
    Not,
}

/// Names for what the lines call by id.
pub struct Naming<'a> {
    pub calendar: &'a Calendar,
    pub step: &'a dyn Fn(&StepId) -> String,
}

/// The rows of an explanation in order.
pub fn days(told: &Explanation, naming: &Naming<'_>) -> Vec<DayRow> {
    let mut rows: Vec<DayRow> = Vec::new();
    let mut rest = &told.lines[..];
    while let Some(first) = rest.first() {
        let same = |line: &&Line| line.date == first.date && line.part == first.part && line.why != Why::Beyond;
        let many = rest.iter().take_while(same).count().max(1);
        let (day, after) = rest.split_at(many.min(rest.len()));
        let cut = after.first().is_some_and(|next| next.date == first.date);
        // A day that is cut by the instant asked for has its number in the part in which its work ends.
        let goes_on = after.iter().any(|next| next.date == first.date && next.part != Part::Over && next.minutes > 0);
        let numbered = first.part != Part::Over && !goes_on;
        let count = told.days.iter().find(|count| count.date == first.date && numbered);
        let whole = !cut && rows.last().is_none_or(|row| row.to != first.date) && is_whole(day, naming.calendar);
        let row = DayRow { whole, ..row(day, count, naming) };
        match rows.last_mut() {
            Some(last) if may_join(last, &row) => join(last, &row),
            _ => rows.push(row),
        }
        rest = after;
    }
    // A weekend that lies in no run says what it is.
    for row in rows.iter_mut().filter(|row| row.working_days == 0 && row.notes.is_empty()) {
        row.notes.extend(row.idle.take());
    }
    rows
}

/// Whether the lines go from midnight to midnight.
fn is_whole(day: &[Line], calendar: &Calendar) -> bool {
    let (Some(first), Some(last)) = (day.first(), day.last()) else { return false };
    minute(calendar, first.from) == 0 && calendar.local(last.to).date() > last.date
}

/// Nothing to say of it but its hours, or that it is a weekday off.
fn is_plain(row: &DayRow) -> bool {
    row.whole && row.notes.is_empty() && row.stood_minutes == 0
}

fn may_join(run: &DayRow, next: &DayRow) -> bool {
    let numbered = |row: &DayRow| row.numbers.is_some() || row.working_days == 0;
    is_plain(run)
        && is_plain(next)
        && run.part == next.part
        && (numbered(run) == numbered(next) || next.working_days == 0)
}

fn join(run: &mut DayRow, next: &DayRow) {
    run.to = next.to;
    run.dates += next.dates;
    run.working_days += next.working_days;
    run.minutes += next.minutes;
    run.numbers = match (run.numbers, next.numbers) {
        (Some((first, _)), Some((_, last))) => Some((first, last)),
        (one, other) => one.or(other),
    };
    run.pieces.clear();
}

/// Why nothing of a day counts, where nothing else says it.
fn idle(day: &[Line]) -> Note {
    let (vi, en) = match day.iter().all(|line| line.why == Why::WeeklyRest) {
        true => ("ngày nghỉ hằng tuần", "weekly rest"),
        false => ("ngoài giờ làm việc", "outside hours"),
    };
    Note { vi: vi.to_owned(), en: en.to_owned() }
}

fn row(day: &[Line], count: Option<&DayCount>, naming: &Naming<'_>) -> DayRow {
    let mut notes = Vec::new();
    let worked = day.iter().any(|line| line.counted);
    for note in
        count.and_then(|count| role(count, worked)).into_iter().chain(day.iter().filter_map(|line| note(line, naming)))
    {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    let piece = |line: &Line| Piece {
        from: minute(naming.calendar, line.from),
        to: match minute(naming.calendar, line.to) {
            0 => 1440,
            minute => minute,
        },
        kind: match () {
            () if line.stood.is_some() => Kind::Stood,
            () if line.counted => Kind::Counted,
            () => Kind::Not,
        },
    };
    let beyond = day.iter().any(|line| line.why == Why::Beyond);
    let (first, last) = (day.first(), day.last());
    let date = first.map_or(Date::MIN, |line| line.date);
    let to = last.filter(|_| beyond).map_or(date, |line| naming.calendar.local(line.to).date());
    DayRow {
        from: date,
        to,
        dates: 1,
        working_days: u32::from(worked),
        part: first.map_or(Part::Used, |line| line.part),
        minutes: day.iter().map(|line| line.minutes).sum(),
        stood_minutes: day.iter().map(|line| line.stood_minutes).sum(),
        numbers: count.and_then(|count| count.number).map(|number| (number, number)),
        notes,
        pieces: if beyond { Vec::new() } else { day.iter().map(piece).collect() },
        whole: false,
        idle: (!worked).then(|| idle(day)),
    }
}

fn minute(calendar: &Calendar, at: Ts) -> u16 {
    let local = calendar.local(at);
    u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0)
}

/// What a day is to a term counted in days, where it has no number.
fn role(count: &DayCount, worked: bool) -> Option<Note> {
    let (vi, en) = match count.role {
        Role::Receipt => ("ngày nhận: đếm từ sau ngày này", "day of receipt: days are counted after it"),
        Role::BeforeReceipt => (
            "nhận sau giờ chốt, ngoài giờ hoặc ngày nghỉ: coi như nhận ngày làm việc kế tiếp",
            "received after the cut-off, outside hours or on a day off: counts as received the next working day",
        ),
        Role::Moved => (
            "hạn rơi vào ngày nghỉ, chuyển sang ngày làm việc kế tiếp (Bộ luật Dân sự 2015, Điều 148 khoản 5)",
            "the term ends on a day off and moves to the next working day (Civil Code 2015, Article 148(5))",
        ),
        Role::Stood if worked => (
            "đồng hồ chạy tiếp trong ngày này: đếm từ ngày làm việc kế tiếp",
            "the clock ran on this day: counted from the next working day on",
        ),
        Role::Stood | Role::Counted | Role::Off => return None,
    };
    Some(Note { vi: vi.to_owned(), en: en.to_owned() })
}

/// What one line says beyond its hours.
fn note(line: &Line, naming: &Naming<'_>) -> Option<Note> {
    match (&line.stood, &line.why) {
        (Some(cause), _) => Some(stood(cause, naming)),
        (None, Why::Off(reason)) => Some(named("nghỉ", "off", reason)),
        (None, Why::MadeUp(reason)) => Some(named("làm bù", "make-up day", reason)),
        (None, Why::HalfDay(reason)) => Some(named("làm ít giờ hơn", "fewer hours", reason)),
        (None, Why::Session { season: Some(season) }) => Some(Note { vi: season.clone(), en: season.clone() }),
        (None, Why::Beyond) => Some(Note {
            vi: "các ngày về sau, không liệt kê từng ngày".to_owned(),
            en: "the days after, not listed one by one".to_owned(),
        }),
        _ => None,
    }
}

fn named(vi: &str, en: &str, reason: &Reason) -> Note {
    let decision = reason.decision.as_ref().map_or_else(String::new, |decision| format!(" ({decision})"));
    Note { vi: format!("{vi}: {}{decision}", reason.label), en: format!("{en}: {}{decision}", reason.label) }
}

/// Why the clock stood.
pub fn stood(cause: &Cause, naming: &Naming<'_>) -> Note {
    match cause {
        Cause::Left => Note {
            vi: "hồ sơ ở ngoài nhóm bước này".to_owned(),
            en: "the case is in no step of this group".to_owned(),
        },
        Cause::Suspension { step, policy, reason } => {
            let (vi, en) = policy_words(*policy);
            let step = (naming.step)(step);
            let why = reason.as_ref().map_or_else(String::new, |reason| format!(". {reason}"));
            Note { vi: format!("{vi}: {step}{why}"), en: format!("{en}: {step}{why}") }
        }
    }
}

/// A clock policy in words.
pub fn policy_words(policy: ClockPolicy) -> (&'static str, &'static str) {
    match policy {
        ClockPolicy::Pause => ("đồng hồ dừng, rồi chạy tiếp", "the clock stands, then runs on"),
        ClockPolicy::Restart => ("đồng hồ dừng, rồi tính lại từ đầu", "the clock stands, then begins again"),
        ClockPolicy::Exclude => ("không tính đoạn này", "this stretch is not counted"),
    }
}
