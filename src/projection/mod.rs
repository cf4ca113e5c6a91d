//! Rows that screens and queries read, derived from entries; they can be thrown away and made again.

pub mod fold;
pub mod project;
pub mod rows;
