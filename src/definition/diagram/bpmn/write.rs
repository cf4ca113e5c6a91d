//! The drawing as XML (BPMN 2.0.2, OMG formal/2013-12-09), places and all.

use std::fmt::Write as _;

use crate::definition::diagram::bpmn::place::{Bounds, places};
use crate::definition::diagram::bpmn::sheet::{Arrow, Figure, Look, Sheet};
use crate::definition::diagram::bpmn::{DRAWN, NAMESPACE, SOURCE, arrow_fact, lane_fact, shape_fact};
use crate::definition::diagram::svg::escape;

/// Writes a drawing that carries its file.
pub fn write(sheet: &Sheet, source: &str, digest: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let title = escape(&sheet.title);
    // Writing into a String cannot fail.
    let _ = writeln!(
        out,
        "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" \
         xmlns:bpmndi=\"http://www.omg.org/spec/BPMN/20100524/DI\" xmlns:dc=\"http://www.omg.org/spec/DD/20100524/DC\" \
         xmlns:di=\"http://www.omg.org/spec/DD/20100524/DI\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:qt=\"{NAMESPACE}\" id=\"definitions\" name=\"{title}\" targetNamespace=\"urn:quytrinh:procedure\" \
         exporter=\"quytrinh\">"
    );
    let (owner, process) = (escape(&sheet.owner), escape(&sheet.process));
    let _ = writeln!(
        out,
        "  <bpmn:collaboration id=\"collaboration\">\n    \
         <bpmn:participant id=\"pool\" name=\"{owner}\" processRef=\"{process}\" />\n  </bpmn:collaboration>"
    );
    let _ = writeln!(out, "  <bpmn:process id=\"{process}\" name=\"{title}\" isExecutable=\"false\">");
    let _ = writeln!(
        out,
        "    <bpmn:extensionElements>\n      <qt:{SOURCE} digest=\"{digest}\">{}</qt:{SOURCE}>\n      \
         <qt:{DRAWN}>{}</qt:{DRAWN}>\n    </bpmn:extensionElements>",
        kept(source),
        escape(&facts(sheet).join("\n"))
    );
    lanes(sheet, &mut out);
    for (n, figure) in sheet.figures.iter().enumerate() {
        write_figure(sheet, n, figure, &mut out);
    }
    for (n, arrow) in sheet.arrows.iter().enumerate() {
        write_arrow(sheet, n, arrow, &mut out);
    }
    out.push_str("  </bpmn:process>\n");
    diagram(sheet, &mut out);
    out.push_str("</bpmn:definitions>\n");
    out
}

/// Text whose line ends a reader of XML must not touch.
fn kept(text: &str) -> String {
    text.split('\r').map(escape).collect::<Vec<_>>().join("&#13;")
}

/// What is drawn, a line each.
fn facts(sheet: &Sheet) -> Vec<String> {
    let mut facts: Vec<String> = Vec::new();
    for figure in &sheet.figures {
        facts.push(shape_fact(&figure.id, &figure.name, &figure.time));
    }
    for (n, arrow) in sheet.arrows.iter().enumerate() {
        let ends = (sheet.figures[arrow.from].id.as_str(), sheet.figures[arrow.to].id.as_str());
        facts.push(arrow_fact(&Arrow::id(n), &arrow.name, ends, &arrow.condition));
    }
    for (n, lane) in sheet.lanes.iter().enumerate() {
        facts.push(lane_fact(lane, members(sheet, n)));
    }
    facts
}

fn members(sheet: &Sheet, lane: usize) -> impl Iterator<Item = &str> {
    sheet.figures.iter().filter(move |figure| figure.lane == lane).map(|figure| figure.id.as_str())
}

fn lanes(sheet: &Sheet, out: &mut String) {
    out.push_str("    <bpmn:laneSet id=\"lanes\">\n");
    for (n, lane) in sheet.lanes.iter().enumerate() {
        let _ = writeln!(out, "      <bpmn:lane id=\"lane_{}\" name=\"{}\">", n + 1, escape(lane));
        for id in members(sheet, n) {
            let _ = writeln!(out, "        <bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>");
        }
        out.push_str("      </bpmn:lane>\n");
    }
    out.push_str("    </bpmn:laneSet>\n");
}

fn write_figure(sheet: &Sheet, n: usize, figure: &Figure, out: &mut String) {
    let name = if figure.name.is_empty() { String::new() } else { format!(" name=\"{}\"", escape(&figure.name)) };
    let otherwise = sheet.arrows.iter().position(|arrow| arrow.from == n && arrow.otherwise);
    let otherwise = otherwise.map(|arrow| format!(" default=\"{}\"", Arrow::id(arrow))).unwrap_or_default();
    let (element, id) = (figure.element, &figure.id);
    let _ = write!(out, "    <bpmn:{element} id=\"{id}\"{name}{otherwise}{}>", figure.attributes);
    if !figure.note.is_empty() {
        let _ = write!(out, "<bpmn:documentation>{}</bpmn:documentation>", escape(&figure.note));
    }
    for (m, _) in sheet.arrows.iter().enumerate().filter(|(_, arrow)| arrow.to == n) {
        let _ = write!(out, "<bpmn:incoming>{}</bpmn:incoming>", Arrow::id(m));
    }
    for (m, _) in sheet.arrows.iter().enumerate().filter(|(_, arrow)| arrow.from == n) {
        let _ = write!(out, "<bpmn:outgoing>{}</bpmn:outgoing>", Arrow::id(m));
    }
    let _ = writeln!(out, "{}</bpmn:{element}>", figure.inner);
}

fn write_arrow(sheet: &Sheet, n: usize, arrow: &Arrow, out: &mut String) {
    let name = if arrow.name.is_empty() { String::new() } else { format!(" name=\"{}\"", escape(&arrow.name)) };
    let (from, to) = (&sheet.figures[arrow.from].id, &sheet.figures[arrow.to].id);
    let _ = write!(out, "    <bpmn:sequenceFlow id=\"{}\"{name} sourceRef=\"{from}\" targetRef=\"{to}\"", Arrow::id(n));
    let _ = match arrow.condition.is_empty() {
        true => writeln!(out, " />"),
        false => writeln!(
            out,
            "><bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\">{}</bpmn:conditionExpression>\
             </bpmn:sequenceFlow>",
            escape(&arrow.condition)
        ),
    };
}

fn diagram(sheet: &Sheet, out: &mut String) {
    let places = places(sheet);
    out.push_str(
        "  <bpmndi:BPMNDiagram id=\"diagram\">\n    <bpmndi:BPMNPlane id=\"plane\" bpmnElement=\"collaboration\">\n",
    );
    shape(out, "pool", " isHorizontal=\"true\"", places.pool, None);
    for (n, lane) in places.lanes.iter().enumerate() {
        shape(out, &format!("lane_{}", n + 1), " isHorizontal=\"true\"", *lane, None);
    }
    for ((figure, at), name) in sheet.figures.iter().zip(&places.figures).zip(&places.names) {
        let more = match figure.look {
            Look::Gateway if figure.element == "exclusiveGateway" => " isMarkerVisible=\"true\"",
            Look::Anytime => " isExpanded=\"true\"",
            _ => "",
        };
        shape(out, &figure.id, more, *at, *name);
        if figure.look == Look::Anytime {
            inside(out, &figure.id, *at);
        }
    }
    for (n, (points, label)) in places.arrows.iter().enumerate() {
        edge(out, &Arrow::id(n), points, *label);
    }
    out.push_str("    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n");
}

/// The two circles and the arrow of what may happen at any time.
fn inside(out: &mut String, id: &str, (left, top, wide, _): Bounds) {
    let y = top + 28.0;
    shape(out, &format!("{id}_start"), "", (left + 24.0, y, 36.0, 36.0), Some((left + 4.0, y + 40.0, 76.0, 28.0)));
    let end = left + wide - 60.0;
    shape(out, &format!("{id}_end"), "", (end, y, 36.0, 36.0), Some((end - 36.0, y + 40.0, 90.0, 28.0)));
    edge(out, &format!("{id}_f"), &[(left + 60.0, y + 18.0), (end, y + 18.0)], None);
}

fn bounds((left, top, wide, high): Bounds) -> String {
    format!("<dc:Bounds x=\"{left:.0}\" y=\"{top:.0}\" width=\"{wide:.0}\" height=\"{high:.0}\" />")
}

fn shape(out: &mut String, id: &str, more: &str, at: Bounds, name: Option<Bounds>) {
    let label = name.map(|at| format!("<bpmndi:BPMNLabel>{}</bpmndi:BPMNLabel>", bounds(at))).unwrap_or_default();
    let _ = writeln!(
        out,
        "      <bpmndi:BPMNShape id=\"{id}_di\" bpmnElement=\"{id}\"{more}>{}{label}</bpmndi:BPMNShape>",
        bounds(at)
    );
}

fn edge(out: &mut String, id: &str, points: &[(f64, f64)], label: Option<Bounds>) {
    let _ = write!(out, "      <bpmndi:BPMNEdge id=\"{id}_di\" bpmnElement=\"{id}\">");
    for (x, y) in points {
        let _ = write!(out, "<di:waypoint x=\"{x:.0}\" y=\"{y:.0}\" />");
    }
    let label = label.map(|at| format!("<bpmndi:BPMNLabel>{}</bpmndi:BPMNLabel>", bounds(at))).unwrap_or_default();
    let _ = writeln!(out, "{label}</bpmndi:BPMNEdge>");
}
