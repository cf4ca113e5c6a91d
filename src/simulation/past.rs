//! How long the work of each step took in real cases: from when its holder was free for it to when he was done.
//!
//! A case that lay in a queue was not worked on meanwhile. What is counted is the time since it came to him or since he
//! finished what he had finished before, whichever is later: for one who takes what came first, that is the work itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{BranchId, CaseId, PersonId, StepId, Ts};

/// Something that somebody held and finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub case: CaseId,
    pub branch: BranchId,
    pub step: StepId,
    pub holder: PersonId,
    pub from: Ts,
    pub to: Ts,
    /// Of the procedure that is simulated, in a case that has ended, and left by its holder's own act.
    pub counts: bool,
}

/// The fewest ended cases on which durations may stand.
pub const FEWEST: usize = 20;

/// Working minutes of each step, by what was done in the past; `working` measures the minutes between two instants.
pub fn service_times(done: &[Done], working: impl Fn(Ts, Ts) -> f64) -> BTreeMap<StepId, Vec<f64>> {
    let mut by_holder: BTreeMap<&PersonId, Vec<&Done>> = BTreeMap::new();
    for one in done {
        by_holder.entry(&one.holder).or_default().push(one);
    }
    let mut times: BTreeMap<StepId, Vec<f64>> = BTreeMap::new();
    for mut own in by_holder.into_values() {
        own.sort_by(|a, b| (a.to, a.from, &a.case, a.branch).cmp(&(b.to, b.from, &b.case, b.branch)));
        let mut free = Ts(i64::MIN);
        for one in own {
            if one.counts {
                times.entry(one.step.clone()).or_default().push(working(one.from.max(free), one.to));
            }
            free = free.max(one.to);
        }
    }
    times
}

/// How many ended cases they come from.
pub fn cases(done: &[Done]) -> usize {
    done.iter().filter(|one| one.counts).map(|one| &one.case).collect::<BTreeSet<_>>().len()
}
