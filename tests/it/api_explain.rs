//! A permit that waited for its applicant, explained over the API: the lines add up, the suspension is named with its
//! reason and billed to the applicant, and a morning gathers what was told.

use axum::http::StatusCode;
use quytrinh::ids::Ts;
use serde_json::{Value, json};

use crate::api_world::{As, World};

async fn act(world: &World, person: &str, case: &str, body: Value) {
    let who = world.acting(person).await;
    let revision = world.get(&who, &format!("/api/v1/cases/{case}")).await.json()["revision"].as_u64().unwrap();
    let got = world.act(&who, case, revision, body.clone()).await;
    assert_eq!(got.status, StatusCode::OK, "{person} {body}: {}", got.text);
}

fn at(text: &str) -> Ts {
    text.parse().unwrap()
}

/// A permit opened on Monday 3 August 2026 at 9:00, for which papers are asked on Tuesday at 10:00.
async fn standing(world: &World) -> String {
    let (case, _) = world.open(&world.acting("lan").await).await;
    act(world, "lan", &case, json!({ "act": "accept" })).await;
    world.clock.set(at("2026-08-04T03:00:00Z"));
    let asked = json!({ "act": "request_supplement", "reason": "Thiếu bản vẽ mặt bằng móng" });
    act(world, "cuong", &case, asked).await;
    case
}

fn sum(told: &Value, part: &str, of: &str) -> i64 {
    let lines = told["lines"].as_array().unwrap().iter().filter(|line| line["part"] == part);
    lines.map(|line| line[of].as_i64().unwrap()).sum()
}

async fn explain(world: &World, who: &As, case: &str, query: &str) -> Value {
    let got = world.get(who, &format!("/api/v1/cases/{case}/explain?{query}")).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.text);
    let told = got.json();
    let mut at = told["begun"].clone();
    for line in told["lines"].as_array().unwrap() {
        assert_eq!(line["from"], at, "a gap in {told}");
        at = line["to"].clone();
    }
    for (part, figure) in [("used", "used_minutes"), ("over", "over_minutes")] {
        assert_eq!(sum(&told, part, "minutes"), told["figure"][figure].as_i64().unwrap(), "{told}");
    }
    told
}

#[tokio::test]
async fn a_deadline_is_explained_with_the_time_its_clock_stood() {
    let world = World::new().await;
    let case = standing(&world).await;
    let hoa = world.acting("hoa").await;

    world.clock.set(at("2026-08-05T03:00:00Z"));
    let told = explain(&world, &hoa, &case, "").await;
    assert_eq!(
        (&told["of"], &told["state"], &told["unit"]),
        (&json!("case"), &json!("stands"), &json!("working_days"))
    );
    assert_eq!(told["figure"]["stood_minutes"], 480, "from Tuesday to Wednesday, both at 10:00: {told}");
    assert_eq!(told["tally"]["used_days"], 1);
    let stood = told["lines"].as_array().unwrap().iter().find(|line| line["stood"] == "suspension").unwrap();
    assert_eq!(stood["reason"], "Thiếu bản vẽ mặt bằng móng");
    assert_eq!(
        (&stood["step"], &stood["policy"], &stood["counted"]),
        (&json!("cho_bo_sung"), &json!("pause"), &json!(false))
    );

    world.clock.set(at("2026-08-06T02:00:00Z"));
    act(&world, "lan", &case, json!({ "act": "supplement", "documents": ["ban_ve"] })).await;
    let told = explain(&world, &hoa, &case, "of=case").await;
    assert_eq!(told["state"], "runs");
    assert_eq!(told["tally"]["total_days"], 16, "{told}");
    assert_eq!(told["days"][0]["role"], "receipt");
    assert_eq!(told["history"][0]["what"], "began");
    let whats: Vec<&str> = told["history"].as_array().unwrap().iter().map(|m| m["what"].as_str().unwrap()).collect();
    assert_eq!(whats, ["began", "stood", "ran_on"]);
    // Nothing after that instant is in it.
    let before = explain(&world, &hoa, &case, "of=case&as_of=2026-08-04T02:00:00Z").await;
    assert_eq!(before["history"].as_array().unwrap().len(), 1);
    assert_eq!(before["figure"]["stood_minutes"], 0);

    let group = explain(&world, &hoa, &case, "of=group:tai_so").await;
    assert_eq!(group["unit"], "working_minutes");
    let step = explain(&world, &hoa, &case, "of=branch:0").await;
    assert_eq!(step["figure"]["total_minutes"], 480, "one working day: {step}");
    let rows = world.get(&hoa, &format!("/api/v1/cases/{case}/holdings")).await.json();
    for row in rows["items"].as_array().unwrap() {
        let held = explain(&world, &hoa, &case, &format!("of=holding:{}", row["n"])).await;
        assert_eq!(held["figure"]["total_minutes"], row["minutes"], "{row}");
        assert_eq!(held["figure"]["stood_minutes"], row["excused_minutes"], "{row}");
    }
    for (of, wrong) in [("branch:7", "of"), ("step", "of"), ("case&as_of=hôm nay", "as_of")] {
        let got = world.get(&hoa, &format!("/api/v1/cases/{case}/explain?of={}", of.replace(' ', "%20"))).await;
        assert!(got.status.is_client_error(), "{of}: {}", got.text);
        assert!(got.text.contains(wrong), "{}", got.text);
    }
}

#[tokio::test]
async fn the_register_says_who_asked_why_and_who_is_waited_for() {
    let world = World::new().await;
    let case = standing(&world).await;
    let thanh = world.acting("thanh").await;
    let standing = world.get(&thanh, "/api/v1/suspensions?open=true").await.json();
    assert_eq!((&standing["total"], &standing["items"][0]["case"]), (&json!(1), &json!(case)));
    assert_eq!(standing["items"][0]["suspension"]["waited_for"], "applicant");

    world.clock.set(at("2026-08-06T02:00:00Z"));
    act(&world, "lan", &case, json!({ "act": "supplement", "documents": ["ban_ve"] })).await;
    let register = world.get(&thanh, &format!("/api/v1/cases/{case}/suspensions")).await.json();
    let item = &register["items"][0];
    assert_eq!(item["opened_by"]["id"], "cuong");
    assert_eq!(item["reason"], "Thiếu bản vẽ mặt bằng móng");
    assert_eq!(item["evidence"][0]["document"], "phieu_bs");
    assert_eq!(item["own_limit"], "30 calendar days");
    assert_eq!((&item["resumed_by"]["id"], &item["resumed_how"]), (&json!("lan"), &json!("supplement")));
    // Tuesday 10:00 to Thursday 9:00 in days of eight hours.
    assert_eq!(item["minutes"], 900);
    assert_eq!(register["totals"], json!([{ "party": "applicant", "count": 1, "minutes": 900 }]));
    assert_eq!(world.get(&thanh, "/api/v1/suspensions").await.json()["total"], 0);
    assert_eq!(world.get(&thanh, "/api/v1/suspensions?open=false").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_morning_gathers_what_was_told_in_one_message() {
    let world = World::new().await;
    let (case, _) = world.open(&world.acting("lan").await).await;
    act(&world, "lan", &case, json!({ "act": "accept" })).await;
    // One working day for the check: half of it passes on Monday at 13:30, four fifths at 15:54, all on Tuesday at 9:00.
    world.clock.set(at("2026-08-04T02:30:00Z"));
    quytrinh::service::sweep::run_once(&world.engine).await.unwrap();
    let cuong = world.acting("cuong").await;
    let today = world.get(&cuong, "/api/v1/me/digest").await.json();
    assert_eq!(today["date"], "2026-08-04");
    assert_eq!((&today["since"], &today["until"]), (&json!("2026-08-03T01:00:00Z"), &json!("2026-08-04T01:00:00Z")));
    let told = today["told"].as_array().unwrap();
    assert_eq!(told.len(), 1, "one case is told once: {today}");
    let kinds: Vec<&str> = told[0]["notices"].as_array().unwrap().iter().map(|n| n["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["reminded", "reminded"]);
    assert_eq!(today["today"][0]["case"], case.as_str());
    let next = world.get(&cuong, "/api/v1/me/digest?date=2026-08-05").await.json();
    assert_eq!(next["told"][0]["notices"][0]["kind"], "breached");
    assert_eq!(next["late"][0]["case"], case.as_str());
    assert_eq!(world.get(&cuong, "/api/v1/me/digest?date=05/08").await.status, StatusCode::BAD_REQUEST);
}
