//! The procedure as a graph: what leads where, what can be reached, what can end, which loops have no bound, and the
//! straight paths with their lengths.
//!
//! The control graph of one case is a finite automaton with bounded counters and single-entry blocks, so reachability
//! over it decides soundness (van der Aalst 1997); no state space is explored.

mod exhausted;
mod loops;
mod moments;
mod straight;

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, EdgeRef, Reversed};

use moments::Moments;
pub use straight::Stop;

use crate::definition::call::Call;
use crate::definition::procedure::{Anytime, Bodies, Late, Means, Outcome, Procedure, Step, StepKind, Target};
use crate::definition::together::{Ask, asks_of, meeting, possible, world};
use crate::ids::{StepId, Verb};

/// A procedure's graph.
pub struct Graph {
    graph: DiGraph<StepId, Edge>,
    nodes: HashMap<StepId, NodeIndex>,
    /// Where a case begins otherwise than by `start`, and what that asks.
    entries: Vec<(StepId, Vec<Ask>)>,
    /// What each choice of `start` asks.
    start_asks: Vec<Vec<Ask>>,
    /// What is known to hold, or not to.
    known: Vec<Ask>,
    /// The same with what is known of the data carried along, made when it is first asked for.
    moments: OnceCell<Moments>,
}

/// A way from one step to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    pub via: Via,
    /// Leads back, or counts how often it may be taken.
    pub back: bool,
    pub at_most: Option<u32>,
    /// The text of its condition.
    pub when: Option<String>,
    /// What the data must be for it to be taken: its condition, and that of the rules above it none.
    pub asks: Vec<Ask>,
}

/// What leads from one step to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    Action(Verb),
    /// A wait that ran out.
    Late,
    /// A rule of a decision step.
    Rule,
    /// From a block to a branch's first step.
    Into,
    /// From a block, or from the end of a branch, on.
    Join,
    /// On when a called case has ended: by what outcomes, none for all that are not named.
    Ended(Vec<Outcome>),
}

impl Graph {
    /// The graph of a procedure.
    pub fn of(procedure: &Procedure) -> Graph {
        let mut graph = DiGraph::new();
        let nodes: HashMap<StepId, NodeIndex> =
            procedure.steps.keys().map(|id| (id.clone(), graph.add_node(id.clone()))).collect();
        let start_asks = asks_of(&procedure.start);
        let (entries, known) = (entries(procedure), Vec::new());
        let mut built = Graph { graph, nodes, entries, start_asks, known, moments: OnceCell::new() };
        for step in procedure.steps.values() {
            built.add_step(procedure, step);
        }
        built.add_origins(procedure);
        built
    }

    fn add_step(&mut self, procedure: &Procedure, step: &Step) {
        for (verb, transition) in step.actions().into_iter().flatten() {
            let to = match &transition.to {
                Target::Step(to) => to.clone(),
                Target::Origin => continue,
                Target::Join => match on_from_block(procedure, step) {
                    Some(to) => to,
                    None => continue,
                },
            };
            let back = transition.means == Means::Back;
            let when = transition.when.as_ref().map(|guard| guard.text().to_owned());
            let via = if transition.to == Target::Join { Via::Join } else { Via::Action(verb.clone()) };
            let asks = transition.when.iter().map(|guard| (guard.clone(), true)).collect();
            self.add(&step.id, &to, Edge { via, back, at_most: transition.at_most, when, asks });
        }
        let plain = |via| Edge { via, back: false, at_most: None, when: None, asks: Vec::new() };
        match &step.kind {
            StepKind::Wait(wait) => {
                if let Some(Late::To(to)) = &wait.late {
                    self.add(&step.id, to, plain(Via::Late));
                }
            }
            StepKind::Decision(rules) => {
                let asks = asks_of(rules);
                for (rule, asks) in rules.iter().zip(asks).filter(|(_, asks)| can_be_met(procedure, asks)) {
                    let when = rule.when.as_ref().map(|guard| guard.text().to_owned());
                    self.add(&step.id, &rule.then, Edge { when, asks, ..plain(Via::Rule) });
                }
            }
            StepKind::Parallel(block) => match &block.bodies {
                Bodies::ForEach { .. } => self.add(&step.id, &block.to, plain(Via::Join)),
                Bodies::Branches(branches) => {
                    for branch in branches.values() {
                        self.add(&step.id, &branch.start, plain(Via::Into));
                    }
                }
            },
            StepKind::Call(call) => {
                for target in call.uses.to.targets() {
                    let way = match target {
                        Target::Join => on_from_block(procedure, step).map(|to| (to, Via::Join)),
                        Target::Step(to) => Some((to.clone(), Via::Ended(outcomes_to(call, target)))),
                        Target::Origin => None,
                    };
                    if let Some((to, via)) = way {
                        self.add(&step.id, &to, plain(via));
                    }
                }
            }
            StepKind::Staff(_) | StepKind::End(_) => {}
        }
    }

    /// `origin` leads back to every step that a case may have rested in before it came here. Going back is coming from
    /// somewhere too, so this is done until nothing new is found.
    fn add_origins(&mut self, procedure: &Procedure) {
        let mut known: BTreeSet<(StepId, Verb, StepId)> = BTreeSet::new();
        loop {
            let before = known.len();
            for step in procedure.steps.values() {
                for (verb, transition) in step.actions().into_iter().flatten() {
                    if transition.to != Target::Origin {
                        continue;
                    }
                    for source in self.rested_before(procedure, &step.id) {
                        let edge = Edge {
                            via: Via::Action(verb.clone()),
                            back: true,
                            at_most: transition.at_most,
                            when: None,
                            asks: Vec::new(),
                        };
                        if known.insert((step.id.clone(), verb.clone(), source.clone())) {
                            self.add(&step.id, &source, edge);
                        }
                    }
                }
            }
            if known.len() == before {
                return;
            }
        }
    }

    /// Where a case may have rested before it came to a step: not in decisions, and after a block in the block. A branch
    /// comes from nowhere.
    fn rested_before(&self, procedure: &Procedure, step: &StepId) -> BTreeSet<StepId> {
        let (mut found, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![step.clone()]);
        while let Some(here) = open.pop() {
            for (from, edge) in self.ways_into(&here) {
                let Some(source) = procedure.step(from) else { continue };
                match (&edge.via, &source.kind, &source.inside) {
                    (Via::Into, ..) => {}
                    (_, StepKind::Decision(_), _) => open.extend(seen.insert(from.clone()).then(|| from.clone())),
                    (Via::Join, _, Some((block, _))) => drop(found.insert(block.clone())),
                    _ => drop(found.insert(from.clone())),
                }
            }
        }
        found
    }

    fn add(&mut self, from: &StepId, to: &StepId, edge: Edge) {
        // A way that may be taken no times is none.
        if let (Some(from), Some(to)) = (self.nodes.get(from), self.nodes.get(to))
            && edge.at_most != Some(0)
        {
            self.graph.add_edge(*from, *to, edge);
        }
    }

    /// The ways that are left when conditions are known to hold, or not to: those that no data can meet are taken out.
    pub fn assuming(mut self, procedure: &Procedure, known: Vec<Ask>) -> Graph {
        let world = world(procedure);
        self.graph.retain_edges(|graph, edge| possible(&graph[edge].asks, &known, world));
        self.known = known;
        self.moments = OnceCell::new();
        self
    }

    fn moments(&self, procedure: &Procedure) -> &Moments {
        self.moments.get_or_init(|| Moments::of(self, procedure))
    }

    /// What is known to hold, or not to.
    pub fn known(&self) -> &[Ask] {
        &self.known
    }

    /// What each choice of `start` asks, in the order of the file.
    pub fn start_asks(&self) -> &[Vec<Ask>] {
        &self.start_asks
    }

    /// The ways out of a step.
    pub fn out_of(&self, step: &StepId) -> impl Iterator<Item = (&StepId, &Edge)> {
        let edges = self.nodes.get(step).map(|node| self.graph.edges(*node));
        let mut out: Vec<_> = edges.into_iter().flatten().map(|e| (&self.graph[e.target()], e.weight())).collect();
        // petgraph walks the edges of a node from the last added.
        out.reverse();
        out.into_iter()
    }

    /// The ways into a step.
    pub fn ways_into(&self, step: &StepId) -> impl Iterator<Item = (&StepId, &Edge)> {
        let edges = self.nodes.get(step).map(|node| self.graph.edges_directed(*node, petgraph::Direction::Incoming));
        edges.into_iter().flatten().map(|e| (&self.graph[e.source()], e.weight()))
    }

    /// Every step a case can come to.
    pub fn reachable(&self, procedure: &Procedure) -> BTreeSet<StepId> {
        self.moments(procedure).graph.node_weights().map(|moment| moment.step.clone()).collect()
    }

    /// Every step from which one of the given steps can be reached.
    pub fn coreachable<'a>(&self, ends: impl IntoIterator<Item = &'a StepId>) -> BTreeSet<StepId> {
        let mut found = BTreeSet::new();
        for end in ends.into_iter().filter_map(|end| self.nodes.get(end)) {
            let reversed = Reversed(&self.graph);
            let mut dfs = Dfs::new(reversed, *end);
            while let Some(node) = dfs.next(reversed) {
                found.insert(self.graph[node].clone());
            }
        }
        found
    }
}

/// Where a case may begin otherwise than by `start`, and what that asks: by a transition open from every step, and where
/// it is opened again.
fn entries(procedure: &Procedure) -> Vec<(StepId, Vec<Ask>)> {
    let anytime = procedure.anytime.values().filter_map(|anytime| match anytime {
        Anytime::Go(way) => match &way.to {
            Target::Step(to) => Some((to.clone(), way.when.iter().map(|guard| (guard.clone(), true)).collect())),
            Target::Origin | Target::Join => None,
        },
        _ => None,
    });
    let reopened = procedure.steps.values().filter_map(|step| match &step.kind {
        StepKind::End(end) => end.reopen.as_ref().map(|reopen| (reopen.to.clone(), Vec::new())),
        _ => None,
    });
    anytime.chain(reopened).collect()
}

/// Whether some data meet all that is asked: of a rule of a decision not where it never holds, or only where one above
/// has held already.
fn can_be_met(procedure: &Procedure, asks: &[Ask]) -> bool {
    meeting(&asks.iter().collect::<Vec<_>>(), &[], world(procedure)).is_none_or(|cells| !cells.is_empty())
}

/// Where the block goes on that a step stands in.
fn on_from_block(procedure: &Procedure, step: &Step) -> Option<StepId> {
    match &procedure.step(&step.inside.as_ref()?.0)?.kind {
        StepKind::Parallel(block) => Some(block.to.clone()),
        _ => None,
    }
}

/// The outcomes named for a target; none where it is where every other one leads.
fn outcomes_to(call: &Call, target: &Target) -> Vec<Outcome> {
    let onward = &call.uses.to;
    if onward.otherwise == *target {
        return Vec::new();
    }
    onward.outcomes.iter().filter(|(_, to)| *to == target).map(|(outcome, _)| *outcome).collect()
}

/// Where a step stands in the file.
pub fn position(procedure: &Procedure, step: &StepId) -> usize {
    procedure.steps.get_index_of(step).unwrap_or(usize::MAX)
}
