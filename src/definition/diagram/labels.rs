//! Where the words of a line stand: on it or close beside it, over no box, no other words, and no other line.

use crate::definition::diagram::layout::Frame;

/// A place for a label's middle.
type Point = (f64, f64);

/// From the first corner of a line: this far its arrow's head and its beginning are kept free.
const CLEAR: f64 = 4.0;
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
    for n in order {
        let mut best: Option<(f64, Point)> = None;
        for (cost, point) in candidates(&lines[n], sizes[n]) {
            let area = around(point, sizes[n]);
            let taken = frames.iter().any(|frame| overlaps(&area, frame, 3.0))
                || at.iter().zip(sizes).any(|(p, s)| p.is_some_and(|p| overlaps(&area, &around(p, *s), 2.0)));
            if taken || area.left < 0.0 || area.top < 0.0 {
                continue;
            }
            let near = Frame {
                left: area.left - NEAR,
                top: area.top - NEAR,
                width: area.width + 2.0 * NEAR,
                height: area.height + 2.0 * NEAR,
            };
            let over = |line: &Vec<Point>| line.windows(2).filter(|pair| cuts(&near, pair[0], pair[1])).count();
            let crossed: usize = lines.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, line)| over(line)).sum();
            let cost = cost + crossed as f64 * 1000.0;
            if best.is_none_or(|(least, _)| cost < least - 1e-9) {
                best = Some((cost, point));
            }
        }
        match best.filter(|(cost, _)| lenient || *cost < 1000.0) {
            Some((_, point)) => at[n] = Some(point),
            None => cramped.push(n),
        }
    }
    Labelled { at, cramped }
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
                for step in 0..=(steps as usize).min(200) {
                    let walk = start + high / 2.0 + step as f64 * 5.0;
                    let y = a.1 + toward * walk;
                    let far = (walked + walk) * 0.05;
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
