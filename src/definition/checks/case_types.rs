//! Case types: every way in which the conditions that limits depend on can hold together, judged over condition cells.
//!
//! Conditions about the same data are judged together; those about different data in every combination. Where there are
//! too many types, each set of conditions is looked at with the others at their first.

use std::collections::BTreeSet;

use crate::definition::checks::paths::limit_of;
use crate::definition::guard::Guard;
use crate::definition::procedure::{Limit, Procedure};
use crate::definition::together::{Ask, bound, data, meeting, world};

/// A case type: the texts of the conditions that hold; none for the rest.
pub type CaseType = BTreeSet<String>;

/// The most case types that are told apart by every combination.
const TYPES: usize = 64;

/// The case types of a procedure of which something is known already.
pub struct CaseTypes<'a> {
    pub all: Vec<CaseType>,
    procedure: &'a Procedure,
    known: &'a [Ask],
    /// The conditions that limits depend on.
    guards: Vec<&'a Guard>,
}

impl<'a> CaseTypes<'a> {
    /// Every way the conditions of limits can hold, the rest first.
    pub fn of(procedure: &'a Procedure, known: &'a [Ask]) -> CaseTypes<'a> {
        let questions = questions(procedure);
        let answers: Vec<Vec<CaseType>> = questions.iter().map(|guards| answers(procedure, guards, known)).collect();
        let count = answers.iter().fold(1usize, |count, answers| count.saturating_mul(answers.len()));
        let mut all = vec![answers.iter().filter_map(|answers| answers.first()).flatten().cloned().collect()];
        for (at, answers) in answers.iter().enumerate() {
            let before = if count <= TYPES { all.clone() } else { all[..1].to_vec() };
            for answer in answers.iter().skip(1) {
                // Questions share no data, and so no text.
                let own = |text: &&String| !questions[at].iter().any(|guard| guard.text() == text.as_str());
                let with = |held: &CaseType| held.iter().filter(own).chain(answer).cloned().collect::<CaseType>();
                all.extend(before.iter().map(with));
            }
        }
        if answers.iter().any(Vec::is_empty) {
            // What is known leaves no data at all.
            all.clear();
        }
        CaseTypes { all, procedure, known, guards: questions.into_iter().flatten().collect() }
    }

    /// Which case types can meet what a way asks.
    pub fn fitting(&self, asks: &[Ask]) -> Vec<bool> {
        let first: Vec<&Guard> = asks.iter().map(|(guard, _)| guard).collect();
        let known: Vec<&Guard> = self.known.iter().map(|(guard, _)| guard).collect();
        let others: Vec<&Guard> = self.guards.iter().copied().chain(known).collect();
        let bound = bound(&first, &others);
        let of_limits: Vec<&Guard> = self.guards.iter().copied().filter(|guard| bound.contains(guard)).collect();
        if asks.is_empty() || of_limits.is_empty() {
            return vec![true; self.all.len()];
        }
        let concerned = |ask: &&Ask| bound.iter().any(|guard| **guard == ask.0);
        let all: Vec<&Ask> = asks.iter().chain(self.known.iter().filter(concerned)).collect();
        let Some(cells) = meeting(&all, &of_limits, world(self.procedure)) else {
            return self.all.iter().map(|held| not_against(held, asks, &of_limits)).collect();
        };
        let holding = |judge: &dyn Fn(&Guard) -> bool| -> BTreeSet<&str> {
            of_limits.iter().filter(|guard| judge(guard)).map(|guard| guard.text()).collect()
        };
        let met: BTreeSet<BTreeSet<&str>> =
            cells.iter().map(|cell| holding(&|guard| cell.judge(guard) == Some(true))).collect();
        self.all.iter().map(|held| met.contains(&holding(&|guard| held.contains(guard.text())))).collect()
    }
}

/// Where the data cannot be looked at: a way is not taken that asks the opposite of what the case type says.
fn not_against(held: &CaseType, asks: &[Ask], of_limits: &[&Guard]) -> bool {
    let of_type = |guard: &Guard| of_limits.contains(&guard);
    asks.iter().all(|(guard, holds)| !of_type(guard) || held.contains(guard.text()) == *holds)
}

/// The conditions that limits depend on, those about the same data together.
fn questions(procedure: &Procedure) -> Vec<Vec<&Guard>> {
    let mut questions: Vec<(BTreeSet<String>, Vec<&Guard>)> = Vec::new();
    let groups = procedure.groups.values().filter_map(|group| group.within.as_ref());
    let steps = procedure.steps.keys().filter_map(|step| limit_of(procedure, step));
    for limit in [&procedure.case.within].into_iter().chain(groups).chain(steps) {
        let Limit::Choose(choices) = limit else { continue };
        for guard in choices.iter().filter_map(|choice| choice.when.as_ref()) {
            let mut about = data(guard);
            let mut guards: Vec<&Guard> = Vec::new();
            questions.retain(|(other, held)| {
                let apart = other.is_disjoint(&about);
                if !apart {
                    about.extend(other.iter().cloned());
                    guards.extend(held.iter().copied());
                }
                apart
            });
            if !guards.iter().any(|other| other.text() == guard.text()) {
                guards.push(guard);
            }
            questions.push((about, guards));
        }
    }
    questions.into_iter().map(|(_, guards)| guards).collect()
}

/// Every way in which conditions about the same data can hold, none of them first. Where the data cannot be looked at:
/// none of them, or one.
fn answers(procedure: &Procedure, guards: &[&Guard], known: &[Ask]) -> Vec<CaseType> {
    let others: Vec<&Guard> = known.iter().map(|(guard, _)| guard).collect();
    let bound = bound(guards, &others);
    let known: Vec<&Ask> = known.iter().filter(|(guard, _)| bound.contains(&guard)).collect();
    let text = |at: &usize| guards[*at].text().to_owned();
    let Some(cells) = meeting(&known, guards, world(procedure)) else {
        let alone = (0..guards.len()).map(|at| CaseType::from([text(&at)]));
        return std::iter::once(CaseType::new()).chain(alone).collect();
    };
    let held = |cell: &crate::definition::cells::Cell| -> Vec<usize> {
        (0..guards.len()).filter(|at| cell.judge(guards[*at]) == Some(true)).collect()
    };
    let found: BTreeSet<Vec<usize>> = cells.iter().map(held).collect();
    found.into_iter().map(|held| held.iter().map(text).collect()).collect()
}

/// `a && b`, where something must hold.
pub fn words(case_type: &CaseType) -> Option<String> {
    let alone = case_type.len() == 1;
    let said = |text: &String| if text.contains("||") && !alone { format!("({text})") } else { text.clone() };
    (!case_type.is_empty()).then(|| case_type.iter().map(said).collect::<Vec<_>>().join(" && "))
}
