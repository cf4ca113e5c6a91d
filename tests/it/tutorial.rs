//! The tutorial's script is run as a reader would run it, against a real server; only its clock is moved when the script
//! asks for time to pass, and what it leaves in the journal is looked at.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use quytrinh::calendar::calendar::Rule;
use quytrinh::calendar::working_time::WorkingTime;
use quytrinh::config::{Given, Settings};
use quytrinh::http::server;
use quytrinh::ids::{PersonId, Ts, UnitId};
use quytrinh::journal::entry::Record;
use quytrinh::ledger::holding::custody;
use quytrinh::machine::command::Actor;
use quytrinh::machine::event::Event;
use quytrinh::service::accounts::Scope;
use quytrinh::service::clock::{Clock, SetClock};
use quytrinh::service::engine::Engine;
use quytrinh::service::sweep;
use tokio::net::TcpListener;

use crate::histories::city;
use crate::support::bed::{Bed, folder};

/// Everybody who may come to hold the permit.
const PEOPLE: [&str; 13] = [
    "oanh-mc", "lan-mc", "hung-mc", "minh-cp", "hoa-cp", "long-cp", "tuan-cp", "nga-cp", "dung-sxd", "binh-sxd",
    "hiep-tn", "khanh-pc", "vu-qh",
];

/// The script's way of letting time pass: it puts down how much and waits until the paper is taken away.
const WAIT: &str = r#"
printf '%s\n' "$1" > "$WISH.new" && mv "$WISH.new" "$WISH"
for _ in $(seq 1200); do [ -e "$WISH" ] || exit 0; sleep 0.05; done
echo "nobody moved the clock" >&2
exit 1
"#;

/// Moves the clock on by what a wish says, counted by the hour rule, and fires what has fallen due.
async fn grant(engine: &Engine, clock: &SetClock, wish: &str) {
    let length = WorkingTime::parse(wish.trim()).unwrap_or_else(|fault| panic!("{wish}: {}", fault.en()));
    let shelf = engine.library();
    let permit = shelf.current(&"cap-phep-xay-dung".into()).unwrap();
    let calendar = shelf.calendar_of(&permit).unwrap();
    clock.set(calendar.add(clock.now(), &length, Rule::Hour));
    sweep::run_once(engine).await.unwrap();
}

/// Runs the script to its end, moving the clock whenever it asks.
async fn run(engine: &Engine, clock: &SetClock, address: &str, room: &Path) -> Output {
    let (wish, wait) = (room.join("wish"), room.join("wait.sh"));
    std::fs::write(&wait, WAIT).unwrap();
    let mut script = Command::new("bash");
    script
        .arg("docs/tutorial/permit.sh")
        .env("QUYTRINH_URL", format!("http://{address}"))
        .env("QUYTRINH_WAIT", format!("bash {}", wait.display()))
        .env("WISH", &wish)
        .stdin(Stdio::null());
    for person in PEOPLE {
        let id = PersonId::from(person);
        let issued = engine.accounts().issue_token(&id, "tutorial", &[Scope::Read, Scope::Act]).await.unwrap();
        let name = format!("QUYTRINH_TOKEN_{}", person.replace('-', "_"));
        script.env(name, issued.secret);
    }
    let mut running = tokio::task::spawn_blocking(move || script.output().unwrap());
    loop {
        tokio::select! {
            output = &mut running => return output.unwrap(),
            () = tokio::time::sleep(Duration::from_millis(10)) => {}
        }
        if let Ok(text) = std::fs::read_to_string(&wish) {
            grant(engine, clock, &text).await;
            std::fs::remove_file(&wish).unwrap();
        }
    }
}

async fn events_of_the_only_case(engine: &Engine) -> Vec<(Actor, Event)> {
    let entries = engine.store().entries(0, 5_000).await.unwrap();
    let case = entries.iter().find_map(|sealed| sealed.entry.case.clone()).unwrap();
    let entries: Vec<_> =
        engine.store().entries_of(&case).await.unwrap().into_iter().map(|sealed| sealed.entry).collect();
    let shelf = engine.library();
    let course = shelf.course_of(&shelf.current(&"cap-phep-xay-dung".into()).unwrap()).unwrap();
    custody(&entries, &course).conservation().unwrap();
    let event = |record| if let Record::Case(event) = record { Some(event) } else { None };
    entries.into_iter().filter_map(|entry| Some((entry.actor, event(entry.record)?))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_permit_of_the_tutorial_goes_from_receipt_to_result() {
    let bed = Bed::sqlite().await;
    // Monday, 8:30 local.
    let start: Ts = "2026-08-03T01:30:00Z".parse().unwrap();
    let clock = Arc::new(SetClock::new(start));
    let engine = city(bed.store.clone(), clock.clone(), start).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let settings = Settings::resolve(None, &[], Given::default()).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn({
        let engine = engine.clone();
        async move { server::serve(engine, &settings, listener, async move { drop(stopped.await) }).await }
    });

    let room: PathBuf = folder();
    let output = run(&engine, &clock, &address, &room).await;
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{out}\n{err}", output.status);
    let events = events_of_the_only_case(&engine).await;
    let all = events.iter().map(|(_, event)| event);
    let silent: Vec<_> =
        all.clone().filter_map(|e| if let Event::Silent { unit, .. } = e { unit.as_ref() } else { None }).collect();
    assert_eq!(silent, [&UnitId::from("so-quy-hoach")], "one body was silent\n{out}");
    assert_eq!(all.clone().filter(|e| matches!(e, Event::ClockStopped { .. })).count(), 1);
    let given_back: Vec<i64> = all
        .clone()
        .filter_map(|e| if let Event::ClockResumed { stopped_minutes, .. } = e { Some(*stopped_minutes) } else { None })
        .collect();
    assert_eq!(given_back, [3 * 480], "three working days are given back");
    let taken = |verb: &str| {
        let by = events.iter().filter_map(|(actor, event)| match event {
            Event::Taken(taken) if taken.verb == verb.into() => Some(actor.clone()),
            _ => None,
        });
        by.collect::<Vec<_>>()
    };
    assert_eq!(taken("return"), [Actor::Person("tuan-cp".into())]);
    assert_eq!(taken("sign"), [Actor::Person("dung-sxd".into())], "the director");
    assert!(matches!(events.last(), Some((_, Event::Ended { .. }))));

    drop(stop);
    serving.await.unwrap();
    std::fs::remove_dir_all(room).unwrap();
}
