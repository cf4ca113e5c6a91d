//! The JSON Schema of a procedure file and of a test file, made from the table of the format.
//!
//! It is for editors without our language server: it knows keys, words and shapes, not whether a name is declared.

use serde_json::{Map, Value, json};

use crate::definition::shape::{Form, PROCEDURE, STEP_KINDS, Shape, TEST, anytime_shape, step_shape};

/// The schema of procedure files.
pub fn procedure() -> Value {
    whole(&PROCEDURE, "procedure/v1", "Quy trình / A procedure")
}

/// The schema of test files.
pub fn test() -> Value {
    whole(&TEST, "test", "Kịch bản / Scenarios")
}

fn whole(shape: &'static Shape, id: &str, title: &str) -> Value {
    let mut definitions = Map::new();
    let root = of_shape(shape, &mut definitions);
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:quytrinh:{id}"),
        "title": title,
    });
    if let (Some(schema), Value::Object(root)) = (schema.as_object_mut(), root) {
        schema.extend(root);
        schema.insert("$defs".into(), Value::Object(definitions));
    }
    schema
}

/// A map: its keys and no others.
fn of_shape(shape: &'static Shape, definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for row in shape.keys {
        let mut schema = of_form(row.form, definitions);
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".into(), format!("{}\n\n{}", row.vi, row.en).into());
        }
        properties.insert(row.key.to_owned(), schema);
    }
    let required: Vec<&str> = shape.keys.iter().filter(|row| row.required).map(|row| row.key).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let (Some(schema), false) = (schema.as_object_mut(), required.is_empty()) {
        schema.insert("required".into(), json!(required));
    }
    schema
}

/// A reference to a map's definition, which is made when it is first met.
fn reference(shape: &'static Shape, definitions: &mut Map<String, Value>) -> Value {
    if !definitions.contains_key(shape.name) {
        // Held while it is made: a step holds branches, which hold steps.
        definitions.insert(shape.name.to_owned(), Value::Null);
        let made = of_shape(shape, definitions);
        definitions.insert(shape.name.to_owned(), made);
    }
    json!({ "$ref": format!("#/$defs/{}", shape.name) })
}

fn of_form(form: &'static Form, definitions: &mut Map<String, Value>) -> Value {
    // Numbers, dates and `true` are read as text by the engine; a schema validator sees them as YAML does.
    let scalar = || json!({ "type": ["string", "number", "boolean"] });
    match form {
        Form::Text | Form::Length | Form::Date | Form::Ref(..) | Form::Within(_) | Form::StepVerb => match form {
            Form::Ref([], words) => json!({ "enum": words }),
            _ => scalar(),
        },
        Form::Whole => json!({ "type": "integer", "minimum": 0 }),
        Form::Number => json!({ "type": ["number", "string"] }),
        Form::YesNo => json!({ "type": "boolean" }),
        Form::Words(words) => json!({ "enum": words }),
        Form::Many(one) => {
            let one = of_form(one, definitions);
            json!({ "anyOf": [one, { "type": "array", "items": one }] })
        }
        Form::Map(shape) => reference(shape, definitions),
        Form::Named(_, inner) => named(inner, definitions),
        Form::Keyed(_, inner) => {
            let inner = of_form(inner, definitions);
            json!({ "type": "object", "additionalProperties": inner })
        }
        Form::Paired(_) => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Form::OneOf(forms) => {
            let forms: Vec<Value> = forms.iter().map(|form| of_form(form, definitions)).collect();
            json!({ "anyOf": forms })
        }
        Form::Step => step(definitions),
        Form::Anytime => reference(anytime_shape(""), definitions),
        Form::Any => json!({}),
    }
}

fn named(inner: &'static Form, definitions: &mut Map<String, Value>) -> Value {
    let one = of_form(inner, definitions);
    let names = json!({ "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$" });
    match inner {
        Form::Anytime => {
            let extend = reference(anytime_shape("extend"), definitions);
            json!({ "type": "object", "propertyNames": names, "properties": { "extend": extend }, "additionalProperties": one })
        }
        _ => json!({ "type": "object", "propertyNames": names, "additionalProperties": one }),
    }
}

/// The keys of a step follow from its `kind`.
fn step(definitions: &mut Map<String, Value>) -> Value {
    if !definitions.contains_key("any_step") {
        definitions.insert("any_step".into(), Value::Null);
        let mut branches = Vec::new();
        for kind in STEP_KINDS {
            let then = reference(step_shape(Some(kind)), definitions);
            let condition = match *kind {
                "step" => json!({ "properties": { "kind": { "const": kind } } }),
                _ => json!({ "properties": { "kind": { "const": kind } }, "required": ["kind"] }),
            };
            branches.push(json!({ "if": condition, "then": then }));
        }
        let kind = json!({ "kind": { "enum": STEP_KINDS } });
        definitions.insert("any_step".into(), json!({ "type": "object", "properties": kind, "allOf": branches }));
    }
    json!({ "$ref": "#/$defs/any_step" })
}
