//! Who acts for another sees what he may act on, from the first day to the last, and not a case more.

use axum::http::{Method, StatusCode};
use quytrinh::machine::command::Actor;
use quytrinh::service::library::read_directory;
use quytrinh::service::publish::Publication;
use serde_json::{Value, json};

use crate::api_world::{As, DIRECTORY, World};

/// Midnights of the city.
const AUGUST_4: &str = "2026-08-03T17:00:00Z";
const AUGUST_5: &str = "2026-08-04T17:00:00Z";
const AUGUST_6: &str = "2026-08-05T17:00:00Z";

const GIVEN: &str = "delegations:\n  - { from: lan, to: tam, procedures: [cap-phep-xay-dung], since: 2026-08-04, until: \
                     2026-08-05 }\n";

/// A city whose people are these, with a permit that Lan has opened and holds.
async fn city(directory: &str) -> (World, String) {
    let world = World::new().await;
    let lan = world.acting("lan").await;
    let (case, _) = world.open(&lan).await;
    let read = read_directory(directory).unwrap();
    world.engine.publish(Actor::System, vec![Publication::directory("directory.yaml", directory, read)]).await.unwrap();
    (world, case)
}

async fn looks(world: &World, who: &As, case: &str) -> StatusCode {
    world.get(who, &format!("/api/v1/cases/{case}")).await.status
}

async fn says(world: &World, who: &As, case: &str, text: &str) -> crate::api_world::Got {
    let body: Value = json!({ "act": "comment", "text": text, "on_behalf_of": "lan" });
    let path = format!("/api/v1/cases/{case}/act");
    world.send_with(who, Method::POST, &path, Some(body), &[("idempotency-key", "k-1")]).await
}

#[tokio::test]
async fn a_delegate_sees_and_acts_while_it_lasts_and_a_repeat_gets_its_first_answer_after() {
    let (world, case) = city(&format!("{DIRECTORY}{GIVEN}")).await;
    let tam = world.acting("tam").await;
    assert_eq!(looks(&world, &tam, &case).await, StatusCode::NOT_FOUND);
    assert_eq!(says(&world, &tam, &case, "Đã xem").await.status, StatusCode::NOT_FOUND);

    world.clock.set(AUGUST_4.parse().unwrap());
    assert_eq!(looks(&world, &tam, &case).await, StatusCode::OK);
    let first = says(&world, &tam, &case, "Đã xem").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    let shown = world.get(&tam, &format!("/api/v1/cases/{case}")).await.json();
    let said = shown["timeline"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&said["actor"]["id"], &said["on_behalf_of"]["id"]), (&json!("tam"), &json!("lan")));

    world.clock.set(AUGUST_6.parse().unwrap());
    assert_eq!(looks(&world, &tam, &case).await, StatusCode::NOT_FOUND);
    let again = says(&world, &tam, &case, "Đã xem").await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (StatusCode::OK, "true"), "{}", again.text);
    assert_eq!(again.json(), first.json());
    assert_ne!(says(&world, &tam, &case, "Khác").await.status, StatusCode::OK);
    // The key is his own: to another it tells nothing.
    let quy = world.acting("quy").await;
    assert_eq!(says(&world, &quy, &case, "Đã xem").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn no_delegation_is_wider_than_its_words() {
    let narrower = [
        GIVEN.replace(" until: ", " when: \"dien_tich_san > 500\", until: "),
        GIVEN.replace("[cap-phep-xay-dung]", "[viec-khac]"),
        GIVEN.replace("from: lan", "from: thanh"),
        GIVEN.replace("from: lan", "from: quan-tri"),
    ];
    for given in narrower {
        let (world, case) = city(&format!("{DIRECTORY}{given}")).await;
        world.clock.set(AUGUST_4.parse().unwrap());
        let tam = world.acting("tam").await;
        assert_eq!(looks(&world, &tam, &case).await, StatusCode::NOT_FOUND, "{given}");
    }
    let met = GIVEN.replace(" until: ", " when: \"dien_tich_san > 100\", until: ");
    let (world, case) = city(&format!("{DIRECTORY}{met}")).await;
    world.clock.set(AUGUST_4.parse().unwrap());
    assert_eq!(looks(&world, &world.acting("tam").await, &case).await, StatusCode::OK);
}

#[tokio::test]
async fn a_substitute_sees_while_the_absence_lasts() {
    let away = "absences:\n  - { person: lan, since: 2026-08-04, until: 2026-08-05, substitute: quy }\n";
    let (world, case) = city(&format!("{DIRECTORY}{away}")).await;
    let quy = world.acting("quy").await;
    assert_eq!(looks(&world, &quy, &case).await, StatusCode::NOT_FOUND);
    for (at, seen) in [(AUGUST_4, StatusCode::OK), (AUGUST_5, StatusCode::OK), (AUGUST_6, StatusCode::NOT_FOUND)] {
        world.clock.set(at.parse().unwrap());
        assert_eq!(looks(&world, &quy, &case).await, seen, "{at}");
    }
}

#[tokio::test]
async fn who_has_left_sees_no_more_nor_does_who_acted_for_him() {
    let leaves = format!("{DIRECTORY}{GIVEN}").replace("people: [lan]", "people: [{ person: lan, until: 2026-08-04 }]");
    let (world, case) = city(&leaves).await;
    let (lan, tam) = (world.acting("lan").await, world.acting("tam").await);
    world.clock.set(AUGUST_4.parse().unwrap());
    assert_eq!(looks(&world, &lan, &case).await, StatusCode::OK);
    assert_eq!(looks(&world, &tam, &case).await, StatusCode::OK);
    world.clock.set(AUGUST_5.parse().unwrap());
    assert_eq!(looks(&world, &lan, &case).await, StatusCode::NOT_FOUND);
    assert_eq!(looks(&world, &tam, &case).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_deputy_lists_what_he_may_look_into() {
    let (world, case) = city(DIRECTORY).await;
    let stuck = world.get(&world.acting("binh").await, "/api/v1/stuck").await.json();
    assert_eq!(stuck["items"][0]["case"], json!(case));
}
