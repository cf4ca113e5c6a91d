//! T03: a limit longer than the law's, in units that can be compared without a calendar.

use std::cmp::Ordering;

use crate::calendar::working_time::WorkingTime;
use crate::definition::checks::Look;
use crate::definition::checks::paths::compare;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Limit, StepKind};
use crate::definition::source::Route;
use crate::ids::LegalId;

/// The case, and every step that names its law.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let case = &look.procedure.case;
    found
        .extend(case.legal.iter().filter_map(|legal| beyond(look, &case.within, legal, Route::of(["case", "within"]))));
    for step in look.sound_steps() {
        let (within, legal) = match &step.kind {
            StepKind::Staff(staff) => (&staff.within, &staff.legal),
            StepKind::Wait(wait) => (&wait.within, &wait.legal),
            StepKind::Call(call) => (&call.within, &call.legal),
            StepKind::Parallel(_) | StepKind::Decision(_) | StepKind::End(_) => continue,
        };
        found.extend(legal.iter().filter_map(|legal| beyond(look, within, legal, look.route(&step.id).key("within"))));
    }
    found
}

fn beyond(look: &Look<'_>, within: &Limit, legal: &LegalId, route: Route) -> Option<Diagnostic> {
    let says = look.procedure.legal.get(legal)?.limit.as_ref()?;
    let given = lengths(within).into_iter().find(|given| compare(given, says) == Some(Ordering::Greater))?;
    Some(
        Diagnostic::error(
            "T03",
            look.source.span(&route),
            format!("căn cứ `{legal}` cho {}, ở đây là {}", says.vi(), given.vi()),
            format!("`{legal}` gives {}, here it is {}", says.en(), given.en()),
        )
        .label("dài hơn luật cho phép", "longer than the law allows")
        .related(
            look.source.span(&Route::of(["legal", legal.as_str(), "limit"])),
            "thời hạn trong căn cứ",
            "the law's limit",
        )
        .help(format!("không quá {}", says.vi()), format!("at most {}", says.en())),
    )
}

/// Every length a limit may be.
pub fn lengths(limit: &Limit) -> Vec<&WorkingTime> {
    match limit {
        Limit::Length(length) | Limit::Decided { at_most: length, .. } => vec![length],
        Limit::Choose(choices) => choices.iter().flat_map(|choice| lengths(&choice.then)).collect(),
        Limit::Window(window) => window.length.iter().collect(),
        Limit::Untimed { .. } | Limit::DayOfYear { .. } | Limit::Field(_) => Vec::new(),
    }
}
