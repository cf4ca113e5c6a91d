//! Trying a procedure before it is in force: scenarios played through the machine on a clock that is set, what of the
//! procedure they walk, what they would not notice, and scenarios written from what happened. Knows no real case, no storage and no clock.

mod acts;
mod begin;
pub mod from_case;
mod mask;
pub mod mutants;
pub mod mutate;
pub mod play;
pub mod reading;
pub mod record;
pub mod report;
pub mod scenario;
mod see;
pub mod spots;
pub mod stand_in;
mod stand_in_call;
pub mod walk;
mod words;
pub mod written;
