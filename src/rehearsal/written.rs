//! Scenarios as text: how a value, a line and an expectation are written, and changes of a file that touch nothing but
//! their own places. It may not play anything.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value as Json;

use crate::definition::source::{Node, NodeKind, Source};
use crate::rehearsal::scenario::{Expect, ExpectedNotice, Item, Names, Scenario};

/// The widest line.
const WIDTH: usize = 120;

/// A piece of the text, and what stands there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub at: Range<usize>,
    pub text: String,
}

/// The text with all changes; none of them may lie in another.
pub fn edited<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> String {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
    let mut out = text.to_owned();
    for edit in edits.into_iter().rev() {
        out.replace_range(edit.at.clone(), &edit.text);
    }
    out
}

/// A text as YAML writes it: in quotes where it would be read as something else.
pub fn scalar(text: &str) -> String {
    let odd = |c: char| c.is_control() || "#,[]{}\"'&*!|>%@`".contains(c);
    let word = matches!(text.to_lowercase().as_str(), "" | "true" | "false" | "null" | "~" | "yes" | "no");
    let number = text.parse::<f64>().is_ok() || text.starts_with("0x") || text.starts_with(".");
    let colon = text.ends_with(':') || text.contains(": ");
    let edge = text.starts_with(['-', '?', ' ', ':']) || text.ends_with(' ');
    match text.contains(odd) || word || number || colon || edge {
        // JSON's quotes and escapes are YAML's.
        true => Json::from(text).to_string(),
        false => text.to_owned(),
    }
}

fn value(json: &Json) -> String {
    match json {
        Json::String(text) => scalar(text),
        Json::Array(items) => format!("[{}]", items.iter().map(value).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

fn list<S: AsRef<str>>(names: &[S]) -> String {
    match names {
        [one] => scalar(one.as_ref()),
        many => format!("[{}]", many.iter().map(|name| scalar(name.as_ref())).collect::<Vec<_>>().join(", ")),
    }
}

/// `{ a: 1, documents: [b] }`.
fn with(given: &BTreeMap<String, Json>) -> String {
    flow(given.iter().map(|(name, json)| (name.as_str(), value(json))))
}

fn flow<K: AsRef<str>>(entries: impl IntoIterator<Item = (K, String)>) -> String {
    let entries: Vec<String> = entries.into_iter().map(|(key, value)| format!("{}: {value}", key.as_ref())).collect();
    if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
}

fn notice(notice: &ExpectedNotice) -> String {
    let mut entries = vec![("time", notice.time.clone()), ("kind", notice.kind.clone())];
    entries.extend(notice.percent.map(|percent| ("percent", percent.to_string())));
    entries.extend(notice.to.as_ref().map(|to| ("to", list(&to.all()))));
    entries.extend(notice.of.as_ref().map(|of| ("of", scalar(of))));
    entries.extend(notice.legal.as_ref().map(|legal| ("legal", scalar(legal))));
    flow(entries)
}

/// What is expected, key by key; `notices` last, for they may be many.
pub fn expected(expect: &Expect) -> Vec<(&'static str, String)> {
    let plain = [
        ("step", &expect.step),
        ("holder", &expect.holder),
        ("deadline", &expect.deadline),
        ("case_deadline", &expect.case_deadline),
        ("variant", &expect.variant),
        ("outcome", &expect.outcome),
    ];
    let mut keys: Vec<(&str, String)> =
        plain.into_iter().filter_map(|(key, text)| Some((key, scalar(text.as_ref()?)))).collect();
    let papers = expect.documents.as_ref().map(|papers| {
        let papers: Vec<String> = papers.iter().map(|paper| scalar(paper)).collect();
        ("documents", format!("[{}]", papers.join(", ")))
    });
    keys.extend(papers);
    keys.extend(expect.notices.as_ref().map(|told| ("notices", notices(told))));
    keys
}

/// `[{ time: …, kind: … }]` on one line.
pub fn notices(told: &[ExpectedNotice]) -> String {
    format!("[{}]", told.iter().map(notice).collect::<Vec<_>>().join(", "))
}

/// `expect: …` after so many spaces: on one line where that is wide enough.
pub fn expect_lines(expect: &Expect, indent: usize) -> String {
    let keys = expected(expect);
    let one = format!("expect: {}", flow(keys.iter().map(|(key, text)| (*key, text.clone()))));
    if indent + one.chars().count() <= WIDTH {
        return one;
    }
    let inner = " ".repeat(indent + 2);
    let mut text = "expect:".to_owned();
    for (key, line) in keys {
        match &expect.notices {
            Some(told) if key == "notices" && !told.is_empty() => {
                text += &format!("\n{inner}notices:");
                told.iter().for_each(|one| text += &format!("\n{inner}  - {}", notice(one)));
            }
            _ => text += &format!("\n{inner}{key}: {line}"),
        }
    }
    text
}

fn item(item: &Item) -> String {
    let mut keys: Vec<(&str, String)> = Vec::new();
    let mut plain = |key, text: &Option<String>| keys.extend(text.as_ref().map(|text| (key, scalar(text))));
    plain("after", &item.after);
    plain("wait_until", &item.wait_until);
    plain("ended", &item.ended);
    plain("outcome", &item.outcome);
    plain("signal", &item.signal);
    plain("id", &item.id);
    keys.extend(item.who.as_ref().map(|who: &Names| ("as", list(&who.all()))));
    let mut plain = |key, text: &Option<String>| keys.extend(text.as_ref().map(|text| (key, scalar(text))));
    plain("do", &item.act);
    plain("to", &item.to);
    plain("length", &item.length);
    plain("reason", &item.reason);
    if !item.with.is_empty() {
        keys.push(("with", with(&item.with)));
    }
    flow(keys)
}

/// A whole scenario as an entry of `scenarios:`, its last line without an end.
pub fn scenario(scenario: &Scenario) -> String {
    let mut text = format!("  - name: {}", scalar(&scenario.name));
    let mut line = |key: &str, value: String| text += &format!("\n    {key}: {value}");
    if let Some(start) = &scenario.start {
        line("start", scalar(start));
    }
    if let Some(code) = &scenario.code {
        line("code", scalar(code));
    }
    if let Some(channel) = &scenario.channel {
        line("channel", scalar(channel));
    }
    if !scenario.given.is_empty() {
        line("given", with(&scenario.given));
    }
    if !scenario.absent.is_empty() {
        line("absent", format!("[{}]", scenario.absent.iter().map(|who| scalar(who)).collect::<Vec<_>>().join(", ")));
    }
    if !scenario.run.is_empty() {
        text += "\n    run:";
    }
    for one in &scenario.run {
        if one.expect.is_none() || one.who.is_some() || one.after.is_some() || one.wait_until.is_some() {
            text += &format!("\n      - {}", item(one));
        }
        if let Some(expect) = &one.expect {
            text += &format!("\n      - expect: {}", flow(expected(expect)));
        }
    }
    if let Some(expect) = &scenario.expect {
        text += &format!("\n    {}", expect_lines(expect, 4));
    }
    text
}

/// Where a value ends: a block's end is that of its last entry.
pub fn end_of(source: &Source, node: &Node) -> usize {
    let bracketed = source.text()[node.span.start..].starts_with(['{', '[']);
    match &node.kind {
        NodeKind::Map(entries) if !bracketed => {
            entries.iter().map(|(key, value)| end_of(source, value).max(key.span.end)).max().unwrap_or(node.span.end)
        }
        NodeKind::List(items) if !bracketed => {
            items.iter().map(|item| end_of(source, item)).max().unwrap_or(node.span.end)
        }
        // Nothing stands there: where it would, the parser does not always say.
        NodeKind::Scalar { .. } if node.span.end == node.span.start => 0,
        _ => node.span.end,
    }
}

/// Puts a key with its value at the end of a map; `rendered` writes both for so many spaces before them.
pub fn insert(source: &Source, map: &Node, rendered: impl Fn(Option<usize>) -> String) -> Edit {
    let text = source.text();
    if text[map.span.start..].starts_with('{') {
        let close = map.span.end.saturating_sub(1);
        let at = text[..close].trim_end().len();
        let comma = if map.entries().is_empty() { " " } else { ", " };
        let space = if at == close { " " } else { "" };
        return Edit { at: at..at, text: format!("{comma}{}{space}", rendered(None)) };
    }
    let first = map.entries().first().map_or(map.span.start, |(key, _)| key.span.start);
    let indent = text[..first].rfind('\n').map_or(first, |line| text[line + 1..first].chars().count());
    let end = end_of(source, map);
    // A comment behind the last value stays behind it.
    let at = text[end..].find('\n').map_or(text.len(), |line| end + line);
    let at = if text[..at].ends_with('\r') { at - 1 } else { at };
    Edit { at: at..at, text: format!("\n{}{}", " ".repeat(indent), rendered(Some(indent))) }
}
