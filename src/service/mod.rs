//! Where time, storage and rules meet: `handle` is the only writer, `query` the only reader, `sweep` the one that
//! asks in the name of passing time.

pub mod accounts;
pub mod ask;
pub mod clock;
pub mod views;
