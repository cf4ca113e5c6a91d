//! Who held what, from when to when, in working time: derived from entries alone, never from rows.

pub mod clock_history;
pub mod day_count;
pub mod explanation;
pub mod holding;
pub mod suspension;
pub mod tally;
