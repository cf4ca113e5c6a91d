//! X01: two procedures for one legal act and one result.

use std::collections::BTreeMap;

use crate::definition::checks::across::File;
use crate::definition::checks::across::alike::bare;
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::source::Route;

/// Files with the same basis of the case and the same result document.
pub fn check(files: &[File<'_>]) -> Vec<(usize, Diagnostic)> {
    let mut first: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (n, (procedure, source)) in files.iter().enumerate() {
        let Some(legal) = procedure.case.legal.as_ref().and_then(|legal| procedure.legal.get(legal)) else { continue };
        for (id, document) in procedure.documents.iter().filter(|(_, document)| document.result) {
            let key = (bare(&legal.vi), bare(&document.title.vi));
            let Some(other) = first.get(&key).copied() else {
                first.insert(key, n);
                continue;
            };
            let (there, place) = files[other];
            if there.id == procedure.id {
                continue;
            }
            let diagnostic = Diagnostic::error(
                "X01",
                source.key_span(&Route::of(["documents", id.as_str()])),
                format!("hai quy trình cùng một căn cứ và một kết quả: `{}` và `{}`", there.id, procedure.id),
                format!("two procedures for one legal act and result: `{}` and `{}`", there.id, procedure.id),
            )
            .label(format!("{} theo {}", document.title.vi, legal.vi), format!("{} by {}", document.title.vi, legal.vi))
            .elsewhere(Elsewhere::at(place, place.span(&Route::of(["id"])), "quy trình kia", "the other procedure"))
            .help("gộp làm một, hoặc nêu căn cứ riêng của mỗi bên", "make one of them, or give each its own basis");
            found.push((n, diagnostic));
            break;
        }
    }
    found
}
