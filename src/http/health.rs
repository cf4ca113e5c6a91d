//! Whether the process lives, and whether it can do its work. Open to everybody; nothing here is about anybody.

use axum::Json as Out;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::answers::ReadProblems;
use crate::http::problem::{Fault, Problem};
use crate::ids::Ts;
use crate::service::engine::Engine;
use crate::service::health::Waiting;

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
    /// How long ago the sweeper last looked for timers that fell due.
    pub sweep_age_seconds: i64,
    /// How many timers are due and not fired yet, counted up to 1,000.
    pub timers_due: u64,
    /// How long the earliest timer is overdue; 0 when none is.
    pub overdue_seconds: i64,
    /// Cases whose record cannot be read: their timers do not fire, and somebody must look at them. They keep nothing
    /// else from working.
    pub damaged_cases: Vec<String>,
}

/// The timer that waits longest while the system is not ready.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WaitingTimer {
    pub case: String,
    /// Which of the case's timers, as `case/deadline` or `branch/0/reminder/1`.
    pub timer: String,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Ts,
    /// How long it has been due; 0 when it falls due later.
    pub waiting_seconds: i64,
}

impl From<Waiting> for WaitingTimer {
    fn from(waiting: Waiting) -> WaitingTimer {
        let Waiting { case, timer, due_at, waiting_seconds } = waiting;
        WaitingTimer { case: case.to_string(), timer, due_at, waiting_seconds }
    }
}

/// The process lives
#[utoipa::path(get, path = "/health/live", tag = "health", security(()), responses((status = 200, description = "It lives", body = Live)))]
pub async fn live() -> Out<Live> {
    Out(Live { live: true })
}

/// The engine is ready
///
/// 503 with the reasons when it is not: the database does not answer, the sweeper has not looked for 20 s, a timer has
/// been due for 40 s. `waiting` names the timer that waits longest.
#[utoipa::path(get, path = "/health/ready", tag = "health", security(()),
    responses((status = 200, description = "It is ready", body = Ready), ReadProblems))]
pub async fn ready(State(engine): State<Engine>) -> Result<Out<Ready>, Problem> {
    let health = engine.query().health().await;
    if health.ready {
        return Ok(Out(Ready {
            ready: true,
            store: health.store,
            sweep_age_seconds: health.sweep_age_seconds.unwrap_or_default(),
            timers_due: health.timers_due,
            overdue_seconds: health.waiting.map_or(0, |timer| timer.waiting_seconds),
            damaged_cases: health.damaged_cases.iter().map(ToString::to_string).collect(),
        }));
    }
    let cause = health.problems.join("; ");
    let waiting = health.waiting.map(WaitingTimer::from);
    Err(Problem::plain(Fault::NotReady).caused_by(cause).because(health.problems, waiting))
}
