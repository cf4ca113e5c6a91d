//! The band inside which an act counts as on time. The rule's name is kept with the verdict.

use serde::{Deserialize, Serialize};

use crate::calendar::calendar::Calendar;
use crate::ids::Ts;

/// How an act stands to its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Early,
    OnTime,
    Late,
}

/// What counts as on time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// The half-day session that holds the due time, its close included: before it early, inside it on time, after it
    /// late. A due time outside all sessions (clock hours at night), or in one that is longer than half a day (round
    /// the clock), is taken as `Instant`.
    HalfDay,
    /// At the due time or before it on the same local day on time; on an earlier day early; later late.
    Instant,
}

/// What still passes for a half-day session, in microseconds: twelve hours.
const HALF_A_DAY: i64 = 12 * 3_600_000_000;

/// The verdict on something done at `done` that was due at `deadline`.
pub fn verdict(calendar: &Calendar, deadline: Ts, done: Ts, band: Band) -> Verdict {
    let half_day = |(open, close): &(Ts, Ts)| close.0 - open.0 <= HALF_A_DAY;
    let session = match band {
        Band::HalfDay => calendar.session_of(deadline).filter(half_day),
        Band::Instant => None,
    };
    match session {
        Some((open, _)) if done < open => Verdict::Early,
        Some((_, close)) if done > close => Verdict::Late,
        Some(_) => Verdict::OnTime,
        None if done > deadline => Verdict::Late,
        None if calendar.local(done).date() < calendar.local(deadline).date() => Verdict::Early,
        None => Verdict::OnTime,
    }
}
