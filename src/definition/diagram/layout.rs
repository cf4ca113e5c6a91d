//! From rows, lanes and ways to points: how wide each lane, how high each row, where each line and each label lies.
//!
//! Geometry only. Rooms grow until every label has a place of its own; the same input gives the same points to the
//! last digit.

use std::collections::BTreeMap;

use crate::definition::diagram::labels::labels;
use crate::definition::diagram::route::{Cell, Job, Rail, Route, Side, routes};
use crate::definition::diagram::tracks::{Run, tracks};

/// A box to place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    pub cell: Cell,
    pub size: (f64, f64),
    /// Its sides slant to a point.
    pub rhomb: bool,
}

/// A line to draw, with the size of its label set wide and set narrow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wire {
    pub job: Job,
    pub wide: (f64, f64),
    pub narrow: (f64, f64),
}

/// A box's place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// A line's corners, from its beginning to its tip; its label is set narrow or wide, and where its middle is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub points: Vec<(f64, f64)>,
    pub narrow: bool,
    pub label: Option<(f64, f64)>,
}

/// Everything placed; the upper left corner is 0, 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placed {
    pub width: f64,
    pub height: f64,
    pub frames: Vec<Frame>,
    pub lines: Vec<Line>,
    /// Left and right of each lane.
    pub lanes: Vec<(f64, f64)>,
    /// Top and bottom of each row.
    pub rows: Vec<(f64, f64)>,
}

impl Placed {
    /// The borders of the lanes, from first to last: between two in the widest room that their lines leave, so that no
    /// line runs along a border.
    pub fn borders(&self, first: f64) -> Vec<f64> {
        let between = |pair: &[(f64, f64)]| {
            let (left, right) = (pair[0].1, pair[1].0);
            let pairs = self.lines.iter().flat_map(|line| line.points.windows(2));
            let upright = pairs.filter(|pair| (pair[0].0 - pair[1].0).abs() < 0.6).map(|pair| pair[0].0);
            let mut at: Vec<f64> = upright.filter(|x| left < *x && *x < right).chain([left, right]).collect();
            at.sort_by(f64::total_cmp);
            let rooms = at.windows(2).map(|room| (room[1] - room[0], (room[0] + room[1]) / 2.0));
            rooms.fold((0.0, (left + right) / 2.0), |a, b| if b.0 > a.0 + 0.1 { b } else { a }).1
        };
        std::iter::once(first).chain(self.lanes.windows(2).map(between)).chain([self.width]).collect()
    }
}

/// The width of every box.
pub const BOX: f64 = 156.0;
const LANE: f64 = BOX + 12.0;
/// Between lines side by side.
const PITCH: f64 = 13.0;
/// Room for an arrow's head.
const HEAD: f64 = 13.0;
/// How often rooms may grow; after the first few times they grow twice as much each time, so that a drawing with a
/// hundred lines out of one box is not placed again and again for a few points more.
const ROUNDS: usize = 24;
const STEADY: usize = 5;

/// A rail with the runs on it: which line, its how-many-eth stretch, its place in tracks.
type Laid = BTreeMap<Rail, Vec<(usize, usize, f64)>>;

/// Places boxes in so many lanes.
pub fn layout(items: &[Item], wires: &[Wire], lanes: usize) -> Placed {
    let cells: Vec<Cell> = items.iter().map(|item| item.cell).collect();
    let jobs: Vec<Job> = wires.iter().map(|wire| wire.job).collect();
    let routes = routes(&cells, &jobs, lanes);
    let laid = lay(&routes, &cells, &jobs);
    let mut room = Room::new(items, wires, &routes, &laid, lanes);
    let mut round = 0;
    loop {
        let mut placed = room.place(items, wires, &routes, &laid);
        let lines: Vec<Vec<(f64, f64)>> = placed.lines.iter().map(|line| line.points.clone()).collect();
        let sizes: Vec<(f64, f64)> = wires.iter().zip(&routes).map(|(wire, route)| label_size(wire, route)).collect();
        let found = labels(&lines, &sizes, &placed.frames, round > STEADY * 2);
        round += 1;
        if found.cramped.is_empty() || round > ROUNDS {
            for (line, at) in placed.lines.iter_mut().zip(found.at) {
                line.label = at;
            }
            return placed;
        }
        for n in found.cramped {
            let ends = (cells[jobs[n].from], cells[jobs[n].to]);
            let more = f64::from(1u8 << round.saturating_sub(STEADY).min(4));
            room.grow(&routes[n], ends, (sizes[n].0 * more, sizes[n].1 * more), round > STEADY + 1);
        }
    }
}

/// A line that stays in its row has little room for words.
fn is_level(route: &Route) -> bool {
    matches!(route.rails.as_slice(), [Rail::Row(_)])
}

fn label_size(wire: &Wire, route: &Route) -> (f64, f64) {
    if is_level(route) { wire.narrow } else { wire.wide }
}

/// Gives every stretch its track.
fn lay(routes: &[Route], cells: &[Cell], jobs: &[Job]) -> Laid {
    let mut runs: BTreeMap<Rail, Vec<(usize, usize, Run)>> = BTreeMap::new();
    for (n, (route, job)) in routes.iter().zip(jobs).enumerate() {
        let points = route.points(cells[job.from], cells[job.to]);
        for (k, rail) in route.rails.iter().enumerate() {
            let along = |p: (f64, f64)| if rail.level() { p.0 } else { p.1 };
            let across = |p: (f64, f64)| if rail.level() { p.1 } else { p.0 };
            let (a, b) = (points[k], points[k + 1]);
            let turn = |end: Option<&(f64, f64)>| {
                end.map_or(0, |end| match across(*end).total_cmp(&across(a)) {
                    std::cmp::Ordering::Less => -1,
                    std::cmp::Ordering::Equal => 0,
                    std::cmp::Ordering::Greater => 1,
                })
            };
            let before = turn(k.checked_sub(1).and_then(|k| points.get(k)));
            let after = turn(points.get(k + 2));
            let run = if along(a) <= along(b) {
                Run { low: along(a), high: along(b), low_turn: before, high_turn: after }
            } else {
                Run { low: along(b), high: along(a), low_turn: after, high_turn: before }
            };
            runs.entry(*rail).or_default().push((n, k, run));
        }
    }
    runs.into_iter()
        .map(|(rail, runs)| {
            let places = tracks(&runs.iter().map(|(.., run)| *run).collect::<Vec<_>>());
            (rail, runs.iter().zip(places).map(|((n, k, _), place)| (*n, *k, place)).collect())
        })
        .collect()
}

/// How far the outermost tracks of a rail are from its middle.
fn reach(laid: &Laid, rail: Rail) -> f64 {
    laid.get(&rail).into_iter().flatten().map(|(.., place)| place.abs()).fold(0.0, f64::max)
}

/// The sizes that grow.
struct Room {
    lanes: usize,
    rows: usize,
    /// Distance of tracks in each row.
    pitch: Vec<f64>,
    row: Vec<f64>,
    channel: Vec<f64>,
    gutter: Vec<f64>,
}

impl Room {
    fn new(items: &[Item], wires: &[Wire], routes: &[Route], laid: &Laid, lanes: usize) -> Room {
        let rows = items.iter().map(|item| item.cell.0 + 1).max().unwrap_or(0);
        let mut pitch = vec![PITCH; rows];
        for (wire, route) in wires.iter().zip(routes).filter(|(_, route)| is_level(route)) {
            if let Some(Rail::Row(row)) = route.rails.first()
                && reach(laid, Rail::Row(*row)) > 0.0
            {
                pitch[*row] = pitch[*row].max(wire.narrow.1 + 3.0);
            }
        }
        let mut row: Vec<f64> = (0..rows).map(|n| (reach(laid, Rail::Row(n)) * pitch[n]) * 2.0 + 16.0).collect();
        for item in items {
            row[item.cell.0] = row[item.cell.0].max(item.size.1);
        }
        let channel = |n: usize| {
            let tracks =
                laid.get(&Rail::Channel(n)).map_or(0.0, |_| reach(laid, Rail::Channel(n)) * 2.0 * PITCH + HEAD);
            if n == 0 || n == rows { tracks + 12.0 } else { tracks + HEAD * 2.0 }
        };
        let gutter = |n: usize| match laid.get(&Rail::Gutter(n)) {
            Some(_) => reach(laid, Rail::Gutter(n)) * 2.0 * PITCH + 22.0,
            None if n == 0 || n == lanes => 4.0,
            None => 14.0,
        };
        let mut room = Room {
            lanes,
            rows,
            pitch,
            row,
            channel: (0..=rows).map(channel).collect(),
            gutter: (0..=lanes).map(gutter).collect(),
        };
        for (wire, route) in wires.iter().zip(routes) {
            room.foresee(wire, route, items[wire.job.from].cell, items[wire.job.to].cell);
        }
        room
    }

    /// Room for the label of a line that goes down at once, or straight to its neighbour.
    fn foresee(&mut self, wire: &Wire, route: &Route, from: Cell, to: Cell) {
        let size = label_size(wire, route);
        if size.0 <= 0.0 {
            return;
        }
        match route.rails.as_slice() {
            [Rail::Row(_)] if from.1.abs_diff(to.1) == 1 => {
                let gutter = from.1.max(to.1);
                self.gutter[gutter] = self.gutter[gutter].max(size.0 + HEAD + 4.0);
            }
            // Wide enough beside the box, where it turns down.
            [Rail::Row(_), Rail::Lane(_)] if size.0 + 24.0 < from.1.abs_diff(to.1) as f64 * LANE - BOX / 2.0 => {}
            [Rail::Lane(_), ..] | [Rail::Row(_), Rail::Lane(_)] if to.0 > from.0 => {
                let channel = from.0 + 1;
                self.channel[channel] = self.channel[channel].max(size.1 + HEAD + 14.0);
            }
            _ => {}
        }
    }

    /// More room where a line's words found none.
    fn grow(&mut self, route: &Route, (from, to): (Cell, Cell), size: (f64, f64), wider: bool) {
        let mut widened = false;
        for rail in &route.rails {
            match rail {
                // Higher did not help.
                Rail::Gutter(gutter) if wider => {
                    self.gutter[*gutter] += size.0 / 4.0;
                    widened = true;
                    break;
                }
                Rail::Gutter(_) | Rail::Lane(_) => {
                    // A line that turns up into its goal has its upright stretch over its own row.
                    let turns_up = matches!(route.rails.as_slice(), [Rail::Row(_), Rail::Lane(_)]) && to.0 < from.0;
                    let above = matches!(route.out, Side::Top) || route.rails.len() > 2 || turns_up;
                    let channel = if above { from.0 } else { from.0 + 1 };
                    self.channel[channel] += (size.1 + 4.0) / 2.0;
                    widened = true;
                    break;
                }
                Rail::Row(_) | Rail::Channel(_) => {}
            }
        }
        if !widened {
            let gutter = if route.out == Side::Left { from.1 } else { from.1 + 1 };
            self.gutter[gutter] += size.0 / 3.0;
        }
    }

    fn place(&self, items: &[Item], wires: &[Wire], routes: &[Route], laid: &Laid) -> Placed {
        let mut lanes = Vec::new();
        let mut x = 0.0;
        for lane in 0..self.lanes {
            x += self.gutter[lane];
            lanes.push((x, x + LANE));
            x += LANE;
        }
        let width = x + self.gutter[self.lanes];
        let mut rows = Vec::new();
        let mut y = 0.0;
        for row in 0..self.rows {
            y += self.channel[row];
            rows.push((y, y + self.row[row]));
            y += self.row[row];
        }
        let height = y + self.channel[self.rows];
        let middle = |(from, to): (f64, f64)| (from + to) / 2.0;
        let rail_at = |rail: Rail, place: f64| match rail {
            Rail::Row(n) => middle(rows[n]) + place * self.pitch[n],
            Rail::Channel(n) => {
                let top = n.checked_sub(1).map_or(0.0, |above| rows[above].1);
                top + self.channel[n] / 2.0 + place * PITCH
            }
            Rail::Lane(n) => middle(lanes[n]) + place * PITCH * 1.3,
            Rail::Gutter(n) => {
                let left = n.checked_sub(1).map_or(0.0, |before| lanes[before].1);
                left + self.gutter[n] / 2.0 + place * PITCH
            }
        };
        let mut at: Vec<Vec<f64>> = routes.iter().map(|route| vec![0.0; route.rails.len()]).collect();
        for (rail, runs) in laid {
            for (n, k, place) in runs {
                at[*n][*k] = rail_at(*rail, *place);
            }
        }
        let frames: Vec<Frame> = items
            .iter()
            .enumerate()
            .map(|(n, item)| {
                self.frame(n, item, middle(lanes[item.cell.1]), middle(rows[item.cell.0]), wires, routes, &at)
            })
            .collect();
        let lines = routes
            .iter()
            .zip(wires)
            .zip(&at)
            .map(|((route, wire), at)| {
                let shape = |n: usize| (&frames[n], items[n].rhomb);
                let points = corners(route, at, shape(wire.job.from), shape(wire.job.to));
                Line { points, narrow: is_level(route), label: None }
            })
            .collect();
        Placed { width, height, frames, lines, lanes, rows }
    }

    /// A box is high enough for the lines that meet its sides.
    #[expect(clippy::too_many_arguments, reason = "one place, asked once a box")]
    fn frame(&self, n: usize, item: &Item, x: f64, y: f64, wires: &[Wire], routes: &[Route], at: &[Vec<f64>]) -> Frame {
        let (width, mut height) = item.size;
        for ((wire, route), at) in wires.iter().zip(routes).zip(at) {
            let level = |side: Side| matches!(side, Side::Left | Side::Right);
            let ends = [
                (wire.job.from == n && level(route.out), at.first()),
                (wire.job.to == n && level(route.into), at.last()),
            ];
            for port in ends.into_iter().filter(|(meets, _)| *meets).filter_map(|(_, port)| port) {
                height = height.max((port - y).abs() * 2.0 + 14.0);
            }
        }
        Frame { left: x - width / 2.0, top: y - height / 2.0, width, height }
    }
}

/// The corners of a line, by where each of its stretches lies.
fn corners(route: &Route, at: &[f64], from: (&Frame, bool), to: (&Frame, bool)) -> Vec<(f64, f64)> {
    let (Some(first), Some(last)) = (at.first(), at.last()) else { return Vec::new() };
    let mut points = vec![port(from, route.out, *first)];
    for (pair, at) in route.rails.windows(2).zip(at.windows(2)) {
        points.push(if pair[0].level() { (at[1], at[0]) } else { (at[0], at[1]) });
    }
    points.push(port(to, route.into, *last));
    points
}

/// Where a line meets a side of a box.
fn port((frame, rhomb): (&Frame, bool), side: Side, at: f64) -> (f64, f64) {
    let (x, y) = (frame.left + frame.width / 2.0, frame.top + frame.height / 2.0);
    // The sides of a rhomb run from the middle of one edge to that of the next.
    let cut = |off: f64, half: f64, across: f64| if rhomb { across * (off.abs() / half).min(1.0) } else { 0.0 };
    let (half_wide, half_high) = (frame.width / 2.0, frame.height / 2.0);
    match side {
        Side::Top => (at, frame.top + cut(at - x, half_wide, half_high)),
        Side::Bottom => (at, frame.top + frame.height - cut(at - x, half_wide, half_high)),
        Side::Left => (frame.left + cut(at - y, half_high, half_wide), at),
        Side::Right => (frame.left + frame.width - cut(at - y, half_high, half_wide), at),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::definition::diagram::labels::{around, cuts};

    #[test]
    fn a_line_that_turns_up_into_its_goal_has_room_for_its_words() {
        let cells = [((4, 2), true), ((0, 0), false), ((1, 0), false), ((3, 1), false)];
        let items: Vec<Item> =
            cells.iter().map(|(cell, rhomb)| Item { cell: *cell, size: (BOX, 20.0), rhomb: *rhomb }).collect();
        let wires: Vec<Wire> = [(1, 0, 10.0), (1, 0, 10.0), (0, 3, 119.594_551_493_629_71)]
            .into_iter()
            .map(|(from, to, wide): (usize, usize, f64)| Wire {
                job: Job { from, to, back: false },
                wide: (wide, 18.0),
                narrow: (wide.min(90.0), 31.0),
            })
            .collect();
        assert!(layout(&items, &wires, 5).lines.iter().all(|line| line.label.is_some()));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_are_right_angled_and_neither_they_nor_labels_touch_a_box(
            boxes in proptest::collection::vec((0usize..7, 0usize..5, 20.0f64..90.0, any::<bool>()), 1..10),
            pairs in proptest::collection::vec((0usize..9, 0usize..9, 10.0f64..120.0, any::<bool>()), 0..14),
        ) {
            let mut taken = BTreeSet::new();
            let items: Vec<Item> = boxes
                .into_iter()
                .filter(|(row, lane, ..)| taken.insert((*row, *lane)))
                .map(|(row, lane, height, rhomb)| Item { cell: (row, lane), size: (BOX, height), rhomb })
                .collect();
            let wires: Vec<Wire> = pairs
                .into_iter()
                .map(|(from, to, wide, back)| {
                    let job = Job { from: from % items.len(), to: to % items.len(), back };
                    Wire { job, wide: (wide, 18.0), narrow: (wide.min(90.0), 31.0) }
                })
                .collect();
            let placed = layout(&items, &wires, 5);
            prop_assert_eq!(&placed, &layout(&items, &wires, 5));
            let mut labels: Vec<Frame> = Vec::new();
            for (line, wire) in placed.lines.iter().zip(&wires) {
                for pair in line.points.windows(2) {
                    prop_assert!((pair[0].0 - pair[1].0).abs() < 0.6 || (pair[0].1 - pair[1].1).abs() < 0.6);
                    for (n, frame) in placed.frames.iter().enumerate() {
                        let own = n == wire.job.from || n == wire.job.to;
                        prop_assert!(own || !cuts(frame, pair[0], pair[1]), "{:?} cuts {:?}", line, frame);
                    }
                }
                let Some(at) = line.label else {
                    return Err(TestCaseError::fail(format!("{line:?} has no room for its words")));
                };
                let area = around(at, if line.narrow { wire.narrow } else { wire.wide });
                let corners = ((area.left, area.top), (area.left + area.width, area.top + area.height));
                for other in placed.frames.iter().chain(&labels) {
                    prop_assert!(!cuts(other, corners.0, corners.1), "a label lies on {:?}", other);
                }
                labels.push(area);
            }
        }
    }
}
