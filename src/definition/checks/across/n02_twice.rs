//! N02: two files of one tree with one id and one version: only one of them could be put in force.

use crate::definition::checks::across::File;
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::source::Route;

/// Told of the later file. Two versions of one procedure may stand side by side.
pub fn check(files: &[File<'_>]) -> Vec<(usize, Diagnostic)> {
    let mut found = Vec::new();
    for (n, (procedure, source)) in files.iter().enumerate() {
        let same = |(other, _): &&File<'_>| other.id == procedure.id && other.version == procedure.version;
        let Some((other, place)) = files[..n].iter().find(same) else { continue };
        let id = Route::of(["id"]);
        let (vi, en) = match other.digest == procedure.digest {
            true => ("tệp này là bản chép của một tệp khác", "this file is a copy of another"),
            false => ("hai tệp cùng một mã và một số bản", "two files have one id and one version"),
        };
        let diagnostic = Diagnostic::error(
            "N02",
            source.span(&id),
            format!("{vi}: `{}`", other.id),
            format!("{en}: `{}`", other.id),
        )
        .elsewhere(Elsewhere::at(place, place.span(&id), "tệp kia", "the other file"))
        .help(
            "quy trình khác thì đặt `id` khác; bản sau của cùng quy trình thì tăng `version`; bản chép thì xóa",
            "another procedure has another `id`; a later text of this one a higher `version`; a copy is removed",
        );
        found.push((n, diagnostic));
    }
    found
}
