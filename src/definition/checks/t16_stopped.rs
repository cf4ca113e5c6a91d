//! T16: the case's clock may stand for longer than anybody would wait: the stops of the path that has most of them, each as
//! often as it may be taken.

use std::collections::BTreeMap;

use petgraph::algo::{condensation, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::calendar::working_time::Length;
use crate::definition::checks::Look;
use crate::definition::checks::t03_law::lengths;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::filled::{Way, ways};
use crate::definition::procedure::{Bodies, Limit, Step, StepKind};
use crate::ids::StepId;

/// All stops of a case together, in calendar days, before it is worth a word.
const DAYS_STOPPED: u64 = 90;

/// The stops of one path together, against what is worth a word.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() {
        return Vec::new();
    }
    let ways = ways(look.procedure);
    let stops: BTreeMap<&StepId, u64> = look
        .sound_steps()
        .filter_map(|step| Some((&step.id, days(stopping(step)?) * times(&ways, &step.id))))
        .filter(|(_, days)| *days > 0)
        .collect();
    let (stopped, path) = most(look, &ways, &stops);
    let Some(longest) = path.iter().max_by_key(|id| stops.get(*id)).filter(|_| stopped > DAYS_STOPPED) else {
        return Vec::new();
    };
    let each: Vec<String> = path.iter().map(|id| format!("`{id}` {}", stops.get(id).copied().unwrap_or(0))).collect();
    let each = each.join(" + ");
    vec![
        Diagnostic::error(
            "T16",
            look.source.span(&look.route(longest).key("within")),
            format!("đồng hồ của hồ sơ có thể dừng tới {stopped} ngày, quá {DAYS_STOPPED}"),
            format!("the case's clock may stop for up to {stopped} days, more than {DAYS_STOPPED}"),
        )
        .warning()
        .label("lần dừng dài nhất", "the longest stop")
        .note(format!("trên một đường: {each}"), format!("on one path: {each}"))
        .help("rút thời hạn chờ, hoặc giảm số lần", "shorten the wait, or allow it less often"),
    ]
}

/// The limit of a place where the case's clock does something other than run.
fn stopping(step: &Step) -> Option<&Limit> {
    match &step.kind {
        StepKind::Wait(wait) => wait.clock.map(|_| &wait.within),
        StepKind::Staff(staff) => staff.clock.map(|_| &staff.within),
        StepKind::Parallel(block) => {
            block.clock?;
            match &block.bodies {
                Bodies::ForEach { within, .. } => Some(within),
                Bodies::Branches(_) => block.within.as_ref(),
            }
        }
        StepKind::Decision(_) | StepKind::Call(_) | StepKind::End(_) => None,
    }
}

fn days(limit: &Limit) -> u64 {
    lengths(limit).into_iter().filter_map(|length| calendar_days(length.parts())).max().unwrap_or(0)
}

/// How often a step may be come to: as often as all ways into it may be taken, once at least.
fn times(ways: &[Way<'_>], step: &StepId) -> u64 {
    let into = ways.iter().filter(|way| way.to == step);
    into.filter_map(|way| way.transition?.at_most).map(u64::from).sum::<u64>().max(1)
}

/// The path whose stops add up to most. Whatever lies in one circle may all be met on one path; between circles there are
/// only ways onward.
fn most<'a>(look: &'a Look<'_>, ways: &[Way<'_>], stops: &BTreeMap<&StepId, u64>) -> (u64, Vec<&'a StepId>) {
    let mut graph: DiGraph<&StepId, ()> = DiGraph::new();
    let places: BTreeMap<&StepId, NodeIndex> = look.procedure.steps.keys().map(|id| (id, graph.add_node(id))).collect();
    for way in ways {
        if let (Some(from), Some(to)) = (places.get(way.from), places.get(way.to)) {
            graph.update_edge(*from, *to, ());
        }
    }
    let graph = condensation(graph, true);
    // Without circles there is an order.
    let order = toposort(&graph, None).unwrap_or_default();
    let mut best: BTreeMap<NodeIndex, (u64, Vec<&StepId>)> = BTreeMap::new();
    for node in order {
        let mut before = graph
            .neighbors_directed(node, petgraph::Direction::Incoming)
            .filter_map(|before| best.get(&before))
            .max_by_key(|(days, _)| *days)
            .cloned()
            .unwrap_or_default();
        for id in &graph[node] {
            if let Some(days) = stops.get(*id) {
                before.0 += days;
                before.1.push(*id);
            }
        }
        best.insert(node, before);
    }
    best.into_values().max_by_key(|(days, _)| *days).unwrap_or_default()
}

/// About so many calendar days; five working days are seven.
fn calendar_days(parts: &[Length]) -> Option<u64> {
    parts
        .iter()
        .map(|part| match part {
            Length::CalendarDays(days) => Some(u64::from(*days)),
            Length::Months(months) => Some(u64::from(*months) * 30),
            Length::WorkingDays { quarters } => Some(u64::from(*quarters).div_ceil(4) * 7 / 5),
            Length::ClockMinutes(minutes) => Some(u64::from(*minutes) / 1_440),
            Length::WorkingMinutes(minutes) => Some(u64::from(*minutes) / 480),
        })
        .sum()
}
