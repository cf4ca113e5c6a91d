//! S10: more steps or ways out than a reader can follow; S18: a decision that decides nothing.

use crate::definition::checks::Look;
use crate::definition::diagnostic::{Diagnostic, Level};
use crate::definition::procedure::StepKind;
use crate::definition::source::Route;

const STEPS: usize = 25;
const WAYS: usize = 7;

/// Ends are no steps to follow.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let steps = look.procedure.steps.values().filter(|step| !matches!(step.kind, StepKind::End(_))).count();
    if steps > STEPS {
        found.push(
            Diagnostic::error(
                "S10",
                look.source.key_span(&Route::of(["steps"])),
                format!("quy trình có {steps} bước, quá {STEPS}: khó theo dõi"),
                format!("the procedure has {steps} steps, more than {STEPS}: hard to follow"),
            )
            .warning()
            .help("tách một phần thành quy trình riêng", "make a part of it a procedure of its own"),
        );
    }
    for step in look.sound_steps() {
        let span = || look.source.key_span(&look.route(&step.id));
        let ways = step.actions().map_or(0, indexmap::IndexMap::len);
        if ways > WAYS {
            found.push(
                Diagnostic::error(
                    "S10",
                    span(),
                    format!("bước `{}` có {ways} lối ra, quá {WAYS}: khó chọn đúng", step.id),
                    format!("step `{}` has {ways} ways out, more than {WAYS}: hard to choose rightly", step.id),
                )
                .warning()
                .help("tách thành hai bước", "make two steps of it"),
            );
        }
        if matches!(&step.kind, StepKind::Decision(rules) if rules.len() == 1) {
            let mut note = Diagnostic::error(
                "S18",
                span(),
                format!("bước rẽ `{}` chỉ có một dòng: không quyết định gì", step.id),
                format!("the decision `{}` has one rule: it decides nothing", step.id),
            )
            .help("dẫn thẳng tới bước sau, hoặc thêm dòng `when`", "lead straight on, or add a line with `when`");
            note.level = Level::Note;
            found.push(note);
        }
    }
    found
}
