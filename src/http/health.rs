//! Whether the process lives, and whether it can do its work. Open to everybody; nothing here is about anybody.

use axum::Json as Out;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::answers::ReadProblems;
use crate::http::problem::{Fault, Problem};
use crate::service::engine::Engine;

/// The process answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Live {
    pub live: bool,
}

/// The engine can do its work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ready {
    pub ready: bool,
    /// `sqlite` or `postgres`.
    pub store: String,
    /// How long the earliest timer is overdue; 0 when none is.
    pub overdue_seconds: i64,
}

/// The process lives
#[utoipa::path(get, path = "/health/live", tag = "health", security(()), responses((status = 200, description = "It lives", body = Live)))]
pub async fn live() -> Out<Live> {
    Out(Live { live: true })
}

/// The engine is ready
///
/// 503 with the reasons when it is not: the database does not answer, timers are overdue.
#[utoipa::path(get, path = "/health/ready", tag = "health", security(()),
    responses((status = 200, description = "It is ready", body = Ready), ReadProblems))]
pub async fn ready(State(engine): State<Engine>) -> Result<Out<Ready>, Problem> {
    let health = engine.query().health().await;
    if health.ready {
        return Ok(Out(Ready { ready: true, store: health.store, overdue_seconds: health.overdue_seconds.max(0) }));
    }
    Err(Problem::plain(Fault::NotReady).caused_by(health.problems.join("; ")).because(health.problems))
}
