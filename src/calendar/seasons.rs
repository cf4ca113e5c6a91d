//! The weeks that take turns in a year, as a table over the 400 years after which the calendar repeats itself: what lies
//! before a day costs the same whatever the year. It knows weeks by number, no sessions and no special days.

use jiff::civil::Date;

use crate::calendar::fault::CalendarError;
use crate::calendar::file::CalendarFile;
use crate::calendar::pattern::day_number;

/// Days in 400 years, whole weeks.
pub(super) const CYCLE: i64 = 146_097;

/// A run of days with one week.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    /// First day, counted from the beginning of the cycle, 1970-01-01.
    pub start: i64,
    /// Nought is the calendar's own week, from one on the seasons in the order of the file.
    pub week: usize,
}

/// The stretches of one cycle, without gaps; the first begins with it.
pub(super) fn stretches(file: &CalendarFile) -> Result<Vec<Stretch>, CalendarError> {
    let mut parts: Vec<(i64, i64, usize)> = Vec::new();
    for (i, season) in file.seasons.iter().enumerate() {
        let [from, to] = season.range()?;
        for year in 1969..2370 {
            let end_year = if to < from { year + 1 } else { year };
            let (first, last) = (first_on(year, from), last_on(end_year, to));
            let (first, last) = (first.max(0), last.min(CYCLE - 1));
            if first <= last {
                parts.push((first, last, i));
            }
        }
    }
    parts.sort_unstable();
    let mut stretches = Vec::new();
    let mut free = 0;
    let mut before = None;
    for (first, last, i) in parts {
        if first < free {
            let name = |i: usize| file.seasons[i].vi.clone();
            return Err(CalendarError::SeasonsOverlap { one: name(before.unwrap_or(i)), other: name(i) });
        }
        if first > free {
            stretches.push(Stretch { start: free, week: 0 });
        }
        stretches.push(Stretch { start: first, week: i + 1 });
        (free, before) = (last + 1, Some(i));
    }
    if free < CYCLE {
        stretches.push(Stretch { start: free, week: 0 });
    }
    Ok(stretches)
}

/// A season from the 29th of February begins on the first of March where there is none.
fn first_on(year: i16, (month, day): (i8, i8)) -> i64 {
    Date::new(year, month, day).or_else(|_| Date::new(year, 3, 1)).map_or(0, day_number)
}

/// A season to the 29th of February ends on the 28th where there is none.
fn last_on(year: i16, (month, day): (i8, i8)) -> i64 {
    Date::new(year, month, day).or_else(|_| Date::new(year, 2, 28)).map_or(0, day_number)
}
