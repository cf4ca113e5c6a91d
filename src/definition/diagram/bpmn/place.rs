//! Where everything lies: the picture's own layout, turned on its side, since BPMN is read from left to right.

use crate::definition::diagram::bpmn::sheet::{Look, Sheet};
use crate::definition::diagram::layout::{Item, Line, Wire, layout};
use crate::definition::diagram::letters::{balanced, width};
use crate::definition::diagram::route::Job;
use crate::definition::diagram::rows::{Place, Slot, rows};

/// Left, top, width, height.
pub type Bounds = (f64, f64, f64, f64);

/// Everything placed.
pub struct Places {
    pub pool: Bounds,
    pub lanes: Vec<Bounds>,
    pub figures: Vec<Bounds>,
    /// Where the name of an event or a gateway stands.
    pub names: Vec<Option<Bounds>>,
    pub arrows: Vec<(Vec<(f64, f64)>, Option<Bounds>)>,
}

const LEFT: f64 = 160.0;
const TOP: f64 = 80.0;
/// The strip with a lane's or the pool's name.
const STRIP: f64 = 30.0;
const LETTERS: f64 = 11.0;
const LINE: f64 = 14.0;
const LABEL: f64 = 90.0;

/// Width and height.
fn size(look: Look) -> (f64, f64) {
    match look {
        Look::Start | Look::Event | Look::End => (36.0, 36.0),
        Look::Gateway => (50.0, 50.0),
        Look::Task => (120.0, 80.0),
        Look::Anytime => (220.0, 100.0),
    }
}

fn label_size(text: &str) -> (f64, f64) {
    let lines = balanced(text, LETTERS, LABEL);
    let wide = lines.iter().map(|line| width(line, LETTERS)).fold(0.0, f64::max);
    if lines.is_empty() { (0.0, 0.0) } else { (wide + 6.0, lines.len() as f64 * LINE + 2.0) }
}

/// Places a drawing.
pub fn places(sheet: &Sheet) -> Places {
    let slots: Vec<Slot> = sheet
        .figures
        .iter()
        .map(|figure| Slot { lane: figure.lane, place: place(figure.look), inside: None })
        .collect();
    let ties: Vec<_> = sheet.arrows.iter().map(|arrow| (arrow.from, arrow.to, arrow.back)).collect();
    let cells: Vec<(usize, usize)> =
        rows(&slots, &ties).into_iter().zip(&slots).map(|(row, slot)| (row, slot.lane)).collect();
    let items: Vec<Item> = sheet
        .figures
        .iter()
        .zip(&cells)
        .map(|(figure, cell)| {
            let (wide, high) = size(figure.look);
            // A name under a small figure needs room on both sides of the line of work.
            let wide = if wide < 100.0 && !figure.name.is_empty() { wide.max(LABEL) } else { wide };
            Item { cell: *cell, size: (high, wide), rhomb: false }
        })
        .collect();
    let mut order: Vec<usize> = (0..sheet.arrows.len()).collect();
    let far = |n: &usize| {
        let (from, to) = (cells[sheet.arrows[*n].from], cells[sheet.arrows[*n].to]);
        (sheet.arrows[*n].back || to.0 < from.0, from.0.abs_diff(to.0) + from.1.abs_diff(to.1), from, *n)
    };
    order.sort_by_key(far);
    let wires: Vec<Wire> = order
        .iter()
        .map(|n| {
            let arrow = &sheet.arrows[*n];
            let (wide, high) = label_size(&arrow.name);
            let job = Job { from: arrow.from, to: arrow.to, back: arrow.back };
            Wire { job, wide: (high, wide), narrow: (high, wide) }
        })
        .collect();
    let placed = layout(&items, &wires, sheet.lanes.len());
    let (left, top) = (LEFT + STRIP * 2.0, TOP);
    let turned = |(x, y): (f64, f64)| (y + left, x + top);
    let frames: Vec<Bounds> =
        placed.frames.iter().map(|frame| (frame.top + left, frame.left + top, frame.height, frame.width)).collect();
    let figures: Vec<Bounds> =
        sheet.figures.iter().zip(&frames).map(|(figure, frame)| middle(*frame, size(figure.look))).collect();
    let mut arrows = vec![(Vec::new(), None); sheet.arrows.len()];
    for (n, line) in order.iter().zip(&placed.lines) {
        let arrow = &sheet.arrows[*n];
        let points: Vec<(f64, f64)> = line.points.iter().map(|point| turned(*point)).collect();
        arrows[*n] = (ends(points, figures[arrow.from], figures[arrow.to]), label(line, &arrow.name, turned));
    }
    let width = placed.height + STRIP;
    let borders = borders(&placed.lanes, placed.width);
    let lanes: Vec<Bounds> =
        borders.windows(2).map(|pair| (LEFT + STRIP, pair[0] + top, width, pair[1] - pair[0])).collect();
    let high = borders.last().copied().unwrap_or(0.0) - borders.first().copied().unwrap_or(0.0);
    let pool = (LEFT, borders.first().copied().unwrap_or(0.0) + top, width + STRIP, high);
    let names =
        sheet.figures.iter().zip(&figures).map(|(figure, at)| name_under(&figure.name, figure.look, *at)).collect();
    Places { pool, lanes, figures, names, arrows }
}

fn place(look: Look) -> Place {
    match look {
        Look::Start => Place::Start,
        Look::End => Place::Last,
        _ => Place::Line,
    }
}

/// The borders of the lanes: the middle between two.
fn borders(lanes: &[(f64, f64)], whole: f64) -> Vec<f64> {
    let inner = lanes.windows(2).map(|pair| (pair[0].1 + pair[1].0) / 2.0);
    std::iter::once(0.0).chain(inner).chain([whole]).collect()
}

fn middle((left, top, wide, high): Bounds, size: (f64, f64)) -> Bounds {
    // A task grows with the lines that meet it; small figures keep their size.
    let size = if size.0 > 100.0 { (size.0.max(wide), size.1) } else { size };
    (left + (wide - size.0) / 2.0, top + (high - size.1) / 2.0, size.0, size.1)
}

fn name_under(name: &str, look: Look, (left, top, wide, high): Bounds) -> Option<Bounds> {
    if name.is_empty() || matches!(look, Look::Task | Look::Anytime) {
        return None;
    }
    let (w, h) = label_size(name);
    Some((left + (wide - w) / 2.0, top + high + 4.0, w, h))
}

/// A name stands above a level line and to the right of an upright one.
fn label(line: &Line, name: &str, turned: impl Fn((f64, f64)) -> (f64, f64)) -> Option<Bounds> {
    let (x, y) = turned(line.label?);
    let (wide, high) = label_size(name);
    let points: Vec<(f64, f64)> = line.points.iter().map(|point| turned(*point)).collect();
    let on = |pair: &&[(f64, f64)]| {
        let within = |a: f64, b: f64, at: f64| at >= a.min(b) - 1.0 && at <= a.max(b) + 1.0;
        within(pair[0].0, pair[1].0, x) && within(pair[0].1, pair[1].1, y)
    };
    let level = points.windows(2).find(on).map(|pair| (pair[0].1 - pair[1].1).abs() < 0.5);
    let (x, y) = match level {
        Some(true) => (x, y - high / 2.0 - 3.0),
        Some(false) => (x + wide / 2.0 + 4.0, y),
        None => (x, y),
    };
    (!name.is_empty()).then_some((x - wide / 2.0, y - high / 2.0, wide, high))
}

/// The corners of a line, led to the sides of the figures at its ends.
fn ends(mut points: Vec<(f64, f64)>, from: Bounds, to: Bounds) -> Vec<(f64, f64)> {
    if points.len() < 2 {
        let centre = |(left, top, wide, high): Bounds| (left + wide / 2.0, top + high / 2.0);
        return vec![centre(from), centre(to)];
    }
    let first = meet(points[0], points[1], from);
    let last = meet(points[points.len() - 1], points[points.len() - 2], to);
    points.splice(0..0, first.into_iter().rev());
    points.extend(last);
    points.dedup_by(|a, b| (a.0 - b.0).abs() < 0.05 && (a.1 - b.1).abs() < 0.05);
    points
}

/// Further corners from a line's end to the middle of the side it came to, where it does not meet the figure itself.
fn meet(end: (f64, f64), before: (f64, f64), (left, top, wide, high): Bounds) -> Vec<(f64, f64)> {
    let (x, y) = (left + wide / 2.0, top + high / 2.0);
    let small = wide < 100.0;
    let level = (end.1 - before.1).abs() < (end.0 - before.0).abs();
    match (level, small) {
        (true, true) => vec![(end.0, y), (if before.0 < end.0 { left } else { left + wide }, y)],
        (true, false) => vec![(if before.0 < end.0 { left } else { left + wide }, end.1)],
        (false, true) => vec![(x, end.1), (x, if before.1 < end.1 { top } else { top + high })],
        (false, false) => vec![(end.0, if before.1 < end.1 { top } else { top + high })],
    }
}
