//! A limit passes while nobody runs the engine: on return the breach and its notices carry the instant of the deadline,
//! and come once.

use std::collections::BTreeMap;
use std::sync::Arc;

use quytrinh::definition::value::{Number, Value};
use quytrinh::ids::{CaseId, Ts};
use quytrinh::journal::entry::Record;
use quytrinh::journal::verify::Verifier;
use quytrinh::ledger::holding::custody;
use quytrinh::machine::command::{Actor, Command, Open};
use quytrinh::machine::event::Event;
use quytrinh::service::ask::{Ask, Denied, Target};
use quytrinh::service::clock::SetClock;
use quytrinh::service::engine::Engine;
use quytrinh::service::publish::Publication;
use quytrinh::service::sweep;

use crate::histories::city;
use crate::support::bed::Bed;
use crate::support::hanoi;

pub async fn open_permit(engine: &Engine) -> CaseId {
    let shelf = engine.library();
    let (unit, post) = ("bo-phan-mot-cua".into(), "can-bo-mot-cua".into());
    let opener = shelf.directory.members(&unit, &post, engine.clock().now()).remove(0);
    let fields = BTreeMap::from([
        ("dien_tich_san".into(), Value::Number(Number::whole(120).unwrap())),
        ("cap_cong_trinh".into(), Value::Text("IV".into())),
    ]);
    let open =
        Open { title: "Nhà số 5".into(), code: None, channel: None, fields, documents: vec!["ban_ve".into()] };
    let ask = Ask {
        actor: Actor::Person(opener),
        target: Target::New("cap-phep-xay-dung".into()),
        command: Command::Open(open),
        if_match: None,
        key: None,
        dry_run: false,
    };
    engine.handle(ask).await.unwrap().receipt.case
}

async fn breaches(engine: &Engine, case: &CaseId) -> Vec<(Ts, Ts, Ts, usize)> {
    let mut found = Vec::new();
    for sealed in engine.store().entries_of(case).await.unwrap() {
        if let Record::Case(Event::Breached { due, to, .. }) = &sealed.entry.record {
            found.push((*due, sealed.entry.occurred_at, sealed.entry.recorded_at, to.len()));
        }
    }
    found
}

async fn a_limit_passes_while_the_server_is_down(bed: Bed) {
    // Monday 8:30 local; the first step has half a working day: until 14:00 local.
    let opened: Ts = "2026-08-03T01:30:00Z".parse().unwrap();
    let deadline: Ts = "2026-08-03T07:00:00Z".parse().unwrap();
    let back: Ts = "2026-08-04T02:00:00Z".parse().unwrap();
    let clock = Arc::new(SetClock::new(opened));
    let engine = city(bed.store.clone(), clock.clone(), opened).await;
    let case = open_permit(&engine).await;
    engine.close().await;

    let clock = Arc::new(SetClock::new(back));
    let engine = Engine::start(bed.another().await.unwrap(), clock).await.unwrap();
    let fired = sweep::run_once(&engine).await.unwrap();
    assert!(fired >= 3, "two reminders and the breach, {fired}");
    let found = breaches(&engine, &case).await;
    assert_eq!(found.len(), 1, "once");
    let (due, occurred, recorded, told) = found[0];
    assert_eq!((due, occurred), (deadline, deadline), "at the instant of the deadline");
    assert_eq!(recorded, back, "and recorded when the engine was back");
    assert!(told >= 2, "the holder, his head, the inspector: {told}");
    assert_eq!(sweep::run_once(&engine).await.unwrap(), 0, "nothing is left to fire");
    assert_eq!(breaches(&engine, &case).await.len(), 1);
    assert!(engine.query().health().await.waiting.is_some(), "the case's own clock still runs");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_passes_while_the_server_is_down_on_sqlite() {
    a_limit_passes_while_the_server_is_down(Bed::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_passes_while_the_server_is_down_on_postgres() {
    a_limit_passes_while_the_server_is_down(Bed::postgres().await).await;
}

/// Computers' clocks are set back now and then: the record's never is.
async fn the_clock_is_set_back(bed: Bed) {
    let opened: Ts = "2026-08-03T01:30:00Z".parse().unwrap();
    let earlier: Ts = "2026-08-03T00:10:00Z".parse().unwrap();
    let clock = Arc::new(SetClock::new(opened));
    let engine = city(bed.store.clone(), clock.clone(), opened).await;
    let first = open_permit(&engine).await;

    clock.set(earlier);
    let second = open_permit(&engine).await;
    assert_eq!(sweep::run_once(&engine).await.unwrap(), 0, "nothing is due earlier than it was");
    assert_eq!(publish_hanoi(&engine, 1, &[]).await.unwrap(), 1);
    let holder = engine.store().holdings_of(&first).await.unwrap().remove(0).holder;
    let comment = Command::Comment { text: "Đã xem".into() };
    let ask = Ask {
        actor: Actor::Person(holder),
        target: Target::Case(first.clone()),
        command: comment,
        if_match: None,
        key: None,
        dry_run: false,
    };
    assert_eq!(engine.handle(ask).await.unwrap().receipt.recorded_at, opened, "as late as the last entry, not earlier");

    let journal = engine.store().entries(0, 5_000).await.unwrap();
    assert!(journal.is_sorted_by_key(|sealed| sealed.entry.recorded_at));
    assert!(journal.iter().all(|sealed| sealed.entry.recorded_at >= opened));
    assert_eq!(engine.store().case(&second).await.unwrap().unwrap().opened_at, opened);
    let mut verifier = Verifier::new(&[engine.store().head().await.unwrap()]);
    journal.iter().for_each(|sealed| verifier.row(&sealed.into()));
    assert!(verifier.finish().is_whole());
    engine.close().await;

    // A server that starts while the clock is still behind does not go back either.
    let engine = Engine::start(bed.another().await.unwrap(), clock).await.unwrap();
    let third = open_permit(&engine).await;
    assert_eq!(engine.store().case(&third).await.unwrap().unwrap().opened_at, opened);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_does_not_go_back_with_the_clock_on_sqlite() {
    the_clock_is_set_back(Bed::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_does_not_go_back_with_the_clock_on_postgres() {
    the_clock_is_set_back(Bed::postgres().await).await;
}

/// Every notice of a case with its instant, in the order of the journal.
async fn notices(engine: &Engine, case: &CaseId) -> Vec<(&'static str, String, Ts, Ts)> {
    let mut found = Vec::new();
    for sealed in engine.store().entries_of(case).await.unwrap() {
        let (timer, due) = match &sealed.entry.record {
            Record::Case(Event::Reminded { timer, due, .. }) => (timer.to_string(), *due),
            Record::Case(Event::Breached { timer, due, .. }) => (timer.to_string(), *due),
            Record::Case(Event::ApologyDue { timer, due, .. }) => (timer.to_string(), *due),
            _ => continue,
        };
        let Record::Case(event) = &sealed.entry.record else { continue };
        assert_eq!(sealed.entry.occurred_at, due, "{timer} has its own instant");
        found.push((event.word(), timer, due, sealed.entry.recorded_at));
    }
    found
}

/// Opened on the last afternoon before Tết 2026, the engine down from then until the case is overdue: the holiday is not
/// counted, each timer fires once, at its own instant, in the order of time.
async fn the_server_is_down_over_tet(bed: Bed) {
    let local = |text: &str| -> Ts { format!("{text}:00+07:00").parse().unwrap() };
    let opened = local("2026-02-13T14:00");
    let clock = Arc::new(SetClock::new(opened));
    let engine = city(bed.store.clone(), clock.clone(), opened).await;
    let case = open_permit(&engine).await;
    engine.close().await;

    let back = local("2026-03-20T08:00");
    let clock = Arc::new(SetClock::new(back));
    let engine = Engine::start(bed.another().await.unwrap(), clock).await.unwrap();
    sweep::run_once(&engine).await.unwrap();
    let found = notices(&engine, &case).await;
    let told: Vec<(&str, &str, Ts)> = found.iter().map(|(word, timer, due, _)| (*word, timer.as_str(), *due)).collect();
    // Half a day from 14:00: 210 minutes on Friday, 30 on Monday 23/2. Sixteen working days after 13/2 end on 16/3.
    let expected = [
        ("reminded", "branch/0/reminder/0", local("2026-02-13T16:00")),
        ("reminded", "branch/0/reminder/1", local("2026-02-13T17:12")),
        ("breached", "branch/0/deadline", local("2026-02-23T08:30")),
        ("reminded", "case/reminder/0", local("2026-03-04T15:45")),
        ("reminded", "case/reminder/1", local("2026-03-11T15:12")),
        ("apology_due", "case/apology", local("2026-03-13T17:30")),
        ("breached", "case/deadline", local("2026-03-16T17:30")),
    ];
    assert_eq!(told, expected);
    assert!(found.iter().all(|(_, _, _, recorded)| *recorded == back), "recorded when the engine was back");
    assert_eq!(sweep::run_once(&engine).await.unwrap(), 0, "each fired once");
    assert_eq!(notices(&engine, &case).await.len(), expected.len());
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_down_over_tet_on_sqlite() {
    the_server_is_down_over_tet(Bed::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_down_over_tet_on_postgres() {
    the_server_is_down_over_tet(Bed::postgres().await).await;
}

/// An act in the very instant of its deadline is in time; one in the next microsecond is not.
#[tokio::test(flavor = "multi_thread")]
async fn the_instant_of_the_deadline_is_in_time() {
    let opened: Ts = "2026-08-03T01:30:00Z".parse().unwrap();
    let deadline: Ts = "2026-08-03T07:00:00Z".parse().unwrap();
    for (late, breached) in [(0, 0), (1, 1)] {
        let bed = Bed::sqlite().await;
        let clock = Arc::new(SetClock::new(opened));
        let engine = city(bed.store.clone(), clock.clone(), opened).await;
        let case = open_permit(&engine).await;
        clock.set(Ts(deadline.0 + late));
        let shelf = engine.library();
        let unit = "bo-phan-mot-cua".into();
        let clerk = shelf.directory.members(&unit, &"can-bo-mot-cua".into(), opened).remove(0);
        for command in [
            Command::Claim { branch: quytrinh::ids::BranchId::MAIN },
            Command::Take(quytrinh::machine::command::Take::plain(quytrinh::ids::BranchId::MAIN, "accept")),
        ] {
            let target = Target::Case(case.clone());
            let actor = Actor::Person(clerk.clone());
            engine.handle(Ask { actor, target, command, if_match: None, key: None, dry_run: false }).await.unwrap();
        }
        sweep::run_once(&engine).await.unwrap();
        assert_eq!(breaches(&engine, &case).await.len(), breached, "{late} microseconds late");
        engine.close().await;
    }
}

/// Puts a changed version of the Hanoi calendar in force.
async fn publish_hanoi(engine: &Engine, later: u32, off: &[&str]) -> Result<usize, Denied> {
    let text = hanoi::changed(later, off, &[]);
    engine.publish(Actor::System, vec![Publication::calendar("hanoi.yaml", &text, hanoi::calendar(&text))]).await
}

/// A calendar changes while a case is open: from that instant time passes by the new version, what was held before it
/// stays as it was counted, also after a restart, and no running deadline moves.
///
/// Cases were counted by the version of their opening for ever once: then two people who held on the same morning got
/// other minutes for it, and a day off announced later was charged to whoever held an older case.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_calendar_changes_nothing_of_what_was_held_before_it() {
    let bed = Bed::sqlite().await;
    let opened: Ts = "2026-08-03T01:30:00Z".parse().unwrap();
    let clock = Arc::new(SetClock::new(opened));
    let engine = city(bed.store.clone(), clock.clone(), opened).await;
    let case = open_permit(&engine).await;
    let before = engine.store().case(&case).await.unwrap().unwrap();

    // Monday 10:30 local: version 2 takes that very Monday and the Tuesday off.
    clock.set("2026-08-03T03:30:00Z".parse().unwrap());
    assert_eq!(publish_hanoi(&engine, 1, &["2026-08-03", "2026-08-04"]).await.unwrap(), 1);
    // Another text of that number, or an older one, is refused: what was counted by it could not be counted again.
    let first = hanoi::calendar(&hanoi::shipped()).version();
    for later in [1, 0] {
        let denied = publish_hanoi(&engine, later, &["2026-08-05"]).await.unwrap_err();
        let Denied::NotNewer { in_force, .. } = denied else { panic!("{denied:?}") };
        assert_eq!(in_force, first + 1);
    }
    // The very same text again is no publication.
    assert_eq!(publish_hanoi(&engine, 1, &["2026-08-03", "2026-08-04"]).await.unwrap(), 0);

    // Wednesday 10:00 local: the first step is handed over.
    clock.set("2026-08-05T03:00:00Z".parse().unwrap());
    let holder = engine.store().holdings_of(&case).await.unwrap().remove(0).holder;
    for command in [
        Command::Claim { branch: quytrinh::ids::BranchId::MAIN },
        Command::Take(quytrinh::machine::command::Take::plain(quytrinh::ids::BranchId::MAIN, "accept")),
    ] {
        let shelf = engine.library();
        let clerk = shelf.directory.members(&"bo-phan-mot-cua".into(), &"can-bo-mot-cua".into(), engine.clock().now());
        let ask = Ask {
            actor: Actor::Person(clerk[0].clone()),
            target: Target::Case(case.clone()),
            command,
            if_match: None,
            key: None,
            dry_run: false,
        };
        engine.handle(ask).await.unwrap();
    }
    let rows = engine.store().holdings_of(&case).await.unwrap();
    assert_eq!(rows[0].holder, holder);
    // Monday 8:30-10:30 is 120 minutes by version 1, nothing until Tuesday night by version 2, Wednesday 8:00-10:00 is 120.
    let held: i64 = rows.iter().filter_map(|row| row.minutes).sum();
    assert_eq!(held, 120 + 120, "by the version in force at each instant");
    let after = engine.store().case(&case).await.unwrap().unwrap();
    assert_eq!(after.deadline, before.deadline, "a running deadline is not moved by publishing");
    let fresh = open_permit(&engine).await;
    let by_new = engine.store().case(&fresh).await.unwrap().unwrap();
    assert_eq!(by_new.status, "open");
    engine.close().await;

    // After a restart the case is made again from its entries, and counts as before.
    let engine = Engine::start(bed.another().await.unwrap(), clock.clone()).await.unwrap();
    let shelf = engine.library();
    let procedure = shelf.procedure(&after.digest).unwrap();
    let course = shelf.course_of(&procedure).unwrap();
    assert_eq!(course.at(after.opened_at).version(), first);
    assert_eq!(course.at(by_new.opened_at).version(), first + 1);
    let entries: Vec<_> = engine.store().entries_of(&case).await.unwrap().into_iter().map(|one| one.entry).collect();
    let custody = custody(&entries, &course);
    custody.conservation().unwrap();
    assert_eq!(custody.holdings.iter().filter_map(|holding| holding.minutes).sum::<i64>(), held, "the ledger agrees");
    let inspector = shelf.directory.file().rights.inspectors[0].person.clone();
    let shown = engine.query().holdings(&case, &inspector).await.unwrap();
    assert_eq!(shown.iter().filter(|h| !h.open).map(|h| h.minutes).sum::<i64>(), held);
    engine.close().await;
}
