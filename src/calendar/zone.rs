//! The offsets of a time zone as a table: instants to civil time and back without asking the zone each time.
//!
//! Civil time here is a count of microseconds, as if the zone's wall clock were UTC. Offsets are kept from 1900 to the
//! end of 2200; before and after them the first and last one hold.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, tz};

/// One stretch of instants with one offset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    /// First instant, microseconds UTC.
    pub start: i64,
    /// Microseconds to add to UTC.
    pub offset: i64,
}

/// The periods of a zone in order; the first begins at the beginning of time.
#[derive(Clone, Debug)]
pub(super) struct Offsets(Vec<Period>);

impl Offsets {
    /// The zone by its IANA name, from the database built into the program: the same file gives the same instants on
    /// every machine.
    pub fn zone(name: &str) -> Option<TimeZone> {
        tz::TimeZoneDatabase::bundled().get(name).ok()
    }

    pub fn of(zone: &TimeZone) -> Offsets {
        let utc = |day: Date| tz::Offset::UTC.to_timestamp(day.at(0, 0, 0, 0));
        let first = utc(date(1900, 1, 1)).unwrap_or(Timestamp::MIN);
        let last = utc(date(2200, 12, 31)).unwrap_or(Timestamp::MAX);
        let micros = |o: tz::Offset| i64::from(o.seconds()) * 1_000_000;
        let mut periods =
            vec![Period { start: Timestamp::MIN.as_microsecond(), offset: micros(zone.to_offset(first)) }];
        for change in zone.following(first).take_while(|t| t.timestamp() <= last) {
            let offset = micros(change.offset());
            if periods.last().is_some_and(|p| p.offset != offset) {
                periods.push(Period { start: change.timestamp().as_microsecond(), offset });
            }
        }
        Offsets(periods)
    }

    pub fn periods(&self) -> &[Period] {
        &self.0
    }

    /// Index of the period that holds the instant.
    pub fn index_at(&self, instant: i64) -> usize {
        self.0.partition_point(|p| p.start <= instant).saturating_sub(1)
    }

    /// Civil time of an instant.
    pub fn civil(&self, instant: i64) -> i64 {
        instant + self.0[self.index_at(instant)].offset
    }

    /// The instant at which a session that closes at this civil time has closed for good: the later one where the hour
    /// comes twice, the moment of the change where it does not come at all.
    pub fn closing(&self, civil: i64) -> i64 {
        let near = self.near(civil);
        let mut found = civil - self.0[near].offset;
        for (i, period) in self.0.iter().enumerate().skip(near) {
            if i > near && period.start + period.offset >= civil {
                break;
            }
            let end = self.0.get(i + 1).map_or(i64::MAX, |next| next.start);
            found = (civil - period.offset).min(end);
        }
        found
    }

    /// The first instant at which a session that opens at this civil time is open: the earlier one where the hour comes
    /// twice, the moment of the change where it does not come at all.
    pub fn opening(&self, civil: i64) -> i64 {
        let near = self.near(civil);
        for (i, period) in self.0.iter().enumerate().skip(near) {
            let at = (civil - period.offset).max(period.start);
            if self.0.get(i + 1).is_none_or(|next| at < next.start) {
                return at;
            }
        }
        civil
    }

    /// A period that surely holds no instant after the civil time: offsets are under 26 hours.
    fn near(&self, civil: i64) -> usize {
        self.index_at(civil.saturating_sub(2 * 86_400_000_000))
    }
}
