//! The procedure as a picture: SVG for pages and documents, Mermaid and DOT for other tools.
//!
//! Ranks and places come from dagre; the drawing is ours: labels whole, the path walked marked, no style attributes
//! (the pages' content policy forbids them), the same bytes for the same procedure.

use std::fmt::Write as _;

use dagre::graph::{Edge as Pair, Graph as Layout, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, layout};

use crate::definition::graph::{Edge, Graph, Via};
use crate::definition::procedure::{Bodies, By, Limit, Outcome, Procedure, Step, StepKind, Units};
use crate::definition::verbs::standard;
use crate::ids::{StepId, Verb};

/// What of the picture a case has walked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Ways taken: from, by which verb, to.
    pub passed: Vec<(StepId, Option<Verb>, StepId)>,
    /// Where the case is.
    pub now: Vec<StepId>,
}

const BOX_WIDTH: f64 = 212.0;
const PADDING: f64 = 12.0;
const LINE: f64 = 16.0;
const SMALL: f64 = 13.0;

/// The picture as SVG, as wide as it needs to be; pages scale it down.
pub fn svg(procedure: &Procedure, walk: &Walk) -> String {
    let graph = Graph::of(procedure);
    let boxes: Vec<Shape> = procedure.steps.values().map(|step| shape(procedure, step)).collect();
    let mut laid = place(procedure, &graph, &boxes);
    layout(
        &mut laid,
        Some(LayoutOptions {
            nodesep: 36.0,
            ranksep: 34.0,
            edgesep: 18.0,
            marginx: 16.0,
            marginy: 16.0,
            ..Default::default()
        }),
    );
    let mut edges = String::new();
    let mut labels = String::new();
    let (mut width, mut height) = (0.0f64, 0.0f64);
    for (from, to, edge, name) in all_edges(procedure, &graph) {
        let pair = Pair::with_name(from.as_str(), to.as_str(), name.clone());
        let Some(placed) = laid.edge_by_obj(&pair) else { continue };
        let passed = walk
            .passed
            .iter()
            .any(|(a, verb, b)| *a == from && *b == to && (verb.is_none() || verb.as_ref() == verb_of(&edge)));
        let points: Vec<(f64, f64)> = placed.points.iter().map(|p| (p.x, p.y)).collect();
        let class = match (passed, edge.back) {
            (true, _) => "edge passed",
            (false, true) => "edge back",
            (false, false) => "edge",
        };
        let (stroke, dash, thick) = if passed {
            ("#0b7a55", "", "2.5")
        } else if edge.back {
            ("#b4540a", " stroke-dasharray=\"5 4\"", "1.5")
        } else {
            ("#68778a", "", "1.5")
        };
        let marker = if passed {
            "arrow-passed"
        } else if edge.back {
            "arrow-back"
        } else {
            "arrow"
        };
        // Writing into a String cannot fail.
        let _ = writeln!(
            edges,
            "<path class=\"{class}\" d=\"{}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{thick}\"{dash} marker-end=\"url(#{marker})\"/>",
            rounded(&points)
        );
        for (x, y) in &points {
            (width, height) = (width.max(*x), height.max(*y));
        }
        let text = edge_text(procedure, &from, &edge);
        if let (Some(x), Some(y), false) = (placed.x, placed.y, text.is_empty()) {
            let lines = wrap(&text, 18);
            let box_width = lines.iter().map(|line| text_width(line, 12.0)).fold(0.0, f64::max) + 8.0;
            let box_height = lines.len() as f64 * SMALL + 4.0;
            let _ = writeln!(
                labels,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{box_width:.1}\" height=\"{box_height:.1}\" rx=\"3\" fill=\"#ffffff\" fill-opacity=\"0.92\"/>",
                x - box_width / 2.0,
                y - box_height / 2.0
            );
            for (n, line) in lines.iter().enumerate() {
                let line_y = y - box_height / 2.0 + SMALL * (n as f64 + 1.0);
                let _ = writeln!(
                    labels,
                    "<text x=\"{x:.1}\" y=\"{line_y:.1}\" font-size=\"12\" text-anchor=\"middle\" fill=\"{}\">{}</text>",
                    if edge.back { "#8a3f06" } else { "#3c4858" },
                    escape(line)
                );
            }
            (width, height) = (width.max(x + box_width / 2.0), height.max(y + box_height / 2.0));
        }
    }
    let mut nodes = String::new();
    for shape in &boxes {
        let Some(node) = laid.node(shape.id.as_str()) else { continue };
        let (Some(x), Some(y)) = (node.x, node.y) else { continue };
        let is_now = walk.now.contains(&shape.id);
        let was = walk.passed.iter().any(|(from, _, to)| *from == shape.id || *to == shape.id);
        draw(shape, x, y, is_now, was, &mut nodes);
        (width, height) = (width.max(x + shape.width / 2.0), height.max(y + shape.height / 2.0));
    }
    let (width, height) = (width + 16.0, height + 16.0);
    let title = escape(&procedure.title.vi);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"procedure\" role=\"img\" aria-label=\"{title}\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" font-family=\"system-ui, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif\">\n<title>{title}</title>\n<defs>{}{}{}</defs>\n{edges}{labels}{nodes}</svg>\n",
        arrow("arrow", "#68778a"),
        arrow("arrow-passed", "#0b7a55"),
        arrow("arrow-back", "#b4540a"),
    )
}

/// The picture as a Mermaid flow chart.
pub fn mermaid(procedure: &Procedure) -> String {
    let graph = Graph::of(procedure);
    let mut out = String::from("flowchart TB\n");
    for step in procedure.steps.values() {
        let label = step.title.vi.replace('"', "'");
        let shape = match step.kind {
            StepKind::End(_) => format!("([\"{label}\"])"),
            StepKind::Decision(_) => format!("{{\"{label}\"}}"),
            StepKind::Parallel(_) => format!("[[\"{label}\"]]"),
            StepKind::Wait(_) => format!("[/\"{label}\"/]"),
            StepKind::Staff(_) => format!("[\"{label}\"]"),
        };
        let _ = writeln!(out, "  {}{shape}", step.id);
    }
    for (from, to, edge, _) in all_edges(procedure, &graph) {
        let text = edge_text(procedure, &from, &edge).replace('"', "'");
        let arrow = if edge.back { "-.->" } else { "-->" };
        let label = if text.is_empty() { String::new() } else { format!("|\"{text}\"|") };
        let _ = writeln!(out, "  {from} {arrow}{label} {to}");
    }
    out
}

/// The picture as a Graphviz graph.
pub fn dot(procedure: &Procedure) -> String {
    let graph = Graph::of(procedure);
    let quote = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut out =
        format!("digraph {} {{\n  rankdir=TB; node [shape=box, style=rounded];\n", quote(procedure.id.as_str()));
    for step in procedure.steps.values() {
        let shape = match step.kind {
            StepKind::End(_) => ", shape=oval",
            StepKind::Decision(_) => ", shape=diamond",
            StepKind::Parallel(_) => ", peripheries=2",
            StepKind::Wait(_) => ", style=\"rounded,dashed\"",
            StepKind::Staff(_) => "",
        };
        let _ = writeln!(out, "  {} [label={}{shape}];", quote(step.id.as_str()), quote(&step.title.vi));
    }
    for (from, to, edge, _) in all_edges(procedure, &graph) {
        let text = edge_text(procedure, &from, &edge);
        let style = if edge.back { ", style=dashed" } else { "" };
        let _ = writeln!(out, "  {} -> {} [label={}{style}];", quote(from.as_str()), quote(to.as_str()), quote(&text));
    }
    out.push_str("}\n");
    out
}

/// A step as it will be drawn.
struct Shape {
    id: StepId,
    title: Vec<String>,
    small: Vec<String>,
    kind: Look,
    width: f64,
    height: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Staff,
    Wait,
    Parallel,
    Decision,
    End(Outcome),
}

fn shape(procedure: &Procedure, step: &Step) -> Shape {
    let title = wrap(&step.title.vi, 23);
    let (kind, small) = match &step.kind {
        StepKind::Staff(staff) => (Look::Staff, vec![who(procedure, &staff.by), limit(&staff.within)]),
        StepKind::Wait(wait) => (Look::Wait, vec![limit(&wait.within)]),
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { units, within, .. } => {
                let asked = match units {
                    Units::Named(units) => format!("{} đơn vị cùng lúc", units.len()),
                    Units::Field(_) => "các đơn vị được chọn".to_owned(),
                };
                (Look::Parallel, vec![asked, limit(within)])
            }
            Bodies::Branches(branches) => (Look::Parallel, vec![format!("{} nhánh song song", branches.len())]),
        },
        StepKind::Decision(_) => (Look::Decision, Vec::new()),
        StepKind::End(end) => (Look::End(end.outcome), Vec::new()),
    };
    let small: Vec<String> = small.iter().filter(|line| !line.is_empty()).flat_map(|line| wrap(line, 30)).collect();
    let height = PADDING * 2.0
        + title.len() as f64 * LINE
        + small.len() as f64 * SMALL
        + if small.is_empty() { 0.0 } else { 2.0 };
    Shape { id: step.id.clone(), title, small, kind, width: BOX_WIDTH, height: height - 4.0 }
}

fn who(procedure: &Procedure, by: &By) -> String {
    let title = |id: &crate::ids::PeopleId| {
        procedure.people.get(id).map_or_else(|| id.to_string(), |people| people.title.vi.clone())
    };
    match by {
        By::People(id) => title(id),
        By::SameAs(step) => match procedure.step(step).map(|step| &step.kind) {
            // One hop is enough for a label; the engine follows the whole chain.
            Some(StepKind::Staff(staff)) if !matches!(staff.by, By::SameAs(_)) => who(procedure, &staff.by),
            _ => format!("như bước {}", procedure.step_title(step)),
        },
        By::Choose(choices) => {
            let mut names: Vec<String> = choices.iter().map(|choice| title(&choice.then)).collect();
            names.dedup();
            names.join(" / ")
        }
    }
}

fn limit(limit: &Limit) -> String {
    match limit {
        Limit::Length(length) => length.vi(),
        Limit::Untimed { .. } => "không tính thời hạn".to_owned(),
        Limit::DayOfYear { month, day } => format!("trước ngày {day}/{month}"),
        Limit::Field(field) => format!("đến ngày {field}"),
        Limit::Choose(choices) => {
            choices.iter().map(|choice| self::limit(&choice.then)).collect::<Vec<_>>().join(" hoặc ")
        }
    }
}

fn all_edges(procedure: &Procedure, graph: &Graph) -> Vec<(StepId, StepId, Edge, String)> {
    let mut edges = Vec::new();
    for from in procedure.steps.keys() {
        for (n, (to, edge)) in graph.out_of(from).enumerate() {
            edges.push((from.clone(), to.clone(), edge.clone(), n.to_string()));
        }
    }
    edges
}

fn place(procedure: &Procedure, graph: &Graph, boxes: &[Shape]) -> Layout<NodeLabel, EdgeLabel> {
    let mut laid = Layout::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
    for shape in boxes {
        let node = NodeLabel { width: shape.width, height: shape.height, ..Default::default() };
        laid.set_node(shape.id.to_string(), Some(node));
    }
    for (from, to, edge, name) in all_edges(procedure, graph) {
        let lines = wrap(&edge_text(procedure, &from, &edge), 18);
        let width = lines.iter().map(|line| text_width(line, 12.0)).fold(0.0, f64::max) + 10.0;
        let label = EdgeLabel { width, height: lines.len() as f64 * SMALL + 6.0, ..Default::default() };
        laid.set_edge(from.to_string(), to.to_string(), Some(label), Some(&name));
    }
    laid
}

fn verb_of(edge: &Edge) -> Option<&Verb> {
    match &edge.via {
        Via::Action(verb) => Some(verb),
        _ => None,
    }
}

fn edge_text(procedure: &Procedure, from: &StepId, edge: &Edge) -> String {
    let own = |verb: &Verb| {
        let transition = procedure.step(from)?.actions()?.get(verb)?;
        transition.title.as_ref().map(|title| title.vi.clone())
    };
    match &edge.via {
        Via::Action(verb) => {
            let label =
                own(verb).or_else(|| standard(verb).map(|s| s.vi.to_owned())).unwrap_or_else(|| verb.to_string());
            match edge.at_most {
                Some(count) => format!("{label} (≤\u{a0}{count}\u{a0}lần)"),
                None => label,
            }
        }
        Via::Late => "hết hạn chờ".to_owned(),
        Via::Rule => edge.when.clone().unwrap_or_else(|| "còn lại".to_owned()),
        Via::Into | Via::Join => String::new(),
    }
}

fn draw(shape: &Shape, x: f64, y: f64, is_now: bool, was: bool, out: &mut String) {
    let (left, top) = (x - shape.width / 2.0, y - shape.height / 2.0);
    let (fill, stroke) = match (is_now, shape.kind) {
        (true, _) => ("#fff4d6", "#b7791f"),
        (false, Look::End(Outcome::Done)) => ("#e3f4ec", "#0b7a55"),
        (false, Look::End(_)) => ("#f1f2f4", "#68778a"),
        (false, Look::Wait) => ("#f4f0fb", "#6b4fa0"),
        (false, Look::Parallel) => ("#eaf2fb", "#2b6cb0"),
        (false, _) if was => ("#f2fbf7", "#0b7a55"),
        (false, _) => ("#ffffff", "#8593a5"),
    };
    let radius = if matches!(shape.kind, Look::End(_)) { shape.height / 2.0 } else { 7.0 };
    let dash = if shape.kind == Look::Wait { " stroke-dasharray=\"6 3\"" } else { "" };
    let thick = if is_now { 3.0 } else { 1.5 };
    let class = if is_now {
        "step now"
    } else if was {
        "step passed"
    } else {
        "step"
    };
    let _ = writeln!(
        out,
        "<g class=\"{class}\" id=\"step-{}\"><title>{}</title>",
        escape(shape.id.as_str()),
        escape(&shape.title.join(" "))
    );
    let _ = writeln!(
        out,
        "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{radius:.1}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{thick}\"{dash}/>",
        shape.width, shape.height
    );
    if shape.kind == Look::Parallel {
        for bar in [left + 5.0, left + shape.width - 5.0] {
            let _ = writeln!(
                out,
                "<line x1=\"{bar:.1}\" y1=\"{top:.1}\" x2=\"{bar:.1}\" y2=\"{:.1}\" stroke=\"{stroke}\" stroke-width=\"1.5\"/>",
                top + shape.height
            );
        }
    }
    let mut baseline = top + PADDING + 11.0 - 2.0;
    for line in &shape.title {
        let _ = writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{baseline:.1}\" font-size=\"14\" font-weight=\"600\" text-anchor=\"middle\" fill=\"#1b2430\">{}</text>",
            escape(line)
        );
        baseline += LINE;
    }
    baseline -= 1.0;
    for line in &shape.small {
        let _ = writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{baseline:.1}\" font-size=\"11.5\" text-anchor=\"middle\" fill=\"#4a5666\">{}</text>",
            escape(line)
        );
        baseline += SMALL;
    }
    out.push_str("</g>\n");
}

fn arrow(id: &str, colour: &str) -> String {
    format!(
        "<marker id=\"{id}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0 0L10 5L0 10z\" fill=\"{colour}\"/></marker>"
    )
}

/// A line through the points with its corners rounded.
fn rounded(points: &[(f64, f64)]) -> String {
    let Some(((x, y), rest)) = points.split_first().map(|(p, rest)| (*p, rest)) else { return String::new() };
    let mut path = format!("M{x:.1} {y:.1}");
    for (n, (x, y)) in rest.iter().enumerate() {
        match rest.get(n + 1) {
            None => {
                let _ = write!(path, "L{x:.1} {y:.1}");
            }
            Some((next_x, next_y)) => {
                let middle = ((x + next_x) / 2.0, (y + next_y) / 2.0);
                let _ = write!(path, "Q{x:.1} {y:.1} {:.1} {:.1}", middle.0, middle.1);
            }
        }
    }
    path
}

/// Lines of at most so many characters, broken between words; a longer word stands alone.
fn wrap(text: &str, at_most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= at_most) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// About how wide a text is, in pixels: wide, middle and narrow letters of a common sans-serif.
fn text_width(text: &str, size: f64) -> f64 {
    let em = |c: char| match c {
        'i' | 'l' | 'j' | 't' | 'f' | 'r' | '.' | ',' | ':' | ' ' | '(' | ')' | 'í' | 'ì' | 'ỉ' | 'ĩ' | 'ị' => {
            0.34
        }
        'm' | 'w' | 'M' | 'W' => 0.86,
        c if c.is_uppercase() => 0.68,
        _ => 0.56,
    };
    text.chars().map(em).sum::<f64>() * size
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
