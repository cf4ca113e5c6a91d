//! Connections: how many at once, of all and of one address; how long one may take to say what it wants and to take its
//! answer; how long it lives; and how they end when the server stops.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use crate::http::limits::{Peer, neighbourhood};
use crate::http::patience::Patient;

/// Bounds on connections.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// Connections at the same time; more wait to be accepted.
    pub connections: usize,
    /// Connections of one address at the same time; more are closed. A proxy of ours may have as many as there are.
    pub per_address: usize,
    pub proxies: Vec<IpAddr>,
    /// A connection that has not sent the head of a request by then is closed; so is an idle one.
    pub head_within: Duration,
    /// A connection that takes nothing of its answer for that long is closed.
    pub write_within: Duration,
    /// After that long a connection takes no further request, and a little later it is closed whatever it does.
    pub lives_at_most: Duration,
    /// How long the last requests may take when the server stops, or the connection has lived long enough.
    pub goodbye_within: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            connections: 4_096,
            per_address: 256,
            proxies: Vec::new(),
            head_within: Duration::from_secs(30),
            write_within: Duration::from_secs(30),
            lives_at_most: Duration::from_secs(15 * 60),
            goodbye_within: Duration::from_secs(15),
        }
    }
}

/// Serves until `shutdown` completes, then takes no more connections and lets requests under way be answered.
pub async fn listen(app: Router, listener: TcpListener, bounds: Bounds, shutdown: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let (seats, bounds) = (Arc::new(Seats::default()), Arc::new(bounds));
    let (closing, connections) = (CancellationToken::new(), TaskTracker::new());
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, from, place) = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = shutdown.as_mut() => break,
        };
        let Some(seat) = Seats::take(&seats, from.ip(), &bounds) else {
            // closed unanswered: whoever holds so many already knows what he does
            tracing::debug!("an address has as many connections as it may");
            continue;
        };
        let talk = talk(stream, from.ip(), app.clone(), bounds.clone(), closing.clone());
        connections.spawn(async move {
            let _held = (place, seat);
            talk.await;
        });
    }
    drop(listener);
    closing.cancel();
    connections.close();
    if tokio::time::timeout(bounds.goodbye_within, connections.wait()).await.is_err() {
        tracing::warn!(open = connections.len(), "connections were cut at the end of the server");
    }
}

/// The next connection, when there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // the semaphore is never closed; without a place the connection would only be served unbounded
    let place = places.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, from)) => {
                let _ = stream.set_nodelay(true);
                return (stream, from, place);
            }
            Err(error) => {
                // a connection broken off while it waited, or too many open files: the latter needs a pause
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// How many connections each address has.
#[derive(Default)]
struct Seats(Mutex<HashMap<IpAddr, usize>>);

/// One of them; given back when it is dropped.
struct Seat(Option<(Arc<Seats>, IpAddr)>);

impl Seats {
    /// A seat for one more connection of that address, where it may have one more.
    fn take(seats: &Arc<Seats>, from: IpAddr, bounds: &Bounds) -> Option<Seat> {
        if bounds.proxies.contains(&from.to_canonical()) {
            return Some(Seat(None));
        }
        let from = neighbourhood(from);
        let mut taken = seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(from).or_default();
        if *count >= bounds.per_address {
            return None;
        }
        *count += 1;
        Some(Seat(Some((Arc::clone(seats), from))))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some((seats, from)) = &self.0 else { return };
        let mut taken = seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(from) {
            *count -= 1;
            if *count == 0 {
                taken.remove(from);
            }
        }
    }
}

/// Serves one connection. Its errors are the other side's affair.
async fn talk(stream: TcpStream, from: IpAddr, app: Router, bounds: Arc<Bounds>, closing: CancellationToken) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(bounds.head_within);
    let answer = service_fn(move |request| answer(app.clone(), from, request));
    let io = TokioIo::new(Patient::new(stream, bounds.write_within));
    let mut connection = pin!(builder.serve_connection(io, answer));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = tokio::time::sleep(bounds.lives_at_most) => {
            connection.as_mut().graceful_shutdown();
            let Ok(ended) = tokio::time::timeout(bounds.goodbye_within, connection).await else {
                tracing::debug!("a connection was cut at the end of its life");
                return;
            };
            ended
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// One request, with the address it came from.
async fn answer(mut app: Router, from: IpAddr, mut request: hyper::Request<Incoming>) -> Result<Response, Infallible> {
    request.extensions_mut().insert(Peer(from));
    // a router is always ready
    app.call(request).await
}
