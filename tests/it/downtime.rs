//! A limit passes while nobody runs the engine: on return the breach and its notices carry the instant of the deadline,
//! and come once.

use std::collections::BTreeMap;
use std::sync::Arc;

use quytrinh::definition::value::{Number, Value};
use quytrinh::ids::{CaseId, Ts};
use quytrinh::journal::entry::Record;
use quytrinh::machine::command::{Actor, Command, Open};
use quytrinh::machine::event::Event;
use quytrinh::service::ask::{Ask, Target};
use quytrinh::service::clock::SetClock;
use quytrinh::service::engine::Engine;
use quytrinh::service::sweep;

use crate::histories::city;
use crate::support::bed::Bed;

async fn open_permit(engine: &Engine) -> CaseId {
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
    assert!(engine.query().health().await.next_timer.is_some(), "the case's own clock still runs");
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
