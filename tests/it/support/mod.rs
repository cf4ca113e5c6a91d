//! What several tests need: a database to write into, and a scribe who writes entries.

pub mod bed;
pub mod postgres;
pub mod scribe;
