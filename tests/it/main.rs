//! The one integration-test binary.

mod calendar;
mod definitions;
mod store_conformance;
mod support;
