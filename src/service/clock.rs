//! Where *now* comes from: the one place in the engine that reads a clock.

use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

use crate::ids::Ts;

/// Tells the present instant.
pub trait Clock: Send + Sync + 'static {
    /// The present instant, to the millisecond: the grain of the record.
    fn now(&self) -> Ts;

    /// How long time has gone by since some beginning: for telling how long ago something was. Never set back.
    fn uptime(&self) -> Duration;
}

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Ts {
        #[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
        let now = jiff::Timestamp::now();
        Ts(now.as_millisecond() * 1_000)
    }

    fn uptime(&self) -> Duration {
        static BEGIN: OnceLock<Instant> = OnceLock::new();
        BEGIN.get_or_init(Instant::now).elapsed()
    }
}

/// A clock that stands until it is set: for tests, demonstrations and simulations.
#[derive(Debug)]
pub struct SetClock(Mutex<(Ts, Duration)>);

impl SetClock {
    /// A clock that shows `at`.
    pub fn new(at: Ts) -> SetClock {
        SetClock(Mutex::new((at, Duration::ZERO)))
    }

    /// Sets it, also backwards: computers' clocks do that too.
    pub fn set(&self, at: Ts) {
        let mut shown = self.shown();
        let forward = u64::try_from(at.0.saturating_sub(shown.0.0)).unwrap_or(0);
        *shown = (at, shown.1.saturating_add(Duration::from_micros(forward)));
    }

    fn shown(&self) -> MutexGuard<'_, (Ts, Duration)> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for SetClock {
    fn now(&self) -> Ts {
        self.shown().0
    }

    fn uptime(&self) -> Duration {
        self.shown().1
    }
}
