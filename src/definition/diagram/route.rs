//! Which way each line takes between the boxes: along rows, between rows, down lanes and between lanes.
//!
//! A line never runs through a cell that holds a box. Where it runs exactly is given later; here only along what.

use std::collections::BTreeMap;

/// A side of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Top,
    Bottom,
    Left,
    Right,
}

/// What a stretch of a line runs along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rail {
    /// Level, through the free cells of a row.
    Row(usize),
    /// Level, above that row.
    Channel(usize),
    /// Upright, through the free cells of a lane.
    Lane(usize),
    /// Upright, left of that lane.
    Gutter(usize),
}

impl Rail {
    pub fn level(self) -> bool {
        matches!(self, Rail::Row(_) | Rail::Channel(_))
    }

    /// Where it lies in a grid of whole numbers: cells are odd, what lies between them is even.
    pub fn at(self) -> f64 {
        match self {
            Rail::Row(n) | Rail::Lane(n) => (2 * n + 1) as f64,
            Rail::Channel(n) | Rail::Gutter(n) => (2 * n) as f64,
        }
    }
}

/// A line from one box to another: level and upright stretches in turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    pub out: Side,
    pub rails: Vec<Rail>,
    pub into: Side,
}

/// A box's row and lane.
pub type Cell = (usize, usize);

/// A line to find a way for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    pub from: usize,
    pub to: usize,
    pub back: bool,
}

/// How far a box's side is from its middle, in the grid.
const HALF: f64 = 0.4;

impl Route {
    /// The corners in the grid, both ends included.
    pub fn points(&self, from: Cell, to: Cell) -> Vec<(f64, f64)> {
        let port = |cell: Cell, side: Side, rail: Rail| {
            let (x, y) = ((2 * cell.1 + 1) as f64, (2 * cell.0 + 1) as f64);
            match side {
                Side::Top => (rail.at(), y - HALF),
                Side::Bottom => (rail.at(), y + HALF),
                Side::Left => (x - HALF, rail.at()),
                Side::Right => (x + HALF, rail.at()),
            }
        };
        let (Some(first), Some(last)) = (self.rails.first(), self.rails.last()) else { return Vec::new() };
        let corner = |a: Rail, b: Rail| if a.level() { (b.at(), a.at()) } else { (a.at(), b.at()) };
        let mut points = vec![port(from, self.out, *first)];
        points.extend(self.rails.windows(2).map(|pair| corner(pair[0], pair[1])));
        points.push(port(to, self.into, *last));
        points
    }
}

/// A way for every line, in their order: the earlier have the better choice.
pub fn routes(cells: &[Cell], jobs: &[Job], lanes: usize) -> Vec<Route> {
    let taken: BTreeMap<Cell, usize> = cells.iter().enumerate().map(|(n, cell)| (*cell, n)).collect();
    let grid = Grid { taken: &taken, lanes };
    let mut laid: Vec<(Rail, f64, f64)> = Vec::new();
    let mut found = Vec::new();
    for job in jobs {
        let (from, to) = (cells[job.from], cells[job.to]);
        let mut best: Option<(f64, Route)> = None;
        for (extra, route) in grid.choices(from, to, job.back) {
            let cost = extra + cost(&route, from, to, &laid);
            if best.as_ref().is_none_or(|(least, _)| cost < *least - 1e-9) {
                best = Some((cost, route));
            }
        }
        // There is always the way around, see `choices`.
        let route = best.map_or_else(|| grid.around(from, to, from.1), |(_, route)| route);
        laid.extend(stretches(&route, from, to));
        found.push(route);
    }
    found
}

/// Each rail with the span it is used on.
pub fn stretches(route: &Route, from: Cell, to: Cell) -> Vec<(Rail, f64, f64)> {
    let points = route.points(from, to);
    let span = |rail: &Rail, pair: &[(f64, f64)]| {
        let (a, b) = if rail.level() { (pair[0].0, pair[1].0) } else { (pair[0].1, pair[1].1) };
        (*rail, a.min(b), a.max(b))
    };
    route.rails.iter().zip(points.windows(2)).map(|(rail, pair)| span(rail, pair)).collect()
}

/// Length, corners, and what is crossed or shared with the lines already laid.
fn cost(route: &Route, from: Cell, to: Cell, laid: &[(Rail, f64, f64)]) -> f64 {
    let mut cost = route.rails.len() as f64 * 2.0;
    for (rail, low, high) in stretches(route, from, to) {
        cost += (high - low) * 0.35;
        for (other, from, to) in laid {
            if *other == rail && *from < high && low < *to {
                cost += 0.6;
            } else if other.level() != rail.level()
                && *from < rail.at()
                && rail.at() < *to
                && low < other.at()
                && other.at() < high
            {
                cost += 1.6;
            }
        }
    }
    cost
}

struct Grid<'a> {
    taken: &'a BTreeMap<Cell, usize>,
    lanes: usize,
}

impl Grid<'_> {
    fn free_row(&self, row: usize, mut lanes: std::ops::Range<usize>) -> bool {
        lanes.all(|lane| !self.taken.contains_key(&(row, lane)))
    }

    fn free_lane(&self, lane: usize, mut rows: std::ops::Range<usize>) -> bool {
        rows.all(|row| !self.taken.contains_key(&(row, lane)))
    }

    /// Every simple way that is free, with what it costs beside its length.
    fn choices(&self, from: Cell, to: Cell, back: bool) -> Vec<(f64, Route)> {
        let ((r, a), (s, b)) = (from, to);
        let mut found = Vec::new();
        let between = |p: usize, q: usize| (p.min(q) + 1).min(p.max(q))..p.max(q);
        let (below, same_row, same_lane) = (s > r, r == s, a == b);
        let (toward, facing) = if b > a { (Side::Right, Side::Left) } else { (Side::Left, Side::Right) };
        let (down, up) = if below { (Side::Bottom, Side::Top) } else { (Side::Top, Side::Bottom) };
        let upright = if back { 1.6 } else { 0.0 };
        if same_lane && !same_row && self.free_lane(a, between(r, s)) {
            found.push((upright * 2.0, Route { out: down, rails: vec![Rail::Lane(a)], into: up }));
        }
        if same_row && !same_lane && self.free_row(r, between(a, b)) {
            found.push((0.0, Route { out: toward, rails: vec![Rail::Row(r)], into: facing }));
        }
        if !same_row && !same_lane {
            let turn = if below { r..s } else { s + 1..r + 1 };
            if self.free_row(r, between(a, b)) && self.free_lane(b, turn) {
                found.push((upright, Route { out: toward, rails: vec![Rail::Row(r), Rail::Lane(b)], into: up }));
            }
            let turn = if below { r + 1..s + 1 } else { s..r };
            if self.free_row(s, between(a, b)) && self.free_lane(a, turn) {
                let rails = vec![Rail::Lane(a), Rail::Row(s)];
                found.push((upright + 0.8, Route { out: down, rails, into: facing }));
            }
        }
        for gutter in 0..=self.lanes {
            let reach = |lane: usize| if gutter > lane { lane + 1..gutter } else { gutter..lane };
            let side = |lane: usize| if gutter > lane { Side::Right } else { Side::Left };
            if self.free_row(r, reach(a)) && self.free_row(s, reach(b)) && (same_lane || !same_row) {
                let rails = vec![Rail::Row(r), Rail::Gutter(gutter), Rail::Row(s)];
                let extra = if back { 0.0 } else { 1.5 };
                found.push((extra, Route { out: side(a), rails, into: side(b) }));
            }
            // Into the box from above or below where its own row is not free that far.
            if !same_row && self.free_row(r, reach(a)) {
                let channel = Rail::Channel(if below { s } else { s + 1 });
                let rails = vec![Rail::Row(r), Rail::Gutter(gutter), channel, Rail::Lane(b)];
                found.push((4.0, Route { out: side(a), rails, into: up }));
            }
            found.push((7.0, self.around(from, to, gutter)));
        }
        found
    }

    /// Out below, between the lanes, in from above: free whatever stands where.
    fn around(&self, from: Cell, to: Cell, gutter: usize) -> Route {
        let ((r, a), (s, b)) = (from, to);
        let rails = vec![Rail::Lane(a), Rail::Channel(r + 1), Rail::Gutter(gutter), Rail::Channel(s), Rail::Lane(b)];
        Route { out: Side::Bottom, rails, into: Side::Top }
    }
}
