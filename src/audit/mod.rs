//! Indicators over the journal alone, one a file.
