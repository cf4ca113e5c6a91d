//! What of a graph becomes a step of the procedure, in which branch it lies and where each way out leads. Where a drawing
//! chooses between ways and nobody holds the case (at a start, after branches have met), a step is put in: with us a
//! choice that no datum decides is made by somebody who answers for it.

use crate::importing::bpmn::blocks::{Blocks, Room};
use crate::importing::bpmn::ledger::{Ledger, Why};
use crate::importing::bpmn::model::{Kind, Model, Trigger};
use crate::importing::bpmn::net::{Net, SpotKind};
use crate::importing::bpmn::verbs::{by_border, by_label, is_rest};
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
    /// Where it leads when a time runs out; of a block and of a call, where the case goes on.
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
    /// After a call: the outcome of the called case that leads this way.
    pub outcome: Option<&'static str>,
    /// It may be taken so often and no oftener, though it leads on: into work that only leads back.
    pub bound: bool,
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
    planner.account();
    reworks(&mut planner.plan);
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
        ways.into_iter().map(|way| Exit { to: self.at(way.goal), way, outcome: None, bound: false }).collect()
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
                    _ if self.is_call(spot) => self.fill_call(at, spot, room),
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
                self.plan.places[at].ways.push(Exit { to, way, outcome: None, bound: false });
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
            self.plan.places[choice].ways = vec![Exit { to: Aim::Join, way, outcome: None, bound: false }];
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

    fn is_call(&self, spot: usize) -> bool {
        self.net.spots[spot].shape.is_some_and(|shape| self.model.shapes[shape].kind == Kind::Call)
    }

    /// After a call: a way for each outcome that an event on its border or an arrow names, and one for the rest.
    fn fill_call(&mut self, at: usize, spot: usize, room: Room) {
        let (ways, more) = self.walker.out_of(spot, room);
        let (borders, ways): (Vec<Way>, Vec<Way>) = ways.into_iter().partition(|way| way.interrupt.is_some());
        let named = |way: &Way| by_label(&way.labels).filter(|_| !way.back);
        let all_told = ways.iter().filter(|way| named(way).is_none()).count() == 1
            && ways.iter().all(|way| named(way).is_some() || is_rest(&way.labels));
        let (told, plain): (Vec<Way>, Vec<Way>) = ways.into_iter().partition(|way| all_told && named(way).is_some());
        let order = (self.walker.rank(spot), 1);
        self.plan.places[at].late = self.onward((plain, more), room, order);
        for (n, way) in borders.into_iter().chain(told).enumerate() {
            let border = way.interrupt.map(|border| &self.model.shapes[border]);
            let outcome = border.map_or_else(|| named(&way), by_border);
            let order = (order.0, n + 2);
            let Some(to) = self.onward((vec![way.clone()], false), room, order) else { continue };
            self.plan.places[at].ways.push(Exit { to, way, outcome, bound: false });
        }
    }

    /// An aim that may also be the end of the branch.
    fn onward(&mut self, (ways, more): (Vec<Way>, bool), room: Room, order: (usize, usize)) -> Option<Aim> {
        match ways.as_slice() {
            [way] if way.goal == Goal::Join => Some(Aim::Join),
            _ => self.aim((ways, more), room, order),
        }
    }

    /// Work that no way which is told leads to is left out, and is said to be.
    fn account(&mut self) {
        let after_events = |spot: usize| {
            let before = |link: &usize| self.net.spots[self.net.links[*link].from].kind == SpotKind::Events;
            self.net.into[spot].iter().any(before)
        };
        for (n, spot) in self.net.spots.iter().enumerate() {
            let works = matches!(spot.kind, SpotKind::Step | SpotKind::Wait | SpotKind::Events);
            let lost = works && self.net.reached[n] && self.of_spot[n].is_none() && !after_events(n);
            if let Some(shape) = spot.shape.filter(|_| lost) {
                self.ledger.left(self.model.shapes[shape].key, Why::ManyWays);
            }
        }
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

/// Work that only leads back (`not right: mend it, then look again`): whoever sends it there may do so a number of times.
/// Were the way back bounded instead, the last round would have no way out.
fn reworks(plan: &mut Plan) {
    let trapped = trapped(plan);
    for (at, place) in plan.places.iter_mut().enumerate() {
        for exit in &mut place.ways {
            let into = matches!(exit.to, Aim::Place(to) if trapped[to]);
            match trapped[at] {
                true => exit.way.back = false,
                false => exit.bound = into && !exit.way.back,
            }
        }
    }
}

/// The places from which every way leads back, at once or by others of them; none that something else than an action
/// leads to, for nothing else can be bounded.
fn trapped(plan: &Plan) -> Vec<bool> {
    let mut open = vec![false; plan.places.len()];
    let mut enter = |aim: Option<Aim>| {
        if let Some(Aim::Place(at)) = aim {
            open[at] = true;
        }
    };
    enter(plan.start);
    for place in &plan.places {
        enter(place.late);
        let acts = !matches!(place.what, What::Block(_)) && place.ways.iter().all(|exit| exit.outcome.is_none());
        place.ways.iter().filter(|_| !acts).for_each(|exit| enter(Some(exit.to)));
    }
    let mut trapped = vec![false; plan.places.len()];
    loop {
        let shut = |exit: &Exit| exit.way.back || matches!(exit.to, Aim::Place(to) if trapped[to]);
        let holds = |(at, place): (usize, &Place)| {
            !trapped[at] && !open[at] && place.late.is_none() && !place.ways.is_empty() && place.ways.iter().all(shut)
        };
        match plan.places.iter().enumerate().position(holds) {
            Some(at) => trapped[at] = true,
            None => return trapped,
        }
    }
}
