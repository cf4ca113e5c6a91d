//! Whether the engine can do its work, and why not: does the store answer, does the sweeper look, has a timer been
//! left waiting. Nothing here is about anybody.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use crate::ids::{CaseId, Ts};
use crate::projection::rows::TimerRow;
use crate::service::clock::Clock;
use crate::store::contract::{Store, StoreError};

/// How long the sweeper may be silent before health turns red. It looks every second at least; a long backlog is looked
/// at piece by piece.
pub const SWEEP_SILENCE: Duration = Duration::from_secs(20);
/// How late a timer may be before health turns red, in seconds.
pub const TIMER_LATE_SECONDS: i64 = 40;
/// How long the store may take to say what is due.
const STORE_PATIENCE: Duration = Duration::from_secs(5);
/// Due timers are counted up to here.
pub const COUNTED: u32 = 1_000;

/// When the sweeper last found its work done, as time since the process began: unlike the time of day, never set back.
#[derive(Debug, Default)]
pub struct Pulse {
    beat: AtomicU64,
    /// Cases whose record cannot be read, and when that was seen.
    damaged: Mutex<BTreeMap<CaseId, Duration>>,
}

/// How long a case that cannot be read is left alone before it is tried again.
pub const DAMAGED_PAUSE: Duration = Duration::from_secs(60);

impl Pulse {
    /// Notes that the sweeper has just worked.
    pub fn beat(&self, clock: &dyn Clock) {
        let millis = u64::try_from(clock.uptime().as_millis()).unwrap_or(u64::MAX);
        self.beat.store(millis.saturating_add(1), Ordering::Relaxed);
    }

    /// Notes that the record of a case cannot be read.
    pub fn note_damaged(&self, case: CaseId, clock: &dyn Clock) {
        self.damaged().insert(case, clock.uptime());
    }

    /// Whether the record of the case could not be read a while ago.
    pub fn is_damaged(&self, case: &CaseId, clock: &dyn Clock) -> bool {
        self.damaged().get(case).is_some_and(|seen| clock.uptime().saturating_sub(*seen) < DAMAGED_PAUSE)
    }

    /// Cases whose record could not be read when they were last tried.
    pub fn damaged_cases(&self, clock: &dyn Clock) -> Vec<CaseId> {
        let mut damaged = self.damaged();
        // Twice the pause without being seen again: it was mended.
        damaged.retain(|_, seen| clock.uptime().saturating_sub(*seen) < DAMAGED_PAUSE * 2);
        damaged.keys().cloned().collect()
    }

    fn damaged(&self) -> MutexGuard<'_, BTreeMap<CaseId, Duration>> {
        self.damaged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number that changes with every beat.
    pub fn beats(&self) -> u64 {
        self.beat.load(Ordering::Relaxed)
    }

    /// How long ago that was; nothing where it never did.
    pub fn age(&self, clock: &dyn Clock) -> Option<Duration> {
        let beat = self.beats().checked_sub(1)?;
        Some(clock.uptime().saturating_sub(Duration::from_millis(beat)))
    }
}

/// Whether the engine can do its work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Health {
    pub ready: bool,
    pub store: String,
    /// How long ago the sweeper last looked, in seconds; nothing where it never did.
    pub sweep_age_seconds: Option<i64>,
    /// How many timers are due and not fired, counted up to a thousand.
    pub timers_due: u64,
    /// The timer that waits longest.
    pub waiting: Option<Waiting>,
    /// Cases whose record cannot be read: their timers do not fire, and a person must look at them. They keep nobody
    /// else from working.
    pub damaged_cases: Vec<CaseId>,
    /// Why it is not ready.
    pub problems: Vec<String>,
}

/// A timer that is due and has not fired, or where none is, the next to fall due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    pub case: CaseId,
    /// Which of the case's timers, as `branch/0/deadline`.
    pub timer: String,
    pub due_at: Ts,
    /// How long it has been due; 0 where it is not due yet.
    pub waiting_seconds: i64,
}

impl Waiting {
    fn new(row: TimerRow, now: Ts) -> Waiting {
        let waiting_seconds = (now.0.saturating_sub(row.due_at.0) / 1_000_000).max(0);
        Waiting { case: row.case, timer: row.key, due_at: row.due_at, waiting_seconds }
    }

    /// Whether it has waited so long that something is wrong.
    pub fn is_late(&self) -> bool {
        self.waiting_seconds >= TIMER_LATE_SECONDS
    }
}

/// Looks at everything.
pub async fn examine(store: &dyn Store, clock: &dyn Clock, pulse: &Pulse) -> Health {
    let mut problems = Vec::new();
    let damaged_cases = pulse.damaged_cases(clock);
    let (waiting, timers_due) = longest_waiting(store, clock.now(), &damaged_cases).await.unwrap_or_else(|error| {
        problems.push(error.to_string());
        (None, 0)
    });
    let age = pulse.age(clock);
    match age {
        Some(age) if age < SWEEP_SILENCE => {}
        Some(age) => problems.push(format!("the sweeper has not looked for {} s: no limit is watched", age.as_secs())),
        None => problems.push("the sweeper was never started: no limit is watched".to_owned()),
    }
    let silent = !problems.is_empty();
    match &waiting {
        Some(late) if late.is_late() || (silent && timers_due > 0) => problems.push(format!(
            "timer {} of case {} waits longest: due since {}, {} s",
            late.timer, late.case, late.due_at, late.waiting_seconds
        )),
        Some(next) if silent => {
            problems.push(format!("no timer is due; next is {} of case {} at {}", next.timer, next.case, next.due_at));
        }
        _ => {}
    }
    Health {
        ready: problems.is_empty(),
        store: store.kind().to_owned(),
        sweep_age_seconds: age.map(|age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX)),
        timers_due,
        waiting,
        damaged_cases,
        problems,
    }
}

/// The timer that waits for the earliest instant, but for those of cases that cannot be read.
pub async fn next_timer(store: &dyn Store, damaged: &[CaseId]) -> Result<Option<TimerRow>, StoreError> {
    if damaged.is_empty() {
        return store.next_timer().await;
    }
    let mut timers = store.timers(None, Ts(i64::MAX), COUNTED).await?;
    timers.retain(|timer| !damaged.contains(&timer.case));
    Ok(timers.into_iter().next())
}

/// The timer that waits longest, and how many are due; without those of cases that cannot be read.
pub async fn longest_waiting(
    store: &dyn Store,
    now: Ts,
    damaged: &[CaseId],
) -> Result<(Option<Waiting>, u64), StoreError> {
    let asked = async {
        let mut due = store.timers(None, now, COUNTED).await?;
        due.retain(|timer| !damaged.contains(&timer.case));
        let count = due.len() as u64;
        let first = due.into_iter().min_by(|a, b| (a.due_at, &a.case, &a.key).cmp(&(b.due_at, &b.case, &b.key)));
        let row = match first {
            Some(row) => Some(row),
            None => next_timer(store, damaged).await?,
        };
        Ok((row.map(|row| Waiting::new(row, now)), count))
    };
    let late = |_| StoreError::Failed(format!("the store did not answer within {} s", STORE_PATIENCE.as_secs()));
    tokio::time::timeout(STORE_PATIENCE, asked).await.map_err(late)?
}
