//! Trying a procedure before it is in force: scenarios played through the machine on a clock that is set, what of the
//! procedure they walk, and what they would not notice. Knows no real case, no storage and no clock.

pub mod play;
pub mod scenario;
mod see;
pub mod stand_in;
