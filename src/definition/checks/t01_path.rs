//! T01: a straight path longer than the case's limit.

use std::cmp::Ordering;

use crate::calendar::working_time::WorkingTime;
use crate::definition::checks::Look;
use crate::definition::checks::case_types::words;
use crate::definition::checks::paths::{compare, length};
use crate::definition::checks::sums::Sum;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::Route;

/// The longest path of the first case type that has one longer than the case's limit. Files whose sums must be exact are
/// told by T23.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() || look.procedure.case.sums_exact {
        return Vec::new();
    }
    let mut longest: Option<(&Sum, &WorkingTime, &WorkingTime)> = None;
    for sum in look.sums().unwrap_or_default() {
        let limit = length(&look.procedure.case.within, &sum.case_type);
        let (Some(total), Some(limit)) = (&sum.total, limit) else { continue };
        let longer = longest.is_none_or(|(known, most, _)| {
            known.case_type == sum.case_type && compare(total, most) == Some(Ordering::Greater)
        });
        if longer && compare(total, limit) == Some(Ordering::Greater) {
            longest = Some((sum, total, limit));
        }
    }
    longest.map(|(sum, total, limit)| told(look, sum, total, limit)).into_iter().collect()
}

fn told(look: &Look<'_>, sum: &Sum, total: &WorkingTime, limit: &WorkingTime) -> Diagnostic {
    let held = words(&sum.case_type);
    let kind = held.as_ref().map_or_else(String::new, |text| format!(" khi {text}"));
    let kind_en = held.map_or_else(String::new, |text| format!(" when {text}"));
    let diagnostic = Diagnostic::error(
        "T01",
        look.source.span(&Route::of(["case", "within"])),
        format!("cộng thời hạn các bước là {}, quá hạn của hồ sơ ({}){kind}", total.vi(), limit.vi()),
        format!("the steps' limits add up to {}, more than the case's ({}){kind_en}", total.en(), limit.en()),
    )
    .label("hạn của hồ sơ", "the case's limit")
    .help(
        format!("rút thời hạn của các bước, hoặc cho hồ sơ {}", total.vi()),
        format!("shorten the steps' limits, or give the case {}", total.en()),
    );
    with_longest(look, sum, diagnostic).note(addition(sum), addition_en(sum))
}

/// Marks the longest step of the path.
pub fn with_longest(look: &Look<'_>, sum: &Sum, diagnostic: Diagnostic) -> Diagnostic {
    let longest = sum.parts.iter().reduce(|a, b| match compare(&b.1, &a.1) {
        Some(Ordering::Greater) => b,
        _ => a,
    });
    match longest {
        Some((name, _)) if look.procedure.steps.contains_key(name.as_str()) => {
            let span = look.source.span(&look.route(&name.as_str().into()).key("within"));
            diagnostic.related(span, "bước dài nhất trên đường này", "the longest step on this path")
        }
        _ => diagnostic,
    }
}

/// `tiep_nhan 0,5 ngày làm việc + kiem_tra 1 ngày làm việc`.
pub fn addition(sum: &Sum) -> String {
    sum.parts.iter().map(|(name, length)| format!("{name} {}", length.vi())).collect::<Vec<_>>().join(" + ")
}

/// The same in English.
pub fn addition_en(sum: &Sum) -> String {
    sum.parts.iter().map(|(name, length)| format!("{name} {}", length.en())).collect::<Vec<_>>().join(" + ")
}
