//! Holdings and counts derived from the journal.
