//! The picture as text for other tools: Mermaid and Graphviz.

use std::fmt::Write as _;

use crate::definition::diagnostic::Lang;
use crate::definition::diagram::words;
use crate::definition::graph::Graph;
use crate::definition::procedure::{Procedure, StepKind, Target};

/// The picture as a Mermaid flow chart.
pub fn mermaid(procedure: &Procedure, lang: Lang) -> String {
    let graph = Graph::of(procedure);
    // Mermaid takes `end` and the like for words of its own, so ids bear a prefix; entities spare quotes and brackets.
    let quote = |text: &str| {
        let text = text.replace('&', "#amp;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;");
        format!("\"{}\"", text.replace('`', "'"))
    };
    let mut out = String::from("flowchart TB\n");
    for step in procedure.steps.values() {
        let called = words::called(step, lang).map(|name| format!(" ({name})")).unwrap_or_default();
        let label = quote(&format!("{}{called}", words::label(&step.title, lang)));
        let shape = match step.kind {
            StepKind::End(_) => format!("([{label}])"),
            StepKind::Decision(_) => format!("{{{label}}}"),
            StepKind::Parallel(_) => format!("[[{label}]]"),
            StepKind::Call(_) => format!("[({label})]"),
            StepKind::Wait(_) => format!("[/{label}/]"),
            StepKind::Staff(_) => format!("[{label}]"),
        };
        // Writing into a String cannot fail.
        let _ = writeln!(out, "  s_{}{shape}", step.id);
    }
    for from in procedure.steps.keys() {
        for (to, edge) in graph.out_of(from) {
            let text = words::way(procedure, from, to, edge, lang);
            let arrow = if edge.back { "-.->" } else { "-->" };
            let label = if text.is_empty() { String::new() } else { format!("|{}|", quote(&text)) };
            let _ = writeln!(out, "  s_{from} {arrow}{label} s_{to}");
        }
    }
    let mut anywhere = false;
    for (verb, transition) in words::anytime_ways(procedure) {
        if let Target::Step(to) = &transition.to {
            if !std::mem::replace(&mut anywhere, true) {
                let _ = writeln!(out, "  anytime({})", quote(&words::anytime(lang)));
            }
            let text = words::verb_label(verb, transition.title.as_ref(), transition.at_most, lang);
            let _ = writeln!(out, "  anytime -.->|{}| s_{to}", quote(&text));
        }
    }
    out
}

/// The picture as a Graphviz graph.
pub fn dot(procedure: &Procedure, lang: Lang) -> String {
    let graph = Graph::of(procedure);
    let quote = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut out =
        format!("digraph {} {{\n  rankdir=TB; node [shape=box, style=rounded];\n", quote(procedure.id.as_str()));
    for step in procedure.steps.values() {
        let shape = match step.kind {
            StepKind::End(_) => ", shape=oval",
            StepKind::Decision(_) => ", shape=diamond",
            StepKind::Parallel(_) => ", peripheries=2",
            StepKind::Call(_) => ", shape=component",
            StepKind::Wait(_) => ", style=\"rounded,dashed\"",
            StepKind::Staff(_) => "",
        };
        let called = words::called(step, lang).map(|name| format!(" ({name})")).unwrap_or_default();
        let label = quote(&format!("{}{called}", words::label(&step.title, lang)));
        let _ = writeln!(out, "  {} [label={label}{shape}];", quote(step.id.as_str()));
    }
    for from in procedure.steps.keys() {
        for (to, edge) in graph.out_of(from) {
            let text = words::way(procedure, from, to, edge, lang);
            let style = if edge.back { ", style=dashed" } else { "" };
            let _ =
                writeln!(out, "  {} -> {} [label={}{style}];", quote(from.as_str()), quote(to.as_str()), quote(&text));
        }
    }
    let mut anywhere = false;
    for (verb, transition) in words::anytime_ways(procedure) {
        if let Target::Step(to) = &transition.to {
            if !std::mem::replace(&mut anywhere, true) {
                let _ = writeln!(out, "  \"*\" [label={}, style=dotted];", quote(&words::anytime(lang)));
            }
            let text = words::verb_label(verb, transition.title.as_ref(), transition.at_most, lang);
            let _ = writeln!(out, "  \"*\" -> {} [label={}, style=dotted];", quote(to.as_str()), quote(&text));
        }
    }
    out.push_str("}\n");
    out
}
