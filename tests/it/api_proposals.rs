//! A text is proposed, looked at, confirmed by another person and taken back, over the API: the same rules and words as
//! at the terminal, with conditions, keys and dry runs as every write has them.

use axum::http::{Method, StatusCode};
use quytrinh::service::accounts::Scope;
use serde_json::{Value, json};

use crate::api_world::{As, Got, PERMIT, World};

/// The permit's next version: a shorter limit, from the first of September 2026.
pub fn next() -> String {
    let text = PERMIT.replace("version: 3 ", "version: 4 ").replace("within: 4 working days", "within: 3 working days");
    let text = text.replace("effective: 2026-07-01", "effective: 2026-09-01");
    text.replace(
        "\nchanges:\n",
        "\nchanges:\n  4: { date: 2026-08-03, vi: Thẩm định còn 3 ngày, running: { migrate: {} } }\n",
    )
}

async fn publishing(world: &World, person: &str) -> As {
    world.token(person, &[Scope::Read, Scope::Publish]).await
}

async fn propose(world: &World, who: &As, text: &str, query: &str, headers: &[(&str, &str)]) -> Got {
    let body = json!({ "text": text, "reason": "Theo QĐ 15/QĐ-SXD" });
    world.send_with(who, Method::POST, &format!("/api/v1/proposals{query}"), Some(body), headers).await
}

async fn post(world: &World, who: &As, path: &str, body: Option<Value>, tag: &str) -> Got {
    let headers: &[(&str, &str)] = if tag.is_empty() { &[] } else { &[("if-match", tag)] };
    world.send_with(who, Method::POST, path, body, headers).await
}

#[tokio::test]
async fn one_proposes_another_confirms_and_until_its_first_day_it_may_be_taken_back() {
    let world = World::new().await;
    let (hoa, dung, tam) =
        (publishing(&world, "hoa").await, publishing(&world, "dung").await, publishing(&world, "tam").await);
    world.open(&world.acting("lan").await).await;

    // A dry run looks and writes nothing; who has no right, or no scope, is told so before anything is looked at.
    let looked = propose(&world, &hoa, &next(), "?dry_run=true", &[]).await;
    assert_eq!(looked.status, StatusCode::OK, "{}", looked.text);
    assert_eq!((&looked.json()["passes"], &looked.json()["plan"]["open"]), (&json!(true), &json!(1)));
    assert_eq!(looked.json()["seq"], Value::Null);
    assert_eq!(world.get(&dung, "/api/v1/proposals").await.json()["items"], json!([]));
    assert_eq!(propose(&world, &tam, &next(), "", &[]).await.code(), "not_allowed");
    let acting = world.acting("hoa").await;
    assert_eq!(propose(&world, &acting, &next(), "", &[]).await.code(), "scope_missing");

    // Proposed once, however often it is sent.
    let key = [("idempotency-key", "de-nghi-1")];
    let first = propose(&world, &hoa, &next(), "", &key).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let digest = first.json()["digest"].as_str().unwrap().to_owned();
    assert_eq!(first.header("location"), format!("/api/v1/proposals/{digest}"));
    let again = propose(&world, &hoa, &next(), "", &key).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (StatusCode::CREATED, "true"), "{}", again.text);
    assert_eq!(again.json()["seq"], first.json()["seq"]);
    assert_eq!(propose(&world, &hoa, &next(), "", &[]).await.code(), "version_taken");

    // Who may decide sees all of it; to others there is no such proposal.
    let path = format!("/api/v1/proposals/{digest}");
    let waiting = world.get(&dung, "/api/v1/proposals").await.json();
    assert_eq!(waiting["items"][0]["may"], json!(["confirm", "withdraw"]), "{waiting}");
    assert_eq!(world.get(&hoa, "/api/v1/proposals").await.json()["items"][0]["may"], json!(["withdraw"]));
    assert_eq!(world.get(&tam, "/api/v1/proposals").await.json()["items"], json!([]));
    let foreign = world.get(&tam, &path).await;
    let unknown = world.get(&tam, "/api/v1/proposals/0000").await;
    assert_eq!((foreign.code(), unknown.code()), ("unknown_proposal".to_owned(), "unknown_proposal".to_owned()));
    let shown = world.get(&dung, &format!("{path}?lang=vi")).await;
    let (shown, tag) = (shown.json(), shown.header("etag").to_owned());
    assert_eq!((shown["text"].as_str(), &shown["follows"]), (Some(next().as_str()), &json!(3)));
    let changes = shown["differences"].as_array().unwrap();
    assert!(changes.iter().any(|one| one["of"] == "limit" && one["message"].as_str().unwrap().contains("3 ngày")));
    assert_eq!((&shown["plan"]["open"], &shown["plan"]["go_on"]), (&json!(1), &json!(1)), "{shown}");
    assert_eq!(shown["proposed"]["by"]["name"], "Nguyễn Thị Hoa");

    // Confirmed by another, who has seen what it rests on.
    let confirm = format!("{path}/confirm");
    assert_eq!(post(&world, &dung, &confirm, None, "").await.code(), "precondition_required");
    let stale = post(&world, &dung, &confirm, None, "\"1\"").await;
    assert_eq!((stale.status, stale.code()), (StatusCode::PRECONDITION_FAILED, "stale_proposal".to_owned()));
    assert_eq!(stale.json()["found"], first.json()["seq"]);
    assert_eq!(post(&world, &hoa, &confirm, None, &tag).await.code(), "second_person");
    let dry = post(&world, &dung, &format!("{confirm}?dry_run=true"), None, &tag).await;
    assert_eq!((dry.status, &dry.json()["seq"]), (StatusCode::OK, &Value::Null), "{}", dry.text);
    let done = post(&world, &dung, &confirm, None, &tag).await;
    assert_eq!((done.status, done.json()["event"].as_str()), (StatusCode::OK, Some("procedure_published")));
    assert_eq!(world.get(&dung, "/api/v1/proposals").await.json()["items"], json!([]));

    // New cases are opened by the version in force; the coming one stands beside it, and may still be taken back.
    let versions = async |who: &As| {
        let list = world.get(who, "/api/v1/procedures/cap-phep-xay-dung/versions").await.json();
        let of = |line: &Value| (line["version"].as_u64().unwrap(), line["state"].as_str().unwrap().to_owned());
        list["items"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(versions(&tam).await, [(4, "coming".to_owned()), (3, "in_force".to_owned())]);
    assert_eq!(world.get(&tam, "/api/v1/procedures/cap-phep-xay-dung").await.json()["version"], 3);
    let back = "/api/v1/procedures/cap-phep-xay-dung/versions/4/withdraw";
    let why = Some(json!({ "reason": "Nghị định lùi ngày có hiệu lực" }));
    let tag = done.header("etag").to_owned();
    assert_eq!(post(&world, &tam, back, why.clone(), &tag).await.code(), "not_allowed");
    let blank = post(&world, &hoa, back, Some(json!({ "reason": " " })), &tag).await;
    assert_eq!(blank.code(), "reason_required");
    let taken = post(&world, &hoa, back, why.clone(), &tag).await;
    assert_eq!(taken.json()["event"], "publication_withdrawn", "{}", taken.text);
    assert_eq!(versions(&dung).await, [(4, "withdrawn".to_owned()), (3, "in_force".to_owned())]);
    assert_eq!(versions(&tam).await, [(3, "in_force".to_owned())], "what was taken back is no matter of others");
    assert_eq!(propose(&world, &hoa, &next(), "", &[]).await.code(), "version_taken");

    // From its first day on a version stays.
    let fifth = next().replace("version: 4 ", "version: 5 ").replace("\n  4: {", "\n  5: {");
    let proposed = propose(&world, &hoa, &fifth, "", &[]).await;
    assert_eq!(proposed.status, StatusCode::CREATED, "{}", proposed.text);
    let digest = proposed.json()["digest"].as_str().unwrap().to_owned();
    let confirm = format!("/api/v1/proposals/{digest}/confirm");
    let done = post(&world, &dung, &confirm, None, proposed.header("etag")).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    world.clock.set("2026-09-01T02:00:00Z".parse().unwrap());
    let back = "/api/v1/procedures/cap-phep-xay-dung/versions/5/withdraw";
    let late = post(&world, &hoa, back, why, done.header("etag")).await;
    assert_eq!((late.status, late.code()), (StatusCode::CONFLICT, "already_in_force".to_owned()), "{}", late.text);
    assert_eq!(versions(&tam).await, [(5, "in_force".to_owned()), (3, "replaced".to_owned())]);
}

#[tokio::test]
async fn what_is_not_sound_is_told_with_its_places_in_the_callers_language() {
    let world = World::new().await;
    let hoa = publishing(&world, "hoa").await;
    let faulty = next().replacen("to: kiem_tra", "to: khong_co", 1);
    let got = propose(&world, &hoa, &faulty, "?lang=en", &[]).await;
    assert_eq!((got.status, got.code()), (StatusCode::UNPROCESSABLE_ENTITY, "procedure_faulty".to_owned()));
    let told = got.json()["diagnostics"].as_array().unwrap().clone();
    assert!(told.iter().any(|one| one["level"] == "error" && one["line"].as_u64() > Some(1)), "{}", got.text);
    assert!(told.iter().any(|one| one["message"].as_str().unwrap().contains("khong_co")), "{}", got.text);
    for odd in ["", "xin chào", "format: quytrinh/v1\n", "\u{feff}", "- 1\n- 2\n"] {
        let got = propose(&world, &hoa, odd, "", &[]).await;
        assert_eq!(got.code(), "procedure_faulty", "{odd:?}: {}", got.text);
    }
    // A published text changed in place is another text of a number that is taken.
    let edited = PERMIT.replace("within: 4 working days", "within: 3 working days");
    assert_eq!(propose(&world, &hoa, &edited, "", &[]).await.code(), "version_taken");
    assert_eq!(world.get(&hoa, "/api/v1/proposals").await.json()["items"], json!([]));
}

/// What takes longer than a request may is not begun anew by whoever asks again, and is there when it is done.
#[tokio::test]
async fn a_look_that_takes_longer_than_a_request_goes_on_and_is_found_ready() {
    use quytrinh::service::ask::Denied;
    use quytrinh::service::looks::Looks;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    let (looks, begun) = (Looks::<u32>::default(), Arc::new(AtomicU32::new(0)));
    let (release, gate) = tokio::sync::watch::channel(false);
    let look = || {
        let (begun, mut gate) = (begun.clone(), gate.clone());
        async move {
            let n = begun.fetch_add(1, Ordering::SeqCst) + 1;
            gate.wait_for(|open| *open).await.unwrap();
            Ok(n)
        }
    };
    for _ in 0..3 {
        let denied = looks.at("a".to_owned(), Duration::ZERO, look()).await;
        assert!(matches!(denied, Err(Denied::Looking)), "{denied:?}");
        tokio::task::yield_now().await;
    }
    for other in ["b", "c", "d"] {
        assert!(matches!(looks.at(other.to_owned(), Duration::ZERO, look()).await, Err(Denied::Looking)));
    }
    assert!(matches!(looks.at("e".to_owned(), Duration::ZERO, look()).await, Err(Denied::Busy)), "four at once");
    release.send(true).unwrap();
    assert_eq!(*looks.at("a".to_owned(), Duration::MAX, look()).await.unwrap(), 1, "the first look, not another");
    assert!(*looks.at("a".to_owned(), Duration::MAX, look()).await.unwrap() > 1, "what was fetched is looked at anew");
}
