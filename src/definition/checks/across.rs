//! Procedures of a tree against each other: what two units both do, ask for or promise. Each finding points into both
//! files, and is told once for each thing that is found, of the later file.

mod alike;
pub mod calls;
mod g10_files;
mod n02_twice;
mod n09_called;
mod n20_exchange;
pub mod s12_circle;
mod t19_limit;
pub mod t21_reminded;
mod x01_same_act;
mod x02_same_task;
mod x03_name;
mod x04_never_made;
mod x05_waiting;
mod x06_same_paper;
pub mod x07_mandate;
mod x08_limits;
pub mod x09_load;

use crate::definition::checks::across::calls::Calls;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Procedure;
use crate::definition::source::Source;

/// A procedure with its text.
pub type File<'a> = (&'a Procedure, &'a Source);

/// A check over a tree: what it found, each with the number of the file it is told of.
type Check = fn(&[File<'_>]) -> Vec<(usize, Diagnostic)>;

/// The checks of procedures that call each other: what each found, with the number of the file it is told of.
pub const OF_CALLS: [fn(&Calls<'_>) -> Vec<(usize, Diagnostic)>; 6] = [
    n09_called::check,
    n20_exchange::check,
    s12_circle::check,
    t19_limit::check,
    x04_never_made::check,
    x05_waiting::check,
];

pub use n09_called::faulty as faulty_called;

/// Their codes.
pub const CODES_OF_CALLS: [&str; 6] = ["N09", "N20", "S12", "T19", "X04", "X05"];

/// Every finding with the number of the file it is told of. Versions of one procedure are not held against each other.
pub fn check(files: &[File<'_>]) -> Vec<(usize, Diagnostic)> {
    let checks: [Check; 7] = [
        n02_twice::check,
        g10_files::check,
        x01_same_act::check,
        x02_same_task::check,
        x03_name::check,
        x06_same_paper::check,
        x08_limits::check,
    ];
    checks.iter().flat_map(|check| check(files)).collect()
}
