//! The door, of the API and of the pages: who was let in once is let in no longer than he may be.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use quytrinh::config::{Given, Settings};
use quytrinh::http::limits::Peer;
use quytrinh::ids::Ts;
use quytrinh::machine::command::Actor;
use quytrinh::service::buckets::Buckets;
use quytrinh::service::clock::Clock;
use quytrinh::service::engine::Engine;
use quytrinh::service::follow::Followed;
use quytrinh::service::library::read_directory;
use quytrinh::service::publish::Publication;
use tower::ServiceExt;

use crate::api_world::{As, DIRECTORY, World, request};
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

/// The API and the pages with their bounds, asked from an address.
struct Gate(Router);

impl Gate {
    fn of(world: &World, settings: &str) -> Gate {
        let settings = Settings::resolve(Some(("q.yaml", settings)), &[], Given::default()).unwrap();
        Gate(quytrinh::http::app(world.engine.clone(), &settings))
    }

    async fn ask(&self, peer: &str, mut request: Request<Body>) -> (StatusCode, String, String) {
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        let response = self.0.clone().oneshot(request).await.unwrap();
        let wait = response.headers().get("retry-after").map_or("", |value| value.to_str().unwrap()).to_owned();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, wait, String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn status(&self, peer: &str, who: &As, path: &str) -> u16 {
        self.ask(peer, request(who, Method::GET, path, None, &[])).await.0.as_u16()
    }
}

#[tokio::test]
async fn a_person_may_ask_so_often_and_no_oftener_by_whatever_way() {
    let world = World::new().await;
    let gate = Gate::of(&world, "rate_person: 3\n");
    let (session, token, other) = (world.session("lan").await, world.acting("lan").await, world.acting("mai").await);
    assert_eq!(gate.status("192.0.2.1", &session, "/").await, 200);
    assert_eq!(gate.status("192.0.2.2", &token, "/api/v1/me").await, 200);
    assert_eq!(gate.status("192.0.2.3", &session, "/api/v1/me").await, 200);
    let (status, wait, text) = gate.ask("192.0.2.4", request(&token, Method::GET, "/api/v1/me", None, &[])).await;
    assert_eq!((status.as_u16(), wait.as_str()), (429, "20"), "{text}");
    assert!(text.contains("too_many_requests") && text.contains("sau 20 giây"), "{text}");
    let (status, wait, html) = gate.ask("192.0.2.4", request(&session, Method::GET, "/", None, &[])).await;
    assert_eq!((status.as_u16(), wait.as_str()), (429, "20"));
    assert!(html.contains("Gửi quá nhanh"), "{html}");
    assert_eq!(gate.status("192.0.2.4", &other, "/api/v1/me").await, 200, "one person's haste is nobody else's");
    let now = Clock::now(world.clock.as_ref());
    world.clock.set(Ts(now.0 + 20_000_000));
    assert_eq!(gate.status("192.0.2.4", &token, "/api/v1/me").await, 200, "after as long as was said");
    assert_eq!(gate.status("192.0.2.4", &token, "/api/v1/me").await, 429);
}

#[tokio::test]
async fn an_address_may_ask_so_often_and_nobody_makes_himself_another() {
    let world = World::new().await;
    let gate = Gate::of(&world, "rate_address: 3\nproxies: 10.0.0.1\n");
    let forwarded = |path: &str, of: &str| request(&As::Nobody, Method::GET, path, None, &[("x-forwarded-for", of)]);
    for made_up in ["198.51.100.1", "198.51.100.2", "198.51.100.3"] {
        assert_eq!(gate.ask("192.0.2.1", forwarded("/dang-nhap", made_up)).await.0, StatusCode::OK);
    }
    for path in ["/dang-nhap", "/tep/app.css", "/api/v1/me", "/health/live"] {
        let (status, wait, _) = gate.ask("192.0.2.1", forwarded(path, "198.51.100.4")).await;
        assert_eq!((status.as_u16(), wait.as_str()), (429, "20"), "{path}");
    }
    assert_eq!(gate.status("192.0.2.2", &As::Nobody, "/health/live").await, 200);
    // through a proxy of ours each counts for himself
    for _ in 0..3 {
        assert_eq!(gate.ask("10.0.0.1", forwarded("/health/live", "198.51.100.1")).await.0, StatusCode::OK);
    }
    assert_eq!(gate.ask("10.0.0.1", forwarded("/health/live", "198.51.100.1")).await.0.as_u16(), 429);
    assert_eq!(gate.ask("10.0.0.1", forwarded("/health/live", "198.51.100.2")).await.0, StatusCode::OK);
}

#[test]
fn a_bucket_fills_again_and_a_clock_that_jumps_back_locks_nobody_out() {
    let second = |n: i64| Ts(n * 1_000_000);
    let buckets = Buckets::new(4, 1);
    for _ in 0..4 {
        assert_eq!(buckets.take("a", second(0)), Ok(()));
    }
    assert_eq!(buckets.take("a", second(0)), Err(15));
    assert_eq!(buckets.take("b", second(0)), Ok(()));
    assert_eq!(buckets.take("a", second(14)), Err(1), "asking in vain costs nothing");
    assert_eq!(buckets.take("a", second(15)), Ok(()));
    buckets.give_back(&"a");
    assert_eq!((buckets.take("a", second(15)), buckets.take("a", second(15))), (Ok(()), Err(15)));
    assert_eq!(buckets.take("a", second(-86_400)), Err(15), "no longer than one more");
    assert_eq!(buckets.take("a", second(-86_400 + 15)), Ok(()));
    for n in 0..40_000 {
        let name: &'static str = Box::leak(n.to_string().into_boxed_str());
        let _ = buckets.take(name, second(20));
    }
    assert_eq!(buckets.take("c", second(20)), Ok(()), "strangers without number shut nobody out");
}
