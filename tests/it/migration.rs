//! Row upon row of open cases on three versions go on by a fourth: each goes on or stays with a reason, nobody's deadline
//! moves, nothing is stuck, and the record is whole.
//!
//! `QUYTRINH_MIGRATIONS` says over how many open cases (90 where it is not set); the figures are printed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use quytrinh::definition::load;
use quytrinh::definition::source::Source;
use quytrinh::ids::{CaseId, Digest, PersonId, Ts};
use quytrinh::journal::entry::{Record, Sealed};
use quytrinh::journal::verify::Verifier;
use quytrinh::ledger::holding::custody;
use quytrinh::machine::case::{Case, Status};
use quytrinh::machine::command::Actor;
use quytrinh::machine::event::Event;
use quytrinh::machine::evolve::evolve;
use quytrinh::machine::invariants::invariants;
use quytrinh::service::ask::Denied;
use quytrinh::service::clock::SetClock;
use quytrinh::service::engine::Engine;
use quytrinh::service::history::{Chance, act, open};
use quytrinh::service::library::read_directory;
use quytrinh::service::migration::{Migrated, Wanted, migrate};
use quytrinh::service::plan::{Plan, plan};
use quytrinh::service::publish::Publication;
use quytrinh::service::{doctor, sweep};
use quytrinh::store::contract::{HoldingFilter, Paging, Store};
use tokio::task::JoinSet;

use crate::support::bed::Bed;
use crate::support::hanoi;

const AUTHOR: &str = "nga-cp";
/// How many acts are under way at once.
const AT_ONCE: usize = 128;

fn open_cases() -> usize {
    std::env::var("QUYTRINH_MIGRATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(90)
}

/// Versions 3 to 6 of the permit: 4 is quicker, 5 calls a step otherwise, 6 another one and lets the review do more.
fn versions() -> Vec<String> {
    let third = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
    let third: String =
        third.lines().filter(|line| !line.starts_with("effective:")).map(|l| l.to_owned() + "\n").collect();
    let next = |text: &str, version: u32, entry: &str, changes: &[(&str, &str)]| {
        let mut text = text.replacen(&format!("version: {} ", version - 1), &format!("version: {version} "), 1);
        for (old, new) in changes {
            assert!(text.contains(old), "version {version}: the text has no {old}");
            text = text.replace(old, new);
        }
        text.replace("\nchanges:\n", &format!("\nchanges:\n  {version}: {entry}\n"))
    };
    let fourth = next(
        &third,
        4,
        "{ date: 2026-07-01, vi: Thẩm định còn 3 ngày, running: { migrate: {} } }",
        &[("within: 4 working days", "within: 3 working days")],
    );
    let fifth = next(
        &fourth,
        5,
        "{ date: 2026-07-02, vi: Đổi tên bước, running: { migrate: { du_thao: soan_thao } } }",
        &[
            ("to: du_thao,", "to: soan_thao,"),
            ("to: du_thao\n", "to: soan_thao\n"),
            ("  du_thao:\n", "  soan_thao:\n"),
            ("[du_thao, ra_soat, ky]", "[soan_thao, ra_soat, ky]"),
            ("tham_dinh, du_thao, ra_soat", "tham_dinh, soan_thao, ra_soat"),
        ],
    );
    let sixth = next(
        &fifth,
        6,
        "{ date: 2026-07-03, vi: Rà soát được trả nhiều lần hơn, running: { migrate: { lay_y_kien: hoi_y_kien } } }",
        &[
            ("lay_y_kien", "hoi_y_kien"),
            ("at_most: 2, reason: required, within", "at_most: 3, reason: required, within"),
        ],
    );
    vec![third, fourth, fifth, sixth]
}

fn permit(text: &str) -> Publication {
    let source = Source::new("cap-phep-xay-dung.yaml", text);
    let (procedure, _) = load(&source).unwrap_or_else(|found| panic!("{found:#?}"));
    Publication::procedure("cap-phep-xay-dung.yaml", text, procedure)
}

async fn publish(engine: &Engine, text: &str) {
    assert_eq!(engine.publish(Actor::System, vec![permit(text)]).await.unwrap(), 1);
}

async fn city(store: Arc<dyn Store>, clock: Arc<SetClock>) -> Engine {
    let engine = Engine::start(store, clock).await.unwrap();
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    let (calendar, directory) =
        (read("workflows/calendars/hanoi.yaml"), read("workflows/directory/thanh-pho-mau.yaml"));
    let texts = vec![
        Publication::calendar("hanoi.yaml", &calendar, hanoi::calendar(&calendar)),
        Publication::directory("thanh-pho-mau.yaml", &directory, read_directory(&directory).unwrap()),
    ];
    engine.publish(Actor::System, texts).await.unwrap();
    engine
}

/// Every open holding, by case and branch.
async fn held(engine: &Engine) -> BTreeMap<CaseId, Vec<(PersonId, quytrinh::ids::BranchId)>> {
    let mut held: BTreeMap<CaseId, Vec<_>> = BTreeMap::new();
    let mut page = Paging { limit: 1_000, after: None };
    loop {
        let filter = HoldingFilter { page: page.clone(), ..HoldingFilter::default() };
        let some = engine.store().open_holdings(&filter).await.unwrap();
        for (holding, case) in some.items {
            held.entry(case.case).or_default().push((holding.holder, holding.branch));
        }
        match some.next {
            Some(next) => page.after = Some(next),
            None => return held,
        }
    }
}

/// Some working hours pass and about one in `one_in` of the open cases is acted on; answers how many are open.
async fn a_while(engine: &Engine, clock: &SetClock, round: u64, one_in: u64) -> usize {
    let calendar = engine.library().calendars.get(&"hanoi".into()).unwrap().clone();
    clock.set(calendar.add_working_minutes(clock_now(engine), 97));
    sweep::run_once(engine).await.unwrap();
    let cases = held(engine).await;
    let open = cases.len();
    let mut acts = JoinSet::new();
    for (n, (case, places)) in (0_u64..).zip(cases) {
        let drawn = (n * 7 + round * 13) % 1_009;
        if drawn % one_in != 0 {
            continue;
        }
        if acts.len() >= AT_ONCE {
            acts.join_next().await.unwrap().unwrap();
        }
        let engine = engine.clone();
        acts.spawn(async move {
            let mut chance = Chance::seeded(n * 1_000_003 + round);
            let (holder, branch) = &places[(round as usize) % places.len()];
            act(&engine, &case, holder, *branch, &mut chance).await.unwrap();
        });
    }
    while let Some(done) = acts.join_next().await {
        done.unwrap();
    }
    open
}

fn clock_now(engine: &Engine) -> Ts {
    engine.clock().now()
}

/// A third of the cases is opened on each of three versions and worked on for some days.
async fn settle(engine: &Engine, clock: &SetClock, texts: &[String]) {
    let mut n = 0;
    for (version, text) in texts.iter().enumerate() {
        publish(engine, text).await;
        let procedure = engine.library().current(&"cap-phep-xay-dung".into()).unwrap();
        let mut opening = JoinSet::new();
        for _ in 0..open_cases() / 3 {
            if opening.len() >= AT_ONCE {
                opening.join_next().await.unwrap().unwrap();
            }
            let (engine, procedure, number) = (engine.clone(), procedure.clone(), n);
            n += 1;
            opening.spawn(async move {
                let mut chance = Chance::seeded(u64::from(number) + 1);
                open(&engine, &procedure, &mut chance, number).await.unwrap();
            });
        }
        while let Some(done) = opening.join_next().await {
            done.unwrap();
        }
        for round in 0..6 {
            a_while(engine, clock, (version * 10 + round) as u64, 2).await;
        }
    }
}

async fn journal(store: &dyn Store) -> (Vec<Sealed>, BTreeMap<CaseId, Vec<Sealed>>) {
    let (mut all, mut by_case): (Vec<Sealed>, BTreeMap<CaseId, Vec<Sealed>>) = Default::default();
    loop {
        let some = store.entries(all.len() as u64, 5_000).await.unwrap();
        if some.is_empty() {
            break;
        }
        all.extend(some);
    }
    for sealed in &all {
        if let Some(case) = &sealed.entry.case {
            by_case.entry(case.clone()).or_default().push(sealed.clone());
        }
    }
    (all, by_case)
}

fn replay(id: &CaseId, entries: &[Sealed]) -> Case {
    let mut case = None;
    for sealed in entries {
        if let Record::Case(event) = &sealed.entry.record {
            case = Some(evolve(case, id, event, sealed.entry.occurred_at).unwrap());
        }
    }
    let case = case.unwrap();
    invariants(&case).unwrap_or_else(|broken| panic!("{id}: {broken}"));
    case
}

/// The record is whole, the rows are what it makes of them, and no minute is without an owner.
async fn the_record_is_whole(engine: &Engine) -> BTreeMap<CaseId, Vec<Sealed>> {
    let (all, by_case) = journal(engine.store().as_ref()).await;
    let mut verifier = Verifier::new(&[engine.store().head().await.unwrap()]);
    all.iter().for_each(|sealed| verifier.row(&sealed.into()));
    assert!(verifier.finish().is_whole());
    let examined = doctor::examine(engine.store().as_ref(), false).await.unwrap();
    assert_eq!(examined.findings, Vec::new());
    let course = engine.library().course(&"hanoi".into()).unwrap();
    for (id, entries) in &by_case {
        let plain: Vec<_> = entries.iter().map(|sealed| sealed.entry.clone()).collect();
        let custody = custody(&plain, &course);
        custody.conservation().unwrap_or_else(|broken| panic!("{id}: {broken}"));
        let rows = engine.store().holdings_of(id).await.unwrap();
        assert_eq!(rows.len(), custody.holdings.len());
        for (row, holding) in rows.iter().zip(&custody.holdings) {
            assert_eq!((&row.step, &row.holder, row.deadline), (&holding.step, &holding.holder, holding.deadline));
        }
    }
    by_case
}

async fn look(engine: &Engine, text: &str) -> Plan {
    let shelf = engine.library();
    let (new, _) = load(&Source::new("x.yaml", text)).unwrap();
    plan(engine.store().as_ref(), |case| shelf.procedure(&case.digest), &new).await.unwrap()
}

fn wanted(plan: &Plan, dry_run: bool) -> Wanted {
    let cases = plan.cases.iter().map(|standing| standing.case.clone()).collect();
    Wanted {
        actor: Actor::Person(AUTHOR.into()),
        to: plan.digest.clone(),
        cases,
        reason: Some("QĐ 15/QĐ-SXD".into()),
        dry_run,
    }
}

async fn all(engine: &Engine, wanted: &Wanted) -> Migrated {
    migrate(engine, wanted, |_, _| ControlFlow::Continue(())).await.unwrap()
}

/// What a case was and is, where it went on by the new text: one entry more, and nobody's day is another one.
fn went_on(id: &CaseId, before: &[Sealed], after: &[Sealed], to: &Digest) {
    let added: Vec<&Sealed> = after[before.len()..].iter().collect();
    let [only] = added[..] else { panic!("{id}: {} entries more", added.len()) };
    let Record::Case(Event::CaseMigrated(moved)) = &only.entry.record else { panic!("{id}: {:?}", only.entry.record) };
    let (was, is) = (replay(id, before), replay(id, after));
    assert_eq!((&moved.from, &moved.digest, &is.digest), (&was.digest, to, to));
    assert_eq!(only.entry.actor, Actor::Person(AUTHOR.into()));
    assert_eq!(only.entry.procedure.as_ref(), Some(&was.digest), "{id}: it is decided by the text it ran by");
    assert_eq!(was.timers(), is.timers(), "{id}: a clock moved");
    assert_eq!((was.promise, was.apology_at, was.new_dates), (is.promise, is.apology_at, is.new_dates));
    assert_eq!(was.counts.values().sum::<u32>(), is.counts.values().sum::<u32>(), "{id}: what was done is counted");
    let holders = |case: &Case| -> Vec<_> {
        case.branches
            .values()
            .map(|branch| (branch.id, branch.holder.clone(), branch.held_since, branch.received_at))
            .collect()
    };
    assert_eq!(holders(&was), holders(&is), "{id}: somebody else holds it");
}

async fn a_version_comes_into_force(bed: Bed) {
    let kind = bed.store.kind();
    let clock = Arc::new(SetClock::new("2026-08-03T01:00:00Z".parse().unwrap()));
    let engine = city(bed.store.clone(), clock.clone()).await;
    let texts = versions();
    settle(&engine, &clock, &texts[..3]).await;
    let (_, before) = journal(engine.store().as_ref()).await;

    // Looking writes nothing, and nothing goes on by a text that is not published.
    let (head, began) = (engine.store().head().await.unwrap(), Instant::now());
    let planned = look(&engine, &texts[3]).await;
    println!("{kind}: {} open cases looked at in {:.2} s", planned.cases.len(), began.elapsed().as_secs_f32());
    assert_eq!(engine.store().head().await.unwrap(), head);
    let versions: BTreeSet<u32> = planned.cases.iter().map(|standing| standing.version).collect();
    assert_eq!(versions, BTreeSet::from([3, 4, 5]));
    assert_eq!(planned.cases.len(), held(&engine).await.len());
    assert!(planned.unreadable.is_empty());
    assert_eq!(all(&engine, &wanted(&planned, false)).await.migrated, 0);

    publish(&engine, &texts[3]).await;
    let head = engine.store().head().await.unwrap();
    let foretold = all(&engine, &wanted(&planned, true)).await;
    assert_eq!(engine.store().head().await.unwrap(), head, "a dry run writes nothing");
    assert_eq!(foretold.migrated as usize, planned.migrating());
    let stays: BTreeSet<&CaseId> = planned.cases.iter().filter(|one| !one.migrates()).map(|one| &one.case).collect();
    assert_eq!(foretold.refused.iter().map(|one| &one.case).collect::<BTreeSet<_>>(), stays);
    assert!(planned.migrating() > 0 && !stays.is_empty(), "{} go on and {} stay", planned.migrating(), stays.len());

    // Somebody without the right moves nothing.
    let nobody = Wanted { actor: Actor::Person("lan-mc".into()), ..wanted(&planned, false) };
    let denied = migrate(&engine, &nobody, |_, _| ControlFlow::Continue(())).await;
    assert!(matches!(denied, Err(Denied::Refused(why)) if why.code.word() == "not_allowed"));

    // Interrupted after the first commit, the server is gone, and it is run again.
    let some =
        Wanted { cases: wanted(&planned, false).cases[..planned.cases.len() / 3].to_vec(), ..wanted(&planned, false) };
    let first = all(&engine, &some).await;
    engine.close().await;
    let engine = Engine::start(bed.another().await.unwrap(), clock.clone()).await.unwrap();
    let began = Instant::now();
    let second = all(&engine, &wanted(&planned, false)).await;
    let a_second = second.migrated as f32 / began.elapsed().as_secs_f32();
    println!(
        "{kind}: {} go on, {a_second:.0} a second; {} stay",
        first.migrated + second.migrated,
        second.refused.len()
    );
    assert_eq!((first.migrated + second.migrated) as usize, planned.migrating());
    assert_eq!(second.passed_over, first.migrated, "what was done is passed over");
    assert!(second.failed.is_empty() && second.left == 0);
    assert!(second.refused.iter().all(|one| one.vi.len() > 40 && one.code == "cannot_migrate"));

    let after = the_record_is_whole(&engine).await;
    for standing in &planned.cases {
        let (was, is) = (&before[&standing.case], &after[&standing.case]);
        match standing.migrates() {
            true => went_on(&standing.case, was, is, &planned.digest),
            false => assert_eq!(was, is, "{} stays and was touched", standing.case),
        }
    }
    assert_eq!(look(&engine, &texts[3]).await.cases.len(), stays.len());
    // Whoever holds a case reads it in words.
    let went = planned.cases.iter().find(|one| one.migrates()).unwrap();
    let view = engine.query().case(&went.case, &went.at[0].holder).await.unwrap();
    let words: Vec<&str> = view.timeline.iter().map(|item| item.vi.as_str()).collect();
    let said = format!("Chuyển từ bản {} sang bản 6 của quy trình; người giữ và mọi hạn giữ nguyên", went.version);
    assert!(words.iter().any(|words| words.starts_with(&said)), "{words:?}");

    // Every case is played on to its end, by the text it runs by: none is stuck, at a join or elsewhere.
    let mut rounds = 0;
    while a_while(&engine, &clock, 1_000 + rounds, 1).await > 0 {
        rounds += 1;
        assert!(rounds < 900, "still open: {:?}", held(&engine).await);
    }
    let ended = the_record_is_whole(&engine).await;
    for (id, entries) in &ended {
        assert!(matches!(replay(id, entries).status, Status::Ended { .. }), "{id} is open and nobody holds it");
    }
    println!("{kind}: all {} cases ended after {rounds} rounds", ended.len());
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_comes_into_force_on_sqlite() {
    a_version_comes_into_force(Bed::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_comes_into_force_on_postgres() {
    a_version_comes_into_force(Bed::postgres().await).await;
}
