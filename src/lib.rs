//! quytrinh: internal procedures of public departments as YAML state machines, and a book of who answers for what.
//!
//! This file only lists the modules, floor by floor, lowest first; it defines nothing. `docs/ARCHITECTURE.md` is the map.

// floor 1
pub mod calendar;
pub mod config;
pub mod fold;
pub mod ids;
pub mod telemetry;
// floor 2
pub mod directory;
// floor 3
pub mod definition;
// floor 4
pub mod annex;
pub mod machine;
// floor 5
pub mod journal;
// floor 6
pub mod importing;
pub mod ledger;
pub mod projection;
pub mod rehearsal;
pub mod simulation;
// floor 7
pub mod audit;
pub mod store;
// floor 8
pub mod service;
// floor 9
pub mod http;
pub mod web;
// floor 10
pub mod cli;
