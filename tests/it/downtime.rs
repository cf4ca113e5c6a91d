//! A limit passes while nobody runs the engine: on return the breach and its notices carry the instant of the deadline,
//! and come once.

use std::collections::BTreeMap;
use std::sync::Arc;

use quytrinh::definition::value::{Number, Value};
use quytrinh::ids::{CaseId, Ts};
use quytrinh::journal::entry::Record;
use quytrinh::journal::verify::Verifier;
use quytrinh::machine::command::{Actor, Command, Open};
use quytrinh::machine::event::Event;
use quytrinh::service::ask::{Ask, Target};
use quytrinh::service::clock::SetClock;
use quytrinh::service::engine::Engine;
use quytrinh::service::sweep;

use crate::histories::city;
use crate::support::bed::Bed;

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
    let text =
        std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap().replace("\nversion: 1\n", "\nversion: 2\n");
    let calendar = quytrinh::service::library::read_calendar(&text).unwrap();
    let publication = quytrinh::service::publish::Publication::calendar("hanoi.yaml", &text, calendar);
    assert_eq!(engine.publish(Actor::System, vec![publication]).await.unwrap(), 1);
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

/// A calendar changes while a case is open: what was held stays as it was counted, for ever and also after a restart;
/// new deadlines follow the new version.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_calendar_changes_nothing_of_what_was_held() {
    let bed = Bed::sqlite().await;
    let opened: Ts = "2026-08-03T01:30:00Z".parse().unwrap();
    let clock = Arc::new(SetClock::new(opened));
    let engine = city(bed.store.clone(), clock.clone(), opened).await;
    let case = open_permit(&engine).await;
    let before = engine.store().case(&case).await.unwrap().unwrap();

    // Version 2 takes Tuesday 4 August off.
    clock.set("2026-08-03T03:30:00Z".parse().unwrap());
    let text = std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap();
    let text = text
        .replace("\nversion: 1\n", "\nversion: 2\n")
        .replace("  - { date: 2026-08-31,", "  - { date: 2026-08-04, vi: Nghỉ đột xuất }\n  - { date: 2026-08-31,");
    let calendar = quytrinh::service::library::read_calendar(&text).unwrap();
    let publication = quytrinh::service::publish::Publication::calendar("hanoi.yaml", &text, calendar);
    assert_eq!(engine.publish(Actor::System, vec![publication]).await.unwrap(), 1);

    // Wednesday 10:00 local: the first step is handed over after 1.5 working days less lunch, Tuesday counted.
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
    // Monday 8:30-17:30 is 450 minutes, Tuesday 480, Wednesday 8:00-10:00 is 120.
    let held: i64 = rows.iter().filter_map(|row| row.minutes).sum();
    assert_eq!(held, 450 + 480 + 120, "by the calendar in force when the case was opened");
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
    assert_eq!(shelf.calendar_of_case(&procedure, after.opened_at).unwrap().version(), 1);
    assert_eq!(shelf.calendar_of_case(&procedure, by_new.opened_at).unwrap().version(), 2);
    let inspector = shelf.directory.file().rights.inspectors[0].person.clone();
    let shown = engine.query().holdings(&case, &inspector).await.unwrap();
    assert_eq!(shown.iter().filter(|h| !h.open).map(|h| h.minutes).sum::<i64>(), held);
    engine.close().await;
}
