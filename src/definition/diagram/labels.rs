//! Where the words of a line stand: on it or close beside it, over no box, no other words, and no other line.

use std::collections::HashMap;

use crate::definition::diagram::layout::Frame;

/// A place for a label's middle.
type Point = (f64, f64);

/// From a line's ends its arrow's head and its beginning are kept free: a stub of a few points would look like a blot.
const CLEAR: f64 = 8.0;
const HEAD: f64 = 11.0;
/// At a corner more is kept free, so that it is seen which way the line goes on.
const CORNER: f64 = 10.0;
/// No other line comes nearer to words than this.
const NEAR: f64 = 2.5;

/// What came of placing the labels.
pub struct Labelled {
    /// The middle of each; nothing for a line without words or a place.
    pub at: Vec<Option<Point>>,
    /// Lines whose words found no good place.
    pub cramped: Vec<usize>,
}

/// Places the labels, the first lines first. `lenient` accepts words over another line rather than none.
pub fn labels(lines: &[Vec<Point>], sizes: &[(f64, f64)], frames: &[Frame], lenient: bool) -> Labelled {
    let mut at: Vec<Option<Point>> = vec![None; lines.len()];
    let mut cramped = Vec::new();
    let mut order: Vec<usize> = (0..lines.len()).filter(|n| sizes[*n].0 > 0.0).collect();
    // Short lines have few places, so they choose first.
    let length = |n: usize| lines[n].windows(2).map(|p| (p[0].0 - p[1].0).abs() + (p[0].1 - p[1].1).abs()).sum::<f64>();
    order.sort_by(|a, b| length(*a).total_cmp(&length(*b)).then(a.cmp(b)));
    let mut squares = Squares::default();
    frames.iter().enumerate().for_each(|(n, frame)| squares.put(Thing::Box(n), frame));
    for (n, line) in lines.iter().enumerate() {
        line.windows(2).for_each(|pair| squares.put(Thing::Stretch(n, pair[0], pair[1]), &span(pair[0], pair[1])));
    }
    for n in order {
        let mut best: Option<(f64, Point)> = None;
        for (cost, point) in candidates(&lines[n], sizes[n]) {
            let least = best.map_or(f64::INFINITY, |(least, _)| least) - 1e-9;
            // Over another line none is good enough, unless it is that or nothing.
            let most = if lenient { least } else { least.min(WORSE) };
            let area = around(point, sizes[n]);
            if cost >= most || area.left < 0.0 || area.top < 0.0 {
                continue;
            }
            let of = |m: usize| at[m].map(|middle| around(middle, sizes[m]));
            let crossed = squares.crossed(&area, n, frames, &of, ((most - cost) / WORSE).ceil());
            let cost = cost + crossed.unwrap_or(f64::INFINITY) * WORSE;
            if cost < most {
                best = Some((cost, point));
            }
        }
        match best {
            Some((_, point)) => {
                at[n] = Some(point);
                squares.put(Thing::Words(n), &around(point, sizes[n]));
            }
            None => cramped.push(n),
        }
    }
    Labelled { at, cramped }
}

/// What it costs to stand over another line.
const WORSE: f64 = 1000.0;
/// The side of a square.
const SIDE: f64 = 96.0;

/// What words can be in the way of.
#[derive(Clone, Copy)]
enum Thing {
    Box(usize),
    Words(usize),
    Stretch(usize, Point, Point),
}

/// The plane in squares, each with what touches it: a place is held only against what is near.
#[derive(Default)]
struct Squares(HashMap<(i64, i64), Vec<Thing>>);

impl Squares {
    fn of(area: &Frame) -> impl Iterator<Item = (i64, i64)> {
        // As whole squares; a drawing has a few thousand of them.
        let square = |at: f64| (at / SIDE).floor() as i64;
        let (left, right) = (square(area.left), square(area.left + area.width));
        let (top, bottom) = (square(area.top), square(area.top + area.height));
        (left..=right).flat_map(move |x| (top..=bottom).map(move |y| (x, y)))
    }

    fn put(&mut self, thing: Thing, area: &Frame) {
        Squares::of(area).for_each(|square| self.0.entry(square).or_default().push(thing));
    }

    /// How often other lines run through an area or close by; nothing where it is taken by a box or other words, or
    /// where it is more than so often.
    fn crossed(
        &self,
        area: &Frame,
        own: usize,
        frames: &[Frame],
        words: &impl Fn(usize) -> Option<Frame>,
        most: f64,
    ) -> Option<f64> {
        let wide = grown(area, APART);
        let near = grown(area, NEAR);
        let mut crossed: Vec<(usize, Point, Point)> = Vec::new();
        for thing in Squares::of(&wide).filter_map(|square| self.0.get(&square)).flatten() {
            match *thing {
                Thing::Box(n) if overlaps(area, &frames[n], APART) => return None,
                Thing::Words(n) if words(n).is_some_and(|other| overlaps(area, &other, 2.0)) => return None,
                Thing::Stretch(n, a, b) if n != own && cuts(&near, a, b) => {
                    // Long ones lie in many squares.
                    if !crossed.contains(&(n, a, b)) {
                        crossed.push((n, a, b));
                    }
                    if crossed.len() as f64 > most {
                        return None;
                    }
                }
                _ => {}
            }
        }
        Some(crossed.len() as f64)
    }
}

/// From words to a box there is at least so much.
const APART: f64 = 3.0;

fn grown(area: &Frame, by: f64) -> Frame {
    Frame { left: area.left - by, top: area.top - by, width: area.width + 2.0 * by, height: area.height + 2.0 * by }
}

/// The area that a stretch takes.
fn span(a: Point, b: Point) -> Frame {
    Frame { left: a.0.min(b.0), top: a.1.min(b.1), width: (a.0 - b.0).abs(), height: (a.1 - b.1).abs() }
}

/// Places along a line, those near its beginning first in favour.
fn candidates(line: &[Point], (wide, high): (f64, f64)) -> Vec<(f64, Point)> {
    let mut found = Vec::new();
    let mut walked = 0.0;
    for (n, pair) in line.windows(2).enumerate() {
        let (a, b) = (pair[0], pair[1]);
        let last = n + 2 == line.len();
        let (start, end) = (if n == 0 { CLEAR } else { CORNER }, if last { HEAD } else { CORNER });
        if (a.1 - b.1).abs() < 0.6 {
            let (length, toward) = ((b.0 - a.0).abs(), (b.0 - a.0).signum());
            let room = length - start - end - wide;
            if room >= 0.0 {
                // On a short stretch in the middle, on a long one near its beginning.
                let near = (16.0 / room.max(1.0)).min(0.5);
                for share in [near, 0.5, 0.0, 1.0, 0.25, 0.75] {
                    let walk = start + wide / 2.0 + room * share;
                    found.push((walked * 0.02 + (share - near).abs() * 8.0, (a.0 + toward * walk, a.1)));
                }
            }
        } else {
            let (length, toward) = ((b.1 - a.1).abs(), (b.1 - a.1).signum());
            let room = length - start - end - high;
            let steps = (room / 5.0).floor();
            if room >= 0.0 {
                // In the middle of a short stretch, on a long one near its beginning.
                let liked = (room / 2.0).min(if n == 0 { 12.0 } else { 24.0 });
                let ever = (0..=(steps as usize).min(200)).map(|step| step as f64 * 5.0);
                for at in std::iter::once(liked).chain(ever) {
                    let y = a.1 + toward * (start + high / 2.0 + at);
                    let far = walked * 0.02 + (at - liked).abs() * 0.05;
                    found.push((far, (a.0, y)));
                    found.push((far + 3.0, (a.0 + wide / 2.0 + 4.0, y)));
                    found.push((far + 3.0, (a.0 - wide / 2.0 - 4.0, y)));
                }
            }
        }
        walked += (a.0 - b.0).abs() + (a.1 - b.1).abs();
    }
    found
}

/// The area of a label by its middle.
pub fn around((x, y): Point, (width, height): (f64, f64)) -> Frame {
    Frame { left: x - width / 2.0, top: y - height / 2.0, width, height }
}

fn overlaps(a: &Frame, b: &Frame, apart: f64) -> bool {
    a.left < b.left + b.width + apart
        && b.left < a.left + a.width + apart
        && a.top < b.top + b.height + apart
        && b.top < a.top + a.height + apart
}

/// Whether a level or upright stretch runs through an area.
pub fn cuts(area: &Frame, a: Point, b: Point) -> bool {
    a.0.min(b.0) < area.left + area.width
        && a.0.max(b.0) > area.left
        && a.1.min(b.1) < area.top + area.height
        && a.1.max(b.1) > area.top
}
