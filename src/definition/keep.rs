//! How long something is kept once its case is over: months or days of the calendar, or for ever. It erases nothing.

use std::fmt;

use crate::calendar::working_time::{Length, WorkingTime};

/// The term of keeping a field's value or a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// So long after the case is over, in calendar days or months.
    For(WorkingTime),
    Forever,
}

impl Keep {
    /// Reads `10 years`, `60 months`, `30 calendar days`, `forever`; in Vietnamese `10 năm`, `60 tháng`, `vĩnh viễn`.
    pub fn read(text: &str) -> Option<Keep> {
        let text = text.trim();
        if matches!(text, "forever" | "vĩnh viễn") {
            return Some(Keep::Forever);
        }
        if let Some((number, "year" | "years" | "năm")) = text.split_once(' ') {
            let years: u32 = number.parse().ok().filter(|years| (1..=100).contains(years))?;
            return Some(Keep::For(WorkingTime::of(Length::Months(years * 12))));
        }
        let length = WorkingTime::parse(text).ok()?;
        let of_calendar = |part: &Length| matches!(part, Length::CalendarDays(_) | Length::Months(_));
        length.parts().iter().all(of_calendar).then_some(Keep::For(length))
    }

    /// In Vietnamese.
    pub fn vi(&self) -> String {
        match self {
            Keep::For(length) => match years(length) {
                Some(years) => format!("{years} năm"),
                None => length.vi(),
            },
            Keep::Forever => "vĩnh viễn".to_owned(),
        }
    }
}

impl fmt::Display for Keep {
    /// The canonical form: `10 years`, `forever`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Keep::For(length) => match years(length) {
                Some(1) => f.write_str("1 year"),
                Some(years) => write!(f, "{years} years"),
                None => f.write_str(&length.en()),
            },
            Keep::Forever => f.write_str("forever"),
        }
    }
}

fn years(length: &WorkingTime) -> Option<u32> {
    match length.parts() {
        [Length::Months(months)] if months % 12 == 0 => Some(months / 12),
        _ => None,
    }
}
