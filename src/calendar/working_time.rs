//! A length of working time.
