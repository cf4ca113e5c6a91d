//! Procedures of a tree against each other: what two units both do, ask for or promise. Each finding points into both
//! files, and is told once for each thing that is found, of the later file.

mod alike;
pub mod t21_reminded;
mod x01_same_act;
mod x02_same_task;
mod x03_name;
mod x06_same_paper;
pub mod x07_mandate;
mod x08_limits;
pub mod x09_load;

use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Procedure;
use crate::definition::source::Source;

/// A procedure with its text.
pub type File<'a> = (&'a Procedure, &'a Source);

/// A check over a tree: what it found, each with the number of the file it is told of.
type Check = fn(&[File<'_>]) -> Vec<(usize, Diagnostic)>;

/// Every finding with the number of the file it is told of. Versions of one procedure are not held against each other.
pub fn check(files: &[File<'_>]) -> Vec<(usize, Diagnostic)> {
    let checks: [Check; 5] =
        [x01_same_act::check, x02_same_task::check, x03_name::check, x06_same_paper::check, x08_limits::check];
    checks.iter().flat_map(|check| check(files)).collect()
}
