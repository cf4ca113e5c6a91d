//! The procedure as a graph: what leads where, what can be reached, what can end, which loops have no bound, and the
//! straight paths with their lengths.
//!
//! The control graph of one case is a finite automaton with bounded counters and single-entry blocks, so reachability
//! over it decides soundness (van der Aalst 1997); no state space is explored.

use std::collections::{BTreeSet, HashMap};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::{Dfs, EdgeRef, Reversed};

use crate::definition::call::Call;
use crate::definition::procedure::{Anytime, Bodies, Late, Means, Outcome, Procedure, Step, StepKind, Target};
use crate::definition::together::{Ask, asks_of, meeting, possible, world};
use crate::ids::{StepId, Verb};

/// A procedure's graph.
pub struct Graph {
    graph: DiGraph<StepId, Edge>,
    nodes: HashMap<StepId, NodeIndex>,
    starts: Vec<NodeIndex>,
    /// What each choice of `start` asks.
    start_asks: Vec<Vec<Ask>>,
    /// What is known to hold, or not to.
    known: Vec<Ask>,
}

/// A step on a path, and the way it was come to by: its number and itself.
#[derive(Clone, Copy)]
pub struct Stop<'a> {
    pub step: &'a StepId,
    pub by: Option<(usize, &'a Edge)>,
}

/// What is told of each straight path: the number of its `start` choice, and its stops.
type Visit<'v, 'a> = &'v mut dyn FnMut(usize, &[Stop<'a>]);

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

/// The most straight paths that are looked at; a file with more is no file a person can follow.
const PATHS: usize = 20_000;
/// The most turns taken to find them; a file with more is no file a person can follow.
const TURNS: usize = 200_000;

impl Graph {
    /// The graph of a procedure.
    pub fn of(procedure: &Procedure) -> Graph {
        let mut graph = DiGraph::new();
        let nodes: HashMap<StepId, NodeIndex> =
            procedure.steps.keys().map(|id| (id.clone(), graph.add_node(id.clone()))).collect();
        let start_asks = asks_of(&procedure.start);
        let mut built = Graph { graph, nodes, starts: Vec::new(), start_asks, known: Vec::new() };
        for step in procedure.steps.values() {
            built.add_step(procedure, step);
        }
        built.add_origins(procedure);
        let starts = procedure.start.iter().map(|choice| &choice.then);
        built.starts = starts.filter_map(|id| built.nodes.get(id).copied()).collect();
        for anytime in procedure.anytime.values() {
            if let Anytime::Go(transition) = anytime
                && let Target::Step(to) = &transition.to
                && let Some(node) = built.nodes.get(to)
            {
                built.starts.push(*node);
            }
        }
        // A closed case that is opened again begins there.
        let reopened = procedure.steps.values().filter_map(|step| match &step.kind {
            StepKind::End(end) => end.reopen.as_ref().map(|reopen| &reopen.to),
            _ => None,
        });
        let reopened: Vec<NodeIndex> = reopened.filter_map(|to| built.nodes.get(to).copied()).collect();
        built.starts.extend(reopened);
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
        self
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
    pub fn reachable(&self) -> BTreeSet<StepId> {
        let mut found = BTreeSet::new();
        for start in &self.starts {
            let mut dfs = Dfs::new(&self.graph, *start);
            while let Some(node) = dfs.next(&self.graph) {
                found.insert(self.graph[node].clone());
            }
        }
        found
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

    /// Steps that no case can come to: of each circle or chain of them the first in the file that nothing else leads to.
    pub fn lost(&self, procedure: &Procedure) -> Vec<StepId> {
        let reachable = self.reachable();
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

    /// A step where a case may come to lie for ever because every way on has been used as often as it may, with a way
    /// there. Looked for only where some step has no way to an end but through counted ways.
    pub fn exhausted(&self, procedure: &Procedure) -> Option<Vec<StepId>> {
        let is_end =
            |node: NodeIndex| matches!(procedure.step(&self.graph[node]).map(|s| &s.kind), Some(StepKind::End(_)));
        let ends: Vec<NodeIndex> = self.graph.node_indices().filter(|node| is_end(*node)).collect();
        let free = self.graph.filter_map(|_, id| Some(id.clone()), |_, edge| edge.at_most.is_none().then_some(()));
        let safe = reaching(&free, &ends);
        let can = reaching(&self.graph, &ends);
        let reachable = self.reachable();
        let lost: BTreeSet<NodeIndex> = self.graph.node_indices().filter(|n| !can.contains(n)).collect();
        let mut reached = self.graph.node_indices().filter(|n| reachable.contains(&self.graph[*n]));
        // Where some step leads to no end at all, that is the cause, and other checks tell it.
        let suspect = reached.find(|node| !safe.contains(node)).filter(|_| lost.is_empty())?;
        match explore(&self.graph, &self.starts, &safe) {
            Explored::Sound => None,
            Explored::Stuck(way) => Some(way.into_iter().map(|node| self.graph[node].clone()).collect()),
            Explored::TooMany => Some(vec![self.graph[suspect].clone()]),
        }
    }

    /// Sets of steps that lead only to each other and hold no end, each in the order of the file.
    pub fn traps(&self, procedure: &Procedure) -> Vec<Vec<StepId>> {
        let ends = procedure.steps.values().filter(|s| matches!(s.kind, StepKind::End(_))).map(|s| &s.id);
        let good = self.coreachable(ends);
        let bad = |id: &StepId| !good.contains(id);
        let stuck = self.graph.filter_map(|_, id| bad(id).then(|| id.clone()), |_, edge| Some(edge.clone()));
        let mut traps: Vec<Vec<StepId>> = tarjan_scc(&stuck)
            .into_iter()
            .filter(|component| {
                let inside: BTreeSet<NodeIndex> = component.iter().copied().collect();
                component.iter().all(|node| stuck.edges(*node).all(|edge| inside.contains(&edge.target())))
            })
            .map(|component| in_file_order(procedure, component.into_iter().map(|node| stuck[node].clone())))
            .collect();
        traps.sort_by_key(|trap| position(procedure, &trap[0]));
        traps
    }

    /// Loops that may be walked for ever, each as steps from the first in the file round to it, with the edge that closes it.
    pub fn unbounded_loops(&self, procedure: &Procedure) -> Vec<Vec<StepId>> {
        let free =
            self.graph.filter_map(|_, id| Some(id.clone()), |_, edge| edge.at_most.is_none().then(|| edge.clone()));
        let mut loops = Vec::new();
        for component in tarjan_scc(&free) {
            let looped = component.len() > 1 || free.edges(component[0]).any(|edge| edge.target() == component[0]);
            if looped {
                let inside: BTreeSet<NodeIndex> = component.iter().copied().collect();
                let first = component.iter().copied().min_by_key(|node| position(procedure, &free[*node]));
                if let Some(cycle) = first.and_then(|first| shortest_cycle(&free, first, &inside)) {
                    loops.push(cycle.into_iter().map(|node| free[node].clone()).collect());
                }
            }
        }
        loops.sort_by_key(|cycle: &Vec<StepId>| position(procedure, &cycle[0]));
        loops
    }

    /// Every straight path from a start to an end of that outcome: no step twice, nothing gone back. Nothing when there
    /// are more than can be looked at.
    pub fn straight_paths<'a>(
        &'a self,
        procedure: &'a Procedure,
        outcome: Outcome,
        visit: Visit<'_, 'a>,
    ) -> Option<()> {
        let judged = HashMap::new();
        let mut walk = Walk { graph: self, procedure, outcome, start: 0, paths: 0, turns: 0, judged, visit };
        for (start, choice) in procedure.start.iter().enumerate() {
            walk.start = start;
            walk.on(&mut vec![Stop { step: &choice.then, by: None }])?;
        }
        Some(())
    }
}

/// The walk along all straight paths.
struct Walk<'v, 'a> {
    graph: &'a Graph,
    procedure: &'a Procedure,
    outcome: Outcome,
    start: usize,
    paths: usize,
    turns: usize,
    /// Of ways taken at one moment whether some data meet all that they ask.
    judged: HashMap<Vec<usize>, bool>,
    visit: Visit<'v, 'a>,
}

/// The most ways taken at one moment that are judged together; those beyond count as possible.
const JUDGED: usize = 500;

impl<'a> Walk<'_, 'a> {
    fn on(&mut self, path: &mut Vec<Stop<'a>>) -> Option<()> {
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
        let Graph { graph, nodes, .. } = self.graph;
        let edges = nodes.get(here).map(|node| graph.edges(*node));
        let mut ways: Vec<_> = edges.into_iter().flatten().filter(|way| !way.weight().back).collect();
        // petgraph walks the edges of a node from the last added.
        ways.reverse();
        for way in ways {
            let to = &graph[way.target()];
            if path.iter().all(|stop| stop.step != to) && path.len() < 200 {
                path.push(Stop { step: to, by: Some((way.id().index(), way.weight())) });
                let walked = if self.is_of_one_moment(path) { self.on(path) } else { Some(()) };
                path.pop();
                walked?;
            }
        }
        Some(())
    }

    /// An act and the decisions it leads through are judged at one moment: the same data must meet all that they ask.
    /// What ends a block may be another branch's act.
    fn is_of_one_moment(&mut self, path: &[Stop<'a>]) -> bool {
        let mut ways: Vec<(usize, &Edge)> = Vec::new();
        for (number, edge) in path.iter().rev().map_while(|stop| stop.by) {
            if edge.via != Via::Join {
                ways.push((number, edge));
            }
            if edge.via != Via::Rule {
                break;
            }
        }
        let decided = ways.first().is_some_and(|(_, edge)| edge.via == Via::Rule);
        if !decided || ways.iter().filter(|(_, edge)| !edge.asks.is_empty()).count() < 2 {
            return true;
        }
        let key: Vec<usize> = ways.iter().map(|(number, _)| *number).collect();
        if let Some(known) = self.judged.get(&key) {
            return *known;
        }
        if self.judged.len() >= JUDGED {
            return true;
        }
        let asks: Vec<Ask> = ways.iter().flat_map(|(_, edge)| edge.asks.iter().cloned()).collect();
        let met = can_be_met(self.procedure, &asks) && possible(&asks, &self.graph.known, world(self.procedure));
        self.judged.insert(key, met);
        met
    }
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

/// Every node from which one of the ends can be reached.
fn reaching<N, E>(graph: &DiGraph<N, E>, ends: &[NodeIndex]) -> BTreeSet<NodeIndex> {
    let mut found: BTreeSet<NodeIndex> = ends.iter().copied().collect();
    let mut stack = ends.to_vec();
    while let Some(node) = stack.pop() {
        let into = graph.neighbors_directed(node, petgraph::Direction::Incoming);
        stack.extend(into.filter(|from| found.insert(*from)));
    }
    found
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

/// Walks every state (step, how often each counted way was taken), and looks for one that cannot end. A state at a
/// safe step can always end.
fn explore(graph: &DiGraph<StepId, Edge>, starts: &[NodeIndex], safe: &BTreeSet<NodeIndex>) -> Explored {
    type State = (NodeIndex, Vec<u32>);
    let counted: Vec<_> = graph.edge_indices().filter(|edge| graph[*edge].at_most.is_some()).collect();
    // A way that leads to several steps, as `origin` does, is counted once.
    let named = |edge: EdgeIndex| (graph.edge_endpoints(edge).map(|(from, _)| from), &graph[edge].via);
    let first = |edge: &EdgeIndex| counted.iter().position(|other| named(*other) == named(*edge)).unwrap_or_default();
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
            if let (Some(slot), Some(most)) = (slot.get(&edge.id()), edge.weight().at_most) {
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

/// Where a step stands in the file.
pub fn position(procedure: &Procedure, step: &StepId) -> usize {
    procedure.steps.get_index_of(step).unwrap_or(usize::MAX)
}

fn in_file_order(procedure: &Procedure, steps: impl Iterator<Item = StepId>) -> Vec<StepId> {
    let mut steps: Vec<StepId> = steps.collect();
    steps.sort_by_key(|step| position(procedure, step));
    steps
}

/// The shortest way from a node back to itself, by breadth.
fn shortest_cycle(
    graph: &DiGraph<StepId, Edge>,
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
