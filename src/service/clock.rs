//! Where *now* comes from: the one place in the engine that reads a clock.

use std::sync::Mutex;

use crate::ids::Ts;

/// Tells the present instant.
pub trait Clock: Send + Sync + 'static {
    /// The present instant, to the millisecond: the grain of the record.
    fn now(&self) -> Ts;
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
}

/// A clock that stands until it is set: for tests, demonstrations and simulations.
#[derive(Debug)]
pub struct SetClock(Mutex<Ts>);

impl SetClock {
    /// A clock that shows `at`.
    pub fn new(at: Ts) -> SetClock {
        SetClock(Mutex::new(at))
    }

    /// Sets it, also backwards: computers' clocks do that too.
    pub fn set(&self, at: Ts) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = at;
    }
}

impl Clock for SetClock {
    fn now(&self) -> Ts {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
