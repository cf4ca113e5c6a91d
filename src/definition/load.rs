//! From a file's text to a procedure and everything that is wrong with it, all at once.

use crate::definition::causes::{not_of_letters, only_causes};
use crate::definition::checks;
use crate::definition::diagnostic::{Diagnostic, Level, cap, sort};
use crate::definition::procedure::Procedure;
use crate::definition::resolve::{Reading, resolve};
use crate::definition::source::{Route, Source, Span};
use crate::definition::waiver::waive;

/// Reads and checks a file. `Ok` carries what a publisher should still know; `Err` everything that forbids publishing.
pub fn load(source: &Source) -> Result<(Procedure, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut letters = checks::text::check(source);
    letters.extend(checks::hidden::check(source));
    letters.extend(checks::lookalikes::check(source));
    letters.extend(checks::y11_changed::check(source));
    let Reading { procedure, broken, diagnostics: mut found, .. } = resolve(source);
    if let Some(procedure) = &procedure {
        let circles = checks::r24_circle::check(procedure, source);
        match procedure.steps.len() {
            // The other checks follow rules about persons to their end, and in a circle there is none.
            _ if !circles.is_empty() => found.extend(circles),
            0..=MOST_STEPS => found.extend(checks::structure(procedure, &broken, source)),
            many => found.push(too_many_steps(source, many)),
        }
    }
    not_of_letters(source, &letters, &mut found);
    only_causes(source, &mut found);
    found.append(&mut letters);
    if let Some(procedure) = &procedure {
        waive(procedure, source, &mut found);
    }
    if procedure.is_none() && found.iter().all(|d| d.level != Level::Error) {
        // Refusing without a word would read as passing.
        found.push(nothing_there());
    }
    sort(&mut found);
    let publishable = found.iter().all(|d| d.level != Level::Error);
    cap(&mut found);
    match procedure {
        Some(procedure) if publishable => Ok((procedure, found)),
        _ => Err(found),
    }
}

/// The most steps of one procedure. A real one has 60 at most; nobody could follow more than this.
const MOST_STEPS: usize = 500;

fn too_many_steps(source: &Source, many: usize) -> Diagnostic {
    Diagnostic::error(
        "Y10",
        source.key_span(&Route::of(["steps"])),
        format!("quá nhiều bước cho một quy trình: {many} (giới hạn {MOST_STEPS})"),
        format!("too many steps for one procedure: {many} (limit {MOST_STEPS})"),
    )
    .help("tách thành nhiều quy trình", "split it into several procedures")
}

fn nothing_there() -> Diagnostic {
    Diagnostic::error(
        "Y01",
        Span::default(),
        "tệp này trống, hoặc không có quy trình nào trong đó",
        "this file is empty, or holds no procedure",
    )
    .help("bắt đầu bằng `format: procedure/v1`", "begin with `format: procedure/v1`")
}
