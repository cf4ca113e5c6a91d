//! The digest of a morning: everything a person was told since the morning before, gathered by case into one message,
//! with what falls due today and tomorrow and what is late. It reads; it sends nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use serde::Serialize;

use crate::calendar::calendar::Calendar;
use crate::ids::{CaseId, PersonId, Ts};
use crate::service::library::Shelf;
use crate::service::query::{Query, QueryError, person_name};
use crate::service::views::PersonName;
use crate::store::contract::{HoldingFilter, Paging};

/// The most notices, and the most held steps, that one digest looks at.
const MOST: u32 = 200;

/// One message for one morning.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Digest {
    pub person: PersonName,
    pub date: Date,
    /// The morning before and this one: what was told after the one, up to the other.
    pub since: Ts,
    pub until: Ts,
    /// The case told of last comes first.
    pub told: Vec<DigestCase>,
    pub late: Vec<DigestLine>,
    pub today: Vec<DigestLine>,
    /// Due on the next working day.
    pub tomorrow: Vec<DigestLine>,
}

/// Everything that was told about one case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DigestCase {
    pub case: CaseId,
    pub title: String,
    /// The case's deadline as it is now.
    pub deadline: Option<Ts>,
    /// In the order in which it was told.
    pub notices: Vec<Told>,
}

/// One notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    pub kind: String,
    pub at: Ts,
}

/// A held step that falls due or is late.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DigestLine {
    pub case: CaseId,
    pub title: String,
    pub step_title: String,
    pub deadline: Ts,
}

impl Digest {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty() && self.late.is_empty() && self.today.is_empty() && self.tomorrow.is_empty()
    }
}

impl Query {
    /// A person's digest of the morning of `date`, or of the last morning where none is given. What falls due or is
    /// late is what he holds now.
    pub async fn digest(&self, person: &PersonId, date: Option<Date>) -> Result<Digest, QueryError> {
        let (shelf, now) = (self.shelf(), self.now());
        let calendar = morning_calendar(&shelf, person, now);
        let (since, until) = mornings(calendar.as_deref(), date, now);
        let local = |at: Ts| calendar.as_ref().map_or_else(|| utc_date(at), |calendar| calendar.local(at).date());
        let mut digest = Digest {
            person: person_name(&shelf, person),
            date: local(until),
            since,
            until,
            told: self.told(person, since, until).await?,
            late: Vec::new(),
            today: Vec::new(),
            tomorrow: Vec::new(),
        };
        let next = calendar.as_ref().map_or(until, |calendar| after(calendar, until));
        let page = Paging { limit: MOST, after: None };
        let filter = HoldingFilter { holder: Some(person.clone()), page, ..HoldingFilter::default() };
        for (row, case) in self.store().open_holdings(&filter).await?.items {
            let Some(deadline) = row.deadline else { continue };
            let list = match local(deadline) {
                _ if deadline < until => &mut digest.late,
                date if date <= local(until) => &mut digest.today,
                date if date <= local(next) => &mut digest.tomorrow,
                _ => continue,
            };
            let procedure = shelf.procedure(&case.digest);
            let step_title = procedure.map_or_else(|| row.step.to_string(), |p| p.step_title(&row.step).to_owned());
            list.push(DigestLine { case: case.case, title: case.title, step_title, deadline });
        }
        Ok(digest)
    }

    async fn told(&self, person: &PersonId, since: Ts, until: Ts) -> Result<Vec<DigestCase>, QueryError> {
        let notices = self.store().notices_of(person, MOST).await?;
        let mut by_case: BTreeMap<CaseId, Vec<Told>> = BTreeMap::new();
        // The latest come first.
        for notice in notices.into_iter().rev().filter(|notice| since < notice.at && notice.at <= until) {
            by_case.entry(notice.case).or_default().push(Told { kind: notice.kind, at: notice.at });
        }
        let mut told = Vec::with_capacity(by_case.len());
        for (id, notices) in by_case {
            let Some(row) = self.store().case(&id).await? else { continue };
            told.push(DigestCase { case: id, title: row.title, deadline: row.deadline, notices });
        }
        told.sort_by_key(|case| std::cmp::Reverse(case.notices.last().map(|told| told.at)));
        Ok(told)
    }
}

/// The calendar whose opening is a person's morning: of a procedure that his unit works by, else one that has nights.
fn morning_calendar(shelf: &Shelf, person: &PersonId, now: Ts) -> Option<Arc<Calendar>> {
    let has_nights = |calendar: &Arc<Calendar>| calendar.full_day_minutes() < 1_440;
    let units = shelf.directory.posts_of(person, now);
    let of_unit = shelf.all_current().find_map(|procedure| {
        let under = shelf.directory.units_under(&procedure.owner);
        let his = units.iter().any(|(unit, _)| under.contains(unit));
        shelf.calendar_of(&procedure).filter(|calendar| his && has_nights(calendar))
    });
    of_unit.or_else(|| shelf.calendars.all().find(|calendar| has_nights(calendar)).cloned())
}

/// The opening of the morning asked for and of the one before it.
fn mornings(calendar: Option<&Calendar>, date: Option<Date>, now: Ts) -> (Ts, Ts) {
    let Some(calendar) = calendar else { return (now.plus_minutes(-1_440), now) };
    let opening = |date: Date| calendar.next_working_instant(calendar.instant(date.to_datetime(Time::midnight())));
    let until = match date {
        Some(date) => opening(date),
        None => match opening(calendar.local(now).date()) {
            today if today <= now => today,
            ahead => before(calendar, ahead),
        },
    };
    (before(calendar, until), until)
}

/// The opening of the working day before that of `morning`.
fn before(calendar: &Calendar, morning: Ts) -> Ts {
    let last = calendar.add_working_minutes(morning, -1);
    calendar.next_working_instant(calendar.instant(calendar.local(last).date().to_datetime(Time::midnight())))
}

/// The opening of the working day after that of `morning`.
fn after(calendar: &Calendar, morning: Ts) -> Ts {
    let next = calendar.local(morning).date().checked_add(1.day()).unwrap_or(Date::MAX);
    calendar.next_working_instant(calendar.instant(next.to_datetime(Time::midnight())))
}

fn utc_date(at: Ts) -> Date {
    jiff::tz::Offset::UTC.to_datetime(at.timestamp()).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::library::read_calendar;

    fn hanoi() -> Calendar {
        read_calendar(&std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap()).unwrap()
    }

    fn at(text: &str) -> Ts {
        text.parse().unwrap()
    }

    #[test]
    fn a_morning_begins_where_the_last_one_ended() {
        let calendar = hanoi();
        let date = |text: &str| Some(text.parse().unwrap());
        let monday = mornings(Some(&calendar), date("2026-08-10"), at("2026-08-10T05:00:00Z"));
        assert_eq!(monday, (at("2026-08-07T01:00:00Z"), at("2026-08-10T01:00:00Z")), "from Friday on");
        let early = mornings(Some(&calendar), None, at("2026-08-10T00:30:00Z"));
        assert_eq!(early.1, at("2026-08-07T01:00:00Z"), "before the opening the last morning is Friday's");
        let sunday = mornings(Some(&calendar), date("2026-08-09"), at("2026-08-10T05:00:00Z"));
        assert_eq!(sunday, monday, "a day off has the digest of the next working day");
        assert_eq!(after(&calendar, monday.1), at("2026-08-11T01:00:00Z"));
    }
}
