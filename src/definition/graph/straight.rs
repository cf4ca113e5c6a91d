//! Straight paths: from a start to an end with no step twice and nothing gone back, as far as data can allow them.

use petgraph::visit::EdgeRef;

use crate::definition::graph::moments::Moments;
use crate::definition::graph::{Edge, Graph};
use crate::definition::procedure::{Outcome, Procedure, Step, StepKind};
use crate::ids::StepId;

/// A step on a path, and the way it was come to by: its number and itself.
#[derive(Clone, Copy)]
pub struct Stop<'a> {
    pub step: &'a StepId,
    pub by: Option<(usize, &'a Edge)>,
}

/// What is told of each straight path: the number of its `start` choice, and its stops.
type Visit<'v, 'a> = &'v mut dyn FnMut(usize, &[Stop<'a>]);

/// The most straight paths that are looked at; a file with more is no file a person can follow.
const PATHS: usize = 20_000;
/// The most turns taken to find them; a file with more is no file a person can follow.
const TURNS: usize = 200_000;
/// The most steps of one path.
const STEPS: usize = 200;

impl Graph {
    /// Every straight path from a start to an end of that outcome: no step twice, nothing gone back. Nothing when there
    /// are more than can be looked at.
    pub fn straight_paths<'a>(
        &'a self,
        procedure: &'a Procedure,
        outcome: Outcome,
        visit: Visit<'_, 'a>,
    ) -> Option<()> {
        let moments = self.moments(procedure);
        let mut walk = Walk { graph: self, moments, procedure, outcome, start: 0, paths: 0, turns: 0, visit };
        for (start, first) in moments.choices.iter().enumerate() {
            let Some(first) = *first else { continue };
            walk.start = start;
            walk.on(first, &mut vec![Stop { step: &moments.graph[first].step, by: None }])?;
        }
        Some(())
    }
}

/// The walk along all straight paths.
struct Walk<'v, 'a> {
    graph: &'a Graph,
    moments: &'a Moments,
    procedure: &'a Procedure,
    outcome: Outcome,
    start: usize,
    paths: usize,
    turns: usize,
    visit: Visit<'v, 'a>,
}

impl<'a> Walk<'_, 'a> {
    fn on(&mut self, node: petgraph::graph::NodeIndex, path: &mut Vec<Stop<'a>>) -> Option<()> {
        // Ways that never reach the end take turns too.
        self.turns += 1;
        let here = path.last().filter(|_| self.turns <= TURNS)?.step;
        if let Some(Step { kind: StepKind::End(end), .. }) = self.procedure.step(here) {
            if end.outcome == self.outcome {
                self.paths += 1;
                (self.visit)(self.start, path);
            }
            return (self.paths <= PATHS).then_some(());
        }
        let moments = &self.moments.graph;
        let mut ways: Vec<_> = moments.edges(node).map(|way| (way.target(), *way.weight())).collect();
        // petgraph walks the edges of a node from the last added.
        ways.reverse();
        for (next, way) in ways {
            let (step, edge) = (&moments[next].step, &self.graph.graph[way]);
            if !edge.back && path.iter().all(|stop| stop.step != step) && path.len() < STEPS {
                path.push(Stop { step, by: Some((way.index(), edge)) });
                let walked = self.on(next, path);
                path.pop();
                walked?;
            }
        }
        Some(())
    }
}
