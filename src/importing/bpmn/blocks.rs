//! Where parallel parts begin and end: a split with the node every branch comes to (its immediate post-dominator), where
//! no way leads in or out between (a single-entry-single-exit region). What is no such part is said, not guessed at.

use std::collections::BTreeSet;

use petgraph::algo::dominators::simple_fast;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::importing::bpmn::ledger::{Ledger, Why};
use crate::importing::bpmn::model::{Model, Trigger};
use crate::importing::bpmn::net::{Link, Net, SpotKind};

/// A parallel part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub split: usize,
    /// Where its branches meet; nothing where each only ends.
    pub join: Option<usize>,
    pub arms: Vec<Arm>,
    /// The block and the branch it lies in.
    pub room: Room,
}

/// A branch: the link it begins with, and what lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arm {
    pub link: usize,
    pub spots: Vec<usize>,
}

/// The innermost block and branch something lies in; nothing on the main line.
pub type Room = Option<(usize, usize)>;

/// The parallel parts, outer ones first, and what lies in which.
#[derive(Clone, Debug, Default)]
pub struct Blocks {
    pub blocks: Vec<Block>,
    pub room: Vec<Room>,
    /// Splits of which only one branch holds work, with its link; of none, any link.
    pub single: Vec<(usize, usize)>,
    /// A part inside a branch, which a file cannot hold.
    nested: Option<Block>,
}

/// How often branches are put together anew.
const ROUNDS: usize = 64;
/// How many nodes are looked at in all; only a drawing made to cost time needs more.
const LOOKS: usize = 400_000;

/// Finds the parallel parts of a graph; branches that meet before the others become a part of their own.
pub fn blocks(model: &Model, net: &mut Net, ledger: &mut Ledger) -> Blocks {
    let looks = &mut { LOOKS };
    let mut joins = meetings(net, looks);
    for _ in 0..ROUNDS {
        if !regroup(net, &joins, looks) {
            break;
        }
        joins = meetings(net, looks);
    }
    let mut found = judged(model, net, ledger, &joins, looks);
    for _ in 0..ROUNDS {
        let Some(inner) = found.nested.take() else { break };
        one_after_another(net, &inner);
        joins = meetings(net, looks);
        found = judged(model, net, ledger, &joins, looks);
    }
    let matched: BTreeSet<usize> = found.blocks.iter().filter_map(|block| block.join).collect();
    let single: BTreeSet<usize> = found.single.iter().filter_map(|(split, _)| joins[*split]?).collect();
    for (n, spot) in net.spots.iter().enumerate() {
        let loose = spot.kind == SpotKind::Join && net.reached[n] && net.into[n].len() > 1;
        if let (true, Some(shape)) = (loose && !matched.contains(&n) && !single.contains(&n), spot.shape) {
            ledger.changed(model.shapes[shape].key, Why::LooseJoin);
        }
    }
    found
}

fn judged(model: &Model, net: &Net, ledger: &mut Ledger, joins: &[Option<Option<usize>>], looks: &mut usize) -> Blocks {
    let mut found = Blocks { room: vec![None; net.spots.len()], ..Blocks::default() };
    for split in order(net) {
        if net.spots[split].kind == SpotKind::Split && found.nested.is_none() {
            found.judge(model, net, ledger, (split, joins[split]), looks);
        }
    }
    found
}

/// Leads the end of each branch to the beginning of the next: a block in a block is done in turn, so that no work is lost.
fn one_after_another(net: &mut Net, block: &Block) {
    for pair in block.arms.windows(2) {
        let next = net.links[pair[1].link].to;
        for spot in &pair[0].spots {
            for link in net.out[*spot].clone() {
                if Some(net.links[link].to) == block.join {
                    net.into[net.links[link].to].retain(|other| *other != link);
                    net.links[link].to = next;
                    net.into[next].push(link);
                }
            }
            if block.join.is_none() && net.spots[*spot].kind == SpotKind::End {
                net.spots[*spot].kind = SpotKind::Pass;
                let link = net.links.len();
                let plain = (String::new(), String::new());
                let (label, condition) = plain;
                net.links.push(Link { from: *spot, to: next, label, condition, interrupt: None, arrow: None });
                net.out[*spot].push(link);
                net.into[next].push(link);
            }
        }
    }
    let first = block.arms[0].link;
    for link in net.out[block.split].iter().filter(|link| **link != first) {
        let to = net.links[*link].to;
        net.into[to].retain(|other| other != link);
    }
    net.out[block.split] = vec![first];
    net.spots[block.split].kind = SpotKind::Pass;
}

/// For each node, where all ways from it meet; `Some(None)` where that is only the end, nothing where no end is reached.
fn meetings(net: &Net, looks: &mut usize) -> Vec<Option<Option<usize>>> {
    *looks = looks.saturating_sub(net.spots.len());
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    let nodes: Vec<NodeIndex> = net.spots.iter().map(|_| graph.add_node(())).collect();
    let end = graph.add_node(());
    for link in net.links.iter().filter(|link| net.reached[link.from]) {
        graph.add_edge(nodes[link.to], nodes[link.from], ());
    }
    for (n, spot) in net.spots.iter().enumerate() {
        if spot.kind == SpotKind::End && net.reached[n] {
            graph.add_edge(end, nodes[n], ());
        }
    }
    let dominators = simple_fast(&graph, end);
    let meets = |n: &NodeIndex| dominators.immediate_dominator(*n).map(|at| (at != end).then(|| at.index()));
    nodes.iter().map(meets).collect()
}

/// The reached nodes, each before those it leads to, circles apart.
pub fn order(net: &Net) -> Vec<usize> {
    let (mut seen, mut done) = (vec![false; net.spots.len()], Vec::new());
    let mut stack = vec![(net.start, false)];
    while let Some((spot, left)) = stack.pop() {
        if left {
            done.push(spot);
        } else if !std::mem::replace(&mut seen[spot], true) {
            stack.push((spot, true));
            // The first drawn is walked last, so that it comes first in the end.
            stack.extend(net.out[spot].iter().map(|link| (net.links[*link].to, false)).filter(|(to, _)| !seen[*to]));
        }
    }
    done.reverse();
    done
}

/// What a link leads to before the meeting; nothing where too much was looked at.
fn region(net: &Net, link: usize, join: Option<usize>, looks: &mut usize) -> Option<Vec<usize>> {
    let (mut seen, mut stack) = (BTreeSet::new(), vec![net.links[link].to]);
    while let Some(spot) = stack.pop() {
        if Some(spot) != join && seen.insert(spot) {
            *looks = looks.checked_sub(1)?;
            stack.extend(net.out[spot].iter().map(|link| net.links[*link].to));
        }
    }
    Some(seen.into_iter().collect())
}

/// Puts branches that meet before the others into a split of their own, and opens a split that only splits further.
fn regroup(net: &mut Net, joins: &[Option<Option<usize>>], looks: &mut usize) -> bool {
    for split in order(net) {
        let (SpotKind::Split, Some(join)) = (net.spots[split].kind, joins[split]) else { continue };
        let links = net.out[split].clone();
        let opens = |link: &usize| {
            let to = net.links[*link].to;
            let plain = net.spots[to].kind == SpotKind::Split && net.into[to].len() == 1;
            (plain && joins[to] == Some(join)).then_some((*link, to))
        };
        if let Some((link, inner)) = links.iter().find_map(opens) {
            let moved = std::mem::take(&mut net.out[inner]);
            for link in &moved {
                net.links[*link].from = split;
            }
            let at = links.iter().position(|other| *other == link).unwrap_or(0);
            net.out[split].splice(at..=at, moved);
            net.into[inner].clear();
            net.reached[inner] = false;
            net.links[link].from = inner;
            return true;
        }
        let Some(groups) = groups(net, &links, join, looks) else { return false };
        if groups.len() < 2 || groups.iter().all(|group| group.len() == 1) {
            continue;
        }
        for group in groups.into_iter().filter(|group| group.len() > 1) {
            split_off(net, split, &group);
        }
        return true;
    }
    false
}

/// Links whose branches overlap, together.
fn groups(net: &Net, links: &[usize], join: Option<usize>, looks: &mut usize) -> Option<Vec<Vec<usize>>> {
    let mut groups: Vec<(Vec<usize>, BTreeSet<usize>)> = Vec::new();
    for link in links {
        let mut own: (Vec<usize>, BTreeSet<usize>) =
            (vec![*link], region(net, *link, join, looks)?.into_iter().collect());
        let (meet, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| !group.1.is_disjoint(&own.1));
        for group in meet {
            own = (group.0.into_iter().chain(own.0).collect(), group.1.union(&own.1).copied().collect());
        }
        groups = apart;
        groups.push(own);
    }
    Some(groups.into_iter().map(|(links, _)| links).collect())
}

fn split_off(net: &mut Net, split: usize, group: &[usize]) {
    let inner = net.spots.len();
    net.spots.push(crate::importing::bpmn::net::Spot { kind: SpotKind::Split, shape: net.spots[split].shape });
    net.reached.push(true);
    net.out.push(group.to_vec());
    for link in group {
        net.links[*link].from = inner;
    }
    let link = net.links.len();
    let plain = (String::new(), String::new());
    net.links.push(Link { from: split, to: inner, label: plain.0, condition: plain.1, interrupt: None, arrow: None });
    net.into.push(vec![link]);
    net.out[split].retain(|link| !group.contains(link));
    net.out[split].push(link);
}

impl Blocks {
    fn judge(
        &mut self,
        model: &Model,
        net: &Net,
        ledger: &mut Ledger,
        (split, join): (usize, Option<Option<usize>>),
        looks: &mut usize,
    ) {
        // A split that no shape stands for is told of at the task before it.
        let before = || net.into[split].iter().find_map(|link| net.spots[net.links[*link].from].shape);
        let key = net.spots[split].shape.or_else(before).map(|shape| model.shapes[shape].key);
        let mut say = |why| {
            if let Some(key) = key {
                ledger.changed(key, why);
            }
        };
        let room = self.room[split];
        let Some(join) = join else { return say(Why::NotABlock) };
        let arm = |link: &usize| Some(Arm { link: *link, spots: region(net, *link, join, looks)? });
        let arms: Option<Vec<Arm>> = net.out[split].iter().map(arm).collect();
        let Some(arms) = arms else { return say(Why::NotABlock) };
        let working: Vec<Arm> = arms.iter().filter(|arm| !arm.spots.is_empty()).cloned().collect();
        if let [] | [_] = working.as_slice() {
            let link = working.first().map_or(net.out[split][0], |arm| arm.link);
            self.single.push((split, link));
            return say(Why::OneBranch);
        }
        let shared = room.is_some_and(|(block, _)| self.blocks[block].join == join);
        if !closed(net, split, join, &working, shared) {
            return say(Why::NotABlock);
        }
        let stops = |spot: &usize| {
            let shape = net.spots[*spot].shape.filter(|_| net.spots[*spot].kind == SpotKind::End);
            shape.is_some_and(|shape| model.shapes[shape].trigger == Trigger::Terminate)
        };
        if join.is_none() && working.iter().any(|arm| arm.spots.iter().any(stops)) {
            say(Why::Terminate);
            return say(Why::NotABlock);
        }
        if room.is_some() {
            self.nested = Some(Block { split, join, arms: working, room });
            return say(Why::Nested);
        }
        match join.map(|join| (join, net.spots[join].kind)) {
            Some((_, SpotKind::Join)) if meets_twice(net, join, &working) => say(Why::MeetsTwice),
            Some((join, kind)) if kind != SpotKind::Join && works_after(net, join) => say(Why::JoinedOnce),
            _ => {}
        }
        let block = self.blocks.len();
        for (n, arm) in working.iter().enumerate() {
            for spot in &arm.spots {
                self.room[*spot] = Some((block, n));
            }
        }
        self.blocks.push(Block { split, join, arms: working, room });
    }
}

/// No branch touches another, none leads back to the split, and nothing comes in from outside.
fn closed(net: &Net, split: usize, join: Option<usize>, arms: &[Arm], shared: bool) -> bool {
    let mut owner = vec![usize::MAX; net.spots.len()];
    for (n, arm) in arms.iter().enumerate() {
        for spot in &arm.spots {
            if *spot == split || owner[*spot] != usize::MAX {
                return false;
            }
            owner[*spot] = n;
        }
    }
    let enters = |n: usize, arm: &Arm, link: usize| owner[net.links[link].from] == n || link == arm.link;
    let inside =
        |(n, arm): (usize, &Arm)| arm.spots.iter().all(|spot| net.into[*spot].iter().all(|link| enters(n, arm, *link)));
    let from_here = |link: &usize| owner[net.links[*link].from] != usize::MAX || net.links[*link].from == split;
    let own_join = join
        .is_none_or(|join| net.spots[join].kind != SpotKind::Join || shared || net.into[join].iter().all(from_here));
    arms.iter().enumerate().all(inside) && own_join
}

fn meets_twice(net: &Net, join: Option<usize>, arms: &[Arm]) -> bool {
    let Some(join) = join else { return false };
    let into = |arm: &Arm| net.into[join].iter().filter(|link| arm.spots.contains(&net.links[**link].from)).count();
    arms.iter().any(|arm| into(arm) > 1)
}

/// Whether anybody does anything from there on.
fn works_after(net: &Net, spot: usize) -> bool {
    let mut seen = BTreeSet::new();
    let mut stack = vec![spot];
    while let Some(spot) = stack.pop() {
        if matches!(net.spots[spot].kind, SpotKind::Step | SpotKind::Wait | SpotKind::Events) {
            return true;
        }
        if seen.insert(spot) {
            stack.extend(net.out[spot].iter().map(|link| net.links[*link].to));
        }
    }
    false
}
