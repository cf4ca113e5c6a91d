//! How often something may be done, counted for each who does it: so many at once, and as many again in a given time.
//!
//! It knows no clock and keeps nothing on disk; a clock that jumps back locks nobody out for longer than a bucket lasts.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::ids::Ts;

/// As many as are counted; beyond, whoever has a full bucket is forgotten first, then everybody.
const KNOWN_MAX: usize = 16_384;
const MINUTE: i64 = 60_000_000;

/// One bucket for each key.
#[derive(Debug)]
pub struct Buckets<K> {
    /// Microseconds until one more may be done.
    every: i64,
    /// Microseconds until an empty bucket is full.
    depth: i64,
    /// When each one's bucket will be full again; who is not in it has a full one.
    full_at: Mutex<HashMap<K, i64>>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// `count` at once, and as many again within `minutes`; both are one at least.
    pub fn new(count: u32, minutes: u32) -> Buckets<K> {
        let depth = i64::from(minutes.max(1)) * MINUTE;
        Buckets { every: (depth / i64::from(count.max(1))).max(1), depth, full_at: Mutex::default() }
    }

    /// Takes one, or answers in how many seconds there will be one: at least one second.
    pub fn take(&self, who: K, now: Ts) -> Result<(), u32> {
        let mut all = self.known();
        if all.len() >= KNOWN_MAX && !all.contains_key(&who) {
            all.retain(|_, full_at| *full_at > now.0);
            if all.len() >= KNOWN_MAX {
                all.clear();
            }
        }
        let full_at = all.entry(who).or_insert(now.0);
        *full_at = (*full_at).clamp(now.0, now.0 + self.depth);
        let next = *full_at + self.every;
        let over = next - now.0 - self.depth;
        if over > 0 {
            // rounded up, so that asking again then is not asking too early
            return Err(u32::try_from((over + 999_999) / 1_000_000).unwrap_or(u32::MAX).max(1));
        }
        *full_at = next;
        Ok(())
    }

    /// Gives one back that was taken for nothing.
    pub fn give_back(&self, who: &K) {
        if let Some(full_at) = self.known().get_mut(who) {
            *full_at -= self.every;
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<K, i64>> {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
