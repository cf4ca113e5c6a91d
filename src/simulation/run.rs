//! The simulation itself: events in the order of time, cases that arrive by chance, pieces that wait for whoever is free.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::calendar::working_time::WorkingTime;
use crate::definition::procedure::{ClockPolicy, Warn};
use crate::simulation::axis::Axis;
use crate::simulation::chance::Chance;
use crate::simulation::plan::{Place, Plan, Way, minutes, never_answers};
use crate::simulation::tally::{StationTally, Tally};

/// What arrives, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Cases a full working day, on average; they come by chance, one after another (Poisson).
    pub arrivals_a_day: f64,
    /// Working days in which cases arrive; afterwards those that are open come to their ends.
    pub days: usize,
    pub seed: u64,
}

/// No block.
const NONE: u32 = u32::MAX;

/// A life inside a case.
#[derive(Clone, Copy, Debug)]
struct Piece {
    case: u32,
    place: u32,
    /// The block it runs in.
    block: u32,
    /// When it came to its place.
    since: f64,
    /// What it is waiting for is that it was never answered.
    late: bool,
}

#[derive(Clone, Copy, Debug)]
struct Case {
    opened: f64,
    deadline: f64,
    /// Working minutes in which its clock stood.
    stood: f64,
    stands_since: Option<f64>,
    /// How many places it is in at which the clock stands: it goes on when the last of them is left.
    standing: u32,
    /// One of them lets it begin anew.
    anew: bool,
    over: bool,
}

/// A parallel block that a case is in.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// The place that opened it.
    place: u32,
    /// The block around it.
    outer: u32,
    answered: u32,
    joined: bool,
    /// In how many places inside it the case's clock stands.
    standing: u32,
}

/// An instant that heaps can order: bits of a float that is never negative.
type At = Reverse<(u64, u64, u32)>;

struct Run<'a> {
    plan: &'a Plan,
    axis: &'a Axis,
    chance: Chance,
    events: BinaryHeap<At>,
    /// Number of the next event: those of one instant happen in the order they were set.
    next: u64,
    pieces: Vec<Piece>,
    free: Vec<u32>,
    cases: Vec<Case>,
    /// How often each bounded way was taken, case by case.
    counts: Vec<u32>,
    blocks: Vec<Block>,
    busy: Vec<u32>,
    queues: Vec<VecDeque<(u32, f64)>>,
    tally: Tally,
}

/// Runs it to the end of the last case.
pub fn run(plan: &Plan, axis: &Axis, load: &Load) -> Tally {
    let mut run = Run {
        plan,
        axis,
        chance: Chance::new(load.seed),
        events: BinaryHeap::new(),
        next: 0,
        pieces: Vec::new(),
        free: Vec::new(),
        cases: Vec::new(),
        counts: Vec::new(),
        blocks: Vec::new(),
        busy: vec![0; plan.stations.len()],
        queues: vec![VecDeque::new(); plan.stations.len()],
        tally: Tally { stations: vec![StationTally::default(); plan.stations.len()], ..Tally::default() },
    };
    run.live(load);
    run.tally.lasted.sort_unstable_by(f64::total_cmp);
    run.tally.stations.iter_mut().for_each(|station| station.waited.sort_unstable_by(f64::total_cmp));
    run.tally
}

impl Run<'_> {
    fn live(&mut self, load: &Load) {
        let last = self.axis.working_day(load.days.saturating_sub(1));
        self.tally.window = last;
        let apart = self.axis.full_day() / load.arrivals_a_day.max(1e-6);
        let mut arrival = self.chance.exponential(apart);
        loop {
            let next = self.events.peek().map_or(f64::INFINITY, |Reverse((at, _, _))| f64::from_bits(*at));
            if arrival <= next && arrival <= last {
                self.tally.span = arrival;
                self.open(arrival);
                arrival += self.chance.exponential(apart);
            } else if let Some(Reverse((at, _, piece))) = self.events.pop() {
                let at = f64::from_bits(at);
                self.tally.span = at;
                self.leave(piece, at);
            } else {
                return;
            }
        }
    }

    fn open(&mut self, at: f64) {
        let deadline = self.plan.limit.as_ref().map_or(f64::INFINITY, |limit| self.deadline(at, limit));
        let case = self.cases.len() as u32;
        self.cases.push(Case {
            opened: at,
            deadline,
            stood: 0.0,
            stands_since: None,
            standing: 0,
            anew: false,
            over: false,
        });
        self.counts.resize(self.cases.len() * self.plan.bounded, 0);
        self.tally.arrived += 1;
        let piece = self.piece(case, self.plan.start, NONE);
        self.enter(piece, at);
    }

    fn deadline(&self, at: f64, limit: &WorkingTime) -> f64 {
        self.axis.add(at, limit, self.plan.day_rule)
    }

    fn piece(&mut self, case: u32, place: usize, block: u32) -> u32 {
        let piece = Piece { case, place: place as u32, block, since: 0.0, late: false };
        match self.free.pop() {
            Some(n) => {
                self.pieces[n as usize] = piece;
                n
            }
            None => {
                self.pieces.push(piece);
                self.pieces.len() as u32 - 1
            }
        }
    }

    fn set(&mut self, at: f64, piece: u32) {
        self.events.push(Reverse((at.max(0.0).to_bits(), self.next, piece)));
        self.next += 1;
    }

    /// Whether nothing waits for this piece any more: its case is over, or its block went on without it.
    fn is_vain(&self, piece: Piece) -> bool {
        let mut block = piece.block;
        while block != NONE {
            let around = self.blocks[block as usize];
            if around.joined && self.cancels(around) {
                return true;
            }
            block = around.outer;
        }
        self.cases[piece.case as usize].over
    }

    /// Whether the branches still open when the block joins are called off.
    fn cancels(&self, block: Block) -> bool {
        matches!(&self.plan.places[block.place as usize], Place::Fork { cancel: true, .. })
    }

    /// A piece comes to its place, and goes on at once where nobody is needed. A circle of automatic decisions, which no
    /// checked file has, ends after as many as there are places.
    fn enter(&mut self, number: u32, at: f64) {
        let plan = self.plan;
        self.pieces[number as usize].since = at;
        for _ in 0..=plan.places.len() {
            let piece = self.pieces[number as usize];
            let go_on = match &plan.places[piece.place as usize] {
                Place::Work { station, stands, .. } => {
                    self.stand(piece.case, piece.block, at, *stands);
                    return self.queue(number, *station, at);
                }
                Place::Delay { within, late, stands, .. } => {
                    return self.wait(number, at, within.as_ref(), late.is_some(), *stands);
                }
                Place::Fork { branches, to, .. } if branches.is_empty() => Some(*to),
                Place::Fork { branches, stands, .. } => {
                    self.stand(piece.case, piece.block, at, *stands);
                    self.free.push(number);
                    return self.fork(piece, branches, at);
                }
                Place::Decide { ways } => self.way(piece, ways),
                Place::Join => self.join(number, piece, at),
                Place::End { .. } => {
                    self.end(piece.case, at);
                    None
                }
            };
            match go_on {
                Some(to) => self.pieces[number as usize].place = to as u32,
                None => break,
            }
        }
        self.free.push(number);
    }

    fn queue(&mut self, piece: u32, station: usize, at: f64) {
        if self.busy[station] < self.plan.stations[station].officers {
            self.busy[station] += 1;
            self.take_up(piece, station, at, 0.0);
        } else {
            self.queues[station].push_back((piece, at));
            let waiting = self.queues[station].len();
            let tally = &mut self.tally.stations[station];
            tally.longest_queue = tally.longest_queue.max(waiting);
        }
    }

    fn take_up(&mut self, piece: u32, station: usize, at: f64, waited: f64) {
        let Place::Work { work, .. } = &self.plan.places[self.pieces[piece as usize].place as usize] else { return };
        let minutes = work.draw(&mut self.chance);
        let tally = &mut self.tally.stations[station];
        tally.busy += minutes;
        tally.served += 1;
        tally.waited.push(waited);
        self.set(at + minutes, piece);
    }

    fn wait(&mut self, number: u32, at: f64, within: Option<&WorkingTime>, lapses: bool, stands: Option<ClockPolicy>) {
        let end = within.map_or(at, |within| self.axis.add(at, within, false));
        let late = lapses && never_answers(&mut self.chance);
        self.pieces[number as usize].late = late;
        let Piece { case, block, .. } = self.pieces[number as usize];
        self.stand(case, block, at, stands);
        let answer = if late { end } else { at + (end - at) * self.chance.unit() };
        self.set(answer, number);
    }

    fn fork(&mut self, parent: Piece, branches: &[usize], at: f64) {
        let block = self.blocks.len() as u32;
        self.blocks.push(Block { place: parent.place, outer: parent.block, answered: 0, joined: false, standing: 0 });
        let pieces: Vec<u32> = branches.iter().map(|start| self.piece(parent.case, *start, block)).collect();
        for piece in pieces {
            self.enter(piece, at);
        }
    }

    /// A branch has answered: where the case goes on, if that was the last one needed.
    fn join(&mut self, number: u32, piece: Piece, at: f64) -> Option<usize> {
        if piece.block == NONE || self.is_vain(piece) {
            return None;
        }
        let plan = self.plan;
        let block = &mut self.blocks[piece.block as usize];
        let Place::Fork { needed, to, cancel, stands, .. } = &plan.places[block.place as usize] else { return None };
        block.answered += 1;
        if block.joined || block.answered < *needed {
            return None;
        }
        block.joined = true;
        let outer = block.outer;
        // Whoever is called off is waited for no longer.
        let called_off = if *cancel { std::mem::take(&mut block.standing) } else { 0 };
        self.pieces[number as usize].block = outer;
        self.go_on(piece.case, outer, at, called_off + u32::from(stands.is_some()));
        Some(*to)
    }

    fn leave(&mut self, number: u32, at: f64) {
        let piece = self.pieces[number as usize];
        let vain = self.is_vain(piece);
        let plan = self.plan;
        let to = match &plan.places[piece.place as usize] {
            Place::Work { station, ways, within, stands, .. } => {
                self.tally.stations[*station].reminders += within.as_ref().map_or(0, |w| self.reminders(piece, at, w));
                self.release(*station, at);
                if !vain {
                    self.go_on(piece.case, piece.block, at, u32::from(stands.is_some()));
                }
                if vain { None } else { self.way(piece, ways) }
            }
            Place::Delay { ways, late, stands, .. } => {
                if !vain {
                    self.go_on(piece.case, piece.block, at, u32::from(stands.is_some()));
                }
                match (vain, piece.late, late) {
                    (true, _, _) => None,
                    (false, true, Some(to)) => Some(*to),
                    _ => self.way(piece, ways),
                }
            }
            _ => None,
        };
        match to {
            Some(to) => {
                self.pieces[number as usize].place = to as u32;
                self.enter(number, at);
            }
            None => self.free.push(number),
        }
    }

    /// How many reminders, and a breach, came before the work was done.
    fn reminders(&self, piece: Piece, at: f64, within: &WorkingTime) -> u64 {
        let deadline = self.axis.add(piece.since, within, false);
        let due = |warn: &Warn| match warn {
            Warn::Percent(percent) => piece.since + (deadline - piece.since) * f64::from(*percent) / 100.0,
            Warn::Before(length) => deadline - minutes(length, self.axis.full_day()),
        };
        let passed = self.plan.warn.iter().filter(|warn| due(warn) < at).count();
        passed as u64 + u64::from(deadline < at)
    }

    /// Whoever is free takes up what has waited longest.
    fn release(&mut self, station: usize, at: f64) {
        while let Some((piece, since)) = self.queues[station].pop_front() {
            if self.is_vain(self.pieces[piece as usize]) {
                self.free.push(piece);
                continue;
            }
            return self.take_up(piece, station, at, at - since);
        }
        self.busy[station] -= 1;
    }

    /// The case's clock stands for one more place, in this block and those around it.
    fn stand(&mut self, case: u32, block: u32, at: f64, policy: Option<ClockPolicy>) {
        let Some(policy) = policy else { return };
        let mut inside = block;
        while inside != NONE {
            let around = &mut self.blocks[inside as usize];
            (around.standing, inside) = (around.standing + 1, around.outer);
        }
        let case = &mut self.cases[case as usize];
        case.standing += 1;
        case.anew |= policy == ClockPolicy::Restart;
        case.stands_since.get_or_insert(at);
    }

    /// So many places at which the case's clock stood are left; it goes on when none is.
    fn go_on(&mut self, case: u32, block: u32, at: f64, left: u32) {
        if left == 0 {
            return;
        }
        let mut inside = block;
        while inside != NONE {
            let around = &mut self.blocks[inside as usize];
            (around.standing, inside) = (around.standing.saturating_sub(left), around.outer);
        }
        let number = case;
        let case = &mut self.cases[number as usize];
        case.standing = case.standing.saturating_sub(left);
        if case.standing == 0 {
            self.resume(number, at);
        }
    }

    fn resume(&mut self, case: u32, at: f64) {
        let again = self.plan.limit.as_ref().map(|limit| self.deadline(at, limit));
        let case = &mut self.cases[case as usize];
        let Some(since) = case.stands_since.take() else { return };
        case.stood += at - since;
        let anew = again.filter(|_| std::mem::take(&mut case.anew));
        case.deadline = anew.unwrap_or(case.deadline + (at - since));
    }

    /// Which way a piece goes, by chance, of those whose bound is not used up; nothing where none is left.
    fn way(&mut self, piece: Piece, ways: &[Way]) -> Option<usize> {
        let first = piece.case as usize * self.plan.bounded;
        let open = |way: &Way, counts: &[u32]| way.bound.is_none_or(|(n, most)| counts[first + n] < most);
        let whole: f64 = ways.iter().filter(|way| open(way, &self.counts)).map(|way| way.share).sum();
        let mut left = self.chance.unit() * whole;
        let mut chosen = None;
        for way in ways.iter().filter(|way| open(way, &self.counts)) {
            chosen = Some(*way);
            left -= way.share;
            if left < 0.0 {
                break;
            }
        }
        let way = chosen?;
        if let Some((n, _)) = way.bound {
            self.counts[first + n] += 1;
        }
        Some(way.to)
    }

    fn end(&mut self, number: u32, at: f64) {
        // A case that ends while its clock stands is not begun anew.
        self.cases[number as usize].anew = false;
        self.resume(number, at);
        let case = &mut self.cases[number as usize];
        case.over = true;
        self.tally.ended += 1;
        self.tally.lasted.push(at - case.opened - case.stood);
        if case.deadline.is_finite() {
            self.tally.with_limit += 1;
            self.tally.on_time += u64::from(at <= case.deadline);
        }
    }
}
