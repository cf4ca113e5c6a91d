//! Who held what, from when to when, in working time: derived from entries alone, never from rows.

pub mod holding;
pub mod tally;
