//! The checks, one a file, in the order of the reference page.

pub mod factory;
pub mod text;

use std::collections::BTreeSet;

use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Procedure;
use crate::definition::source::Source;
use crate::ids::StepId;

/// Every check over the procedure as meant. Steps in `broken` have a fault of their own and are passed over.
pub fn structure(_procedure: &Procedure, _broken: &BTreeSet<StepId>, _source: &Source) -> Vec<Diagnostic> {
    Vec::new()
}
