//! T17: a promise far longer than the steps need; T25: limits that cannot be added to the total's unit.

use std::cmp::Ordering;

use crate::definition::checks::Look;
use crate::definition::checks::case_types::words;
use crate::definition::checks::paths::{FULL_DAY_MINUTES, compare, length};
use crate::definition::checks::t01_path::{addition, addition_en};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Limit;
use crate::definition::source::Route;

/// The case's limit against its straight paths. Files whose sums must be exact are told by T23.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() || look.procedure.case.sums_exact {
        return Vec::new();
    }
    padding(look).into_iter().collect()
}

fn padding(look: &Look<'_>) -> Option<Diagnostic> {
    let Limit::Length(limit) = &look.procedure.case.within else { return None };
    let longest = look
        .sums()?
        .iter()
        .filter_map(|sum| sum.total.as_ref())
        .reduce(|a, b| if compare(b, a) == Some(Ordering::Greater) { b } else { a })?;
    let (given, needed) = (limit.working_minutes(FULL_DAY_MINUTES)?, longest.working_minutes(FULL_DAY_MINUTES)?);
    // Steps without a length of their own (a date, a wait) are not in the sum, and may fill the rest.
    let all_counted = look.procedure.steps.keys().all(|step| super::paths::is_counted(look.procedure, step));
    (all_counted && u64::from(given) * 2 > u64::from(needed) * 3).then(|| {
        Diagnostic::error(
            "T17",
            look.source.span(&Route::of(["case", "within"])),
            format!("hứa {}, các bước chỉ cần {}", limit.vi(), longest.vi()),
            format!("{} promised, the steps need {}", limit.en(), longest.en()),
        )
        .warning()
        .label("dư hơn một nửa", "more than half as much again")
        .help(
            "rút hạn của hồ sơ, hoặc ghi thời hạn thật của các bước",
            "shorten the case's limit, or give the steps' true limits",
        )
    })
}

/// T25 alone: what a variant promises is not held against padding.
pub fn unlike(look: &Look<'_>) -> Option<Diagnostic> {
    if !look.whole() || look.procedure.case.sums_exact {
        return None;
    }
    let sums = look.sums()?;
    let (sum, total, limit) = sums.iter().find_map(|sum| {
        let total = sum.total.as_ref()?;
        let limit = length(&look.procedure.case.within, &sum.case_type)?;
        compare(total, limit).is_none().then_some((sum, total, limit))
    })?;
    let kind = words(&sum.case_type).map_or_else(String::new, |text| format!(" khi {text}"));
    let kind_en = words(&sum.case_type).map_or_else(String::new, |text| format!(" when {text}"));
    Some(
        Diagnostic::error(
            "T25",
            look.source.span(&Route::of(["case", "within"])),
            format!("các bước cộng lại là {}, không so được với {}{kind}", total.vi(), limit.vi()),
            format!("the steps add up to {}, which cannot be held against {}{kind_en}", total.en(), limit.en()),
        )
        .label("hạn của hồ sơ tính bằng đơn vị khác", "the case's limit is in another unit")
        .note(addition(sum), addition_en(sum))
        .help(
            format!("viết hạn của hồ sơ thành tổng, ví dụ `within: {}`, hoặc dùng một đơn vị cho mọi bước", total.en()),
            format!("write the case's limit as a sum, as `within: {}`, or use one unit in all steps", total.en()),
        ),
    )
}
