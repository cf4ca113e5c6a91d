//! The append-only chained book.
