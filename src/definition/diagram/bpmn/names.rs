//! Where names stand: those of events and gateways beside them, those of arrows beside their lines; over no line, no
//! figure, no other name and no border where there is such a place.

use crate::definition::diagram::bpmn::place::{Arrowed, Bounds, label_size};
use crate::definition::diagram::bpmn::sheet::{Look, Sheet};

type Point = (f64, f64);

/// From a figure or a line to its name.
const APART: f64 = 4.0;
/// What it costs to stand over a figure or another name, over a line, over a border.
const COVERED: f64 = 100.0;
const CROSSED: f64 = 30.0;
const BORDER: f64 = 12.0;
/// A name is kept at most so near the end of its line.
const END: f64 = 8.0;

/// What names must not lie on.
struct Taken<'a> {
    figures: &'a [Bounds],
    stretches: Vec<(Point, Point)>,
    borders: Vec<f64>,
    pool: Bounds,
    names: Vec<Bounds>,
}

/// Places the names of figures, and moves those of arrows that lie badly.
pub fn names(
    sheet: &Sheet,
    figures: &[Bounds],
    arrows: &mut [Arrowed],
    lanes: &[Bounds],
    pool: Bounds,
) -> Vec<Option<Bounds>> {
    let stretches: Vec<(Point, Point)> =
        arrows.iter().flat_map(|(points, _)| points.windows(2)).map(|pair| (pair[0], pair[1])).collect();
    let mut taken =
        Taken { figures, stretches, borders: lanes.iter().map(|lane| lane.1).collect(), pool, names: Vec::new() };
    let mut found = vec![None; figures.len()];
    for (n, (figure, at)) in sheet.figures.iter().zip(figures).enumerate() {
        if !figure.name.is_empty() && !matches!(figure.look, Look::Task | Look::Anytime) {
            found[n] = taken.best(around(*at, label_size(&figure.name)), f64::INFINITY);
        }
    }
    for (arrow, (points, name)) in sheet.arrows.iter().zip(arrows) {
        if let Some(first) = name {
            let size = label_size(&arrow.name);
            *name = taken.best(vec![*first], 0.5).or_else(|| {
                let all = std::iter::once(*first).chain(beside(points, size)).collect();
                taken.best(all, f64::INFINITY)
            });
        }
    }
    found
}

impl Taken<'_> {
    /// The best of these places, the first ones first in favour; nothing where each costs more than that.
    fn best(&mut self, places: Vec<Bounds>, most: f64) -> Option<Bounds> {
        let mut best: Option<(f64, Bounds)> = None;
        for (n, place) in places.into_iter().enumerate() {
            let cost = self.cost(place) + n as f64 * 0.1;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, place));
            }
            if best.is_some_and(|(least, _)| least <= n as f64 * 0.1) {
                break;
            }
        }
        let (_, place) = best.filter(|(cost, _)| *cost <= most)?;
        self.names.push(place);
        Some(place)
    }

    fn cost(&self, place: Bounds) -> f64 {
        let covered = self.figures.iter().chain(self.names.iter()).filter(|other| overlap(place, **other, 1.0)).count();
        let crossed = self.stretches.iter().filter(|(a, b)| overlap(place, span(*a, *b), 1.0)).count();
        let on_border = self.borders.iter().filter(|y| place.1 < **y && **y < place.1 + place.3).count();
        let (left, top, wide, high) = self.pool;
        let outside =
            place.0 < left + 30.0 || place.1 < top || place.0 + place.2 > left + wide || place.1 + place.3 > top + high;
        covered as f64 * COVERED
            + crossed as f64 * CROSSED
            + on_border as f64 * BORDER
            + if outside { COVERED } else { 0.0 }
    }
}

/// The places around a small figure: under it, over it, then at its corners and sides.
fn around((left, top, wide, high): Bounds, (w, h): (f64, f64)) -> Vec<Bounds> {
    let (x, right) = (left + wide / 2.0, left + wide);
    let (under, over, level) = (top + high + APART, top - APART - h, top + (high - h) / 2.0);
    let mut places: Vec<Bounds> = Vec::new();
    for y in [under, over] {
        places.push((x - w / 2.0, y, w, h));
    }
    for y in [under, over] {
        places.push((x + APART, y, w, h));
        places.push((x - APART - w, y, w, h));
    }
    places.push((right + APART, level, w, h));
    places.push((left - APART - w, level, w, h));
    places
}

/// The places along a line: over and under its level stretches, right and left of its upright ones.
fn beside(points: &[Point], (w, h): (f64, f64)) -> Vec<Bounds> {
    let mut places = Vec::new();
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let level = (a.1 - b.1).abs() < 0.6;
        let (from, to) = if level { (a.0, b.0) } else { (a.1, b.1) };
        let size = if level { w } else { h };
        let room = (to - from).abs() - size - 2.0 * END;
        if room < 0.0 {
            continue;
        }
        for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let middle = from + (to - from).signum() * (END + size / 2.0 + room * share);
            if level {
                places.push((middle - w / 2.0, a.1 - 3.0 - h, w, h));
                places.push((middle - w / 2.0, a.1 + 3.0, w, h));
            } else {
                places.push((a.0 + APART, middle - h / 2.0, w, h));
                places.push((a.0 - APART - w, middle - h / 2.0, w, h));
            }
        }
    }
    places
}

fn span(a: Point, b: Point) -> Bounds {
    (a.0.min(b.0), a.1.min(b.1), (a.0 - b.0).abs(), (a.1 - b.1).abs())
}

fn overlap(a: Bounds, b: Bounds, apart: f64) -> bool {
    a.0 < b.0 + b.2 + apart && b.0 < a.0 + a.2 + apart && a.1 < b.1 + b.3 + apart && b.1 < a.1 + a.3 + apart
}
