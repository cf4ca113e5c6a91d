//! Connections that want too much: whoever is slow, idle, many or everlasting loses his own and takes nobody else's.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use quytrinh::http::listen::{Bounds, listen};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

const ASK: &[u8] = b"GET /small HTTP/1.1\r\nhost: qt.example\r\n\r\n";
/// Nothing here takes nearly as long; a server that forgets its bound fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server with a small and a large answer.
async fn server(bounds: Bounds) -> SocketAddr {
    let app = Router::new().route("/small", get(async || "ok")).route("/large", get(async || vec![b'x'; 64 << 20]));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(listen(app, listener, bounds, std::future::pending()));
    address
}

fn bounds() -> Bounds {
    Bounds { goodbye_within: Duration::from_millis(200), ..Bounds::default() }
}

/// A connection from that address of this computer.
async fn from(source: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(source.parse::<IpAddr>().unwrap(), 0)).unwrap();
    socket.connect(to).await.unwrap()
}

/// Whether a request over the connection is answered; what is closed instead is not.
async fn served(stream: &mut TcpStream) -> bool {
    let asked = stream.write_all(ASK).await;
    let mut answer = [0; 15];
    asked.is_ok() && stream.read_exact(&mut answer).await.is_ok() && &answer == b"HTTP/1.1 200 OK"
}

/// Waits until one more connection of that address is served.
async fn until_served(source: &str, to: SocketAddr) {
    let served = async {
        while !served(&mut from(source, to).await).await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, served).await.expect("a place is free again");
}

/// Waits until the other side closes.
async fn until_closed(mut stream: TcpStream) {
    let closed = async { while !matches!(stream.read(&mut [0; 1_024]).await, Ok(0) | Err(_)) {} };
    tokio::time::timeout(PATIENCE, closed).await.expect("the connection is closed");
}

#[tokio::test]
async fn who_never_says_what_he_wants_is_closed() {
    let to = server(Bounds { head_within: Duration::from_millis(100), ..bounds() }).await;
    let silent = from("127.0.0.1", to).await;
    let mut dripping = from("127.0.0.1", to).await;
    dripping.write_all(b"GET /small HTTP/1.1\r\nhost:").await.unwrap();
    let mut idle = from("127.0.0.1", to).await;
    assert!(served(&mut idle).await);
    for stream in [silent, dripping, idle] {
        until_closed(stream).await;
    }
    until_served("127.0.0.1", to).await;
}

#[tokio::test]
async fn who_does_not_take_his_answer_loses_the_connection_and_its_place() {
    let to = server(Bounds { per_address: 1, write_within: Duration::from_millis(100), ..bounds() }).await;
    let mut greedy = from("127.0.0.1", to).await;
    greedy.write_all(b"GET /large HTTP/1.1\r\nhost: qt.example\r\n\r\n").await.unwrap();
    // others are served all the while, and the only place of the address is free once he is given up
    until_served("127.0.0.2", to).await;
    until_served("127.0.0.1", to).await;
    drop(greedy);
}

#[tokio::test]
async fn who_takes_a_large_answer_gets_it_whole() {
    let to = server(Bounds { write_within: Duration::from_millis(500), ..bounds() }).await;
    let mut stream = from("127.0.0.1", to).await;
    stream.write_all(b"GET /large HTTP/1.1\r\nhost: qt.example\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("in time").unwrap();
    assert!(answer.len() > 64 << 20, "{}", answer.len());
}

#[tokio::test]
async fn a_hundred_connections_of_one_address_keep_nobody_else_out() {
    let to = server(Bounds { connections: 64, per_address: 8, ..bounds() }).await;
    let mut many = Vec::new();
    for _ in 0..100 {
        many.push(from("127.0.0.1", to).await);
    }
    until_served("127.0.0.2", to).await;
    let mut answered = 0;
    for stream in &mut many {
        answered += usize::from(served(stream).await);
    }
    assert_eq!(answered, 8, "as many as one address may have");
    drop(many);
    until_served("127.0.0.1", to).await;
}

#[tokio::test]
async fn a_proxy_of_ours_may_have_as_many_as_there_are() {
    let proxies = vec!["127.0.0.3".parse().unwrap()];
    let to = server(Bounds { per_address: 2, proxies, ..bounds() }).await;
    let mut many = Vec::new();
    for _ in 0..10 {
        many.push(from("127.0.0.3", to).await);
    }
    for stream in &mut many {
        assert!(served(stream).await);
    }
}

#[tokio::test]
async fn a_connection_does_not_live_for_ever() {
    let to = server(Bounds { lives_at_most: Duration::from_millis(200), ..bounds() }).await;
    let mut busy = from("127.0.0.1", to).await;
    let worn_out = async {
        let mut answer = [0; 4_096];
        // asks again and again, as quickly as it is answered
        while busy.write_all(ASK).await.is_ok() && matches!(busy.read(&mut answer).await, Ok(1..)) {}
    };
    tokio::time::timeout(PATIENCE, worn_out).await.expect("it ends");
    // nor does one whose large answer trickles: each bit in time, the whole never
    let mut trickling = from("127.0.0.1", to).await;
    trickling.write_all(b"GET /large HTTP/1.1\r\nhost: qt.example\r\n\r\n").await.unwrap();
    let trickle = async {
        while matches!(trickling.read(&mut [0; 64]).await, Ok(1..)) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let _ = tokio::time::timeout(Duration::from_millis(600), trickle).await;
    until_closed(trickling).await;
}
