//! Totals of holdings, by person and by unit. A total judges nobody: it counts, and names what it counted.

use std::collections::BTreeMap;

use crate::ids::{PersonId, UnitId};
use crate::ledger::holding::Holding;

/// What a set of ended holdings adds up to; holdings that last are counted apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Ended holdings.
    pub count: u32,
    /// Holdings that still last; their minutes are not in the sums.
    pub open: u32,
    /// Working minutes.
    pub held_minutes: i64,
    /// Of them, minutes in which the case's clock stood.
    pub excused_minutes: i64,
    /// Holdings whose deadline passed while they lasted.
    pub late: u32,
}

impl Total {
    /// Counts one more holding.
    pub fn add(&mut self, holding: &Holding) {
        match holding.minutes {
            Some(minutes) => {
                self.count += 1;
                self.held_minutes += minutes;
                self.excused_minutes += holding.excused_minutes.unwrap_or(0);
            }
            None => self.open += 1,
        }
        self.late += u32::from(holding.breached_at.is_some());
    }
}

/// Totals by person.
pub fn by_person<'a>(holdings: impl IntoIterator<Item = &'a Holding>) -> BTreeMap<PersonId, Total> {
    total(holdings, |holding| holding.holder.clone())
}

/// Totals by the unit in which it was held.
pub fn by_unit<'a>(holdings: impl IntoIterator<Item = &'a Holding>) -> BTreeMap<UnitId, Total> {
    total(holdings, |holding| holding.unit.clone())
}

fn total<'a, K: Ord>(
    holdings: impl IntoIterator<Item = &'a Holding>,
    key: impl Fn(&Holding) -> K,
) -> BTreeMap<K, Total> {
    let mut totals: BTreeMap<K, Total> = BTreeMap::new();
    for holding in holdings {
        totals.entry(key(holding)).or_default().add(holding);
    }
    totals
}
