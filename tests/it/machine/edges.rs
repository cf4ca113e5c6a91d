//! What a script cannot show: a broken directory, a missing calendar, a clock that runs back, an impossible history.

use std::collections::BTreeMap;

use quytrinh::calendar::shelf::Calendars;
use quytrinh::definition::value::Value;
use quytrinh::directory::Directory;
use quytrinh::ids::{BranchId, PersonId, StepId};
use quytrinh::machine::command::{Actor, Command, Open, Request, Take};
use quytrinh::machine::decide::decide;
use quytrinh::machine::event::{Closing, Event, Scope, TimerKey, TimerKind};
use quytrinh::machine::evolve::evolve;
use quytrinh::machine::refusal::Refusal;

use super::stage::{Stage, instant, procedure};

fn person(id: &str) -> Actor {
    Actor::Person(PersonId::from(id))
}

fn open(title: &str) -> Command {
    Command::Open(Open { title: title.to_owned(), ..Open::default() })
}

fn take(verb: &str) -> Command {
    Command::Take(Take::plain(BranchId::MAIN, verb))
}

fn directory(change: impl Fn(&str) -> String) -> Directory {
    let text = std::fs::read_to_string("tests/scenarios/directory.yaml").unwrap();
    Directory::build(serde_yaml::from_str(&change(&text)).unwrap()).unwrap()
}

fn code(result: Result<Vec<Event>, Refusal>) -> &'static str {
    result.unwrap_err().code.word()
}

#[test]
fn a_case_is_never_left_ownerless_for_want_of_a_directory() {
    let mut stage = Stage::new(procedure("people"));
    let posts = ["[nga]", "[lan, mai]", "[dung]", "[hung]", "[{ person: binh, areas: [cap-phep-xay-dung] }, thao]"];
    stage.directory = directory(|text| posts.iter().fold(text.to_owned(), |text, post| text.replace(post, "[]")));
    let refused = stage.act(person("la"), open("x"));
    assert_eq!(code(refused), "not_allowed");
    // A supplier of cases in the owner's unit may open it; there is nobody to hold it, not even above.
    stage.directory = directory(|text| {
        let text = posts.iter().fold(text.to_owned(), |text, post| text.replace(post, "[]"));
        text.replace("so-xay-dung:\n    vi: Sở Xây dựng\n    under: ubnd-thanh-pho\n    calendar: hanoi\n    posts:", "so-xay-dung:\n    vi: Sở Xây dựng\n    under: ubnd-thanh-pho\n    calendar: hanoi\n    posts:\n      van-thu: { vi: Văn thư, people: [la] }")
    });
    assert_eq!(code(stage.act(person("la"), open("x"))), "nobody_to_hold");
}

#[test]
fn everybody_absent_is_still_somebody_in_post() {
    let mut stage = Stage::new(procedure("people"));
    stage.directory = directory(|text| {
        let away = ["lan", "mai", "nga", "dung", "binh", "thao", "hung"];
        let away: String =
            away.map(|who| format!("  - {{ person: {who}, since: 2026-08-01, until: 2026-08-31 }}\n")).concat();
        text.replace("absences:\n", &format!("absences:\n{away}"))
    });
    stage.act(person("lan"), open("x")).unwrap();
    let holder = &stage.case.as_ref().unwrap().branches[&BranchId::MAIN].holder;
    assert_eq!((holder.person.as_str(), holder.how.word()), ("nga", "head"));
}

#[test]
fn a_procedure_without_its_calendar_is_not_started() {
    let mut stage = Stage::new(procedure("people"));
    stage.calendars = Calendars::default();
    assert_eq!(code(stage.act(person("lan"), open("x"))), "no_calendar");
}

#[test]
fn no_text_holds_what_nobody_types() {
    let mut stage = Stage::new(procedure("people"));
    for title in ["a\u{0}b", "\u{1b}[31mđỏ", "\u{9f}"] {
        assert_eq!(code(stage.act(person("lan"), open(title))), "bad_text", "{title:?}");
    }
    stage.act(person("lan"), open("Hồ sơ của bà Nguyễn Thị Ý 🏠")).unwrap();
    assert_eq!(code(stage.act(person("lan"), Command::Comment { text: "x\u{7f}".into() })), "bad_text");
    stage.act(person("lan"), Command::Comment { text: "dòng một\n\tdòng hai".into() }).unwrap();
}

#[test]
fn nothing_happens_before_what_has_happened() {
    let mut stage = Stage::new(procedure("people"));
    stage.act(person("lan"), open("x")).unwrap();
    stage.now = instant("2026-08-02 08:00");
    assert_eq!(code(stage.act(person("lan"), take("accept"))), "clock_backwards");
}

#[test]
fn a_start_without_a_choice_that_holds_is_refused_and_an_empty_field_is_asked_for() {
    let mut procedure = procedure("clocks");
    procedure.case.starts = None;
    let mut stage = Stage::new(procedure);
    let refusal = stage.act(person("minh"), open("x")).unwrap_err();
    assert_eq!((refusal.code.word(), refusal.fields[0].as_str()), ("guard_unknown", "khan"));
    let guard = match &stage.procedure.case.within {
        quytrinh::definition::procedure::Limit::Choose(choices) => choices[0].when.clone(),
        other => panic!("{other:?}"),
    };
    stage.procedure.start[0].when = guard;
    let fields = BTreeMap::from([("khan".into(), Value::YesNo(false))]);
    let asked = Command::Open(Open { title: "x".into(), fields, ..Open::default() });
    assert_eq!(code(stage.act(person("minh"), asked)), "no_start");
}

#[test]
fn only_the_engine_fires_timers_and_only_people_act() {
    let mut stage = Stage::new(procedure("people"));
    assert_eq!(code(stage.act(Actor::System, open("x"))), "not_allowed");
    stage.act(person("lan"), open("x")).unwrap();
    let timer = TimerKey { scope: Scope::Case, kind: TimerKind::Deadline };
    assert_eq!(code(stage.act(person("lan"), Command::Fire { timer: timer.clone() })), "not_allowed");
    assert_eq!(code(stage.act(Actor::System, Command::Fire { timer })), "timer_not_due");
    assert_eq!(code(stage.act(Actor::System, take("accept"))), "not_allowed");
}

#[test]
fn a_timer_that_fires_late_is_fired_once_and_keeps_its_own_instant() {
    let mut stage = Stage::new(procedure("people"));
    stage.act(person("lan"), open("x")).unwrap();
    let timer = TimerKey { scope: Scope::Branch(BranchId::MAIN), kind: TimerKind::Deadline };
    let due = stage.case.as_ref().unwrap().timers()[0].1;
    stage.now = due.plus_minutes(600);
    let events = stage.act(Actor::System, Command::Fire { timer: timer.clone() }).unwrap();
    assert!(matches!(&events[0], Event::Breached { due: told, .. } if *told == due));
    assert_eq!(code(stage.act(Actor::System, Command::Fire { timer })), "timer_not_due");
}

#[test]
fn what_was_overdue_before_an_act_is_told_in_its_wake() {
    let mut stage = Stage::new(procedure("people"));
    stage.act(person("lan"), open("x")).unwrap();
    let due = stage.case.as_ref().unwrap().timers()[0].1;
    stage.now = due.plus_minutes(60);
    let events = stage.act(person("lan"), Command::Comment { text: "muộn".into() }).unwrap();
    assert_eq!(events.iter().map(Event::word).collect::<Vec<_>>(), ["commented", "breached"]);
}

#[test]
fn a_history_that_cannot_have_happened_is_refused_and_named() {
    let mut stage = Stage::new(procedure("people"));
    stage.act(person("lan"), open("x")).unwrap();
    let case = stage.case.clone().unwrap();
    let main = BranchId::MAIN;
    let step = || StepId::from("soan");
    let impossible = [
        stage.history[0].0.clone(),
        Event::Received { branch: main, given_by: None, given_at: None, verdict: None },
        Event::Recalled { branch: main, step: step() },
        Event::BranchClosed { branch: main, how: Closing::Answered },
        Event::BranchClosed { branch: BranchId(7), how: Closing::Answered },
        Event::Joined { branch: main, step: step(), answered: 0, silent: 0, cancelled: 0 },
        Event::Reopened { step: step(), reason: None, clock: None },
        Event::TimerSpent { timer: TimerKey { scope: Scope::Case, kind: TimerKind::Reminder(9) }, due: stage.now },
        Event::Lapsed { branch: BranchId(3), step: step(), due: stage.now },
    ];
    for event in impossible {
        let illegal = evolve(Some(case.clone()), &Stage::id(), &event, stage.now).unwrap_err();
        assert_eq!(illegal.event, event.word());
        assert!(illegal.state.contains("0:nhan"), "{illegal}");
    }
    let said = Event::Commented { text: "x".into() };
    assert!(evolve(None, &Stage::id(), &said, stage.now).is_err());
    assert!(evolve(Some(case.clone()), &Stage::id(), &said, instant("2026-08-01 08:00")).is_err());
    let ask = Request { actor: person("lan"), at: stage.now, command: take("accept") };
    assert_eq!(code(decide(&stage.rules(), None, &Stage::id(), &ask)), "inconsistent");
}

#[test]
fn a_delegate_is_barred_by_what_either_of_the_two_has_done() {
    let mut stage = Stage::new(procedure("permit"));
    stage.now = instant("2026-08-10 08:00");
    let fields = BTreeMap::from([
        ("dien_tich_san".into(), serde_json::from_str("620").unwrap()),
        ("cap_cong_trinh".into(), Value::Text("III".into())),
        ("dat_yeu_cau".into(), Value::YesNo(false)),
    ]);
    let asked = Open { title: "x".into(), fields, documents: vec!["ban_ve".into()], ..Open::default() };
    let with_reason =
        |verb: &str| Command::Take(Take { reason: Some("vì thế".into()), ..Take::plain(BranchId::MAIN, verb) });
    let assign = |to: &str| Command::Assign { branch: BranchId::MAIN, to: to.into(), reason: Some("vì thế".into()) };
    stage.act(person("lan"), Command::Open(asked)).unwrap();
    stage.act(person("nga"), assign("lan")).unwrap();
    stage.act(person("lan"), take("accept")).unwrap();
    stage.act(person("minh"), take("complete")).unwrap();
    stage.act(person("minh"), with_reason("propose_refusal")).unwrap();
    stage.act(person("minh"), take("submit")).unwrap();
    // The director's delegate checks in the place of the office's head, who is moved away for the sake of it.
    stage.directory = directory(|text| text.replace("from: dung, to: thao", "from: tuan, to: thao"));
    let as_tuan = Actor::Delegate { person: "thao".into(), on_behalf_of: "tuan".into() };
    stage.act(as_tuan, take("approve")).unwrap();
    assert_eq!(stage.case.as_ref().unwrap().branches[&BranchId::MAIN].holder.person.as_str(), "dung");
    stage.directory = directory(|text| text.to_owned());
    let as_dung = Actor::Delegate { person: "thao".into(), on_behalf_of: "dung".into() };
    assert_eq!(code(stage.act(as_dung, with_reason("refuse"))), "separate");
    stage.act(person("dung"), with_reason("refuse")).unwrap();
}
