//! Every route with every role: what is answered to whom. A route without a row fails, and so does a row without a
//! route; the refusals are told alike whether the case is foreign or unknown.

use std::collections::BTreeMap;

use axum::http::Method;
use quytrinh::service::accounts::Scope;
use serde_json::{Value, json};

use crate::api_proposals::next;
use crate::api_world::{As, CALENDAR, World, permit};

/// Columns: nobody; staff of a body that has nothing to do with the case; the holder; the head above him; an inspector
/// of everything; an administrator; the holder's token that may only read.
const ROLES: [&str; 7] = ["nobody", "outsider", "holder", "head", "inspector", "admin", "reader"];

const MATRIX: &[(&str, &str, [u16; 7])] = &[
    ("GET", "/health/live", [200, 200, 200, 200, 200, 200, 200]),
    ("GET", "/health/ready", [200, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/openapi.json", [200, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/procedures", [401, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/procedures/{procedure}", [401, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/procedures/{procedure}/diagram.svg", [401, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/procedures/{procedure}/versions", [401, 200, 200, 200, 200, 200, 200]),
    ("POST", "/api/v1/procedures/{procedure}/versions/{version}/withdraw", [401, 403, 403, 409, 403, 403, 403]),
    ("GET", "/api/v1/proposals", [401, 200, 200, 200, 200, 200, 200]),
    ("POST", "/api/v1/proposals", [401, 403, 403, 409, 403, 403, 403]),
    ("GET", "/api/v1/proposals/{digest}", [401, 404, 404, 200, 200, 404, 404]),
    ("POST", "/api/v1/proposals/{digest}/confirm", [401, 404, 404, 200, 403, 404, 403]),
    ("POST", "/api/v1/proposals/{digest}/withdraw", [401, 404, 404, 200, 403, 404, 403]),
    ("GET", "/api/v1/calendars", [401, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/calendars/{calendar}", [401, 200, 200, 200, 200, 200, 200]),
    ("POST", "/api/v1/calendars/preview", [401, 403, 403, 403, 403, 200, 403]),
    ("POST", "/api/v1/calendars/{calendar}/apply", [401, 403, 403, 403, 403, 200, 403]),
    ("GET", "/api/v1/cases", [401, 200, 200, 200, 200, 200, 200]),
    ("POST", "/api/v1/cases", [401, 403, 200, 200, 403, 403, 403]),
    ("GET", "/api/v1/cases/{case}", [401, 404, 200, 200, 200, 404, 200]),
    ("GET", "/api/v1/cases/{case}/available", [401, 404, 200, 200, 200, 404, 200]),
    ("POST", "/api/v1/cases/{case}/act", [401, 404, 200, 403, 403, 404, 403]),
    ("POST", "/api/v1/cases/{case}/signals", [401, 404, 409, 409, 403, 404, 403]),
    ("GET", "/api/v1/cases/{case}/journal", [401, 404, 200, 200, 200, 404, 200]),
    ("GET", "/api/v1/cases/{case}/holdings", [401, 404, 200, 200, 200, 404, 200]),
    ("GET", "/api/v1/cases/{case}/diagram.svg", [401, 404, 200, 200, 200, 404, 200]),
    ("GET", "/api/v1/cases/{case}/explain", [401, 404, 200, 200, 200, 404, 200]),
    ("GET", "/api/v1/cases/{case}/suspensions", [401, 404, 200, 200, 200, 404, 200]),
    ("GET", "/api/v1/suspensions", [401, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/inbox", [401, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/stuck", [401, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/journal/head", [401, 403, 403, 403, 200, 200, 403]),
    ("GET", "/api/v1/journal/entries", [401, 403, 403, 403, 200, 403, 403]),
    ("GET", "/api/v1/me", [401, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/me/digest", [401, 200, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/tokens", [401, 200, 200, 200, 200, 200, 200]),
    ("POST", "/api/v1/tokens", [401, 201, 201, 201, 201, 201, 403]),
    ("DELETE", "/api/v1/tokens/{token}", [401, 404, 404, 404, 404, 404, 403]),
];

async fn roles(world: &World) -> Vec<As> {
    vec![
        As::Nobody,
        world.session("tam").await,
        world.session("lan").await,
        world.session("dung").await,
        world.session("thanh").await,
        world.session("quan-tri").await,
        world.token("lan", &[Scope::Read]).await,
    ]
}

/// A text that waits, and the entry it rests on.
async fn waiting(world: &World) -> (String, String) {
    let author = world.token("hoa", &[Scope::Read, Scope::Publish]).await;
    let body = json!({ "text": next(), "reason": "QĐ 15" });
    let got = world.send(&author, Method::POST, "/api/v1/proposals", Some(body)).await;
    assert_eq!(got.status, 201, "{}", got.text);
    (got.json()["digest"].as_str().unwrap().to_owned(), got.header("etag").to_owned())
}

/// The entry that the permit in force rests on.
async fn published_tag(world: &World) -> String {
    let author = world.token("hoa", &[Scope::Read]).await;
    let list = world.get(&author, "/api/v1/procedures/cap-phep-xay-dung/versions").await.json();
    let line = list["items"].as_array().unwrap().iter().find(|line| line["version"] == 3).unwrap().clone();
    format!("\"{}\"", line["revision"])
}

fn body(method: &str, path: &str) -> Option<Value> {
    match (method, path) {
        ("POST", "/api/v1/cases") => Some(permit()),
        ("POST", "/api/v1/cases/{case}/act") => Some(json!({ "act": "accept" })),
        ("POST", "/api/v1/cases/{case}/signals") => Some(json!({ "event": "da_nop_tien", "id": "KB-1" })),
        ("POST", "/api/v1/proposals") => Some(json!({ "text": next(), "reason": "QĐ 15" })),
        ("POST", path) if path.ends_with("/withdraw") => Some(json!({ "reason": "Còn sai" })),
        ("POST", path) if path.starts_with("/api/v1/calendars/") => Some(json!({ "text": CALENDAR })),
        ("POST", "/api/v1/tokens") => Some(json!({ "label": "thử", "scopes": ["read"] })),
        _ => None,
    }
}

#[tokio::test]
async fn every_route_answers_every_role_as_the_table_says() {
    let world = World::new().await;
    let (case, revision) = world.open(&world.acting("lan").await).await;
    let roles = roles(&world).await;
    let case_tag = format!("\"{revision}\"");
    let (digest, text_tag) = waiting(&world).await;
    let mut wrong = Vec::new();
    for (method, template, expected) in MATRIX {
        let path = template
            .replace("{case}", &case)
            .replace("{procedure}", "cap-phep-xay-dung")
            .replace("{calendar}", "hanoi")
            .replace("{digest}", &digest)
            .replace("{version}", "3")
            .replace("{token}", "x");
        let path = match *method {
            "POST" if template.contains("/cases") || template.contains("/proposals") => format!("{path}?dry_run=true"),
            _ => path,
        };
        let tag = match template {
            path if path.contains("/proposals") => text_tag.clone(),
            path if path.contains("/versions") => published_tag(&world).await,
            _ => case_tag.clone(),
        };
        for ((role, who), expected) in ROLES.iter().zip(&roles).zip(expected) {
            let body = body(method, template);
            let got = world.send_with(who, method.parse().unwrap(), &path, body, &[("if-match", &tag)]).await;
            if got.status != *expected {
                wrong.push(format!("{role}: {path} answered {}, expected {expected}: {}", got.status, got.text));
            }
            for name in [
                "content-security-policy",
                "x-content-type-options",
                "referrer-policy",
                "cache-control",
                "x-request-id",
            ] {
                if got.header(name).is_empty() {
                    wrong.push(format!("{role}: {path} lacks {name}"));
                }
            }
            if got.status.is_client_error() && got.header("content-type") != "application/problem+json" {
                wrong.push(format!("{role}: {path} answered {} without a problem document", got.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let document = serde_json::to_value(quytrinh::http::openapi::document()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "put", "post", "delete", "patch", "head", "options", "trace"] {
            if item.get(method).is_some() {
                routes.push((method.to_uppercase(), path.clone()));
            }
        }
    }
    routes.sort();
    let mut rows: Vec<_> = MATRIX.iter().map(|(method, path, _)| (method.to_string(), path.to_string())).collect();
    rows.sort();
    assert_eq!(routes, rows);
}

#[tokio::test]
async fn a_foreign_case_and_an_unknown_one_are_answered_alike() {
    let world = World::new().await;
    let (case, revision) = world.open(&world.acting("lan").await).await;
    let tag = format!("\"{revision}\"");
    for who in [world.acting("tam").await, world.acting("quan-tri").await] {
        for (method, template, _) in MATRIX.iter().filter(|(_, path, _)| path.contains("{case}")) {
            let method: Method = method.parse().unwrap();
            let mut answers = Vec::new();
            for id in [case.as_str(), "HS-KHONG-CO"] {
                let body = (method == Method::POST).then(|| match template.ends_with("/signals") {
                    true => json!({ "event": "x", "id": "1", "fields": { "x": 1 } }),
                    false => json!({ "act": "accept", "fields": { "x": 1 } }),
                });
                let path = template.replace("{case}", id);
                let got = world.send_with(&who, method.clone(), &path, body, &[("if-match", &tag)]).await;
                let mut document: BTreeMap<String, Value> = serde_json::from_str(&got.text).unwrap();
                document.remove("request_id");
                answers.push((got.status, document));
            }
            assert_eq!(answers[0], answers[1], "{template}");
            assert_eq!(answers[0].0, 404, "{template}");
        }
        let listed = world.get(&who, "/api/v1/cases").await.json();
        assert_eq!((&listed["total"], listed["items"].as_array().unwrap().len()), (&json!(0), 0));
    }
}
