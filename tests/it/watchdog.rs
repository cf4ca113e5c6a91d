//! A sweeper that stands still turns health red within a minute, whatever stopped it, and the timer that waits longest is
//! named; when it is back, each due timer fires once, at its own instant.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use quytrinh::config::{Given, Settings};
use quytrinh::http::server;
use quytrinh::ids::{CaseId, Ts};
use quytrinh::journal::entry::Record;
use quytrinh::machine::event::Event;
use quytrinh::service::clock::{Clock, SetClock, SystemClock};
use quytrinh::service::engine::Engine;
use quytrinh::service::sweep;
use quytrinh::store::contract::Store;

use crate::downtime::open_permit;
use crate::histories::city;
use crate::support::bed::Bed;

const OPENED: &str = "2026-08-03T01:30:00Z";
/// The first step has half a working day.
const DEADLINE: &str = "2026-08-03T07:00:00Z";

fn at(text: &str, seconds: i64) -> Ts {
    Ts(text.parse::<Ts>().unwrap().0 + seconds * 1_000_000)
}

/// How often each timer fired, by its key and the instant it was due; each at that very instant.
async fn fired(store: &dyn Store, case: &CaseId) -> BTreeMap<(Ts, String), usize> {
    let mut found = BTreeMap::new();
    for sealed in store.entries_of(case).await.unwrap() {
        if let Record::Case(
            Event::Reminded { timer, due, .. }
            | Event::Breached { timer, due, .. }
            | Event::Escalated { timer, due, .. }
            | Event::ApologyDue { timer, due, .. }
            | Event::TimerSpent { timer, due },
        ) = &sealed.entry.record
        {
            assert_eq!(sealed.entry.occurred_at, *due, "{timer} at its own instant");
            *found.entry((*due, timer.to_string())).or_default() += 1;
        }
    }
    found
}

async fn waiting_timers(store: &dyn Store, now: Ts) -> Vec<(Ts, String)> {
    let rows = store.timers(None, now, 1_000).await.unwrap();
    rows.into_iter().map(|row| (row.due_at, row.key)).collect()
}

/// Every timer that waited has fired, once.
async fn each_fired_once(store: &dyn Store, case: &CaseId, waited: &[(Ts, String)]) {
    let fired = fired(store, case).await;
    for timer in waited {
        assert_eq!(fired.get(timer), Some(&1), "{timer:?} among {fired:?}");
    }
    assert!(fired.values().all(|times| *times == 1), "{fired:?}");
}

async fn a_sweeper_that_was_never_there_is_missed(bed: Bed) {
    let clock = Arc::new(SetClock::new(at(OPENED, 0)));
    let engine = city(bed.store.clone(), clock.clone(), at(OPENED, 0)).await;
    let health = engine.query().health().await;
    assert!(!health.ready && health.problems[0].contains("never started"), "{health:?}");

    let case = open_permit(&engine).await;
    engine.note_sweep();
    assert!(engine.query().health().await.ready);
    // Nothing is due, and red all the same.
    clock.set(at(OPENED, 59));
    let health = engine.query().health().await;
    assert!(!health.ready, "{health:?}");
    assert_eq!((health.timers_due, health.sweep_age_seconds), (0, Some(59)));
    assert!(health.problems[0].contains("has not looked for 59 s"), "{health:?}");
    assert!(health.problems[1].contains(&format!("of case {case}")), "the next is named: {health:?}");
    assert!(engine.query().late_timer().await.unwrap().is_none());

    // Past the deadline the first of the reminders waits longest.
    let now = at(DEADLINE, 90);
    clock.set(now);
    let waited = waiting_timers(bed.store.as_ref(), now).await;
    assert!(waited.len() >= 3, "reminders and the breach: {waited:?}");
    let health = engine.query().health().await;
    let named = health.waiting.clone().unwrap();
    assert_eq!((&named.case, (named.due_at, named.timer.clone())), (&case, waited[0].clone()));
    assert_eq!(named.waiting_seconds, (now.0 - named.due_at.0) / 1_000_000);
    assert_eq!(health.timers_due, waited.len() as u64);
    assert!(health.problems[1].contains(&named.timer) && health.problems[1].contains(case.as_str()), "{health:?}");
    assert_eq!(engine.query().late_timer().await.unwrap(), Some(named));

    assert!(sweep::run_once(&engine).await.unwrap() >= waited.len());
    engine.note_sweep();
    each_fired_once(bed.store.as_ref(), &case, &waited).await;
    assert_eq!(sweep::run_once(&engine).await.unwrap(), 0);
    let health = engine.query().health().await;
    assert!(health.ready, "{health:?}");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweeper_that_was_never_there_is_missed_on_sqlite() {
    a_sweeper_that_was_never_there_is_missed(Bed::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweeper_that_was_never_there_is_missed_on_postgres() {
    a_sweeper_that_was_never_there_is_missed(Bed::postgres().await).await;
}

/// Waits in real time until something holds.
async fn until<F: Future<Output = bool>>(patience: Duration, what: &str, mut holds: impl FnMut() -> F) {
    for _ in 0..patience.as_millis() / 50 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: not within {patience:?}");
}

async fn a_sweeper_that_hangs_on_the_store_is_missed(bed: Bed) {
    let clock = Arc::new(SetClock::new(at(OPENED, 0)));
    let engine = city(bed.store.clone(), clock.clone(), at(OPENED, 0)).await;
    let case = open_permit(&engine).await;
    engine.start_sweeper();
    // Somebody has the writer's place and does not give it back.
    let place = bed.store.begin().await.unwrap();
    clock.set(at(DEADLINE, 1));
    let waited = waiting_timers(bed.store.as_ref(), at(DEADLINE, 1)).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    clock.set(at(DEADLINE, 31));
    tokio::time::sleep(Duration::from_millis(700)).await;
    let health = engine.query().health().await;
    assert!(!health.ready && health.problems[0].contains("has not looked"), "{health:?}");
    assert_eq!(health.waiting.unwrap().case, case);

    drop(place);
    until(Duration::from_secs(20), "well again", || async { engine.query().health().await.ready }).await;
    each_fired_once(bed.store.as_ref(), &case, &waited).await;
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweeper_that_hangs_on_the_store_is_missed_on_sqlite() {
    a_sweeper_that_hangs_on_the_store_is_missed(Bed::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweeper_that_hangs_on_the_store_is_missed_on_postgres() {
    a_sweeper_that_hangs_on_the_store_is_missed(Bed::postgres().await).await;
}

/// A clock that panics once when it is told to: whoever asks it next goes down.
struct BadClock {
    clock: SetClock,
    bad: AtomicBool,
}

impl Clock for BadClock {
    fn now(&self) -> Ts {
        assert!(!self.bad.swap(false, Ordering::SeqCst), "the clock is bad");
        self.clock.now()
    }

    fn uptime(&self) -> Duration {
        self.clock.uptime()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweeper_that_panics_is_started_again() {
    let bed = Bed::sqlite().await;
    let bad = Arc::new(BadClock { clock: SetClock::new(at(OPENED, 0)), bad: AtomicBool::new(false) });
    drop(city(bed.store.clone(), Arc::new(SetClock::new(at(OPENED, 0))), at(OPENED, 0)).await);
    let engine = Engine::start(bed.another().await.unwrap(), bad.clone()).await.unwrap();
    let case = open_permit(&engine).await;
    engine.start_sweeper();
    // Only the sweeper asks for the time now.
    bad.bad.store(true, Ordering::SeqCst);
    until(Duration::from_secs(3), "the sweeper asks for the time", || async { !bad.bad.load(Ordering::SeqCst) }).await;

    let waited = waiting_timers(bed.store.as_ref(), at(DEADLINE, 1)).await;
    bad.clock.set(at(DEADLINE, 1));
    let none_due = || async {
        bed.store.timers(None, at(DEADLINE, 1), 1).await.unwrap().is_empty() && engine.query().health().await.ready
    };
    until(Duration::from_secs(10), "it is started again", none_due).await;
    each_fired_once(bed.store.as_ref(), &case, &waited).await;
    engine.close().await;
}

/// The whole of it on the computer's clock, over HTTP.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_server_is_red_within_a_minute_of_its_sweeper_stopping() {
    let bed = Bed::sqlite().await;
    let now = SystemClock.now();
    drop(city(bed.store.clone(), Arc::new(SetClock::new(now)), now).await);
    let engine = Engine::start(bed.another().await.unwrap(), Arc::new(SystemClock)).await.unwrap();
    let case = open_permit(&engine).await;
    let settings = Settings::resolve(None, &[], Given { database: Some(bed.url.clone()), ..Given::default() }).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/health/ready", listener.local_addr().unwrap());
    let stop = engine.start_sweeper();
    let (down, told) = tokio::sync::oneshot::channel::<()>();
    let serving = {
        let engine = engine.clone();
        tokio::spawn(async move { server::serve(engine, &settings, listener, async { drop(told.await) }).await })
    };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let ask = || async {
        let answer = http.get(&address).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<serde_json::Value>().await.unwrap())
    };

    let (status, body) = ask().await;
    assert_eq!((status, body["ready"].as_bool(), body["timers_due"].as_u64()), (200, Some(true), Some(0)), "{body}");
    stop.cancel();
    until(Duration::from_secs(59), "red", || async { ask().await.0 == 503 }).await;
    let (status, body) = ask().await;
    assert_eq!((status, body["code"].as_str()), (503, Some("not_ready")), "{body}");
    assert!(body["problems"][0].as_str().unwrap().contains("the sweeper has not looked for"), "{body}");
    assert_eq!(body["waiting"]["case"].as_str(), Some(case.as_str()), "{body}");
    assert!(body["waiting"]["timer"].is_string() && body["waiting"]["due_at"].is_string(), "{body}");

    engine.start_sweeper();
    assert_eq!(ask().await.0, 200);
    drop(down);
    serving.await.unwrap();
}
