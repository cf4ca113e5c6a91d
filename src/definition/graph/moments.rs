//! The procedure's graph with what is known of the data carried along: a step counts once for each thing that may have
//! been said when a case comes to it.
//!
//! An act and the decisions it leads through are judged at one moment, by the same data: whoever acts may say anything
//! that the act's condition allows, and every rule taken after it says more of the same data. A wait that runs out finds
//! the data as they were left. What is said is dropped where nothing can read it any more: whoever acts next may say
//! something else. Data are never enumerated: what is said is a set of conditions, judged over their cells.

use std::collections::{BTreeSet, HashMap};

use petgraph::algo::has_path_connecting;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::definition::graph::{Edge, Graph, Via, can_be_met};
use crate::definition::procedure::{Bodies, Join, Late, Procedure, Rest, Step, StepKind, Target};
use crate::definition::together::{Ask, possible, world};
use crate::ids::{BranchKey, StepId};

/// What is said of the data, by number; nothing is the first.
type Said = usize;
const NOTHING: Said = 0;

/// The most different things said with which a case is followed to one step; past them it counts as if nothing were
/// said, so that more seems possible than is.
const SAYINGS: usize = 32;

/// A case as it comes to a step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Moment {
    pub step: StepId,
    said: Said,
    /// Where it came from, where a way back there reads it.
    from: Option<StepId>,
}

/// The graph of moments; of each way the way of the procedure's graph that it is.
#[derive(Debug)]
pub(super) struct Moments {
    pub graph: DiGraph<Moment, EdgeIndex>,
    pub starts: Vec<NodeIndex>,
    /// Where each choice of `start` begins.
    pub choices: Vec<Option<NodeIndex>>,
}

impl Moments {
    pub fn of(graph: &Graph, procedure: &Procedure) -> Moments {
        let mut making = Making::new(graph, procedure);
        let mut choices = Vec::new();
        for (choice, asks) in procedure.start.iter().zip(&graph.start_asks) {
            let said = making.also(NOTHING, asks);
            choices.push(said.and_then(|said| making.come(&choice.then, said, None)));
        }
        let mut starts: Vec<NodeIndex> = choices.iter().flatten().copied().collect();
        for (to, asks) in &graph.entries {
            let said = making.act(asks);
            starts.extend(making.come(to, said, None));
        }
        while let Some(node) = making.open.pop() {
            for (way, to, said, from) in making.onward(node) {
                if let Some(to) = making.come(&to, said, from) {
                    making.moments.add_edge(node, to, way);
                }
            }
        }
        Moments { graph: making.moments, starts, choices }
    }
}

/// A way on: which, where to, what is said then, and where from.
type Onward = (EdgeIndex, StepId, Said, Option<StepId>);

struct Making<'a> {
    graph: &'a Graph,
    procedure: &'a Procedure,
    moments: DiGraph<Moment, EdgeIndex>,
    numbers: HashMap<Moment, NodeIndex>,
    /// Moments from which nobody has gone on yet.
    open: Vec<NodeIndex>,
    said: Vec<Vec<Ask>>,
    /// What each thing said comes to with something more; nothing where both cannot be.
    with: HashMap<(Said, Said), Option<Said>>,
    sayings: HashMap<StepId, BTreeSet<Said>>,
    /// Whether some step leads back to where a case came from.
    origins: bool,
    stirs: HashMap<StepId, Vec<Said>>,
}

impl<'a> Making<'a> {
    fn new(graph: &'a Graph, procedure: &'a Procedure) -> Making<'a> {
        let origins = procedure.steps.values().any(goes_back);
        Making {
            graph,
            procedure,
            moments: DiGraph::new(),
            numbers: HashMap::new(),
            open: Vec::new(),
            said: vec![Vec::new()],
            with: HashMap::new(),
            sayings: HashMap::new(),
            origins,
            stirs: HashMap::new(),
        }
    }

    /// The moment at which a case comes to a step; nothing where there is no such step.
    fn come(&mut self, to: &StepId, said: Said, from: Option<StepId>) -> Option<NodeIndex> {
        let step = self.procedure.step(to)?;
        let decides = matches!(step.kind, StepKind::Decision(_));
        let from = from.filter(|_| self.origins && (decides || goes_back(step)));
        let kept = match &step.kind {
            StepKind::Decision(_) | StepKind::Parallel(_) => said,
            StepKind::Wait(wait) if matches!(wait.late, Some(Late::To(_))) => said,
            StepKind::Wait(_) | StepKind::Staff(_) | StepKind::Call(_) | StepKind::End(_) => NOTHING,
        };
        let sayings = self.sayings.entry(to.clone()).or_default();
        let known = sayings.contains(&kept) || sayings.len() < SAYINGS;
        let said = if known { kept } else { NOTHING };
        sayings.insert(said);
        let moment = Moment { step: to.clone(), said, from };
        if let Some(number) = self.numbers.get(&moment) {
            return Some(*number);
        }
        let number = self.moments.add_node(moment.clone());
        self.numbers.insert(moment, number);
        self.open.push(number);
        Some(number)
    }

    fn onward(&mut self, node: NodeIndex) -> Vec<Onward> {
        let Moment { step, said, from } = self.moments[node].clone();
        let Some(here) = self.procedure.step(&step) else { return Vec::new() };
        let mut onward = Vec::new();
        for way in ways_out(self.graph, &step) {
            let edge = &self.graph.graph[way];
            let to = &self.graph.graph[self.target(way)];
            let resting = || Some(step.clone());
            match &edge.via {
                Via::Action(verb) => {
                    let transition = here.actions().and_then(|actions| actions.get(verb));
                    let origin = transition.is_some_and(|way| way.to == Target::Origin);
                    if !origin || from.as_ref() == Some(to) {
                        onward.push((way, to.clone(), self.act(&edge.asks), resting()));
                    }
                }
                Via::Late => {
                    let left = widest(std::iter::once(said).chain(self.stirs(here)).collect());
                    onward.extend(left.into_iter().map(|said| (way, to.clone(), said, resting())));
                }
                Via::Rule => {
                    let said = self.also(said, &edge.asks);
                    onward.extend(said.map(|said| (way, to.clone(), said, from.clone())));
                }
                Via::Into => onward.push((way, to.clone(), said, None)),
                Via::Ended(_) => onward.push((way, to.clone(), NOTHING, resting())),
                Via::Join => match &here.inside {
                    Some((block, _)) => {
                        let last = self.closings(block);
                        onward.extend(last.into_iter().map(|said| (way, to.clone(), said, Some(block.clone()))));
                    }
                    // Who is asked says nothing of the case's data; others may meanwhile.
                    None => {
                        let left = widest(std::iter::once(said).chain(self.stirs(here)).collect());
                        onward.extend(left.into_iter().map(|said| (way, to.clone(), said, resting())));
                    }
                },
            }
        }
        onward
    }

    fn target(&self, way: EdgeIndex) -> NodeIndex {
        self.graph.graph.edge_endpoints(way).map(|(_, to)| to).unwrap_or_default()
    }

    /// What is said by an act with that condition.
    fn act(&mut self, asks: &[Ask]) -> Said {
        let mut all = asks.to_vec();
        all.sort_by(|a, b| (a.0.text(), a.1).cmp(&(b.0.text(), b.1)));
        all.dedup();
        self.number(all)
    }

    /// What is said when more is said of the same data; nothing where no data meet all of it. That a way can be met by
    /// itself the procedure's graph has seen to.
    fn also(&mut self, said: Said, asks: &[Ask]) -> Option<Said> {
        let more = self.act(asks);
        if said == NOTHING || more == NOTHING {
            return Some(said.max(more));
        }
        if let Some(known) = self.with.get(&(said, more)) {
            return *known;
        }
        let mut all = [self.said[said].as_slice(), asks].concat();
        all.sort_by(|a, b| (a.0.text(), a.1).cmp(&(b.0.text(), b.1)));
        all.dedup();
        let met = can_be_met(self.procedure, &all) && possible(&all, &self.graph.known, world(self.procedure));
        let both = met.then(|| self.number(all));
        self.with.insert((said, more), both);
        both
    }

    fn number(&mut self, said: Vec<Ask>) -> Said {
        self.said.iter().position(|known| *known == said).unwrap_or_else(|| {
            self.said.push(said);
            self.said.len() - 1
        })
    }

    /// What may have been said when a block goes on: the act of any branch may be the one that ends it.
    fn closings(&mut self, block: &StepId) -> BTreeSet<Said> {
        let procedure = self.procedure;
        let inside = procedure.steps.values().filter(|step| step.inside.as_ref().is_some_and(|(own, _)| own == block));
        let mut found = BTreeSet::new();
        for step in inside {
            for way in ways_out(self.graph, &step.id) {
                let edge = &self.graph.graph[way];
                if edge.via == Via::Join {
                    found.insert(self.act(&edge.asks));
                }
            }
        }
        widest(found)
    }

    /// What may be said by others while a case rests in a wait, or while bodies are asked: by the other branches of its block, and by branches that
    /// were left to go on.
    fn stirs(&mut self, wait: &Step) -> Vec<Said> {
        if let Some(known) = self.stirs.get(&wait.id) {
            return known.clone();
        }
        let procedure = self.procedure;
        let mut found = BTreeSet::new();
        let beside: Vec<&Step> = procedure.steps.values().filter(|step| self.beside(wait, step)).collect();
        for step in beside {
            for way in ways_out(self.graph, &step.id) {
                let edge: &Edge = &self.graph.graph[way];
                let last = edge.via == Via::Join && same_block(wait, step) && ends_alone(procedure, step);
                if matches!(edge.via, Via::Action(_) | Via::Join) && !last {
                    found.insert(self.act(&edge.asks));
                }
            }
        }
        let found: Vec<Said> = found.into_iter().collect();
        self.stirs.insert(wait.id.clone(), found.clone());
        found
    }

    /// Whether a step of a branch may be acted on while the case rests in that wait.
    fn beside(&self, wait: &Step, step: &Step) -> bool {
        let Some((block, key)) = &step.inside else { return false };
        if same_block(wait, step) {
            return wait.inside.as_ref().map(|(_, own): &(StepId, BranchKey)| own) != Some(key);
        }
        let Some(StepKind::Parallel(parallel)) = procedure_kind(self.procedure, block) else { return false };
        let goes_on = parallel.rest == Rest::Continue && parallel.join != Join::All;
        let nodes = (self.graph.nodes.get(&parallel.to), self.graph.nodes.get(&wait.id));
        let (Some(after), Some(here)) = nodes else { return false };
        goes_on && has_path_connecting(&self.graph.graph, *after, *here, None)
    }
}

/// Where nothing may have been said, whatever else may have been is among it: what a rule asks is said as it is taken.
fn widest(said: BTreeSet<Said>) -> BTreeSet<Said> {
    if said.contains(&NOTHING) { BTreeSet::from([NOTHING]) } else { said }
}

fn procedure_kind<'a>(procedure: &'a Procedure, step: &StepId) -> Option<&'a StepKind> {
    procedure.step(step).map(|step| &step.kind)
}

fn same_block(a: &Step, b: &Step) -> bool {
    let block = |step: &Step| step.inside.as_ref().map(|(block, _)| block.clone());
    block(a).is_some() && block(a) == block(b)
}

/// Whether one branch that joins ends the block.
fn ends_alone(procedure: &Procedure, step: &Step) -> bool {
    let block = step.inside.as_ref().and_then(|(block, _)| procedure_kind(procedure, block));
    let Some(StepKind::Parallel(parallel)) = block else { return false };
    match &parallel.bodies {
        Bodies::Branches(branches) => parallel.join.of(branches.len()) <= 1,
        Bodies::ForEach { .. } => false,
    }
}

fn goes_back(step: &Step) -> bool {
    step.actions().into_iter().flatten().any(|(_, way)| way.to == Target::Origin)
}

/// The ways out of a step, in the order of the file.
fn ways_out(graph: &Graph, step: &StepId) -> Vec<EdgeIndex> {
    let edges = graph.nodes.get(step).map(|node| graph.graph.edges(*node));
    let mut ways: Vec<EdgeIndex> = edges.into_iter().flatten().map(|edge| edge.id()).collect();
    // petgraph walks the edges of a node from the last added.
    ways.reverse();
    ways
}
