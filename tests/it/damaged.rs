//! One case whose record cannot be read keeps nobody else from anything: its timers are passed over, it is named, health
//! stays green, and what else reads all open cases goes on and names it too.

use std::sync::Arc;

use quytrinh::ids::Ts;
use quytrinh::machine::command::Actor;
use quytrinh::service::calendar_change::{self, Given};
use quytrinh::service::calendar_moves;
use quytrinh::service::clock::SetClock;
use quytrinh::service::engine::Engine;
use quytrinh::service::library::read_calendar;
use quytrinh::service::plan::plan;
use quytrinh::service::sweep;

use crate::downtime::open_permit;
use crate::histories::city;
use crate::support::bed::Bed;

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_case_is_named_and_everything_else_goes_on() {
    let bed = Bed::sqlite().await;
    let opened: Ts = "2026-08-03T01:30:00Z".parse().unwrap();
    let clock = Arc::new(SetClock::new(opened));
    let engine = city(bed.store.clone(), clock.clone(), opened).await;
    let (bad, good) = (open_permit(&engine).await, open_permit(&engine).await);
    assert!(bad < good);
    bed.tamper("DROP TRIGGER entries_never_change").await.unwrap();
    let first = "UPDATE entries SET payload = X'7b7d' WHERE case_id = (SELECT min(case_id) FROM entries)";
    assert!(bed.tamper(first).await.unwrap() > 0);

    // Another engine, which has nothing of it in mind. The first step's limit has passed for both.
    let engine = Engine::start(bed.store.clone(), clock.clone()).await.unwrap();
    clock.set("2026-08-04T02:00:00Z".parse().unwrap());
    assert!(sweep::run_once(&engine).await.unwrap() >= 1, "the other case's timers fire");
    engine.note_sweep();
    let health = engine.query().health().await;
    assert_eq!(health.damaged_cases, std::slice::from_ref(&bad));
    assert!(health.ready, "{:?}", health.problems);
    assert_eq!(sweep::run_once(&engine).await.unwrap(), 0, "and once only");

    // What goes through all open cases names it and goes on.
    let shelf = engine.library();
    let calendar = shelf.calendars.get(&"hanoi".into()).unwrap().as_ref().clone();
    assert_eq!(calendar_moves::preview(&engine, &calendar).await.unwrap().unreadable, std::slice::from_ref(&bad));
    let text = std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap();
    let given = Given { name: "hanoi.yaml".to_owned(), calendar: read_calendar(&text).unwrap(), text };
    let go_on = |_, _| std::ops::ControlFlow::Continue(());
    let applied = calendar_change::apply(&engine, Actor::Person("quan-tri".into()), given, go_on).await.unwrap();
    assert_eq!((applied.unreadable, applied.failed), (vec![bad.clone()], 0));
    let permit = shelf.current(&"cap-phep-xay-dung".into()).unwrap();
    let met = plan(engine.store().as_ref(), |case| shelf.procedure(&case.digest), &permit).await.unwrap();
    assert_eq!(met.unreadable, [bad]);
    engine.close().await;
}
