//! The lunar calendar against published tables, and drafts of a coming year against the years that were announced.

use jiff::civil::Date;
use quytrinh::calendar::calendar::{Calendar, CalendarFile};
use quytrinh::calendar::draft::{self, DraftError, days_off};
use quytrinh::calendar::lunar;

fn hanoi() -> String {
    std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap()
}

fn weekly() -> Calendar {
    let text: String =
        hanoi().lines().take_while(|line| !line.starts_with("days_off:")).map(|l| format!("{l}\n")).collect();
    CalendarFile::read(&text).and_then(Calendar::build).unwrap()
}

#[test]
fn tet_and_the_kings_day_are_those_of_the_tables() {
    let table = std::fs::read_to_string("tests/holidays/lunar.tsv").unwrap();
    let mut years = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let year: i16 = cells[0].parse().unwrap();
        assert_eq!(lunar::new_year(year), Some(cells[1].parse::<Date>().unwrap()), "Tết {year}");
        assert_eq!(lunar::solar_date(year, 3, 10), Some(cells[2].parse::<Date>().unwrap()), "Giỗ Tổ {year}");
        years += 1;
    }
    assert_eq!(years, 124);
    assert_eq!(lunar::solar_date(2026, 13, 1), None);
    assert_eq!(lunar::solar_date(2026, 1, 31), None);
    assert_eq!(lunar::solar_date(1800, 1, 1), None);
    assert_eq!(lunar::solar_date(9999, 1, 1), None);
}

/// What the law fixes is drafted on the days that were announced; what the announcements chose stands to be confirmed.
#[test]
fn a_draft_has_the_statutory_days_of_years_gone_by() {
    let calendar = weekly();
    let drafted = |year| -> Vec<String> {
        days_off(&calendar, year).unwrap().iter().map(|day| format!("{}..{} {}", day.from, day.to, day.vi)).collect()
    };
    assert_eq!(
        drafted(2026),
        [
            "2026-01-01..2026-01-01 Tết Dương lịch",
            "2026-02-16..2026-02-20 Tết Nguyên đán",
            "2026-04-27..2026-04-27 Giỗ Tổ Hùng Vương (nghỉ bù)",
            "2026-04-30..2026-04-30 30/4",
            "2026-05-01..2026-05-01 1/5",
            "2026-09-01..2026-09-01 Quốc khánh",
            "2026-09-02..2026-09-02 Quốc khánh",
            "2026-11-24..2026-11-24 Ngày Văn hóa Việt Nam",
        ]
    );
    let of_2023 = drafted(2023);
    assert!(of_2023.contains(&"2023-05-02..2023-05-02 Giỗ Tổ Hùng Vương (nghỉ bù)".to_owned()), "{of_2023:?}");
    assert!(
        of_2023.contains(&"2023-05-03..2023-05-03 30/4 (nghỉ bù)".to_owned()),
        "30/4/2023 was a Sunday: {of_2023:?}"
    );
}

#[test]
fn the_next_year_is_laid_into_the_text_and_counts() {
    let written = hanoi();
    let before = CalendarFile::read(&written).unwrap();
    let year = before.to.year() + 1;
    let drafted = draft::text(&written, year).unwrap();
    let after = CalendarFile::read(&drafted).unwrap();
    assert_eq!((after.version, after.to.year()), (before.version + 1, year));
    let comments = |text: &str| text.lines().filter(|line| line.trim_start().starts_with('#')).count();
    assert_eq!(comments(&drafted), comments(&written) + 1, "comments stay, one is added");
    let calendar = Calendar::build(after).unwrap();
    let off = |month, day| {
        let day = calendar.day(Date::new(year, month, day).unwrap());
        day.why.reason().filter(|_| day.sessions.is_empty()).map(|reason| reason.label.clone())
    };
    assert_eq!(year, 2028, "the days below are of that year");
    assert_eq!(off(1, 3), Some("Tết Dương lịch (nghỉ bù, dự kiến)".to_owned()), "1/1/2028 is a Saturday");
    assert_eq!(off(1, 26), Some("Tết Nguyên đán (dự kiến)".to_owned()), "mùng 1 Tết Mậu Thân");
    assert_eq!(
        (off(9, 1), off(9, 4)),
        (Some("Quốc khánh (dự kiến)".to_owned()), Some("Quốc khánh (nghỉ bù, dự kiến)".to_owned()))
    );
    assert_eq!(off(11, 24), Some("Ngày Văn hóa Việt Nam".to_owned()));
    let special = calendar.days(Date::new(year, 1, 1).unwrap(), Date::new(year, 12, 31).unwrap());
    let bare = special.filter(|day| day.why.reason().is_some_and(|reason| reason.source.is_none())).count();
    assert_eq!(bare, 0, "each drafted day says what it rests on");
    // a second year follows the first
    assert!(draft::text(&drafted, year + 1).is_ok());
}

#[test]
fn what_cannot_be_drafted_is_said_in_words() {
    let written = hanoi();
    let year = CalendarFile::read(&written).unwrap().to.year();
    assert!(matches!(draft::text(&written, year), Err(DraftError::Spoken { .. })));
    assert!(matches!(draft::text(&written, year + 2), Err(DraftError::Gap { .. })));
    let always = std::fs::read_to_string("workflows/calendars/24x7.yaml").unwrap();
    assert_eq!(draft::text(&always, 2028), Err(DraftError::NeverCloses));
    assert!(matches!(draft::text("format: calendar/v1", 2028), Err(DraftError::Calendar(_))));
    let flow = written.replace("days_off:\n", "days_off: # một dòng\n");
    let told = draft::text(&flow, year + 1).unwrap_err();
    assert_eq!(told, DraftError::Form("days_off:"));
    assert!(told.vi().contains("days_off") && told.en().contains("days_off"));
}
