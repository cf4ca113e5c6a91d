//! Working time over a calendar that changes: counted at each instant by the version in force, additive over every
//! change, the same in whatever order the versions are read.

use std::sync::Arc;

use proptest::prelude::*;
use quytrinh::calendar::calendar::{Calendar, CalendarFile};
use quytrinh::calendar::course::Course;
use quytrinh::ids::Ts;

/// Monday 3 August 2026, midnight in Hanoi.
const MONDAY: Ts = Ts(1_785_690_000_000_000);

/// The office week less some days of August 2026.
fn version(version: u32, off: &[u32]) -> Arc<Calendar> {
    let list: String = off.iter().map(|day| format!("  - {{ date: 2026-08-{day:02}, vi: Nghỉ }}\n")).collect();
    let days = if off.is_empty() { String::new() } else { format!("days_off:\n{list}") };
    let week: String = ["mon", "tue", "wed", "thu", "fri"]
        .iter()
        .map(|day| format!("  {day}: [ \"08:00-12:00\", \"13:30-17:30\" ]\n"))
        .collect();
    let text = format!(
        "format: calendar/v1\nid: thu\nversion: {version}\nvi: Lịch thử\nzone: Asia/Ho_Chi_Minh\nfrom: 2026-01-01\n\
         to: 2026-12-31\nweek:\n{week}{days}"
    );
    Arc::new(CalendarFile::read(&text).and_then(Calendar::build).unwrap())
}

fn hours(hours: i64) -> Ts {
    MONDAY.plus_minutes(hours * 60)
}

#[test]
fn a_version_counts_from_the_instant_it_comes_into_force() {
    let mut course = Course::since(hours(0), version(1, &[]));
    // Wednesday noon: Thursday is taken off, and with it the Monday that has passed.
    course.put(hours(2 * 24 + 12), version(2, &[3, 6]));
    assert_eq!(course.working_minutes(hours(0), hours(24)), 480, "the Monday was worked");
    assert_eq!(course.working_minutes(hours(0), hours(5 * 24)), 480 * 4, "Monday to Friday less Thursday");
    assert_eq!(course.working_minutes(hours(5 * 24), hours(0)), -480 * 4, "backwards");
    assert_eq!(course.at(hours(2 * 24 + 11)).version(), 1);
    assert_eq!(course.at(hours(2 * 24 + 12)).version(), 2);
    assert_eq!(course.at(hours(-1_000)).version(), 1, "the first reaches back for ever");
    assert_eq!(course.current().version(), 2);
    let cut: Vec<_> = course.pieces(hours(24), hours(96)).map(|(from, to, by)| (from, to, by.version())).collect();
    assert_eq!(cut, [(hours(24), hours(60), 1), (hours(60), hours(96), 2)]);
}

#[test]
fn an_older_version_that_comes_later_never_counts() {
    let mut course = Course::since(hours(0), version(3, &[4]));
    course.put(hours(1), version(2, &[]));
    assert_eq!(course.versions().count(), 1);
    assert_eq!(course.working_minutes(hours(24), hours(48)), 0);
    // Two that came at one instant: the higher counts from then on.
    course.put(hours(30), version(5, &[]));
    course.put(hours(30), version(4, &[4]));
    assert_eq!(course.at(hours(30)).version(), 5);
}

proptest! {
    #[test]
    fn measuring_is_additive_and_agrees_with_a_walk_by_minutes(
        since in proptest::collection::vec(0_i64..14 * 24 * 60, 1..5),
        off in proptest::collection::vec(proptest::collection::btree_set(3_u32..17, 0..4), 5),
        instants in (0_i64..14 * 24 * 60, 0_i64..14 * 24 * 60, 0_i64..14 * 24 * 60),
        shuffle in any::<u64>(),
    ) {
        let mut versions: Vec<(Ts, Arc<Calendar>)> = since
            .iter()
            .zip(1..)
            .map(|(since, n)| (MONDAY.plus_minutes(*since), version(n, &off[n as usize].iter().copied().collect::<Vec<_>>())))
            .collect();
        let read = |versions: &[(Ts, Arc<Calendar>)]| {
            let mut course = Course::since(versions[0].0, versions[0].1.clone());
            versions[1..].iter().for_each(|(since, calendar)| course.put(*since, calendar.clone()));
            course
        };
        let course = read(&versions);
        let numbers = |course: &Course| course.versions().map(|(since, c)| (since, c.version())).collect::<Vec<_>>();
        let (first, _) = versions.iter().enumerate().min_by_key(|(_, (since, c))| (*since, c.version())).unwrap();
        let first = versions[first].clone();
        let len = versions.len();
        versions.rotate_left(shuffle as usize % len);
        prop_assert_eq!(numbers(&course), numbers(&read(&versions)), "the order of reading does not matter");

        let (a, b, c) = instants;
        let at = |minute: i64| MONDAY.plus_minutes(minute);
        let between = |a, b| course.working_micros(at(a), at(b));
        prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
        // Written apart: minute by minute, by the highest version published by then.
        let walked = (a.min(b)..a.max(b))
            .filter(|minute| {
                let there = versions.iter().filter(|(since, _)| *since <= at(*minute));
                let by = there.max_by_key(|(_, calendar)| calendar.version()).unwrap_or(&first);
                by.1.is_working(at(*minute))
            })
            .count();
        prop_assert_eq!(between(a.min(b), a.max(b)), walked as i64 * 60_000_000);
    }
}
