//! What a procedure would do under load: how many cases end on time, who is waited for, what one officer more changes.
//!
//! A discrete-event simulation on the axis of working time. Pure: the same plan, axis and seed give the same figures on
//! every machine. It decides nothing about real cases and knows none.

pub mod axis;
pub mod chance;
pub mod past;
pub mod plan;
pub mod run;
pub mod tally;
