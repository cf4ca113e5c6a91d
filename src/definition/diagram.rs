//! The procedure as a picture: SVG for pages and documents, Mermaid and DOT for other tools.
//!
//! The SVG stands alone and carries no style attributes and no ids (the pages' content policy forbids the first, two
//! pictures on one page the second). Labels are whole, the path walked and the present step are marked by more than
//! colour, and the same procedure gives the same bytes.

mod letters;
mod place;
mod text;
mod words;

use std::fmt::Write as _;

use crate::definition::diagnostic::Lang;
use crate::definition::graph::{Edge, Graph, Via};
use crate::definition::procedure::{Outcome, Procedure, Step, StepKind, Target};
use crate::ids::{StepId, Verb};

use letters::{balanced, width};
use place::{Frame, Line, Link, place};
pub use text::{dot, mermaid};

/// What of the picture a case has walked, and in which language the picture speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Ways taken: from, by which verb, to.
    pub passed: Vec<(StepId, Option<Verb>, StepId)>,
    /// Where the case is.
    pub now: Vec<StepId>,
    pub lang: Lang,
}

/// A box: what it says and how it looks.
struct Shape {
    /// Nothing for the dot where a case begins and for the box that stands for any step.
    step: Option<StepId>,
    title: Vec<String>,
    small: Vec<(Tone, String)>,
    look: Look,
    width: f64,
    height: f64,
}

/// What a small line is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tone {
    Holder,
    Limit,
    Branch,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Start,
    Anywhere,
    Staff,
    Wait,
    Parallel,
    Decision,
    End(Outcome),
}

/// A line between two boxes, with what it says.
struct Way {
    link: Link,
    label: Vec<String>,
    tone: WayTone,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum WayTone {
    Plain,
    Back,
    Anytime,
    Passed,
}

const BOX: f64 = 224.0;
const INSIDE: f64 = 200.0;
const TITLE: f64 = 13.5;
const TITLE_LINE: f64 = 17.0;
const SMALL: f64 = 11.5;
const SMALL_LINE: f64 = 14.5;
const PADDING: f64 = 10.0;
const VERB: f64 = 11.5;
const VERB_WIDTH: f64 = 128.0;

/// The picture as SVG, from top to bottom, as wide as it needs to be; pages scale it down.
pub fn svg(procedure: &Procedure, walk: &Walk) -> String {
    let graph = Graph::of(procedure);
    let mut shapes: Vec<Shape> = procedure.steps.values().map(|step| shape(procedure, step, walk.lang)).collect();
    let ways = ways(procedure, &graph, walk, &mut shapes);
    let sizes: Vec<(f64, f64)> = shapes.iter().map(|shape| (shape.width, shape.height)).collect();
    let links: Vec<Link> = ways.iter().map(|way| way.link).collect();
    let placed = place(&sizes, &links);
    let title = escape(words::label(&procedure.title, walk.lang));
    let (width, height) = (placed.width.ceil(), placed.height.ceil());
    let mut out = String::new();
    // Writing into a String cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"procedure\" role=\"img\" aria-label=\"{title}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif\">\n<title>{title}</title>"
    );
    // What was walked is drawn last, over the rest; labels over every line.
    for passed in [false, true] {
        for (way, line) in ways.iter().zip(&placed.lines).filter(|(way, _)| (way.tone == WayTone::Passed) == passed) {
            draw_line(way, line, &mut out);
        }
    }
    for (way, line) in ways.iter().zip(&placed.lines) {
        draw_label(way, line, &mut out);
    }
    for (shape, frame) in shapes.iter().zip(&placed.frames) {
        draw_shape(shape, frame, walk, &mut out);
    }
    out.push_str("</svg>\n");
    out
}

fn shape(procedure: &Procedure, step: &Step, lang: Lang) -> Shape {
    let look = match &step.kind {
        StepKind::Staff(_) => Look::Staff,
        StepKind::Wait(_) => Look::Wait,
        StepKind::Parallel(_) => Look::Parallel,
        StepKind::Decision(_) => Look::Decision,
        StepKind::End(end) => Look::End(end.outcome),
    };
    // The clock of a wait stands in the corner; an end and a decision narrow at their sides.
    let inside = match look {
        Look::Wait => INSIDE - 48.0,
        Look::Decision | Look::End(_) => INSIDE - 20.0,
        _ => INSIDE,
    };
    let title = balanced(words::label(&step.title, lang), TITLE, inside);
    let mut small: Vec<(Tone, String)> = Vec::new();
    let mut add =
        |tone, text: String| small.extend(balanced(&text, SMALL, INSIDE).into_iter().map(|line| (tone, line)));
    words::holder(procedure, step, lang).into_iter().for_each(|text| add(Tone::Holder, text));
    words::limit(step, lang).into_iter().for_each(|text| add(Tone::Limit, text));
    words::bodies(step, lang).into_iter().for_each(|text| add(Tone::Branch, text));
    let gap = if small.is_empty() { 0.0 } else { 2.0 };
    let height = PADDING * 2.0 + title.len() as f64 * TITLE_LINE + gap + small.len() as f64 * SMALL_LINE;
    Shape { step: Some(step.id.clone()), title, small, look, width: BOX, height: height.max(36.0) }
}

/// Every line of the picture; the dot where cases begin and the box for any step are added to the shapes.
fn ways(procedure: &Procedure, graph: &Graph, walk: &Walk, shapes: &mut Vec<Shape>) -> Vec<Way> {
    let lang = walk.lang;
    let mut ways = Vec::new();
    let number = |step: &StepId| procedure.steps.get_index_of(step);
    let extra = |shapes: &mut Vec<Shape>, look, title: Vec<String>, width, height| {
        shapes.push(Shape { step: None, title, small: Vec::new(), look, width, height });
        shapes.len() - 1
    };
    if !procedure.start.is_empty() {
        let dot = extra(shapes, Look::Start, Vec::new(), 16.0, 16.0);
        for choice in &procedure.start {
            let text = match &choice.when {
                Some(guard) => guard.text().to_owned(),
                None if procedure.start.len() > 1 => if lang == Lang::Vi { "còn lại" } else { "otherwise" }.to_owned(),
                None => String::new(),
            };
            ways.extend(number(&choice.then).map(|to| way(dot, to, &text, WayTone::Plain)));
        }
    }
    for (from, step) in procedure.steps.keys().enumerate() {
        for (to, edge) in graph.out_of(step) {
            let Some(target) = number(to) else { continue };
            let tone = match (was_passed(walk, step, to, edge), edge.back) {
                (true, _) => WayTone::Passed,
                (false, true) => WayTone::Back,
                (false, false) => WayTone::Plain,
            };
            let mut drawn = way(from, target, &words::way(procedure, step, to, edge, lang), tone);
            let side = |id| procedure.step(id).is_some_and(|s| matches!(s.kind, StepKind::Wait(_)) || is_failure(s));
            drawn.link.main = !edge.back && !side(step) && !side(to);
            ways.push(drawn);
        }
    }
    let mut anywhere = None;
    for (verb, transition) in words::anytime_ways(procedure) {
        let Target::Step(to) = &transition.to else { continue };
        let Some(target) = number(to) else { continue };
        let title = words::anytime(lang);
        let from = *anywhere.get_or_insert_with(|| {
            let wide = width(&title, SMALL) + 28.0;
            extra(shapes, Look::Anywhere, vec![title.clone()], wide, 26.0)
        });
        let passed = walk.passed.iter().any(|(_, by, there)| there == to && by.as_ref() == Some(verb));
        let tone = if passed { WayTone::Passed } else { WayTone::Anytime };
        let text = words::verb_label(verb, transition.title.as_ref(), transition.at_most, lang);
        ways.push(way(from, target, &text, tone));
    }
    ways
}

fn way(from: usize, to: usize, text: &str, tone: WayTone) -> Way {
    let label = balanced(text, VERB, VERB_WIDTH);
    let wide = label.iter().map(|line| width(line, VERB)).fold(0.0, f64::max);
    let size = if label.is_empty() { (0.0, 0.0) } else { (wide + 10.0, label.len() as f64 * SMALL_LINE + 4.0) };
    let main = matches!(tone, WayTone::Plain | WayTone::Passed);
    Way { link: Link { from, to, main, label: size }, label, tone }
}

/// An end that is no success.
fn is_failure(step: &Step) -> bool {
    matches!(&step.kind, StepKind::End(end) if end.outcome != Outcome::Done)
}

fn was_passed(walk: &Walk, from: &StepId, to: &StepId, edge: &Edge) -> bool {
    let verb = match &edge.via {
        Via::Action(verb) => Some(verb),
        _ => None,
    };
    walk.passed.iter().any(|(a, by, b)| a == from && b == to && (by.is_none() || verb.is_none() || by.as_ref() == verb))
}

fn draw_line(way: &Way, line: &Line, out: &mut String) {
    let (class, stroke, dash, thick) = match way.tone {
        WayTone::Plain => ("way", "#5b6b7f", "", 1.4),
        WayTone::Back => ("way back", "#b4540a", " stroke-dasharray=\"5 3.5\"", 1.4),
        WayTone::Anytime => ("way anytime", "#8593a5", " stroke-dasharray=\"1.5 4\" stroke-linecap=\"round\"", 1.6),
        WayTone::Passed => ("way passed", "#0b7a55", "", 2.6),
    };
    let [.., before, tip] = line.points.as_slice() else { return };
    let _ = writeln!(
        out,
        "<path class=\"{class}\" d=\"{}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{thick}\"{dash}/>",
        rounded(&short_of_tip(&line.points))
    );
    let (x, y) = *tip;
    // The last stretch is upright, but for a line that comes back to its own box.
    let head = if (before.0 - x).abs() < 0.6 {
        let side = if before.1 < y { -8.5 } else { 8.5 };
        format!("M{x:.1} {y:.1}l-4.5 {side}h9z")
    } else {
        let side = if before.0 < x { -8.5 } else { 8.5 };
        format!("M{x:.1} {y:.1}l{side} -4.5v9z")
    };
    let _ = writeln!(out, "<path class=\"{class}\" d=\"{head}\" fill=\"{stroke}\"/>");
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
fn rounded(points: &[(f64, f64)]) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut path = format!("M{:.1} {:.1}", first.0, first.1);
    for three in points.windows(3) {
        let (a, corner, b) = (three[0], three[1], three[2]);
        let length = |p: (f64, f64), q: (f64, f64)| (p.0 - q.0).hypot(p.1 - q.1);
        let radius = (length(a, corner) / 2.0).min(length(corner, b) / 2.0).min(7.0);
        let toward = |p: (f64, f64)| {
            let whole = length(corner, p).max(0.001);
            (corner.0 + (p.0 - corner.0) / whole * radius, corner.1 + (p.1 - corner.1) / whole * radius)
        };
        let (enter, leave) = (toward(a), toward(b));
        let _ = write!(
            path,
            "L{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}",
            enter.0, enter.1, corner.0, corner.1, leave.0, leave.1
        );
    }
    if let [_, .., last] = points {
        let _ = write!(path, "L{:.1} {:.1}", last.0, last.1);
    }
    path
}

fn draw_label(way: &Way, line: &Line, out: &mut String) {
    if way.label.is_empty() {
        return;
    }
    let ((x, y), (wide, high)) = (line.label, way.link.label);
    let (fill, weight) = match way.tone {
        WayTone::Plain => ("#33404f", ""),
        WayTone::Back => ("#8a3f06", ""),
        WayTone::Anytime => ("#5b6b7f", ""),
        WayTone::Passed => ("#07573d", " font-weight=\"600\""),
    };
    let _ = writeln!(
        out,
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\" rx=\"4\" fill=\"#ffffff\"/>",
        x - wide / 2.0,
        y - high / 2.0
    );
    for (n, text) in way.label.iter().enumerate() {
        let baseline = y - high / 2.0 + 2.0 + SMALL_LINE * (n as f64 + 0.76);
        write_text((x, baseline), VERB, fill, weight, text, out);
    }
}

fn draw_shape(shape: &Shape, frame: &Frame, walk: &Walk, out: &mut String) {
    let is = |step: &StepId| shape.step.as_ref() == Some(step);
    let now = walk.now.iter().any(is);
    let passed = walk.passed.iter().any(|(from, _, to)| is(from) || is(to));
    let middle = frame.left + frame.width / 2.0;
    if shape.look == Look::Start {
        let y = frame.top + frame.height / 2.0;
        let _ = writeln!(out, "<circle class=\"start\" cx=\"{middle:.1}\" cy=\"{y:.1}\" r=\"8\" fill=\"#33404f\"/>");
        return;
    }
    let class = match (now, passed) {
        (true, _) => "step now",
        (false, true) => "step passed",
        (false, false) => "step",
    };
    let _ = write!(out, "<g class=\"{class}\"><title>{}", escape(&shape.title.join(" ")));
    for (_, text) in &shape.small {
        let _ = write!(out, "; {}", escape(text));
    }
    if let Look::End(outcome) = shape.look {
        let _ = write!(out, "; {}", words::outcome(outcome, walk.lang));
    }
    if now {
        let _ = write!(out, "; {}", words::now(walk.lang));
    }
    out.push_str("</title>\n");
    draw_outline(shape.look, frame, now, passed, out);
    let text_height = shape.title.len() as f64 * TITLE_LINE
        + if shape.small.is_empty() { 0.0 } else { 2.0 + shape.small.len() as f64 * SMALL_LINE };
    let mut y = frame.top + (frame.height - text_height) / 2.0;
    let (size, weight) = if shape.look == Look::Anywhere { (SMALL, "") } else { (TITLE, " font-weight=\"600\"") };
    for line in &shape.title {
        write_text((middle, y + TITLE_LINE * 0.76), size, "#18212c", weight, line, out);
        y += TITLE_LINE;
    }
    y += 2.0;
    for (tone, line) in &shape.small {
        let fill = match tone {
            Tone::Holder => "#4a5666",
            Tone::Limit => "#0a56a4",
            Tone::Branch => "#2b5c94",
        };
        write_text((middle, y + SMALL_LINE * 0.76), SMALL, fill, "", line, out);
        y += SMALL_LINE;
    }
    if now {
        draw_now(frame, walk.lang, out);
    }
    out.push_str("</g>\n");
}

fn draw_outline(look: Look, frame: &Frame, now: bool, passed: bool, out: &mut String) {
    let Frame { left, top, width, height } = *frame;
    let (fill, stroke) = match look {
        Look::End(Outcome::Done) => ("#e0f3ea", "#0b7a55"),
        Look::End(Outcome::Refused) => ("#fdecea", "#b42318"),
        Look::End(Outcome::Lapsed) => ("#fdf3e1", "#96600f"),
        Look::End(Outcome::Withdrawn | Outcome::Stopped) => ("#eef0f3", "#5b6b7f"),
        _ if now => ("#fff3d1", "#a8690b"),
        Look::Wait => ("#f5f1fc", "#6b4fa0"),
        Look::Parallel => ("#eaf2fb", "#2b6cb0"),
        Look::Anywhere => ("#ffffff", "#8593a5"),
        _ if passed => ("#f0faf5", "#0b7a55"),
        _ => ("#ffffff", "#7a899b"),
    };
    let dash = match look {
        Look::Wait => " stroke-dasharray=\"6 3\"",
        Look::Anywhere => " stroke-dasharray=\"1.5 4\" stroke-linecap=\"round\"",
        _ => "",
    };
    let thick = match (now, passed) {
        (true, _) => "3",
        (false, true) => "2.2",
        (false, false) => "1.4",
    };
    let paint = format!("fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{thick}\"{dash}");
    if look == Look::Decision {
        let (right, bottom, middle, cut) = (left + width, top + height, top + height / 2.0, 14.0);
        let _ = writeln!(
            out,
            "<path d=\"M{:.1} {top:.1}H{:.1}L{right:.1} {middle:.1}L{:.1} {bottom:.1}H{:.1}L{left:.1} {middle:.1}z\" {paint}/>",
            left + cut,
            right - cut,
            right - cut,
            left + cut
        );
        return;
    }
    let radius = if matches!(look, Look::End(_) | Look::Anywhere) { height.min(44.0) / 2.0 } else { 8.0 };
    let _ = writeln!(
        out,
        "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{radius:.1}\" {paint}/>"
    );
    match look {
        Look::Parallel => {
            for bar in [left + 5.5, left + width - 5.5] {
                let _ = writeln!(
                    out,
                    "<path d=\"M{bar:.1} {top:.1}v{height:.1}\" stroke=\"{stroke}\" stroke-width=\"1.4\"/>"
                );
            }
        }
        Look::Wait => {
            let (x, y) = (left + 15.0, top + 15.0);
            let _ = writeln!(
                out,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"7\" fill=\"#ffffff\" stroke=\"{stroke}\" stroke-width=\"1.4\"/><path d=\"M{x:.1} {:.1}V{y:.1}L{:.1} {:.1}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"1.4\" stroke-linecap=\"round\"/>",
                y - 4.5,
                x + 3.0,
                y + 1.8
            );
        }
        _ => {}
    }
}

/// The mark of the present step, over its upper border on the right.
fn draw_now(frame: &Frame, lang: Lang, out: &mut String) {
    let text = words::now(lang);
    let wide = width(&text, 10.5) + 16.0;
    let (x, y) = (frame.left + frame.width - wide / 2.0 - 8.0, frame.top - 4.0);
    let _ = writeln!(
        out,
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"17\" rx=\"8.5\" fill=\"#8a5200\"/>",
        x - wide / 2.0,
        y - 8.5
    );
    write_text((x, y + 3.6), 10.5, "#ffffff", " font-weight=\"600\"", &text, out);
}

fn write_text((x, y): (f64, f64), size: f64, fill: &str, weight: &str, text: &str, out: &mut String) {
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" text-anchor=\"middle\" fill=\"{fill}\"{weight}>{}</text>",
        escape(text)
    );
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // No XML document may hold these.
            letter if letter.is_control() && letter != '\n' && letter != '\t' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
