//! The one integration-test binary.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod annex;
mod api;
mod api_calendar;
mod api_explain;
mod api_matrix;
mod api_race;
mod api_walk;
mod api_world;
mod browser;
mod calendar;
mod calendar_any;
mod calendar_change;
mod calendar_data;
mod calendar_draft;
mod calendar_walk;
mod canonical;
mod cli;
mod course;
mod definitions;
mod diff;
mod doctor;
mod downtime;
mod editor;
mod explain;
mod floors;
mod fuzz;
mod histories;
mod importing;
mod journal;
mod kills;
mod lsp;
mod machine;
mod plan;
mod rehearsal;
mod simulation;
mod store_conformance;
mod store_faults;
mod store_history;
mod support;
mod tree_checks;
mod tutorial;
mod watchdog;
mod web;
mod web_walk;
