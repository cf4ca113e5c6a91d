//! X03: two procedures with nearly the same name.

use crate::definition::checks::across::File;
use crate::definition::checks::across::alike::Bare;
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::source::Route;

/// From this likeness on, of 100, people mix them up.
const ALIKE: usize = 90;

/// Titles that differ by a letter or two.
pub fn check(files: &[File<'_>]) -> Vec<(usize, Diagnostic)> {
    let mut found = Vec::new();
    let names: Vec<Bare> = files.iter().map(|(procedure, _)| Bare::of(&procedure.title.vi)).collect();
    for (n, (procedure, source)) in files.iter().enumerate() {
        let earlier = files[..n].iter().zip(&names);
        let mut same = earlier.filter(|((other, _), name)| other.id != procedure.id && name.alike(&names[n], ALIKE));
        let Some(((other, place), _)) = same.next() else { continue };
        let diagnostic = Diagnostic::error(
            "X03",
            source.span(&Route::of(["vi"])),
            format!("tên gần giống quy trình `{}`", other.id),
            format!("nearly the same name as procedure `{}`", other.id),
        )
        .warning()
        .elsewhere(Elsewhere::at(place, place.span(&Route::of(["vi"])), "tên kia", "the other name"))
        .help("đặt tên nói rõ chỗ khác nhau", "let the names say what is different");
        found.push((n, diagnostic));
    }
    found
}
