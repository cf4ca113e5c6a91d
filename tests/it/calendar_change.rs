//! A swap of working days announced while cases run: what it moves is listed before it is done, done once whatever
//! interrupts it, and touches neither what is over nor what the citizen was told.
//!
//! `QUYTRINH_OPEN_CASES` says over how many open cases (60 where it is not set); the figures are printed.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use quytrinh::ids::{BranchId, CaseId, Ts};
use quytrinh::journal::entry::{Record, Sealed};
use quytrinh::ledger::holding::custody;
use quytrinh::machine::case::Case;
use quytrinh::machine::command::{Actor, Command, Take};
use quytrinh::machine::event::{Event, Scope};
use quytrinh::machine::evolve::evolve;
use quytrinh::machine::invariants::invariants;
use quytrinh::service::ask::{Ask, Denied, Target};
use quytrinh::service::calendar_change::{Given, apply};
use quytrinh::service::calendar_moves::preview;
use quytrinh::service::clock::SetClock;
use quytrinh::service::engine::Engine;
use quytrinh::store::contract::Store;
use tokio::task::JoinSet;

use crate::downtime::open_permit;
use crate::histories::city;
use crate::support::bed::Bed;
use crate::support::hanoi;

fn open_cases() -> usize {
    std::env::var("QUYTRINH_OPEN_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

/// Version 2: Monday 24 August 2026 is off and Saturday 29 August worked, announced on Friday the 7th, 17 days ahead.
fn swap() -> Given {
    let text = hanoi::changed(1, &["2026-08-24"], &["2026-08-29"]);
    Given { name: "hanoi.yaml".into(), calendar: hanoi::calendar(&text), text }
}

fn act(engine: &Engine, case: &CaseId, command: Command) -> Ask {
    let shelf = engine.library();
    let clerk = shelf.directory.members(&"bo-phan-mot-cua".into(), &"can-bo-mot-cua".into(), engine.clock().now());
    let actor = match &command {
        Command::ChangeCalendar { .. } => Actor::System,
        _ => Actor::Person(clerk[0].clone()),
    };
    Ask { actor, target: Target::Case(case.clone()), command, if_match: None, key: None, dry_run: false }
}

/// Opens so many permits over a week of working mornings; every third is handed on, every tenth is withdrawn.
async fn settle(engine: &Engine, clock: &SetClock, count: usize) -> Vec<CaseId> {
    let begin: Ts = "2026-08-03T01:30:00Z".parse().unwrap();
    let mut closed = Vec::new();
    for day in 0..5 {
        clock.set(begin.plus_minutes(day * 24 * 60));
        let mut left = count / 5;
        while left > 0 {
            let some = left.min(500);
            left -= some;
            let mut opening = JoinSet::new();
            for n in 0..some {
                let engine = engine.clone();
                opening.spawn(async move {
                    let case = open_permit(&engine).await;
                    let acts = match n % 30 {
                        0 | 10 | 20 => vec![Command::Take(Take::plain(BranchId::MAIN, "withdraw"))],
                        n if n % 3 == 1 => vec![
                            Command::Claim { branch: BranchId::MAIN },
                            Command::Take(Take::plain(BranchId::MAIN, "accept")),
                        ],
                        _ => Vec::new(),
                    };
                    let ends = acts.len() == 1;
                    for command in acts {
                        engine.handle(act(&engine, &case, command)).await.unwrap();
                    }
                    ends.then_some(case)
                });
            }
            while let Some(done) = opening.join_next().await {
                closed.extend(done.unwrap());
            }
        }
    }
    closed
}

fn replay(id: &CaseId, entries: &[Sealed]) -> Case {
    let mut case = None;
    for sealed in entries {
        if let Record::Case(event) = &sealed.entry.record {
            case = Some(evolve(case, id, event, sealed.entry.occurred_at).unwrap());
        }
    }
    case.unwrap()
}

async fn all_entries(store: &dyn Store) -> BTreeMap<CaseId, Vec<Sealed>> {
    let mut all: BTreeMap<CaseId, Vec<Sealed>> = BTreeMap::new();
    let mut from = 0;
    loop {
        let some = store.entries(from, 5_000).await.unwrap();
        if some.is_empty() {
            return all;
        }
        from += some.len() as u64;
        for sealed in some {
            if let Some(case) = sealed.entry.case.clone() {
                all.entry(case).or_default().push(sealed);
            }
        }
    }
}

async fn a_swap_is_announced(bed: Bed) {
    let kind = bed.store.kind();
    let clock = Arc::new(SetClock::new("2026-08-03T01:00:00Z".parse().unwrap()));
    let engine = city(bed.store.clone(), clock.clone(), "2026-08-03T01:00:00Z".parse().unwrap()).await;
    let closed = settle(&engine, &clock, open_cases()).await;
    clock.set("2026-08-07T07:00:00Z".parse().unwrap());
    quytrinh::service::sweep::run_once(&engine).await.unwrap();
    let before = all_entries(bed.store.as_ref()).await;
    assert!(!closed.is_empty());

    let (head, began) = (bed.store.head().await.unwrap(), Instant::now());
    let moves = preview(&engine, &swap().calendar).await.unwrap();
    println!("{kind}: {} open cases looked at in {:.2} s", moves.open_cases, began.elapsed().as_secs_f32());
    assert_eq!(bed.store.head().await.unwrap(), head, "looking writes nothing");
    assert_eq!(moves.open_cases as usize, before.len() - closed.len());
    assert!(moves.unreadable.is_empty());
    // Sixteen working days from the first week of August end on 25 August or later: every case moves.
    assert_eq!(moves.cases.len(), before.len() - closed.len());
    assert!(moves.passing_promise > 0 && moves.moves.iter().any(|one| one.old_deadline < one.new_deadline));

    // Interrupted: the version is in force and some cases are done, then the server is gone.
    let stopped = apply(&engine, Actor::System, swap(), |_, _| ControlFlow::Break(())).await.unwrap();
    let left = moves.cases.len() as u64;
    assert_eq!((stopped.published, stopped.changed, stopped.left), (true, 0, left), "stopped before the first case");
    let done = &moves.cases[..moves.cases.len() / 3];
    for case in done {
        engine.handle(act(&engine, case, Command::ChangeCalendar { calendar: "hanoi".into() })).await.unwrap();
    }
    engine.close().await;
    let engine = Engine::start(bed.another().await.unwrap(), clock.clone()).await.unwrap();
    let began = Instant::now();
    let applied = apply(&engine, Actor::System, swap(), |_, _| ControlFlow::Continue(())).await.unwrap();
    let a_second = applied.changed as f32 / began.elapsed().as_secs_f32();
    println!("{kind}: {} cases applied, {a_second:.0} a second with the look before it", applied.changed);
    assert_eq!((applied.published, applied.failed, applied.passed_over, applied.left), (false, 0, 0, 0));
    assert_eq!(applied.changed as usize, moves.cases.len() - done.len());
    let again = apply(&engine, Actor::System, swap(), |_, _| ControlFlow::Continue(())).await.unwrap();
    assert_eq!((again.changed, again.failed), (0, 0), "nothing is done twice");

    let after = all_entries(engine.store().as_ref()).await;
    for case in &closed {
        assert_eq!(before[case], after[case], "{case} is over and was touched");
    }
    let shelf = engine.library();
    let course = shelf.course(&"hanoi".into()).unwrap();
    let mut listed =
        moves.moves.iter().map(|one| ((one.case.clone(), one.clock.clone()), one)).collect::<BTreeMap<_, _>>();
    for case in &moves.cases {
        let (was, is) = (replay(case, &before[case]), replay(case, &after[case]));
        invariants(&is).unwrap();
        assert_eq!((was.promise, was.apology_at), (is.promise, is.apology_at), "{case}: what was told stays");
        let events: Vec<&Event> = after[case][before[case].len()..]
            .iter()
            .filter_map(|sealed| if let Record::Case(event) = &sealed.entry.record { Some(event) } else { None })
            .collect();
        let [Event::CalendarChanged { clocks, .. }] = events[..] else { panic!("{case}: {events:?}") };
        for changed in clocks.iter().filter(|changed| changed.old_deadline != changed.clock.deadline) {
            let one = listed.remove(&(case.clone(), changed.scope.to_string())).unwrap();
            assert_eq!((one.old_deadline, one.new_deadline), (changed.old_deadline, changed.clock.deadline));
            if changed.scope == Scope::Case {
                // Fresh from the instant it began: the clock never stood.
                let fresh = quytrinh::calendar::calendar::Rule::Day { cut_off: Some((15, 0)) };
                let length = quytrinh::calendar::working_time::WorkingTime::parse(&changed.clock.limit).unwrap();
                assert_eq!(changed.clock.deadline, course.current().add(changed.clock.started, &length, fresh));
            }
        }
        let row = engine.store().case(case).await.unwrap().unwrap();
        assert_eq!(row.deadline, is.clock.as_ref().map(|running| running.clock.deadline));
        let entries: Vec<_> = after[case].iter().map(|sealed| sealed.entry.clone()).collect();
        let held = custody(&entries, &course);
        held.conservation().unwrap();
        let rows = engine.store().holdings_of(case).await.unwrap();
        assert!(held.holdings.iter().zip(&rows).all(|(holding, row)| holding.deadline == row.deadline), "{case}");
    }
    assert!(listed.is_empty(), "{listed:?} was listed and did not move");
    let staff = Ask {
        actor: Actor::Person("nobody".into()),
        ..act(&engine, &closed[0], Command::Comment { text: String::new() })
    };
    let ask = Ask { command: Command::ChangeCalendar { calendar: "hanoi".into() }, ..staff };
    let Err(Denied::Refused(refusal)) = engine.handle(ask).await else { panic!("a closed case was changed") };
    assert_eq!(refusal.code.word(), "case_ended");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_is_announced_on_sqlite() {
    a_swap_is_announced(Bed::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_is_announced_on_postgres() {
    a_swap_is_announced(Bed::postgres().await).await;
}
