//! What of a procedure no case can come to, cannot leave, or can go round for ever.

use std::collections::{BTreeSet, HashMap};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::definition::graph::{Graph, position};
use crate::definition::procedure::{Procedure, StepKind};
use crate::ids::StepId;

impl Graph {
    /// Steps that no case can come to: of each circle or chain of them the first in the file that nothing else leads to.
    pub fn lost(&self, procedure: &Procedure) -> Vec<StepId> {
        let reachable = self.reachable(procedure);
        let kept = |id: &StepId| (!reachable.contains(id)).then(|| id.clone());
        let stray = self.graph.filter_map(|_, id| kept(id), |_, edge| Some(edge.clone()));
        let mut lost: Vec<StepId> = tarjan_scc(&stray)
            .into_iter()
            .filter(|component| {
                let inside: BTreeSet<NodeIndex> = component.iter().copied().collect();
                let into = |node: &NodeIndex| stray.neighbors_directed(*node, petgraph::Direction::Incoming);
                component.iter().all(|node| into(node).all(|from| inside.contains(&from)))
            })
            .filter_map(|component| {
                component.into_iter().map(|n| stray[n].clone()).min_by_key(|s| position(procedure, s))
            })
            .collect();
        lost.sort_by_key(|step| position(procedure, step));
        lost
    }

    /// Sets of steps that lead only to each other and hold no end, each in the order of the file.
    pub fn traps(&self, procedure: &Procedure) -> Vec<Vec<StepId>> {
        let moments = &self.moments(procedure).graph;
        let good = self.ending(procedure);
        let stuck =
            moments.filter_map(|node, moment| (!good.contains(&node)).then(|| moment.step.clone()), |_, _| Some(()));
        let traps = tarjan_scc(&stuck).into_iter().filter(|component| {
            let inside: BTreeSet<NodeIndex> = component.iter().copied().collect();
            component.iter().all(|node| stuck.neighbors(*node).all(|to| inside.contains(&to)))
        });
        let traps: BTreeSet<BTreeSet<StepId>> =
            traps.map(|component| component.into_iter().map(|node| stuck[node].clone()).collect()).collect();
        // What can be known of the data may make more than one of the same steps.
        let least = traps.iter().filter(|trap| !traps.iter().any(|other| other != *trap && other.is_subset(trap)));
        let mut told: Vec<Vec<StepId>> = least.map(|trap| in_file_order(procedure, trap.iter().cloned())).collect();
        told.sort_by_key(|trap| position(procedure, &trap[0]));
        told
    }

    /// The moments from which a case can end.
    fn ending(&self, procedure: &Procedure) -> BTreeSet<NodeIndex> {
        let moments = &self.moments(procedure).graph;
        let is_end = |node: &NodeIndex| {
            matches!(procedure.step(&moments[*node].step).map(|step| &step.kind), Some(StepKind::End(_)))
        };
        reaching(moments, &moments.node_indices().filter(is_end).collect::<Vec<_>>())
    }

    /// Loops that may be walked for ever, each as steps from the first in the file round to it; of each set of steps one.
    pub fn unbounded_loops(&self, procedure: &Procedure) -> Vec<Vec<StepId>> {
        let moments = &self.moments(procedure).graph;
        let free = moments.filter_map(
            |_, moment| Some(moment.step.clone()),
            |_, way| self.graph[*way].at_most.is_none().then_some(()),
        );
        let mut loops: Vec<Vec<StepId>> = Vec::new();
        for component in tarjan_scc(&free) {
            let looped = component.len() > 1 || free.contains_edge(component[0], component[0]);
            if looped {
                let inside: BTreeSet<NodeIndex> = component.iter().copied().collect();
                let first = component.iter().copied().min_by_key(|node| position(procedure, &free[*node]));
                if let Some(cycle) = first.and_then(|first| shortest_cycle(&free, first, &inside)) {
                    loops.push(cycle.into_iter().map(|node| free[node].clone()).collect());
                }
            }
        }
        loops.sort_by_key(|cycle| (position(procedure, &cycle[0]), cycle.len()));
        let mut told: Vec<Vec<StepId>> = Vec::new();
        for cycle in loops {
            if !told.iter().any(|known| known.iter().all(|step| cycle.contains(step))) {
                told.push(cycle);
            }
        }
        told
    }
}

/// Every node from which one of the ends can be reached.
pub(super) fn reaching<N, E>(graph: &DiGraph<N, E>, ends: &[NodeIndex]) -> BTreeSet<NodeIndex> {
    let mut found: BTreeSet<NodeIndex> = ends.iter().copied().collect();
    let mut stack = ends.to_vec();
    while let Some(node) = stack.pop() {
        let into = graph.neighbors_directed(node, petgraph::Direction::Incoming);
        stack.extend(into.filter(|from| found.insert(*from)));
    }
    found
}

fn in_file_order(procedure: &Procedure, steps: impl Iterator<Item = StepId>) -> Vec<StepId> {
    let mut steps: Vec<StepId> = steps.collect();
    steps.sort_by_key(|step| position(procedure, step));
    steps
}

/// The shortest way from a node back to itself, by breadth.
fn shortest_cycle(
    graph: &DiGraph<StepId, ()>,
    first: NodeIndex,
    inside: &BTreeSet<NodeIndex>,
) -> Option<Vec<NodeIndex>> {
    let mut came_from: HashMap<NodeIndex, NodeIndex> = HashMap::new();
    let mut queue = std::collections::VecDeque::from([first]);
    while let Some(node) = queue.pop_front() {
        for next in graph.neighbors(node).filter(|next| inside.contains(next)) {
            if next == first {
                let mut cycle = vec![node];
                while let Some(before) =
                    cycle.last().filter(|last| **last != first).and_then(|last| came_from.get(last))
                {
                    cycle.push(*before);
                }
                cycle.reverse();
                return Some(cycle);
            }
            if next != first && !came_from.contains_key(&next) {
                came_from.insert(next, node);
                queue.push_back(next);
            }
        }
    }
    None
}
