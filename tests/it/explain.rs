//! Whatever a case lives through, every clock and every holding of it is explained by lines that leave no gap and add up
//! to the figure shown, and a holding's figure is the one in its row.
//!
//! `QUYTRINH_EXPLAINED` says how many random cases are explained (100 where it is not set).

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::ToSpan as _;
use quytrinh::calendar::calendar::Calendar;
use quytrinh::calendar::course::Course;
use quytrinh::calendar::explain::explain;
use quytrinh::calendar::working_time::{Length, WorkingTime};
use quytrinh::ids::Ts;
use quytrinh::journal::entry::{Entry, Record};
use quytrinh::ledger::clock_history::{Cause, ClockLife, clocks};
use quytrinh::ledger::explanation::{Explanation, Part, State, Unit, of_clock, of_holding};
use quytrinh::ledger::holding::holdings;
use quytrinh::ledger::suspension::suspensions;
use quytrinh::machine::command::Actor;
use quytrinh::machine::event::Scope;
use quytrinh::machine::evolve::evolve;
use quytrinh::projection::project::Book;
use quytrinh::projection::rows::{Change, HoldingRow};

use crate::machine::random::{PROCEDURES, Tally, history};
use crate::machine::stage::{Stage, calendars, instant, procedure};

const MINUTE: i64 = 60_000_000;

fn cases() -> u64 {
    std::env::var("QUYTRINH_EXPLAINED").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

#[derive(Debug, Default)]
struct Seen {
    clocks: u64,
    holdings: u64,
    lines: u64,
    units: BTreeMap<String, u64>,
    stood: u64,
    standing: u64,
    left: u64,
    late: u64,
    suspensions: u64,
}

#[test]
fn every_explanation_adds_up_to_the_figure_shown() {
    let mut seen = Seen::default();
    let mut tally = Tally::default();
    for seed in 0..cases() {
        let name = PROCEDURES[seed as usize % PROCEDURES.len()];
        let stage = history(&procedure(name), seed, &mut tally);
        let told = Told(name, seed);
        let entries = entries(&stage);
        // As it is now, and as it was at two instants before.
        let opened = entries[0].occurred_at;
        for part in [1, 2, 4] {
            let at = Ts(opened.0 + (stage.now.0 - opened.0) / 4 * part);
            let until: Vec<Entry> = entries.iter().filter(|entry| entry.occurred_at <= at).cloned().collect();
            explained(&stage, &until, at, &mut seen);
        }
        std::mem::forget(told);
    }
    // What never happened proves nothing.
    let Seen { stood, standing, left, late, suspensions, .. } = seen;
    assert!(stood > 0 && standing > 0 && left > 0 && late > 0 && suspensions > 0, "{seen:?}");
    for unit in ["WorkingDays", "WorkingMinutes", "ClockMinutes"] {
        assert!(seen.units.contains_key(unit), "no clock was counted in {unit}: {seen:?}");
    }
}

struct Told(&'static str, u64);

impl Drop for Told {
    fn drop(&mut self) {
        eprintln!("the history {} of {} is not explained", self.1, self.0);
    }
}

fn entries(stage: &Stage) -> Vec<Entry> {
    let entry = |((event, at), n): (&(quytrinh::machine::event::Event, Ts), u64)| Entry {
        seq: n,
        case: Some(Stage::id()),
        case_seq: n,
        recorded_at: *at,
        occurred_at: *at,
        actor: Actor::System,
        procedure: None,
        record: Record::Case(event.clone()),
    };
    stage.history.iter().zip(0..).map(entry).collect()
}

/// The rows of holdings that the entries make.
fn rows(entries: &[Entry], course: &Course) -> Vec<HoldingRow> {
    let (mut case, mut book, mut rows) = (None, Book::default(), BTreeMap::new());
    for entry in entries {
        let Record::Case(event) = &entry.record else { continue };
        let after = evolve(case.clone(), &Stage::id(), event, entry.occurred_at).unwrap();
        for change in book.project(case.as_ref(), entry, &after, course) {
            if let Change::PutHolding(row) = change {
                rows.insert(row.n, row);
            }
        }
        case = Some(after);
    }
    rows.into_values().collect()
}

/// What is held is measured by the version in force: the hours change in the middle of the histories.
fn course(first: &Arc<Calendar>) -> Course {
    let mut course = Course::from(first.clone());
    if first.id().as_str() == "hanoi" {
        static LATER: OnceLock<Arc<Calendar>> = OnceLock::new();
        let later = LATER.get_or_init(|| {
            let text = std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap();
            let now = format!("version: {}\n", first.version());
            let text = text.replace(&now, "version: 99\n").replace("08:00-12:00", "08:30-12:15");
            Arc::new(Calendar::build(quytrinh::calendar::file::CalendarFile::read(&text).unwrap()).unwrap())
        });
        assert!(later.version() > first.version());
        course.put(instant("2026-09-16 00:00"), later.clone());
    }
    course
}

fn explained(stage: &Stage, entries: &[Entry], now: Ts, seen: &mut Seen) {
    let calendars = calendars();
    let decided_by = calendars.get(&stage.procedure.calendar).unwrap();
    let own = &course(decided_by);
    for life in clocks(entries) {
        let calendar = calendars.get(&life.clock.calendar).unwrap();
        let cut_off = if life.scope == Scope::Case { stage.procedure.case.cut_off } else { None };
        let told = of_clock(&life, calendar, cut_off, now);
        tiles(&told, stands(&life, &told));
        a_clock_adds_up(&life, &told, calendar);
        the_days_add_up(&life, &told);
        seen.clocks += 1;
        seen.lines += told.lines.len() as u64;
        *seen.units.entry(format!("{:?}", told.unit)).or_default() += 1;
        seen.stood += u64::from(told.figure.stood_minutes > 0);
        seen.standing += u64::from(told.state == State::Stands);
        seen.left += u64::from(life.stands.iter().any(|stand| stand.cause == Cause::Left));
        seen.late += u64::from(told.figure.over_minutes > 0);
    }
    let rows = rows(entries, own);
    for (holding, row) in holdings(entries, own).iter().zip(&rows) {
        let told = of_holding(holding, entries, own, now);
        tiles(&told, false);
        let figure = told.figure;
        let measured = own.working_micros(entries[0].occurred_at, told.until).div_euclid(MINUTE)
            - own.working_micros(entries[0].occurred_at, told.begun).div_euclid(MINUTE);
        assert_eq!(figure.total_minutes, row.minutes.unwrap_or(measured), "{row:?}");
        if let Some(excused) = row.excused_minutes {
            assert_eq!(figure.stood_minutes, excused, "{row:?}");
        }
        seen.holdings += 1;
    }
    assert_eq!(rows.len(), holdings(entries, own).len());
    for suspension in suspensions(entries) {
        seen.suspensions += 1;
        if let Some(resumed) = suspension.resumed {
            assert_eq!(resumed.stopped_minutes, decided_by.working_minutes(suspension.from, resumed.at));
        }
    }
}

/// Whether it stands, or stood when it ended: then what is left is measured and not listed.
fn stands(life: &ClockLife, told: &Explanation) -> bool {
    let last = life.stands.last().filter(|_| told.unit != Unit::Date);
    last.is_some_and(|stand| stand.to.is_none() && stand.from < life.clock.deadline)
}

/// No gap, no overlap, every line inside one local day, and the figure is the sum of the lines.
fn tiles(told: &Explanation, stands: bool) {
    let mut at = told.begun;
    for line in &told.lines {
        assert_eq!(line.from, at, "a gap or an overlap before {line:?}");
        assert!(line.from < line.to, "{line:?}");
        assert!(line.counted || line.minutes == 0, "{line:?}");
        at = line.to;
    }
    assert!(at >= told.until, "the lines end at {at}, before {}", told.until);
    let sum = |part: Part| told.lines.iter().filter(|line| line.part == part).map(|line| line.minutes).sum::<i64>();
    let figure = told.figure;
    assert_eq!(figure.used_minutes, sum(Part::Used));
    assert_eq!(figure.over_minutes, sum(Part::Over));
    assert_eq!(figure.total_minutes, figure.used_minutes + figure.left_minutes);
    if !stands {
        assert_eq!(figure.left_minutes, sum(Part::Left));
    }
    assert_eq!(figure.stood_minutes, told.lines.iter().map(|line| line.stood_minutes).sum::<i64>());
}

/// The term is what the calendar measures from the start to the deadline, less what it measures of each standing.
fn a_clock_adds_up(life: &ClockLife, told: &Explanation, calendar: &Calendar) {
    let micros = |from: Ts, to: Ts| match told.unit {
        Unit::ClockMinutes => to.0 - from.0,
        _ => calendar.working_micros(from, to),
    };
    let deadline = life.clock.deadline;
    // A date may lie behind when its clock begins.
    let stands_now = stands(life, told);
    let until = if stands_now { told.until } else { deadline.max(told.begun) };
    let stands = life.stands.iter().filter(|stand| told.unit != Unit::Date && stand.from < deadline);
    let stood: i64 = stands.map(|stand| micros(stand.from.min(until), stand.to.unwrap_or(until).min(until))).sum();
    let listed = (micros(told.begun, until) - stood).div_euclid(MINUTE);
    let left = if stands_now { told.figure.left_minutes } else { 0 };
    assert_eq!(told.figure.total_minutes, listed + left, "{life:?}");
    let over = if told.until > deadline && !stands_now { micros(deadline.max(told.begun), told.until) } else { 0 };
    assert!((told.figure.over_minutes - over.div_euclid(MINUTE)).abs() <= 1, "{life:?}");
}

/// Where a rule counts days, the dates that have a number are as many as the limit says.
fn the_days_add_up(life: &ClockLife, told: &Explanation) {
    let Some(tally) = told.tally else { return };
    let numbers: Vec<u32> = told.days.iter().filter_map(|day| day.number).collect();
    assert_eq!(numbers, (1..=tally.total_days).collect::<Vec<_>>());
    assert_eq!(tally.used_days + tally.left_days, tally.total_days);
    if told.unit != Unit::WorkingDays || stands(life, told) {
        return;
    }
    let limit: WorkingTime = serde_json::from_value(life.clock.limit.clone().into()).unwrap();
    let Length::WorkingDays { quarters } = limit.parts()[0] else { panic!("{limit}") };
    assert_eq!(tally.total_days, quarters / 4, "{life:#?}\n{:#?}", told.days);
}

#[test]
fn stretches_tile_a_span_and_add_up_in_every_calendar_and_zone() {
    let summer = "format: calendar/v1\nid: he\nvi: Mùa hè\nzone: Europe/Berlin\nversion: 1\nfrom: 2026-01-01\n\
                  to: 2026-12-31\nweek:\n  sat: [\"22:00-24:00\"]\n  sun: [\"00:00-02:30\", \"02:45-06:00\"]\n";
    let read = |text: &str| Calendar::build(quytrinh::calendar::file::CalendarFile::read(text).unwrap()).unwrap();
    let mut all: Vec<Calendar> = std::fs::read_dir("workflows/calendars")
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .map(|path| read(&std::fs::read_to_string(path).unwrap()))
        .collect();
    all.push(read(summer));
    assert!(all.len() >= 3);
    let begin = instant("2026-01-01 00:00");
    for calendar in &all {
        let mut state: u64 = 0x9E37_79B9;
        for _ in 0..400 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let from = Ts(begin.0 + (state >> 20) as i64 % (365 * 86_400_000_000));
            let to = Ts(from.0 + (state >> 11) as i64 % (40 * 86_400_000_000));
            let stretches = explain(calendar, from, to);
            let mut at = from;
            for stretch in &stretches {
                assert_eq!(stretch.from, at);
                let measured = calendar.working_micros(stretch.from, stretch.to);
                let whole = stretch.to.0 - stretch.from.0;
                assert_eq!(measured, if stretch.counted { whole } else { 0 }, "{} {stretch:?}", calendar.id());
                assert_eq!(calendar.local(stretch.from).date(), stretch.date);
                at = stretch.to;
            }
            assert_eq!(at, to);
            let sum: i64 = stretches.iter().map(|stretch| stretch.minutes).sum();
            assert_eq!(sum, calendar.working_minutes(from, to));
        }
    }
}

#[test]
fn a_date_that_lies_far_ahead_is_not_listed_day_by_day() {
    let calendar = calendars();
    let hanoi = calendar.get(&"hanoi".into()).unwrap();
    let from = instant("2026-08-03 08:00");
    let to = Ts(from.0 + 8_000 * 365 * 86_400_000_000 / 10);
    let stretches = explain(hanoi, from, to);
    assert!(stretches.len() < 30_000, "{}", stretches.len());
    assert_eq!(stretches.last().unwrap().to, to);
    assert_eq!(stretches.iter().map(|s| s.minutes).sum::<i64>(), hanoi.working_minutes(from, to));
    assert!(explain(hanoi, to, from).is_empty());
}

#[test]
fn a_night_a_lunch_and_a_holiday_are_named() {
    let calendar = calendars();
    let hanoi = calendar.get(&"hanoi".into()).unwrap();
    let from = instant("2026-04-24 10:00");
    let told = explain(hanoi, from, instant("2026-04-28 08:00"));
    let words: Vec<(i8, &str, i64)> = told.iter().map(|s| (s.date.day(), s.why.word(), s.minutes)).collect();
    let expected = [
        (24, "session", 120),
        (24, "break", 0),
        (24, "session", 240),
        (24, "night", 0),
        (25, "weekly_rest", 0),
        (26, "weekly_rest", 0),
        (27, "off", 0),
        (28, "night", 0),
    ];
    assert_eq!(words, expected);
    let holiday = told.iter().find_map(|stretch| stretch.why.reason()).unwrap();
    assert!(!holiday.label.is_empty());
    let saturday = explain(hanoi, instant("2026-08-22 08:00"), instant("2026-08-22 09:00"));
    assert_eq!(saturday[0].why.word(), "made_up");
    assert_eq!(hanoi.local(from).date().checked_add(1.day()).unwrap(), told[4].date);
}
