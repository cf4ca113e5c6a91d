//! Calendars over the API: they are read, a swap of working days is looked at and applied, and what is not right is
//! refused before anything is written.

use axum::http::Method;
use quytrinh::service::accounts::Scope;
use serde_json::{Value, json};

use crate::api_world::{As, CALENDAR, Got, World};
use crate::support::hanoi;

async fn send(world: &World, who: &As, path: &str, text: &str) -> Got {
    world.send(who, Method::POST, &format!("/api/v1/calendars/{path}"), Some(json!({ "text": text }))).await
}

/// Monday 24 August 2026 is off and Saturday the 29th worked, known on Friday the 7th.
fn swap() -> String {
    hanoi::changed(1, &["2026-08-24"], &["2026-08-29"])
}

async fn counted(world: &World, case: &str) -> (Value, Value) {
    let seen = world.get(&world.acting("lan").await, &format!("/api/v1/cases/{case}")).await.json();
    (seen["clock"].clone(), seen["promise"].clone())
}

#[tokio::test]
async fn a_swap_is_looked_at_applied_and_applied_again() {
    let world = World::new().await;
    let admin = world.token("quan-tri", &[Scope::Read, Scope::Publish]).await;
    let (case, _) = world.open(&world.acting("lan").await).await;
    let version = hanoi::calendar(CALENDAR).version();
    let (was, promise) = counted(&world, &case).await;
    assert_eq!((&was["calendar"], &was["calendar_version"]), (&json!("hanoi"), &json!(version)));
    assert!(promise.is_string(), "the permit makes a promise");
    world.clock.set("2026-08-07T07:00:00Z".parse().unwrap());

    let head = world.engine.store().head().await.unwrap();
    let seen = send(&world, &admin, "preview", &swap()).await.json();
    assert_eq!(world.engine.store().head().await.unwrap(), head, "looking writes nothing");
    let totals = ["open_cases", "cases", "unreadable", "left_out"].map(|name| seen[name].as_u64().unwrap());
    assert_eq!(totals, [1, 1, 0, 0], "{seen}");
    let moves = seen["moves"].as_array().unwrap();
    assert_eq!(seen["later"].as_u64().unwrap() + seen["earlier"].as_u64().unwrap(), moves.len() as u64);
    let whole = moves.iter().find(|one| one["clock"] == "case").unwrap();
    assert_eq!((&whole["old_deadline"], &whole["promise"]), (&was["deadline"], &promise));
    assert!(moves.iter().all(|one| one.get("title").is_none() && one.get("holder").is_none()), "{seen}");

    let first = send(&world, &admin, "hanoi/apply", &swap()).await.json();
    let done = json!({ "calendar": "hanoi", "version": version + 1, "published": true, "changed": 1,
        "passed_over": 0, "failed": 0, "unreadable": [], "left": 0 });
    assert_eq!(first, done);
    let (is, told) = counted(&world, &case).await;
    assert_eq!((&is["deadline"], &is["calendar_version"]), (&whole["new_deadline"], &json!(version + 1)));
    assert_ne!(is["deadline"], was["deadline"]);
    assert_eq!(told, promise, "what was told to the citizen stays");

    let head = world.engine.store().head().await.unwrap();
    let again = send(&world, &admin, "hanoi/apply", &swap()).await.json();
    assert_eq!((&again["published"], &again["changed"], &again["failed"]), (&json!(false), &json!(0), &json!(0)));
    assert_eq!(world.engine.store().head().await.unwrap(), head, "nothing is done twice");

    let list = world.get(&admin, "/api/v1/calendars").await.json();
    let line = &list["items"][0];
    assert_eq!((&line["calendar"], &line["zone"]), (&json!("hanoi"), &json!("Asia/Ho_Chi_Minh")));
    let versions = json!([{ "version": version, "since": "2026-08-03T02:00:00Z" },
        { "version": version + 1, "since": "2026-08-07T07:00:00Z" }]);
    assert_eq!((&line["version"], &line["versions"]), (&json!(version + 1), &versions));
}

#[tokio::test]
async fn days_are_told_with_their_reason_and_not_without_end() {
    let world = World::new().await;
    let who = world.acting("tam").await;
    let path = |query: &str| format!("/api/v1/calendars/hanoi{query}");
    let plain = world.get(&who, &path("")).await.json();
    assert_eq!(plain["text"], CALENDAR);
    assert!(plain.get("days").is_none());

    let days = world.get(&who, &path("?from=2026-08-28&to=2026-09-03")).await.json()["days"].clone();
    let days = days.as_array().unwrap();
    assert_eq!(days.len(), 7);
    let holiday = days.iter().find(|day| day["date"] == "2026-09-02").unwrap();
    assert_eq!(
        (&holiday["kind"], &holiday["weekday"], &holiday["sessions"]),
        (&json!("off"), &json!("wed"), &json!([]))
    );
    assert!(holiday["label"].is_string(), "{holiday}");
    assert_eq!((&days[0]["kind"], days[0]["sessions"].as_array().unwrap().len()), (&json!("regular"), 2));

    let most = world.get(&who, &path("?from=2025-01-01&to=2027-03-11")).await.json();
    assert_eq!(most["days"].as_array().unwrap().len(), 800);
    for query in [
        "?from=2025-01-01&to=2027-03-12",
        "?from=2026-08-02&to=2026-08-01",
        "?from=2026-08-02",
        "?from=2026-02-30&to=2026-03-01",
        "?from=-009999-01-01&to=9999-12-31",
    ] {
        let got = world.get(&who, &path(query)).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (400, "bad_query"), "{query}");
    }
    let got = world.get(&who, "/api/v1/calendars/hue").await;
    assert_eq!((got.status.as_u16(), got.code().as_str()), (404, "unknown_calendar"));
}

#[tokio::test]
async fn what_is_not_right_is_refused_and_nothing_is_written() {
    let world = World::new().await;
    let admin = world.token("quan-tri", &[Scope::Read, Scope::Publish]).await;
    assert_eq!(send(&world, &admin, "hanoi/apply", &swap()).await.status.as_u16(), 200);
    let head = world.engine.store().head().await.unwrap();
    let other = hanoi::changed(1, &["2026-08-25"], &[]);
    let foreign = swap().replacen("id: hanoi", "id: hue", 1);
    let zone = swap().replacen("Asia/Ho_Chi_Minh", "Asia/Hue", 1);
    for (path, text, status, code) in [
        ("hanoi/apply", "days_off: [", 422, "bad_calendar"),
        ("preview", "", 422, "bad_calendar"),
        ("preview", &zone, 422, "bad_calendar"),
        ("hanoi/apply", &foreign, 422, "bad_calendar"),
        ("hanoi/apply", &other, 409, "calendar_not_newer"),
        ("preview", &other, 409, "calendar_not_newer"),
        // the text that was in force before, word for word
        ("hanoi/apply", CALENDAR, 409, "calendar_not_newer"),
        ("hanoi/apply", &" ".repeat(2 << 20), 413, "too_large"),
    ] {
        let got = send(&world, &admin, path, text).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (status, code), "{path}: {}", got.text);
        assert_eq!(got.header("content-type"), "application/problem+json");
    }
    let acting = world.token("quan-tri", &[Scope::Read, Scope::Act, Scope::Admin]).await;
    assert_eq!(send(&world, &acting, "hanoi/apply", &swap()).await.code(), "scope_missing");
    let staff = world.token("lan", &[Scope::Read, Scope::Publish]).await;
    assert_eq!(send(&world, &staff, "preview", &swap()).await.code(), "not_permitted");
    assert_eq!(world.engine.store().head().await.unwrap(), head);
}
