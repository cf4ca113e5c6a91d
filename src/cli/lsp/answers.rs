//! What is told about a place: its meaning, where its name stands, what can be mended there.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::document::Document;
use super::place::Columns;
use crate::cli::output::pick;
use crate::definition::checks::paths::compare;
use crate::definition::checks::sums::{Sum, sums_through};
use crate::definition::diagnostic::{Diagnostic, Lang, Level, human};
use crate::definition::graph::Graph;
use crate::definition::outline::Mention;
use crate::definition::procedure::{By, StepKind};
use crate::definition::shape::Names;
use crate::definition::source::Node;

/// A diagnostic as an editor takes it.
pub fn diagnostic(one: &Diagnostic, document: &Document, uri: &str, columns: Columns, lang: Lang) -> Value {
    let text = document.text();
    let severity = match one.level {
        Level::Error => 1,
        Level::Warning => 2,
        Level::Note => 3,
    };
    let mut message = one.message.in_lang(lang).to_owned();
    for more in one.notes.iter().chain(&one.help) {
        message.push('\n');
        message.push_str(more.in_lang(lang));
    }
    let related: Vec<Value> = one
        .related
        .iter()
        .map(|(span, label)| {
            json!({ "location": { "uri": uri, "range": columns.range(text, *span) }, "message": label.in_lang(lang) })
        })
        .collect();
    json!({
        "range": columns.range(text, one.span),
        "severity": severity,
        "code": one.code,
        "source": "quytrinh",
        "message": message,
        "relatedInformation": related,
    })
}

/// The changes that would mend what is wrong between two bytes.
pub fn fixes(document: &Document, uri: &str, from: usize, to: usize, columns: Columns, lang: Lang) -> Vec<Value> {
    let text = document.text();
    let near = document.found.iter().filter(|one| {
        let (a, b) = (document.source.position(one.span.start).0, document.source.position(one.span.end).0);
        let (from, to) = (document.source.position(from).0, document.source.position(to).0);
        a <= to && from <= b
    });
    near.filter_map(|one| one.fix.as_ref().map(|fix| (one, fix)))
        .map(|(one, fix)| {
            let help = one.help.as_ref().unwrap_or(&one.message).in_lang(lang);
            json!({
                "title": format!("{}: {help}", one.code),
                "kind": "quickfix",
                "isPreferred": true,
                "diagnostics": [diagnostic(one, document, uri, columns, lang)],
                "edit": { "changes": { uri: [
                    { "range": columns.range(text, fix.span), "newText": fix.replacement }
                ]}},
            })
        })
        .collect()
}

/// The label of a declared name.
pub fn title(document: &Document, mention: &Mention, lang: Lang) -> String {
    let entry = entry(document, mention);
    let of = |key: &str| entry.and_then(|entry| entry.get(key)).and_then(Node::text);
    let other = if lang == Lang::En { of("en") } else { None };
    other.or(of("vi")).unwrap_or_default().to_owned()
}

fn entry<'d>(document: &'d Document, mention: &Mention) -> Option<&'d Node> {
    fn at(node: &Node, start: usize) -> Option<&Node> {
        for (key, value) in node.entries() {
            if key.span.start <= start && start < key.span.end {
                return Some(value);
            }
            if value.span.start <= start && start <= value.span.end {
                return at(value, start);
            }
        }
        node.items()
            .iter()
            .find(|item| item.span.start <= start && start <= item.span.end)
            .and_then(|item| at(item, start))
    }
    at(document.readable.root()?, mention.span.start)
}

/// What the name or key at a byte means. `names` is where the file's names are declared.
pub fn hover(document: &Document, names: &Document, at: usize, lang: Lang) -> Option<String> {
    if let Some(mention) = document.outline.mention_at(at) {
        let declared = names.outline.all(mention.names, &mention.name).find(|one| one.declares.is_some());
        if mention.names != Names::Verb {
            return Some(of_name(names, declared.unwrap_or(mention), lang));
        }
    }
    if let Some(row) = document.outline.row_at(at) {
        return Some(format!("`{}`: {}", row.key, pick(lang, row.vi, row.en)));
    }
    let one = document.found.iter().find(|one| one.span.start <= at && at <= one.span.end)?;
    Some(format!("```\n{}```", human(one, &document.source, lang)))
}

fn of_name(names: &Document, mention: &Mention, lang: Lang) -> String {
    let mut out = format!("**{}**", title(names, mention, lang));
    let entry = entry(names, mention);
    let mut line = |vi: &str, en: &str, text: &str| out.push_str(&format!("\n\n{}: {text}", pick(lang, vi, en)));
    let text = |key: &str| entry.and_then(|entry| entry.get(key)).and_then(Node::text);
    match mention.names {
        Names::Step => {
            if let Some(holder) = holder(names, &mention.name, lang) {
                line("Người giữ", "Held by", &holder);
            }
            if let Some(within) = text("within") {
                line("Thời hạn", "Limit", within);
            }
            if let Some(sum) = longest(names, &mention.name) {
                let total = sum.total.as_ref().map(|total| pick(lang, &total.vi(), &total.en()).to_owned());
                let parts: Vec<&str> = sum.parts.iter().map(|(step, _)| step.as_str()).collect();
                let told = format!("{} ({})", total.unwrap_or_default(), parts.join(" → "));
                line("Đường dài nhất qua bước này", "Longest path through it", &told);
            }
        }
        Names::Legal => {
            text("limit").into_iter().for_each(|limit| line("Thời hạn luật định", "Limit it sets", limit));
            text("note").into_iter().for_each(|note| line("Ghi chú", "Note", note));
        }
        Names::Field => text("is").into_iter().for_each(|is| line("Kiểu", "Type", is)),
        Names::People => {
            for key in ["post", "unit", "head_of", "deputy_of", "holder_of", "manager_of", "pick"] {
                text(key).into_iter().for_each(|value| line(key, key, value));
            }
        }
        Names::Document => text("form").into_iter().for_each(|form| line("Mẫu", "Form", form)),
        Names::Group | Names::Verb => {}
    }
    out
}

/// Who holds a step, by the labels of `people`.
fn holder(names: &Document, step: &str, lang: Lang) -> Option<String> {
    let procedure = names.procedure.as_ref()?;
    let by = match &procedure.steps.get(step)?.kind {
        StepKind::Staff(staff) => &staff.by,
        StepKind::Wait(wait) => wait.by.as_ref()?,
        StepKind::Call(call) => call.by.as_ref()?,
        _ => return None,
    };
    let label = |people: &str| {
        let title = &procedure.people.get(people)?.title;
        Some(title.en.as_deref().filter(|_| lang == Lang::En).unwrap_or(&title.vi).to_owned())
    };
    match by {
        By::People(people) => label(people.as_str()),
        By::SameAs(other) => Some(format!("{} `{other}`", pick(lang, "người đã giữ bước", "whoever held"))),
        By::Choose(choices) => {
            let labels: Vec<String> = choices.iter().filter_map(|choice| label(choice.then.as_str())).collect();
            (!labels.is_empty()).then(|| labels.join(" / "))
        }
    }
}

/// The longest straight path through a step.
fn longest(names: &Document, step: &str) -> Option<Sum> {
    let procedure = names.procedure.as_ref()?;
    let all = sums_through(procedure, &Graph::of(procedure), &step.into())?;
    let through = all.into_iter().filter(|sum| sum.total.is_some());
    through.reduce(|a, b| match (&a.total, &b.total) {
        (Some(x), Some(y)) if compare(y, x) == Some(Ordering::Greater) => b,
        _ => a,
    })
}

/// The names a file declares, for its table of contents.
pub fn symbols(document: &Document, columns: Columns, lang: Lang) -> Vec<Value> {
    let text = document.text();
    let declared = document.outline.mentions.iter().filter_map(|one| one.declares.map(|whole| (one, whole)));
    declared
        .filter(|(one, _)| one.names != Names::Verb)
        .map(|(one, whole)| {
            let kind = match one.names {
                Names::Step => 5,
                Names::People => 11,
                Names::Field => 8,
                Names::Document => 17,
                Names::Legal => 14,
                Names::Group | Names::Verb => 3,
            };
            json!({
                "name": one.name,
                "detail": title(document, one, lang),
                "kind": kind,
                "range": columns.range(text, whole),
                "selectionRange": columns.range(text, one.span),
            })
        })
        .collect()
}
