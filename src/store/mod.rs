//! What a store promises, and the two stores that keep the promise. No rule lives here.

pub mod contract;
mod cursor;
mod failure;
mod migrations;
mod open;
mod pending;
mod reads;
mod sqlite;

pub use open::open;
