//! So long before an instant: the other way about from adding. It knows no receipt and no cut-off.

use jiff::civil::Date;

use crate::calendar::calendar::{Calendar, held, months_on};
use crate::calendar::pattern::{MINUTE, date_of, day_number};
use crate::calendar::working_time::{Length, WorkingTime};
use crate::ids::Ts;

impl Calendar {
    /// The instant so long before another; the last part of a sum is taken off first. Total: held at the ends of time.
    ///
    /// - Working hours and days run back by hours, a day being a full day's minutes. The answer is a close rather than
    ///   the opening after it: a day before the end of Wednesday is the end of Tuesday.
    /// - Calendar days and months go back to the same time of day, also where that day is off; the last day of a month
    ///   stands for those it does not have.
    /// - Clock hours run through everything.
    ///
    /// Adding by the hour rule, or clock hours, and then subtracting returns the start where it was working time. A term
    /// in calendar days or months that did not move from a day off leads back to the day it began on, a month's where
    /// both months have that day.
    pub fn subtract(&self, from: Ts, length: &WorkingTime) -> Ts {
        Ts(length.parts().iter().rev().fold(held(from), |at, part| self.subtract_part(at, *part)))
    }

    fn subtract_part(&self, at: i64, part: Length) -> i64 {
        match part {
            Length::WorkingMinutes(minutes) => self.earlier(at, i64::from(minutes) * MINUTE),
            Length::WorkingDays { quarters } => self.earlier(at, self.quarters(quarters)),
            Length::ClockMinutes(minutes) => held(Ts(at.saturating_sub(i64::from(minutes) * MINUTE))),
            Length::CalendarDays(days) => self.same_time(at, |date| date_of(day_number(date) - i64::from(days))),
            Length::Months(months) => {
                self.same_time(at, |date| date_of(months_on(day_number(date), -i64::from(months))))
            }
        }
    }

    /// The same time of the wall clock on another date.
    fn same_time(&self, at: i64, to: impl Fn(Date) -> Date) -> i64 {
        let local = self.local(Ts(at));
        held(self.instant(to(local.date()).to_datetime(local.time())))
    }
}
