//! The boxes of the picture: how large, and how each kind looks in colour and in grey.

use crate::definition::diagnostic::Lang;
use crate::definition::diagram::Walk;
use crate::definition::diagram::chart::{Look, Node, Tone};
use crate::definition::diagram::draw::{INK, SOFT};
use crate::definition::diagram::layout::{BOX, Frame};
use crate::definition::diagram::letters::{balanced_bold, bold_width, width};
use crate::definition::diagram::mark::{Colour, Mark, Paint, Seg, Words};
use crate::definition::diagram::words;
use crate::definition::procedure::{Outcome, Procedure};

/// A box's words, broken, and its size.
pub struct Shape {
    title: Vec<String>,
    small: Vec<(Tone, String)>,
    pub size: (f64, f64),
}

const TITLE: f64 = 12.0;
const TITLE_LINE: f64 = 15.0;
const SMALL: f64 = 10.5;
const SMALL_LINE: f64 = 13.0;
const PADDING: f64 = 8.0;
const SIDE: f64 = 8.0;

/// The procedure's title in that language.
pub fn title(procedure: &Procedure, lang: Lang) -> &str {
    words::label(&procedure.title, lang)
}

/// The shape of a box.
pub fn shape(node: &Node) -> Shape {
    match node.look {
        Look::Start => Shape { title: Vec::new(), small: Vec::new(), size: (16.0, 16.0) },
        Look::Decision => rhomb(node),
        Look::Anywhere => {
            let wide = width(&node.title, SMALL) + 26.0;
            Shape { title: vec![node.title.clone()], small: Vec::new(), size: (wide.min(BOX), 24.0) }
        }
        look => {
            let inside = BOX - 2.0 * SIDE - if matches!(look, Look::End(_)) { 10.0 } else { 0.0 };
            let inside = if matches!(look, Look::Parallel | Look::Call) { inside - 8.0 } else { inside };
            let title = balanced_bold(&node.title, TITLE, inside);
            let broken = |(tone, text): &(Tone, String)| {
                balanced_bold(text, SMALL, inside).into_iter().map(|line| (*tone, line)).collect::<Vec<_>>()
            };
            let small: Vec<(Tone, String)> = node.small.iter().flat_map(broken).collect();
            let height = words_height(&title, &small) + 2.0 * PADDING;
            Shape { title, small, size: (BOX, height.max(34.0)) }
        }
    }
}

fn words_height(title: &[String], small: &[(Tone, String)]) -> f64 {
    let gap = if small.is_empty() { 0.0 } else { 2.0 };
    title.len() as f64 * TITLE_LINE + gap + small.len() as f64 * SMALL_LINE
}

/// The lowest rhomb that the words fit in: each line is as wide as the rhomb is at its upper or lower edge.
fn rhomb(node: &Node) -> Shape {
    let half = BOX / 2.0;
    let mut height = 70.0;
    loop {
        let inside = BOX * 0.66;
        let title = balanced_bold(&node.title, SMALL, inside);
        let small: Vec<(Tone, String)> = node
            .small
            .iter()
            .flat_map(|(tone, text)| {
                balanced_bold(text, SMALL - 1.0, inside * 0.6).into_iter().map(|line| (*tone, line))
            })
            .collect();
        let lines: Vec<f64> = title
            .iter()
            .map(|line| bold_width(line, SMALL))
            .chain(small.iter().map(|(_, line)| bold_width(line, SMALL - 1.0)))
            .collect();
        let top = -(lines.len() as f64) * SMALL_LINE / 2.0;
        let fits = lines.iter().enumerate().all(|(n, wide)| {
            let (upper, lower) = (top + n as f64 * SMALL_LINE, top + (n + 1) as f64 * SMALL_LINE);
            let off = upper.abs().max(lower.abs());
            wide / 2.0 <= half * (1.0 - off / (height / 2.0)) - 2.0
        });
        if fits || height > 400.0 {
            return Shape { title, small, size: (BOX, height) };
        }
        height += 6.0;
    }
}

/// Draws a box with its words.
pub fn draw(node: &Node, shape: &Shape, frame: &Frame, walk: &Walk, out: &mut Vec<Mark>) {
    let is = |step| node.step.as_ref() == Some(step);
    let now = walk.now.iter().any(is);
    let passed = walk.passed.iter().any(|(from, _, to)| is(from) || is(to));
    let middle = frame.left + frame.width / 2.0;
    if node.look == Look::Start {
        out.push(Mark::Circle(middle, frame.top + frame.height / 2.0, 8.0, Paint::fill("#33404f")));
        return;
    }
    let class = match (now, passed) {
        (true, _) => "step now",
        (false, true) => "step passed",
        (false, false) => "step",
    };
    let mut said = vec![node.title.clone()];
    said.extend(node.small.iter().map(|(_, text)| text.clone()));
    said.extend(now.then(|| words::now(walk.lang)));
    out.push(Mark::Open(class, said.join("; ")));
    outline(node, frame, (now, passed), out);
    let rhomb = node.look == Look::Decision;
    let (title_size, title_line) = if rhomb { (SMALL, SMALL_LINE) } else { (TITLE, TITLE_LINE) };
    let small_size = if rhomb { SMALL - 1.0 } else { SMALL };
    let gap = if shape.small.is_empty() || rhomb { 0.0 } else { 2.0 };
    let high = shape.title.len() as f64 * title_line + gap + shape.small.len() as f64 * SMALL_LINE;
    let mut y = frame.top + (frame.height - high) / 2.0;
    for line in &shape.title {
        let size = if node.look == Look::Anywhere { SMALL } else { title_size };
        let words = Words::middle(middle, y + title_line * 0.78, size, INK, line);
        out.push(Mark::Text(Words { bold: node.look != Look::Anywhere, ..words }));
        y += title_line;
    }
    y += gap;
    for (tone, line) in &shape.small {
        let fill = match tone {
            Tone::Holder => SOFT,
            Tone::Limit => "#0a4a8f",
            Tone::Branch => "#2b5c94",
        };
        let words = Words::middle(middle, y + SMALL_LINE * 0.78, small_size, fill, line);
        out.push(Mark::Text(Words { bold: *tone == Tone::Limit, ..words }));
        y += SMALL_LINE;
    }
    if now {
        draw_now(frame, walk.lang, out);
    }
    out.push(Mark::Close);
}

fn colours(look: Look, now: bool, passed: bool) -> (Colour, Colour) {
    match look {
        Look::End(Outcome::Done) => ("#e0f3ea", "#0b7a55"),
        Look::End(Outcome::Refused) => ("#fdecea", "#b42318"),
        Look::End(Outcome::Lapsed) => ("#fdf3e1", "#96600f"),
        Look::End(Outcome::Withdrawn | Outcome::Stopped) => ("#eef0f3", "#5b6b7f"),
        _ if now => ("#fff3d1", "#a8690b"),
        Look::Wait | Look::Outside => ("#f5f1fc", "#6b4fa0"),
        Look::Parallel => ("#eaf2fb", "#2b6cb0"),
        Look::Call => ("#eefaf8", "#0f766e"),
        Look::Anywhere => ("#ffffff", "#5b6b7f"),
        _ if passed => ("#f0faf5", "#0b7a55"),
        _ => ("#ffffff", "#5b6b7f"),
    }
}

fn outline(node: &Node, frame: &Frame, (now, passed): (bool, bool), out: &mut Vec<Mark>) {
    let Frame { left, top, width, height } = *frame;
    let (fill, stroke) = colours(node.look, now, passed);
    let dash = match node.look {
        Look::Wait | Look::Outside => Some((6.0, 3.0)),
        Look::Anywhere => Some((1.5, 3.0)),
        _ => None,
    };
    let thick = match (now, passed, node.longest) {
        (true, ..) => 3.0,
        (_, true, _) | (_, _, true) => 2.2,
        _ => 1.3,
    };
    let stroke = if node.longest && matches!(node.look, Look::Staff) { "#1c2733" } else { stroke };
    let paint = Paint { fill: Some(fill), stroke: Some(stroke), width: thick, dash };
    if node.look == Look::Decision {
        let (x, y) = (left + width / 2.0, top + height / 2.0);
        let corners = vec![
            Seg::Move(x, top),
            Seg::Line(left + width, y),
            Seg::Line(x, top + height),
            Seg::Line(left, y),
            Seg::Close,
        ];
        out.push(Mark::Path("", corners, paint));
        return;
    }
    let radius = if matches!(node.look, Look::End(_) | Look::Anywhere) { height.min(36.0) / 2.0 } else { 6.0 };
    out.push(Mark::Rect(left, top, width, height, radius, paint));
    match node.look {
        // A second line inside: the good end.
        Look::End(Outcome::Done) => {
            let inner = Paint::line(stroke, 1.0);
            out.push(Mark::Rect(left + 3.5, top + 3.5, width - 7.0, height - 7.0, radius - 3.5, inner));
        }
        // A border inside the border: another procedure stands in this box.
        Look::Call => {
            let inner = Paint::line(stroke, 1.0);
            out.push(Mark::Rect(left + 3.5, top + 3.5, width - 7.0, height - 7.0, 3.5, inner));
        }
        Look::Parallel => {
            for bar in [left + 5.5, left + width - 5.5] {
                let line = vec![Seg::Move(bar, top), Seg::Line(bar, top + height)];
                out.push(Mark::Path("", line, Paint::line(stroke, 1.3)));
            }
        }
        Look::Wait | Look::Outside => draw_clock(left + 3.0, top + 2.0, stroke, out),
        _ => {}
    }
}

/// A small clock over a corner.
fn draw_clock(x: f64, y: f64, stroke: Colour, out: &mut Vec<Mark>) {
    out.push(Mark::Circle(x, y, 7.5, Paint::both("#ffffff", stroke, 1.3)));
    let hands = vec![Seg::Move(x, y - 4.8), Seg::Line(x, y), Seg::Line(x + 3.2, y + 1.9)];
    out.push(Mark::Path("", hands, Paint::line(stroke, 1.3)));
}

/// The mark of the present step, over its upper border on the right.
fn draw_now(frame: &Frame, lang: Lang, out: &mut Vec<Mark>) {
    let text = words::now(lang);
    let wide = bold_width(&text, 10.0) + 14.0;
    let (x, y) = (frame.left + frame.width - wide / 2.0 - 4.0, frame.top - 4.0);
    out.push(Mark::Rect(x - wide / 2.0, y - 8.0, wide, 16.0, 8.0, Paint::fill("#8a5200")));
    out.push(Mark::Text(Words::middle(x, y + 3.5, 10.0, "#ffffff", text).bold()));
}
