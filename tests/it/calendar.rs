//! Working time against the vectors of the domain and against a walk minute by minute, written apart.

use std::sync::LazyLock;

use proptest::prelude::*;
use quytrinh::calendar::band::{Band, Verdict, verdict};
use quytrinh::calendar::calendar::{Calendar, CalendarFile, Rule};
use quytrinh::calendar::working_time::{Length, ParseError, WorkingTime};
use quytrinh::ids::Ts;

fn read_calendar(text: &str) -> Calendar {
    CalendarFile::read(text).and_then(Calendar::build).unwrap()
}

fn shipped(name: &str) -> Calendar {
    let text = std::fs::read_to_string(format!("workflows/calendars/{name}.yaml")).unwrap();
    read_calendar(&text)
}

fn at(calendar: &Calendar, local: &str) -> Ts {
    calendar.instant(local.parse().unwrap())
}

fn local(calendar: &Calendar, at: Ts) -> String {
    calendar.local(at).strftime("%Y-%m-%d %H:%M").to_string()
}

const CUT_OFF: Rule = Rule::Day { cut_off: Some((15, 0)) };

#[test]
fn the_twelve_vectors_hold_by_both_rules() {
    let hanoi = shipped("hanoi");
    let vectors = [
        ("2026-04-24 10:00", 5, "2026-05-06", "2026-05-06 10:00"),
        ("2026-04-24 15:00", 5, "2026-05-07", "2026-05-06 15:00"),
        ("2026-08-20 10:00", 3, "2026-08-24", "2026-08-24 10:00"),
        ("2026-08-28 10:00", 2, "2026-09-04", "2026-09-04 10:00"),
        ("2025-12-31 10:00", 3, "2026-01-06", "2026-01-06 10:00"),
        ("2026-02-13 16:00", 1, "2026-02-24", "2026-02-23 16:00"),
        ("2026-02-13 09:00", 30, "2026-04-03", "2026-04-03 09:00"),
        ("2024-04-26 10:00", 3, "2024-05-04", "2024-05-04 10:00"),
        ("2025-04-25 10:00", 2, "2025-04-28", "2025-04-28 10:00"),
        ("2026-11-23 10:00", 1, "2026-11-25", "2026-11-25 10:00"),
        ("2026-08-22 14:00", 1, "2026-08-24", "2026-08-24 14:00"),
        ("2027-04-30 10:00", 1, "2027-05-05", "2027-05-04 17:30"),
    ];
    for (received, days, day_rule, hour_rule) in vectors {
        let length = WorkingTime::of(Length::WorkingDays { quarters: days * 4 });
        let from = at(&hanoi, received);
        let by_day = local(&hanoi, hanoi.add(from, &length, CUT_OFF));
        let by_hour = local(&hanoi, hanoi.add(from, &length, Rule::Hour));
        assert_eq!(by_day, format!("{day_rule} 17:30"), "{received} + {days} wd by the day rule");
        assert_eq!(by_hour, hour_rule, "{received} + {days} wd by the hour rule");
    }
}

#[test]
fn a_calendar_day_term_that_ends_on_a_day_off_moves_on() {
    let hanoi = shipped("hanoi");
    let due =
        |from, text: &str| local(&hanoi, hanoi.add(at(&hanoi, from), &WorkingTime::parse(text).unwrap(), CUT_OFF));
    assert_eq!(due("2026-08-03 09:00", "30 calendar days"), "2026-09-03 17:30", "2/9 is Quốc khánh");
    assert_eq!(due("2026-08-31 09:00", "1 month"), "2026-09-30 17:30", "no 31 September");
    assert_eq!(due("2026-08-03 09:00", "12 clock hours"), "2026-08-03 21:00");
    assert_eq!(due("2026-08-03 08:30", "0.5 working day"), "2026-08-03 14:00");
    assert_eq!(due("2026-08-03 08:30", "5 working days + 15 calendar days"), "2026-08-25 17:30");
}

#[test]
fn round_the_clock_counts_nights_and_holidays() {
    let always = shipped("24x7");
    let due = always.add(at(&always, "2026-02-15 22:00"), &WorkingTime::parse("12 working hours").unwrap(), Rule::Hour);
    assert_eq!(local(&always, due), "2026-02-16 10:00");
    assert_eq!(always.full_day_minutes(), 1440);
}

#[test]
fn the_half_day_that_holds_the_due_time_is_on_time() {
    let hanoi = shipped("hanoi");
    let deadline = at(&hanoi, "2026-08-04 10:00");
    let done = |text| verdict(&hanoi, deadline, at(&hanoi, text), Band::HalfDay);
    assert_eq!(done("2026-08-03 17:30"), Verdict::Early);
    assert_eq!(done("2026-08-04 08:00"), Verdict::OnTime);
    assert_eq!(done("2026-08-04 12:00"), Verdict::OnTime);
    assert_eq!(done("2026-08-04 13:30"), Verdict::Late);
    assert_eq!(verdict(&hanoi, deadline, at(&hanoi, "2026-08-04 10:01"), Band::Instant), Verdict::Late);
}

#[test]
fn lengths_print_and_read_back_in_both_languages() {
    for text in
        ["0.5 working day", "4 working hours", "30 calendar days", "12 clock hours", "3 months", "0.25 working day"]
    {
        let length = WorkingTime::parse(text).unwrap();
        assert_eq!(length.en(), text);
        assert_eq!(WorkingTime::parse(&length.vi()).unwrap(), length, "{}", length.vi());
    }
    for (text, canonical) in [
        ("1/2 ngày làm việc", "0.5 working day"),
        ("0,5 ngày làm việc", "0.5 working day"),
        ("04 giờ làm việc", "4 working hours"),
        ("1/2 working hour", "30 working minutes"),
        ("5 working days + 15 calendar days + 5 working days", "10 working days + 15 calendar days"),
    ] {
        assert_eq!(WorkingTime::parse(text).unwrap().en(), canonical);
    }
}

#[test]
fn a_length_that_says_too_little_is_refused_and_told_what_is_right() {
    let refused = |text: &str| WorkingTime::parse(text).unwrap_err();
    assert!(matches!(refused("5 days"), ParseError::Bare { .. }));
    assert!(matches!(refused("5 ngày"), ParseError::Bare { .. }));
    assert!(matches!(refused("5"), ParseError::NoUnit { .. }));
    assert!(matches!(refused("0.3 working day"), ParseError::TooFine { .. }));
    assert!(matches!(refused("0 working days"), ParseError::OutOfRange { .. }));
    assert!(matches!(refused("99999 working days"), ParseError::OutOfRange { .. }));
    assert!(matches!(refused("soon"), ParseError::NotANumber { .. }));
    let misspelt = refused("4 woking days");
    assert_eq!(misspelt.vi(), "không có đơn vị `woking days`; có phải là `working days`?");
    assert_eq!(misspelt.offset(), 2);
}

#[test]
fn nothing_panics_at_the_ends_of_time() {
    let hanoi = shipped("hanoi");
    let lengths =
        [Length::WorkingDays { quarters: u32::MAX }, Length::Months(u32::MAX), Length::ClockMinutes(u32::MAX)];
    for ts in [Ts(i64::MIN), Ts(0), Ts(i64::MAX)] {
        for length in lengths {
            for rule in [Rule::Hour, CUT_OFF] {
                hanoi.add(ts, &WorkingTime::of(length), rule);
            }
        }
        hanoi.add_working_minutes(ts, i64::MAX);
        hanoi.add_working_minutes(ts, i64::MIN);
        hanoi.working_days_between(ts, Ts(0));
        hanoi.end_of_working_day(ts);
        hanoi.next_working_instant(ts);
        hanoi.session_of(ts);
    }
}

/// A calendar in a zone with summer time, one session over the change at night.
fn berlin() -> Calendar {
    let text = "
format: calendar/v1
id: berlin
vi: Berlin
zone: Europe/Berlin
version: 1
from: 2026-01-01
to: 2026-12-31
week:
  mon: [\"08:00-12:00\", \"13:00-16:15\"]
  wed: [\"00:00-23:59\"]
  sun: [\"01:30-04:00\"]
";
    read_calendar(text)
}

/// Counts by asking every minute, with nothing of the index used but `is_working`.
fn walked_minutes(calendar: &Calendar, from: Ts, to: Ts) -> i64 {
    (0..(to.0 - from.0) / 60_000_000).filter(|minute| calendar.is_working(from.plus_minutes(*minute))).count() as i64
}

fn is_open_by_hand(calendar: &Calendar, at: Ts) -> bool {
    let local = calendar.local(at);
    let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
    calendar.is_working_day(local.date()) && ((480..720).contains(&minute) || (810..1050).contains(&minute))
}

static CALENDARS: LazyLock<[Calendar; 3]> = LazyLock::new(|| [shipped("hanoi"), shipped("24x7"), berlin()]);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn measuring_is_the_same_as_walking(start in 0i64..500_000, span in 0i64..30_000, which in 0usize..3) {
        let calendar = &CALENDARS[which];
        let from = Ts(1_767_225_600_000_000).plus_minutes(start);
        let to = from.plus_minutes(span);
        prop_assert_eq!(calendar.working_minutes(from, to), walked_minutes(calendar, from, to));
        let middle = from.plus_minutes(span / 3);
        let parts = calendar.working_micros(from, middle) + calendar.working_micros(middle, to);
        prop_assert_eq!(parts, calendar.working_micros(from, to));
        prop_assert_eq!(calendar.working_micros(from, to), -calendar.working_micros(to, from));
    }

    #[test]
    fn sessions_are_where_the_file_says(start in 0i64..500_000) {
        let hanoi = &CALENDARS[0];
        let at = Ts(1_767_225_600_000_000).plus_minutes(start);
        prop_assert_eq!(hanoi.is_working(at), is_open_by_hand(hanoi, at));
    }

    #[test]
    fn adding_then_subtracting_returns_the_start(start in 0i64..500_000, minutes in 1i64..20_000, which in 0usize..3) {
        let calendar = &CALENDARS[which];
        let from = calendar.next_working_instant(Ts(1_767_225_600_000_000).plus_minutes(start));
        let there = calendar.add_working_minutes(from, minutes);
        prop_assert_eq!(calendar.working_minutes(from, there), minutes);
        prop_assert_eq!(calendar.add_working_minutes(there, -minutes), from);
    }
}
