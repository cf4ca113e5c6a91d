//! Where everything lies: the picture's own layout, turned on its side, since BPMN is read from left to right.

use crate::definition::diagram::bpmn::names;
use crate::definition::diagram::bpmn::sheet::{Figure, Look, Sheet};
use crate::definition::diagram::layout::{Item, Line, Wire, layout};
use crate::definition::diagram::letters::{balanced, width, wrap};
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
    pub arrows: Vec<Arrowed>,
}

/// An arrow's corners and where its name stands.
pub type Arrowed = (Vec<(f64, f64)>, Option<Bounds>);

const LEFT: f64 = 160.0;
const TOP: f64 = 80.0;
/// The strip with a lane's or the pool's name.
const STRIP: f64 = 30.0;
const LETTERS: f64 = 11.0;
const LINE: f64 = 14.0;
const LABEL: f64 = 90.0;

/// A task's width, the letters that tools write in it, and how far down its corner they put a mark.
const TASK: f64 = 120.0;
const TASK_LETTERS: f64 = 12.0;
const TASK_LINE: f64 = 14.4;
const CORNER: f64 = 28.0;

/// Width and height.
fn size(figure: &Figure) -> (f64, f64) {
    match figure.look {
        Look::Start | Look::Event | Look::End => (36.0, 36.0),
        Look::Gateway => (50.0, 50.0),
        Look::Task => {
            // The words stand in the middle; where they are many they begin under the mark, not over it.
            let lines = wrap(&figure.name, TASK_LETTERS, TASK - 14.0).len() as f64;
            let high = if lines > 2.0 { lines * TASK_LINE + CORNER * 2.0 } else { 80.0 };
            (TASK, high.min(150.0))
        }
        Look::Anytime => (220.0, 100.0),
    }
}

pub fn label_size(text: &str) -> (f64, f64) {
    let lines = balanced(text, LETTERS, LABEL);
    let wide = lines.iter().map(|line| width(line, LETTERS)).fold(0.0, f64::max);
    if lines.is_empty() { (0.0, 0.0) } else { (wide + 6.0, lines.len() as f64 * LINE + 2.0) }
}

/// Places a drawing.
pub fn places(sheet: &Sheet) -> Places {
    let cells = cells(sheet);
    let items: Vec<Item> = sheet
        .figures
        .iter()
        .zip(&cells)
        .map(|(figure, cell)| {
            let (wide, high) = size(figure);
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
    let mut figures: Vec<Bounds> =
        sheet.figures.iter().zip(&frames).map(|(figure, frame)| middle(*frame, size(figure))).collect();
    for (n, line) in order.iter().zip(&placed.lines) {
        let (Some(first), Some(last)) = (line.points.first(), line.points.last()) else { continue };
        let (from, to) = (sheet.arrows[*n].from, sheet.arrows[*n].to);
        for (figure, end) in [(from, first), (to, last)] {
            let touched = sheet.arrows.iter().filter(|arrow| arrow.from == figure || arrow.to == figure);
            if figures[figure].2 < 100.0 && touched.count() == 1 {
                slide(&mut figures[figure], turned(*end));
            }
        }
    }
    let mut arrows = vec![(Vec::new(), None); sheet.arrows.len()];
    for (n, line) in order.iter().zip(&placed.lines) {
        let arrow = &sheet.arrows[*n];
        let points: Vec<(f64, f64)> = line.points.iter().map(|point| turned(*point)).collect();
        arrows[*n] = (ends(points, figures[arrow.from], figures[arrow.to]), label(line, &arrow.name, turned));
    }
    straighten(sheet, &figures, &mut arrows);
    let width = placed.height + STRIP;
    let borders = placed.borders(0.0);
    let lanes: Vec<Bounds> =
        borders.windows(2).map(|pair| (LEFT + STRIP, pair[0] + top, width, pair[1] - pair[0])).collect();
    let high = borders.last().copied().unwrap_or(0.0) - borders.first().copied().unwrap_or(0.0);
    let pool = (LEFT, borders.first().copied().unwrap_or(0.0) + top, width + STRIP, high);
    let names = names::names(sheet, &figures, &mut arrows, &lanes, pool);
    Places { pool, lanes, figures, names, arrows }
}

/// A column and a lane for each figure. What belongs to a step (its gateway, the events it waits for) follows it at once.
fn cells(sheet: &Sheet) -> Vec<(usize, usize)> {
    let owner = |n: usize| {
        let own = sheet.figures[n].id.starts_with("g_") || sheet.figures[n].id.starts_with("e_");
        sheet.arrows.iter().find(|arrow| own && arrow.to == n && arrow.from != n).map(|arrow| arrow.from)
    };
    let key = |n: &usize| {
        let mut key = vec![*n];
        while let Some(of) = key.last().and_then(|last| owner(*last)).filter(|of| !key.contains(of)) {
            key.push(of);
        }
        key.reverse();
        key
    };
    let mut order: Vec<usize> = (0..sheet.figures.len()).collect();
    order.sort_by_cached_key(key);
    let mut at = vec![0; order.len()];
    order.iter().enumerate().for_each(|(place, n)| at[*n] = place);
    let slots: Vec<Slot> = order
        .iter()
        .map(|n| &sheet.figures[*n])
        .map(|figure| Slot { lane: figure.lane, place: place(figure.look), inside: None })
        .collect();
    let ties: Vec<_> = sheet.arrows.iter().map(|arrow| (at[arrow.from], at[arrow.to], arrow.back)).collect();
    let rows = rows(&slots, &ties);
    sheet.figures.iter().zip(at).map(|(figure, at)| (rows[at], figure.lane)).collect()
}

/// A small figure that only one line meets is moved a little to have it in its middle.
fn slide((left, top, wide, high): &mut Bounds, end: (f64, f64)) {
    let off = (end.0 - (*left + *wide / 2.0), end.1 - (*top + *high / 2.0));
    // The line comes from above or below where it meets the figure's upper or lower edge.
    if off.1.abs() + 0.6 >= *high / 2.0 && off.0.abs() < 20.0 {
        *left += off.0;
    } else if off.1.abs() < 20.0 {
        *top += off.1;
    }
}

/// A line that comes alone to a side of a small figure comes straight to its middle, without a bend before it.
fn straighten(sheet: &Sheet, figures: &[Bounds], arrows: &mut [Arrowed]) {
    let side = |end: (f64, f64), (left, top, wide, high): Bounds| {
        let near = |a: f64, b: f64| (a - b).abs() < 0.6;
        [near(end.1, top), near(end.1, top + high), near(end.0, left), near(end.0, left + wide)]
    };
    let ends: Vec<[(usize, (f64, f64)); 2]> = sheet
        .arrows
        .iter()
        .zip(arrows.iter())
        .map(|(arrow, (points, _))| {
            let end = |point: Option<&(f64, f64)>| point.copied().unwrap_or_default();
            [(arrow.from, end(points.first())), (arrow.to, end(points.last()))]
        })
        .collect();
    let alone = |figure: usize, end: (f64, f64)| {
        let here = side(end, figures[figure]);
        let others = ends.iter().flatten().filter(|(other, at)| *other == figure && side(*at, figures[figure]) == here);
        others.count() == 1
    };
    for (n, arrow) in sheet.arrows.iter().enumerate() {
        for (figure, first) in [(arrow.from, true), (arrow.to, false)] {
            let points = &mut arrows[n].0;
            if figures[figure].2 > 100.0 || points.len() < 5 || !alone(figure, ends[n][usize::from(!first)].1) {
                continue;
            }
            if !first {
                points.reverse();
            }
            // The end, a bend close to it, the line proper and the stretch before, which grows or shrinks a little.
            let [end, bend, from] = [points[0], points[1], points[2]];
            let upright = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() < 0.6;
            let short = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() + (a.1 - b.1).abs() < 30.0;
            if short(bend, from) && upright(from, points[3]) && upright(end, bend) && !upright(bend, from) {
                points[3].0 = end.0;
                points.drain(1..3);
            } else if short(bend, from) && !upright(from, points[3]) && !upright(end, bend) && upright(bend, from) {
                points[3].1 = end.1;
                points.drain(1..3);
            }
            if !first {
                points.reverse();
            }
        }
    }
}

fn place(look: Look) -> Place {
    match look {
        Look::Start => Place::Start,
        Look::End => Place::Last,
        _ => Place::Line,
    }
}

fn middle((left, top, wide, high): Bounds, size: (f64, f64)) -> Bounds {
    // A task grows with the lines that meet it; small figures keep their size.
    let size = if size.0 > 100.0 { (size.0.max(wide), size.1) } else { size };
    (left + (wide - size.0) / 2.0, top + (high - size.1) / 2.0, size.0, size.1)
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
