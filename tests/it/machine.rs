//! The machine: scripts that are read by eye, random histories, and the directory it decides by.

mod directory;
mod edges;
pub mod random;
mod refusals;
mod scripts;
pub mod stage;
