//! A text against the one it follows: the version published before it, or an earlier file.

mod l03_translation;
pub mod s01_led;
mod t22_jump;
mod v01_number;
mod v02_log;
mod v03_dates;
mod v10_renamed;

use jiff::civil::Date;

use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Procedure;
use crate::definition::source::Source;

/// What these checks look at.
pub struct Against<'a> {
    pub old: &'a Procedure,
    /// The old text was in force: it may not be edited in place.
    pub published: bool,
    pub new: &'a Procedure,
    pub source: &'a Source,
    pub today: Date,
}

/// Everything that is wrong with how a text follows another of the same procedure.
pub fn check(look: &Against<'_>) -> Vec<Diagnostic> {
    if look.old.id != look.new.id || look.old.digest == look.new.digest {
        return Vec::new();
    }
    let checks: [fn(&Against<'_>) -> Vec<Diagnostic>; 6] = [
        v01_number::check,
        v02_log::check,
        v03_dates::check,
        v10_renamed::check,
        t22_jump::check,
        l03_translation::check,
    ];
    checks.iter().flat_map(|check| check(look)).collect()
}
