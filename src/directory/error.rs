//! What is wrong in a directory file: where, and in both languages.

use std::fmt;

/// One fault of a directory; a file is refused with all of them at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryError {
    /// The keys that lead to it, e.g. `units.so-xay-dung.under`.
    pub place: String,
    pub vi: String,
    pub en: String,
}

impl DirectoryError {
    /// A fault at a place, in both languages.
    pub fn new(place: impl Into<String>, vi: impl Into<String>, en: impl Into<String>) -> DirectoryError {
        DirectoryError { place: place.into(), vi: vi.into(), en: en.into() }
    }
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.place, self.vi, self.en)
    }
}

impl std::error::Error for DirectoryError {}
