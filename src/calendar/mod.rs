//! Working time: lengths, calendars, deadlines. Pure: no clock, no files.

pub mod band;
pub mod calendar;
pub mod file;
pub mod shelf;
pub mod working_time;
