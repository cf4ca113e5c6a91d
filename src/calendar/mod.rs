//! Working time: lengths, calendars, deadlines. Pure: no clock, no files.

pub mod band;
#[expect(clippy::module_inception, reason = "the calendar itself, among what goes with it")]
pub mod calendar;
pub mod course;
pub mod day;
pub mod draft;
pub mod explain;
pub mod fault;
pub mod file;
pub mod hours;
pub mod lunar;
mod pattern;
mod seasons;
pub mod shelf;
mod term;
pub mod working_time;
mod zone;
