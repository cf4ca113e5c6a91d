//! How instants, lengths of working time, numbers and values are written for people, in both languages.
//!
//! It formats what it is given; it may not read a clock or count working time.

use std::sync::LazyLock;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use crate::definition::value::{Number, Value};
use crate::ids::Ts;
use crate::web::lang::Lang;

/// Minutes of a working day as the pages speak of it.
const WORKING_DAY: i64 = 8 * 60;

/// Vietnam keeps one time all year: the fixed offset is the same time should the zone's data be missing.
static ZONE: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Asia/Ho_Chi_Minh").unwrap_or_else(|_| TimeZone::fixed(Offset::constant(7))));

fn local(at: Ts) -> DateTime {
    at.timestamp().to_zoned_datetime(ZONE.clone()).datetime()
}

/// `24/11/2026 14:05`, in Vietnam's time.
pub fn instant(at: Ts) -> String {
    local(at).strftime("%d/%m/%Y %H:%M").to_string()
}

/// `24/11/2026`.
pub fn day(at: Ts) -> String {
    local(at).strftime("%d/%m/%Y").to_string()
}

/// `14:05`.
pub fn hour(at: Ts) -> String {
    local(at).strftime("%H:%M").to_string()
}

/// The local date, to tell days apart.
pub fn date(at: Ts) -> Date {
    local(at).date()
}

/// What a `datetime-local` input takes: `2026-11-24T14:05`.
pub fn input_instant(at: Ts) -> String {
    local(at).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// Reads what a `datetime-local` input sends, as Vietnam's time.
pub fn read_instant(text: &str) -> Option<Ts> {
    let local: DateTime = text.trim().parse().ok()?;
    let zoned = local.to_zoned_datetime(ZONE.clone()).ok()?;
    Some(Ts::from(zoned.timestamp()))
}

/// `2 ngày 3 giờ làm việc`: a day is eight hours; what is smaller than the two largest units shown is left out.
pub fn working(minutes: i64, lang: Lang) -> String {
    let minutes = minutes.saturating_abs();
    let (days, hours, rest) = (minutes / WORKING_DAY, minutes % WORKING_DAY / 60, minutes % 60);
    match lang {
        Lang::Vi => format!("{} làm việc", short(minutes, lang)),
        Lang::En if days > 0 && hours > 0 => format!("{} {}", plural(days, "working day"), plural(hours, "hour")),
        Lang::En if days > 0 => plural(days, "working day"),
        Lang::En if hours > 0 && rest > 0 => format!("{} {}", plural(hours, "working hour"), plural(rest, "minute")),
        Lang::En if hours > 0 => plural(hours, "working hour"),
        Lang::En if rest > 0 => plural(rest, "working minute"),
        Lang::En => "under a working minute".to_owned(),
    }
}

/// The same without the words that say it is working time: `2 ngày 3 giờ`; for tables that say it once.
pub fn short(minutes: i64, lang: Lang) -> String {
    let minutes = minutes.saturating_abs();
    let (days, hours, rest) = (minutes / WORKING_DAY, minutes % WORKING_DAY / 60, minutes % 60);
    match lang {
        Lang::Vi => match (days, hours, rest) {
            (0, 0, 0) => "dưới 1 phút".to_owned(),
            (0, 0, m) => format!("{m} phút"),
            (0, h, 0) => format!("{h} giờ"),
            (0, h, m) => format!("{h} giờ {m} phút"),
            (d, 0, _) => format!("{d} ngày"),
            (d, h, _) => format!("{d} ngày {h} giờ"),
        },
        Lang::En => match (days, hours, rest) {
            (0, 0, 0) => "under 1 min".to_owned(),
            (0, 0, m) => format!("{m} min"),
            (0, h, 0) => format!("{h} h"),
            (0, h, m) => format!("{h} h {m} min"),
            (d, 0, _) => format!("{d} d"),
            (d, h, _) => format!("{d} d {h} h"),
        },
    }
}

fn plural(n: i64, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

/// A stretch longer than any session in which every minute counted was measured by a calendar that never closes: to
/// call it working days of eight hours would treble it.
fn by_the_clock(minutes: i64, from: Ts, to: Ts) -> bool {
    const LONGEST_SESSION: i64 = 6 * 60;
    let passed = (i128::from(to.0) - i128::from(from.0)).abs() / 60_000_000;
    minutes.saturating_abs() > LONGEST_SESSION && (passed - i128::from(minutes.saturating_abs())).abs() <= 1
}

/// The length of a stretch between two instants: working time, or clock time where every minute counted.
pub fn measured(minutes: i64, from: Ts, to: Ts, lang: Lang) -> String {
    if by_the_clock(minutes, from, to) { clock(minutes, lang) } else { working(minutes, lang) }
}

/// The same for tables that say once that it is working time.
pub fn measured_short(minutes: i64, from: Ts, to: Ts, lang: Lang) -> String {
    if by_the_clock(minutes, from, to) { clock(minutes, lang) } else { short(minutes, lang) }
}

/// `39 ngày 2 giờ liên tục`: days of twenty-four hours.
pub fn clock(minutes: i64, lang: Lang) -> String {
    let minutes = minutes.saturating_abs();
    let (days, hours, rest) = (minutes / 1440, minutes % 1440 / 60, minutes % 60);
    let parts: Vec<String> = [(days, "ngày", "day"), (hours, "giờ", "hour"), (rest, "phút", "minute")]
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .take(2)
        .map(|(n, vi, en)| match lang {
            Lang::Vi => format!("{n} {vi}"),
            Lang::En => plural(n, en),
        })
        .collect();
    format!("{} {}", parts.join(" "), lang.pick("liên tục", "by the clock"))
}

/// `còn 3 giờ làm việc`, or `quá hạn 3 giờ làm việc` once the deadline has passed. A deadline that passed at night is
/// late before any working time is.
pub fn left(minutes: i64, now: Ts, deadline: Ts, lang: Lang) -> String {
    let late = deadline < now || minutes < 0;
    if late && minutes == 0 {
        return lang.pick("đã quá hạn, chưa mất giờ làm việc nào", "late, by no working time yet").to_owned();
    }
    let length = measured(minutes, now, deadline, lang);
    match (lang, late) {
        (Lang::Vi, false) => format!("còn {length}"),
        (Lang::Vi, true) => format!("quá hạn {length}"),
        (Lang::En, false) => format!("{length} left"),
        (Lang::En, true) => format!("late by {length}"),
    }
}

/// `1.234,5` in Vietnamese, `1,234.5` in English.
pub fn number(n: Number, lang: Lang) -> String {
    let text = n.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("−", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let (thousands, point) = match lang {
        Lang::Vi => ('.', ','),
        Lang::En => (',', '.'),
    };
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(thousands);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(point);
        out.push_str(fraction);
    }
    out
}

/// A whole number with its thousands apart.
pub fn whole(n: u64, lang: Lang) -> String {
    i64::try_from(n).ok().and_then(Number::whole).map_or_else(|| n.to_string(), |n| number(n, lang))
}

/// A field's value. A text that is a date as fields keep it is written as one.
pub fn value(value: &Value, lang: Lang) -> String {
    match value {
        Value::YesNo(true) => lang.pick("Có", "Yes").to_owned(),
        Value::YesNo(false) => lang.pick("Không", "No").to_owned(),
        Value::Number(n) => number(*n, lang),
        Value::Text(text) => match iso_date(text) {
            Some(date) => date.strftime("%d/%m/%Y").to_string(),
            None => text.clone(),
        },
        Value::List(items) => items.join(", "),
    }
}

fn iso_date(text: &str) -> Option<Date> {
    (text.len() == 10 && text.as_bytes().get(4) == Some(&b'-')).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Ts {
        text.parse().unwrap()
    }

    #[test]
    fn instants_are_shown_in_vietnams_time() {
        assert_eq!(instant(at("2026-11-24T07:05:00Z")), "24/11/2026 14:05");
        assert_eq!(day(at("2026-11-24T17:30:00Z")), "25/11/2026", "past midnight in Hà Nội");
        assert_eq!(hour(at("2026-11-24T17:30:00Z")), "00:30");
    }

    #[test]
    fn an_input_reads_back_to_the_same_minute() {
        let ts = at("2026-11-24T07:05:00Z");
        assert_eq!(input_instant(ts), "2026-11-24T14:05");
        assert_eq!(read_instant("2026-11-24T14:05"), Some(ts));
        for bad in ["", "24/11/2026", "2026-13-01T00:00", "hôm nay"] {
            assert_eq!(read_instant(bad), None, "{bad}");
        }
    }

    #[test]
    fn lengths_are_working_time_in_eight_hour_days() {
        let cases = [
            (0, "dưới 1 phút làm việc", "under a working minute"),
            (1, "1 phút làm việc", "1 working minute"),
            (45, "45 phút làm việc", "45 working minutes"),
            (60, "1 giờ làm việc", "1 working hour"),
            (90, "1 giờ 30 phút làm việc", "1 working hour 30 minutes"),
            (480, "1 ngày làm việc", "1 working day"),
            (485, "1 ngày làm việc", "1 working day"),
            (480 * 2 + 180, "2 ngày 3 giờ làm việc", "2 working days 3 hours"),
        ];
        for (minutes, vi, en) in cases {
            assert_eq!(working(minutes, Lang::Vi), vi);
            assert_eq!(working(minutes, Lang::En), en);
        }
        let (now, later) = (at("2026-11-24T07:05:00Z"), at("2026-11-27T07:05:00Z"));
        assert_eq!(left(-180, now, now, Lang::Vi), "quá hạn 3 giờ làm việc");
        assert_eq!(left(1140, now, later, Lang::Vi), "còn 2 ngày 3 giờ làm việc");
        assert_eq!(left(-180, now, now, Lang::En), "late by 3 working hours");
        assert_eq!(left(0, later, now, Lang::Vi), "đã quá hạn, chưa mất giờ làm việc nào");
        assert!(working(i64::MIN, Lang::Vi).contains("ngày"), "no overflow");
    }

    #[test]
    fn where_every_minute_counts_a_day_has_twenty_four_hours() {
        let (from, to) = (at("2026-10-16T10:35:00Z"), at("2026-11-24T12:35:00Z"));
        let minutes = 39 * 1440 + 120;
        assert_eq!(left(-minutes, to, from, Lang::Vi), "quá hạn 39 ngày 2 giờ liên tục");
        assert_eq!(measured(minutes, from, to, Lang::En), "39 days 2 hours by the clock");
        assert_eq!(measured(minutes / 3, from, to, Lang::Vi), "39 ngày làm việc", "nights did not count");
        let morning = at("2026-10-16T13:35:00Z");
        assert_eq!(measured(180, from, morning, Lang::Vi), "3 giờ làm việc", "inside a session both are the same");
    }

    #[test]
    fn numbers_have_their_thousands_apart() {
        let n = |text: &str| Number::parse(text).unwrap();
        assert_eq!(number(n("1234567.5"), Lang::Vi), "1.234.567,5");
        assert_eq!(number(n("1234567.5"), Lang::En), "1,234,567.5");
        assert_eq!(number(n("-120"), Lang::Vi), "−120");
        assert_eq!(number(n("999"), Lang::Vi), "999");
        assert_eq!(whole(10_000_000, Lang::Vi), "10.000.000");
    }

    #[test]
    fn values_read_as_people_write_them() {
        assert_eq!(value(&Value::YesNo(true), Lang::Vi), "Có");
        assert_eq!(value(&Value::Text("2026-08-03".into()), Lang::Vi), "03/08/2026");
        assert_eq!(value(&Value::Text("2026-80-03".into()), Lang::Vi), "2026-80-03");
        assert_eq!(value(&Value::Text("Nhà ở".into()), Lang::En), "Nhà ở");
    }
}
