//! A made-up city at work, lived through on both stores: the same journal byte for byte, holdings that tile, minutes
//! that are conserved, and rows that a replay makes again.
//!
//! `QUYTRINH_HISTORIES` says how many cases are lived through (120 where it is not set).

use std::path::PathBuf;
use std::sync::Arc;

use quytrinh::definition::load;
use quytrinh::definition::source::Source;
use quytrinh::ids::{CaseId, Ts};
use quytrinh::journal::entry::{Record, Sealed};
use quytrinh::journal::verify::Verifier;
use quytrinh::ledger::holding::custody;
use quytrinh::machine::case::Case;
use quytrinh::machine::command::Actor;
use quytrinh::machine::evolve::evolve;
use quytrinh::machine::invariants::invariants;
use quytrinh::projection::project::Book;
use quytrinh::projection::rows::{Change, HoldingRow};
use quytrinh::service::clock::SetClock;
use quytrinh::service::engine::Engine;
use quytrinh::service::history;
use quytrinh::service::library::Shelf;
use quytrinh::service::tree::{Checked, Meant, check_tree};
use quytrinh::store::contract::Store;

use crate::support::bed::Bed;

fn cases() -> u32 {
    std::env::var("QUYTRINH_HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(120)
}

/// An engine over the whole library of procedures, on a clock that stands at `at`.
pub async fn city(store: Arc<dyn Store>, clock: Arc<SetClock>, at: Ts) -> Engine {
    let engine = Engine::start(store, clock).await.unwrap();
    let mut tree = check_tree(&[PathBuf::from("workflows")], at).unwrap();
    assert_eq!(tree.refused().count(), 0);
    tree.files.iter_mut().for_each(in_force_always);
    engine.publish(Actor::System, tree.publications()).await.unwrap();
    engine
}

/// The tests live in months before some procedures came into force.
fn in_force_always(file: &mut Checked) {
    let Some(Meant::Procedure(_)) = file.meant else { return };
    let text: Vec<&str> = file.source.text().lines().filter(|line| !line.starts_with("effective:")).collect();
    file.source = Arc::new(Source::new(file.source.name(), text.join("\n") + "\n"));
    file.meant = Some(Meant::Procedure(Box::new(load(&file.source).unwrap().0)));
}

async fn whole_journal(store: &dyn Store) -> Vec<Sealed> {
    let mut all: Vec<Sealed> = Vec::new();
    loop {
        let some = store.entries(all.len() as u64, 5_000).await.unwrap();
        if some.is_empty() {
            return all;
        }
        all.extend(some);
    }
}

/// Every holding a replay of the entries makes, and the case at its end.
fn replayed(id: &CaseId, entries: &[Sealed], shelf: &Shelf) -> (Case, Vec<HoldingRow>) {
    let mut case: Option<Case> = None;
    let mut book = Book::default();
    let mut rows: std::collections::BTreeMap<u32, HoldingRow> = Default::default();
    for sealed in entries {
        let Record::Case(event) = &sealed.entry.record else { continue };
        let after = evolve(case.clone(), id, event, sealed.entry.occurred_at).unwrap();
        let procedure = shelf.procedure(&after.digest).unwrap();
        let course = shelf.course_of(&procedure).unwrap();
        for change in book.project(case.as_ref(), &sealed.entry, &after, &course) {
            if let Change::PutHolding(row) = change {
                rows.insert(row.n, row);
            }
        }
        case = Some(after);
    }
    let case = case.unwrap();
    invariants(&case).unwrap_or_else(|broken| panic!("{id}: {broken}"));
    (case, rows.into_values().collect())
}

async fn holds_its_promises(engine: &Engine, journal: &[Sealed]) {
    let mut verifier = Verifier::new(&[engine.store().head().await.unwrap()]);
    journal.iter().for_each(|sealed| verifier.row(&sealed.into()));
    assert!(verifier.finish().is_whole());
    let shelf = engine.library();
    let mut by_case: std::collections::BTreeMap<CaseId, Vec<Sealed>> = Default::default();
    for sealed in journal {
        if let Some(case) = &sealed.entry.case {
            by_case.entry(case.clone()).or_default().push(sealed.clone());
        }
    }
    for (id, entries) in &by_case {
        let (case, rows) = replayed(id, entries, &shelf);
        assert_eq!(rows, engine.store().holdings_of(id).await.unwrap(), "{id}: rows are not what a replay makes");
        let procedure = shelf.procedure(&case.digest).unwrap();
        let course = shelf.course_of(&procedure).unwrap();
        let plain: Vec<_> = entries.iter().map(|sealed| sealed.entry.clone()).collect();
        let custody = custody(&plain, &course);
        custody.conservation().unwrap_or_else(|broken| panic!("{id}: {broken}"));
        assert_eq!(custody.holdings.len(), rows.len(), "{id}: the ledger and the rows count differently");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_months_lived_on_both_stores_leave_the_same_journal() {
    let begin: Ts = "2026-03-02T01:00:00Z".parse().unwrap();
    // About ten cases a week, as in a small department.
    let until = begin.plus_minutes(i64::from(cases().max(60)) * 24 * 60 * 3 / 4);
    let mut journals = Vec::new();
    for bed in [Bed::sqlite().await, Bed::postgres().await] {
        let clock = Arc::new(SetClock::new(begin));
        let engine = city(bed.store.clone(), clock.clone(), begin).await;
        let lived = history::live(&engine, &clock, until, cases()).await.unwrap();
        assert_eq!(lived.opened, cases());
        assert!(lived.ended > cases() / 2, "{lived:?}");
        let journal = whole_journal(bed.store.as_ref()).await;
        holds_its_promises(&engine, &journal).await;
        journals.push(journal);
        engine.close().await;
    }
    let [sqlite, postgres] = &journals[..] else { unreachable!("two stores") };
    assert_eq!(sqlite.len(), postgres.len());
    for (a, b) in sqlite.iter().zip(postgres) {
        assert_eq!(a, b, "entry {} differs", a.entry.seq);
    }
}
