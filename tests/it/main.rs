//! The one integration-test binary.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

/// Counts what is allocated, for the tests that say how little is enough.
#[global_allocator]
static PEAK: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

mod annex;
mod api;
mod api_calendar;
mod api_explain;
mod api_matrix;
mod api_proposals;
mod api_race;
mod api_walk;
mod api_world;
mod bpmn;
mod browser;
mod calendar;
mod calendar_any;
mod calendar_change;
mod calendar_data;
mod calendar_draft;
mod calendar_walk;
mod calls;
mod canonical;
mod check_files;
mod cli;
mod cli_words;
mod course;
mod damaged;
mod definitions;
mod delegated;
mod diff;
mod doctor;
mod door;
mod downtime;
mod editor;
mod explain;
mod floors;
mod fuzz;
mod fuzz_imports;
mod guards;
mod guide_blocks;
mod histories;
mod importing;
mod journal;
mod kills;
mod lsp;
mod machine;
mod migration;
mod new;
mod past;
mod plan;
mod publish;
mod record;
mod rehearsal;
mod sarif;
mod simulation;
mod slow_clients;
mod soundness;
mod store_conformance;
mod store_faults;
mod store_history;
mod support;
mod timer_refused;
mod tree_checks;
mod tutorial;
mod watch;
mod watchdog;
mod web;
mod web_walk;
