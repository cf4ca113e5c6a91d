//! Rows that screens and queries read, derived from entries; they can be thrown away and made again.

pub mod project;
pub mod rows;
