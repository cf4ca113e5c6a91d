//! Random histories (filled in below).
