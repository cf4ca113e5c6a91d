//! X03: two procedures with nearly the same name.

use crate::definition::checks::across::File;
use crate::definition::checks::across::alike::alike;
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::source::Route;

/// From this likeness on, of 100, people mix them up.
const ALIKE: usize = 90;

/// Titles that differ by a letter or two.
pub fn check(files: &[File<'_>]) -> Vec<(usize, Diagnostic)> {
    let mut found = Vec::new();
    for (n, (procedure, source)) in files.iter().enumerate() {
        let same = files[..n]
            .iter()
            .find(|(other, _)| other.id != procedure.id && alike(&other.title.vi, &procedure.title.vi) >= ALIKE);
        let Some((other, place)) = same else { continue };
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
