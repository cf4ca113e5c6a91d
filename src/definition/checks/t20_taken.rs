//! T20: a limit that is broken as a rule. How long a step really took comes from above this floor; what is held against
//! it is the file's own limit, the longest where cases differ.

use std::collections::BTreeMap;

use crate::calendar::calendar::Calendar;
use crate::calendar::working_time::WorkingTime;
use crate::definition::diagnostic::{Diagnostic, Level};
use crate::definition::procedure::{Limit, Procedure, StepKind};
use crate::definition::source::{Route, Source};
use crate::ids::{StepId, Ts};

/// With fewer times nothing is said.
const LEAST: usize = 5;
/// With fewer it is said that they are few.
const FEW: usize = 20;

/// From when somebody held a step to when it was left, each time that it was done.
pub type Times = BTreeMap<StepId, Vec<(Ts, Ts)>>;

/// The steps that four times in five took longer than their limit allows.
pub fn check(
    procedure: &Procedure,
    source: &Source,
    times: &Times,
    cases: usize,
    calendar: &Calendar,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (id, step) in &procedure.steps {
        let StepKind::Staff(staff) = &step.kind else { continue };
        let Some((times, limit)) = times.get(id).zip(longest(&staff.within, calendar)) else { continue };
        if times.len() < LEAST {
            continue;
        }
        let mut took: Vec<f64> = times.iter().map(|(from, to)| minutes(*from, *to, &limit, calendar)).collect();
        took.sort_unstable_by(f64::total_cmp);
        let most = minutes_of(&limit, calendar);
        if quantile(&took, 0.8) > most {
            let source_route = Route::of(["steps", id.as_str(), "within"]);
            found.push(told(id, source, &source_route, &took, &limit, cases, calendar));
        }
    }
    found
}

fn told(
    id: &StepId,
    source: &Source,
    route: &Route,
    took: &[f64],
    limit: &WorkingTime,
    cases: usize,
    calendar: &Calendar,
) -> Diagnostic {
    let times = took.len();
    let ((vi50, en50), (vi80, en80), (vi90, en90)) = (
        said(quantile(took, 0.5), limit, calendar),
        said(quantile(took, 0.8), limit, calendar),
        said(quantile(took, 0.9), limit, calendar),
    );
    let mut found = Diagnostic::error(
        "T20",
        source.key_span(route),
        format!("`{id}`: một năm qua 80 % số lần xong trong {vi80}, hạn là {}", limit.vi()),
        format!("`{id}`: in the last year 80 % were done within {en80}, the limit is {}", limit.en()),
    )
    .note(
        format!("một nửa xong trong {vi50}, 90 % trong {vi90}; {times} lần ở {cases} hồ sơ đã kết thúc"),
        format!("half within {en50}, 90 % within {en90}; {times} times in {cases} ended cases"),
    )
    .help(
        "xem vì sao lâu (thiếu người, trả đi trả lại, chờ nơi khác) trước khi kéo dài hạn",
        "find out why (too few people, returns, waiting for others) before the limit is made longer",
    );
    if times < FEW {
        found = found.note(
            format!("mới {times} lần: ít, con số chưa chắc"),
            format!("{times} times are few: the figures are not sure"),
        );
    }
    found.level = Level::Note;
    found
}

/// The longest length of a limit that has one.
fn longest(limit: &Limit, calendar: &Calendar) -> Option<WorkingTime> {
    match limit {
        Limit::Length(length) => Some(length.clone()),
        Limit::Choose(choices) => {
            let lengths = choices.iter().map(|choice| longest(&choice.then, calendar));
            let lengths: Option<Vec<WorkingTime>> = lengths.collect();
            lengths?.into_iter().max_by(|a, b| minutes_of(a, calendar).total_cmp(&minutes_of(b, calendar)))
        }
        _ => None,
    }
}

/// A length in minutes of its own kind: of work, or of the clock.
fn minutes_of(length: &WorkingTime, calendar: &Calendar) -> f64 {
    let [working, days, clock, months] = length.quantities(calendar.full_day_minutes());
    working as f64 + (days * 1_440 + clock) as f64 + (months * 30 * 1_440) as f64
}

fn minutes(from: Ts, to: Ts, limit: &WorkingTime, calendar: &Calendar) -> f64 {
    match limit.is_working() {
        true => calendar.working_micros(from, to) as f64 / 60_000_000.0,
        false => to.0.saturating_sub(from.0) as f64 / 60_000_000.0,
    }
}

/// Nearest rank: the smallest that so great a share does not exceed.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = (sorted.len() as f64 * share).ceil().max(1.0) as usize;
    sorted.get(rank - 1).copied().unwrap_or(0.0)
}

/// A time in words, to a tenth.
fn said(minutes: f64, limit: &WorkingTime, calendar: &Calendar) -> (String, String) {
    let (day, days, hours) = match limit.is_working() {
        true => (
            f64::from(calendar.full_day_minutes()),
            ("ngày làm việc", "working days"),
            ("giờ làm việc", "working hours"),
        ),
        false => (1_440.0, ("ngày", "days"), ("giờ", "hours")),
    };
    let (number, (vi, en)) = if minutes >= day { (minutes / day, days) } else { (minutes / 60.0, hours) };
    let number = format!("{number:.1}");
    (format!("{} {vi}", number.replace('.', ",")), format!("{number} {en}"))
}
