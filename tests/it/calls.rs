//! A case that calls another, through the engine on either store: both move in one commit, what is refused in one is
//! refused in both, and the record is whole.

use std::sync::Arc;

use quytrinh::definition::value::Value;
use quytrinh::ids::{BranchId, CaseId, DocumentId, PersonId, Ts};
use quytrinh::journal::entry::{Head, Record};
use quytrinh::journal::verify::{Row, Verifier};
use quytrinh::machine::case::Status;
use quytrinh::machine::command::{Actor, Command, Open, Take};
use quytrinh::machine::event::Event;
use quytrinh::machine::refusal::Code;
use quytrinh::service::ask::{Answer, Ask, Denied, Target};
use quytrinh::service::clock::SetClock;
use quytrinh::service::doctor::examine;
use quytrinh::service::engine::Engine;
use quytrinh::service::library::{read_calendar, read_directory};
use quytrinh::service::publish::Publication;
use quytrinh::service::sweep;
use quytrinh::service::views::Relation;

use crate::machine::stage::{instant, procedure};
use crate::support::bed::Bed;

/// A file of the scenarios, as it is published.
fn text(name: &str) -> Publication {
    let path = format!("tests/scenarios/procedures/{name}.yaml");
    Publication::procedure(path.clone(), std::fs::read_to_string(&path).unwrap(), procedure(name))
}

async fn engine(bed: &Bed, at: Ts) -> (Engine, Arc<SetClock>) {
    let clock = Arc::new(SetClock::new(at));
    let engine = Engine::start(bed.store.clone(), clock.clone()).await.unwrap();
    let mut items = Vec::new();
    let people = std::fs::read_to_string("tests/scenarios/directory.yaml").unwrap();
    items.push(Publication::directory("directory.yaml", people.clone(), read_directory(&people).unwrap()));
    for name in ["hanoi", "24x7", "som"] {
        let text = std::fs::read_to_string(format!("workflows/calendars/{name}.yaml")).unwrap();
        items.push(Publication::calendar(name, text.clone(), read_calendar(&text).unwrap()));
    }
    engine.publish(Actor::System, items).await.unwrap();
    (engine, clock)
}

async fn ask(engine: &Engine, person: &str, target: Target, command: Command) -> Result<Answer, Denied> {
    let actor = Actor::Person(person.into());
    engine.handle(Ask { actor, target, command, if_match: None, key: None, dry_run: false }).await
}

async fn take(engine: &Engine, person: &str, case: &CaseId, verb: &str, gia: Option<i64>) -> Result<Answer, Denied> {
    let mut asked = Take::plain(BranchId::MAIN, verb);
    asked.reason = Some("lý do".to_owned());
    asked.fields.extend(gia.map(|gia| ("gia".into(), serde_json::from_value(gia.into()).unwrap())));
    ask(engine, person, Target::Case(case.clone()), Command::Take(asked)).await
}

async fn open(engine: &Engine) -> Result<Answer, Denied> {
    let fields = [("loai".into(), Value::Text("xe".into())), ("can_gap".into(), Value::YesNo(false))].into();
    let open = Open { title: "Thanh lý xe ô tô".to_owned(), fields, ..Open::default() };
    ask(engine, "minh", Target::New("caller".into()), Command::Open(open)).await
}

fn code(denied: Result<Answer, Denied>) -> Code {
    match denied {
        Err(Denied::Refused(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

/// Rows are what the journal makes of them, and the journal is whole.
async fn clean(bed: &Bed) {
    assert_eq!(examine(bed.store.as_ref(), false).await.unwrap().findings, []);
    let mut verifier = Verifier::new(&[Head::default(), bed.store.head().await.unwrap()]);
    bed.store.entries(0, 10_000).await.unwrap().iter().for_each(|sealed| verifier.row(&Row::from(sealed)));
    assert!(verifier.finish().is_whole());
}

async fn a_case_calls_another_and_takes_back_what_it_made(bed: Bed) {
    let (engine, clock) = engine(&bed, instant("2026-08-03 08:00")).await;
    // What calls is not put in force before what is called; together they are, in whatever order.
    let alone = engine.publish(Actor::System, vec![text("caller")]).await;
    assert!(matches!(alone, Err(Denied::Refused(refusal)) if refusal.code == Code::NotCallable));
    assert_eq!(engine.publish(Actor::System, vec![text("caller"), text("called")]).await.unwrap(), 2);

    let caller = open(&engine).await.unwrap().receipt.case;
    let submitted = take(&engine, "minh", &caller, "submit", None).await.unwrap().receipt;
    let called = CaseId::new(format!("{caller}.1"));
    assert_eq!(submitted.events, ["taken", "decided", "step_entered", "called"]);
    assert_eq!(submitted.case, caller);

    // Both are there, seen from either side by who may; the receipt's entries and the other case's follow each other.
    let seen = engine.query().case(&caller, &"tuan".into()).await.unwrap();
    let [related] = &seen.related[..] else { panic!("{:?}", seen.related) };
    assert_eq!(
        (related.relation, &related.case, related.outcome, related.seen),
        (Relation::Called, &called, None, false)
    );
    let theirs = engine.query().case(&called, &"yen".into()).await.unwrap();
    assert_eq!((theirs.related[0].relation, &theirs.related[0].case), (Relation::Caller, &caller));
    assert!(theirs.related.iter().all(|related| !related.seen), "whoever works on it sees no more than he may");
    assert!(engine.query().case(&caller, &"yen".into()).await.is_err());
    assert_eq!(theirs.row.title, "Thanh lý xe ô tô");
    assert_eq!(theirs.row.promise, None, "the citizen has the caller's date");
    let entries = bed.store.entries(submitted.seq.unwrap(), 100).await.unwrap();
    let whose: Vec<&str> = entries.iter().map(|sealed| sealed.entry.case.as_ref().unwrap().as_str()).collect();
    assert_eq!(whose, [vec![caller.as_str(); 4], vec![called.as_str(); 2]].concat());
    clean(&bed).await;

    // A dry run of the last act writes nothing in either.
    take(&engine, "yen", &called, "submit", Some(250)).await.unwrap();
    let before = bed.store.head().await.unwrap();
    let mut dry = Take::plain(BranchId::MAIN, "sign");
    dry.reason = None;
    let asked = Ask {
        actor: Actor::Person("khanh".into()),
        target: Target::Case(called.clone()),
        command: Command::Take(dry),
        if_match: None,
        key: None,
        dry_run: true,
    };
    engine.handle(asked).await.unwrap();
    assert_eq!(bed.store.head().await.unwrap(), before);

    // The end of one is the going on of the other, and nothing lies between.
    clock.set(instant("2026-08-04 09:00"));
    let signed = take(&engine, "khanh", &called, "sign", None).await.unwrap().receipt;
    let entries = bed.store.entries(signed.seq.unwrap(), 100).await.unwrap();
    let words: Vec<(&str, &str)> = entries
        .iter()
        .filter_map(|sealed| match &sealed.entry.record {
            Record::Case(event) => Some((sealed.entry.case.as_ref()?.as_str(), event.word())),
            Record::Registry(_) => None,
        })
        .collect();
    let ends = words.iter().position(|word| *word == (called.as_str(), "ended")).unwrap();
    assert_eq!(words[ends + 1], (caller.as_str(), "call_ended"));
    assert!(words[ends + 1..].iter().all(|(case, _)| *case == caller.as_str()));
    let seen = engine.query().case(&caller, &"tuan".into()).await.unwrap();
    assert_eq!(seen.related[0].outcome, Some("done"));
    let gia = seen.fields.iter().find(|field| field.field.as_str() == "gia").unwrap();
    assert_eq!(gia.value.as_ref().unwrap().to_string(), "250");
    let chung_thu = DocumentId::from("chung_thu");
    assert!(seen.documents.iter().any(|paper| paper.document == chung_thu && paper.present && paper.digitised));
    take(&engine, "tuan", &caller, "sign", None).await.unwrap();
    clean(&bed).await;
    engine.close().await;
}

async fn time_and_withdrawal_move_both(bed: Bed) {
    let (engine, clock) = engine(&bed, instant("2026-08-03 08:00")).await;
    engine.publish(Actor::System, vec![text("called"), text("caller")]).await.unwrap();
    // A wait of the called case runs out while the engine is down: the caller goes on at that instant.
    let first = open(&engine).await.unwrap().receipt.case;
    take(&engine, "minh", &first, "submit", None).await.unwrap();
    let called = CaseId::new(format!("{first}.1"));
    take(&engine, "yen", &called, "request_supplement", None).await.unwrap();
    // Another one is withdrawn with what it called.
    let second = open(&engine).await.unwrap().receipt.case;
    take(&engine, "minh", &second, "submit", None).await.unwrap();
    let stopped = CaseId::new(format!("{second}.1"));
    assert_eq!(code(take(&engine, "yen", &stopped, "withdraw", None).await), Code::WithCaller);
    take(&engine, "tuan", &second, "withdraw", None).await.unwrap();
    assert_eq!(code(take(&engine, "yen", &stopped, "submit", Some(1)).await), Code::CaseEnded);

    clock.set(instant("2026-08-12 08:00"));
    assert!(sweep::run_once(&engine).await.unwrap() > 0);
    let of = |id: &CaseId| {
        let (store, id) = (bed.store.clone(), id.clone());
        async move {
            let entries = store.entries_of(&id).await.unwrap();
            let mut case = None;
            for sealed in &entries {
                let Record::Case(event) = &sealed.entry.record else { continue };
                case = Some(quytrinh::machine::evolve::evolve(case, &id, event, sealed.entry.occurred_at).unwrap());
            }
            case.unwrap()
        }
    };
    let lapsed = instant("2026-08-04 17:30");
    assert!(matches!(of(&called).await.status, Status::Ended { at, .. } if at == lapsed));
    assert!(matches!(of(&first).await.status, Status::Ended { at, .. } if at == lapsed));
    assert!(matches!(of(&stopped).await.status, Status::Ended { .. }));
    let told: Vec<Event> = bed
        .store
        .entries_of(&stopped)
        .await
        .unwrap()
        .into_iter()
        .filter_map(|sealed| match sealed.entry.record {
            Record::Case(event) => Some(event),
            Record::Registry(_) => None,
        })
        .collect();
    assert!(told.iter().any(|event| matches!(event, Event::StoppedByCaller { caller, reason: Some(reason), .. }
        if *caller == second && reason == "lý do")));
    // Nobody holds anything any more.
    for person in ["minh", "tuan", "yen", "khanh"] {
        let inbox = engine.query().inbox(&PersonId::from(person)).await.unwrap();
        assert!(inbox.mine.is_empty(), "{person}: {:?}", inbox.mine);
    }
    clean(&bed).await;
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_calls_another_on_sqlite() {
    a_case_calls_another_and_takes_back_what_it_made(Bed::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_calls_another_on_postgres() {
    a_case_calls_another_and_takes_back_what_it_made(Bed::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn time_and_withdrawal_move_both_on_sqlite() {
    time_and_withdrawal_move_both(Bed::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn time_and_withdrawal_move_both_on_postgres() {
    time_and_withdrawal_move_both(Bed::postgres().await).await;
}

/// What the guide shows stands in files that pass their checks and their scenarios.
#[test]
fn the_guide_shows_what_runs() {
    let folder = std::path::Path::new("tests/definitions/tree/ok");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts: String =
        files.filter(|path| path.is_file()).map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let guide = std::fs::read_to_string("docs/guides/sub-procedures.md").unwrap();
    let blocks: Vec<&str> = guide.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 3);
    for block in blocks {
        assert!(texts.contains(block), "not in {}:\n{block}", folder.display());
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let mut calendars = quytrinh::calendar::shelf::Calendars::default();
    let hanoi = std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap();
    calendars.put(Arc::new(read_calendar(&hanoi).unwrap()));
    for name in ["thanh-ly", "dinh-gia"] {
        let source = quytrinh::definition::source::Source::new(name, read(&format!("{name}.yaml")));
        let (procedure, _) = quytrinh::definition::load(&source).unwrap();
        let test = serde_saphyr::from_str(&read(&format!("{name}.test.yaml"))).unwrap();
        for played in quytrinh::rehearsal::play::rehearse(&test, &procedure, &calendars) {
            assert!(played.faults.is_empty(), "{}: {:#?} {:#?}", played.name, played.faults, played.timeline);
        }
    }
}
