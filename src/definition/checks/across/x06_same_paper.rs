//! X06: the citizen is asked for the same paper by two procedures.

use std::collections::BTreeMap;

use crate::definition::checks::across::File;
use crate::definition::checks::across::alike::bare;
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::procedure::Party;
use crate::definition::source::Route;
use crate::fold::fold;
use crate::ids::DocumentId;

/// Every procedure has an application of its own: these are not the same paper.
const OWN: [&str; 7] = ["don ", "to khai", "van ban de nghi", "phieu dang ky", "giay de nghi", "ho so", "cong van"];

/// Papers from the applicant with one name in several procedures.
pub fn check(files: &[File<'_>]) -> Vec<(usize, Diagnostic)> {
    let mut first: BTreeMap<String, (usize, &DocumentId)> = BTreeMap::new();
    let mut found = Vec::new();
    for (n, (procedure, source)) in files.iter().enumerate() {
        for (id, document) in &procedure.documents {
            let folded = fold(&document.title.vi);
            let asked = document.from == Party::Applicant && document.required;
            if !asked || OWN.iter().any(|own| folded.starts_with(own)) {
                continue;
            }
            let key = bare(&document.title.vi);
            let Some((other, paper)) = first.get(&key).copied() else {
                first.insert(key, (n, id));
                continue;
            };
            let (there, place) = files[other];
            if there.id == procedure.id {
                continue;
            }
            let title = &document.title.vi;
            let diagnostic = Diagnostic::error(
                "X06",
                source.key_span(&Route::of(["documents", id.as_str()])),
                format!("người dân phải nộp \"{title}\" cho cả `{}` và `{}`", there.id, procedure.id),
                format!("the citizen hands in \"{title}\" for both `{}` and `{}`", there.id, procedure.id),
            )
            .warning()
            .elsewhere(Elsewhere::at(
                place,
                place.key_span(&Route::of(["documents", paper.as_str()])),
                "đã hỏi ở đây",
                "asked for here",
            ))
            .help(
                "dùng lại bản đã số hóa (`digitised: true`), hoặc bỏ một lần hỏi",
                "use the digital copy again (`digitised: true`), or ask only once",
            );
            found.push((n, diagnostic));
        }
    }
    found
}
