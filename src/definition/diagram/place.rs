//! Where boxes and lines go: ranks and columns from dagre, heights and right-angled lines of our own.
//!
//! Geometry only: it knows sizes and who is joined to whom, and nothing of procedures. The same input gives the same
//! picture to the last digit.

use std::collections::{BTreeMap, BTreeSet};

use dagre::graph::{Edge as Pair, Graph as Layout, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, layout};

/// A line to draw from one box to another, by their numbers, with the size of its label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    pub from: usize,
    pub to: usize,
    /// Belongs to the main line of the picture, which is kept straight where it can be.
    pub main: bool,
    pub label: (f64, f64),
}

/// A box's place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// A line's corners, from its beginning to its tip, and the middle of its label.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub points: Vec<(f64, f64)>,
    pub label: (f64, f64),
}

/// Everything placed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placed {
    pub width: f64,
    pub height: f64,
    pub frames: Vec<Frame>,
    pub lines: Vec<Line>,
}

const MARGIN: f64 = 14.0;
/// Between lines that run side by side.
const TRACK: f64 = 9.0;
/// Between lines that meet one side of a box.
const PORT: f64 = 20.0;
/// Room for an arrow's head above and below the sideways runs of a channel.
const HEAD: f64 = 16.0;
/// From a box's corner to the first line.
const CORNER: f64 = 16.0;
/// What a box with a line to itself adds on its right.
const LOOP: f64 = 22.0;

/// A line on its way down: its column at every rank from the upper box to the lower one.
struct Way {
    link: usize,
    upper: usize,
    lower: usize,
    /// Runs up: it was turned round for the ranks.
    up: bool,
    first_rank: usize,
    columns: Vec<f64>,
}

/// Places boxes of those sizes.
pub fn place(sizes: &[(f64, f64)], links: &[Link]) -> Placed {
    if sizes.is_empty() {
        return Placed::default();
    }
    let laid = ranks(sizes, links);
    let node = |n: usize| laid.node(&n.to_string());
    let middle = |n: usize| node(n).map_or((0.0, 0.0), |node| (node.x.unwrap_or(0.0), node.y.unwrap_or(0.0)));
    let line = |n: usize| {
        laid.edge_by_obj(&Pair::with_name(links[n].from.to_string(), links[n].to.to_string(), n.to_string()))
    };
    let inner = |n: usize| -> Vec<(f64, f64)> {
        let points = line(n).map_or(&[][..], |line| line.points.as_slice());
        let inner = points.get(1..points.len().saturating_sub(1)).unwrap_or(&[]);
        inner.iter().map(|point| (point.x, point.y)).collect()
    };
    // Ranks by their height in dagre's picture; heights are given anew below.
    let key = |y: f64| (y * 100.0).round() as i64;
    let mut keys: BTreeSet<i64> = (0..sizes.len()).map(|n| key(middle(n).1)).collect();
    for n in 0..links.len() {
        keys.extend(inner(n).iter().map(|(_, y)| key(*y)));
    }
    let rank_of: BTreeMap<i64, usize> = keys.into_iter().enumerate().map(|(rank, key)| (key, rank)).collect();
    let rank = |y: f64| rank_of.get(&key(y)).copied().unwrap_or(0);
    let mut heights = vec![0.0f64; rank_of.len()];
    for (n, (_, height)) in sizes.iter().enumerate() {
        let rank = rank(middle(n).1);
        heights[rank] = heights[rank].max(*height);
    }
    let mut label_at: Vec<Option<(f64, usize)>> = vec![None; links.len()];
    for (n, link) in links.iter().enumerate() {
        if let Some((Some(x), Some(y))) = line(n).map(|line| (line.x, line.y)) {
            label_at[n] = Some((x, rank(y)));
            heights[rank(y)] = heights[rank(y)].max(link.label.1);
        }
    }
    let mut ways: Vec<Way> = Vec::new();
    for (n, link) in links.iter().enumerate().filter(|(_, link)| link.from != link.to) {
        let (from, to) = (middle(link.from), middle(link.to));
        let up = rank(from.1) > rank(to.1);
        let mut points = inner(n);
        if up {
            points.reverse();
        }
        let (upper, lower) = if up { (link.to, link.from) } else { (link.from, link.to) };
        let mut columns = vec![middle(upper).0];
        columns.extend(points.iter().map(|(x, _)| *x));
        columns.push(middle(lower).0);
        ways.push(Way { link: n, upper, lower, up, first_rank: rank(middle(upper).1), columns });
    }
    spread_ports(&mut ways, sizes, &|n| middle(n).0);
    let (tracks, counts) = tracks(&ways, heights.len());
    let mut tops = vec![MARGIN; heights.len()];
    for n in 1..heights.len() {
        tops[n] = tops[n - 1] + heights[n - 1] + channel(counts[n - 1]);
    }
    let frames: Vec<Frame> = sizes
        .iter()
        .enumerate()
        .map(|(n, (width, height))| {
            let (x, y) = middle(n);
            let rank = rank(y);
            Frame {
                left: x - width / 2.0,
                top: tops[rank] + (heights[rank] - height) / 2.0,
                width: *width,
                height: *height,
            }
        })
        .collect();
    let mut lines = vec![Line::default(); links.len()];
    for (way, tracks) in ways.iter().zip(&tracks) {
        let mut points = corners(way, tracks, &frames, &tops, &heights);
        if way.up {
            points.reverse();
        }
        lines[way.link].points = points;
    }
    for (n, link) in links.iter().enumerate() {
        if link.from == link.to {
            lines[n] = own_loop(&frames[link.from], link.label);
        } else if let Some((x, rank)) = label_at[n] {
            lines[n].label = (x, tops[rank] + heights[rank] / 2.0);
        }
    }
    fit(frames, lines, links)
}

/// dagre's ranks and columns.
fn ranks(sizes: &[(f64, f64)], links: &[Link]) -> Layout<NodeLabel, EdgeLabel> {
    let mut laid = Layout::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
    for (n, (width, height)) in sizes.iter().enumerate() {
        laid.set_node(n.to_string(), Some(NodeLabel { width: *width, height: *height, ..Default::default() }));
    }
    for (n, link) in links.iter().enumerate().filter(|(_, link)| link.from != link.to) {
        let weight = if link.main { 6 } else { 1 };
        let label = EdgeLabel { width: link.label.0, height: link.label.1.max(1.0), weight, ..Default::default() };
        laid.set_edge(link.from.to_string(), link.to.to_string(), Some(label), Some(&n.to_string()));
    }
    let options = LayoutOptions { nodesep: 26.0, ranksep: 30.0, edgesep: 16.0, ..Default::default() };
    layout(&mut laid, Some(options));
    laid
}

/// Gives each line its own place on the sides of its boxes, straight below or above its column where that can be.
fn spread_ports(ways: &mut [Way], sizes: &[(f64, f64)], middle: &dyn Fn(usize) -> f64) {
    for bottom in [true, false] {
        for (n, (width, _)) in sizes.iter().enumerate() {
            let mut meets: Vec<(f64, usize)> = Vec::new();
            for (at, way) in ways.iter().enumerate() {
                let columns = &way.columns;
                if bottom && way.upper == n {
                    meets.push((columns[1.min(columns.len() - 1)], at));
                } else if !bottom && way.lower == n {
                    meets.push((columns[columns.len().saturating_sub(2)], at));
                }
            }
            meets.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let reach = (width / 2.0 - CORNER).max(0.0);
            let (low, high) = (middle(n) - reach, middle(n) + reach);
            let wanted: Vec<f64> = meets.iter().map(|(x, _)| *x).collect();
            for ((_, at), x) in meets.iter().zip(spread(&wanted, low, high)) {
                let columns = &mut ways[*at].columns;
                let end = if bottom { 0 } else { columns.len() - 1 };
                columns[end] = x;
            }
        }
    }
}

/// The nearest places to those wanted (in order) that keep a distance and stay inside.
fn spread(wanted: &[f64], low: f64, high: f64) -> Vec<f64> {
    let gaps = wanted.len().saturating_sub(1).max(1) as f64;
    let gap = PORT.min((high - low) / gaps);
    let mut places: Vec<f64> = Vec::new();
    for x in wanted {
        let least = places.last().map_or(low, |before| before + gap);
        places.push(x.clamp(low, high).max(least));
    }
    let mut most = high;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - gap;
    }
    places
}

/// The track of each way's sideways run in each channel it passes, and how many tracks each channel holds.
fn tracks(ways: &[Way], ranks: usize) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut tracks: Vec<Vec<usize>> = ways.iter().map(|way| vec![0; way.columns.len().saturating_sub(1)]).collect();
    let mut counts = vec![0; ranks];
    for (channel, count) in counts.iter_mut().enumerate() {
        let mut runs: Vec<(usize, usize, f64, f64)> = Vec::new();
        for (at, way) in ways.iter().enumerate() {
            let Some(hop) = channel.checked_sub(way.first_rank).filter(|hop| hop + 1 < way.columns.len()) else {
                continue;
            };
            let (from, to) = (way.columns[hop], way.columns[hop + 1]);
            if (from - to).abs() > 0.5 {
                runs.push((at, hop, from, to));
            }
        }
        // Runs to the right from the rightmost, then runs to the left from the leftmost: so none cuts its neighbour.
        runs.sort_by(|a, b| {
            let (right_a, right_b) = (a.3 > a.2, b.3 > b.2);
            let by_column = if right_a { b.2.total_cmp(&a.2) } else { a.2.total_cmp(&b.2) };
            right_b.cmp(&right_a).then(by_column).then(a.0.cmp(&b.0))
        });
        let mut laid: Vec<(f64, f64, usize)> = Vec::new();
        for (at, hop, from, to) in runs {
            let (low, high) = (from.min(to) - TRACK, from.max(to) + TRACK);
            let over = laid.iter().filter(|(l, h, _)| *l < high && low < *h).map(|(.., track)| track + 1).max();
            let track = over.unwrap_or(0);
            laid.push((low, high, track));
            tracks[at][hop] = track;
            *count = (*count).max(track + 1);
        }
    }
    (tracks, counts)
}

/// The height of a channel with so many tracks: room for an arrow's head at both ends.
fn channel(tracks: usize) -> f64 {
    if tracks == 0 { 15.0 } else { HEAD * 2.0 + (tracks - 1) as f64 * TRACK }
}

/// The corners of a way, downwards.
fn corners(way: &Way, tracks: &[usize], frames: &[Frame], tops: &[f64], heights: &[f64]) -> Vec<(f64, f64)> {
    let upper = &frames[way.upper];
    let mut points = vec![(way.columns[0], upper.top + upper.height)];
    for (hop, pair) in way.columns.windows(2).enumerate() {
        if (pair[0] - pair[1]).abs() > 0.5 {
            let rank = (way.first_rank + hop).min(tops.len() - 1);
            let y = tops[rank] + heights[rank] + HEAD + tracks[hop] as f64 * TRACK;
            points.push((pair[0], y));
            points.push((pair[1], y));
        }
    }
    let last = way.columns.last().copied().unwrap_or_default();
    points.push((last, frames[way.lower].top));
    points
}

/// A line from a box's right side back into it.
fn own_loop(frame: &Frame, label: (f64, f64)) -> Line {
    let right = frame.left + frame.width;
    let (above, below) = (frame.top + frame.height * 0.3, frame.top + frame.height * 0.7);
    Line {
        points: vec![(right, below), (right + LOOP, below), (right + LOOP, above), (right, above)],
        label: (right + LOOP + 6.0 + label.0 / 2.0, frame.top + frame.height / 2.0),
    }
}

/// Moves everything to the margin and measures the whole.
fn fit(mut frames: Vec<Frame>, mut lines: Vec<Line>, links: &[Link]) -> Placed {
    let mut xs: Vec<f64> = frames.iter().flat_map(|frame| [frame.left, frame.left + frame.width]).collect();
    let mut ys: Vec<f64> = frames.iter().map(|frame| frame.top + frame.height).collect();
    for (line, link) in lines.iter().zip(links) {
        xs.extend(line.points.iter().map(|(x, _)| *x));
        ys.extend(line.points.iter().map(|(_, y)| *y));
        if link.label.0 > 0.0 {
            xs.extend([line.label.0 - link.label.0 / 2.0, line.label.0 + link.label.0 / 2.0]);
            ys.push(line.label.1 + link.label.1 / 2.0);
        }
    }
    let least = xs.iter().copied().fold(f64::INFINITY, f64::min);
    let shift = MARGIN - least;
    frames.iter_mut().for_each(|frame| frame.left += shift);
    for line in &mut lines {
        line.label.0 += shift;
        line.points.iter_mut().for_each(|point| point.0 += shift);
    }
    let width = xs.iter().copied().fold(0.0, f64::max) + shift + MARGIN;
    let height = ys.iter().copied().fold(0.0, f64::max) + MARGIN;
    Placed { width, height, frames, lines }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cuts(frame: &Frame, a: (f64, f64), b: (f64, f64)) -> bool {
        let (left, right) = (frame.left + 1.0, frame.left + frame.width - 1.0);
        let (top, bottom) = (frame.top + 1.0, frame.top + frame.height - 1.0);
        a.0.min(b.0) < right && a.0.max(b.0) > left && a.1.min(b.1) < bottom && a.1.max(b.1) > top
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_are_right_angled_and_neither_they_nor_labels_touch_a_box(
            heights in proptest::collection::vec(20.0f64..90.0, 1..9),
            pairs in proptest::collection::vec((0usize..9, 0usize..9, 0.0f64..120.0), 0..14),
        ) {
            let sizes: Vec<(f64, f64)> = heights.iter().map(|height| (210.0, *height)).collect();
            let links: Vec<Link> = pairs
                .iter()
                .map(|(from, to, width)| Link { from: from % sizes.len(), to: to % sizes.len(), main: from % 2 == 0, label: (*width, 18.0) })
                .filter(|link| link.from != link.to)
                .collect();
            let placed = place(&sizes, &links);
            prop_assert_eq!(&placed, &place(&sizes, &links));
            for (line, link) in placed.lines.iter().zip(&links) {
                for pair in line.points.windows(2) {
                    prop_assert!((pair[0].0 - pair[1].0).abs() < 0.6 || (pair[0].1 - pair[1].1).abs() < 0.6);
                    for frame in &placed.frames {
                        prop_assert!(!cuts(frame, pair[0], pair[1]), "{:?} cuts {:?}", line, frame);
                    }
                }
                let half = (link.label.0 / 2.0, link.label.1 / 2.0);
                let (a, b) = ((line.label.0 - half.0, line.label.1 - half.1), (line.label.0 + half.0, line.label.1 + half.1));
                for frame in &placed.frames {
                    prop_assert!(!cuts(frame, a, b), "a label lies on {:?}", frame);
                }
                prop_assert!(a.0 >= 0.0 && b.0 <= placed.width && b.1 <= placed.height);
            }
        }
    }
}
