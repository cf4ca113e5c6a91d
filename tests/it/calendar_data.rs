//! The calendars that are shipped and those in the reference: each day says what it rests on, each example counts.

use std::process::Command;

use jiff::civil::Date;
use quytrinh::calendar::calendar::{Calendar, CalendarFile};
use serde_json::Value;

fn text(name: &str) -> String {
    std::fs::read_to_string(format!("workflows/calendars/{name}.yaml")).unwrap()
}

fn read(text: &str) -> Calendar {
    CalendarFile::read(text).and_then(Calendar::build).unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn every_special_day_that_is_shipped_says_what_it_rests_on() {
    for name in ["hanoi", "som"] {
        let calendar = read(&text(name));
        let (from, to) = calendar.known();
        for day in calendar.days(from, to) {
            let Some(reason) = day.why.reason() else { continue };
            assert!(reason.decision.is_some() || reason.source.is_some(), "{name} {}: {}", day.date, reason.label);
            assert!(reason.announced.is_none_or(|at| at < day.date), "{name} {}: announced before", day.date);
        }
    }
}

#[test]
fn every_calendar_in_the_reference_can_be_counted_by() {
    let page = std::fs::read_to_string("docs/reference/calendar.md").unwrap();
    let examples: Vec<&str> = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!examples.is_empty());
    for example in examples {
        let calendar = read(example);
        assert_eq!(calendar.full_day_minutes(), 480);
        let kind = |day: &str| calendar.day(date(day)).why.word();
        assert_eq!(
            ["2026-02-13", "2026-08-29", "2026-01-02", "2026-01-10"].map(kind),
            ["half_day", "made_up", "off", "made_up"]
        );
    }
    let keys =
        ["seasons", "half_days", "make_up", "swaps", "decision", "announced", "source", "always_open", "sessions"];
    for key in keys {
        assert!(page.contains(&format!("`{key}`")), "{key} is not explained");
    }
}

#[test]
fn the_bench_of_calendars_prints_its_ratios() {
    let arguments = ["bench", "calendar", "--milliseconds", "1", "--rounds", "1", "--format", "json"];
    let done = Command::new(env!("CARGO_BIN_EXE_quytrinh")).args(arguments).output().unwrap();
    let rows: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 3);
    for row in rows.as_array().unwrap() {
        assert!(row["adds_per_second_ten_years"].as_f64().unwrap() > 0.0, "{row}");
        assert!(row["measure_ten_years_to_day"].as_f64().unwrap() > 0.0, "{row}");
    }
}
