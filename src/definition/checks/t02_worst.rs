//! T02: what a case takes when every return that is allowed happens, where that is more than the case has.

use std::cmp::Ordering;

use crate::calendar::working_time::WorkingTime;
use crate::definition::checks::Look;
use crate::definition::checks::case_types::CaseType;
use crate::definition::checks::paths::{FULL_DAY_MINUTES, compare, length, longest_way, parts, total};
use crate::definition::checks::sums::Sum;
use crate::definition::diagnostic::{Diagnostic, Level};
use crate::definition::procedure::{Means, Target};
use crate::definition::source::Route;
use crate::ids::StepId;

/// A note: that returns may make a case late is to be known, not mended. Only where all is counted in working time.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    worst(look).into_iter().collect()
}

fn worst(look: &Look<'_>) -> Option<Diagnostic> {
    let procedure = look.procedure;
    if !look.whole() || procedure.case.sums_exact {
        return None;
    }
    let limit = length(&procedure.case.within, &CaseType::new())?;
    let plain = |sum: &&Sum| sum.case_type.is_empty() && sum.total.is_some();
    let straight = look
        .sums()?
        .iter()
        .filter(plain)
        .filter_map(|sum| sum.total.as_ref())
        .reduce(|a, b| if compare(b, a) == Some(Ordering::Greater) { b } else { a })?;
    let limit_minutes = limit.working_minutes(FULL_DAY_MINUTES)?;
    let straight_minutes = straight.working_minutes(FULL_DAY_MINUTES)?;
    if straight_minutes > limit_minutes {
        // A straight path that is too long is told by T01.
        return None;
    }
    let (again, returns) = returned(look)?;
    let all = u64::from(straight_minutes) + again;
    if all <= u64::from(limit_minutes) {
        return None;
    }
    let (vi, en) = (days(all, true), days(all, false));
    let mut note = Diagnostic::error(
        "T02",
        look.source.span(&Route::of(["case", "within"])),
        format!("nếu mọi lần trả lại được phép đều xảy ra thì cần {vi} ngày làm việc, hạn của hồ sơ là {}", limit.vi()),
        format!("if every return that is allowed happens, it takes {en} working days; the case has {}", limit.en()),
    )
    .note(
        format!("đi thẳng {}; thêm {}", straight.vi(), returns.join(", ")),
        format!("straight on {}; and {}", straight.en(), returns.join(", ")),
    )
    .help(
        "giảm `at_most`, hoặc rút hạn của bước làm lại bằng `within` ở hành động trả lại",
        "lower `at_most`, or shorten the step done again by `within` on the return",
    );
    note.level = Level::Note;
    Some(note)
}

/// What all returns and supplements add, in working minutes, and each as `ra_soat.return × 2`.
fn returned(look: &Look<'_>) -> Option<(u64, Vec<String>)> {
    let (mut again, mut said) = (0u64, Vec::new());
    for (step, verb, way) in look.actions() {
        let (Target::Step(to), Some(most)) = (&way.to, way.at_most) else { continue };
        if way.means != Means::Back && !comes_round(look, to, &step.id) {
            continue;
        }
        let Some((steps, sum)) = longest_way(look.procedure, &look.graph, to, &step.id) else { continue };
        let mut minutes = sum.working_minutes(FULL_DAY_MINUTES)?;
        let shortened = way.within.as_ref().and_then(|limit| length(limit, &CaseType::new()));
        if let (Some(shorter), Some(own)) = (shortened, own(look, &steps[0])) {
            // The way back may count less than the step itself: a group's limit then holds for all its steps.
            minutes = minutes.saturating_sub(own.working_minutes(FULL_DAY_MINUTES)?);
            minutes = minutes.saturating_add(shorter.working_minutes(FULL_DAY_MINUTES)?);
        }
        again += u64::from(minutes) * u64::from(most);
        said.push(format!("{}.{verb} × {most}", step.id));
    }
    Some((again, said))
}

fn comes_round(look: &Look<'_>, from: &StepId, to: &StepId) -> bool {
    longest_way(look.procedure, &look.graph, from, to).is_some()
}

fn own(look: &Look<'_>, step: &StepId) -> Option<WorkingTime> {
    total(&parts(look.procedure, std::slice::from_ref(step), &CaseType::new(), None))
}

/// Working minutes as days with two places at most.
fn days(minutes: u64, vietnamese: bool) -> String {
    let hundredths = minutes * 100 / u64::from(FULL_DAY_MINUTES);
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    let text =
        if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}").trim_end_matches('0').to_owned() };
    if vietnamese { text.replace('.', ",") } else { text }
}
