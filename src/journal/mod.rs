//! The append-only book: one entry for each thing that happened, chained in one global order and per case.

pub mod chain;
pub mod codec;
pub mod entry;
pub mod export;
pub mod verify;
