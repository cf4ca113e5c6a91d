//! Two hundred clients advance one case at one version through a real server: one wins, and all the others are told
//! who moved it and when.

use axum::http::StatusCode;
use quytrinh::config::{Given, Settings};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::api_world::{As, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_clients_advance_one_case_at_one_version() {
    const CLIENTS: usize = 200;
    let world = World::new().await;
    let who = world.acting("lan").await;
    let (case, revision) = world.open(&who).await;
    let As::Token(secret) = who else { unreachable!("a token was asked for") };

    let settings = Settings::resolve(None, &[], Given::default()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let engine = world.engine.clone();
    let server = tokio::spawn(async move {
        let shutdown = async { stopped.await.unwrap_or(()) };
        quytrinh::http::serve(engine, &settings, listener, shutdown).await
    });

    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::new();
    let url = format!("http://{address}/api/v1/cases/{case}/act");
    let clients = (0..CLIENTS).map(|n| {
        let request = client
            .post(&url)
            .bearer_auth(&secret)
            .header("if-match", format!("\"{revision}\""))
            .header("idempotency-key", format!("client-{n}"))
            .header("accept-language", "en")
            .json(&json!({ "act": "accept" }));
        tokio::spawn(async move {
            let answer = request.send().await.unwrap();
            (answer.status(), answer.json::<Value>().await.unwrap())
        })
    });
    let clients: Vec<_> = clients.collect();
    let (mut won, mut stale) = (Vec::new(), 0);
    for client in clients {
        let (status, body) = client.await.unwrap();
        match status {
            StatusCode::OK => won.push(body),
            StatusCode::PRECONDITION_FAILED => {
                stale += 1;
                assert_eq!(body["code"], "stale_version");
                assert_eq!((&body["expected"], &body["moved_by"]), (&json!(revision), &json!("lan")), "{body}");
                assert_eq!(body["moved_at"], "2026-08-03T02:00:00Z");
                let detail = body["detail"].as_str().unwrap();
                assert!(detail.contains("Đỗ Thị Lan") && detail.contains("09:00:00 on 3 August 2026"), "{detail}");
            }
            other => panic!("{other}: {body}"),
        }
    }
    assert_eq!((won.len(), stale), (1, CLIENTS - 1));

    let got = world.get(&As::Token(secret), &format!("/api/v1/cases/{case}")).await.json();
    assert_eq!(got["revision"], won[0]["revision"], "one act happened, and only one");
    stop.send(()).unwrap();
    server.await.unwrap();
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed_and_a_stop_waits_for_answers() {
    use quytrinh::http::listen::{Bounds, listen};
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let slow = axum::Router::new().route(
        "/",
        axum::routing::get(async || {
            tokio::time::sleep(Duration::from_millis(300)).await;
            "done"
        }),
    );
    let bounds = Bounds {
        connections: 2,
        head_within: Duration::from_millis(100),
        goodbye_within: Duration::from_secs(5),
        ..Bounds::default()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(listen(slow, listener, bounds, async { stopped.await.unwrap_or(()) }));

    let mut text = String::new();
    for drip in ["", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "] {
        let mut silent = tokio::net::TcpStream::connect(address).await.unwrap();
        silent.write_all(drip.as_bytes()).await.unwrap();
        let closed = tokio::time::timeout(Duration::from_secs(5), silent.read_to_string(&mut text)).await;
        assert!(closed.is_ok(), "a silent connection was kept open");
    }
    let mut asking = tokio::net::TcpStream::connect(address).await.unwrap();
    asking.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.send(()).unwrap();
    text.clear();
    asking.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200") && text.ends_with("done"), "{text}");
    server.await.unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "no more connections are taken");
}
