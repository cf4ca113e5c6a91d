//! The machine: scripts that are read by eye, random histories, and the directory it decides by.

mod directory;
mod edges;
mod migrated;
pub mod random;
mod refusals;
mod scripts;
pub mod stage;
