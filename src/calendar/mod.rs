//! Working time: lengths, calendars, deadlines. Pure: no clock, no files.

pub mod band;
pub mod calendar;
pub mod file;
mod pattern;
pub mod shelf;
pub mod working_time;
mod zone;
