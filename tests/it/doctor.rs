//! Rows are what the journal makes of them, at every instant of a city's life; where they are not, `quytrinh doctor`
//! says so and makes them again.

use std::sync::Arc;

use quytrinh::ids::Ts;
use quytrinh::service::clock::SetClock;
use quytrinh::service::doctor::{Code, Examined, examine};
use quytrinh::service::{history, purge, sweep};
use quytrinh::store::contract::{Remembered, Session, Write};

use crate::histories::city;
use crate::support::bed::Bed;

const BEGIN: &str = "2026-03-02T01:00:00Z";

fn codes(examined: &Examined) -> Vec<Code> {
    let mut codes: Vec<Code> = examined.findings.iter().map(|finding| finding.code).collect();
    codes.sort();
    codes.dedup();
    codes
}

async fn every_declared_timer_has_a_live_row(bed: Bed) {
    let mut at: Ts = BEGIN.parse().unwrap();
    let clock = Arc::new(SetClock::new(at));
    let engine = city(bed.store.clone(), clock.clone(), at).await;
    let mut most = 0;
    // Looked at after each stretch of uneven length; cases are opened in each, and live on in those after it.
    for minutes in [2_000, 611, 4_321, 977, 12_345] {
        at = at.plus_minutes(minutes);
        history::live(&engine, &clock, at, 12).await.unwrap();
        let examined = examine(bed.store.as_ref(), false).await.unwrap();
        assert_eq!(examined.findings, [], "at {at}");
        assert_eq!(examined.cases, bed.store.counts().await.unwrap().cases);
        most = most.max(examined.timers);
    }
    assert!(most > 50, "timers were there to be looked at: {most}");

    // Damage of each kind, past the store.
    let (head, before) = (bed.store.head().await.unwrap(), bed.store.counts().await.unwrap());
    let done = [
        bed.tamper("DELETE FROM timers WHERE case_id = (SELECT min(case_id) FROM timers)").await.unwrap(),
        bed.tamper("INSERT INTO timers (due_at, case_id, key) SELECT 0, max(case_id), 'case/deadline' FROM cases")
            .await
            .unwrap(),
        bed.tamper("UPDATE cases SET title = 'khác' WHERE case_id = (SELECT min(case_id) FROM cases)").await.unwrap(),
        bed.tamper("UPDATE holdings SET holder = 'ai-do' WHERE case_id = (SELECT min(case_id) FROM cases) AND n = 0")
            .await
            .unwrap(),
    ];
    assert!(done.iter().all(|rows| *rows > 0), "{done:?}");
    assert_eq!(sweep::run_once(&engine).await.unwrap(), 0, "the row that no case answers for fires nothing");
    let hurt = examine(bed.store.as_ref(), false).await.unwrap();
    assert_eq!(codes(&hurt), [Code::D04, Code::D05, Code::D06, Code::D07], "{:?}", hurt.findings);
    assert!(hurt.findings.iter().all(|finding| !finding.repaired && finding.case.is_some()));

    let mended = examine(bed.store.as_ref(), true).await.unwrap();
    assert_eq!(codes(&mended), codes(&hurt));
    assert!(mended.findings.iter().all(|finding| finding.repaired), "{:?}", mended.findings);
    assert_eq!(examine(bed.store.as_ref(), false).await.unwrap().findings, []);
    assert_eq!(bed.store.head().await.unwrap(), head, "the journal is not touched");
    assert_eq!(bed.store.counts().await.unwrap(), before);
    engine.close().await;
}

/// One damaged case keeps no other's timers from firing, though they are fired in one commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_case_keeps_no_other_from_its_timers() {
    let bed = Bed::sqlite().await;
    let mut at: Ts = BEGIN.parse().unwrap();
    let clock = Arc::new(SetClock::new(at));
    let engine = city(bed.store.clone(), clock.clone(), at).await;
    at = at.plus_minutes(2_000);
    history::live(&engine, &clock, at, 12).await.unwrap();
    at = at.plus_minutes(10_000);
    let due = bed.store.timers(None, at, 1_000).await.unwrap();
    let damaged = due[0].case.clone();
    assert!(due.iter().any(|timer| timer.case != damaged));
    bed.tamper("DROP TRIGGER entries_never_go").await.unwrap();
    let sql = format!("DELETE FROM entries WHERE case_seq = 0 AND case_id = '{damaged}'");
    assert_eq!(bed.tamper(Box::leak(sql.into_boxed_str())).await.unwrap(), 1);

    // A new engine: it has read nothing yet.
    let engine = city(bed.store.clone(), clock.clone(), at).await;
    clock.set(at);
    for _ in 0..3 {
        sweep::run_once(&engine).await.unwrap();
    }
    assert_eq!(engine.query().health().await.damaged_cases, std::slice::from_ref(&damaged), "the damage is told");
    let left = bed.store.timers(None, at, 1_000).await.unwrap();
    assert!(!left.is_empty() && left.iter().all(|timer| timer.case == damaged), "{left:?}");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_declared_timer_has_a_live_row_on_sqlite() {
    every_declared_timer_has_a_live_row(Bed::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_declared_timer_has_a_live_row_on_postgres() {
    every_declared_timer_has_a_live_row(Bed::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_prints_what_it_finds_and_says_so_by_its_exit_code() {
    let bed = Bed::sqlite().await;
    let at: Ts = BEGIN.parse().unwrap();
    let engine = city(bed.store.clone(), Arc::new(SetClock::new(at)), at).await;
    let case = crate::downtime::open_permit(&engine).await;
    engine.close().await;
    let doctor = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_quytrinh"));
        let output = command.args(["--lang", "en", "doctor", "--database", &bed.url]).args(more).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(doctor(&[]), (Some(0), String::new()));
    assert!(bed.tamper("DELETE FROM timers").await.unwrap() > 1);
    let (code, text) = doctor(&[]);
    assert_eq!(code, Some(1));
    assert!(text.starts_with(&format!("D06 {case}: a timer of the case has no row")), "{text}");
    let (code, text) = doctor(&["--repair"]);
    assert!(code == Some(0) && text.lines().all(|line| line.ends_with("[repaired]")), "{text}");
    assert_eq!(doctor(&["--format", "json"]).0, Some(0));
}

/// Answers are remembered for a week and sessions as long as they are good; then they go, and nothing else does.
async fn what_is_over_goes(bed: Bed) {
    let now: Ts = BEGIN.parse().unwrap();
    let clock = Arc::new(SetClock::new(now));
    let engine = city(bed.store.clone(), clock.clone(), now).await;
    let answer = |key: &str, at| Remembered {
        actor: "lan".into(),
        key: key.into(),
        fingerprint: "f".into(),
        answer: "{}".into(),
        at,
    };
    for (key, at) in [("old", now.plus_minutes(-7 * 1_440 - 1)), ("young", now.plus_minutes(-7 * 1_440 + 1))] {
        let mut batch = bed.store.begin().await.unwrap();
        batch.append(Write { remember: Some(answer(key, at)), ..Write::default() }).await.unwrap();
        batch.commit().await.unwrap();
    }
    let session = |n: u8, created: i64, seen: i64| Session {
        token_hash: [n; 32],
        person: "lan".into(),
        csrf: "c".into(),
        lang: "vi".into(),
        created_at: now.plus_minutes(-created),
        seen_at: now.plus_minutes(-seen),
    };
    // Good, idle too long, and too old though in use.
    for session in [session(1, 60, 29), session(2, 60, 31), session(3, 721, 1)] {
        bed.store.put_session(&session).await.unwrap();
    }
    assert_eq!(purge::run_once(&engine).await.unwrap(), purge::Purged { answers: 1, sessions: 2 });
    assert!(bed.store.recall("lan", "old").await.unwrap().is_none());
    assert_eq!(
        bed.store.recall("lan", "young").await.unwrap(),
        Some(answer("young", now.plus_minutes(-7 * 1_440 + 1)))
    );
    assert!(bed.store.session(&[1; 32]).await.unwrap().is_some());
    assert!(
        bed.store.session(&[2; 32]).await.unwrap().is_none() && bed.store.session(&[3; 32]).await.unwrap().is_none()
    );
    assert_eq!(purge::run_once(&engine).await.unwrap(), purge::Purged::default());
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_goes_on_sqlite() {
    what_is_over_goes(Bed::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_goes_on_postgres() {
    what_is_over_goes(Bed::postgres().await).await;
}
