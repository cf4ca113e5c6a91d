//! From a step to the next ones: through gateways and passages to wherever somebody holds the case again.

use crate::importing::bpmn::blocks::{Blocks, Room, order};
use crate::importing::bpmn::net::{Net, SpotKind};

/// Where a way leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// A step, a wait, or an end.
    Spot(usize),
    /// A parallel part.
    Block(usize),
    /// The meeting of the branches the way began in.
    Join,
}

/// A way, with what is written along it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub goal: Goal,
    pub labels: Vec<String>,
    pub conditions: Vec<String>,
    /// It leads back to what was before.
    pub back: bool,
    /// The event on the border that it begins with.
    pub interrupt: Option<usize>,
    /// The first gateway at which it was chosen.
    pub gateway: Option<usize>,
    /// The event that was waited for.
    pub event: Option<usize>,
}

/// The most ways out of one step.
pub const MOST_WAYS: usize = 24;

/// Finds ways.
pub struct Walker<'a> {
    net: &'a Net,
    blocks: &'a Blocks,
    /// The place of each node in order; a link to an earlier one leads back.
    rank: Vec<usize>,
    /// The block that begins at each node.
    begins: Vec<Option<usize>>,
    single: Vec<Option<usize>>,
}

impl<'a> Walker<'a> {
    /// For one graph.
    pub fn new(net: &'a Net, blocks: &'a Blocks) -> Walker<'a> {
        let mut rank = vec![usize::MAX; net.spots.len()];
        for (n, spot) in order(net).into_iter().enumerate() {
            rank[spot] = n;
        }
        let mut begins = vec![None; net.spots.len()];
        for (n, block) in blocks.blocks.iter().enumerate() {
            begins[block.split] = Some(n);
        }
        let mut single = vec![None; net.spots.len()];
        for (split, link) in &blocks.single {
            single[*split] = Some(*link);
        }
        Walker { net, blocks, rank, begins, single }
    }

    /// The node's place in the order of the work.
    pub fn rank(&self, spot: usize) -> usize {
        self.rank[spot]
    }

    /// The ways out of a node, and whether there were more than can be told.
    pub fn out_of(&self, spot: usize, room: Room) -> (Vec<Way>, bool) {
        let mut found = Found::default();
        for link in &self.net.out[spot] {
            self.follow(*link, room, empty(), &mut vec![spot], &mut found);
        }
        found.told()
    }

    /// The ways that begin with a link.
    pub fn along(&self, link: usize, room: Room) -> (Vec<Way>, bool) {
        let mut found = Found::default();
        self.follow(link, room, empty(), &mut Vec::new(), &mut found);
        found.told()
    }

    /// The ways on from where a block's branches meet.
    pub fn after(&self, spot: usize, room: Room) -> (Vec<Way>, bool) {
        let mut found = Found::default();
        self.arrive(spot, room, empty(), &mut Vec::new(), &mut found);
        found.told()
    }

    fn follow(&self, link: usize, room: Room, mut way: Way, path: &mut Vec<usize>, found: &mut Found) {
        let drawn = &self.net.links[link];
        if !drawn.label.is_empty() && way.labels.last() != Some(&drawn.label) {
            way.labels.push(drawn.label.clone());
        }
        if !drawn.condition.is_empty() {
            way.conditions.push(drawn.condition.clone());
        }
        way.interrupt = way.interrupt.or(drawn.interrupt);
        way.back |= self.rank[drawn.to] <= self.rank[drawn.from];
        self.arrive(drawn.to, room, way, path, found);
    }

    fn arrive(&self, spot: usize, room: Room, mut way: Way, path: &mut Vec<usize>, found: &mut Found) {
        found.turns += 1;
        if found.turns > MOST_WAYS * 64 {
            found.more = true;
            return;
        }
        let block = room.map(|(block, _)| &self.blocks.blocks[block]);
        if block.is_some_and(|block| block.join == Some(spot)) {
            return found.add(Way { goal: Goal::Join, ..way });
        }
        let goal = match self.net.spots[spot].kind {
            SpotKind::Step | SpotKind::Wait | SpotKind::Events => Some(Goal::Spot(spot)),
            SpotKind::End if block.is_some_and(|block| block.join.is_none()) => Some(Goal::Join),
            SpotKind::End => Some(Goal::Spot(spot)),
            SpotKind::Split => self.begins[spot].map(Goal::Block),
            _ => None,
        };
        if let Some(goal) = goal {
            return found.add(Way { goal, ..way });
        }
        // A circle of gateways leads nowhere.
        if path.contains(&spot) {
            return;
        }
        path.push(spot);
        match self.single[spot] {
            Some(link) => self.follow(link, room, way, path, found),
            None => {
                let out = &self.net.out[spot];
                if out.len() > 1 && way.gateway.is_none() {
                    way.gateway = self.net.spots[spot].shape;
                }
                for link in out {
                    self.follow(*link, room, way.clone(), path, found);
                }
            }
        }
        path.pop();
    }
}

fn empty() -> Way {
    Way {
        goal: Goal::Join,
        labels: Vec::new(),
        conditions: Vec::new(),
        back: false,
        interrupt: None,
        gateway: None,
        event: None,
    }
}

#[derive(Default)]
struct Found {
    ways: Vec<Way>,
    turns: usize,
    more: bool,
}

impl Found {
    fn add(&mut self, way: Way) {
        let same =
            |other: &Way| other.goal == way.goal && other.labels == way.labels && other.interrupt == way.interrupt;
        if self.ways.iter().any(same) {
            return;
        }
        if self.ways.len() >= MOST_WAYS {
            self.more = true;
            return;
        }
        self.ways.push(way);
    }

    fn told(self) -> (Vec<Way>, bool) {
        (self.ways, self.more)
    }
}
