//! What of a graph becomes a step of the procedure, in which branch it lies and where each way out leads. Where a drawing
//! chooses between ways and nobody holds the case (at a start, after branches have met), a step is put in: with us a
//! choice that no datum decides is made by somebody who answers for it.

use crate::importing::bpmn::blocks::{Blocks, Room};
use crate::importing::bpmn::ledger::{Ledger, Why};
use crate::importing::bpmn::model::{Model, Trigger};
use crate::importing::bpmn::net::{Net, SpotKind};
use crate::importing::bpmn::walk::{Goal, Walker, Way};

/// The steps in the order of the work.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub places: Vec<Place>,
    /// Where cases begin.
    pub start: Option<Aim>,
}

/// A step of the procedure.
#[derive(Clone, Debug)]
pub struct Place {
    pub what: What,
    pub room: Room,
    pub ways: Vec<Exit>,
    /// When a time runs out: where it leads.
    pub late: Option<Aim>,
    pub order: (usize, usize),
}

/// What a step stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Spot(usize),
    Block(usize),
    /// A choice nobody held in the drawing; at that gateway, where one is known.
    Choice(Option<usize>),
    End(usize),
}

/// A way out, aimed.
#[derive(Clone, Debug)]
pub struct Exit {
    pub to: Aim,
    pub way: Way,
}

/// Where a way leads in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    Place(usize),
    Join,
}

/// Plans the steps.
pub fn plan(model: &Model, net: &Net, blocks: &Blocks, ledger: &mut Ledger) -> Plan {
    let walker = Walker::new(net, blocks);
    let spots = net.spots.len();
    let mut planner = Planner {
        model,
        net,
        blocks,
        ledger,
        walker,
        plan: Plan::default(),
        of_spot: vec![None; spots],
        of_block: vec![None; blocks.blocks.len()],
        shared_end: Vec::new(),
    };
    let ways = planner.walker.out_of(net.start, None);
    planner.plan.start = planner.aim(ways, None, (0, 0));
    while let Some(next) = planner.plan.places.iter().position(|place| place.order == UNSEEN) {
        planner.fill(next);
    }
    planner.plan
}

/// A place whose ways out have not been looked at.
const UNSEEN: (usize, usize) = (usize::MAX, usize::MAX);

struct Planner<'a> {
    model: &'a Model,
    net: &'a Net,
    blocks: &'a Blocks,
    ledger: &'a mut Ledger,
    walker: Walker<'a>,
    plan: Plan,
    of_spot: Vec<Option<usize>>,
    of_block: Vec<Option<usize>>,
    /// Ends without a name are one, on the main line and in no other.
    shared_end: Vec<usize>,
}

impl Planner<'_> {
    fn place(&mut self, what: What, room: Room) -> usize {
        self.plan.places.push(Place { what, room, ways: Vec::new(), late: None, order: UNSEEN });
        self.plan.places.len() - 1
    }

    /// The place of a goal, made where it is not there yet.
    fn at(&mut self, goal: Goal) -> Aim {
        match goal {
            Goal::Join => Aim::Join,
            Goal::Block(block) => {
                let known = self.of_block[block];
                let at = known.unwrap_or_else(|| self.place(What::Block(block), self.blocks.blocks[block].room));
                self.of_block[block] = Some(at);
                Aim::Place(at)
            }
            Goal::Spot(spot) if self.net.spots[spot].kind == SpotKind::End => Aim::Place(self.end(spot)),
            Goal::Spot(spot) => {
                let known = self.of_spot[spot];
                let at = known.unwrap_or_else(|| self.place(What::Spot(spot), self.blocks.room[spot]));
                self.of_spot[spot] = Some(at);
                Aim::Place(at)
            }
        }
    }

    /// An end, shared by all of the same name.
    fn end(&mut self, spot: usize) -> usize {
        let name = |spot: usize| self.net.spots[spot].shape.map_or("", |shape| self.model.shapes[shape].name.as_str());
        let same = self
            .shared_end
            .iter()
            .copied()
            .find(|at| matches!(self.plan.places[*at].what, What::End(other) if name(other) == name(spot)));
        let at = same.unwrap_or_else(|| {
            let at = self.place(What::End(spot), None);
            self.plan.places[at].order = (usize::MAX - 1, at);
            self.shared_end.push(at);
            at
        });
        self.of_spot[spot] = Some(at);
        at
    }

    /// One aim for several ways: the place itself, or a step in which one is chosen.
    fn aim(&mut self, (ways, more): (Vec<Way>, bool), room: Room, order: (usize, usize)) -> Option<Aim> {
        match ways.as_slice() {
            [] => None,
            [way] if way.goal != Goal::Join && !way.back => Some(self.at(way.goal)),
            [first, ..] => {
                let gateway = first.gateway;
                let choice = self.place(What::Choice(gateway), room);
                if let (true, Some(shape)) = (more, gateway) {
                    self.ledger.changed(self.model.shapes[shape].key, Why::ManyWays);
                }
                self.plan.places[choice].order = order;
                let ways = self.exits(ways);
                self.plan.places[choice].ways = ways;
                Some(Aim::Place(choice))
            }
        }
    }

    fn exits(&mut self, ways: Vec<Way>) -> Vec<Exit> {
        ways.into_iter().map(|way| Exit { to: self.at(way.goal), way }).collect()
    }

    /// Looks at where a place leads.
    fn fill(&mut self, at: usize) {
        let room = self.plan.places[at].room;
        match self.plan.places[at].what {
            What::Block(block) => self.fill_block(at, block),
            What::Spot(spot) => {
                self.plan.places[at].order = (self.walker.rank(spot), 0);
                match self.net.spots[spot].kind {
                    SpotKind::Events => self.fill_events(at, spot, room),
                    _ => self.fill_spot(at, spot, room),
                }
            }
            What::Choice(_) | What::End(_) => {}
        }
    }

    fn fill_block(&mut self, at: usize, number: usize) {
        let block = &self.blocks.blocks[number];
        let rank = self.walker.rank(block.split);
        self.plan.places[at].order = (rank, 0);
        for (n, arm) in block.arms.iter().enumerate() {
            let ways = self.walker.along(arm.link, Some((number, n)));
            let mut way = ways.0.first().cloned();
            if let (Some(to), Some(way)) = (self.aim(ways, Some((number, n)), (rank, n + 1)), way.take()) {
                self.plan.places[at].ways.push(Exit { to, way });
            }
        }
        let onward = block.join.map(|join| (self.walker.after(join, block.room), self.walker.rank(join)));
        self.plan.places[at].late = match onward {
            Some((ways, rank)) => self.aim(ways, block.room, (rank, 0)),
            // The branches only end: so does what they are in.
            None => self.plain_end(block.room, rank),
        };
    }

    /// An end without a name on the main line; in a branch, a step that ends the branch.
    fn plain_end(&mut self, room: Room, rank: usize) -> Option<Aim> {
        if room.is_some() {
            let choice = self.place(What::Choice(None), room);
            self.plan.places[choice].order = (rank, usize::MAX);
            let way = Way {
                goal: Goal::Join,
                labels: Vec::new(),
                conditions: Vec::new(),
                back: false,
                interrupt: None,
                gateway: None,
                event: None,
            };
            self.plan.places[choice].ways = vec![Exit { to: Aim::Join, way }];
            return Some(Aim::Place(choice));
        }
        let bare = |spot: &usize| self.net.spots[*spot].kind == SpotKind::End;
        let end = (0..self.net.spots.len()).filter(|spot| self.net.reached[*spot]).find(bare)?;
        Some(Aim::Place(self.end(end)))
    }

    fn fill_spot(&mut self, at: usize, spot: usize, room: Room) {
        let (ways, more) = self.walker.out_of(spot, room);
        if let (true, Some(shape)) = (more, self.net.spots[spot].shape) {
            self.ledger.changed(self.model.shapes[shape].key, Why::ManyWays);
        }
        let waits = self.net.spots[spot].kind == SpotKind::Wait;
        let timed = |shape: Option<usize>| {
            shape.is_some_and(|shape| matches!(self.model.shapes[shape].trigger, Trigger::Timer(..)))
        };
        // A wait for a time is over when it has passed; on a wait for something else a timer is its limit.
        let by_time = |way: &Way| match way.interrupt {
            Some(border) => waits && timed(Some(border)),
            None => waits && timed(self.net.spots[spot].shape),
        };
        let (late, ways): (Vec<Way>, Vec<Way>) = ways.into_iter().partition(by_time);
        let order = (self.walker.rank(spot), 1);
        self.plan.places[at].late = self.aim((late, false), room, order);
        let ways = self.exits(ways);
        self.plan.places[at].ways = ways;
    }

    /// A gateway that waits for the first of several events: each event is a way, a timer is the limit.
    fn fill_events(&mut self, at: usize, spot: usize, room: Room) {
        let (mut late, mut ways) = (Vec::new(), Vec::new());
        for link in &self.net.out[spot] {
            let event = self.net.links[*link].to;
            let shape = self.net.spots[event].shape;
            let (found, _) = match self.net.spots[event].kind {
                SpotKind::Wait => self.walker.out_of(event, room),
                _ => self.walker.along(*link, room),
            };
            let timer = shape.is_some_and(|shape| matches!(self.model.shapes[shape].trigger, Trigger::Timer(..)));
            let into = if timer { &mut late } else { &mut ways };
            into.extend(found.into_iter().map(|way| Way { event: shape, ..way }));
        }
        let order = (self.walker.rank(spot), 1);
        self.plan.places[at].late = self.aim((late, false), room, order);
        let ways = self.exits(ways);
        self.plan.places[at].ways = ways;
    }
}
