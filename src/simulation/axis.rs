//! The axis a simulation runs on: working minutes of one calendar from a first day on, with tables by which days are found
//! without asking the calendar again.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::calendar::calendar::Calendar;
use crate::calendar::working_time::{Length, WorkingTime};
use crate::ids::Ts;

const MICROS: f64 = 60_000_000.0;

/// Working minutes from the first day's midnight on. Beyond the last day of the tables every day is a full one.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Working minutes before each day, days off included, and before the day after the last.
    before: Vec<f64>,
    /// Working minutes up to the close of each working day.
    closes: Vec<f64>,
    /// Up to the hour of each working day from which something received counts as received the next.
    cut_offs: Vec<f64>,
    full_day: f64,
}

impl Axis {
    /// The tables of `days` days from `first` on; at most 100,000.
    pub fn build(calendar: &Calendar, first: Date, days: usize, cut_off: Option<(u8, u8)>) -> Axis {
        let midnight = |date: Date| calendar.instant(date.at(0, 0, 0, 0));
        let origin = midnight(first);
        let passed = |at: Ts| calendar.working_micros(origin, at) as f64 / MICROS;
        let mut axis = Axis {
            before: vec![0.0],
            closes: Vec::new(),
            cut_offs: Vec::new(),
            full_day: f64::from(calendar.full_day_minutes()),
        };
        let mut date = first;
        for _ in 0..days.clamp(1, 100_000) {
            let Ok(next) = date.checked_add(1.day()) else { break };
            let end = passed(midnight(next));
            if end > axis.before.last().copied().unwrap_or(0.0) {
                axis.closes.push(end);
                let hour = cut_off.map(|(hour, minute)| calendar.instant(at_hour(date, hour, minute)));
                axis.cut_offs.push(hour.map_or(end, passed));
            }
            axis.before.push(end);
            date = next;
        }
        axis
    }

    /// An axis on which every day is worked for so many minutes: for what needs no calendar.
    pub fn even(full_day: f64) -> Axis {
        Axis { before: vec![0.0], closes: Vec::new(), cut_offs: Vec::new(), full_day }
    }

    /// Minutes of the longest regular day.
    pub fn full_day(&self) -> f64 {
        self.full_day
    }

    /// Working minutes up to the end of the `n`-th working day, from 0.
    pub fn working_day(&self, n: usize) -> f64 {
        match self.closes.get(n) {
            Some(close) => *close,
            None => self.end() + (n + 1 - self.closes.len()) as f64 * self.full_day,
        }
    }

    fn end(&self) -> f64 {
        self.before.last().copied().unwrap_or(0.0)
    }

    /// Where a length that begins at `at` ends. Whole working days end at the close of the day by the day rule.
    pub fn add(&self, at: f64, length: &WorkingTime, day_rule: bool) -> f64 {
        let mut end = at;
        for (n, part) in length.parts().iter().enumerate() {
            end = match *part {
                Length::WorkingMinutes(minutes) => end + f64::from(minutes),
                Length::WorkingDays { quarters } if day_rule && quarters >= 4 => {
                    let rest = f64::from(quarters % 4) / 4.0 * self.full_day;
                    self.close_after(end, (quarters / 4) as usize, n == 0) + rest
                }
                Length::WorkingDays { quarters } => end + f64::from(quarters) / 4.0 * self.full_day,
                Length::CalendarDays(days) => self.calendar_days(end, f64::from(days)),
                Length::ClockMinutes(minutes) => self.calendar_days(end, f64::from(minutes) / 1_440.0),
                Length::Months(months) => self.calendar_days(end, f64::from(months) * 365.25 / 12.0),
            };
        }
        end
    }

    /// The close of the `days`-th working day after the one on which something at `at` counts as received.
    fn close_after(&self, at: f64, days: usize, received: bool) -> f64 {
        let day = self.closes.partition_point(|close| *close <= at);
        if day >= self.closes.len() {
            return at + days as f64 * self.full_day;
        }
        let late = received && at >= self.cut_offs.get(day).copied().unwrap_or(f64::INFINITY);
        self.working_day(day + days + usize::from(late))
    }

    /// The close of the day so many days of the calendar later, of the next working day where it is off; parts of a day
    /// are rounded up.
    pub fn calendar_days(&self, at: f64, days: f64) -> f64 {
        let day = self.before.partition_point(|before| *before <= at).saturating_sub(1);
        match self.before.get(day + days.ceil() as usize) {
            Some(midnight) => {
                let next = self.closes.partition_point(|close| close <= midnight);
                self.closes.get(next).copied().unwrap_or(midnight + self.full_day).max(at)
            }
            // Five days in seven.
            None => at + days * 5.0 / 7.0 * self.full_day,
        }
    }
}

fn at_hour(date: Date, hour: u8, minute: u8) -> jiff::civil::DateTime {
    let small = |n: u8, most: u8| i8::try_from(n.min(most)).unwrap_or(0);
    date.at(small(hour, 23), small(minute, 59), 0, 0)
}
