//! What may be written at a place. Where the cursor stands is found from the lines above it by their indentation, so
//! that it is known in a file that cannot be read, as files mostly are while one types.

use serde_json::{Value, json};

use super::document::Document;
use crate::definition::diagnostic::Lang;
use crate::definition::reader::is_id;
use crate::definition::shape::{Form, KeyRow, Names, Shape, anytime_shape, step_shape};
use crate::definition::source::{Node, Span};
use crate::definition::verbs::STANDARD;

/// One way down.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hop {
    Key(String),
    Item,
}

/// Where the cursor stands.
struct Here {
    hops: Vec<Hop>,
    /// A key is being written, not a value.
    key: bool,
    /// Inside brackets on one line.
    flow: bool,
}

/// Something that may be written.
pub struct Offer {
    pub label: String,
    pub insert: String,
    pub detail: String,
    /// The number an editor shows a picture by.
    pub kind: u8,
}

/// What may be written at a byte, and the place of what is written of it already. `names` are declared where the file's
/// names are: in it, or in the procedure beside a test.
pub fn offers(document: &Document, names: &Document, at: usize, lang: Lang) -> (Span, Vec<Offer>) {
    let text = document.text();
    let before = &text[..at];
    let start = before
        .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8));
    let span = Span { start, end: at };
    let Some(shape) = document.shape() else { return (span, Vec::new()) };
    let here = here(&before[..start]);
    let mut node = document.readable.root();
    let mut at = At::Map(shape);
    let mut last = String::new();
    for hop in &here.hops {
        let Some(next) = down(&at, hop, node) else { return (span, Vec::new()) };
        node = match hop {
            Hop::Key(key) => node.and_then(|node| node.get(key)),
            Hop::Item => None,
        };
        if let Hop::Key(key) = hop {
            last.clone_from(key);
        }
        at = next;
    }
    let found = match (&at, here.key) {
        (At::Map(shape), true) => keys(shape, node, here.flow, lang),
        (At::Form(form), true) => match form.for_map() {
            Some(Form::Map(shape)) => keys(shape, node, here.flow, lang),
            Some(Form::Step) => keys(step_shape(kind(node)), node, here.flow, lang),
            Some(Form::Anytime) => keys(anytime_shape(&last), node, here.flow, lang),
            Some(Form::Named(Some(Names::Verb), _)) => verbs(lang),
            Some(Form::Keyed(of, _)) => declared(names, &[*of], ": ", lang),
            Some(Form::Paired(of)) => declared(names, of, ": ", lang),
            _ => Vec::new(),
        },
        (At::Form(form), false) => values(form, &last, document, names, lang),
        (At::Map(_), false) => Vec::new(),
    };
    (span, found)
}

enum At {
    Map(&'static Shape),
    Form(&'static Form),
}

fn down(at: &At, hop: &Hop, node: Option<&Node>) -> Option<At> {
    let form = match (at, hop) {
        (At::Map(shape), Hop::Key(key)) => shape.row(key)?.form,
        (At::Form(form), Hop::Item) => form.for_item()?,
        (At::Form(form), Hop::Key(key)) => match form.for_map()? {
            Form::Map(shape) => shape.row(key)?.form,
            Form::Step => step_shape(kind(node)).row(key)?.form,
            Form::Anytime => anytime_shape("").row(key).or(anytime_shape("extend").row(key))?.form,
            Form::Named(_, inner) | Form::Keyed(_, inner) => inner,
            _ => return None,
        },
        (At::Map(_), Hop::Item) => return None,
    };
    Some(At::Form(form))
}

fn kind(node: Option<&Node>) -> Option<&str> {
    node?.get("kind")?.text()
}

fn keys(shape: &'static Shape, node: Option<&Node>, flow: bool, lang: Lang) -> Vec<Offer> {
    let there = |row: &&KeyRow| node.is_none_or(|node| node.get(row.key).is_none());
    let block = |row: &KeyRow| match row.form {
        _ if flow => false,
        Form::Named(..) => true,
        Form::Map(shape) => ["case", "silence"].contains(&shape.name),
        _ => false,
    };
    let offer = |row: &KeyRow| Offer {
        label: row.key.to_owned(),
        insert: if block(row) { format!("{}:", row.key) } else { format!("{}: ", row.key) },
        detail: match lang {
            Lang::Vi => row.vi.to_owned(),
            Lang::En => row.en.to_owned(),
        },
        kind: if row.required { 5 } else { 10 },
    };
    shape.keys.iter().filter(there).map(offer).collect()
}

fn verbs(lang: Lang) -> Vec<Offer> {
    let offer = |verb: &crate::definition::verbs::StandardVerb| Offer {
        label: verb.word.to_owned(),
        insert: format!("{}: {{ to: ", verb.word),
        detail: if lang == Lang::Vi { verb.vi } else { verb.en }.to_owned(),
        kind: 2,
    };
    STANDARD.iter().map(offer).collect()
}

fn plain(words: &[&str]) -> Vec<Offer> {
    let offer = |word: &&str| Offer { label: (*word).into(), insert: (*word).into(), detail: String::new(), kind: 12 };
    words.iter().map(offer).collect()
}

/// Names declared, each with its label.
fn declared(names: &Document, of: &[Names], after: &str, lang: Lang) -> Vec<Offer> {
    let mut found = Vec::new();
    for mention in of.iter().flat_map(|of| names.outline.declared(*of)) {
        found.push(Offer {
            label: mention.name.clone(),
            insert: format!("{}{after}", mention.name),
            detail: super::answers::title(names, mention, lang),
            kind: 6,
        });
    }
    found
}

const UNITS: &[&str] = &[
    "working days",
    "working hours",
    "calendar days",
    "clock hours",
    "months",
    "ngày làm việc",
    "giờ làm việc",
    "ngày lịch",
    "giờ đồng hồ",
    "tháng",
];

fn values(form: &'static Form, key: &str, document: &Document, names: &Document, lang: Lang) -> Vec<Offer> {
    if ["unit", "head_of", "deputy_of", "owner"].contains(&key) {
        return units(document);
    }
    let mut found = match form.for_scalar() {
        Some(Form::Words(words)) => plain(words),
        Some(Form::YesNo) => plain(&["true", "false"]),
        Some(Form::Length) => plain(UNITS),
        Some(Form::Ref(of, words)) => {
            let mut found = declared(names, of, "", lang);
            found.extend(plain(words));
            found
        }
        Some(Form::Within(of)) => {
            let mut found = declared(names, &[*of], "", lang);
            match key {
                "within" | "else" => found.extend(plain(UNITS).into_iter().chain(plain(&["untimed", "until"]))),
                "on_breach" => found.extend(plain(&["tell holder", "tell head", "tell inspector", "tell owner"])),
                _ => {}
            }
            found
        }
        Some(Form::StepVerb) => declared(names, &[Names::Step], ".", lang),
        _ => match key {
            "do" => plain(&STANDARD.iter().map(|verb| verb.word).collect::<Vec<_>>()),
            "kind" if document.outline.rows.is_empty() => Vec::new(),
            _ => Vec::new(),
        },
    };
    if key == "for_each" {
        found.extend(units(document));
    }
    found
}

/// Units that the file names already.
fn units(document: &Document) -> Vec<Offer> {
    fn walk(node: &Node, into: &mut Vec<String>) {
        for (key, value) in node.entries() {
            if ["unit", "head_of", "deputy_of", "owner", "for_each"].contains(&key.text.as_str()) {
                let named = value.text().into_iter().chain(value.items().iter().filter_map(Node::text));
                into.extend(named.filter(|name| is_id(name)).map(str::to_owned));
            }
            // A field's `unit` is one of measure.
            if key.text != "fields" {
                walk(value, into);
            }
        }
        node.items().iter().for_each(|item| walk(item, into));
    }
    let mut found = Vec::new();
    if let Some(root) = document.readable.root() {
        walk(root, &mut found);
    }
    found.sort();
    found.dedup();
    plain(&found.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A line taken apart: the columns of its dashes, the column of what follows, the key it begins with, what is after it.
fn apart(line: &str) -> (Vec<usize>, usize, Option<&str>, &str) {
    let mut dashes = Vec::new();
    let mut at = line.len() - line.trim_start_matches(' ').len();
    while line[at..].starts_with("- ") || &line[at..] == "-" {
        dashes.push(at);
        at += 1;
        at += line[at..].len() - line[at..].trim_start_matches(' ').len();
    }
    let rest = &line[at..];
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(rest.len());
    match rest[end..].strip_prefix(':') {
        Some(after) if end > 0 => (dashes, at, Some(&rest[..end]), after),
        _ => (dashes, at, None, rest),
    }
}

/// Where a text ends: the keys that lead there.
fn here(before: &str) -> Here {
    let mut lines = before.rsplit('\n');
    let current = lines.next().unwrap_or_default();
    let (dashes, column, key, rest) = apart(current);
    let mut up = Vec::new();
    up.extend(dashes.iter().map(|_| Hop::Item));
    let mut limit = dashes.first().copied().unwrap_or(column);
    for line in lines.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
        let (dashes, column, key, _) = apart(line);
        let list_of = up.last() == Some(&Hop::Item) && column == limit && dashes.is_empty();
        match (key, dashes.first(), dashes.last()) {
            (Some(key), first, _) if column < limit || list_of => {
                up.push(Hop::Key(key.to_owned()));
                up.extend(dashes.iter().map(|_| Hop::Item));
                limit = first.copied().unwrap_or(column);
            }
            (_, Some(first), Some(last)) if column == limit && *last < limit => {
                up.extend(dashes.iter().map(|_| Hop::Item));
                limit = *first;
            }
            _ => {}
        }
        if limit == 0 && up.last() != Some(&Hop::Item) {
            break;
        }
    }
    up.reverse();
    if let Some(key) = key {
        up.push(Hop::Key(key.to_owned()));
    }
    let flow = brackets(rest, &mut up);
    Here { key: flow.unwrap_or(key.is_none()), flow: flow.is_some(), hops: up }
}

/// Follows the brackets of a line to its end; whether a key stands there, or nothing where no bracket is open.
fn brackets(rest: &str, hops: &mut Vec<Hop>) -> Option<bool> {
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for c in rest.chars() {
        if let Some(end) = quote {
            if c == end {
                quote = None;
            }
            continue;
        }
        match c {
            '"' | '\'' => quote = Some(c),
            '{' => open.push((c, hops.len())),
            '[' => {
                open.push((c, hops.len()));
                hops.push(Hop::Item);
            }
            '}' | ']' => {
                if let Some((_, depth)) = open.pop() {
                    hops.truncate(depth);
                }
            }
            ',' => {
                if let Some(('{', depth)) = open.last() {
                    hops.truncate(*depth);
                }
            }
            ':' if open.last().is_some_and(|(bracket, depth)| *bracket == '{' && hops.len() == *depth) => {
                hops.push(Hop::Key(word.trim().to_owned()));
            }
            _ => {
                word.push(c);
                continue;
            }
        }
        word.clear();
    }
    let (bracket, depth) = open.last()?;
    Some(*bracket == '{' && hops.len() == *depth)
}

/// As an editor takes it.
pub fn item(offer: &Offer, range: &Value) -> Value {
    json!({
        "label": offer.label,
        "kind": offer.kind,
        "detail": offer.detail,
        "textEdit": { "range": range, "newText": offer.insert },
    })
}
