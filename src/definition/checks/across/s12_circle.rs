//! S12: procedures that call each other in a circle, or deeper than cases may lie under each other.

use std::collections::BTreeMap;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::definition::call::DEEPEST;
use crate::definition::checks::across::calls::{Calls, Place};
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::procedure::{Procedure, StepKind};
use crate::ids::ProcedureId;

/// Each circle once, told of the first file in it; chains that are too long, of the file they begin in.
pub fn check(calls: &Calls<'_>) -> Vec<(usize, Diagnostic)> {
    let graph = CallGraph::of(calls.all().map(|callee| callee.procedure));
    let places = calls.places();
    let circles = graph.circles();
    let mut found: Vec<(usize, Diagnostic)> = circles.iter().filter_map(|circle| circular(circle, &places)).collect();
    if circles.is_empty() {
        found.extend(graph.too_deep().iter().filter_map(|chain| deep(chain, &places)));
    }
    found
}

/// Which procedure calls which.
pub struct CallGraph {
    graph: DiGraph<ProcedureId, ()>,
}

impl CallGraph {
    /// Of several texts of one procedure, the calls of all count.
    pub fn of<'p>(procedures: impl Iterator<Item = &'p Procedure>) -> CallGraph {
        let mut graph = DiGraph::new();
        let mut nodes: BTreeMap<ProcedureId, NodeIndex> = BTreeMap::new();
        let mut node = |graph: &mut DiGraph<ProcedureId, ()>, id: &ProcedureId| {
            *nodes.entry(id.clone()).or_insert_with(|| graph.add_node(id.clone()))
        };
        for procedure in procedures {
            let from = node(&mut graph, &procedure.id);
            for step in procedure.steps.values() {
                if let StepKind::Call(call) = &step.kind {
                    let to = node(&mut graph, &call.uses.procedure);
                    graph.update_edge(from, to, ());
                }
            }
        }
        CallGraph { graph }
    }

    /// Each circle as a walk along calls, back to where it begins.
    pub fn circles(&self) -> Vec<Vec<ProcedureId>> {
        let around =
            |component: &Vec<NodeIndex>| component.len() > 1 || self.graph.contains_edge(component[0], component[0]);
        tarjan_scc(&self.graph).iter().filter(|component| around(component)).map(|c| self.walk(c)).collect()
    }

    /// The shortest way round from the first by name.
    fn walk(&self, component: &[NodeIndex]) -> Vec<ProcedureId> {
        let first = component.iter().copied().min_by_key(|node| &self.graph[*node]);
        // A component is never empty.
        let Some(first) = first else { return Vec::new() };
        let mut came: BTreeMap<NodeIndex, NodeIndex> = BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([first]);
        while let Some(here) = queue.pop_front() {
            let mut next: Vec<NodeIndex> = self.graph.neighbors(here).filter(|to| component.contains(to)).collect();
            next.sort_by_key(|node| &self.graph[*node]);
            for to in next {
                if to == first {
                    let mut way = vec![to, here];
                    while let Some(before) = way.last().filter(|last| **last != first).and_then(|last| came.get(last)) {
                        way.push(*before);
                    }
                    way.reverse();
                    return way.into_iter().map(|node| self.graph[node].clone()).collect();
                }
                if !came.contains_key(&to) {
                    came.insert(to, here);
                    queue.push_back(to);
                }
            }
        }
        Vec::new()
    }

    /// Of each procedure that nothing calls, its longest chain of calls where that is too long. Only without circles.
    pub fn too_deep(&self) -> Vec<Vec<ProcedureId>> {
        let uncalled =
            |node: &NodeIndex| self.graph.neighbors_directed(*node, petgraph::Direction::Incoming).next().is_none();
        let mut known: BTreeMap<NodeIndex, Vec<NodeIndex>> = BTreeMap::new();
        let tops: Vec<NodeIndex> = self.graph.node_indices().filter(uncalled).collect();
        let chains = tops.into_iter().map(|top| self.longest(top, &mut known));
        let named = |chain: Vec<NodeIndex>| chain.into_iter().map(|node| self.graph[node].clone()).collect::<Vec<_>>();
        chains.filter(|chain| chain.len() > DEEPEST as usize + 1).map(named).collect()
    }

    fn longest(&self, from: NodeIndex, known: &mut BTreeMap<NodeIndex, Vec<NodeIndex>>) -> Vec<NodeIndex> {
        if let Some(chain) = known.get(&from) {
            return chain.clone();
        }
        let mut best: Vec<NodeIndex> = Vec::new();
        for to in self.graph.neighbors(from).collect::<Vec<_>>() {
            let chain = self.longest(to, known);
            if chain.len() > best.len() {
                best = chain;
            }
        }
        best.insert(0, from);
        known.insert(from, best.clone());
        best
    }
}

/// The step by which one procedure calls the next.
fn place_of<'p, 'a>(places: &'p [Place<'a>], from: &ProcedureId, to: &ProcedureId) -> Option<&'p Place<'a>> {
    places.iter().find(|place| place.procedure.id == *from && place.call.uses.procedure == *to)
}

fn arrows(chain: &[ProcedureId]) -> String {
    chain.iter().map(ProcedureId::as_str).collect::<Vec<_>>().join(" → ")
}

fn circular(circle: &[ProcedureId], places: &[Place<'_>]) -> Option<(usize, Diagnostic)> {
    let here: Vec<&Place<'_>> = circle.windows(2).filter_map(|pair| place_of(places, &pair[0], &pair[1])).collect();
    let first = here.iter().min_by_key(|place| place.file)?;
    let way = arrows(circle);
    let found = Diagnostic::error(
        "S12",
        first.span(&["procedure"]),
        format!("các quy trình gọi nhau thành vòng: {way}"),
        format!("procedures call each other in a circle: {way}"),
    )
    .label("gọi ở đây", "called here")
    .help(
        "bỏ một lời gọi: hồ sơ sẽ mở hồ sơ con mãi không hết",
        "leave one of the calls out: cases would open cases without end",
    );
    let rest = here.iter().filter(|place| place.file != first.file);
    let found = rest.fold(found, |found, place| {
        found.elsewhere(Elsewhere::at(place.source, place.span(&["procedure"]), "và ở đây", "and here"))
    });
    Some((first.file, found))
}

fn deep(chain: &[ProcedureId], places: &[Place<'_>]) -> Option<(usize, Diagnostic)> {
    let place = chain.windows(2).find_map(|pair| place_of(places, &pair[0], &pair[1]))?;
    let (way, levels) = (arrows(chain), chain.len() - 1);
    let found = Diagnostic::error(
        "S12",
        place.span(&["procedure"]),
        format!("gọi nhau sâu {levels} tầng, nhiều nhất là {DEEPEST}: {way}"),
        format!("calls lie {levels} deep, the most is {DEEPEST}: {way}"),
    )
    .help("gộp bớt: làm ngay trong quy trình gọi", "do the work of one of them in the procedure that calls it");
    Some((place.file, found))
}
