//! The API as a program meets it: reading, opening, acting, conditions of writes, problems.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use quytrinh::definition::source::Source;
use quytrinh::machine::command::Actor;
use quytrinh::service::accounts::Scope;
use quytrinh::service::publish::Publication;
use serde_json::{Value, json};

use crate::api_world::{As, PERMIT, World, permit, request};

const ACT: &str = "/act";

fn at(case: &str, rest: &str) -> String {
    format!("/api/v1/cases/{case}{rest}")
}

#[tokio::test]
async fn a_case_is_opened_read_and_moved() {
    let world = World::new().await;
    let lan = world.acting("lan").await;
    let got = world.send(&lan, Method::POST, "/api/v1/cases", Some(permit())).await;
    assert_eq!(got.status, StatusCode::CREATED, "{}", got.text);
    let receipt = got.json();
    let case = receipt["case"].as_str().unwrap();
    assert_eq!(got.header("location"), at(case, ""));
    assert_eq!(got.header("etag"), format!("\"{}\"", receipt["revision"]));
    assert!(receipt["seq"].is_u64() && receipt["leaf"].as_str().unwrap().len() == 64, "{receipt}");
    assert_eq!(receipt["events"][0], "case_opened");

    let page = world.get(&lan, &at(case, "")).await;
    assert_eq!(page.header("etag"), got.header("etag"));
    let json = page.json();
    assert_eq!(json["branches"][0]["holder"]["name"], "Đỗ Thị Lan");
    assert_eq!(json["status"], "open");
    let accept = json["available"].as_array().unwrap().iter().find(|offer| offer["act"] == "accept");
    assert!(accept.is_some(), "{}", json["available"]);

    let revision = json["revision"].as_u64().unwrap();
    let moved = world.act(&lan, case, revision, json!({ "act": "accept" })).await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text);
    assert!(moved.json()["revision"].as_u64().unwrap() > revision);

    let cuong = world.acting("cuong").await;
    let inbox = world.get(&cuong, "/api/v1/inbox").await.json();
    assert_eq!(inbox["mine"][0]["case"], case, "{inbox}");
    let holdings = world.get(&cuong, &at(case, "/holdings")).await.json();
    let holders: Vec<_> = holdings["items"].as_array().unwrap().iter().map(|h| h["holder"]["id"].clone()).collect();
    assert_eq!(holders, ["lan", "cuong"]);
    let journal = world.get(&cuong, &at(case, "/journal")).await.json();
    assert_eq!(journal["items"][0]["leaf"].as_str().unwrap().len(), 64);
}

#[tokio::test]
async fn a_list_is_filtered_counted_and_paged() {
    let world = World::new().await;
    let lan = world.acting("lan").await;
    for _ in 0..5 {
        world.open(&lan).await;
    }
    // the list is of the units one belongs to: the one-stop opens, the owner's people see
    let hoa = world.acting("hoa").await;
    let first = world.get(&hoa, "/api/v1/cases?limit=2&status=open&q=Ngoc%20ha").await.json();
    assert_eq!((first["total"].as_u64(), first["items"].as_array().unwrap().len()), (Some(5), 2), "{first}");
    let mut seen: Vec<Value> = first["items"].as_array().unwrap().iter().map(|c| c["case"].clone()).collect();
    let mut next = first["next"].as_str().map(str::to_owned);
    while let Some(after) = next {
        let page =
            world.get(&hoa, &format!("/api/v1/cases?limit=2&status=open&q=Ngoc%20ha&after={after}")).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|c| c["case"].clone()));
        next = page["next"].as_str().map(str::to_owned);
    }
    let distinct: std::collections::BTreeSet<_> = seen.iter().map(|case| case.as_str().unwrap()).collect();
    assert_eq!((seen.len(), distinct.len()), (5, 5));
    assert_eq!(world.get(&hoa, "/api/v1/cases?q=khong-co").await.json()["total"], 0);
    for bad in ["limit=0", "limit=201", "limit=x", "status=nope", "sort=1", "after=%C3%A9"] {
        let got = world.get(&hoa, &format!("/api/v1/cases?{bad}")).await;
        assert_eq!((got.status, got.code().as_str()), (StatusCode::BAD_REQUEST, "bad_query"), "{bad}: {}", got.text);
    }
    let got = world.get(&hoa, "/api/v1/cases?after=AAAA").await;
    assert!(got.status.is_success() || got.status.is_client_error(), "{}", got.text);
}

#[tokio::test]
async fn a_procedure_is_read_with_its_text_and_picture() {
    let world = World::new().await;
    let lan = world.acting("lan").await;
    let list = world.get(&lan, "/api/v1/procedures").await.json();
    assert_eq!(list["items"][0]["procedure"], "cap-phep-xay-dung");
    let one = world.get(&lan, "/api/v1/procedures/cap-phep-xay-dung").await.json();
    assert_eq!(one["text"], PERMIT);
    assert!(one["fields"].as_array().unwrap().iter().any(|f| f["field"] == "dien_tich_san" && f["kind"] == "number"));
    let picture = world.get(&lan, "/api/v1/procedures/cap-phep-xay-dung/diagram.svg").await;
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert!(picture.text.starts_with("<svg") || picture.text.starts_with("<?xml"), "{:.80}", picture.text);
    assert_eq!(world.get(&lan, "/api/v1/procedures/khong-co").await.code(), "unknown_procedure");
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_another_request_with_the_key_is_refused() {
    let world = World::new().await;
    let lan = world.acting("lan").await;
    let key = [("idempotency-key", "mo-ho-so-1")];
    let first = world.send_with(&lan, Method::POST, "/api/v1/cases", Some(permit()), &key).await;
    let again = world.send_with(&lan, Method::POST, "/api/v1/cases", Some(permit()), &key).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(first.text, again.text);
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    let mut other = permit();
    other["title"] = json!("Nhà khác");
    let refused = world.send_with(&lan, Method::POST, "/api/v1/cases", Some(other), &key).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "key_reused"));

    // the next version wants another field's name; what was answered under the last one is still answered
    let next = PERMIT.replace("version: 3 ", "version: 4 ").replace("dien_tich_san", "dien_tich");
    let (procedure, _) = quytrinh::definition::load(&Source::new("cap-phep-xay-dung.yaml", &next)).unwrap();
    let texts = vec![Publication::procedure("cap-phep-xay-dung.yaml", next, procedure)];
    world.engine.publish(Actor::System, texts).await.unwrap();
    let again = world.send_with(&lan, Method::POST, "/api/v1/cases", Some(permit()), &key).await;
    assert_eq!((&again.text, again.header("idempotency-replayed")), (&first.text, "true"));
    let anew = world.send(&lan, Method::POST, "/api/v1/cases", Some(permit())).await;
    assert_eq!(anew.code(), "unknown_field");

    let receipt = first.json();
    let (case, revision) = (receipt["case"].as_str().unwrap(), format!("\"{}\"", receipt["revision"]));
    let headers = [("idempotency-key", "nhan-1"), ("if-match", revision.as_str())];
    let accept = Some(json!({ "act": "accept" }));
    let first = world.send_with(&lan, Method::POST, &at(case, ACT), accept.clone(), &headers).await;
    let again = world.send_with(&lan, Method::POST, &at(case, ACT), accept, &headers).await;
    assert_eq!((first.status, again.status), (StatusCode::OK, StatusCode::OK), "{}", again.text);
    assert_eq!((&first.text, again.header("idempotency-replayed")), (&again.text, "true"));
    let head = world.acting("hoa").await;
    assert_eq!(world.get(&head, "/api/v1/cases").await.json()["total"], 1);
}

#[tokio::test]
async fn new_cases_run_on_the_text_in_force_and_not_on_one_that_is_superseded() {
    let world = World::new().await;
    let lan = world.acting("lan").await;
    let publish = async |text: String| {
        let (procedure, _) = quytrinh::definition::load(&Source::new("x.yaml", &text)).unwrap();
        world.engine.publish(Actor::System, vec![Publication::procedure("x.yaml", text, procedure)]).await.unwrap();
    };
    let version_of_a_new_case = async || {
        let opened = world.send(&lan, Method::POST, "/api/v1/cases", Some(permit())).await;
        let case = opened.json()["case"].as_str().unwrap_or_default().to_owned();
        world.get(&lan, &at(&case, "")).await.json()["procedure_version"].clone()
    };
    assert_eq!(version_of_a_new_case().await, json!(3));
    // One that comes into force later does not count before.
    publish(PERMIT.replace("version: 3 ", "version: 4 ").replace("effective: 2026-07-01", "effective: 2999-01-01"))
        .await;
    assert_eq!(version_of_a_new_case().await, json!(3));
    publish(PERMIT.replace("version: 3 ", "version: 5 ")).await;
    assert_eq!(version_of_a_new_case().await, json!(5));

    let other = PERMIT.replace("id: cap-phep-xay-dung", "id: cap-phep-moi\nsupersedes: cap-phep-xay-dung");
    publish(other.replace("effective: 2026-07-01", "effective: 2999-01-01")).await;
    assert_eq!(version_of_a_new_case().await, json!(5));
    publish(other.replace("version: 3 ", "version: 4 ")).await;
    let refused = world.send(&lan, Method::POST, "/api/v1/cases", Some(permit())).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::CONFLICT, "not_in_force"), "{}", refused.text);
    assert!(refused.text.contains("cap-phep-moi"), "{}", refused.text);
}

#[tokio::test]
async fn an_outside_event_is_signalled_by_a_token_that_can_do_nothing_else() {
    let world = World::new().await;
    let paid = "within: 0.5 working day\n    on_event:\n      da_nop_tien: { vi: Đã nộp tiền, to: kiem_tra }\n";
    let text = PERMIT.replace("version: 3 ", "version: 4 ").replacen("within: 0.5 working day\n", paid, 1);
    let (procedure, _) = quytrinh::definition::load(&Source::new("x.yaml", &text)).unwrap();
    world.engine.publish(Actor::System, vec![Publication::procedure("x.yaml", text, procedure)]).await.unwrap();
    let (case, revision) = world.open(&world.acting("lan").await).await;
    let treasury = world.token("lan", &[Scope::Signal]).await;
    let accept = Some(json!({ "act": "accept" }));
    let tag = format!("\"{revision}\"");
    let got = world.send_with(&treasury, Method::POST, &at(&case, ACT), accept, &[("if-match", &tag)]).await;
    assert_eq!((got.status, got.code().as_str()), (StatusCode::FORBIDDEN, "scope_missing"), "{}", got.text);

    let signal = json!({ "event": "da_nop_tien", "id": "KB-1", "source": "Kho bạc" });
    let first = world.send(&treasury, Method::POST, &at(&case, "/signals"), Some(signal.clone())).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert_eq!(first.json()["events"][0], "taken");
    let again = world.send(&treasury, Method::POST, &at(&case, "/signals"), Some(signal)).await;
    assert_eq!((again.status, again.json()["events"].clone()), (StatusCode::OK, json!([])), "{}", again.text);
    assert_eq!(again.json()["revision"], first.json()["revision"]);
    let other = json!({ "event": "da_nop_tien", "id": "KB-2" });
    let other = world.send(&treasury, Method::POST, &at(&case, "/signals"), Some(other)).await;
    assert_eq!((other.status, other.code().as_str()), (StatusCode::CONFLICT, "not_awaited"), "{}", other.text);
    let timeline = world.get(&world.acting("lan").await, &at(&case, "")).await.text;
    assert!(timeline.contains("Kho bạc báo: Đã nộp tiền (mã KB-1)"), "{timeline}");
}

#[tokio::test]
async fn who_has_a_vote_sees_the_case_and_votes_and_nobody_else_does() {
    let world = World::new().await;
    world.publish_with_council().await;
    let (chair, member, stranger) = (world.acting("dung").await, world.acting("tam").await, world.acting("phuc").await);
    let (case, _) = world.open(&chair).await;

    let seen = world.get(&member, &at(&case, "")).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    assert_eq!(seen.json()["branches"][0]["council"]["members"], 2);
    let offers = world.get(&member, &at(&case, "/available")).await.json();
    let ballot = offers["items"].as_array().unwrap().iter().find(|offer| offer["act"] == "vote").unwrap().clone();
    assert_eq!(ballot["choices"][0]["choice"], "accept");
    let vote = json!({ "act": "vote", "choice": "accept", "text": "đủ hồ sơ" });
    let hidden = world.send(&stranger, Method::POST, &at(&case, ACT), Some(vote.clone())).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{}", hidden.text);

    let early = world.get(&chair, &at(&case, "")).await.json()["revision"].to_string();
    let accept = Some(json!({ "act": "accept" }));
    let tag = format!("\"{early}\"");
    let early = world.send_with(&chair, Method::POST, &at(&case, ACT), accept.clone(), &[("if-match", &tag)]).await;
    assert_eq!((early.status, early.code().as_str()), (StatusCode::CONFLICT, "no_quorum"), "{}", early.text);
    // Members vote at the same time: none must have seen what the others did.
    for who in [&member, &chair] {
        let voted = world.send(who, Method::POST, &at(&case, ACT), Some(vote.clone())).await;
        assert_eq!(voted.status, StatusCode::OK, "{}", voted.text);
    }
    let now = world.get(&chair, &at(&case, "")).await.json()["revision"].to_string();
    let tag = format!("\"{now}\"");
    let carried = world.send_with(&chair, Method::POST, &at(&case, ACT), accept, &[("if-match", &tag)]).await;
    assert_eq!(carried.status, StatusCode::OK, "{}", carried.text);
    let told = world.get(&chair, &at(&case, "")).await.text;
    assert!(told.contains("(2/2 phiếu, 2 thành viên)"), "{told}");
    // The case has gone on: whoever only had a vote there sees it no more.
    assert_eq!(world.get(&member, &at(&case, "")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_write_names_what_it_has_seen_and_a_dry_run_writes_nothing() {
    let world = World::new().await;
    let lan = world.acting("lan").await;
    let (case, revision) = world.open(&lan).await;
    let accept = json!({ "act": "accept" });
    let got = world.send(&lan, Method::POST, &at(&case, ACT), Some(accept.clone())).await;
    assert_eq!((got.status, got.code().as_str()), (StatusCode::PRECONDITION_REQUIRED, "precondition_required"));
    for bad in ["5", "*", "W/\"5\""] {
        let got =
            world.send_with(&lan, Method::POST, &at(&case, ACT), Some(accept.clone()), &[("if-match", bad)]).await;
        assert_eq!(got.code(), "bad_header", "{bad}");
    }
    let tag = format!("\"{revision}\"");
    let dry = format!("{}?dry_run=true", at(&case, ACT));
    let got = world.send_with(&lan, Method::POST, &dry, Some(accept.clone()), &[("if-match", &tag)]).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.text);
    assert!(got.json().get("seq").is_none(), "{}", got.text);
    assert_eq!(world.get(&lan, &at(&case, "")).await.json()["revision"], revision, "nothing was written");

    let comment = json!({ "act": "comment", "text": "Đã gọi điện cho người nộp" });
    let got = world.send(&lan, Method::POST, &at(&case, ACT), Some(comment)).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.text);
    let stale = world.act(&lan, &case, revision + 7, accept).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(stale.json()["moved_by_name"], "Đỗ Thị Lan", "{}", stale.text);
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_place_in_the_callers_language() {
    let world = World::new().await;
    let lan = world.acting("lan").await;
    let (case, revision) = world.open(&lan).await;
    let act = async |body: Value| world.act(&lan, &case, revision, body).await;

    let got = act(json!({ "act": "accept", "holder": "lan" })).await;
    assert_eq!((got.status, got.code().as_str()), (StatusCode::BAD_REQUEST, "bad_body"));
    assert_eq!(got.json()["errors"][0]["path"], "/holder");
    assert_eq!(got.json()["type"], "/problems/bad_body");
    let got = act(json!({ "act": "receive", "to": "mai" })).await;
    assert_eq!((got.code().as_str(), &got.json()["errors"][0]["path"]), ("bad_body", &json!("/to")));
    let got = act(json!({ "act": "accept", "fields": { "dien_tich_san": "nhiều", "cap_cong_trinh": "V" } })).await;
    assert_eq!((got.status, got.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "wrong_value"));
    let json = got.json();
    assert_eq!(json["errors"][0]["path"], "/fields/cap_cong_trinh");
    assert_eq!(json["errors"][0]["expected"], "one of III, IV");
    assert_eq!(json["errors"][1]["found"], "\"nhiều\"");
    assert_eq!(json["fields"], json!(["cap_cong_trinh", "dien_tich_san"]));
    let got = act(json!({ "act": "accept", "fields": { "due_at": 1 } })).await;
    assert_eq!((got.code().as_str(), &got.json()["fields"]), ("unknown_field", &json!(["due_at"])));
    let got = act(json!({ "act": "transfer", "to": "mai" })).await;
    assert_eq!(got.code(), "reason_required");
    let got = act(json!({ "act": "khong_co" })).await;
    assert_eq!(got.code(), "no_such_transition", "{}", got.text);

    let raw = |kind: &str, body: &str| {
        let As::Token(secret) = &lan else { unreachable!("a token was asked for") };
        Request::post(at(&case, ACT))
            .header("authorization", format!("Bearer {secret}"))
            .header("content-type", kind)
            .header("if-match", format!("\"{revision}\""))
            .body(Body::from(body.to_owned()))
            .unwrap()
    };
    for (kind, body, code) in [
        ("text/plain", "{}", "not_json"),
        ("application/json", "{", "bad_json"),
        ("application/json", "", "bad_json"),
        ("application/json", &"[".repeat(200_000), "bad_body"),
        ("application/json", &format!("{{\"act\":\"{}\"}}", "x".repeat(1 << 20)), "too_large"),
    ] {
        let got = world.request(raw(kind, body)).await;
        assert_eq!(got.code(), code, "{}", got.text);
    }

    let vi = world.get(&lan, "/api/v1/cases/khong-co").await.json();
    let en = world.get(&lan, "/api/v1/cases/khong-co?lang=en").await.json();
    assert_eq!((&vi["title"], &en["title"]), (&json!("Không có hồ sơ này"), &json!("No such case")));
    let got = world.send(&lan, Method::PUT, "/api/v1/cases", None).await;
    assert_eq!((got.status, got.code().as_str()), (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"));
    assert_eq!(world.get(&lan, "/api/v1/khong-co").await.code(), "unknown_path");
}

#[tokio::test]
async fn a_problem_points_to_its_page() {
    let world = World::new().await;
    let index = world.get(&As::Nobody, "/problems?lang=en").await;
    assert_eq!(index.status, StatusCode::OK);
    for kind in ["stale_version", "not_holder", "disk_full"] {
        assert!(index.text.contains(kind));
        let page = world.get(&As::Nobody, &format!("/problems/{kind}")).await;
        assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
        assert!(page.text.contains(kind));
    }
    assert_eq!(world.get(&As::Nobody, "/problems/x").await.code(), "unknown_problem");
}

#[tokio::test]
async fn a_browser_writes_only_from_our_pages() {
    let world = World::new().await;
    let session = world.session("lan").await;
    let As::Session { token, csrf } = &session else { unreachable!("a session was asked for") };
    let path = "/api/v1/cases?dry_run=true";
    assert_eq!(world.send(&session, Method::POST, path, Some(permit())).await.status, StatusCode::OK);
    for headers in [
        vec![],
        vec![("x-csrf-token", "sai")],
        vec![("x-csrf-token", csrf.as_str()), ("origin", "https://evil.example")],
        vec![("x-csrf-token", csrf.as_str()), ("sec-fetch-site", "cross-site")],
    ] {
        let cookie = format!("qt_session={token}");
        let mut all = vec![("cookie", cookie.as_str())];
        all.extend(&headers);
        let got = world.request(request(&As::Nobody, Method::POST, path, Some(permit()), &all)).await;
        assert_eq!((got.status, got.code().as_str()), (StatusCode::FORBIDDEN, "csrf"), "{headers:?}");
    }
    assert_eq!(world.get(&session, "/api/v1/me").await.json()["csrf"], *csrf);
    world.engine.accounts().sign_out(token).await.unwrap();
    assert_eq!(world.get(&session, "/api/v1/me").await.code(), "sign_in_required");
}

#[tokio::test]
async fn a_session_dies_of_idleness_of_age_and_with_its_account() {
    let world = World::new().await;
    let start = "2026-08-03T02:00:00Z".parse::<quytrinh::ids::Ts>().unwrap();
    let status = async |session: &As| world.get(session, "/api/v1/me").await.status.as_u16();

    let idle = world.session("lan").await;
    world.clock.set(start.plus_minutes(29));
    assert_eq!(status(&idle).await, 200);
    world.clock.set(start.plus_minutes(58));
    assert_eq!(status(&idle).await, 200, "it was used meanwhile");
    world.clock.set(start.plus_minutes(88));
    assert_eq!(status(&idle).await, 401);

    let aged = world.session("lan").await;
    for minute in (88..88 + 720).step_by(20) {
        world.clock.set(start.plus_minutes(minute));
        assert_eq!(status(&aged).await, 200, "{minute}");
    }
    world.clock.set(start.plus_minutes(88 + 720));
    assert_eq!(status(&aged).await, 401);

    let (fired, token) = (world.session("mai").await, world.acting("mai").await);
    world.engine.accounts().disable("mai", true).await.unwrap();
    assert_eq!((status(&fired).await, status(&token).await), (401, 401));
}

#[tokio::test]
async fn a_token_is_shown_once_has_its_scopes_and_is_revoked_at_once() {
    let world = World::new().await;
    let session = world.session("lan").await;
    let new = json!({ "label": "Một cửa điện tử", "scopes": ["read"] });
    let made = world.send(&session, Method::POST, "/api/v1/tokens", Some(new)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let made = made.json();
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("qt_") && secret.len() >= 46);
    let list = world.get(&session, "/api/v1/tokens").await;
    assert!(!list.text.contains(secret) && list.text.contains("Một cửa điện tử"));

    let reader = As::Token(secret.to_owned());
    assert_eq!(world.get(&reader, "/api/v1/me").await.json()["scopes"], json!(["read"]));
    let got = world.send(&reader, Method::POST, "/api/v1/cases", Some(permit())).await;
    assert_eq!((got.status, got.code().as_str()), (StatusCode::FORBIDDEN, "scope_missing"));
    let admin = json!({ "label": "x", "scopes": ["admin"] });
    let got = world.send(&session, Method::POST, "/api/v1/tokens", Some(admin)).await;
    assert_eq!((got.status, got.code().as_str()), (StatusCode::FORBIDDEN, "not_permitted"));
    let own = world.token("quan-tri", &[Scope::Admin]).await;
    let wider = json!({ "label": "x", "scopes": ["act"] });
    assert_eq!(world.send(&own, Method::POST, "/api/v1/tokens", Some(wider)).await.code(), "not_permitted");

    let path = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
    let stranger = world.session("mai").await;
    assert_eq!(world.send(&stranger, Method::DELETE, &path, None).await.code(), "unknown_token");
    assert_eq!(world.send(&session, Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.get(&reader, "/api/v1/me").await.code(), "bad_token");
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down_for_known_and_unknown_logins_alike() {
    use quytrinh::service::accounts::{AccountError, Accounts, Policy};
    let world = World::new().await;
    let policy = Policy { slowest_failure: std::time::Duration::ZERO };
    let clock: std::sync::Arc<dyn quytrinh::service::clock::Clock> = world.clock.clone();
    let accounts = Accounts::with_policy(world.engine.store().clone(), clock, policy);
    accounts.set_password("lan", &"lan".into(), "tre già măng mọc").await.unwrap();
    for login in ["lan", "khong-co"] {
        for _ in 0..6 {
            assert!(matches!(accounts.sign_in(login, "sai", "vi").await, Err(AccountError::Wrong)), "{login}");
        }
        let locked = accounts.sign_in(login, "tre già măng mọc", "vi").await;
        assert!(matches!(locked, Err(AccountError::Locked { .. })), "{login}: {locked:?}");
    }
    let now = quytrinh::service::clock::Clock::now(world.clock.as_ref());
    world.clock.set(now.plus_minutes(2));
    accounts.sign_in("lan", "tre già măng mọc", "vi").await.unwrap();
}

#[tokio::test]
async fn an_inspector_takes_the_journal_away_and_it_verifies() {
    let world = World::new().await;
    let lan = world.acting("lan").await;
    world.open(&lan).await;
    let reader = world.token("thanh", &[Scope::Read]).await;
    for path in ["/api/v1/journal/head", "/api/v1/journal/entries"] {
        let got = world.get(&reader, path).await;
        assert_eq!((got.status, got.code().as_str()), (StatusCode::FORBIDDEN, "scope_missing"), "{path}");
    }
    let inspector = world.token("thanh", &[Scope::Journal]).await;
    assert_eq!(world.get(&inspector, "/api/v1/cases").await.code(), "scope_missing", "the book and nothing else");
    let head = world.get(&inspector, "/api/v1/journal/head").await;
    let mut file = format!("{}\n", head.text.trim_end());
    let entries = head.json()["entries"].as_u64().unwrap();
    let mut from = 0;
    while from < entries {
        let page = world.get(&inspector, &format!("/api/v1/journal/entries?from={from}&limit=2")).await;
        from += page.text.lines().count() as u64;
        file.push_str(&page.text);
    }
    let report = quytrinh::journal::export::verify_export(file.as_bytes(), &[]).unwrap();
    assert!(report.faults.is_empty(), "{report:?}");
    assert!(file.lines().count() as u64 == entries + 1);
}

#[test]
fn the_document_describes_every_operation_with_examples_and_problems() {
    let document = serde_json::to_value(quytrinh::http::openapi::document()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} names two operations");
            assert!(operation["summary"].is_string(), "{method} {path}");
            if path.starts_with("/api/v1/") && path != "/api/v1/openapi.json" {
                let problem = &operation["responses"]["401"]["content"]["application/problem+json"];
                assert!(problem.is_object(), "{method} {path}");
            }
        }
    }
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is referred to and not there");
    }
}

#[test]
fn the_document_in_the_docs_is_the_one_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/openapi.json");
    let now = quytrinh::http::openapi::document().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == now, "the API changed: look at the difference; UPDATE_GOLDEN=1 writes docs/reference/openapi.json");
}

#[tokio::test]
async fn people_read_the_api_on_one_page() {
    let world = World::new().await;
    let page = world.get(&As::Nobody, "/api").await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    for word in ["POST /api/v1/cases/{case}/act", "<code>If-Match</code>", "on_behalf_of", "&quot;receive&quot;"] {
        assert!(page.text.contains(word), "{word}");
    }
    assert!(!page.text.contains("<script") && !page.text.contains("http"), "nothing from elsewhere");
}
