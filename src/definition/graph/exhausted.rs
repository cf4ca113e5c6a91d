//! Whether a case can come to lie for ever because every way on has been used as often as it may.

use std::collections::{BTreeSet, HashMap};

use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::definition::graph::loops::reaching;
use crate::definition::graph::moments::{Moment, Moments};
use crate::definition::graph::{Edge, Graph};
use crate::definition::procedure::{Procedure, StepKind};
use crate::ids::StepId;

impl Graph {
    /// A step where a case may come to lie for ever because every way on has been used as often as it may, with a way
    /// there. Looked for only where some step has no way to an end but through counted ways.
    pub fn exhausted(&self, procedure: &Procedure) -> Option<Vec<StepId>> {
        let Moments { graph, starts, .. } = self.moments(procedure);
        let is_end = |node: &NodeIndex| {
            matches!(procedure.step(&graph[*node].step).map(|step| &step.kind), Some(StepKind::End(_)))
        };
        let ends: Vec<NodeIndex> = graph.node_indices().filter(is_end).collect();
        let free = graph.filter_map(|_, _| Some(()), |_, way| self.graph[*way].at_most.is_none().then_some(()));
        let safe = reaching(&free, &ends);
        let can = reaching(graph, &ends);
        // Where some step leads to no end at all, that is the cause, and other checks tell it.
        let lost = graph.node_indices().any(|node| !can.contains(&node));
        let suspect = graph.node_indices().find(|node| !safe.contains(node)).filter(|_| !lost)?;
        match self.explore(graph, starts, &safe) {
            Explored::Sound => None,
            Explored::Stuck(way) => Some(way.into_iter().map(|node| graph[node].step.clone()).collect()),
            Explored::TooMany => Some(vec![graph[suspect].step.clone()]),
        }
    }

    /// Walks every state (step, how often each counted way was taken), and looks for one that cannot end. A state at a
    /// safe step can always end.
    fn explore(
        &self,
        graph: &DiGraph<Moment, EdgeIndex>,
        starts: &[NodeIndex],
        safe: &BTreeSet<NodeIndex>,
    ) -> Explored {
        type State = (NodeIndex, Vec<u32>);
        let way = |edge: EdgeIndex| -> &Edge { &self.graph[graph[edge]] };
        let counted: Vec<_> = graph.edge_indices().filter(|edge| way(*edge).at_most.is_some()).collect();
        // A way that leads to several steps, as `origin` does, is counted once.
        let named = |edge: EdgeIndex| (graph.edge_endpoints(edge).map(|(from, _)| &graph[from].step), &way(edge).via);
        let first =
            |edge: &EdgeIndex| counted.iter().position(|other| named(*other) == named(*edge)).unwrap_or_default();
        let slot: HashMap<_, usize> = counted.iter().map(|edge| (*edge, first(edge))).collect();
        let mut states: Vec<State> = Vec::new();
        let mut number: HashMap<State, usize> = HashMap::new();
        let mut came_from: Vec<Option<usize>> = Vec::new();
        let mut before: Vec<Vec<usize>> = Vec::new();
        for start in starts {
            let state = (*start, vec![0; counted.len()]);
            if !number.contains_key(&state) {
                number.insert(state.clone(), states.len());
                states.push(state);
                came_from.push(None);
                before.push(Vec::new());
            }
        }
        let mut at = 0;
        while at < states.len() {
            if states.len() > STATES {
                return Explored::TooMany;
            }
            let (node, counts) = states[at].clone();
            for edge in graph.edges(node) {
                let mut next = (edge.target(), counts.clone());
                if let (Some(slot), Some(most)) = (slot.get(&edge.id()), way(edge.id()).at_most) {
                    if next.1[*slot] >= most {
                        continue;
                    }
                    next.1[*slot] += 1;
                }
                let known = number.get(&next).copied().unwrap_or_else(|| {
                    number.insert(next.clone(), states.len());
                    states.push(next);
                    came_from.push(Some(at));
                    before.push(Vec::new());
                    states.len() - 1
                });
                before[known].push(at);
            }
            at += 1;
        }
        let mut good: Vec<bool> = states.iter().map(|(node, _)| safe.contains(node)).collect();
        let mut stack: Vec<usize> = (0..states.len()).filter(|n| good[*n]).collect();
        while let Some(state) = stack.pop() {
            for earlier in &before[state] {
                if !std::mem::replace(&mut good[*earlier], true) {
                    stack.push(*earlier);
                }
            }
        }
        // The walk was by breadth, so the first stuck state has a shortest way.
        let Some(stuck) = (0..states.len()).find(|n| !good[*n]) else {
            return Explored::Sound;
        };
        let mut way = vec![states[stuck].0];
        let mut here = stuck;
        while let Some(earlier) = came_from[here] {
            way.push(states[earlier].0);
            here = earlier;
        }
        way.reverse();
        Explored::Stuck(way)
    }
}

/// What walking every state of a case has shown.
enum Explored {
    Sound,
    /// The way to a state that no end can be reached from.
    Stuck(Vec<NodeIndex>),
    TooMany,
}

/// The most states that are walked: a step with what is left of every count. Ordinary files need none of this.
const STATES: usize = 50_000;
