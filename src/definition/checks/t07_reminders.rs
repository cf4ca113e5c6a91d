//! T07: reminders that say nothing new; T08: a breach nobody hears of; T09: a breach only its author hears of; T13: a
//! limit finer than anybody can keep.

use crate::calendar::working_time::WorkingTime;
use crate::definition::checks::Look;
use crate::definition::checks::paths::{FULL_DAY_MINUTES, compare};
use crate::definition::checks::t03_law::lengths;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{StepKind, Told, Warn};
use crate::definition::source::{Route, Span};

/// An hour of work: less is no warning and no limit.
const LEAST: u32 = 60;

/// The reminders of the case and of the groups, who is told of a breach, and the shortest limits.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let case = &look.procedure.case;
    let mut found = reminders(look, &case.warn, lengths(&case.within), &Route::of(["case", "warn"]));
    for (id, group) in &look.procedure.groups {
        let limits = group.within.iter().flat_map(lengths).collect();
        found.extend(reminders(look, &group.warn, limits, &Route::of(["groups", id.as_str(), "warn"])));
    }
    let span = look.source.key_span(&Route::of(["case", "on_breach"]));
    match case.on_breach[..] {
        [] => found.push(
            Diagnostic::error("T08", span, "quá hạn mà không báo cho ai", "nobody is told of a breach")
                .help("viết `on_breach: [tell holder, tell head]`", "write `on_breach: [tell holder, tell head]`"),
        ),
        [Told::Holder] => found.push(
            Diagnostic::error(
                "T09",
                span,
                "quá hạn chỉ báo cho chính người giữ việc: người ấy biết rồi",
                "only the holder is told of his own breach: he knows already",
            )
            .warning()
            .help("thêm `tell head` hoặc `tell inspector`", "add `tell head` or `tell inspector`"),
        ),
        _ => {}
    }
    found.extend(too_fine(look));
    found
}

fn reminders(look: &Look<'_>, warn: &[Warn], limits: Vec<&WorkingTime>, route: &Route) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let place = |at: usize| look.source.span(&route.clone().index(at));
    for (at, one) in warn.iter().enumerate() {
        if warn[..at].contains(one) {
            found.push(useless(place(at), "nhắc hai lần cùng một lúc", "two reminders at one time"));
        } else if let Warn::Before(ahead) = one {
            let hasty = ahead.working_minutes(FULL_DAY_MINUTES).is_some_and(|minutes| minutes < LEAST);
            let at_once = !limits.is_empty()
                && limits.iter().all(|limit| compare(ahead, limit).is_some_and(std::cmp::Ordering::is_ge));
            if hasty {
                let (vi, en) = (
                    "nhắc trước chưa đầy một giờ làm việc: không kịp làm gì",
                    "a reminder less than a working hour ahead: nothing can be done",
                );
                found.push(useless(place(at), vi, en));
            } else if at_once {
                let (vi, en) = (
                    "nhắc trước lâu hơn cả thời hạn: lời nhắc đến ngay khi nhận việc",
                    "the reminder comes before the limit begins",
                );
                found.push(useless(place(at), vi, en));
            }
        }
    }
    found
}

fn useless(span: Span, vi: &str, en: &str) -> Diagnostic {
    Diagnostic::error("T07", span, vi, en)
        .warning()
        .help("ví dụ `warn: [50%, 80%]` hoặc `1 working day before`", "as `warn: [50%, 80%]` or `1 working day before`")
}

fn too_fine(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.sound_steps() {
        let StepKind::Staff(staff) = &step.kind else { continue };
        let minutes = |length: &&WorkingTime| length.working_minutes(FULL_DAY_MINUTES).is_some_and(|m| m < LEAST);
        if let Some(length) = lengths(&staff.within).into_iter().find(minutes) {
            found.push(
                Diagnostic::error(
                    "T13",
                    look.source.span(&look.route(&step.id).key("within")),
                    format!("hạn {} ngắn hơn một giờ làm việc: không đo, không giữ được", length.vi()),
                    format!("{} is less than a working hour: it can be neither kept nor measured", length.en()),
                )
                .warning()
                .help(
                    "gộp với bước bên cạnh, hoặc viết từ một giờ trở lên",
                    "join it with the next step, or write an hour or more",
                ),
            );
        }
    }
    found
}
