//! `quytrinh calendar`: a calendar file day by day, the draft of its next year, and the doors to changing one.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Serialize;

use crate::calendar::calendar::{Calendar, CalendarFile};
use crate::calendar::day::Day;
use crate::calendar::draft;
use crate::calendar::file::{Reason, WEEKDAYS};
use crate::cli::output::{self, data, say};
use crate::cli::{Failure, Format, calendar_change, wait};
use crate::definition::diagnostic::Lang;

/// What to do with a calendar.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Each day of a calendar file: worked or off, and why.
    Show(Show),
    Preview(calendar_change::Preview),
    Apply(calendar_change::Apply),
    /// Drafts the days off of the next year into a calendar's text, on stdout; the file itself stays as it is.
    Draft(Draft),
}

#[derive(Debug, clap::Args)]
struct Show {
    /// A calendar file.
    file: PathBuf,
    /// First day; the first the file speaks of where absent.
    #[arg(long)]
    from: Option<Date>,
    /// Last day; the last the file speaks of where absent.
    #[arg(long)]
    to: Option<Date>,
    /// Also the days that follow the weekly pattern (always in JSON).
    #[arg(long)]
    all: bool,
    #[arg(long, default_value = "human")]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct Draft {
    /// The calendar file whose next year is drafted.
    file: PathBuf,
    /// The year; the one after the last the file speaks of where absent.
    #[arg(long)]
    year: Option<i16>,
}

/// One day of a calendar file, as JSON.
#[derive(Debug, Serialize)]
struct Line<'a> {
    date: Date,
    /// `mon` to `sun`.
    weekday: &'static str,
    /// `regular`, `weekly_rest`, `off`, `half_day`, `made_up`.
    kind: &'static str,
    /// `08:00-12:00`; none on a day that is not worked.
    sessions: Vec<String>,
    season: Option<&'a str>,
    #[serde(flatten)]
    reason: Option<&'a Reason>,
}

/// Runs a subcommand.
pub fn run(args: &Args, lang: Lang) -> Result<u8, Failure> {
    match &args.what {
        What::Preview(preview) => wait(calendar_change::preview(preview, lang)),
        What::Apply(apply) => wait(calendar_change::apply(apply, lang)),
        What::Show(show) => days(show, lang),
        What::Draft(draft) => drafted(draft, lang),
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

fn wrong(path: &Path, lang: Lang, vi: String, en: String) -> Failure {
    let told = if lang == Lang::Vi { vi } else { en };
    Failure::refused(format!("{}: {told}", path.display()))
}

fn drafted(args: &Draft, lang: Lang) -> Result<u8, Failure> {
    let text = read(&args.file)?;
    let next = |text: &str| CalendarFile::read(text).map(|file| file.to.year().saturating_add(1));
    let year = match args.year {
        Some(year) => year,
        None => next(&text).map_err(|error| wrong(&args.file, lang, error.vi(), error.en()))?,
    };
    let drafted = draft::text(&text, year).map_err(|error| wrong(&args.file, lang, error.vi(), error.en()))?;
    data(&drafted);
    say(match lang {
        Lang::Vi => "Bản soạn: đối chiếu từng ngày ghi «dự kiến» với thông báo nghỉ lễ của năm rồi hãy dùng.",
        Lang::En => "A draft: hold each day marked «dự kiến» against the year's announcement before it is used.",
    });
    Ok(0)
}

/// The most years whose days are listed at once.
const MOST_YEARS: i32 = 100;

fn days(args: &Show, lang: Lang) -> Result<u8, Failure> {
    let built = CalendarFile::read(&read(&args.file)?).and_then(Calendar::build);
    let calendar = built.map_err(|error| wrong(&args.file, lang, error.vi(), error.en()))?;
    let (first, last) = calendar.known();
    let (from, to) = (args.from.unwrap_or(first), args.to.unwrap_or(last));
    if i32::from(to.year()) - i32::from(from.year()) >= MOST_YEARS {
        return Err(Failure::usage(match lang {
            Lang::Vi => format!("từ {from} đến {to} quá dài để liệt kê từng ngày: mỗi lần nhiều nhất {MOST_YEARS} năm"),
            Lang::En => format!("from {from} to {to} is too long a list of days: at most {MOST_YEARS} years at once"),
        }));
    }
    match args.format {
        Format::Json => {
            let lines: Vec<Line<'_>> = calendar.days(from, to).map(line).collect();
            data(&(serde_json::to_string_pretty(&lines).map_err(|e| Failure::refused(e.to_string()))? + "\n"));
        }
        Format::Human => {
            let told = calendar.days(from, to).filter(|day| args.all || day.why.reason().is_some());
            data(&output::table(&headers(lang), told.map(|day| row(&day, lang)).collect()));
        }
    }
    Ok(0)
}

fn line(day: Day<'_>) -> Line<'_> {
    let reason = day.why.reason();
    let weekday = WEEKDAYS[weekday_of(day.date)];
    Line { date: day.date, weekday, kind: day.why.word(), sessions: sessions(&day), season: day.season, reason }
}

fn sessions(day: &Day<'_>) -> Vec<String> {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    day.sessions.iter().map(|(open, close)| format!("{}-{}", clock(*open), clock(*close))).collect()
}

fn headers(lang: Lang) -> [&'static str; 4] {
    match lang {
        Lang::Vi => ["Ngày", "Giờ làm việc", "Vì sao", "Quyết định"],
        Lang::En => ["Day", "Hours", "Why", "Decision"],
    }
}

fn row(day: &Day<'_>, lang: Lang) -> Vec<String> {
    let date = format!("{} {}", weekday_name(day.date, lang), day.date.strftime("%d/%m/%Y"));
    let hours = match day.sessions.is_empty() {
        true => output::pick(lang, "nghỉ", "off").to_owned(),
        false => sessions(day).join(", "),
    };
    let reason = day.why.reason();
    let label = reason.map(|reason| reason.label.clone()).or(day.season.map(str::to_owned)).unwrap_or_default();
    let announced = reason.and_then(|reason| reason.announced).map(|date| date.strftime("%d/%m/%Y").to_string());
    let decision = reason.and_then(|reason| reason.decision.clone());
    vec![date, hours, label, [decision, announced].into_iter().flatten().collect::<Vec<_>>().join(", ")]
}

fn weekday_of(date: Date) -> usize {
    usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0)
}

fn weekday_name(date: Date, lang: Lang) -> &'static str {
    const VI: [&str; 7] = ["T2", "T3", "T4", "T5", "T6", "T7", "CN"];
    const EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let names = if lang == Lang::Vi { VI } else { EN };
    names[weekday_of(date)]
}
