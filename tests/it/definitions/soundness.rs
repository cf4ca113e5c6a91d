//! The structure checks against brute force: a small random procedure has no structure error exactly when walking every
//! state it can be in comes to every step, always leaves a way to an end, and never comes round without counting.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use proptest::prelude::*;
use quytrinh::definition::diagnostic::Level;
use quytrinh::definition::load;
use quytrinh::definition::source::Source;

/// A way out: which of the places, and how often it may be taken.
type Way = (usize, Option<u32>);
type Ways = Vec<Way>;

/// Steps `s0`, `s1`, … and the end; maybe the last of them is a block of two branches that leads on to a place.
#[derive(Clone, Debug)]
struct Made {
    steps: Vec<Ways>,
    block: Option<(Vec<Vec<Ways>>, usize)>,
}

const VERBS: [&str; 3] = ["accept", "complete", "submit"];

fn ways() -> impl Strategy<Value = Ways> {
    proptest::collection::vec((0usize..16, prop_oneof![2 => Just(None), 1 => (1u32..3).prop_map(Some)]), 0..=3)
}

fn made() -> impl Strategy<Value = Made> {
    let branch = proptest::collection::vec(ways(), 1..=3);
    let block = (proptest::collection::vec(branch, 2), 0usize..16);
    (proptest::collection::vec(ways(), 1..=5), proptest::option::weighted(0.4, block))
        .prop_map(|(steps, block)| Made { steps, block })
}

impl Made {
    /// Main-line places: the steps, the block where there is one, the end.
    fn places(&self) -> usize {
        self.steps.len() + usize::from(self.block.is_some()) + 1
    }

    fn name(&self, place: usize) -> String {
        let place = place % self.places();
        match place {
            p if p < self.steps.len() => format!("s{p}"),
            p if p == self.places() - 1 => "xong".to_owned(),
            _ => "khoi".to_owned(),
        }
    }

    fn text(&self) -> String {
        let mut out = String::from(
            "format: procedure/v1\nid: thu\nversion: 1\nvi: Thử\nowner: so-a\ncalendar: hanoi\n\
             case: { vi: Hồ sơ, within: 99 working days }\n\
             people:\n  ai: { vi: Ai, post: chuyen-vien, unit: so-a }\nstart: s0\nsteps:\n",
        );
        let actions = |out: &mut String, indent: &str, ways: &Ways, name: &dyn Fn(usize) -> String| {
            if !ways.is_empty() {
                let _ = writeln!(out, "{indent}  actions:");
            }
            for ((to, most), verb) in ways.iter().zip(VERBS) {
                let most = most.map(|most| format!(", at_most: {most}")).unwrap_or_default();
                let _ = writeln!(out, "{indent}    {verb}: {{ to: {}{most} }}", name(*to));
            }
        };
        for (n, ways) in self.steps.iter().enumerate() {
            let _ = writeln!(out, "  s{n}:\n    vi: Xử lý {n}\n    by: ai\n    within: 1 working day");
            actions(&mut out, "  ", ways, &|to| self.name(to));
        }
        if let Some((branches, to)) = &self.block {
            let _ = writeln!(
                out,
                "  khoi:\n    kind: parallel\n    vi: Khối\n    join: all\n    to: {}\n    branches:",
                self.name(*to)
            );
            for (b, steps) in branches.iter().enumerate() {
                let _ = writeln!(out, "      n{b}:\n        vi: Nhánh {b}\n        start: b{b}_0\n        steps:");
                for (n, ways) in steps.iter().enumerate() {
                    let _ = writeln!(
                        out,
                        "          b{b}_{n}:\n            vi: Xử lý {b} {n}\n            by: ai\n            within: 1 working day"
                    );
                    let name = |to: usize| match to % (steps.len() + 1) {
                        to if to == steps.len() => "join".to_owned(),
                        to => format!("b{b}_{to}"),
                    };
                    actions(&mut out, "          ", ways, &name);
                }
            }
        }
        out.push_str("  xong: { kind: end, vi: Xong, outcome: done }\n");
        out
    }

    fn sound(&self) -> bool {
        let end = self.places() - 1;
        let block = self.block.as_ref().map(|_| self.steps.len());
        let enter = |place: usize, counts: &Counts| {
            let place = place % self.places();
            let branches = if Some(place) == block {
                vec![Some(0); self.block.as_ref().map_or(0, |(branches, _)| branches.len())]
            } else {
                Vec::new()
            };
            State { place, branches, counts: counts.clone() }
        };
        let mut states = vec![enter(0, &Counts::new())];
        let mut known: HashMap<State, usize> = HashMap::from([(states[0].clone(), 0)]);
        let mut next_of: Vec<Vec<usize>> = Vec::new();
        let mut at = 0;
        while at < states.len() {
            let state = states[at].clone();
            let mut nexts = Vec::new();
            let take = |key: (usize, usize, usize), most: &Option<u32>| -> Option<Counts> {
                let mut counts = state.counts.clone();
                if let Some(most) = most {
                    let count = counts.entry(key).or_default();
                    if *count >= *most {
                        return None;
                    }
                    *count += 1;
                }
                Some(counts)
            };
            if let (Some((branches, to)), true) = (&self.block, Some(state.place) == block) {
                for (b, position) in state.branches.iter().enumerate() {
                    let Some(step) = position else { continue };
                    for (w, (target, most)) in branches[b][*step].iter().enumerate() {
                        let Some(counts) = take((b + 1, *step, w), most) else { continue };
                        let target = target % (branches[b].len() + 1);
                        let mut positions = state.branches.clone();
                        positions[b] = (target < branches[b].len()).then_some(target);
                        nexts.push(if positions.iter().all(Option::is_none) {
                            enter(*to, &counts)
                        } else {
                            State { place: state.place, branches: positions, counts }
                        });
                    }
                }
            } else if state.place != end {
                for (w, (target, most)) in self.steps[state.place].iter().enumerate() {
                    if let Some(counts) = take((0, state.place, w), most) {
                        nexts.push(enter(*target, &counts));
                    }
                }
            }
            let numbers = nexts.into_iter().map(|next| {
                *known.entry(next.clone()).or_insert_with(|| {
                    states.push(next);
                    states.len() - 1
                })
            });
            next_of.push(numbers.collect());
            at += 1;
        }
        self.every_step_seen(&states) && can_all_end(&states, &next_of, end) && never_round(&next_of)
    }

    fn every_step_seen(&self, states: &[State]) -> bool {
        let places = (0..self.places()).all(|place| states.iter().any(|state| state.place == place));
        let inside = |b: usize, n: usize| states.iter().any(|state| state.branches.get(b) == Some(&Some(n)));
        let branches = self.block.iter().flat_map(|(branches, _)| branches.iter().enumerate());
        places && branches.into_iter().all(|(b, steps)| (0..steps.len()).all(|n| inside(b, n)))
    }
}

/// How often each counted way was taken, by line (0 is the main one), step and way.
type Counts = BTreeMap<(usize, usize, usize), u32>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    place: usize,
    branches: Vec<Option<usize>>,
    counts: Counts,
}

fn can_all_end(states: &[State], next_of: &[Vec<usize>], end: usize) -> bool {
    let mut good: Vec<bool> = states.iter().map(|state| state.place == end).collect();
    loop {
        let more: Vec<usize> =
            (0..states.len()).filter(|n| !good[*n] && next_of[*n].iter().any(|next| good[*next])).collect();
        if more.is_empty() {
            return good.iter().all(|good| *good);
        }
        more.into_iter().for_each(|n| good[n] = true);
    }
}

/// Whether no state can come again: taking away states that lead nowhere leaves nothing.
fn never_round(next_of: &[Vec<usize>]) -> bool {
    let mut gone = vec![false; next_of.len()];
    loop {
        let more: Vec<usize> =
            (0..next_of.len()).filter(|n| !gone[*n] && next_of[*n].iter().all(|next| gone[*next])).collect();
        if more.is_empty() {
            return gone.iter().all(|gone| *gone);
        }
        more.into_iter().for_each(|n| gone[n] = true);
    }
}

/// The first structure error; the codes that must be heard when nothing else is wrong.
fn told(text: &str) -> Vec<&'static str> {
    let found = match load(&Source::new("thu.yaml", text)) {
        Ok((_, found)) | Err(found) => found,
    };
    let errors = found.iter().filter(|d| d.level == Level::Error);
    errors.map(|d| d.code).filter(|code| *code != "T01").collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_small_procedure_passes_exactly_when_no_walk_of_it_can_fail(made in made()) {
        let text = made.text();
        let told = told(&text);
        prop_assert_eq!(told.is_empty(), made.sound(), "{:?}\n{}", told, text);
    }
}

#[test]
fn the_random_procedures_are_of_both_kinds() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut sound, mut counted) = (0, 0);
    for _ in 0..1500 {
        let made = made().new_tree(&mut runner).map(|tree| proptest::strategy::ValueTree::current(&tree)).unwrap();
        let told = told(&made.text());
        assert!(
            told.iter().all(|code| ["S01", "S02", "S03", "S06", "P02"].contains(code)),
            "{told:?}\n{}",
            made.text()
        );
        sound += usize::from(told.is_empty());
        counted += usize::from(told.is_empty() && made.text().contains("at_most"));
    }
    assert!(sound > 30 && counted > 5, "{sound} sound, {counted} of them with counted ways");
}
