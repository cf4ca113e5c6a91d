//! Working time: lengths, calendars, deadlines. Pure: no clock, no files.
pub mod calendar;
pub mod working_time;
