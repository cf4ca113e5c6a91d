//! A permit from its opening to the citizen's hands, through the API alone; on the way every answer is held against the
//! OpenAPI document, and a log is searched for what must not be in it.

use std::sync::{Arc, Mutex};

use axum::http::{Method, StatusCode};
use quytrinh::service::accounts::Scope;
use serde_json::{Value, json};

use crate::api_world::{As, Got, World, permit};

/// Acts as a person at the case's present revision.
async fn act(world: &World, person: &str, case: &str, body: Value) -> Got {
    let who = world.acting(person).await;
    let revision = world.get(&who, &format!("/api/v1/cases/{case}")).await.json()["revision"].as_u64().unwrap();
    let got = world.act(&who, case, revision, body.clone()).await;
    assert_eq!(got.status, StatusCode::OK, "{person} {body}: {}", got.text);
    got
}

#[tokio::test]
async fn a_permit_walks_from_the_one_stop_to_the_citizen() {
    let world = World::new().await;
    let (case, _) = world.open(&world.acting("lan").await).await;
    let start: quytrinh::ids::Ts = "2026-08-03T02:00:00Z".parse().unwrap();
    act(&world, "lan", &case, json!({ "act": "accept" })).await;
    world.clock.set(start.plus_minutes(30));
    act(&world, "cuong", &case, json!({ "act": "receive" })).await;
    act(&world, "cuong", &case, json!({ "act": "complete" })).await;
    world.clock.set(start.plus_minutes(60));
    act(&world, "cuong", &case, json!({ "act": "consult", "fields": { "dat_yeu_cau": true } })).await;

    let hoa = world.acting("hoa").await;
    let page = world.get(&hoa, &format!("/api/v1/cases/{case}")).await.json();
    let asked: Vec<(u64, String)> = page["branches"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|branch| branch["branch"] != 0)
        .map(|branch| (branch["branch"].as_u64().unwrap(), branch["holder"]["id"].as_str().unwrap().to_owned()))
        .collect();
    let holders: Vec<_> = asked.iter().map(|(_, holder)| holder.as_str()).collect();
    assert_eq!(holders, ["tam", "phuc", "quy"], "{page}");
    for (branch, holder) in &asked {
        let answer = json!({ "act": "answer", "branch": branch, "fields": { "y_kien": "dong_y" } });
        act(&world, holder, &case, answer).await;
    }
    act(&world, "cuong", &case, json!({ "act": "submit" })).await;
    act(&world, "hoa", &case, json!({ "act": "return", "reason": "Thiếu căn cứ" })).await;
    act(&world, "cuong", &case, json!({ "act": "submit" })).await;
    act(&world, "hoa", &case, json!({ "act": "approve" })).await;
    world.clock.set(start.plus_minutes(120));
    act(&world, "binh", &case, json!({ "act": "sign" })).await;
    act(&world, "lan", &case, json!({ "act": "hand_over" })).await;

    let page = world.get(&hoa, &format!("/api/v1/cases/{case}")).await.json();
    assert_eq!(page["status"], "done");
    assert!(page["documents"].as_array().unwrap().iter().any(|d| d["document"] == "giay_phep" && d["present"] == true));
    let holdings = page["holdings"].as_array().unwrap();
    assert!(holdings.iter().all(|holding| holding["open"] == false));
    let main: Vec<_> = holdings.iter().filter(|holding| holding["branch"] == 0).collect();
    for pair in main.windows(2) {
        assert_eq!(pair[0]["ended_at"], pair[1]["started_at"], "no minute without a holder");
    }
    let lan = world.acting("lan").await;
    let again = world.act(&lan, &case, page["revision"].as_u64().unwrap(), json!({ "act": "hand_over" })).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
}

#[tokio::test]
async fn every_answer_is_as_the_document_says() {
    let world = World::new().await;
    let document = serde_json::to_value(quytrinh::http::openapi::document()).unwrap();
    let lan = world.acting("lan").await;
    let (case, revision) = world.open(&lan).await;
    act(&world, "lan", &case, json!({ "act": "comment", "text": "Đã gọi điện" })).await;
    act(&world, "lan", &case, json!({ "act": "accept" })).await;
    world.clock.set("2026-08-05T02:00:00Z".parse().unwrap());
    act(&world, "cuong", &case, json!({ "act": "receive" })).await;
    world.engine.note_sweep();

    let roles = [
        As::Nobody,
        lan,
        world.acting("cuong").await,
        world.session("hoa").await,
        world.token("thanh", &[Scope::Read]).await,
        world.session("quan-tri").await,
    ];
    let tag = format!("\"{revision}\"");
    let mut wrong = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let path =
                template.replace("{case}", &case).replace("{procedure}", "cap-phep-xay-dung").replace("{token}", "x");
            let bodies = match template.as_str() {
                "/api/v1/cases" => vec![permit(), json!({}), json!({ "procedure": "x", "title": "" })],
                "/api/v1/tokens" => {
                    vec![json!({ "label": "thử", "scopes": ["read"] }), json!({ "label": "", "scopes": [] })]
                }
                _ => vec![
                    json!({ "act": "comment", "text": "x" }),
                    json!({ "act": "complete" }),
                    json!({ "act": "complete", "fields": { "dien_tich_san": "x" } }),
                    json!(1),
                ],
            };
            for who in &roles {
                for body in if method == "get" { vec![Value::Null] } else { bodies.clone() } {
                    let body = (method == "post").then_some(body);
                    let method: Method = method.to_uppercase().parse().unwrap();
                    let got = world.send_with(who, method, &path, body, &[("if-match", &tag)]).await;
                    let status = got.status.as_u16().to_string();
                    seen.insert(status.clone());
                    let answer = &operation["responses"][&status];
                    if answer.is_null() {
                        // the open addresses say only what they say
                        wrong.push(format!("{template} answered the undocumented {status}: {}", got.text));
                        continue;
                    }
                    let Some(content) = answer["content"].as_object() else { continue };
                    let kind = got.header("content-type").to_owned();
                    let Some(media) = content.get(&kind) else {
                        wrong.push(format!("{template} {status} answered the undocumented type {kind}"));
                        continue;
                    };
                    if kind.ends_with("json") && !media["schema"]["$ref"].is_null() {
                        for fault in faults(&document, &media["schema"], &got.json(), template) {
                            wrong.push(fault);
                        }
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for status in ["200", "201", "400", "401", "403", "404", "412", "422"] {
        assert!(seen.contains(status), "{status} was never answered: {seen:?}");
    }
}

/// What of a value its schema does not allow: types, required keys, and keys that are not described.
fn faults(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return faults(document, &document["components"]["schemas"][name], value, at);
    }
    if let Some(options) = schema["oneOf"].as_array() {
        let fits = options.iter().any(|option| faults(document, option, value, at).is_empty());
        return if fits { Vec::new() } else { vec![format!("{at}: {value} fits none of {schema}")] };
    }
    let mut found = Vec::new();
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !(types.is_empty() || types.contains(&is) || is == "integer" && types.contains(&"number")) {
        return vec![format!("{at}: {is} instead of {types:?}")];
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        for (n, value) in values.iter().enumerate() {
            found.extend(faults(document, items, value, &format!("{at}/{n}")));
        }
    }
    let (properties, required) = described(document, schema);
    if let (Some(object), false) = (value.as_object(), properties.is_empty()) {
        for name in required.iter().filter(|name| !object.contains_key(*name)) {
            found.push(format!("{at}: {name} is missing"));
        }
        for (name, value) in object {
            match properties.get(name) {
                Some(schema) => found.extend(faults(document, schema, value, &format!("{at}/{name}"))),
                None => found.push(format!("{at}: {name} is not described")),
            }
        }
    }
    found
}

/// The keys of a schema with those of its parts.
fn described(document: &Value, schema: &Value) -> (serde_json::Map<String, Value>, Vec<String>) {
    let mut properties = schema["properties"].as_object().cloned().unwrap_or_default();
    let mut required: Vec<String> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let part = match part["$ref"].as_str() {
            Some(reference) => &document["components"]["schemas"][reference.rsplit('/').next().unwrap()],
            None => part,
        };
        let (more, wanted) = described(document, part);
        properties.extend(more);
        required.extend(wanted);
    }
    (properties, required)
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_and_nothing_about_anybody_is_logged() {
    let lines = Lines::default();
    let writer = lines.clone();
    // for the whole process, and so for the tests that run beside this one: a subscriber of one thread misses lines
    // whose place in the code another thread reached first
    tracing_subscriber::fmt()
        .with_env_filter("info,quytrinh=trace")
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();

    let world = World::new().await;
    let session = world.session("lan").await;
    let As::Session { token, csrf } = session.clone() else { unreachable!("a session was asked for") };
    let lan = world.acting("lan").await;
    let As::Token(secret) = lan.clone() else { unreachable!("a token was asked for") };
    let mut body = permit();
    body["title"] = json!("CANARY-title");
    let opened = world.send(&lan, Method::POST, "/api/v1/cases", Some(body)).await.json();
    let case = opened["case"].as_str().unwrap();
    act(&world, "lan", case, json!({ "act": "comment", "text": "CANARY-comment" })).await;
    for body in [
        json!({ "act": "CANARY-verb" }),
        json!({ "act": "accept", "fields": { "dien_tich_san": "CANARY-value" } }),
        json!({ "act": "accept", "CANARY-key": 1 }),
        json!("CANARY-body"),
    ] {
        assert!(world.act(&session, case, 2, body).await.status.is_client_error());
    }
    let bad = As::Token("qt_CANARY-token".into());
    assert_eq!(world.get(&bad, "/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.get(&lan, "/api/v1/cases/CANARY-case").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get(&lan, "/api/v1/cases?q=CANARY-q&x=1").await.status, StatusCode::BAD_REQUEST);
    assert!(world.engine.accounts().sign_in("CANARY-login", "CANARY-password", "vi").await.is_err());

    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("unknown_case") && log.contains("bad_token"), "failures are logged: {log}");
    for secret in ["CANARY", "tre già măng mọc", "Đỗ Thị Lan", "$argon2", &token, &csrf, &secret] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "the log has {secret}");
    }
}

#[tokio::test]
async fn guesses_at_the_same_time_are_counted_one_by_one() {
    use quytrinh::service::accounts::{AccountError, Accounts, Policy};
    let world = World::new().await;
    let policy = Policy { slowest_failure: std::time::Duration::ZERO };
    let clock: Arc<dyn quytrinh::service::clock::Clock> = world.clock.clone();
    let accounts = Accounts::with_policy(world.engine.store().clone(), clock, policy);
    accounts.set_password("lan", &"lan".into(), "tre già măng mọc").await.unwrap();
    let guesses = (0..30).map(|n| {
        let accounts = accounts.clone();
        tokio::spawn(async move { accounts.sign_in("lan", &format!("sai {n}"), "vi").await })
    });
    let guesses: Vec<_> = guesses.collect();
    let mut looked_at = 0;
    for guess in guesses {
        match guess.await.unwrap() {
            Err(AccountError::Wrong) => looked_at += 1,
            Err(AccountError::Locked { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(looked_at, 6, "five are free, the sixth locks");
}
