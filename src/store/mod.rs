//! What a store promises, and the two stores that keep the promise. No rule lives here.

mod accounts;
mod checkpointer;
pub mod contract;
mod cursor;
mod failure;
mod migrations;
mod open;
mod pending;
#[cfg(feature = "postgres")]
mod postgres;
mod reads;
mod sqlite;
mod text;

pub use open::open;
