//! The drawing of one process as one flat graph: sub-processes inlined, events on a border made ways out, several arrows
//! out of a task made the split they mean, arrows without an end mended where the shapes say how.

use std::collections::HashMap;

use crate::importing::bpmn::ledger::{Ledger, Why};
use crate::importing::bpmn::model::{Kind, Model, Shape, Trigger};
use crate::importing::bpmn::verbs::by_border;

/// The graph.
#[derive(Clone, Debug, Default)]
pub struct Net {
    pub spots: Vec<Spot>,
    pub links: Vec<Link>,
    /// The links out of each spot and into it, in the order drawn.
    pub out: Vec<Vec<usize>>,
    pub into: Vec<Vec<usize>>,
    pub start: usize,
    /// What can be reached from the start.
    pub reached: Vec<bool>,
}

/// A node of the graph, and the shape it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub kind: SpotKind,
    pub shape: Option<usize>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpotKind {
    Start,
    /// Nobody holds the case there, and nothing is chosen.
    Pass,
    /// Somebody of the authority works.
    Step,
    /// Something from outside, or a time, is waited for.
    Wait,
    /// The first of several events is waited for.
    Events,
    Choice,
    Split,
    Join,
    End,
}

/// A way between two nodes.
#[derive(Clone, Debug)]
pub struct Link {
    pub from: usize,
    pub to: usize,
    pub label: String,
    pub condition: String,
    /// The event on the border that leads this way.
    pub interrupt: Option<usize>,
    /// The arrow it stands for.
    pub arrow: Option<usize>,
}

/// Makes the graph of a process.
pub fn net(model: &Model, process: usize, ledger: &mut Ledger) -> Net {
    let mut builder = Builder { model, process, ledger, net: Net::default(), gate: vec![None; model.shapes.len()] };
    builder.build();
    builder.net
}

struct Builder<'a> {
    model: &'a Model,
    process: usize,
    ledger: &'a mut Ledger,
    net: Net,
    /// Where one comes into each shape and out of it; nothing for what is left out.
    gate: Vec<Option<(usize, usize)>>,
}

impl Builder<'_> {
    fn build(&mut self) {
        self.net.start = self.spot(SpotKind::Start, None);
        for n in 0..self.model.shapes.len() {
            self.place(n);
        }
        self.flows();
        for scope in 0..self.model.scopes.len() {
            self.ends_of(scope);
        }
        self.throw_links();
        self.splits();
        self.borders();
        self.reach();
    }

    fn spot(&mut self, kind: SpotKind, shape: Option<usize>) -> usize {
        self.net.spots.push(Spot { kind, shape });
        self.net.out.push(Vec::new());
        self.net.into.push(Vec::new());
        self.net.spots.len() - 1
    }

    fn link(&mut self, from: usize, to: usize, label: &str, condition: &str) -> usize {
        let n = self.net.links.len();
        let (label, condition) = (label.to_owned(), condition.to_owned());
        self.net.links.push(Link { from, to, label, condition, interrupt: None, arrow: None });
        self.net.out[from].push(n);
        self.net.into[to].push(n);
        n
    }

    /// Why a shape is left out with all that lies in the same sub-process.
    fn shut_out(&self, shape: &Shape) -> Option<Why> {
        if matches!(shape.kind, Kind::EventSub) {
            return Some(Why::EventSubprocess);
        }
        if matches!(shape.kind, Kind::AdHoc) {
            return Some(Why::AdHoc);
        }
        let (around, _) = self.model.scopes[shape.scope].of?;
        self.shut_out(&self.model.shapes[around])
    }

    fn place(&mut self, n: usize) {
        let shape = &self.model.shapes[n];
        if self.model.process_of(n) != self.process {
            return self.ledger.left(shape.key, Why::OtherProcess);
        }
        if let Some(why) = self.shut_out(shape) {
            return self.ledger.left(shape.key, why);
        }
        let kind = match shape.kind {
            Kind::Task | Kind::Automatic | Kind::Call => SpotKind::Step,
            Kind::Receive => SpotKind::Wait,
            Kind::Catch if matches!(shape.trigger, Trigger::Link(_)) => SpotKind::Pass,
            Kind::Catch => SpotKind::Wait,
            Kind::Exclusive | Kind::Inclusive | Kind::Complex => SpotKind::Choice,
            Kind::Parallel => SpotKind::Split,
            Kind::EventBased => SpotKind::Events,
            Kind::End => SpotKind::End,
            _ => SpotKind::Pass,
        };
        let into = self.spot(kind, Some(n));
        let inlined = shape.kind == Kind::Sub;
        let out = if inlined { self.spot(SpotKind::Pass, Some(n)) } else { into };
        self.gate[n] = Some((into, out));
    }

    /// The shape at an end of an arrow: by name, or by what shapes say of their arrows.
    fn flows(&mut self) {
        let mut by_id: HashMap<&str, usize> = HashMap::new();
        let (mut starts, mut tips): (HashMap<&str, usize>, HashMap<&str, usize>) = (HashMap::new(), HashMap::new());
        for (n, shape) in self.model.shapes.iter().enumerate() {
            by_id.entry(&shape.id).or_insert(n);
            starts.extend(shape.arrows_out.iter().map(|arrow| (arrow.as_str(), n)));
            tips.extend(shape.arrows_in.iter().map(|arrow| (arrow.as_str(), n)));
        }
        for (n, arrow) in self.model.arrows.iter().enumerate() {
            let (from, to) = (by_id.get(arrow.from.as_str()), by_id.get(arrow.to.as_str()));
            let mended = (from.or(starts.get(arrow.id.as_str())), to.or(tips.get(arrow.id.as_str())));
            let (Some(start), Some(tip)) = mended else {
                self.ledger.left(arrow.key, Why::DanglingArrow);
                continue;
            };
            if from.is_none() || to.is_none() {
                self.ledger.changed(arrow.key, Why::Mended);
            }
            match (self.gate[*start], self.gate[*tip]) {
                (Some((_, from)), Some((to, _))) => {
                    let link = self.link(from, to, &arrow.name, &arrow.condition);
                    self.net.links[link].arrow = Some(n);
                }
                _ if self.model.process_of(*start) != self.process => self.ledger.left(arrow.key, Why::OtherProcess),
                _ => {
                    let why = [*start, *tip].into_iter().find_map(|n| self.shut_out(&self.model.shapes[n]));
                    self.ledger.left(arrow.key, why.unwrap_or(Why::OtherProcess));
                }
            }
        }
    }

    /// Where a process or a sub-process begins and ends.
    fn ends_of(&mut self, scope: usize) {
        if self.model.scopes[scope].process != self.process {
            return;
        }
        let outside = match self.model.scopes[scope].of {
            None => Some((self.net.start, None)),
            Some((shape, _)) => self.gate[shape].map(|(into, out)| (into, Some(out))),
        };
        let Some((into, out)) = outside else { return };
        let inside: Vec<usize> = (0..self.model.shapes.len())
            .filter(|n| self.model.shapes[*n].scope == scope && self.gate[*n].is_some())
            .collect();
        let gates = |net: &Builder<'_>, n: usize| net.gate[n].unwrap_or_default();
        let mut starts: Vec<usize> =
            inside.iter().copied().filter(|n| self.model.shapes[*n].kind == Kind::Start).collect();
        // A start that leads nowhere begins nothing.
        if starts.iter().all(|n| self.net.out[gates(self, *n).1].is_empty()) {
            let found = self.beginnings(&inside);
            for n in &found {
                self.ledger.changed(self.model.shapes[*n].key, Why::NoStart);
            }
            if !found.is_empty() {
                starts = found;
            }
        }
        for n in &starts {
            if starts.len() > 1 {
                self.ledger.changed(self.model.shapes[*n].key, Why::ManyStarts);
            }
            if self.model.shapes[*n].kind == Kind::Start && self.model.shapes[*n].trigger != Trigger::None {
                self.ledger.changed(self.model.shapes[*n].key, Why::Trigger);
            }
            let (name, to) = (self.model.shapes[*n].name.clone(), gates(self, *n).0);
            let label = if starts.len() > 1 { name } else { String::new() };
            self.link(into, to, &label, "");
        }
        if starts.is_empty()
            && let Some(out) = out
        {
            self.link(into, out, "", "");
        }
        for n in inside {
            self.end_at(n, gates(self, n).1, out);
        }
    }

    /// What a part without a start begins with: what leads on and nothing leads to. Work that no arrow is tied to is still
    /// work to do.
    fn beginnings(&self, inside: &[usize]) -> Vec<usize> {
        let gate = |n: usize| self.gate[n].unwrap_or_default();
        let free = |n: &usize| {
            let shape = &self.model.shapes[*n];
            let event = matches!(shape.kind, Kind::Boundary | Kind::End | Kind::Start) || !shape.on.is_empty();
            !event && self.net.into[gate(*n).0].is_empty()
        };
        let leads = |n: &usize| !self.net.out[gate(*n).1].is_empty();
        let works = |n: &usize| {
            let kind = self.model.shapes[*n].kind;
            matches!(kind, Kind::Task | Kind::Automatic | Kind::Receive | Kind::Call | Kind::Sub)
        };
        let free: Vec<usize> = inside.iter().copied().filter(free).collect();
        let found: Vec<usize> = free.iter().copied().filter(leads).collect();
        if found.is_empty() { free.into_iter().filter(works).collect() } else { found }
    }

    fn end_at(&mut self, n: usize, spot: usize, out: Option<usize>) {
        let shape = &self.model.shapes[n];
        let open = self.net.out[spot].is_empty();
        if self.net.spots[spot].kind == SpotKind::End {
            if !open || out.is_some() {
                self.net.spots[spot].kind = SpotKind::Pass;
            }
            match (&shape.trigger, out) {
                (Trigger::Terminate, Some(_)) => self.ledger.changed(shape.key, Why::Terminate),
                (Trigger::None | Trigger::Terminate, _) => {}
                _ => self.ledger.changed(shape.key, Why::Trigger),
            }
            if let (true, Some(out)) = (open, out) {
                self.link(spot, out, "", "");
            }
        } else if open && !matches!(shape.trigger, Trigger::Link(_)) {
            let to = out.unwrap_or_else(|| self.spot(SpotKind::End, None));
            self.link(spot, to, "", "");
            // A border event that leads nowhere, or what nothing leads to, is told as such.
            if shape.kind != Kind::Boundary && !self.net.into[spot].is_empty() {
                self.ledger.changed(shape.key, Why::NoEnd);
            }
        }
    }

    /// A thrown link goes on at the catch of that name.
    fn throw_links(&mut self) {
        for n in 0..self.model.shapes.len() {
            let (shape, Some((_, from))) = (&self.model.shapes[n], self.gate[n]) else { continue };
            if shape.kind != Kind::Throw {
                continue;
            }
            let Trigger::Link(name) = &shape.trigger else {
                if shape.trigger != Trigger::None {
                    self.ledger.changed(shape.key, Why::Throw);
                }
                continue;
            };
            let same = |other: &Shape| {
                let named = matches!(&other.trigger, Trigger::Link(link) if link == name || other.name == shape.name);
                other.kind == Kind::Catch && named && other.scope == shape.scope
            };
            let caught = (0..self.model.shapes.len()).find(|n| same(&self.model.shapes[*n]));
            match caught.and_then(|n| self.gate[n]) {
                Some((to, _)) => drop(self.link(from, to, "", "")),
                None => {
                    let end = self.spot(SpotKind::End, None);
                    self.link(from, end, "", "");
                    self.ledger.changed(shape.key, Why::NoEnd);
                }
            }
        }
    }

    /// A gateway that joins and splits is two; several arrows out of a task split.
    fn splits(&mut self) {
        for spot in 0..self.net.spots.len() {
            let (into, out) = (self.net.into[spot].len(), self.net.out[spot].len());
            let shape = self.net.spots[spot].shape;
            match self.net.spots[spot].kind {
                SpotKind::Split if out < 2 => {
                    self.net.spots[spot].kind = if into > 1 { SpotKind::Join } else { SpotKind::Pass };
                }
                SpotKind::Split if into > 1 => {
                    self.net.spots[spot].kind = SpotKind::Join;
                    self.hand_on(spot, SpotKind::Split, shape);
                }
                SpotKind::Choice => {
                    let why = match shape.map(|n| self.model.shapes[n].kind) {
                        Some(Kind::Inclusive) => Some(Why::Inclusive),
                        Some(Kind::Complex) => Some(Why::Complex),
                        _ => None,
                    };
                    if let (Some(why), Some(n)) = (why, shape) {
                        self.ledger.changed(self.model.shapes[n].key, why);
                    }
                }
                SpotKind::Step | SpotKind::Wait | SpotKind::Pass | SpotKind::Start if out > 1 => {
                    let start = self.is_beginning(spot);
                    let conditional = self.net.out[spot].iter().any(|link| !self.net.links[*link].condition.is_empty());
                    if let (true, Some(n)) = (conditional, shape) {
                        self.ledger.changed(self.model.shapes[n].key, Why::SplitByCondition);
                    }
                    self.hand_on(spot, if conditional || start { SpotKind::Choice } else { SpotKind::Split }, None);
                }
                _ => {}
            }
        }
    }

    /// Several starts of one scope are a choice; several arrows out of one start event are not.
    fn is_beginning(&self, spot: usize) -> bool {
        let around = self.net.spots[spot].shape.is_some_and(|n| {
            self.model.shapes[n].kind == Kind::Sub && self.gate[n].is_some_and(|(into, _)| into == spot)
        });
        spot == self.net.start || around
    }

    /// A new node takes over the links out of one.
    fn hand_on(&mut self, spot: usize, kind: SpotKind, shape: Option<usize>) {
        let next = self.spot(kind, shape);
        let links = std::mem::take(&mut self.net.out[spot]);
        for link in &links {
            self.net.links[*link].from = next;
        }
        self.net.out[next] = links;
        self.link(spot, next, "", "");
    }

    /// Events on a border: ways out of the task, or out of every task of the sub-process.
    fn borders(&mut self) {
        let by_id: HashMap<&str, usize> =
            self.model.shapes.iter().enumerate().map(|(n, shape)| (shape.id.as_str(), n)).collect();
        for n in 0..self.model.shapes.len() {
            let shape = &self.model.shapes[n];
            let (Kind::Boundary, Some((_, to))) = (shape.kind, self.gate[n]) else { continue };
            let host = by_id.get(shape.on.as_str()).copied();
            let Some((host, gate)) = host.and_then(|host| Some((host, self.gate[host]?))) else {
                self.ledger.left(shape.key, Why::NoWay);
                continue;
            };
            if !shape.interrupts {
                self.ledger.left(shape.key, Why::NonInterrupting);
                continue;
            }
            let hosts = match self.model.shapes[host].kind {
                Kind::Sub => self.within(host),
                _ => vec![gate.0],
            };
            let works = |spot: &usize| matches!(self.net.spots[*spot].kind, SpotKind::Step | SpotKind::Wait);
            let splits = |spot: &usize| matches!(self.net.spots[*spot].kind, SpotKind::Split | SpotKind::Join);
            if hosts.iter().any(splits) {
                self.ledger.left(shape.key, Why::InterruptsBlock);
                continue;
            }
            let call = self.model.shapes[host].kind == Kind::Call;
            if call && !self.is_outcome(n, host) {
                self.ledger.left(shape.key, Why::InterruptsCall);
                continue;
            }
            self.ledger.changed(shape.key, if call { Why::CallOutcome } else { Why::Interrupting });
            let hosts: Vec<usize> = hosts.into_iter().filter(works).collect();
            // A case that is called from inside knows nothing of what interrupts around it.
            let inside = |spot: &usize| {
                let shape = self.net.spots[*spot].shape;
                shape.is_some_and(|n| n != host && self.model.shapes[n].kind == Kind::Call)
            };
            if hosts.iter().any(inside) {
                self.ledger.changed(shape.key, Why::InterruptsCall);
            }
            for host in hosts.into_iter().filter(|spot| !inside(spot)).collect::<Vec<_>>() {
                let link = self.link(host, to, &self.model.shapes[n].name.clone(), "");
                self.net.links[link].interrupt = Some(n);
            }
        }
    }

    /// Whether an event on a call's border can be told as an outcome of what is called: no time can, and no second one.
    fn is_outcome(&self, n: usize, host: usize) -> bool {
        let by = |n: usize| by_border(&self.model.shapes[n]);
        let before = (0..n).filter(|other| {
            let shape = &self.model.shapes[*other];
            shape.kind == Kind::Boundary && shape.interrupts && shape.on == self.model.shapes[host].id
        });
        by(n).is_some_and(|outcome| before.into_iter().all(|other| by(other) != Some(outcome)))
    }

    /// The nodes of a sub-process and of those in it.
    fn within(&self, sub: usize) -> Vec<usize> {
        let inside = |n: usize| {
            let around = |n: &usize| self.model.scopes[self.model.shapes[*n].scope].of.map(|(shape, _)| shape);
            std::iter::successors(Some(n), around).skip(1).any(|around| around == sub)
        };
        let of = |spot: &usize| self.net.spots[*spot].shape.is_some_and(inside);
        // A split that stands for no shape has its task's links.
        let bare = |spot: &usize| {
            let before = self.net.into[*spot].first().map(|link| self.net.links[*link].from);
            self.net.spots[*spot].shape.is_none() && before.as_ref().is_some_and(of)
        };
        (0..self.net.spots.len()).filter(|spot| of(spot) || bare(spot)).collect()
    }

    fn reach(&mut self) {
        let mut reached = vec![false; self.net.spots.len()];
        let mut stack = vec![self.net.start];
        while let Some(spot) = stack.pop() {
            if !std::mem::replace(&mut reached[spot], true) {
                stack.extend(self.net.out[spot].iter().map(|link| self.net.links[*link].to));
            }
        }
        self.net.reached = reached;
        // What cannot be reached leads nowhere: else it would seem to join what it only runs into.
        let links = &self.net.links;
        for into in &mut self.net.into {
            into.retain(|link| self.net.reached[links[*link].from]);
        }
        let beside = self.beside();
        for (n, shape) in self.model.shapes.iter().enumerate() {
            let Some((into, _)) = self.gate[n] else { continue };
            if self.net.reached[into] {
                self.ledger.brought(shape.key);
            } else if shape.kind != Kind::Boundary || shape.interrupts {
                self.ledger.left(shape.key, if beside[into] { Why::SideBranch } else { Why::Unreachable });
            }
        }
        for link in &self.net.links {
            let Some(arrow) = link.arrow.map(|n| &self.model.arrows[n]) else { continue };
            match self.net.reached[link.from] {
                true => self.ledger.brought(arrow.key),
                false => self.ledger.left(arrow.key, Why::Unreachable),
            }
        }
    }

    /// What events that do not interrupt lead to.
    fn beside(&self) -> Vec<bool> {
        let mut seen = vec![false; self.net.spots.len()];
        let mut stack: Vec<usize> = (0..self.model.shapes.len())
            .filter(|n| self.model.shapes[*n].kind == Kind::Boundary && !self.model.shapes[*n].interrupts)
            .filter_map(|n| Some(self.gate[n]?.1))
            .collect();
        while let Some(spot) = stack.pop() {
            if !std::mem::replace(&mut seen[spot], true) {
                stack.extend(self.net.out[spot].iter().map(|link| self.net.links[*link].to));
            }
        }
        seen
    }
}
