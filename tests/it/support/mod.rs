//! What several tests need: a database to write into, and a scribe who writes entries.

pub mod bed;
pub mod hanoi;
pub mod postgres;
pub mod scribe;
