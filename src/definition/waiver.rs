//! Carrying out what a file waives: a warning that it keeps with a reason, and a fault that was legally approved. Either
//! concerns the one place it names, stays visible as a note, and waives nothing else.

use crate::definition::diagnostic::{Diagnostic, Level, Text};
use crate::definition::procedure::{Allowance, KnownDefect, Procedure};
use crate::definition::source::{Source, Span};

/// Turns into notes what the file waives. Asked again for what later checks find: what is a note stays one.
pub fn waive(procedure: &Procedure, source: &Source, found: &mut [Diagnostic]) {
    for defect in &procedure.known_defects {
        accept(defect, source, found);
    }
    for allowance in &procedure.allowed {
        allow(allowance, source, found);
    }
}

fn accept(defect: &KnownDefect, source: &Source, found: &mut [Diagnostic]) {
    let mut told: Vec<&mut Diagnostic> =
        found.iter_mut().filter(|told| told.code == defect.check && told.level != Level::Note).collect();
    match &defect.at {
        Some(at) => told.retain(|told| lies_in(told.span, source, at)),
        None if told.len() > 1 => {
            // Which of them was approved? Accepting all would hide what nobody has looked at.
            let count = told.len();
            for diagnostic in told {
                diagnostic.notes.push(Text::new(
                    format!("`known_defect` không nói nhận lỗi nào trong {count} lỗi {}: thêm `at:`", defect.check),
                    format!(
                        "`known_defect` does not say which of {count} faults {} it accepts: add `at:`",
                        defect.check
                    ),
                ));
            }
            return;
        }
        None => {}
    }
    for diagnostic in told {
        diagnostic.level = Level::Note;
        diagnostic.notes.push(Text::new(
            format!("khuyết tật đã biết, {} chấp nhận ngày {}: {}", defect.accepted_by, defect.date, defect.because),
            format!("known defect, accepted by {} on {}: {}", defect.accepted_by, defect.date, defect.because),
        ));
    }
}

fn allow(allowance: &Allowance, source: &Source, found: &mut [Diagnostic]) {
    let meant = |told: &&mut Diagnostic| {
        told.code == allowance.check && told.level != Level::Note && lies_in(told.span, source, &allowance.at)
    };
    for diagnostic in found.iter_mut().filter(meant) {
        match diagnostic.level {
            Level::Warning => {
                diagnostic.level = Level::Note;
                diagnostic.notes.push(Text::new(
                    format!("giữ nguyên có lý do: {}", allowance.because),
                    format!("kept for a reason: {}", allowance.because),
                ));
            }
            Level::Error => diagnostic.notes.push(Text::new(
                "lỗi thì `allow` không cho qua; văn bản đã phê duyệt như vậy thì khai `known_defect`",
                "an error is not waived by `allow`; for a text approved as it is declare a `known_defect`",
            )),
            Level::Note => {}
        }
    }
}

/// A fault lies in a place where it begins inside it, or right behind a label on its line: what was cut off a label.
fn lies_in(span: Span, source: &Source, at: &str) -> bool {
    let Some(place) = source.root().and_then(|root| root.place(at)) else { return false };
    let behind = source.text().get(place.end..span.start).is_some_and(|gap| gap.chars().all(|c| c == ' '));
    (place.start..place.end.max(place.start + 1)).contains(&span.start) || behind
}
