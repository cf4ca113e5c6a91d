//! What a store promises, one function a promise, kept by both engines.

use std::time::Duration;

use quytrinh::ids::{CaseId, Ts, UnitId};
use quytrinh::journal::chain::seal;
use quytrinh::journal::entry::Entry;
use quytrinh::journal::verify::verify;
use quytrinh::machine::event::Mark;
use quytrinh::projection::rows::{CaseRow, Change, EscalationRow, HoldingRow};
use quytrinh::store::contract::*;

use crate::support::bed::Bed;
use crate::support::scribe::{
    MONDAY, Scribe, case_row, ended, escalation_row, holding_row, notice_row, rows_of, timer_row,
};

macro_rules! promises {
    ($($promise:ident,)*) => {
        mod sqlite {
            use crate::support::bed::Bed;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(Bed::sqlite().await).await
            })*
        }
        mod postgres {
            use crate::support::bed::Bed;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(Bed::postgres().await).await
            })*
        }
    };
}

promises! {
    what_is_committed_is_there_after_opening_again,
    a_dropped_batch_leaves_nothing_and_the_next_begins,
    a_batch_sees_its_own_writes,
    what_does_not_continue_the_journal_is_refused,
    what_does_not_continue_the_case_is_refused,
    reading_does_not_wait_for_writing,
    writers_take_turns,
    two_stores_on_one_database_take_turns,
    rows_are_put_replaced_and_dropped,
    a_row_changed_often_in_a_batch_ends_as_the_last_change_left_it,
    a_branch_has_one_holder,
    a_refused_batch_writes_nothing_and_the_next_begins,
    entries_never_change_and_never_go,
    a_large_batch_is_one_batch,
    cases_are_listed_newest_first_in_pages,
    cases_are_filtered,
    open_holdings_are_listed_by_deadline_or_by_length,
    what_may_be_claimed_is_found,
    workload_counts_what_is_held,
    timers_come_in_the_order_of_their_instants,
    notices_come_latest_first,
    escalations_come_by_the_end_of_their_terms,
    answers_are_remembered,
    texts_are_kept,
    accounts_sessions_and_tokens_are_kept,
    a_newer_schema_is_refused,
    odd_names_find_nothing_and_break_nothing,
    a_closed_store_fails_and_does_not_panic,
    a_batch_abandoned_in_the_middle_of_committing_is_whole_or_nothing,
    what_was_tampered_with_is_found,
}

async fn commit(store: &dyn Store, write: Write) -> Result<(), StoreError> {
    let mut batch = store.begin().await?;
    batch.append(write).await?;
    batch.commit().await
}

fn rows(changes: Vec<Change>) -> Write {
    Write { changes, ..Write::default() }
}

async fn what_is_committed_is_there_after_opening_again(mut bed: Bed) {
    let mut scribe = Scribe::default();
    let mut all = Vec::new();
    for (case, text) in [("hs-1", "một"), ("hs-2", "hai"), ("hs-1", "ba")] {
        let write = scribe.write(case, text);
        all.extend(write.entries.clone());
        commit(&*bed.store, write).await.unwrap();
    }
    let registry = scribe.registry();
    all.push(registry.clone());
    commit(&*bed.store, Write { entries: vec![registry], ..Write::default() }).await.unwrap();
    bed.reopen().await;

    assert_eq!(bed.store.head().await.unwrap(), scribe.head);
    assert_eq!(bed.store.entries(0, 100).await.unwrap(), all);
    assert_eq!(bed.store.entries(2, 1).await.unwrap(), all[2..3]);
    assert_eq!(bed.store.entries_of(&"hs-1".into()).await.unwrap(), [all[0].clone(), all[2].clone()]);
    assert_eq!(bed.store.entries_of(&"hs-9".into()).await.unwrap(), []);
    let lines = bed.store.lines(0, 100).await.unwrap();
    let report = verify(&lines, &[scribe.head]);
    assert!(report.is_whole(), "{:?}", report.faults);
    assert_eq!((report.entries, report.cases, report.head), (4, 2, scribe.head));
}

async fn a_dropped_batch_leaves_nothing_and_the_next_begins(bed: Bed) {
    let before = bed.store.head().await.unwrap();
    let mut lost = bed.store.begin().await.unwrap();
    lost.append(Scribe::default().write("hs-1", "mất")).await.unwrap();
    lost.entries_of(&"hs-1".into()).await.unwrap();
    drop(lost);

    let mut scribe = Scribe::default();
    for n in 0..3 {
        let batch = bed.store.begin().await.unwrap();
        assert_eq!(batch.head().next_seq, n);
        drop(batch);
        commit(&*bed.store, scribe.write("hs-2", "còn")).await.unwrap();
    }
    assert_eq!(before, Default::default());
    assert_eq!(bed.store.head().await.unwrap(), scribe.head);
    assert_eq!(bed.store.entries_of(&"hs-1".into()).await.unwrap(), []);
}

async fn a_batch_sees_its_own_writes(bed: Bed) {
    let mut scribe = Scribe::default();
    commit(&*bed.store, scribe.write("hs-1", "trước")).await.unwrap();
    let mut batch = bed.store.begin().await.unwrap();
    batch.prefetch(&["hs-1".into(), "hs-2".into()], &[("dung".to_owned(), "k1".to_owned())]).await.unwrap();
    assert_eq!(batch.case_head(&"hs-2".into()).await.unwrap(), None);
    assert_eq!(batch.recall("dung", "k1").await.unwrap(), None);

    let one = Write { remember: Some(remembered("dung", "k1")), ..scribe.write("hs-1", "trong") };
    batch.append(one).await.unwrap();
    batch.append(scribe.write("hs-2", "trong")).await.unwrap();
    assert_eq!(batch.head(), scribe.head);
    for case in ["hs-1", "hs-2"] {
        let case = CaseId::from(case);
        assert_eq!(batch.case_head(&case).await.unwrap(), scribe.cases.get(&case).copied());
    }
    assert_eq!(batch.entries_of(&"hs-1".into()).await.unwrap().len(), 2);
    assert_eq!(batch.recall("dung", "k1").await.unwrap(), Some(remembered("dung", "k1")));
    assert_eq!(bed.store.entries_of(&"hs-2".into()).await.unwrap(), [], "nobody else sees them yet");
    batch.commit().await.unwrap();
    assert_eq!(bed.store.entries_of(&"hs-1".into()).await.unwrap().len(), 2);

    let mut next = bed.store.begin().await.unwrap();
    assert_eq!(next.head(), scribe.head);
    assert_eq!(next.case_head(&"hs-2".into()).await.unwrap(), scribe.cases.get("hs-2").copied());
    assert_eq!(next.recall("dung", "k1").await.unwrap(), Some(remembered("dung", "k1")));
}

async fn what_does_not_continue_the_journal_is_refused(bed: Bed) {
    let mut scribe = Scribe::default();
    let first = scribe.write("hs-1", "một");
    let skipped = scribe.write("hs-1", "hai");
    let mut batch = bed.store.begin().await.unwrap();
    let error = batch.append(skipped.clone()).await.unwrap_err();
    assert!(matches!(error, StoreError::StaleHead { expected: 1, found: 0 }), "{error}");
    batch.append(first.clone()).await.unwrap();
    let error = batch.append(first).await.unwrap_err();
    assert!(matches!(error, StoreError::StaleHead { expected: 0, found: 1 }), "{error}");
    batch.append(skipped).await.unwrap();
    batch.commit().await.unwrap();
    assert_eq!(bed.store.head().await.unwrap(), scribe.head);
}

async fn what_does_not_continue_the_case_is_refused(bed: Bed) {
    let mut scribe = Scribe::default();
    commit(&*bed.store, scribe.write("hs-1", "một")).await.unwrap();
    // Another who knows the head but not what the case has become.
    let mut blind = Scribe { head: scribe.head, ..Scribe::default() };
    let error = commit(&*bed.store, blind.write("hs-1", "hai")).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::StaleCase { case, expected: 0, found: 1 } if case.as_str() == "hs-1"),
        "{error}"
    );
    let mut ahead = Scribe { head: scribe.head, ..Scribe::default() };
    ahead.cases.insert("hs-2".into(), *scribe.cases.get("hs-1").unwrap());
    let error = commit(&*bed.store, ahead.write("hs-2", "hai")).await.unwrap_err();
    assert!(matches!(error, StoreError::StaleCase { expected: 1, found: 0, .. }), "{error}");
    // One who has never seen the case is refused too.
    let other = bed.another().await.unwrap();
    let mut blind = Scribe { head: scribe.head, ..Scribe::default() };
    assert_eq!(constraint(commit(&*other, blind.write("hs-1", "hai")).await.unwrap_err()), "entries_case_seq_once");
    let mut ahead = Scribe { head: scribe.head, cases: scribe.cases.clone(), ..Scribe::default() };
    let late = ahead.comments("hs-1", &["hai", "ba"]).pop().unwrap();
    let entry = Entry { seq: scribe.head.next_seq, ..late.entry };
    let late = seal(&scribe.head.chain, &[0; 32], entry).unwrap();
    let error = commit(&*other, Write { entries: vec![late], ..Write::default() }).await.unwrap_err();
    assert!(matches!(error, StoreError::StaleCase { expected: 2, found: 1, .. }), "{error}");
    other.close().await;
    commit(&*bed.store, scribe.write("hs-1", "hai")).await.unwrap();
}

async fn reading_does_not_wait_for_writing(bed: Bed) {
    let mut scribe = Scribe::default();
    commit(&*bed.store, Write { changes: rows_of("hs-1", "binh"), ..scribe.write("hs-1", "một") }).await.unwrap();
    let before = scribe.head;
    let mut batch = bed.store.begin().await.unwrap();
    batch
        .append(Write {
            changes: vec![Change::PutCase(CaseRow { title: "khác".to_owned(), ..case_row("hs-1") })],
            ..scribe.write("hs-1", "hai")
        })
        .await
        .unwrap();
    let reading = async {
        assert_eq!(bed.store.head().await.unwrap(), before);
        assert_eq!(bed.store.case(&"hs-1".into()).await.unwrap(), Some(case_row("hs-1")));
        assert_eq!(bed.store.cases(&CaseFilter::default()).await.unwrap().total, 1);
    };
    tokio::time::timeout(Duration::from_secs(3), reading).await.expect("reading waited for the writer");
    batch.commit().await.unwrap();
    assert_eq!(bed.store.case(&"hs-1".into()).await.unwrap().unwrap().title, "khác");
}

async fn writers_take_turns(bed: Bed) {
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = bed.store.clone();
            tokio::spawn(async move { write_in_turn(&*store, &format!("hs-{task}"), 12).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(bed.store.head().await.unwrap().next_seq, 96);
    let report = verify(&bed.store.lines(0, 1_000).await.unwrap(), &[]);
    assert!(report.is_whole() && report.entries == 96 && report.cases == 8, "{:?}", report.faults);
}

async fn two_stores_on_one_database_take_turns(bed: Bed) {
    let other = bed.another().await.unwrap();
    let (one, two) = tokio::join!(write_in_turn(&*bed.store, "hs-1", 20), write_in_turn(&*other, "hs-2", 20));
    let ((), ()) = (one, two);
    let report = verify(&bed.store.lines(0, 1_000).await.unwrap(), &[]);
    assert!(report.is_whole() && report.entries == 40, "{:?}", report.faults);
    other.close().await;
}

/// Appends to one case as a writer who knows nothing but what the batch tells.
async fn write_in_turn(store: &dyn Store, case: &str, times: usize) {
    for _ in 0..times {
        let mut batch = store.begin().await.unwrap();
        let mut scribe = Scribe { head: batch.head(), ..Scribe::default() };
        if let Some(head) = batch.case_head(&case.into()).await.unwrap() {
            scribe.cases.insert(case.into(), head);
        }
        batch.append(scribe.write(case, "lần lượt")).await.unwrap();
        batch.commit().await.unwrap();
    }
}

async fn rows_are_put_replaced_and_dropped(bed: Bed) {
    let store = &*bed.store;
    commit(store, rows(rows_of("hs-1", "binh"))).await.unwrap();
    assert_eq!(store.case(&"hs-1".into()).await.unwrap(), Some(case_row("hs-1")));
    assert_eq!(store.holdings_of(&"hs-1".into()).await.unwrap(), [holding_row("hs-1", 0, "binh")]);

    let over = CaseRow {
        status: "done".to_owned(),
        ended_at: Some(MONDAY.plus_minutes(90)),
        deadline: None,
        promise: Some(MONDAY.plus_minutes(900)),
        stopped_since: None,
        marks: vec![Mark::SecondSupplement],
        revision: 7,
        entries: 9,
        last_at: MONDAY.plus_minutes(90),
        title: "Đổi tên".to_owned(),
        code: None,
        ..case_row("hs-1")
    };
    let held = HoldingRow {
        received_at: Some(MONDAY.plus_minutes(1)),
        breached_at: Some(MONDAY.plus_minutes(30)),
        ..ended(holding_row("hs-1", 0, "binh"))
    };
    let changes = vec![
        Change::PutCase(over.clone()),
        Change::PutHolding(held.clone()),
        Change::DropTimer(timer_row("hs-1", "case/deadline", MONDAY.plus_minutes(600))),
        Change::DropTimer(timer_row("hs-1", "never/was", MONDAY)),
    ];
    commit(store, rows(changes)).await.unwrap();
    assert_eq!(store.case(&"hs-1".into()).await.unwrap(), Some(over));
    assert_eq!(store.holdings_of(&"hs-1".into()).await.unwrap(), [held]);
    assert_eq!(store.next_timer().await.unwrap(), None);
    assert_eq!(store.counts().await.unwrap(), Counts { cases: 1, open_cases: 0, entries: 0, timers: 0 });
}

async fn a_row_changed_often_in_a_batch_ends_as_the_last_change_left_it(bed: Bed) {
    let store = &*bed.store;
    let mut changes = rows_of("hs-1", "binh");
    changes.push(Change::PutHolding(ended(holding_row("hs-1", 0, "binh"))));
    changes.push(Change::PutHolding(holding_row("hs-1", 1, "thao")));
    changes.push(Change::DropTimer(timer_row("hs-1", "case/deadline", MONDAY.plus_minutes(600))));
    changes.push(Change::PutTimer(timer_row("hs-1", "case/deadline", MONDAY.plus_minutes(700))));
    let mut batch = store.begin().await.unwrap();
    batch.append(rows(changes)).await.unwrap();
    let again = vec![
        Change::DropTimer(timer_row("hs-1", "case/deadline", MONDAY.plus_minutes(700))),
        Change::PutTimer(timer_row("hs-1", "case/deadline", MONDAY.plus_minutes(600))),
        Change::PutHolding(ended(holding_row("hs-1", 1, "thao"))),
        Change::PutHolding(holding_row("hs-1", 2, "binh")),
    ];
    batch.append(rows(again)).await.unwrap();
    batch.commit().await.unwrap();
    let held =
        [ended(holding_row("hs-1", 0, "binh")), ended(holding_row("hs-1", 1, "thao")), holding_row("hs-1", 2, "binh")];
    assert_eq!(store.holdings_of(&"hs-1".into()).await.unwrap(), held);
    let due = store.timers(None, Ts(i64::MAX), 10).await.unwrap();
    assert_eq!(due, [timer_row("hs-1", "case/deadline", MONDAY.plus_minutes(600))]);

    // The next batch ends one holding and begins another of the same branch: that order must not matter either.
    let next = vec![
        Change::PutHolding(holding_row("hs-1", 3, "thao")),
        Change::PutHolding(ended(holding_row("hs-1", 2, "binh"))),
    ];
    commit(store, rows(next)).await.unwrap();
    assert_eq!(store.holdings_of(&"hs-1".into()).await.unwrap().len(), 4);
}

async fn a_branch_has_one_holder(bed: Bed) {
    let store = &*bed.store;
    commit(store, rows(rows_of("hs-1", "binh"))).await.unwrap();
    let error = commit(store, rows(vec![Change::PutHolding(holding_row("hs-1", 1, "thao"))])).await.unwrap_err();
    assert_eq!(constraint(error), "holdings_one_holder_a_branch");
    assert_eq!(store.holdings_of(&"hs-1".into()).await.unwrap().len(), 1);
}

async fn a_refused_batch_writes_nothing_and_the_next_begins(bed: Bed) {
    let store = &*bed.store;
    let mut scribe = Scribe::default();
    commit(store, Write { changes: rows_of("hs-1", "binh"), ..scribe.write("hs-1", "một") }).await.unwrap();
    let before = store.head().await.unwrap();
    let case = |change: fn(&mut CaseRow)| {
        let mut row = case_row("hs-2");
        change(&mut row);
        Change::PutCase(row)
    };
    let holding = |change: fn(&mut HoldingRow)| {
        let mut row = ended(holding_row("hs-1", 1, "thao"));
        change(&mut row);
        Change::PutHolding(row)
    };
    let refused = [
        ("cases_status_known", case(|row| (row.status, row.ended_at) = ("lost".to_owned(), Some(row.opened_at)))),
        ("cases_end_with_an_outcome", case(|row| row.status = "done".to_owned())),
        ("cases_have_entries", case(|row| row.entries = 0)),
        ("holdings_end_after_starting", holding(|row| row.ended_at = Some(Ts(row.started_at.0 - 1)))),
        ("holdings_counted_at_the_end", holding(|row| row.minutes = None)),
        ("holdings_excuse_what_was_held", holding(|row| row.excused_minutes = Some(61))),
    ];
    for (name, change) in refused {
        let mut lost = Scribe { head: scribe.head, cases: scribe.cases.clone(), ..Scribe::default() };
        let write = Write { changes: vec![change], ..lost.write("hs-1", "mất") };
        assert_eq!(constraint(commit(store, write).await.unwrap_err()), name);
        assert_eq!(store.head().await.unwrap(), before);
    }
    let orphan = commit(store, rows(vec![Change::PutTimer(timer_row("hs-9", "case/deadline", MONDAY))])).await;
    assert!(matches!(orphan, Err(StoreError::Constraint { .. })));
    commit(store, scribe.write("hs-1", "hai")).await.unwrap();
    assert_eq!(store.head().await.unwrap(), scribe.head);
}

fn constraint(error: StoreError) -> String {
    match error {
        StoreError::Constraint { constraint } => constraint,
        other => panic!("not a constraint: {other}"),
    }
}

async fn entries_never_change_and_never_go(bed: Bed) {
    commit(&*bed.store, Scribe::default().write("hs-1", "một")).await.unwrap();
    for sql in ["UPDATE entries SET case_seq = 5", "DELETE FROM entries WHERE seq = 0"] {
        let error = bed.tamper(sql).await.unwrap_err();
        assert!(error.to_string().contains("entries_only_grow"), "{error}");
    }
    assert_eq!(bed.store.entries(0, 9).await.unwrap().len(), 1);
}

async fn a_large_batch_is_one_batch(bed: Bed) {
    let mut scribe = Scribe::default();
    let mut batch = bed.store.begin().await.unwrap();
    for n in 0..300 {
        let case = format!("hs-{}", n % 7);
        let texts = vec!["nhiều"; 20];
        batch.append(Write { entries: scribe.comments(&case, &texts), ..Write::default() }).await.unwrap();
    }
    assert_eq!(bed.store.head().await.unwrap().next_seq, 0);
    assert_eq!(batch.entries_of(&"hs-3".into()).await.unwrap().len(), 43 * 20);
    batch.commit().await.unwrap();
    let report = verify(&bed.store.lines(0, 10_000).await.unwrap(), &[scribe.head]);
    assert!(report.is_whole() && report.entries == 6_000, "{:?}", report.faults);
}

async fn cases_are_listed_newest_first_in_pages(bed: Bed) {
    let store = &*bed.store;
    let case = |n: i64| CaseRow { opened_at: MONDAY.plus_minutes(n / 2), ..case_row(&format!("hs-{n}")) };
    commit(store, rows((0..9).map(|n| Change::PutCase(case(n))).collect())).await.unwrap();
    let mut seen = Vec::new();
    let mut filter = CaseFilter { page: Paging { limit: 4, after: None }, ..CaseFilter::default() };
    loop {
        let page = store.cases(&filter).await.unwrap();
        assert_eq!(page.total, 9);
        seen.extend(page.items.into_iter().map(|row| row.case.to_string()));
        match page.next {
            Some(next) => filter.page.after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, ["hs-8", "hs-7", "hs-6", "hs-5", "hs-4", "hs-3", "hs-2", "hs-1", "hs-0"]);
    for after in ["", "x", "e30", "🙂"] {
        let filter = CaseFilter { page: Paging { limit: 4, after: Some(after.to_owned()) }, ..CaseFilter::default() };
        assert!(matches!(store.cases(&filter).await, Err(StoreError::Cursor)), "{after}");
    }
    let foreign = HoldingFilter { page: Paging { limit: 4, after: filter.page.after }, ..HoldingFilter::default() };
    assert!(matches!(store.open_holdings(&foreign).await, Err(StoreError::Cursor)));
}

async fn cases_are_filtered(bed: Bed) {
    let store = &*bed.store;
    let over = CaseRow { status: "done".to_owned(), ended_at: Some(MONDAY), ..case_row("HS-3") };
    let elsewhere =
        CaseRow { owner: "phong-ho-tich".into(), title: "Đăng ký khai sinh 100%".to_owned(), ..case_row("hs-2") };
    let changes = [case_row("hs-1"), elsewhere, over].map(Change::PutCase).to_vec();
    commit(store, rows(changes)).await.unwrap();
    let found = async |filter: CaseFilter| {
        let page = store.cases(&filter).await.unwrap();
        assert_eq!(page.total, page.items.len() as u64);
        page.items.into_iter().map(|row| row.case.to_string()).collect::<Vec<_>>()
    };
    let words = |text: &str| CaseFilter { text: Some(text.to_owned()), ..CaseFilter::default() };
    assert_eq!(found(words("do huong nha")).await, ["hs-1", "HS-3"]);
    assert_eq!(found(words("hs-3")).await, ["HS-3"]);
    assert_eq!(found(words("100%")).await, ["hs-2"]);
    assert_eq!(found(words("10%")).await, Vec::<String>::new());
    assert_eq!(found(words("")).await.len(), 3);
    assert_eq!(found(words("' OR 1=1 --")).await, Vec::<String>::new());
    let status = |status: &str| CaseFilter { status: Some(status.to_owned()), ..CaseFilter::default() };
    assert_eq!(found(status("open")).await, ["hs-2", "hs-1"]);
    assert_eq!(found(status("done")).await, ["HS-3"]);
    let units = |units: &[&str]| CaseFilter {
        units: Some(units.iter().map(|unit| UnitId::from(*unit)).collect()),
        ..CaseFilter::default()
    };
    assert_eq!(found(units(&["phong-ho-tich", "phong-khac"])).await, ["hs-2"]);
    assert_eq!(found(units(&[])).await, Vec::<String>::new());
    let procedure = CaseFilter { procedure: Some("khac".into()), ..CaseFilter::default() };
    assert_eq!(found(procedure).await, Vec::<String>::new());
}

async fn open_holdings_are_listed_by_deadline_or_by_length(bed: Bed) {
    let store = &*bed.store;
    let mut changes = Vec::new();
    for (n, deadline, started) in [(1, Some(50), 3), (2, None, 1), (3, Some(20), 2), (4, Some(50), 0)] {
        let case = format!("hs-{n}");
        changes.push(Change::PutCase(case_row(&case)));
        changes.push(Change::PutHolding(HoldingRow {
            deadline: deadline.map(|minutes| MONDAY.plus_minutes(minutes)),
            started_at: MONDAY.plus_minutes(started),
            holder: if n < 4 { "binh".into() } else { "thao".into() },
            unit: if n == 3 { "phong-khac".into() } else { "phong-cap-phep".into() },
            ..holding_row(&case, 0, "binh")
        }));
    }
    changes.push(Change::PutCase(case_row("hs-5")));
    changes.push(Change::PutHolding(ended(holding_row("hs-5", 0, "binh"))));
    commit(store, rows(changes)).await.unwrap();

    let found = async |filter: &HoldingFilter| {
        let mut filter = HoldingFilter { page: Paging { limit: 2, after: None }, ..filter.clone() };
        let mut seen = Vec::new();
        loop {
            let page = store.open_holdings(&filter).await.unwrap();
            for (holding, case) in page.items {
                assert_eq!(holding.case, case.case);
                seen.push(holding.case.to_string());
            }
            match page.next {
                Some(next) => filter.page.after = Some(next),
                None => {
                    assert_eq!(page.total, seen.len() as u64);
                    return seen;
                }
            }
        }
    };
    let all = HoldingFilter::default();
    assert_eq!(found(&all).await, ["hs-3", "hs-1", "hs-4", "hs-2"]);
    assert_eq!(found(&HoldingFilter { by_held: true, ..all.clone() }).await, ["hs-4", "hs-2", "hs-3", "hs-1"]);
    assert_eq!(found(&HoldingFilter { holder: Some("thao".into()), ..all.clone() }).await, ["hs-4"]);
    let late_at = Some(MONDAY.plus_minutes(50));
    assert_eq!(found(&HoldingFilter { late_at, ..all.clone() }).await, ["hs-3"], "the instant itself is in time");
    let units = Some(vec!["phong-cap-phep".into()]);
    assert_eq!(found(&HoldingFilter { units, ..all.clone() }).await, ["hs-1", "hs-4", "hs-2"]);
    assert_eq!(found(&HoldingFilter { units: Some(vec![]), ..all }).await, Vec::<String>::new());
}

async fn what_may_be_claimed_is_found(bed: Bed) {
    let store = &*bed.store;
    let mut changes = Vec::new();
    for (n, unit, post, claimable) in [
        (1, Some("u1"), Some("p1"), true),
        (2, Some("u1"), None, true),
        (3, Some("u2"), Some("p1"), true),
        (4, Some("u1"), Some("p1"), false),
        (5, None, None, false),
    ] {
        let case = format!("hs-{n}");
        changes.push(Change::PutCase(case_row(&case)));
        changes.push(Change::PutHolding(HoldingRow {
            pool_unit: unit.map(UnitId::from),
            pool_post: post.map(Into::into),
            claimable,
            ..holding_row(&case, 0, "dung")
        }));
    }
    commit(store, rows(changes)).await.unwrap();
    let found = async |places: &[(&str, &str)]| {
        let places = places.iter().map(|(unit, post)| ((*unit).into(), (*post).into())).collect();
        let filter = HoldingFilter { claimable_by: Some(places), ..HoldingFilter::default() };
        let page = store.open_holdings(&filter).await.unwrap();
        page.items.into_iter().map(|(holding, _)| holding.case.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found(&[("u1", "p1")]).await, ["hs-1", "hs-2"]);
    assert_eq!(found(&[("u1", "p2")]).await, ["hs-2"]);
    assert_eq!(found(&[("u1", "p2"), ("u2", "p1")]).await, ["hs-2", "hs-3"]);
    assert_eq!(found(&[]).await, Vec::<String>::new());
}

async fn workload_counts_what_is_held(bed: Bed) {
    let store = &*bed.store;
    let mut changes = Vec::new();
    for (n, holder) in [(1, "binh"), (2, "thao"), (3, "binh")] {
        let case = format!("hs-{n}");
        changes.push(Change::PutCase(case_row(&case)));
        changes.push(Change::PutHolding(HoldingRow {
            started_at: MONDAY.plus_minutes(n),
            ..holding_row(&case, 0, holder)
        }));
    }
    changes.push(Change::PutCase(case_row("hs-4")));
    changes.push(Change::PutHolding(ended(holding_row("hs-4", 0, "lien"))));
    commit(store, rows(changes)).await.unwrap();
    let load = store.workload().await.unwrap();
    assert_eq!(
        load,
        [("binh".into(), 2, Some(MONDAY.plus_minutes(3))), ("thao".into(), 1, Some(MONDAY.plus_minutes(2))),]
    );
}

async fn timers_come_in_the_order_of_their_instants(bed: Bed) {
    let store = &*bed.store;
    let timers = [
        timer_row("hs-2", "case/deadline", MONDAY.plus_minutes(2)),
        timer_row("hs-1", "case/deadline", MONDAY.plus_minutes(1)),
        timer_row("hs-1", "case/apology", MONDAY.plus_minutes(1)),
        timer_row("hs-1", "branch/0/deadline", MONDAY.plus_minutes(3)),
    ];
    let mut changes: Vec<Change> = ["hs-1", "hs-2"].map(case_row).map(Change::PutCase).to_vec();
    changes.extend(timers.clone().map(Change::PutTimer));
    commit(store, rows(changes)).await.unwrap();
    let [second, first_b, first_a, third] = timers;
    assert_eq!(store.next_timer().await.unwrap(), Some(first_a.clone()));
    assert_eq!(store.timers(None, MONDAY, 10).await.unwrap(), []);
    let due = store.timers(None, MONDAY.plus_minutes(2), 10).await.unwrap();
    assert_eq!(due, [first_a.clone(), first_b.clone(), second.clone()]);
    assert_eq!(store.timers(None, MONDAY.plus_minutes(9), 2).await.unwrap(), [first_a, first_b]);
    assert_eq!(store.timers(None, MONDAY.plus_minutes(9), 9).await.unwrap().last(), Some(&third));
    assert_eq!(store.counts().await.unwrap().timers, 4);
}

async fn notices_come_latest_first(bed: Bed) {
    let store = &*bed.store;
    let notices = [notice_row(3, "hs-1", "binh"), notice_row(5, "hs-1", "binh"), notice_row(4, "hs-1", "thao")];
    let mut changes = vec![Change::PutCase(case_row("hs-1"))];
    changes.extend(notices.clone().map(Change::PutNotice));
    commit(store, rows(changes)).await.unwrap();
    let [older, newer, other] = notices;
    assert_eq!(store.notices_of(&"binh".into(), 10).await.unwrap(), [newer.clone(), older]);
    assert_eq!(store.notices_of(&"binh".into(), 1).await.unwrap(), [newer]);
    assert_eq!(store.notices_of(&"thao".into(), 10).await.unwrap(), [other]);
    assert_eq!(store.notices_of(&"lien".into(), 10).await.unwrap(), []);
}

async fn escalations_come_by_the_end_of_their_terms(bed: Bed) {
    let store = &*bed.store;
    let [untimed, later, sooner] = [0, 1, 2].map(|level| escalation_row("hs-1", level, "tuan"));
    let other = EscalationRow { level: 3, ..escalation_row("hs-1", 1, "dung") };
    let put = [&untimed, &later, &sooner, &other].map(|row| Change::PutEscalation(row.clone()));
    commit(store, rows([vec![Change::PutCase(case_row("hs-1"))], put.to_vec()].concat())).await.unwrap();
    assert_eq!(
        store.escalations_to(&"tuan".into(), 10).await.unwrap(),
        [sooner.clone(), later.clone(), untimed.clone()]
    );
    assert_eq!(store.escalations_to(&"tuan".into(), 1).await.unwrap(), std::slice::from_ref(&sooner));
    // One goes further up, another is acknowledged.
    let up = EscalationRow { superior: "dung".into(), since: MONDAY.plus_minutes(120), ..sooner.clone() };
    let changes = vec![Change::PutEscalation(up.clone()), Change::DropEscalation(later)];
    commit(store, rows(changes)).await.unwrap();
    let mut waiting = store.escalations_of(&"hs-1".into()).await.unwrap();
    waiting.sort_by_key(|row| row.level);
    assert_eq!(waiting, [untimed.clone(), up.clone(), other.clone()]);
    assert_eq!(store.escalations_of(&"hs-2".into()).await.unwrap(), []);
    assert_eq!(store.escalations_to(&"tuan".into(), 10).await.unwrap(), [untimed]);
    assert_eq!(store.escalations_to(&"dung".into(), 10).await.unwrap(), [up, other]);
    assert_eq!(store.escalations_to(&"lien".into(), 10).await.unwrap(), []);
}

fn remembered(actor: &str, key: &str) -> Remembered {
    Remembered {
        actor: actor.to_owned(),
        key: key.to_owned(),
        fingerprint: "f0".to_owned(),
        answer: "{\"receipt\":\"Đã nhận\"}".to_owned(),
        at: MONDAY,
    }
}

async fn answers_are_remembered(mut bed: Bed) {
    let mut scribe = Scribe::default();
    let write = Write { remember: Some(remembered("dung", "k1")), ..scribe.write("hs-1", "một") };
    commit(&*bed.store, write).await.unwrap();
    bed.reopen().await;
    assert_eq!(bed.store.recall("dung", "k1").await.unwrap(), Some(remembered("dung", "k1")));
    assert_eq!(bed.store.recall("binh", "k1").await.unwrap(), None);
    assert_eq!(bed.store.recall("dung", "k2").await.unwrap(), None);
    let again = Write { remember: Some(remembered("dung", "k1")), ..scribe.write("hs-1", "hai") };
    assert_eq!(constraint(commit(&*bed.store, again).await.unwrap_err()), "remembered_pk");
}

async fn texts_are_kept(mut bed: Bed) {
    let procedure = |version: u32| ProcedureText {
        digest: format!("d{version}").into(),
        procedure: "cap-phep-xay-dung".into(),
        version,
        name: "cap-phep-xay-dung.yaml".to_owned(),
        text: "vi: Cấp phép\n".to_owned(),
        published_at: MONDAY,
    };
    let calendar = CalendarText {
        digest: "c1".into(),
        calendar: "hanoi".into(),
        version: 1,
        name: "hanoi.yaml".to_owned(),
        text: "id: hanoi\n".to_owned(),
        published_at: MONDAY,
    };
    let directory = |digest: &str| DirectoryText {
        digest: digest.into(),
        name: "ha-noi-mau.yaml".to_owned(),
        text: "id: ha-noi-mau\n".to_owned(),
        loaded_at: MONDAY,
    };
    assert_eq!(bed.store.directory().await.unwrap(), None);
    let texts = vec![
        Text::Procedure(procedure(2)),
        Text::Procedure(procedure(1)),
        Text::Procedure(procedure(1)),
        Text::Calendar(calendar.clone()),
        Text::Directory(directory("a")),
        Text::Directory(directory("b")),
        Text::Directory(directory("a")),
        Text::Proposed(procedure(3)),
        Text::Proposed(procedure(3)),
    ];
    commit(&*bed.store, Write { texts, ..Write::default() }).await.unwrap();
    let clash = Text::Procedure(ProcedureText { digest: "other".into(), ..procedure(1) });
    let error = commit(&*bed.store, Write { texts: vec![clash], ..Write::default() }).await.unwrap_err();
    assert_eq!(constraint(error), "procedures_version_once");
    bed.reopen().await;
    assert_eq!(bed.store.procedures().await.unwrap(), [procedure(1), procedure(2)]);
    // What is proposed is kept apart: cases are not judged by it.
    assert_eq!(bed.store.proposed(&"d3".into()).await.unwrap(), Some(procedure(3)));
    assert_eq!(bed.store.proposed(&"d2".into()).await.unwrap(), None);
    assert_eq!(bed.store.proposed(&"d\0".into()).await.unwrap(), None);
    assert_eq!(bed.store.calendars().await.unwrap(), [calendar]);
    assert_eq!(bed.store.directory().await.unwrap(), Some(directory("a")));
}

async fn accounts_sessions_and_tokens_are_kept(bed: Bed) {
    let store = &*bed.store;
    let account = |login: &str| Account {
        login: login.to_owned(),
        person: "dung".into(),
        password_hash: "$argon2id$x".to_owned(),
        disabled: false,
        failures: 0,
        locked_until: None,
    };
    store.put_account(&account("dung")).await.unwrap();
    store.put_account(&account("dung.tran")).await.unwrap();
    store.note_attempt("dung", 3, Some(MONDAY)).await.unwrap();
    store.note_attempt("nobody", 3, None).await.unwrap();
    let locked = Account { failures: 3, locked_until: Some(MONDAY), ..account("dung") };
    assert_eq!(store.account("dung").await.unwrap(), Some(locked.clone()));
    assert_eq!(store.account("Dung").await.unwrap(), None);
    assert_eq!(store.accounts_of(&"dung".into()).await.unwrap(), [locked, account("dung.tran")]);
    store.put_account(&Account { disabled: true, ..account("dung") }).await.unwrap();
    assert!(store.account("dung").await.unwrap().unwrap().disabled);

    let session = Session {
        token_hash: [7; 32],
        person: "dung".into(),
        csrf: "c".to_owned(),
        lang: "vi".to_owned(),
        created_at: MONDAY,
        seen_at: MONDAY,
    };
    store.put_session(&session).await.unwrap();
    store.touch_session(&[7; 32], MONDAY.plus_minutes(1)).await.unwrap();
    let seen = Session { seen_at: MONDAY.plus_minutes(1), ..session };
    assert_eq!(store.session(&[7; 32]).await.unwrap(), Some(seen));
    store.drop_session(&[7; 32]).await.unwrap();
    assert_eq!(store.session(&[7; 32]).await.unwrap(), None);

    let token = ApiToken {
        id: "t1".to_owned(),
        token_hash: [8; 32],
        person: "dung".into(),
        label: "Máy quét".to_owned(),
        scopes: vec!["read".to_owned(), "act".to_owned()],
        created_at: MONDAY,
        revoked_at: None,
    };
    store.put_token(&token).await.unwrap();
    let twice = ApiToken { id: "t2".to_owned(), ..token.clone() };
    assert_eq!(constraint(store.put_token(&twice).await.unwrap_err()), "tokens_token_once");
    assert_eq!(store.token(&[8; 32]).await.unwrap(), Some(token.clone()));
    assert_eq!(store.tokens_of(&"dung".into()).await.unwrap(), std::slice::from_ref(&token));
    assert!(store.revoke_token("t1", MONDAY).await.unwrap());
    assert!(!store.revoke_token("t1", MONDAY.plus_minutes(1)).await.unwrap());
    assert!(!store.revoke_token("t9", MONDAY).await.unwrap());
    assert_eq!(store.token(&[8; 32]).await.unwrap(), Some(ApiToken { revoked_at: Some(MONDAY), ..token }));
}

async fn a_newer_schema_is_refused(bed: Bed) {
    bed.tamper("UPDATE _sqlx_migrations SET version = 9000 WHERE version = 1").await.unwrap();
    let error = bed.another().await.err().expect("a newer schema was opened");
    assert!(matches!(error, StoreError::NewerSchema { found: 9000, .. }), "{error}");
}

async fn odd_names_find_nothing_and_break_nothing(bed: Bed) {
    let store = &*bed.store;
    let odd = CaseRow { title: "một\0hai".to_owned(), code: Some("\0".to_owned()), ..case_row("hs-1") };
    let write = Write { changes: vec![Change::PutCase(odd)], ..Scribe::default().write("hs-1", "a\0b") };
    commit(store, write).await.unwrap();
    let row = store.case(&"hs-1".into()).await.unwrap().unwrap();
    assert_eq!((row.title.as_str(), row.code.as_deref()), ("một\u{fffd}hai", Some("\u{fffd}")));
    assert_eq!(store.entries(0, 1).await.unwrap().len(), 1);
    for name in ["\0", "hs\0", "'; DROP TABLE cases; --", "\u{10ffff}", ""] {
        assert_eq!(store.case(&name.into()).await.unwrap(), None);
        assert_eq!(store.entries_of(&name.into()).await.unwrap(), []);
        assert_eq!(store.holdings_of(&name.into()).await.unwrap(), []);
        assert_eq!(store.notices_of(&name.into(), 9).await.unwrap(), []);
        assert_eq!(store.escalations_to(&name.into(), 9).await.unwrap(), []);
        assert_eq!(store.account(name).await.unwrap(), None);
        assert_eq!(store.tokens_of(&name.into()).await.unwrap(), []);
        assert_eq!(store.recall(name, name).await.unwrap(), None);
        store.note_attempt(name, 1, None).await.unwrap();
        assert!(!store.revoke_token(name, MONDAY).await.unwrap());
        let filter = CaseFilter { text: Some(name.to_owned()), status: Some(name.to_owned()), ..CaseFilter::default() };
        assert_eq!(store.cases(&filter).await.unwrap().total, 0);
        let filter = HoldingFilter { holder: Some(name.into()), ..HoldingFilter::default() };
        assert_eq!(store.open_holdings(&filter).await.unwrap().total, 0);
    }
    assert_eq!(store.entries(u64::MAX, 1).await.unwrap(), []);
}

async fn a_closed_store_fails_and_does_not_panic(bed: Bed) {
    bed.store.close().await;
    assert!(matches!(bed.store.begin().await.err(), Some(StoreError::Failed(_))));
    assert!(matches!(bed.store.head().await, Err(StoreError::Failed(_))));
    assert!(matches!(bed.store.drop_session(&[0; 32]).await, Err(StoreError::Failed(_))));
    bed.store.close().await;
}

async fn a_batch_abandoned_in_the_middle_of_committing_is_whole_or_nothing(bed: Bed) {
    let store = bed.store.clone();
    for round in 0..40u64 {
        let mut batch = store.begin().await.unwrap();
        let mut scribe = Scribe { head: batch.head(), ..Scribe::default() };
        let case = format!("hs-{round}");
        let before = scribe.head;
        batch.append(Write { changes: rows_of(&case, "binh"), ..scribe.write(&case, "dở dang") }).await.unwrap();
        let _ = tokio::time::timeout(Duration::from_micros(round * 50), batch.commit()).await;
        let mut next = store.begin().await.unwrap();
        let there = next.case_head(&case.as_str().into()).await.unwrap().is_some();
        assert_eq!(next.head(), if there { scribe.head } else { before });
        drop(next);
        assert_eq!(store.case(&case.as_str().into()).await.unwrap().is_some(), there);
    }
    let report = verify(&store.lines(0, 1_000).await.unwrap(), &[]);
    assert!(report.is_whole(), "{:?}", report.faults);
}

async fn what_was_tampered_with_is_found(bed: Bed) {
    let mut scribe = Scribe::default();
    for n in 0..6 {
        commit(&*bed.store, scribe.write(&format!("hs-{}", n % 2), "thật")).await.unwrap();
    }
    let (lift, change) = if bed.store.kind() == "sqlite" {
        (
            "DROP TRIGGER entries_never_change",
            "UPDATE entries SET payload = CAST(replace(CAST(payload AS TEXT), 'thật', 'giả') AS BLOB) WHERE seq = 3",
        )
    } else {
        (
            "ALTER TABLE entries DISABLE TRIGGER ALL",
            "UPDATE entries SET payload = convert_to(replace(convert_from(payload, 'UTF8'), 'thật', 'giả'), 'UTF8') WHERE seq = 3",
        )
    };
    bed.tamper(lift).await.unwrap();
    assert_eq!(bed.tamper(change).await.unwrap(), 1);
    let report = verify(&bed.store.lines(0, 100).await.unwrap(), &[scribe.head]);
    assert_eq!(report.faults.first().map(|fault| fault.seq), Some(3));
    assert!(!report.is_whole());
}

/// The two schemas have the same migrations, and in each the same tables, columns, constraints, indexes and triggers.
#[test]
fn the_schemas_name_the_same_things() {
    let names = |folder: &str| {
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files
    };
    let (sqlite, postgres) = (names("migrations/sqlite"), names("migrations/postgres"));
    let file_names = |files: &[std::path::PathBuf]| -> Vec<_> {
        files.iter().map(|file| file.file_name().unwrap().to_owned()).collect()
    };
    assert_eq!(file_names(&sqlite), file_names(&postgres));
    let mut told = 0;
    for (one, two) in sqlite.iter().zip(&postgres) {
        let (one, two) = (std::fs::read_to_string(one).unwrap(), std::fs::read_to_string(two).unwrap());
        assert_eq!(named(&one), named(&two));
        told += named(&one).len();
        for text in [one, two] {
            let code: String = text.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
            for clock in ["CURRENT_TIMESTAMP", "now()", "DEFAULT"] {
                assert!(!code.contains(clock), "`{clock}`: instants come from the engine");
            }
        }
    }
    assert!(told > 100, "only {told} names");
}

/// What a schema names, in order; a yes or no has no type of its own on SQLite, so its CHECK stands only there.
fn named(schema: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in schema.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["--", ..] => {}
            ["CREATE", "FUNCTION", ..] => {}
            ["CREATE", "UNIQUE", "INDEX", name, ..] | ["CREATE", "TABLE" | "INDEX" | "TRIGGER", name, ..] => {
                names.push((*name).to_owned());
            }
            ["ALTER", "TABLE", table, "ADD", "COLUMN", name, ..] => names.push(format!("{table}.{name}")),
            [name, "INTEGER" | "BIGINT" | "BOOLEAN" | "TEXT" | "BLOB" | "BYTEA" | "BLOB,", ..]
            | [name, "INTEGER," | "BIGINT," | "TEXT,"] => names.push((*name).to_owned()),
            _ => {}
        }
        let constraints = words
            .windows(2)
            .filter(|pair| pair[0] == "CONSTRAINT" && pair[1] != "=" && !pair[1].ends_with("_is_yes_or_no"));
        names.extend(constraints.map(|pair| pair[1].to_owned()));
    }
    names.sort();
    assert!(!names.is_empty(), "nothing was read of\n{schema}");
    names
}
