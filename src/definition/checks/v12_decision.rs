//! V12: in force without a decision, or before its date.

use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Procedure;
use crate::definition::source::{Route, Source};

/// Texts whose date of effect no decision carries.
pub fn check(procedure: &Procedure, source: &Source) -> Vec<Diagnostic> {
    let Some(effective) = procedure.effective else { return Vec::new() };
    let span = source.span(&Route::of(["effective"]));
    match &procedure.decision {
        None => vec![
            Diagnostic::error(
                "V12",
                span,
                format!("có hiệu lực {effective} nhưng không nêu quyết định nào"),
                format!("in force on {effective}, and no decision is named"),
            )
            .warning()
            .help("thêm `decision: { number: …, date: … }`", "add `decision: { number: …, date: … }`"),
        ],
        Some(decision) if effective < decision.date => vec![
            Diagnostic::error(
                "V12",
                span,
                format!("có hiệu lực {effective}, trước ngày ký quyết định {}", decision.date),
                format!("in force on {effective}, before the decision of {}", decision.date),
            )
            .warning()
            .related(source.span(&Route::of(["decision", "date"])), "ngày ký", "the day it was signed")
            .help("sửa một trong hai ngày", "mend one of the two dates"),
        ],
        Some(_) => Vec::new(),
    }
}
