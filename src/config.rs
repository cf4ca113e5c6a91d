//! Settings: file < environment < flags, parsed once.
