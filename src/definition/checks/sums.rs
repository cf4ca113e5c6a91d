//! The longest straight paths of each case type: what T01, T23 and the annex hold against the case's limit.
//!
//! Paths are looked at one by one while walking, and of each case type only those are kept that no other is longer than;
//! so what is held does not grow with the number of paths.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::calendar::working_time::WorkingTime;
use crate::definition::checks::case_types::{CaseType, CaseTypes};
use crate::definition::checks::paths::{
    FULL_DAY_MINUTES, not_waited_for, own_length, parts, restarts, shared_group, total, within_block,
};
use crate::definition::graph::{Graph, Stop, Via};
use crate::definition::procedure::{Outcome, Procedure};
use crate::ids::StepId;

/// A straight path and its length.
pub struct Sum {
    pub case_type: CaseType,
    pub steps: Vec<StepId>,
    pub total: Option<WorkingTime>,
    /// What counts, in order: step or group, and its length.
    pub parts: Vec<(String, WorkingTime)>,
}

/// The longest straight paths to success of each case type, more than one where their units cannot be compared;
/// nothing where there are too many paths to look at.
pub fn sums(procedure: &Procedure, graph: &Graph) -> Option<Vec<Sum>> {
    longest(procedure, graph, None)
}

/// The longest of those that pass a step.
pub fn sums_through(procedure: &Procedure, graph: &Graph, step: &StepId) -> Option<Vec<Sum>> {
    longest(procedure, graph, Some(step))
}

fn longest(procedure: &Procedure, graph: &Graph, through: Option<&StepId>) -> Option<Vec<Sum>> {
    let types = CaseTypes::of(procedure, graph.known());
    let mut fold = Fold::new(procedure, graph, &types, through);
    graph.straight_paths(procedure, Outcome::Done, &mut |start, path| fold.path(start, path))?;
    Some(fold.best.into_iter().flatten().map(|(sum, _)| sum).collect())
}

/// Working minutes, calendar days, clock minutes, months.
type Quantities = [u64; 4];

/// Elapsed hours that make whole days count as days of the calendar.
fn in_days([working, days, clock, months]: Quantities) -> Quantities {
    if clock % 1440 == 0 { [working, days + clock / 1440, 0, months] } else { [working, days, clock, months] }
}

fn at_most(one: Quantities, other: Quantities) -> bool {
    in_days(one).iter().zip(in_days(other)).all(|(a, b)| *a <= b)
}

struct Fold<'a> {
    procedure: &'a Procedure,
    types: &'a CaseTypes<'a>,
    through: Option<&'a StepId>,
    /// Of each step what it counts for each case type, where that does not depend on the path.
    counts: BTreeMap<&'a StepId, Vec<Quantities>>,
    /// Case types for which steps share a group's limit: what a step counts then depends on the path.
    sharing: Vec<bool>,
    /// Of each way the case types that can take it; nothing for a way that all can.
    fitting: HashMap<usize, Option<Vec<bool>>>,
    start_fits: Vec<Vec<bool>>,
    best: Vec<Vec<(Sum, Quantities)>>,
    /// First steps of branches that their block does not wait for.
    slow: BTreeSet<StepId>,
}

impl<'a> Fold<'a> {
    fn new(
        procedure: &'a Procedure,
        graph: &'a Graph,
        types: &'a CaseTypes<'a>,
        through: Option<&'a StepId>,
    ) -> Fold<'a> {
        let count = |step: &StepId, of: &CaseType| {
            let own = own_length(procedure, step, of).filter(|_| !within_block(procedure, step, of));
            own.map(|length| length.quantities(FULL_DAY_MINUTES)).unwrap_or_default()
        };
        let steps = procedure.steps.keys();
        let counts = steps.map(|step| (step, types.all.iter().map(|of| count(step, of)).collect())).collect();
        let shares = |of: &CaseType| procedure.steps.keys().any(|step| shared_group(procedure, step, of).is_some());
        let sharing = types.all.iter().map(shares).collect();
        let start_fits = graph.start_asks().iter().map(|asks| types.fitting(asks)).collect();
        let best = types.all.iter().map(|_| Vec::new()).collect();
        Fold {
            procedure,
            types,
            through,
            counts,
            sharing,
            fitting: HashMap::new(),
            start_fits,
            best,
            slow: not_waited_for(procedure, graph),
        }
    }

    fn path(&mut self, start: usize, path: &[Stop<'_>]) {
        let into = |stop: &Stop<'_>| stop.by.is_some_and(|(_, edge)| edge.via == Via::Into);
        if !self.slow.is_empty() && path.iter().any(|stop| into(stop) && self.slow.contains(stop.step)) {
            return;
        }
        let mut fits = self.start_fits.get(start).cloned().unwrap_or_else(|| vec![true; self.types.all.len()]);
        for (number, edge) in path.iter().filter_map(|stop| stop.by) {
            let types = self.types;
            let of_way = self
                .fitting
                .entry(number)
                .or_insert_with(|| Some(types.fitting(&edge.asks)).filter(|fits| fits.contains(&false)));
            for (fits, of_way) in fits.iter_mut().zip(of_way.iter().flatten()) {
                *fits &= *of_way;
            }
        }
        let steps: Vec<StepId> = path.iter().map(|stop| stop.step.clone()).collect();
        // A wait that restarts the clock begins a new round: each round is a path of its own.
        for round in steps.split(|step| restarts(self.procedure, step)) {
            if self.through.is_none_or(|step| round.contains(step)) {
                self.round(round, &fits);
            }
        }
    }

    fn round(&mut self, round: &[StepId], fits: &[bool]) {
        let mut quick = vec![Quantities::default(); fits.len()];
        for counts in round.iter().filter_map(|step| self.counts.get(step)) {
            for (sum, more) in quick.iter_mut().zip(counts) {
                for (sum, more) in sum.iter_mut().zip(more) {
                    *sum += more;
                }
            }
        }
        for of in (0..fits.len()).filter(|of| fits[*of]) {
            if self.sharing[of] || !self.is_kept(of, quick[of]) {
                self.keep(round, of);
            }
        }
    }

    fn keep(&mut self, round: &[StepId], of: usize) {
        let case_type = &self.types.all[of];
        let parts = parts(self.procedure, round, case_type, None);
        let total = total(&parts);
        let count = total.as_ref().map(|total| total.quantities(FULL_DAY_MINUTES)).unwrap_or_default();
        if !self.is_kept(of, count) {
            let sum = Sum { case_type: case_type.clone(), steps: round.to_vec(), total, parts };
            self.best[of].retain(|(_, known)| !at_most(*known, count));
            self.best[of].push((sum, count));
        }
    }

    /// Whether one at least as long is kept.
    fn is_kept(&self, of: usize, count: Quantities) -> bool {
        self.best[of].iter().any(|(_, known)| at_most(count, *known))
    }
}
