//! The shipped calendar of Hanoi as somebody changes it.

use quytrinh::calendar::calendar::Calendar;
use quytrinh::service::library::read_calendar;

/// The text as shipped.
pub fn shipped() -> String {
    std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap()
}

/// The shipped text so many versions on, with these days off and these Saturdays worked (like a Monday) beside.
pub fn changed(later: u32, off: &[&str], worked: &[&str]) -> String {
    let version = read_calendar(&shipped()).unwrap().version() + later;
    let mut lines: Vec<String> = shipped().lines().map(str::to_owned).collect();
    let number = lines.iter().position(|line| line.starts_with("version:")).unwrap();
    lines[number] = format!("version: {version}");
    for (section, dates, rest) in
        [("days_off:", off, "vi: Nghỉ hoán đổi"), ("make_up:", worked, "like: mon, vi: Làm bù")]
    {
        for date in dates {
            let first = lines.iter().position(|line| line == section).unwrap_or_else(|| {
                lines.push(section.to_owned());
                lines.len() - 1
            }) + 1;
            let behind = |line: &String| match line.strip_prefix("  - { ") {
                Some(day) => day.split([' ', ',']).nth(1).unwrap() > *date,
                None => !line.starts_with("  #"),
            };
            let at = lines[first..].iter().position(behind).map_or(lines.len(), |at| first + at);
            lines.insert(at, format!("  - {{ date: {date}, {rest} }}"));
        }
    }
    lines.join("\n") + "\n"
}

/// The changed text, ready to count by.
pub fn calendar(text: &str) -> Calendar {
    read_calendar(text).unwrap()
}
