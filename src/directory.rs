//! Units, posts, people, delegations and absences, as of an instant. Pure: it reads no file and no clock.
//!
//! `file` is the text as written, `build` checks it whole, `people` answers the questions about persons, `units`
//! those about units and `serves` whether a person still belongs to a unit's work. Every question takes the instant it is asked for; days are whole local days of the directory's
//! zone.

mod build;
mod error;
mod file;
mod people;
mod serves;
mod units;

pub use build::Directory;
pub use error::DirectoryError;
pub use file::{
    Absence, Author, Delegation, DelegationDecision, DirectoryFile, Inspector, Person, Post, PostHolder, Rights, Unit,
};
