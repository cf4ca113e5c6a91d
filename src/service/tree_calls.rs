//! The procedures of a tree that call each other, with what is published beside them.

use crate::definition::checks::across::calls::Calls;
use crate::definition::checks::across::{OF_CALLS, faulty_called};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Procedure;
use crate::definition::resolve::resolve;
use crate::ids::ProcedureId;
use crate::service::tree::{Checked, Meant, procedures};

/// What is wrong with the calls of all files.
pub(super) fn check(files: &mut [Checked], published: &[&Procedure], whole: bool) {
    let unread = files.iter().filter(|file| file.meant.is_none());
    let faulty: Vec<ProcedureId> = unread.filter_map(|file| Some(resolve(&file.source).procedure?.id)).collect();
    let (numbers, procedures): (Vec<usize>, Vec<_>) = procedures(files).unzip();
    let look = Calls { files: &procedures, published, faulty: &faulty, whole };
    let found: Vec<(usize, Diagnostic)> =
        OF_CALLS.iter().flat_map(|check| check(&look)).map(|(n, found)| (numbers[n], found)).collect();
    for (n, found) in found {
        files[n].found.push(found);
    }
}

/// A procedure that passes, but calls one of the tree that does not, could not be published: that one is mended first.
pub(super) fn of_faulty(files: &mut [Checked]) {
    loop {
        let faulty = |id: &ProcedureId| {
            let mut texts = files.iter().filter(|file| matches!(&file.meant, Some(Meant::Procedure(p)) if p.id == *id));
            texts.clone().next().is_some() && texts.all(|file| !file.passes())
        };
        let (numbers, passing): (Vec<usize>, Vec<_>) = procedures(files).filter(|(n, _)| files[*n].passes()).unzip();
        let look = Calls { files: &passing, published: &[], faulty: &[], whole: false };
        let places = look.places();
        let called = places.iter().filter(|place| faulty(&place.call.uses.procedure));
        let found: Vec<(usize, Diagnostic)> = called.map(|place| (numbers[place.file], faulty_called(place))).collect();
        if found.is_empty() {
            return;
        }
        for (n, diagnostic) in found {
            files[n].found.push(diagnostic);
        }
    }
}
