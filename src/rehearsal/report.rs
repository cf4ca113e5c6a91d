//! What the scenarios of a file came to: what failed (Q03), what they never try (Q01, Q02, Q04, Q05, Q06), and how much
//! of the procedure they walk.

use std::collections::BTreeSet;

use crate::calendar::calendar::Calendar;
use crate::calendar::day::DayKind;
use crate::definition::diagnostic::{Diagnostic, Text};
use crate::definition::procedure::{Limit, Procedure};
use crate::definition::source::{Route, Source};
use crate::definition::waiver::waive;
use crate::ids::StepId;
use crate::rehearsal::play::Played;
use crate::rehearsal::spots::{Clocked, Condition, Kind, Spot, spots};
use crate::rehearsal::walk::Walked;

/// Most faults of one scenario that are told.
const FAULTS: usize = 5;

/// How much was walked, and what was not.
pub struct Coverage {
    /// For each kind how many there are and how many were walked; kinds of which there is none are left out.
    pub counts: Vec<(Kind, usize, usize)>,
    /// In the order of the file.
    pub missed: Vec<Spot>,
}

impl Coverage {
    /// What of a procedure was walked.
    pub fn of(procedure: &Procedure, walked: &Walked) -> Coverage {
        let all = spots(procedure);
        let counts = Kind::ALL.into_iter().filter_map(|kind| {
            let of_kind: Vec<&Spot> = all.iter().filter(|spot| spot.kind() == kind).collect();
            let done = of_kind.iter().filter(|spot| walked.spots.contains(spot)).count();
            (!of_kind.is_empty()).then_some((kind, of_kind.len(), done))
        });
        let counts = counts.collect();
        let missed = all.into_iter().filter(|spot| !walked.spots.contains(spot)).collect();
        Coverage { counts, missed }
    }

    /// What is missed for a reason of its own: not what follows from another thing that is.
    pub fn causes(&self) -> Vec<&Spot> {
        let missed: BTreeSet<&Spot> = self.missed.iter().collect();
        let unwalked = |step: &StepId| missed.contains(&Spot::Step(step.clone()));
        let follows = |spot: &Spot| match spot {
            Spot::Action(step, _)
            | Spot::Reopening(step)
            | Spot::Silence(step)
            | Spot::Lapse(step)
            | Spot::Escalation(step, _)
            | Spot::Breach(Clocked::Step(step)) => unwalked(step),
            Spot::Side(condition, side) => {
                let never = !*side && missed.contains(&Spot::Side(condition.clone(), true));
                never
                    || match condition {
                        Condition::Action(step, verb) => {
                            unwalked(step) || (*side && missed.contains(&Spot::Action(step.clone(), verb.clone())))
                        }
                        Condition::By(step, _) | Condition::Within(step, _) | Condition::Rule(step, _) => {
                            unwalked(step)
                        }
                        Condition::Anytime(verb) => missed.contains(&Spot::Anytime(verb.clone())),
                        Condition::Start(_) | Condition::CaseWithin(_) | Condition::Variant(_) => false,
                    }
            }
            Spot::Step(_) | Spot::Anytime(_) | Spot::Reminder(..) | Spot::Breach(_) => false,
        };
        self.missed.iter().filter(|spot| !follows(spot)).collect()
    }
}

/// Q03: every scenario that failed, at the line of the test file where it did.
pub fn failed(played: &[Played], test: &Source) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (n, scenario) in played.iter().enumerate() {
        let Some(first) = scenario.faults.first() else { continue };
        let route = Route::of(["scenarios"]).index(n);
        let route = match first.item {
            Some(item) => route.key("run").index(item),
            None => route.key("name"),
        };
        let name = &scenario.name;
        let mut diagnostic = Diagnostic::error(
            "Q03",
            test.span(&route),
            format!("kịch bản «{name}» hỏng"),
            format!("the scenario “{name}” fails"),
        );
        diagnostic.notes = scenario.faults.iter().take(FAULTS).map(|fault| fault.text.clone()).collect();
        if let Some(more) = scenario.faults.len().checked_sub(FAULTS).filter(|more| *more > 0) {
            diagnostic.notes.push(Text::new(format!("và {more} chỗ nữa"), format!("and {more} more")));
        }
        found.push(diagnostic);
    }
    found
}

/// Q01: a procedure without a test file.
pub fn untested(procedure: &Procedure, source: &Source, beside: &str) -> Vec<Diagnostic> {
    let mut found = vec![
        Diagnostic::error(
            "Q01",
            source.span(&Route::of(["id"])),
            format!("quy trình `{}` chưa có kịch bản thử nào", procedure.id),
            format!("the procedure `{}` has no scenario at all", procedure.id),
        )
        .warning()
        .help(
            format!("viết `{beside}` cạnh tệp này; `quytrinh new` cho một mẫu, `quytrinh test --record` ghi từ hồ sơ thật"),
            format!("write `{beside}` beside this file; `quytrinh new` gives a pattern, `quytrinh test --record` writes one from a case"),
        ),
    ];
    waive(procedure, source, &mut found);
    found
}

/// Q02, Q04, Q05 and Q06: what the scenarios never try.
pub fn untried(
    procedure: &Procedure,
    source: &Source,
    coverage: &Coverage,
    walked: &Walked,
    calendar: Option<&Calendar>,
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = coverage
        .causes()
        .into_iter()
        .filter(|spot| matches!(spot.kind(), Kind::Step | Kind::Action | Kind::Side))
        .map(|spot| {
            let (vi, en) = spot.missed();
            let route = spot.route(procedure);
            let span = if matches!(spot, Spot::Side(..)) { source.span(&route) } else { source.key_span(&route) };
            Diagnostic::error("Q02", span, vi, en)
                .warning()
                .help("thêm một kịch bản đi qua chỗ này", "add a scenario that comes through here")
        })
        .collect();
    found.extend(never_late(procedure, source, walked));
    found.extend(never_over_day_off(procedure, source, walked, calendar));
    found.extend(never_substituted(procedure, source, walked));
    waive(procedure, source, &mut found);
    found
}

fn never_late(procedure: &Procedure, source: &Source, walked: &Walked) -> Option<Diagnostic> {
    let timed = spots(procedure).iter().any(|spot| matches!(spot, Spot::Breach(_)));
    (timed && !walked.broken()).then(|| {
        Diagnostic::error(
            "Q04",
            source.span(&Route::of(["case", "within"])),
            "chưa kịch bản nào để quá hạn: không biết khi trễ thì ai được báo",
            "no scenario breaks a limit: nobody has seen who is told then",
        )
        .warning()
        .help(
            "thêm kịch bản chờ quá hạn: `- { wait_until: … }`, rồi ghi mọi lời báo vào `notices`",
            "add a scenario that waits beyond a deadline: `- { wait_until: … }`, with all that is told under `notices`",
        )
    })
}

fn never_over_day_off(
    procedure: &Procedure,
    source: &Source,
    walked: &Walked,
    calendar: Option<&Calendar>,
) -> Option<Diagnostic> {
    let calendar = calendar.filter(|_| !walked.over_day_off)?;
    let timed = spots(procedure).iter().any(|spot| matches!(spot, Spot::Breach(_) | Spot::Lapse(_) | Spot::Silence(_)));
    let (from, to) = calendar.known();
    let example = calendar.days(from, to).filter(|day| matches!(day.why, DayKind::Off(_))).last().filter(|_| timed)?;
    let label = example.why.reason().map(|reason| reason.label.clone()).unwrap_or_default();
    let at = if matches!(procedure.case.within, Limit::Untimed { .. }) { vec!["id"] } else { vec!["case", "within"] };
    Some(
        Diagnostic::error(
            "Q05",
            source.span(&Route::of(at)),
            "chưa kịch bản nào có thời hạn chạy qua ngày nghỉ lễ",
            "no scenario has a term that runs over a holiday",
        )
        .warning()
        .help(
            format!(
                "thêm kịch bản mở ngay trước một kỳ nghỉ, ví dụ {} ({label}), và ghi `deadline` mong đợi",
                example.date
            ),
            format!(
                "add a scenario that starts just before a holiday, as {} ({label}), with the `deadline` expected",
                example.date
            ),
        ),
    )
}

fn never_substituted(procedure: &Procedure, source: &Source, walked: &Walked) -> Option<Diagnostic> {
    let (id, _) = procedure.people.iter().find(|(_, people)| !people.substitute.is_empty())?;
    (!walked.substituted).then(|| {
        Diagnostic::error(
            "Q06",
            source.span(&Route::of(["people", id.as_str(), "substitute"])),
            "chưa kịch bản nào có người làm thay",
            "no scenario has a substitute",
        )
        .warning()
        .help(
            format!("thêm kịch bản có `absent: [người đóng vai {id}]` và ghi ai là người giữ (`holder`)"),
            format!("add a scenario with `absent: [who stands in for {id}]` and say who holds the step (`holder`)"),
        )
    })
}
