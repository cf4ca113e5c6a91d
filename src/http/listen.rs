//! Connections: how many at once, how long one may take to say what it wants, and how they end when the server stops.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Bounds on connections.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at the same time; more wait to be accepted.
    pub connections: usize,
    /// A connection that has not sent the head of a request by then is closed; so is an idle one.
    pub head_within: Duration,
    /// How long the last requests may take when the server stops.
    pub goodbye_within: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds { connections: 4_096, head_within: Duration::from_secs(30), goodbye_within: Duration::from_secs(15) }
    }
}

/// Serves until `shutdown` completes, then takes no more connections and lets requests under way be answered.
pub async fn listen(app: Router, listener: TcpListener, bounds: Bounds, shutdown: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let (closing, connections) = (CancellationToken::new(), TaskTracker::new());
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, place) = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = shutdown.as_mut() => break,
        };
        connections.spawn(talk(stream, place, app.clone(), bounds, closing.clone()));
    }
    drop(listener);
    closing.cancel();
    connections.close();
    if tokio::time::timeout(bounds.goodbye_within, connections.wait()).await.is_err() {
        tracing::warn!(open = connections.len(), "connections were cut at the end of the server");
    }
}

/// The next connection, when there is a place for it.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // the semaphore is never closed; without a place the connection would only be served unbounded
    let place = places.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                return (stream, place);
            }
            Err(error) => {
                // a connection broken off while it waited, or too many open files: the latter needs a pause
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Serves one connection. Its errors are the other side's affair.
async fn talk(
    stream: TcpStream,
    _place: Option<OwnedSemaphorePermit>,
    app: Router,
    bounds: Bounds,
    closing: CancellationToken,
) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(bounds.head_within);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(app)));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
