//! `quytrinh bench calendar`: adds and measures in a second over spans of a day, a year and ten years, taking turns in one
//! run. What it shows is the ratio: a longer span costs no more.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::calendar::calendar::{Calendar, CalendarFile};
use crate::cli::output::{data, pick, table};
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::Lang;
use crate::ids::Ts;

/// What to measure and for how long.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Milliseconds of each measurement in each round.
    #[arg(long, default_value_t = 200)]
    milliseconds: u64,
    /// How often the measurements take turns.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    #[arg(long, default_value = "workflows/calendars")]
    calendars: PathBuf,
    #[arg(long, default_value = "human")]
    format: Format,
}

/// A year with other hours in winter, over New Year, and in summer.
const SEASONS: &str = "
format: calendar/v1
id: seasons
vi: Bốn mùa
zone: Asia/Ho_Chi_Minh
version: 1
from: 2020-01-01
to: 2027-12-31
week: { mon: [\"08:00-12:00\", \"13:30-17:30\"], tue: [\"08:00-12:00\", \"13:30-17:30\"], fri: [\"08:00-12:00\"] }
seasons:
  - { vi: Đông, from: 01/11, to: 29/02, week: { mon: [\"08:30-12:00\"], wed: [\"13:00-17:00\"] } }
  - { vi: Hè, from: 15/05, to: 31/08, week: { mon: [\"06:30-11:00\"], tue: [\"06:30-11:00\"], sat: [\"06:30-11:00\"] } }
";

const SPANS: [(&str, i64); 3] = [("day", 1_440), ("year", 525_600), ("ten_years", 5_256_000)];
/// The first of January 2020, UTC.
const FIRST: i64 = 1_577_836_800_000_000;
const MINUTE: i64 = 60_000_000;

/// Measures and prints the figures.
pub fn run(args: &Args, lang: Lang) -> Result<u8, Failure> {
    let mut rows = Vec::new();
    for name in ["hanoi", "24x7", "seasons"] {
        rows.push(measure(args, name, &read(args, name)?));
    }
    match args.format {
        Format::Json => data(&format!("{}\n", Value::Array(rows))),
        Format::Human => data(&human(&rows, lang)),
    }
    Ok(0)
}

fn read(args: &Args, name: &str) -> Result<Calendar, Failure> {
    let text = match name {
        "seasons" => SEASONS.to_owned(),
        _ => {
            let path = args.calendars.join(format!("{name}.yaml"));
            std::fs::read_to_string(&path).map_err(|e| Failure::usage(format!("{}: {e}", path.display())))?
        }
    };
    CalendarFile::read(&text).and_then(Calendar::build).map_err(|e| Failure::refused(e.en()))
}

fn measure(args: &Args, name: &str, calendar: &Calendar) -> Value {
    let time = Duration::from_millis(args.milliseconds.max(1));
    let mut adds = [const { Vec::new() }; 3];
    let mut measures = [const { Vec::new() }; 3];
    for _ in 0..args.rounds.max(1) {
        for (i, (_, minutes)) in SPANS.iter().enumerate() {
            let working = calendar.working_minutes(Ts(FIRST), Ts(FIRST + minutes * MINUTE));
            adds[i].push(rate(time, |at| calendar.add_working_minutes(at, black_box(working)).0));
            measures[i].push(rate(time, |at| calendar.working_micros(at, black_box(at.plus_minutes(*minutes)))));
        }
    }
    let (adds, measures) = (adds.map(median), measures.map(median));
    let mut row = json!({ "calendar": name });
    for (i, (span, _)) in SPANS.iter().enumerate() {
        row[format!("adds_per_second_{span}")] = json!(adds[i].round());
        row[format!("measures_per_second_{span}")] = json!(measures[i].round());
    }
    let ratio = |rates: [f64; 3], i: usize| json!((rates[0] / rates[i] * 100.0).round() / 100.0);
    row["add_year_to_day"] = ratio(adds, 1);
    row["add_ten_years_to_day"] = ratio(adds, 2);
    row["measure_year_to_day"] = ratio(measures, 1);
    row["measure_ten_years_to_day"] = ratio(measures, 2);
    row
}

/// How many in a second, from starts spread over eight years.
fn rate(time: Duration, mut one: impl FnMut(Ts) -> i64) -> f64 {
    let (begun, mut done, mut sum) = (Instant::now(), 0u64, 0i64);
    while begun.elapsed() < time {
        for _ in 0..256 {
            // a step that shares no factor with a week, so that every hour of it comes up
            let minute = i64::try_from(done.wrapping_mul(7_919) % 4_207_680).unwrap_or(0);
            sum = sum.wrapping_add(one(black_box(Ts(FIRST + minute * MINUTE))));
            done += 1;
        }
    }
    black_box(sum);
    done as f64 / begun.elapsed().as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(0.0)
}

fn human(rows: &[Value], lang: Lang) -> String {
    let headers = match lang {
        Lang::Vi => ["Lịch", "Việc", "1 ngày, lần/s", "1 năm, lần/s", "10 năm, lần/s", "năm : ngày", "10 năm : ngày"],
        Lang::En => {
            ["Calendar", "Work", "A day, per s", "A year, per s", "Ten years, per s", "year : day", "10 y : day"]
        }
    };
    let work = [("adds", "add", pick(lang, "cộng", "add")), ("measures", "measure", pick(lang, "đo", "measure"))];
    let lines = rows.iter().flat_map(|row| {
        work.iter().map(move |(many, one, word)| {
            let cell = |key: String| row[key].to_string();
            vec![
                row["calendar"].as_str().unwrap_or_default().to_owned(),
                (*word).to_owned(),
                cell(format!("{many}_per_second_day")),
                cell(format!("{many}_per_second_year")),
                cell(format!("{many}_per_second_ten_years")),
                cell(format!("{one}_year_to_day")),
                cell(format!("{one}_ten_years_to_day")),
            ]
        })
    });
    let note = pick(
        lang,
        "Tỷ lệ là thời gian của quãng dài chia cho quãng một ngày; 1 nghĩa là bằng nhau.\n",
        "The ratio is the time over the longer span by that over a day; 1 means alike.\n",
    );
    table(&headers, lines.collect()) + note
}
