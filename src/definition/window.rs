//! A window of a limit: from one day until another, each a day of the year or the date in a field. It knows dates, no
//! hours and no calendar.

use std::fmt;

use jiff::civil::Date;

use crate::calendar::working_time::{Length, WorkingTime};
use crate::ids::FieldId;

/// An end of a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day {
    OfYear { month: u8, day: u8 },
    Field(FieldId),
}

/// From the opening of its first day until the close of its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: Day,
    pub until: Day,
    /// How many days it has at most, where both ends are days of the year; a text without it has no bound.
    pub length: Option<WorkingTime>,
}

impl Day {
    /// `31/07`; 29/02 is a day of the year too.
    pub fn of_year(text: &str) -> Option<Day> {
        let (day, month) = text.split_once('/')?;
        let (day, month): (i8, i8) = (day.parse().ok()?, month.parse().ok()?);
        Date::new(2024, month, day).ok()?;
        Some(Day::OfYear { month: month.unsigned_abs(), day: day.unsigned_abs() })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Day::OfYear { month, day } => write!(f, "{day:02}/{month:02}"),
            Day::Field(field) => write!(f, "{field}"),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "from {} until {}", self.from, self.until)
    }
}

impl Window {
    /// The window between two days.
    pub fn between(from: Day, until: Day) -> Window {
        let length = longest(&from, &until);
        Window { from, until, length }
    }

    /// As a file in Vietnamese has it.
    pub fn vi(&self) -> String {
        format!("từ {} đến {}", self.from, self.until)
    }

    /// Its first and last day, given the dates in the fields it names. Where both ends are days of the year, it is the
    /// first one from the year before `today` on that is not over; where one is a date, the other is the nearest such
    /// day before or after it. Only dates of two fields can lie the wrong way round.
    pub fn days(
        &self,
        from: Option<Date>,
        until: Option<Date>,
        today: Date,
        over: impl Fn(Date) -> bool,
    ) -> Option<(Date, Date)> {
        let last = match (until, &self.until, from) {
            (Some(until), ..) => until,
            (None, Day::OfYear { month, day }, Some(from)) => next(from, *month, *day),
            (None, Day::OfYear { month, day }, None) => {
                let years = [-1, 0, 1, 2].map(|more| today.year().saturating_add(more));
                years.into_iter().filter_map(|year| in_year(year, *month, *day)).find(|last| !over(*last))?
            }
            (None, Day::Field(_), _) => return None,
        };
        let first = match (from, &self.from) {
            (Some(from), _) => from,
            (None, Day::OfYear { month, day }) => latest(last, *month, *day),
            (None, Day::Field(_)) => return None,
        };
        Some((first, last))
    }
}

/// That day of the year on that date or next after it. 29/2 is the 28th where there is none.
pub fn next(date: Date, month: u8, day: u8) -> Date {
    let this = in_year(date.year(), month, day).filter(|this| *this >= date);
    this.or_else(|| in_year(date.year().saturating_add(1), month, day)).unwrap_or(date)
}

/// That day of the year on that date or last before it.
pub fn latest(date: Date, month: u8, day: u8) -> Date {
    let this = in_year(date.year(), month, day).filter(|this| *this <= date);
    this.or_else(|| in_year(date.year().saturating_sub(1), month, day)).unwrap_or(date)
}

fn in_year(year: i16, month: u8, day: u8) -> Option<Date> {
    let first = Date::new(year, month.clamp(1, 12) as i8, 1).ok()?;
    let day = (day.clamp(1, 31) as i8).min(first.days_in_month());
    Date::new(year, first.month(), day).ok()
}

/// The days of the window, both ends counted, in the year in which it has the most.
fn longest(from: &Day, until: &Day) -> Option<WorkingTime> {
    let (Day::OfYear { month, day }, Day::OfYear { month: last_month, day: last_day }) = (from, until) else {
        return None;
    };
    let in_years = [2023, 2024].into_iter().filter_map(|year| in_year(year, *month, *day));
    let days = in_years.map(|first| (next(first, *last_month, *last_day) - first).get_days().unsigned_abs() + 1);
    Some(WorkingTime::of(Length::CalendarDays(days.max()?)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn window(from: &str, until: &str) -> Window {
        Window::between(Day::of_year(from).unwrap(), Day::of_year(until).unwrap())
    }

    #[test]
    fn the_first_window_that_is_not_over_is_taken() {
        let days = |window: &Window, today: Date| window.days(None, None, today, |last| last < today).unwrap();
        let summer = window("01/06", "31/07");
        for today in [date(2025, 8, 1), date(2026, 3, 1), date(2026, 6, 20), date(2026, 7, 31)] {
            assert_eq!(days(&summer, today), (date(2026, 6, 1), date(2026, 7, 31)), "{today}");
        }
        let winter = window("01/12", "29/02");
        assert_eq!(days(&winter, date(2026, 3, 1)), (date(2026, 12, 1), date(2027, 2, 28)));
        assert_eq!(days(&winter, date(2028, 2, 29)), (date(2027, 12, 1), date(2028, 2, 29)));
        assert_eq!(days(&window("15/08", "15/08"), date(2026, 8, 15)), (date(2026, 8, 15), date(2026, 8, 15)));
    }

    #[test]
    fn a_date_at_one_end_fixes_the_other() {
        let field = || Day::Field("ngay".into());
        let over = |_: Date| true;
        let today = date(2026, 8, 3);
        let from = Window::between(field(), Day::of_year("31/07").unwrap());
        assert_eq!(from.days(Some(date(2025, 5, 5)), None, today, over), Some((date(2025, 5, 5), date(2025, 7, 31))));
        let until = Window::between(Day::of_year("01/06").unwrap(), field());
        assert_eq!(until.days(None, Some(date(2027, 5, 31)), today, over), Some((date(2026, 6, 1), date(2027, 5, 31))));
        assert_eq!(until.days(None, None, today, over), None);
    }

    #[test]
    fn its_length_counts_both_ends_and_the_leap_day() {
        for (from, until, days) in [
            ("01/06", "31/07", 61),
            ("15/08", "15/08", 1),
            ("01/12", "29/02", 91),
            ("01/02", "01/03", 30),
            ("02/06", "01/06", 366),
        ] {
            assert_eq!(window(from, until).length, Some(WorkingTime::of(Length::CalendarDays(days))), "{from} {until}");
        }
        assert_eq!(Window::between(Day::Field("a".into()), Day::Field("b".into())).length, None);
    }
}
