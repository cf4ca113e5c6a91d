//! What a store promises, and the two stores that keep the promise. No rule lives here.

pub mod contract;
