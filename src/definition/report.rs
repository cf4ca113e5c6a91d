//! Diagnostics for other programs: SARIF 2.1.0 for code hosts, workflow commands of GitHub.
//!
//! Columns count characters, and say so (`columnKind`). Names of files become references as RFC 3986 has them.

use serde_json::{Value as Json, json};

use crate::definition::checks::reference::page;
use crate::definition::diagnostic::{Diagnostic, Lang, Level, level_word};
use crate::definition::source::{Source, Span};

/// A list of diagnostics as SARIF 2.1.0.
pub fn sarif(found: &[(&Source, &Diagnostic)], lang: Lang) -> Json {
    let mut rules: Vec<&str> = Vec::new();
    for (_, told) in found {
        if !rules.contains(&told.code) {
            rules.push(told.code);
        }
    }
    let results: Vec<Json> = found
        .iter()
        .map(|(source, told)| {
            let rule = rules.iter().position(|code| *code == told.code);
            let mut result = json!({
                "ruleId": told.code,
                "ruleIndex": rule,
                "level": level_word(told.level),
                "message": { "text": words(told, lang) },
                "locations": [place(source, told.span)],
            });
            let related = related(source, told, lang);
            if !related.is_empty() {
                result["relatedLocations"] = Json::Array(related);
            }
            if let Some(fix) = &told.fix {
                let replacement = json!({
                    "deletedRegion": region(source, fix.span),
                    "insertedContent": { "text": fix.replacement },
                });
                result["fixes"] = json!([{ "artifactChanges": [{
                    "artifactLocation": { "uri": reference(source.name()) },
                    "replacements": [replacement],
                }]}]);
            }
            result
        })
        .collect();
    let rules: Vec<Json> = rules.iter().map(|code| rule(code)).collect();
    json!({
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{
            "tool": { "driver": { "name": "quytrinh", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A check, with its page.
fn rule(code: &str) -> Json {
    let text = page(code).map_or("", |page| page.text);
    let title = text.lines().next().and_then(|line| line.split_once(": ")).map_or(code, |(_, title)| title);
    json!({
        "id": code,
        "shortDescription": { "text": title },
        "help": { "text": text, "markdown": text },
    })
}

/// The message and the way out.
fn words(told: &Diagnostic, lang: Lang) -> String {
    let help = told.help.as_ref().map(|help| help.in_lang(lang));
    let word = if lang == Lang::Vi { "Gợi ý" } else { "Help" };
    match help {
        Some(help) => format!("{}. {word}: {help}", told.message.in_lang(lang)),
        None => told.message.in_lang(lang).to_owned(),
    }
}

fn place(source: &Source, span: Span) -> Json {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": reference(source.name()) },
        "region": region(source, span),
    }})
}

/// From 1, the end not included.
fn region(source: &Source, span: Span) -> Json {
    let (line, column) = source.position(span.start);
    let (end_line, end_column) = source.position(span.end.max(span.start));
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

fn related(source: &Source, told: &Diagnostic, lang: Lang) -> Vec<Json> {
    let own = told.related.iter().map(|(span, text)| {
        let mut location = place(source, *span);
        location["message"] = json!({ "text": text.in_lang(lang) });
        location
    });
    let elsewhere = told.elsewhere.iter().map(|place| {
        json!({
            "physicalLocation": {
                "artifactLocation": { "uri": reference(&place.file) },
                "region": { "startLine": place.line, "startColumn": place.column },
            },
            "message": { "text": place.text.in_lang(lang) },
        })
    });
    own.chain(elsewhere).collect()
}

/// A path as a reference: separators as slashes, everything else that is no plain letter by its bytes.
fn reference(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// One diagnostic as a workflow command of a code host: `::error file=…`.
pub fn github(told: &Diagnostic, source: &Source, lang: Lang) -> String {
    let (line, column) = source.position(told.span.start);
    let (end_line, end) = source.position(told.span.end.max(told.span.start));
    // A run of columns is told only within one line.
    let end = if end_line == line { format!(",endColumn={end}") } else { String::new() };
    let level = match told.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let (file, message) = (property(source.name()), text(&words(told, lang)));
    format!("::{level} file={file},line={line},endLine={end_line},col={column}{end},title={}::{message}", told.code)
}

/// What would end the message.
fn text(message: &str) -> String {
    message.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What would end a property of a command, or begin its message.
fn property(value: &str) -> String {
    text(value).replace(':', "%3A").replace(',', "%2C")
}
