//! The door, of the API and of the pages: who was let in once is let in no longer than he may be.

use axum::http::StatusCode;
use quytrinh::machine::command::Actor;
use quytrinh::service::engine::Engine;
use quytrinh::service::follow::Followed;
use quytrinh::service::library::read_directory;
use quytrinh::service::publish::Publication;

use crate::api_world::{As, DIRECTORY, World};
use crate::web_walk::Browser;

/// Puts a directory in force that names Lan no longer.
async fn strike_lan(engine: &Engine) {
    let text = DIRECTORY.replace("  lan: { vi: Đỗ Thị Lan }\n", "").replace("people: [lan]", "people: [mai]");
    let publication = Publication::directory("directory.yaml", text.as_str(), read_directory(&text).unwrap());
    engine.publish(Actor::System, vec![publication]).await.unwrap();
}

#[tokio::test]
async fn whom_the_directory_no_longer_names_is_out_at_his_next_request() {
    let world = World::new().await;
    let (case, _) = world.open(&world.acting("lan").await).await;
    let browser = Browser::of(&world, "lan").await;
    let (session, token) = (world.session("lan").await, world.acting("lan").await);
    let paths = ["/".to_owned(), "/ton-dong".into(), format!("/ho-so/{case}"), "/quy-trinh".into()];
    for path in &paths {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
    strike_lan(&world.engine).await;
    for path in &paths {
        let seen = browser.get(path).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{path}: {}", seen.html);
        assert!(seen.location().starts_with("/dang-nhap?den="), "{path}: {}", seen.location());
    }
    for who in [&session, &token] {
        assert_eq!(world.get(who, "/api/v1/inbox").await.code(), "not_in_directory");
    }
    let gate = browser.get("/dang-nhap").await;
    assert_eq!(gate.status, StatusCode::OK, "he is nobody to the gate");
    assert!(!gate.html.contains("Đỗ Thị Lan"), "{}", gate.html);
}

#[tokio::test]
async fn who_signs_in_and_is_in_no_directory_is_told_so_and_has_no_session() {
    let world = World::new().await;
    world.session("lan").await;
    strike_lan(&world.engine).await;
    let mut browser = Browser::stranger(&world);
    let gate = browser.get("/dang-nhap").await;
    let csrf = gate.hidden("password", "csrf");
    browser.cookies = gate.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let pairs = [("csrf", csrf.as_str()), ("login", "lan"), ("password", "tre già măng mọc")];
    let seen = browser.post("/dang-nhap", &pairs).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert!(seen.html.contains("Danh bạ của cơ quan không còn tên"), "{}", seen.html);
    assert!(seen.headers.get("set-cookie").is_none_or(|cookie| !cookie.to_str().unwrap().contains("qt_session")));
}

#[tokio::test]
async fn what_another_process_took_away_is_away_here() {
    let world = World::new().await;
    let other = Engine::start(world.engine.store().clone(), world.clock.clone()).await.unwrap();
    let (browser, session) = (Browser::of(&world, "lan").await, world.session("lan").await);
    let mut followed = Followed::default();
    assert!(!followed.look(&world.engine).await.unwrap(), "nothing is new");
    assert_eq!(browser.get("/").await.status, StatusCode::OK);

    strike_lan(&other).await;
    assert!(followed.look(&world.engine).await.unwrap(), "people were read anew");
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get(&session, "/api/v1/me").await.code(), "not_in_directory");
    assert!(!followed.look(&world.engine).await.unwrap(), "once is enough");

    // accounts, sessions and tokens are asked of the store at each request: nothing need be followed
    let (session, token) = (world.session("mai").await, world.acting("mai").await);
    let As::Session { token: cookie, .. } = &session else { unreachable!("a session was asked for") };
    let browser = Browser { cookies: format!("qt_session={cookie}"), ..Browser::stranger(&world) };
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    other.accounts().disable("mai", true).await.unwrap();
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);
    for who in [&session, &token] {
        assert_eq!(world.get(who, "/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
    }
}
