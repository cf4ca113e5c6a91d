//! Working time against the vectors of the domain, at its edges, and in words.

use std::sync::LazyLock;

use jiff::civil::Date;
use proptest::prelude::*;
use quytrinh::calendar::band::{Band, Verdict, verdict};
use quytrinh::calendar::calendar::{Calendar, CalendarError, CalendarFile, Rule};
use quytrinh::calendar::day::DayKind;
use quytrinh::calendar::hours::print_hours;
use quytrinh::calendar::working_time::{Length, ParseError, WorkingTime, limit_in_words};
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
        ("2025-12-31 10:00", 3, "2026-01-07", "2026-01-07 10:00"),
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
fn each_part_of_a_sum_counts_from_the_day_the_former_ended() {
    let hanoi = shipped("hanoi");
    let due =
        |from, text: &str, rule| local(&hanoi, hanoi.add(at(&hanoi, from), &WorkingTime::parse(text).unwrap(), rule));
    assert_eq!(due("2026-08-03 09:00", "15 calendar days", CUT_OFF), "2026-08-18 17:30");
    assert_eq!(due("2026-08-03 09:00", "15 calendar days + 5 working days", CUT_OFF), "2026-08-24 17:30");
    assert_eq!(due("2026-08-03 09:00", "5 working days + 4 working hours", CUT_OFF), "2026-08-11 12:00");
    assert_eq!(due("2026-08-03 09:00", "12 clock hours + 1 working day", CUT_OFF), "2026-08-04 17:30");
    let five = WorkingTime::parse("5 working days").unwrap();
    let (close, rule) = (at(&hanoi, "2026-08-04 17:30"), Rule::Day { cut_off: None });
    assert_eq!(local(&hanoi, hanoi.run_on(close, &five, rule)), "2026-08-11 17:30", "more than a deadline");
    assert_eq!(local(&hanoi, hanoi.add(close, &five, rule)), "2026-08-12 17:30", "received when the day is over");
    let always = shipped("24x7");
    let sum = WorkingTime::parse("2 calendar days + 3 working days").unwrap();
    let midnight = always.add(at(&always, "2026-08-03 09:00"), &sum, CUT_OFF);
    assert_eq!(local(&always, midnight), "2026-08-09 00:00", "the days 5 and 8 August end at midnight");
}

#[test]
fn the_day_of_receipt_follows_the_cut_off_and_the_last_close() {
    let hanoi = shipped("hanoi");
    let one_day = WorkingTime::parse("1 working day").unwrap();
    let due = |from, cut_off| local(&hanoi, hanoi.add(at(&hanoi, from), &one_day, Rule::Day { cut_off }));
    assert_eq!(due("2026-08-03 06:00", Some((15, 0))), "2026-08-04 17:30");
    assert_eq!(due("2026-08-03 14:59", Some((15, 0))), "2026-08-04 17:30");
    assert_eq!(due("2026-08-03 15:00", Some((15, 0))), "2026-08-05 17:30");
    assert_eq!(due("2026-08-03 20:00", Some((15, 0))), "2026-08-05 17:30");
    assert_eq!(due("2026-08-03 12:30", Some((12, 0))), "2026-08-05 17:30", "the cut-off counts at lunch too");
    assert_eq!(due("2026-08-03 17:00", None), "2026-08-04 17:30");
    assert_eq!(due("2026-08-03 20:00", None), "2026-08-05 17:30", "after the close the day is over");
    assert_eq!(due("2026-08-01 20:00", Some((15, 0))), "2026-08-04 17:30", "a Saturday counts as Monday, once");
}

#[test]
fn outside_the_dates_of_the_file_the_weekly_pattern_counts() {
    let hanoi = shipped("hanoi");
    for year in [1890, 1950, 2100, 2199, 5000] {
        let from = at(&hanoi, &format!("{year}-06-03 10:00"));
        let week = from.plus_minutes(7 * 24 * 60);
        assert_eq!(hanoi.working_minutes(from, week), 2400, "{year}");
        let year_on = hanoi.next_working_instant(hanoi.add_working_minutes(from, 2400 * 52));
        assert_eq!(year_on, hanoi.next_working_instant(from.plus_minutes(364 * 24 * 60)));
    }
}

#[test]
fn calendars_of_one_country_have_the_same_days_and_full_days() {
    let file =
        |name: &str| CalendarFile::read(&std::fs::read_to_string(format!("workflows/calendars/{name}.yaml")).unwrap());
    let (hanoi, early) = (file("hanoi").unwrap(), file("som").unwrap());
    assert_eq!(hanoi.special_days(), early.special_days());
    let early = shipped("som");
    assert_eq!(early.full_day_minutes(), 480);
    assert_eq!(local(&early, early.add_working_minutes(at(&early, "2026-08-03 10:30"), 120)), "2026-08-03 14:30");
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
    let by = |due, text, band| verdict(&hanoi, at(&hanoi, due), at(&hanoi, text), band);
    assert_eq!(by("2026-08-04 17:30", "2026-08-04 13:30", Band::HalfDay), Verdict::OnTime, "a close is in its session");
    assert_eq!(by("2026-08-04 17:30", "2026-08-04 11:59", Band::HalfDay), Verdict::Early);
    assert_eq!(by("2026-08-04 21:00", "2026-08-04 20:59", Band::HalfDay), Verdict::OnTime, "no session at night");
    assert_eq!(by("2026-08-04 21:00", "2026-08-04 21:01", Band::HalfDay), Verdict::Late);
    assert_eq!(by("2026-08-04 10:00", "2026-08-04 08:00", Band::Instant), Verdict::OnTime);
    assert_eq!(by("2026-08-04 10:00", "2026-08-03 17:00", Band::Instant), Verdict::Early);
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
        ("3 nga\u{300}y la\u{300}m vie\u{323}\u{302}c", "3 working days"),
        ("1/2 working hour", "30 working minutes"),
        ("5 working days + 15 calendar days + 5 working days", "10 working days + 15 calendar days"),
    ] {
        assert_eq!(WorkingTime::parse(text).unwrap().en(), canonical);
    }
}

#[test]
fn a_limit_reads_as_its_author_would_write_it_in_either_language() {
    for (limit, vi, en) in [
        ("5 working days", "5 ngày làm việc", "5 working days"),
        ("until 31/07", "đến 31/07", "until 31/07"),
        ("đến 01/12", "đến 01/12", "until 01/12"),
        ("from 01/06 until cuoi", "từ 01/06 đến cuoi", "from 01/06 until cuoi"),
        ("until ngay_hen", "đến ngay_hen", "until ngay_hen"),
        ("something else", "something else", "something else"),
    ] {
        assert_eq!((limit_in_words(limit, true), limit_in_words(limit, false)), (vi.to_owned(), en.to_owned()));
    }
}

#[test]
fn so_long_before_an_instant_goes_by_the_calendar() {
    let hanoi = shipped("hanoi");
    let back = |from, text: &str| local(&hanoi, hanoi.subtract(at(&hanoi, from), &WorkingTime::parse(text).unwrap()));
    assert_eq!(back("2026-08-05 17:30", "1 working day"), "2026-08-04 17:30", "a close, not the opening after it");
    assert_eq!(back("2026-08-05 10:00", "0.5 working day"), "2026-08-04 15:30");
    assert_eq!(back("2026-05-04 08:30", "1 working hour"), "2026-04-29 17:00", "over 30/4, 1/5 and a weekend");
    assert_eq!(back("2026-03-31 17:30", "1 month"), "2026-02-28 17:30", "31 days in March, 28 in February");
    assert_eq!(back("2026-08-31 09:00", "3 months"), "2026-05-31 09:00");
    assert_eq!(back("2026-01-15 09:00", "14 months"), "2024-11-15 09:00");
    assert_eq!(back("2026-08-05 17:30", "30 calendar days"), "2026-07-06 17:30");
    assert_eq!(back("2026-08-05 01:00", "12 clock hours"), "2026-08-04 13:00");
    assert_eq!(back("2026-08-05 17:30", "1 month + 1 working day"), "2026-07-04 17:30", "the last part first");
    let berlin = berlin();
    let noon = at(&berlin, "2026-03-30 12:00");
    let day = WorkingTime::parse("1 calendar day").unwrap();
    assert_eq!(local(&berlin, berlin.subtract(noon, &day)), "2026-03-29 12:00", "the day of 23 hours is a day");
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
    assert!(matches!(refused("1.000 working days"), ParseError::TooFine { .. }), "a thousand to some, one to others");
    assert!(matches!(refused("5 tuần"), ParseError::UnknownUnit { suggestion: None, .. }), "a week is not a month");
    let unaccented = refused("3 ngay lam viec");
    assert_eq!(unaccented.en(), "no unit `ngay lam viec`; did you mean `ngày làm việc`?");
    assert_eq!(refused("5 working days + 3").offset(), 17);
    assert_eq!(refused("5 working days + ").offset(), 17);
    let misspelt = refused("4 woking days");
    assert_eq!(misspelt.vi(), "không có đơn vị `woking days`; có phải là `working days`?");
    assert_eq!(misspelt.offset(), 2);
}

#[test]
fn a_length_of_any_size_is_kept_in_the_journal() {
    for n in [0, 1, 59, 60, 61, 10_001, 4_000_001, u32::MAX] {
        for length in lengths_of(n) {
            let length = WorkingTime::of(length);
            let text = serde_json::to_string(&length).unwrap();
            assert_eq!(serde_json::from_str::<WorkingTime>(&text).unwrap(), length, "{text}");
        }
    }
}

#[test]
fn a_calendar_that_contradicts_itself_is_refused() {
    let refused = |extra: &str| {
        let head =
            "format: calendar/v1\nid: x\nvi: X\nzone: Asia/Ho_Chi_Minh\nversion: 1\nfrom: 2026-01-01\nto: 2026-12-31\n";
        let error = CalendarFile::read(&format!("{head}{extra}")).and_then(Calendar::build).unwrap_err();
        assert!(!error.vi().is_empty() && !error.en().is_empty());
        error
    };
    let week = "week: { mon: [\"08:00-12:00\"] }\n";
    let with = |days: &str| refused(&format!("{week}{days}"));
    assert!(matches!(refused(""), CalendarError::NoSessions));
    assert!(matches!(refused("week: { mon: [\"08:00-24:01\"] }"), CalendarError::BadSession { .. }));
    assert!(matches!(refused("week: { mon: [\"13:00-12:00\"] }"), CalendarError::BadSession { .. }));
    assert!(matches!(refused("week: { mon: [\"+8:00-12:00\"] }"), CalendarError::BadSession { .. }));
    assert!(matches!(refused("week: { mon: [\"08:00-12:00\", \"11:59-13:00\"] }"), CalendarError::Overlap { .. }));
    assert!(matches!(refused("week: { thứ2: [\"08:00-12:00\"] }"), CalendarError::UnknownWeekday(_)));
    assert!(matches!(refused("always_open: true\ndays_off: [{ date: 2026-01-01, vi: x }]"), CalendarError::Weekless));
    let reversed = with("days_off: [{ from: 2026-02-02, to: 2026-02-01, vi: x }]");
    assert!(matches!(reversed, CalendarError::Backwards { .. }));
    assert!(matches!(with("days_off: [{ from: 2026-02-02, vi: x }]"), CalendarError::BadRange { .. }));
    assert!(matches!(with("days_off: [{ date: 2027-01-01, vi: x }]"), CalendarError::OutsideDates(_)));
    let twice = with("days_off: [{ date: 2026-03-02, vi: x }, { date: 2026-03-01, vi: y }]");
    assert!(matches!(twice, CalendarError::OutOfOrder { .. }));
    let both = with("days_off: [{ date: 2026-03-02, vi: x }]\nmake_up: [{ date: 2026-03-02, like: mon, vi: y }]");
    assert!(matches!(both, CalendarError::TwoKinds(_)));
    let empty = with("make_up: [{ date: 2026-03-07, like: sun, vi: y }]");
    assert!(matches!(empty, CalendarError::EmptyMakeUp { .. }));
    let long = "format: calendar/v1\nid: x\nvi: X\nzone: UTC\nversion: 1\nfrom: 0001-01-01\nto: 9999-12-31\n";
    let long = CalendarFile::read(&format!("{long}{week}")).and_then(Calendar::build).unwrap_err();
    assert!(matches!(long, CalendarError::Backwards { .. }));
    let twice = with(
        "half_days: [{ date: 2026-03-02, sessions: [\"08:00-11:00\"], vi: x }]\nswaps: [{ off: 2026-03-02, worked: 2026-03-07, vi: y }]",
    );
    assert!(matches!(twice, CalendarError::TwoKinds(_)));
    let swapped =
        with("days_off: [{ date: 2026-03-07, vi: x }]\nswaps: [{ off: 2026-03-02, worked: 2026-03-07, vi: y }]");
    assert!(matches!(swapped, CalendarError::TwoKinds(_)));
    assert!(matches!(with("swaps: [{ off: 2026-03-02, worked: 2026-03-02, vi: y }]"), CalendarError::TwoKinds(_)));
    assert!(matches!(
        with("swaps: [{ off: 2026-03-03, worked: 2026-03-07, vi: y }]"),
        CalendarError::EmptyMakeUp { .. }
    ));
    let rest = with("swaps: [{ off: 2026-03-03, worked: 2026-03-07, sessions: [\"08:00-12:00\"], vi: y }]");
    assert!(matches!(rest, CalendarError::SwapOfRest(_)));
    assert!(matches!(with("swaps: [{ off: 2026-03-02, worked: 2027-03-07, vi: y }]"), CalendarError::OutsideDates(_)));
    assert!(matches!(with("make_up: [{ date: 2026-03-07, vi: y }]"), CalendarError::NoHours(_)));
    assert!(matches!(with("make_up: [{ date: 2026-03-07, sessions: [], vi: y }]"), CalendarError::NoHours(_)));
    let both = with("make_up: [{ date: 2026-03-07, like: mon, sessions: [\"08:00-12:00\"], vi: y }]");
    assert!(matches!(both, CalendarError::TwoHours(_)));
    let half =
        |date: &str, sessions: &str| with(&format!("half_days: [{{ date: {date}, sessions: {sessions}, vi: y }}]"));
    assert!(matches!(half("2026-03-02", "[]"), CalendarError::NoHours(_)));
    assert!(matches!(half("2026-03-03", "[\"08:00-11:00\"]"), CalendarError::HalfDayOff(_)));
    assert!(matches!(half("2026-03-02", "[\"13:00-17:00\"]"), CalendarError::LongHalfDay(_)));
    assert!(matches!(half("2026-03-02", "[\"8-11\"]"), CalendarError::BadSession { .. }));
    assert!(matches!(half("2026-13-02", "[]"), CalendarError::Unreadable(_)));
    let seasons = |seasons: &str| with(&format!("seasons: [{seasons}]"));
    assert!(matches!(seasons("{ vi: x, from: 31/04, to: 01/06 }"), CalendarError::BadDayOfYear { .. }));
    assert!(matches!(seasons("{ vi: x, from: 01/04, to: 2026-06-01 }"), CalendarError::BadDayOfYear { .. }));
    assert!(matches!(
        seasons("{ vi: x, from: 01/04, to: 01/06, week: { mon: [\"9:00\"] } }"),
        CalendarError::BadSession { .. }
    ));
    assert!(matches!(seasons("{ vi: x, from: 01/04, to: 01/06, days: {} }"), CalendarError::Unreadable(_)));
    let overlap = seasons("{ vi: x, from: 01/11, to: 01/02 }, { vi: y, from: 01/02, to: 01/03 }");
    assert!(matches!(overlap, CalendarError::SeasonsOverlap { one, other } if one == "x" && other == "y"));
    assert!(matches!(refused("seasons: [{ vi: x, from: 01/04, to: 30/06 }]"), CalendarError::NoSessions));
}

/// A school of the made-up city with a winter of other hours over New Year, a summer without any, and one of each kind
/// of special day.
const SCHOOL: &str = "
format: calendar/v1
id: truong
vi: Trường
zone: Asia/Ho_Chi_Minh
version: 1
from: 2026-01-01
to: 2026-12-31
week:
  mon: [\"07:30-11:30\", \"13:30-16:30\"]
  fri: [\"07:30-11:30\", \"13:30-16:30\"]
seasons:
  - { vi: Mùa đông, from: 01/11, to: 29/02, week: { mon: [\"08:00-11:30\"], tue: [\"08:00-11:30\"] } }
  - { vi: Nghỉ hè, from: 01/06, to: 31/07 }
days_off:
  - { from: 2026-04-25, to: 2026-04-27, vi: Giỗ Tổ, decision: 1/TB, announced: 2026-04-01, source: Điều 112 }
half_days:
  - { date: 2026-05-04, sessions: [\"07:30-09:00\"], vi: Họp }
make_up:
  - { date: 2026-08-22, like: mon, vi: Làm bù }
  - { date: 2026-08-23, sessions: [\"06:00-07:00\"], vi: Làm bù giờ riêng }
swaps:
  - { off: 2026-03-06, worked: 2026-03-07, vi: Hoán đổi, decision: 2/TB, announced: 2026-02-17 }
";

#[test]
fn a_date_says_what_kind_of_day_it_is_and_why() {
    let school = read_calendar(SCHOOL);
    let says = |date: &str| {
        let day = school.day(date.parse().unwrap());
        let label = day.why.reason().map_or("", |reason| &reason.label);
        format!("{} {} [{}] {}", day.why.word(), print_hours(&day.sessions), day.season.unwrap_or(""), label)
    };
    assert_eq!(says("2026-03-02"), "regular 07:30-11:30, 13:30-16:30 [] ");
    assert_eq!(says("2026-03-03"), "weekly_rest  [] ");
    assert_eq!(says("2026-01-06"), "regular 08:00-11:30 [Mùa đông] ");
    assert_eq!(says("2026-02-28"), "weekly_rest  [Mùa đông] ");
    assert_eq!(says("2028-02-29"), "regular 08:00-11:30 [Mùa đông] ");
    assert_eq!(says("2026-11-02"), "regular 08:00-11:30 [Mùa đông] ");
    assert_eq!(says("2026-06-01"), "weekly_rest  [Nghỉ hè] ");
    assert_eq!(says("2026-04-26"), "off  [] Giỗ Tổ", "a day off on a day of rest says the holiday");
    assert_eq!(says("2026-05-04"), "half_day 07:30-09:00 [] Họp");
    assert_eq!(says("2026-08-22"), "made_up 07:30-11:30, 13:30-16:30 [] Làm bù");
    assert_eq!(says("2026-08-23"), "made_up 06:00-07:00 [] Làm bù giờ riêng");
    assert_eq!(says("2026-03-06"), "off  [] Hoán đổi");
    assert_eq!(says("2026-03-07"), "made_up 07:30-11:30, 13:30-16:30 [] Hoán đổi", "with the hours of the Friday");
    let day = school.day("2026-04-27".parse().unwrap());
    let DayKind::Off(reason) = day.why else { panic!("a day off") };
    assert_eq!(reason.decision.as_deref(), Some("1/TB"));
    assert_eq!(reason.announced, Some("2026-04-01".parse().unwrap()));
    assert_eq!(reason.source.as_deref(), Some("Điều 112"));
    assert!(day.known && !school.day("2027-01-01".parse().unwrap()).known);
    assert_eq!(school.full_day_minutes(), 420, "a made-up hour does not make the longest day");
}

#[test]
fn seasons_come_back_every_year_and_cost_nothing_over_any_span() {
    let school = read_calendar(SCHOOL);
    let tuesdays_of_winter = |year: i16| {
        let days = school.days(Date::new(year, 1, 1).unwrap(), Date::new(year, 12, 31).unwrap());
        days.filter(|day| day.sessions == [(480, 690)]).count()
    };
    assert_eq!(tuesdays_of_winter(2026), tuesdays_of_winter(2426), "the calendar repeats itself after 400 years");
    let from = at(&school, "0426-03-02 00:00");
    let (once, twice) = (from.plus_minutes(146_097 * 1_440), from.plus_minutes(2 * 146_097 * 1_440));
    assert_eq!(school.working_minutes(from, twice) - school.working_minutes(from, once), {
        school.working_minutes(at(&school, "2430-01-01 00:00"), at(&school, "2830-01-01 00:00"))
    });
    let begun = at(&school, "2027-05-31 14:00");
    assert_eq!(local(&school, school.add_working_minutes(begun, 180)), "2027-08-02 08:00", "over the summer");
}

#[test]
fn the_stretches_of_a_day_are_what_is_measured() {
    for (calendar, from, to) in [
        (berlin(), "2026-03-20", "2026-04-05"),
        (berlin(), "2026-10-20", "2026-11-01"),
        (shipped("hanoi"), "2026-04-20", "2026-05-06"),
        (shipped("24x7"), "2026-04-20", "2026-04-22"),
        (read_calendar(SCHOOL), "2026-02-20", "2026-03-09"),
    ] {
        let (from, to): (Date, Date) = (from.parse().unwrap(), to.parse().unwrap());
        let stretches: Vec<_> = calendar.days(from, to).flat_map(|day| calendar.open_on(day.date)).collect();
        let sum: i64 = stretches.iter().map(|(open, close)| close.0 - open.0).sum();
        let midnight = |date: Date| calendar.instant(date.at(0, 0, 0, 0));
        assert_eq!(sum, calendar.working_micros(midnight(from), midnight(to.tomorrow().unwrap())));
        assert!(stretches.is_sorted_by(|one, next| one.1 <= next.0), "in order and apart");
        for (open, close) in stretches {
            assert!(calendar.is_working(open) && calendar.is_working(Ts(close.0 - 1)));
            assert_eq!(calendar.working_micros(open, close), close.0 - open.0);
        }
    }
    let twice = berlin().open_on("2026-10-25".parse().unwrap());
    assert_eq!(twice.len(), 6, "the hour that comes twice is two stretches: {twice:?}");
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
            hanoi.subtract(ts, &WorkingTime::of(length));
        }
        hanoi.add_working_minutes(ts, i64::MAX);
        hanoi.add_working_minutes(ts, i64::MIN);
        hanoi.working_days_between(ts, Ts(0));
        hanoi.end_of_working_day(ts);
        hanoi.next_working_instant(ts);
        hanoi.session_of(ts);
    }
    for date in [Date::MIN, Date::MAX] {
        hanoi.day(date);
        hanoi.open_on(date);
        assert!(hanoi.days(date, date).count() == 1);
    }
}

/// A calendar in a zone with summer time: sessions over the change at night, inside the hour that comes twice or not at
/// all, and up to midnight.
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
  sat: [\"22:00-24:00\"]
  sun: [\"00:00-01:00\", \"01:30-02:15\", \"02:30-02:45\", \"03:00-04:00\"]
";
    read_calendar(text)
}

static CALENDARS: LazyLock<[Calendar; 3]> = LazyLock::new(|| [shipped("hanoi"), shipped("24x7"), berlin()]);

/// Minutes from the first of January 2026 UTC.
const YEAR: Ts = Ts(1_767_225_600_000_000);

#[test]
fn the_hour_that_comes_twice_is_worked_twice_and_the_one_that_does_not_come_is_not() {
    let berlin = berlin();
    let sunday = |date: &str| {
        let (from, to) = (at(&berlin, &format!("{date} 01:10")), at(&berlin, &format!("{date} 12:00")));
        (berlin.working_minutes(from, to), to)
    };
    assert_eq!(sunday("2026-03-22").0, 120, "45 + 15 + 60");
    assert_eq!(sunday("2026-03-29").0, 90, "30 before the change, none in the hour that is missing, 60 after");
    assert_eq!(sunday("2026-10-25").0, 150, "30, then 15 + 15, then 15 + 15 again, then 60");
    let noon = sunday("2026-03-29").1;
    assert_eq!(local(&berlin, berlin.end_of_working_day(noon)), "2026-03-29 04:00");
    let saturday = at(&berlin, "2026-03-28 23:00");
    assert_eq!(local(&berlin, berlin.end_of_working_day(saturday)), "2026-03-29 00:00", "a session closes at midnight");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_deadline_is_never_before_its_beginning(start in -200_000_000i64..200_000_000, amount in 0u32..4_000_000, unit in 0usize..5, rule in 0usize..3, which in 0usize..3) {
        let calendar = &CALENDARS[which];
        let rule = [Rule::Hour, CUT_OFF, Rule::Day { cut_off: None }][rule];
        let length = |n| WorkingTime::of(lengths_of(n)[unit]);
        let from = YEAR.plus_minutes(start);
        let due = calendar.add(from, &length(amount), rule);
        prop_assert!(from <= due, "{} is due at {}", from, due);
        if which < 2 {
            // not in a week of unequal days: what is left over runs by hours of the longest
            prop_assert!(due <= calendar.add(from, &length(amount + 1), rule), "longer is not sooner");
        }
        prop_assert!(due <= calendar.add(from.plus_minutes(17), &length(amount), rule), "later is not sooner");
    }
}

fn lengths_of(n: u32) -> [Length; 5] {
    use Length::*;
    [WorkingMinutes(n), WorkingDays { quarters: n }, CalendarDays(n), ClockMinutes(n), Months(n)]
}
