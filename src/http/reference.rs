//! The reference page of the API, for people: every operation with what it takes and answers, written from the OpenAPI
//! document. Plain HTML: no script, no style, nothing from elsewhere.

use std::fmt::Write;
use std::sync::OnceLock;

use axum::response::Response;
use serde_json::Value;

use crate::http::lang::Lang;
use crate::http::openapi;
use crate::http::pages::{escape, html, inline};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The page.
pub async fn reference() -> Response {
    static BODY: OnceLock<String> = OnceLock::new();
    let body = BODY.get_or_init(|| {
        let document = serde_json::to_value(openapi::document()).unwrap_or_default();
        let mut out = String::new();
        // writing to a string cannot fail
        let _ = write_page(&mut out, &document);
        out
    });
    html(Lang::En, "quytrinh API", body)
}

fn write_page(out: &mut String, document: &Value) -> std::fmt::Result {
    writeln!(out, "<h1>quytrinh API {}</h1>", text(&document["info"]["version"]))?;
    writeln!(out, "<p>{}</p>", inline(text(&document["info"]["description"])))?;
    writeln!(
        out,
        "<p><a href=\"/api/v1/openapi.json\">OpenAPI 3.1</a> · <a href=\"/problems\">Mã lỗi / Problem codes</a></p>"
    )?;
    for tag in document["tags"].as_array().into_iter().flatten() {
        let name = text(&tag["name"]);
        writeln!(out, "<h2>{}: {}</h2>", escape(name), inline(text(&tag["description"])))?;
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                let Some(operation) = item.get(method).filter(|operation| operation["tags"][0] == tag["name"]) else {
                    continue;
                };
                write_operation(out, document, method, path, operation)?;
            }
        }
    }
    Ok(())
}

fn write_operation(
    out: &mut String,
    document: &Value,
    method: &str,
    path: &str,
    operation: &Value,
) -> std::fmt::Result {
    let id = escape(text(&operation["operationId"]));
    writeln!(out, "<h3 id=\"{id}\"><code>{} {}</code></h3>", method.to_uppercase(), escape(path))?;
    writeln!(
        out,
        "<p><strong>{}.</strong> {}</p>",
        inline(text(&operation["summary"])),
        inline(text(&operation["description"]))
    )?;
    let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
    if !parameters.is_empty() {
        writeln!(out, "<ul>")?;
        for parameter in parameters {
            let (name, place) = (escape(text(&parameter["name"])), escape(text(&parameter["in"])));
            writeln!(out, "<li><code>{name}</code> ({place}): {}</li>", inline(text(&parameter["description"])))?;
        }
        writeln!(out, "</ul>")?;
    }
    let body = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    if let Some(schema) = named(document, body) {
        writeln!(out, "<p>Body:</p>")?;
        write_properties(out, schema)?;
        for example in schema["examples"].as_array().into_iter().flatten() {
            writeln!(out, "<pre>{}</pre>", escape(&serde_json::to_string_pretty(example).unwrap_or_default()))?;
        }
    }
    writeln!(out, "<ul>")?;
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        writeln!(out, "<li>{}: {}</li>", escape(status), inline(text(&answer["description"])))?;
    }
    writeln!(out, "</ul>")
}

fn write_properties(out: &mut String, schema: &Value) -> std::fmt::Result {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    writeln!(out, "<ul>")?;
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let must = if required.contains(&name.as_str()) { " *" } else { "" };
        writeln!(out, "<li><code>{}</code>{must}: {}</li>", escape(name), inline(text(&property["description"])))?;
    }
    writeln!(out, "</ul>")
}

fn named<'a>(document: &'a Value, reference: &Value) -> Option<&'a Value> {
    let name = reference.as_str()?.rsplit('/').next()?;
    document["components"]["schemas"].get(name)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}
