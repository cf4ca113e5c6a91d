//! Trying a procedure before it is in force: scenarios played through the machine on a clock that is set, what of the
//! procedure they walk, and what they would not notice. Knows no real case, no storage and no clock.

mod acts;
mod begin;
pub mod mutants;
pub mod mutate;
pub mod play;
pub mod report;
pub mod scenario;
mod see;
pub mod spots;
pub mod stand_in;
mod stand_in_call;
pub mod walk;
