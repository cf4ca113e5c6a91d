//! What an author's editor rests on: the table of the format, the schema made from it.

use std::collections::{BTreeMap, BTreeSet};

use quytrinh::definition::outline::Outline;
use quytrinh::definition::resolve::accepted_keys;
use quytrinh::definition::schema;
use quytrinh::definition::shape::{Names, PROCEDURE, Shape, TEST};
use quytrinh::definition::source::Source;
use serde_json::Value;

use crate::canonical::files;

fn procedures() -> Vec<(String, String)> {
    let all = files("workflows").into_iter().chain(files("tests/definitions"));
    all.filter(|(_, text)| text.contains("format: procedure/v1")).collect()
}

/// Keys that are read only so that a check of their own refuses them (S14): nobody is offered them.
const READ_TO_REFUSE: [(&str, &str); 1] = [("end", "actions")];

/// Every shape met in files of ours is a map for which the reader takes exactly the keys of the table.
#[test]
fn the_reader_takes_the_keys_of_the_table_and_no_others() {
    let mut met: BTreeMap<&str, &Shape> = BTreeMap::new();
    let mut different = BTreeSet::new();
    for (name, text) in procedures() {
        let source = Source::new(&name, text.as_str());
        let outline = Outline::of(&source, &PROCEDURE, &BTreeSet::new());
        let accepted: BTreeMap<_, _> = accepted_keys(&source).into_iter().collect();
        for (span, shape) in &outline.maps {
            let Some(keys) = accepted.get(span) else { continue };
            met.insert(shape.name, shape);
            let offered = |key: &&str| !READ_TO_REFUSE.contains(&(shape.name, *key));
            let keys: BTreeSet<&str> = keys.iter().map(String::as_str).filter(offered).collect();
            let rows: BTreeSet<&str> = shape.keys.iter().map(|row| row.key).collect();
            if keys != rows {
                let (more, less) = (keys.difference(&rows), rows.difference(&keys));
                different.insert(format!(
                    "{}: the reader also takes {:?}, and does not take {:?}",
                    shape.name,
                    more.collect::<Vec<_>>(),
                    less.collect::<Vec<_>>()
                ));
            }
        }
    }
    assert!(different.is_empty(), "{different:#?}");
    let schema = schema::procedure();
    let shapes = schema["$defs"].as_object().unwrap().keys().filter(|name| *name != "any_step");
    let missed: Vec<_> = shapes.filter(|name| !met.contains_key(name.as_str())).collect();
    assert!(missed.is_empty(), "no file of ours has a {missed:?}");
}

#[test]
fn every_key_of_the_table_stands_on_the_page_of_the_format() {
    let page = std::fs::read_to_string("docs/reference/format.md").unwrap();
    let schema = schema::procedure();
    for definition in schema["$defs"].as_object().unwrap().values().chain([&schema]) {
        for key in definition["properties"].as_object().unwrap().keys() {
            let stands = [format!("`{key}`"), format!("`{key}:"), format!(" {key}"), format!("{key}:")];
            assert!(stands.iter().any(|form| page.contains(form)), "`{key}` is not on the page");
        }
    }
}

/// As much of JSON Schema as the schema uses, read by its rules and not by ours.
fn fits(schema: &Value, root: &Value, value: &Value) -> Result<(), String> {
    if let Some(to) = schema["$ref"].as_str() {
        fits(&root["$defs"][to.trim_start_matches("#/$defs/")], root, value)?;
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return Err(format!("{value} is none of {words:?}"));
    }
    if let Some(constant) = schema.get("const")
        && constant != value
    {
        return Err(format!("{value} is not {constant}"));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.iter().any(|t| *t == kind || (*t == "number" && kind == "integer")) {
        return Err(format!("{value} is {kind}, not {types:?}"));
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let why: Vec<String> = any.iter().filter_map(|one| fits(one, root, value).err()).collect();
        if why.len() == any.len() {
            return Err(why.join("; "));
        }
    }
    for one in schema["allOf"].as_array().into_iter().flatten() {
        fits(one, root, value)?;
    }
    if schema.get("if").is_some_and(|condition| fits(condition, root, value).is_ok()) {
        fits(&schema["then"], root, value)?;
    }
    for item in value.as_array().into_iter().flatten() {
        fits(&schema["items"], root, item)?;
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !object.contains_key(key) {
            return Err(format!("`{key}` is missing"));
        }
    }
    for (key, value) in object {
        match (schema["properties"].get(key), schema.get("additionalProperties")) {
            (Some(schema), _) => fits(schema, root, value).map_err(|why| format!("{key}: {why}"))?,
            (None, Some(Value::Bool(false))) => return Err(format!("`{key}` is no key here")),
            (None, Some(other)) => fits(other, root, value).map_err(|why| format!("{key}: {why}"))?,
            (None, None) => {}
        }
    }
    Ok(())
}

fn json(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

#[test]
fn the_library_fits_the_schema_and_what_the_reader_refuses_by_its_keys_does_not() {
    let (procedure, test) = (schema::procedure(), schema::test());
    let (mut right, mut wrong) = (0, 0);
    for (name, text) in files("workflows") {
        if name.ends_with(".test.yaml") {
            fits(&test, &test, &json(&text)).unwrap_or_else(|why| panic!("{name}: {why}"));
        } else if text.contains("format: procedure/v1") {
            right += 1;
            fits(&procedure, &procedure, &json(&text)).unwrap_or_else(|why| panic!("{name}: {why}"));
        }
    }
    for code in ["N01", "N03", "N03-don-vi"] {
        let text = std::fs::read_to_string(format!("tests/definitions/err/{code}.yaml")).unwrap();
        wrong += usize::from(fits(&procedure, &procedure, &json(&text)).is_err());
    }
    assert!(right >= 12 && wrong == 3, "{right} {wrong}");
}

#[test]
fn an_outline_knows_where_each_name_stands() {
    let text = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
    let source = Source::new("t", text.as_str());
    let outline = Outline::of(&source, &PROCEDURE, &BTreeSet::new());
    let lines = |names, name| -> Vec<usize> {
        let places: Vec<_> = outline.all(names, name).map(|mention| mention.span).collect();
        assert!(places.iter().all(|span| &text[span.start..span.end] == name));
        places.iter().map(|span| source.position(span.start).0).collect()
    };
    let of = |part: &str| -> Vec<usize> {
        let found = text.lines().enumerate().filter(|(_, line)| line.split('#').next().unwrap().contains(part));
        found.map(|(at, _)| at + 1).collect()
    };
    assert_eq!(
        lines(Names::Step, "du_thao").len(),
        text.matches("du_thao").count() - text.matches("du_thao_gp").count()
    );
    assert_eq!(lines(Names::Field, "dat_yeu_cau"), of("dat_yeu_cau"));
    assert_eq!(lines(Names::People, "pho_gd"), of("pho_gd"));
    assert_eq!(lines(Names::Legal, "L3"), of("L3"));
    let test = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.test.yaml").unwrap();
    let beside = Outline::of(&Source::new("t", test.as_str()), &TEST, &outline.known());
    assert_eq!(beside.all(Names::Document, "ban_ve").count(), test.matches("ban_ve").count());
    assert!(beside.all(Names::Step, "lay_y_kien").count() >= 1);
}
