//! Rows that screens and queries read, derived from entries.
