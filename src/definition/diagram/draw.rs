//! The picture drawn: a chart laid out and made into marks. Nothing is told by colour alone.

use crate::definition::diagnostic::Lang;
use crate::definition::diagram::Walk;
use crate::definition::diagram::boxes::{self, Shape};
use crate::definition::diagram::chart::{Chart, Look, Way, WayTone, chart};
use crate::definition::diagram::labels::around;
use crate::definition::diagram::layout::{Item, Line, Placed, Wire, layout};
use crate::definition::diagram::letters::{balanced, balanced_bold, bold_width, width};
use crate::definition::diagram::mark::{Colour, Mark, Paint, Seg, Words};
use crate::definition::diagram::route::Job;
use crate::definition::diagram::rows::{Place, Slot, rows};
use crate::definition::diagram::strips::strips;
use crate::definition::procedure::Procedure;

/// A picture in three pieces, each from 0, 0 downwards; `head` stands again on every page.
pub struct Drawing {
    pub title: String,
    pub longest: Option<String>,
    pub width: f64,
    pub head: Vec<Mark>,
    pub head_height: f64,
    pub body: Vec<Mark>,
    pub body_height: f64,
    /// Where a page may end: no box lies there.
    pub breaks: Vec<f64>,
    /// Upright stretches of lines: x, from, to.
    pub uprights: Vec<(f64, f64, f64)>,
    /// What each line says.
    pub ways: Vec<String>,
    /// The kinds of lines that stand in it, for the words under it.
    pub kinds: Vec<LineKind>,
    /// The areas of all words and boxes, for whoever wants to know that none lies on another.
    pub areas: Areas,
}

/// What a line means, in the order of the words under the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineKind {
    Longest,
    Other,
    Back,
    Anytime,
}

/// The corners of a line, in its order.
type Corners = Vec<(f64, f64)>;

/// What lies where.
#[derive(Default)]
pub struct Areas {
    /// Left, top, width, height of each box, with its number.
    pub boxes: Vec<(f64, f64, f64, f64)>,
    pub labels: Vec<(f64, f64, f64, f64)>,
    /// The line each label belongs to.
    pub owners: Vec<usize>,
    /// Each line's corners, and the boxes at its ends.
    pub lines: Vec<(Corners, usize, usize)>,
}

pub const INK: Colour = "#18212c";
pub const SOFT: Colour = "#4a5666";
const VERB: f64 = 11.0;
const VERB_LINE: f64 = 13.5;
const WIDE: f64 = 132.0;
const NARROW: f64 = 98.0;
const HEADER: f64 = 11.5;

/// The whole picture.
pub fn draw(procedure: &Procedure, walk: &Walk) -> Drawing {
    let chart = chart(procedure, walk);
    let shapes: Vec<Shape> = chart.nodes.iter().map(boxes::shape).collect();
    let cells = cells(&chart);
    let items: Vec<Item> = shapes
        .iter()
        .zip(&cells)
        .zip(&chart.nodes)
        .map(|((shape, cell), node)| Item { cell: *cell, size: shape.size, rhomb: node.look == Look::Decision })
        .collect();
    let order = order(&chart, &cells);
    let texts: Vec<[Label; 2]> =
        order.iter().map(|n| [label(&chart.ways[*n], WIDE), label(&chart.ways[*n], NARROW)]).collect();
    let wires: Vec<Wire> = order
        .iter()
        .zip(&texts)
        .map(|(n, [wide, narrow])| {
            let way = &chart.ways[*n];
            let job = Job { from: way.from, to: way.to, back: way.tone == WayTone::Back };
            Wire { job, wide: wide.size, narrow: narrow.size }
        })
        .collect();
    let mut placed = layout(&items, &wires, chart.lanes.len());
    let row_of = |step: &_| procedure.steps.get_index_of(step).map(|n| cells[n].0);
    let (strips, strip_width) = strips(procedure, walk.lang, &row_of, &placed.rows);
    shift(&mut placed, strip_width);
    let ways: Vec<&Way> = order.iter().map(|n| &chart.ways[*n]).collect();
    let labels: Vec<&Label> =
        placed.lines.iter().zip(&texts).map(|(line, [wide, narrow])| if line.narrow { narrow } else { wide }).collect();
    let borders = borders(&placed);
    let mut body = bands(&placed, &borders);
    body.extend(strips);
    body.extend(blocks(&chart, &placed, &cells));
    // What is marked is drawn over the rest, and words over every line.
    let rank = |way: &Way| if way.passed() { 2 } else { u8::from(way.longest) };
    for wanted in 0..3 {
        for (way, line) in ways.iter().zip(&placed.lines).filter(|(way, _)| rank(way) == wanted) {
            draw_line(way, line, &mut body);
        }
    }
    for ((way, line), label) in ways.iter().zip(&placed.lines).zip(&labels) {
        draw_label(way, line, label, &borders, &mut body);
    }
    for ((node, shape), frame) in chart.nodes.iter().zip(&shapes).zip(&placed.frames) {
        boxes::draw(node, shape, frame, walk, &mut body);
    }
    let (head, head_height) = head(&chart, &placed);
    Drawing {
        title: boxes::title(procedure, walk.lang).to_owned(),
        longest: chart.longest.clone(),
        width: placed.width,
        head,
        head_height,
        body,
        body_height: placed.height,
        breaks: breaks(&placed),
        uprights: uprights(&placed),
        ways: labels.iter().map(|label| label.lines.iter().map(|(line, _)| line.as_str()).collect()).collect(),
        kinds: kinds(&chart),
        areas: areas(&placed, &labels, &wires),
    }
}

fn kinds(chart: &Chart) -> Vec<LineKind> {
    let kind = |way: &Way| match way.tone {
        WayTone::Back => LineKind::Back,
        WayTone::Anytime => LineKind::Anytime,
        WayTone::Plain if way.longest => LineKind::Longest,
        WayTone::Plain => LineKind::Other,
    };
    chart.ways.iter().map(kind).collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

/// A row and a lane for each box.
fn cells(chart: &Chart) -> Vec<(usize, usize)> {
    let slots: Vec<Slot> = chart
        .nodes
        .iter()
        .enumerate()
        .map(|(n, node)| {
            let led_to = chart.ways.iter().any(|way| way.to == n && chart.nodes[way.from].look != Look::Start);
            let below = end_below(chart, n);
            if let Some(wait) = below {
                return Slot { lane: chart.nodes[wait].lane, place: Place::Below, inside: None };
            }
            let place = match node.look {
                Look::Start => Place::Start,
                Look::Anywhere => Place::Anywhere,
                Look::End(_) => Place::Last,
                Look::Outside if led_to => Place::Side,
                _ => Place::Line,
            };
            Slot { lane: node.lane, place, inside: node.inside }
        })
        .collect();
    let ties: Vec<_> = chart.ways.iter().map(|way| (way.from, way.to, way.tone == WayTone::Back)).collect();
    rows(&slots, &ties).into_iter().zip(slots).map(|(row, slot)| (row, slot.lane)).collect()
}

/// A wait outside where only such waits lead to this end: the end stands under them.
fn end_below(chart: &Chart, n: usize) -> Option<usize> {
    if !matches!(chart.nodes[n].look, Look::End(_)) {
        return None;
    }
    let waits: Vec<usize> = chart.ways.iter().filter(|way| way.to == n).map(|way| way.from).collect();
    let outside = waits.iter().all(|wait| chart.nodes[*wait].look == Look::Outside);
    waits.first().copied().filter(|_| outside)
}

/// The order in which lines choose their way: what leads on, the short ones first, then what leads back.
fn order(chart: &Chart, cells: &[(usize, usize)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..chart.ways.len()).collect();
    order.sort_by_key(|n| {
        let way = &chart.ways[*n];
        let (from, to) = (cells[way.from], cells[way.to]);
        let far = from.0.abs_diff(to.0) + from.1.abs_diff(to.1);
        let up = to.0 < from.0;
        (way.tone == WayTone::Back || up, way.tone == WayTone::Anytime, far, from, *n)
    });
    order
}

/// The words of a line, broken.
struct Label {
    lines: Vec<(String, bool)>,
    size: (f64, f64),
}

fn label(way: &Way, at_most: f64) -> Label {
    let several = way.labels.iter().filter(|(text, _)| !text.is_empty()).count() > 1;
    let mut lines: Vec<(String, bool)> = Vec::new();
    for (text, passed) in &way.labels {
        let text = if several { format!("•\u{a0}{text}") } else { text.clone() };
        // What goes on of a button's words stands under them, not under their dot.
        let hung = |(n, line): (usize, String)| if several && n > 0 { format!("\u{a0}\u{a0}{line}") } else { line };
        lines.extend(balanced(&text, VERB, at_most).into_iter().enumerate().map(hung).map(|line| (line, *passed)));
    }
    let wide = lines
        .iter()
        .map(|(line, passed)| if *passed { bold_width(line, VERB) } else { width(line, VERB) })
        .fold(0.0, f64::max);
    let size = if lines.is_empty() { (0.0, 0.0) } else { (wide + 8.0, lines.len() as f64 * VERB_LINE + 3.0) };
    Label { lines, size }
}

fn shift(placed: &mut Placed, by: f64) {
    placed.width += by;
    placed.frames.iter_mut().for_each(|frame| frame.left += by);
    placed.lanes.iter_mut().for_each(|lane| *lane = (lane.0 + by, lane.1 + by));
    for line in &mut placed.lines {
        line.points.iter_mut().for_each(|point| point.0 += by);
        line.label.iter_mut().for_each(|label| label.0 += by);
    }
}

/// The borders of the lanes.
fn borders(placed: &Placed) -> Vec<f64> {
    let first = placed.lanes.first().map_or(0.0, |lane| lane.0 - 4.0);
    placed.borders(first)
}

/// The ground of every other lane is shaded.
fn ground(lane: usize) -> Colour {
    if lane.is_multiple_of(2) { "#f5f7f9" } else { "#ffffff" }
}

fn bands(placed: &Placed, borders: &[f64]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (n, pair) in borders.windows(2).enumerate() {
        marks.push(Mark::Rect(pair[0], 0.0, pair[1] - pair[0], placed.height, 0.0, Paint::fill(ground(n))));
    }
    for x in borders {
        let line = vec![Seg::Move(*x, 0.0), Seg::Line(*x, placed.height)];
        marks.push(Mark::Path("", line, Paint::line("#d5dbe2", 0.8)));
    }
    marks
}

/// The titles of the lanes.
fn head(chart: &Chart, placed: &Placed) -> (Vec<Mark>, f64) {
    let borders = borders(placed);
    let titles: Vec<Vec<String>> = chart
        .lanes
        .iter()
        .zip(borders.windows(2))
        .map(|(title, pair)| balanced_bold(title, HEADER, pair[1] - pair[0] - 14.0))
        .collect();
    let lines = titles.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let height = lines as f64 * 14.0 + 14.0;
    let mut marks = Vec::new();
    for (title, pair) in titles.iter().zip(borders.windows(2)) {
        let paint = Paint::both("#e3e9f0", "#8d99a8", 0.8);
        marks.push(Mark::Rect(pair[0], 0.4, pair[1] - pair[0], height - 0.4, 0.0, paint));
        let top = (height - title.len() as f64 * 14.0) / 2.0;
        for (n, line) in title.iter().enumerate() {
            let y = top + 14.0 * (n as f64 + 0.78);
            marks.push(Mark::Text(Words::middle((pair[0] + pair[1]) / 2.0, y, HEADER, INK, line).bold()));
        }
    }
    (marks, height)
}

/// A frame around the branches of each block.
fn blocks(chart: &Chart, placed: &Placed, cells: &[(usize, usize)]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for block in 0..chart.nodes.len() {
        let inside = |n: &usize| chart.nodes[*n].inside.is_some_and(|(at, _)| at == block);
        let members: Vec<usize> = (0..chart.nodes.len()).filter(inside).collect();
        if members.is_empty() {
            continue;
        }
        let all = |n: &&usize| **n == block || inside(n);
        let lanes = (0..chart.nodes.len()).collect::<Vec<_>>();
        let lanes: Vec<usize> = lanes.iter().filter(all).map(|n| cells[*n].1).collect();
        let rows: Vec<usize> = members.iter().map(|n| cells[*n].0).collect();
        let (Some(first), Some(last)) = (lanes.iter().min(), lanes.iter().max()) else { continue };
        let (Some(upper), Some(lower)) = (rows.iter().min(), rows.iter().max()) else { continue };
        let (left, right) = (placed.lanes[*first].0 - 1.0, placed.lanes[*last].1 + 1.0);
        let (top, bottom) = (placed.rows[*upper].0 - 9.0, placed.rows[*lower].1 + 9.0);
        let paint = Paint::both("#eaf2fb", "#2b6cb0", 1.4).dashed(7.0, 4.0);
        marks.push(Mark::Rect(left, top, right - left, bottom - top, 10.0, paint));
    }
    marks
}

fn draw_line(way: &Way, line: &Line, out: &mut Vec<Mark>) {
    let (class, stroke, thick, dash) = match (way.tone, way.passed(), way.longest) {
        (_, true, _) => ("way passed", "#0b7a55", 2.6, None),
        (WayTone::Plain, _, true) => ("way longest", "#1c2733", 2.6, None),
        (WayTone::Plain, ..) => ("way", "#5b6b7f", 1.3, None),
        (WayTone::Back, ..) => ("way back", "#a84a06", 1.4, Some((5.0, 3.0))),
        (WayTone::Anytime, ..) => ("way anytime", "#5b6b7f", 1.4, Some((1.5, 3.0))),
    };
    let [.., before, tip] = line.points.as_slice() else { return };
    let paint = Paint { dash, ..Paint::line(stroke, thick) };
    out.push(Mark::Path(class, rounded(&short_of_tip(&line.points)), paint));
    let ((x, y), level) = (*tip, (before.1 - tip.1).abs() < 0.6);
    let back = if level {
        if before.0 < x { -8.5 } else { 8.5 }
    } else if before.1 < y {
        -8.5
    } else {
        8.5
    };
    let corners =
        if level { [(x + back, y - 4.5), (x + back, y + 4.5)] } else { [(x - 4.5, y + back), (x + 4.5, y + back)] };
    let head =
        vec![Seg::Move(x, y), Seg::Line(corners[0].0, corners[0].1), Seg::Line(corners[1].0, corners[1].1), Seg::Close];
    out.push(Mark::Path(class, head, Paint::fill(stroke)));
}

/// The line without the stretch that the arrow's head covers.
fn short_of_tip(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut points = points.to_vec();
    if let [.., before, tip] = points.as_mut_slice() {
        let pull = |from: f64, to: f64| if from < to { to - 6.0 } else { to + 6.0 };
        if (before.0 - tip.0).abs() < 0.6 {
            tip.1 = pull(before.1, tip.1);
        } else {
            tip.0 = pull(before.0, tip.0);
        }
    }
    points
}

/// A line through the corners, each rounded as far as its stretches allow.
fn rounded(points: &[(f64, f64)]) -> Vec<Seg> {
    let Some(first) = points.first() else { return Vec::new() };
    let mut path = vec![Seg::Move(first.0, first.1)];
    for three in points.windows(3) {
        let (a, corner, b) = (three[0], three[1], three[2]);
        let length = |p: (f64, f64), q: (f64, f64)| (p.0 - q.0).hypot(p.1 - q.1);
        let radius = (length(a, corner) / 2.0).min(length(corner, b) / 2.0).min(6.0);
        let toward = |p: (f64, f64)| {
            let whole = length(corner, p).max(0.001);
            (corner.0 + (p.0 - corner.0) / whole * radius, corner.1 + (p.1 - corner.1) / whole * radius)
        };
        let (enter, leave) = (toward(a), toward(b));
        path.push(Seg::Line(enter.0, enter.1));
        path.push(Seg::Curve(corner.0, corner.1, leave.0, leave.1));
    }
    if let [_, .., last] = points {
        path.push(Seg::Line(last.0, last.1));
    }
    path
}

fn draw_label(way: &Way, line: &Line, label: &Label, borders: &[f64], out: &mut Vec<Mark>) {
    let Some(at) = line.label.filter(|_| !label.lines.is_empty()) else { return };
    let area = around(at, label.size);
    let lane = borders.windows(2).position(|pair| pair[0] <= area.left && area.left + area.width <= pair[1]);
    let ground = lane.map_or("#ffffff", ground);
    out.push(Mark::Rect(area.left, area.top, area.width, area.height, 3.0, Paint::fill(ground)));
    let several = label.lines.first().is_some_and(|(line, _)| line.starts_with('•'));
    for (n, (text, passed)) in label.lines.iter().enumerate() {
        let fill = match (passed, way.tone) {
            (true, _) => "#07573d",
            (false, WayTone::Back) => "#7d3604",
            (false, _) => "#2c3846",
        };
        let y = area.top + 1.5 + VERB_LINE * (n as f64 + 0.78);
        let words = if several {
            Words::start(area.left + 4.0, y, VERB, fill, text)
        } else {
            Words::middle(at.0, y, VERB, fill, text)
        };
        out.push(Mark::Text(Words { bold: *passed, ..words }));
    }
}

/// Between the rows.
fn breaks(placed: &Placed) -> Vec<f64> {
    placed.rows.windows(2).map(|pair| (pair[0].1 + pair[1].0) / 2.0).collect()
}

fn uprights(placed: &Placed) -> Vec<(f64, f64, f64)> {
    let pairs = placed.lines.iter().flat_map(|line| line.points.windows(2));
    let upright = pairs.filter(|pair| (pair[0].0 - pair[1].0).abs() < 0.6);
    upright.map(|pair| (pair[0].0, pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1))).collect()
}

fn areas(placed: &Placed, labels: &[&Label], wires: &[Wire]) -> Areas {
    let boxes = placed.frames.iter().map(|f| (f.left, f.top, f.width, f.height)).collect();
    let label = |(n, (line, label)): (usize, (&Line, &&Label))| {
        let area = around(line.label?, label.size);
        Some(((area.left, area.top, area.width, area.height), n))
    };
    let (labels, owners) = placed.lines.iter().zip(labels).enumerate().filter_map(label).unzip();
    let ends = placed.lines.iter().zip(wires);
    let lines = ends.map(|(line, wire)| (line.points.clone(), wire.job.from, wire.job.to)).collect();
    Areas { boxes, labels, owners, lines }
}

/// The words under a picture: what the lines that stand in it mean.
pub fn legend(drawing: &Drawing, lang: Lang) -> (Vec<Mark>, f64) {
    let line = |kind: &LineKind| {
        let (vi, en, paint) = match kind {
            LineKind::Longest => ("đường dài nhất", "longest path", Paint::line("#1c2733", 2.6)),
            // Where no way is longest, none is another.
            LineKind::Other if drawing.kinds.contains(&LineKind::Longest) => {
                ("đường khác", "other way", Paint::line("#5b6b7f", 1.3))
            }
            LineKind::Other => ("đường đi", "way", Paint::line("#5b6b7f", 1.3)),
            LineKind::Back => ("trả lại, quay lại", "return", Paint::line("#a84a06", 1.4).dashed(5.0, 3.0)),
            LineKind::Anytime => ("từ bước bất kỳ", "from any step", Paint::line("#5b6b7f", 1.4).dashed(1.5, 3.0)),
        };
        (crate::definition::diagram::words::pick(lang, vi, en), paint)
    };
    let mut marks = Vec::new();
    let (mut x, mut y) = (8.0, 14.0);
    for (text, paint) in drawing.kinds.iter().map(line) {
        let wide = width(&text, VERB) + 52.0;
        if x + wide > drawing.width && x > 8.0 {
            (x, y) = (8.0, y + 18.0);
        }
        marks.push(Mark::Path("", vec![Seg::Move(x, y - 4.0), Seg::Line(x + 28.0, y - 4.0)], paint));
        marks.push(Mark::Text(Words::start(x + 34.0, y, VERB, SOFT, text)));
        x += wide;
    }
    (marks, y + 8.0)
}
