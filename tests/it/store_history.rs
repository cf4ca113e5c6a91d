//! The same histories on both stores: entries byte for byte, rows value for value, and rows that agree with what the
//! ledger reads from entries alone.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use quytrinh::calendar::course::Course;
use quytrinh::ids::{BranchId, CaseId, PersonId, Ts};
use quytrinh::journal::chain::Sealer;
use quytrinh::journal::entry::{CaseHead, Head, Record, Sealed};
use quytrinh::journal::verify::verify;
use quytrinh::ledger::holding::custody;
use quytrinh::ledger::tally::by_person;
use quytrinh::machine::case::Case;
use quytrinh::machine::command::Actor;
use quytrinh::machine::event::Event;
use quytrinh::machine::evolve::evolve;
use quytrinh::projection::project::Book;
use quytrinh::projection::rows::{CaseRow, Change, EscalationRow, HoldingRow, NoticeRow, TimerRow};
use quytrinh::store::contract::*;

use crate::machine::random::{PROCEDURES, Tally, history};
use crate::machine::stage::procedure;
use crate::support::bed::Bed;
use crate::support::scribe::{MONDAY, Scribe, case_row, ended, escalation_row, holding_row, notice_row, timer_row};

/// One case's history, as the machine made it.
struct Told {
    case: CaseId,
    course: Course,
    events: Vec<(Event, Ts)>,
}

fn told() -> Vec<Told> {
    let mut all = Vec::new();
    for name in PROCEDURES {
        let procedure = procedure(name);
        for seed in 100..106 {
            let stage = history(&procedure, seed, &mut Tally::default());
            let course = stage.calendars.get(&stage.procedure.calendar).unwrap().clone().into();
            all.push(Told { case: format!("{}-{seed}", stage.procedure.id).into(), course, events: stage.history });
        }
    }
    all
}

/// Rows as they are after all changes: what a store should show.
#[derive(Default, Debug, PartialEq)]
struct Rows {
    case: Option<CaseRow>,
    holdings: BTreeMap<u32, HoldingRow>,
    timers: BTreeMap<(Ts, String), TimerRow>,
    notices: Vec<NoticeRow>,
    escalations: BTreeMap<(BranchId, u16), EscalationRow>,
}

impl Rows {
    fn take(&mut self, change: &Change) {
        match change.clone() {
            Change::PutCase(row) => self.case = Some(row),
            Change::PutHolding(row) => drop(self.holdings.insert(row.n, row)),
            Change::PutTimer(row) => drop(self.timers.insert((row.due_at, row.key.clone()), row)),
            Change::DropTimer(row) => {
                let gone = self.timers.remove(&(row.due_at, row.key.clone()));
                assert!(gone.is_some(), "a timer was dropped that did not wait: {row:?}");
            }
            Change::PutNotice(row) => self.notices.push(row),
            Change::PutEscalation(row) => drop(self.escalations.insert((row.branch, row.level), row)),
            Change::DropEscalation(row) => {
                let gone = self.escalations.remove(&(row.branch, row.level));
                assert_eq!(gone.as_ref(), Some(&row), "an escalation was dropped that did not wait");
            }
        }
    }
}

/// A sealed entry with what it changes.
type Step = (Sealed, Vec<Change>);

/// Seals and projects one history, entry by entry.
fn project(told: &Told, head: &mut Head) -> (Vec<Step>, Rows, Option<Case>) {
    let (mut book, mut case, mut case_head, mut rows) =
        (Book::default(), None::<Case>, None::<CaseHead>, Rows::default());
    let mut steps = Vec::new();
    for (event, at) in &told.events {
        let after = evolve(case.clone(), &told.case, event, *at).unwrap();
        let digest = after.digest.clone();
        let mut sealer = Sealer::of_case(*head, told.case.clone(), case_head, Actor::System, digest, *at);
        let sealed = sealer.seal(*at, Record::Case(event.clone())).unwrap();
        *head = sealer.head();
        case_head = Some(CaseHead { next_case_seq: sealed.entry.case_seq + 1, chain: sealed.case_chain });
        let changes = book.project(case.as_ref(), &sealed.entry, &after, &told.course);
        changes.iter().for_each(|change| rows.take(change));
        case = Some(after);
        steps.push((sealed, changes));
    }
    (steps, rows, case)
}

#[test]
fn rows_agree_with_the_case_and_with_the_ledger() {
    let mut held_minutes = 0;
    for told in told() {
        let (steps, rows, case) = project(&told, &mut Head::default());
        let entries: Vec<_> = steps.iter().map(|(sealed, _)| sealed.entry.clone()).collect();
        let case = case.unwrap();

        let waiting: BTreeMap<(Ts, String), TimerRow> = case
            .timers()
            .into_iter()
            .map(|(key, due_at)| {
                ((due_at, key.to_string()), TimerRow { case: told.case.clone(), key: key.to_string(), due_at })
            })
            .collect();
        assert_eq!(rows.timers, waiting, "{}", told.case);
        let lie: Vec<(BranchId, u16, &PersonId)> =
            case.unacknowledged().iter().map(|waits| (waits.branch, waits.level, &waits.superior.person)).collect();
        let kept: Vec<_> =
            rows.escalations.iter().map(|((branch, level), row)| (*branch, *level, &row.superior)).collect();
        assert_eq!(kept, lie, "{}", told.case);
        let row = rows.case.unwrap();
        assert_eq!((row.revision, row.entries), (case.revision, entries.len() as u64));
        assert_eq!(row.status == "open", case.is_open());

        let custody = custody(&entries, &told.course);
        custody.conservation().unwrap();
        assert_eq!(custody.holdings.len(), rows.holdings.len(), "{}", told.case);
        for (holding, row) in custody.holdings.iter().zip(rows.holdings.values()) {
            let read = HoldingRow {
                case: holding.case.clone(),
                n: holding.n,
                branch: holding.branch,
                step: holding.step.clone(),
                holder: holding.holder.clone(),
                unit: holding.unit.clone(),
                how: holding.how.word().to_owned(),
                started_at: holding.started_at,
                ended_at: holding.ended_at,
                received_at: holding.received_at,
                deadline: holding.deadline,
                breached_at: holding.breached_at,
                minutes: holding.minutes,
                excused_minutes: holding.excused_minutes,
                ..row.clone()
            };
            assert_eq!(*row, read, "{}", told.case);
        }
        let open = rows.holdings.values().filter(|row| row.ended_at.is_none()).count();
        assert_eq!(open, case.branches.len());
        held_minutes += by_person(&custody.holdings).values().map(|total| total.held_minutes).sum::<i64>();
    }
    assert!(held_minutes > 10_000, "histories in which nothing is held prove nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn histories_of_the_machine_are_the_same_on_both_stores() {
    let (sqlite, postgres) = (Bed::sqlite().await, Bed::postgres().await);
    let mut head = Head::default();
    let told = told();
    let mut expected = Vec::new();
    let mut writes = Vec::new();
    for told in &told {
        let (steps, rows, _) = project(told, &mut head);
        // Acts of one to three entries, as commands make them.
        for (n, act) in steps.chunks(3).enumerate() {
            let act = if n % 2 == 0 { act } else { &act[..1.max(act.len() / 2)] };
            let rest = &steps[n * 3 + act.len()..(n * 3 + 3).min(steps.len())];
            for part in [act, rest].into_iter().filter(|part| !part.is_empty()) {
                let changes = part.iter().flat_map(|(_, changes)| changes.clone()).collect();
                let entries = part.iter().map(|(sealed, _)| sealed.clone()).collect();
                writes.push(Write { entries, changes, ..Write::default() });
            }
        }
        expected.push((told.case.clone(), rows, steps));
    }
    for bed in [&sqlite, &postgres] {
        let mut size = 1;
        let mut rest = writes.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(size.min(rest.len()));
            let mut batch = bed.store.begin().await.unwrap();
            for write in now {
                batch.append(write.clone()).await.unwrap();
            }
            batch.commit().await.unwrap();
            (rest, size) = (later, size % 37 + 3);
        }
    }
    for (case, rows, steps) in expected {
        for bed in [&sqlite, &postgres] {
            let store = &*bed.store;
            assert_eq!(store.case(&case).await.unwrap(), rows.case, "{} {case}", store.kind());
            let holdings: Vec<HoldingRow> = rows.holdings.values().cloned().collect();
            assert_eq!(store.holdings_of(&case).await.unwrap(), holdings, "{} {case}", store.kind());
            let sealed: Vec<Sealed> = steps.iter().map(|(sealed, _)| sealed.clone()).collect();
            assert_eq!(store.entries_of(&case).await.unwrap(), sealed, "{} {case}", store.kind());
        }
    }
    same(&sqlite, &postgres).await;
    let report = verify(&sqlite.store.lines(0, 1_000_000).await.unwrap(), &[head]);
    assert!(report.is_whole(), "{:?}", report.faults);
}

/// Everything both stores show, side by side.
async fn same(one: &Bed, two: &Bed) {
    let (one, two) = (&*one.store, &*two.store);
    assert_eq!(one.head().await.unwrap(), two.head().await.unwrap());
    assert_eq!(one.lines(0, 1_000_000).await.unwrap(), two.lines(0, 1_000_000).await.unwrap());
    assert_eq!(one.counts().await.unwrap(), two.counts().await.unwrap());
    assert_eq!(one.workload().await.unwrap(), two.workload().await.unwrap());
    assert_eq!(one.next_timer().await.unwrap(), two.next_timer().await.unwrap());
    let timers = one.timers(None, Ts(i64::MAX), 1_000_000).await.unwrap();
    assert_eq!(timers, two.timers(None, Ts(i64::MAX), 1_000_000).await.unwrap());
    for person in ["binh", "thao", "dung"] {
        let notices = one.notices_of(&person.into(), 1_000).await.unwrap();
        assert_eq!(notices, two.notices_of(&person.into(), 1_000).await.unwrap());
        let escalations = one.escalations_to(&person.into(), 1_000).await.unwrap();
        assert_eq!(escalations, two.escalations_to(&person.into(), 1_000).await.unwrap());
    }
    for (status, text) in [(None, None), (Some("open"), None), (None, Some("nha hs-1"))] {
        let mut filter = CaseFilter {
            status: status.map(str::to_owned),
            text: text.map(str::to_owned),
            page: Paging { limit: 7, after: None },
            ..CaseFilter::default()
        };
        loop {
            let page = one.cases(&filter).await.unwrap();
            assert_eq!(page, two.cases(&filter).await.unwrap());
            match page.next {
                Some(next) => filter.page.after = Some(next),
                None => break,
            }
        }
    }
    for by_held in [false, true] {
        let mut filter = HoldingFilter { by_held, page: Paging { limit: 7, after: None }, ..HoldingFilter::default() };
        loop {
            let page = one.open_holdings(&filter).await.unwrap();
            assert_eq!(page, two.open_holdings(&filter).await.unwrap());
            match page.next {
                Some(next) => filter.page.after = Some(next),
                None => break,
            }
        }
    }
}

/// What a batch is made of, by chance.
#[derive(Clone, Debug)]
enum Act {
    Comment { case: u8, text: String },
    Registry,
    Case { case: u8, minutes: i64, title: String, over: bool },
    Hold { case: u8, holder: u8, claimable: bool },
    Timer { case: u8, minutes: i64, put: bool },
    Notice { case: u8, person: u8 },
    Escalation { case: u8, level: u8, person: u8, put: bool },
    Answer { key: u16 },
}

fn acts() -> impl Strategy<Value = Vec<Vec<Act>>> {
    let act = prop_oneof![
        (0..6u8, ".{0,12}").prop_map(|(case, text)| Act::Comment { case, text }),
        Just(Act::Registry),
        (0..6u8, -50..50i64, ".{0,12}", any::<bool>()).prop_map(|(case, minutes, title, over)| Act::Case {
            case,
            minutes,
            title,
            over
        }),
        (0..6u8, 0..3u8, any::<bool>()).prop_map(|(case, holder, claimable)| Act::Hold { case, holder, claimable }),
        (0..6u8, -5..5i64, any::<bool>()).prop_map(|(case, minutes, put)| Act::Timer { case, minutes, put }),
        (0..6u8, 0..3u8).prop_map(|(case, person)| Act::Notice { case, person }),
        (0..6u8, 0..3u8, 0..3u8, any::<bool>()).prop_map(|(case, level, person, put)| Act::Escalation {
            case,
            level,
            person,
            put
        }),
        (0..40u16).prop_map(|key| Act::Answer { key }),
    ];
    prop::collection::vec(prop::collection::vec(act, 1..12), 1..12)
}

/// Turns acts into writes; keeps what it must know to make them legal.
#[derive(Default)]
struct Author {
    scribe: Scribe,
    held: BTreeMap<u8, HoldingRow>,
    numbers: BTreeMap<u8, u32>,
    keys: Vec<u16>,
    notices: u64,
}

impl Author {
    fn write(&mut self, act: &Act) -> Write {
        let name = |case: &u8| format!("hs-{case}");
        let person = |n: &u8| ["binh", "thao", "dung"][usize::from(*n)];
        // Every row needs its case first.
        let rows = |case: &u8, changes: Vec<Change>| {
            let first = Change::PutCase(CaseRow { title: "đầu".to_owned(), ..case_row(&name(case)) });
            Write { changes: [vec![first], changes].concat(), ..Write::default() }
        };
        match act {
            Act::Comment { case, text } => self.scribe.write(&name(case), text),
            Act::Registry => Write { entries: vec![self.scribe.registry()], ..Write::default() },
            Act::Case { case, minutes, title, over } => {
                let row = CaseRow {
                    title: title.clone(),
                    opened_at: MONDAY.plus_minutes(*minutes),
                    deadline: Some(MONDAY.plus_minutes(*minutes)),
                    status: if *over { "done" } else { "open" }.to_owned(),
                    ended_at: over.then(|| MONDAY.plus_minutes(60)),
                    ..case_row(&name(case))
                };
                Write { changes: vec![Change::PutCase(row)], ..Write::default() }
            }
            Act::Hold { case, holder, claimable } => {
                let n = self.numbers.entry(*case).or_default();
                let row = HoldingRow {
                    claimable: *claimable,
                    pool_unit: claimable.then(|| "u1".into()),
                    ..holding_row(&name(case), *n, person(holder))
                };
                *n += 1;
                let before = self.held.insert(*case, row.clone()).map(|row| Change::PutHolding(ended(row)));
                rows(case, before.into_iter().chain([Change::PutHolding(row)]).collect())
            }
            Act::Timer { case, minutes, put } => {
                let row = timer_row(&name(case), "case/deadline", MONDAY.plus_minutes(*minutes));
                rows(case, vec![if *put { Change::PutTimer(row) } else { Change::DropTimer(row) }])
            }
            Act::Notice { case, person: who } => {
                self.notices += 1;
                rows(case, vec![Change::PutNotice(notice_row(self.notices, &name(case), person(who)))])
            }
            Act::Escalation { case, level, person: who, put } => {
                let row = escalation_row(&name(case), u16::from(*level), person(who));
                rows(case, vec![if *put { Change::PutEscalation(row) } else { Change::DropEscalation(row) }])
            }
            Act::Answer { key } if self.keys.contains(key) => Write::default(),
            Act::Answer { key } => {
                self.keys.push(*key);
                let remember = Some(Remembered {
                    actor: "dung".to_owned(),
                    key: key.to_string(),
                    fingerprint: "f".to_owned(),
                    answer: "{}".to_owned(),
                    at: MONDAY,
                });
                Write { remember, ..Write::default() }
            }
        }
    }
}

#[test]
fn random_writes_are_the_same_on_both_stores() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&acts(), |batches| {
            runtime.block_on(async {
                let (one, two) = (Bed::sqlite().await, Bed::postgres().await);
                let mut author = Author::default();
                for (number, acts) in batches.iter().enumerate() {
                    let writes: Vec<Write> = acts.iter().map(|act| author.write(act)).collect();
                    for bed in [&one, &two] {
                        // Some batches are lost first: that leaves no trace.
                        for lost in [number % 3 == 0, false] {
                            let mut batch = bed.store.begin().await.unwrap();
                            for write in &writes {
                                batch.append(write.clone()).await.unwrap();
                            }
                            if lost {
                                drop(batch)
                            } else {
                                batch.commit().await.unwrap()
                            }
                            if !lost {
                                break;
                            }
                        }
                    }
                }
                same(&one, &two).await;
                assert_eq!(one.store.head().await.unwrap(), author.scribe.head);
                for case in 0..6u8 {
                    let case = CaseId::from(format!("hs-{case}"));
                    let holdings = one.store.holdings_of(&case).await.unwrap();
                    assert_eq!(holdings, two.store.holdings_of(&case).await.unwrap());
                    assert_eq!(one.store.case(&case).await.unwrap(), two.store.case(&case).await.unwrap());
                }
            });
            Ok(())
        })
        .unwrap();
}
