//! The one integration-test binary.

mod api;
mod api_matrix;
mod api_race;
mod api_world;
mod calendar;
mod definitions;
mod machine;
mod store_conformance;
mod support;
