//! Where names stand in a drawing: over no figure, no line and no other name, and no line runs along a lane's border.

use super::*;

type Area = (f64, f64, f64, f64);

/// What stands in a drawing, by place.
#[derive(Default)]
struct Drawn {
    lanes: Vec<Area>,
    figures: Vec<Area>,
    names: Vec<(String, Area)>,
    stretches: Vec<Area>,
}

fn area(bounds: &Element) -> Area {
    let number = |key: &str| bounds.attribute(key).unwrap().parse::<f64>().unwrap();
    (number("x"), number("y"), number("width"), number("height"))
}

fn drawn(text: &str) -> Drawn {
    let root = xml::read(text.as_bytes(), "none").unwrap();
    let mut drawn = Drawn::default();
    every(&root, &mut |element| {
        let id = element.attribute("bpmnElement").unwrap_or_default().to_owned();
        // What may happen at any time stands in a box of its own, with places that never change.
        if id.starts_with("a_") {
            return;
        }
        if element.name == "BPMNShape" {
            let at = area(element.first("Bounds").unwrap());
            if id.starts_with("lane_") {
                drawn.lanes.push(at);
            } else if id != "pool" {
                drawn.figures.push(at);
            }
        }
        if element.name == "BPMNEdge" {
            let number = |point: &Element, key: &str| point.attribute(key).unwrap().parse::<f64>().unwrap();
            let points: Vec<(f64, f64)> = element
                .children
                .iter()
                .filter(|child| child.name == "waypoint")
                .map(|point| (number(point, "x"), number(point, "y")))
                .collect();
            drawn.stretches.extend(points.windows(2).map(|pair| {
                let (a, b) = (pair[0], pair[1]);
                (a.0.min(b.0), a.1.min(b.1), (a.0 - b.0).abs(), (a.1 - b.1).abs())
            }));
        }
        if let Some(label) = element.first("BPMNLabel") {
            drawn.names.push((id, area(label.first("Bounds").unwrap())));
        }
    });
    drawn
}

fn overlap(a: Area, b: Area) -> bool {
    // Places are written in whole numbers.
    a.0 + 1.0 < b.0 + b.2 && b.0 + 1.0 < a.0 + a.2 && a.1 + 1.0 < b.1 + b.3 && b.1 + 1.0 < a.1 + a.3
}

fn crossed(line: Area, by: Area) -> bool {
    overlap((line.0 - 1.0, line.1 - 1.0, line.2 + 2.0, line.3 + 2.0), by)
}

#[test]
fn names_lie_on_nothing_and_no_line_runs_along_a_border() {
    let mut seen = 0;
    for (name, procedure, text) in library().into_iter().filter(|(name, ..)| name.starts_with("workflows")) {
        for lang in [Lang::Vi, Lang::En] {
            let drawn = drawn(&bpmn(&procedure, &Shown { lang, ..Shown::default() }, &text));
            let whole = drawn.lanes.iter().map(|lane| lane.0 + lane.2).fold(0.0, f64::max);
            for (n, (id, at)) in drawn.names.iter().enumerate() {
                seen += 1;
                assert!(at.0 + at.2 <= whole + 1.0, "{name}: the name of {id} leaves the pool");
                assert!(!drawn.figures.iter().any(|other| overlap(*at, *other)), "{name}: {id} over a figure");
                assert!(!drawn.stretches.iter().any(|line| crossed(*line, *at)), "{name}: {id} over a line at {at:?}");
                let other = drawn.names[..n].iter().find(|(_, other)| overlap(*at, *other));
                assert!(other.is_none(), "{name}: {id} over {other:?}");
            }
            for lane in &drawn.lanes {
                let along = |line: &&Area| line.3 < 1.0 && line.2 > 20.0 && (line.1 - lane.1).abs() < 2.0;
                assert_eq!(drawn.stretches.iter().find(along), None, "{name}: a line along a border");
            }
        }
    }
    assert!(seen > 200, "{seen}");
}
