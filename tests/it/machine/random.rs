//! Random histories: whatever is asked by whomever and whenever, nothing is decided that cannot be replayed, somebody
//! holds every open branch, and every timer fires once.
//!
//! What must hold after each command is checked by the stage. The seed is printed when it does not.

use std::collections::BTreeMap;

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use quytrinh::definition::procedure::Procedure;
use quytrinh::definition::value::{Kind, Number, Value};
use quytrinh::ids::{BranchId, DocumentId, FieldId, PersonId, Ts, Verb};
use quytrinh::machine::available::{Offer, OfferKind, available};
use quytrinh::machine::case::{Case, Status};
use quytrinh::machine::command::{Actor, Command, Open, Take};
use quytrinh::machine::event::{Event, Scope, TimerKey, TimerKind};
use quytrinh::machine::rules::Load;

use super::stage::{Stage, city, instant, procedure};

pub const PROCEDURES: [&str; 11] = [
    "permit",
    "parallel",
    "clocks",
    "people",
    "required",
    "superiors",
    "subtotals",
    "windows",
    "variants",
    "signals",
    "council",
];

#[test]
fn random_histories_keep_every_promise_of_the_machine() {
    let histories: u64 = std::env::var("HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(25);
    let mut tally = Tally::default();
    for name in PROCEDURES {
        let procedure = procedure(name);
        for seed in 0..histories {
            let guard = Told { name, seed };
            history(&procedure, seed, &mut tally);
            std::mem::forget(guard);
        }
    }
    // A generator that never gets anywhere proves nothing.
    assert!(tally.ended > histories / 2, "only {} cases ended", tally.ended);
    assert!(tally.refused > histories, "only {} acts were refused", tally.refused);
    for word in [
        "taken",
        "decided",
        "branch_opened",
        "joined",
        "silent",
        "lapsed",
        "sent_back",
        "recalled",
        "holder_changed",
        "clock_stopped",
        "clock_resumed",
        "extended",
        "apologised",
        "breached",
        "escalated",
        "acknowledged",
        "marked",
        "reopened",
        "voted",
        "attached",
    ] {
        assert!(tally.events.contains_key(word), "no history had `{word}`: {:?}", tally.events);
    }
}

/// The shipped library in its made-up city: the same promises, and every procedure comes to an end.
#[test]
fn every_shipped_procedure_keeps_them_too_and_can_be_ended() {
    let histories: u64 = std::env::var("HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let mut played = 0;
    for path in shipped() {
        let procedure = procedure(&path);
        let mut tally = Tally::default();
        for seed in 0..histories {
            let guard = Told { name: "the library", seed };
            let mut stage = Stage::new(procedure.clone());
            stage.directory = city();
            play(stage, seed, 60, &mut tally);
            std::mem::forget(guard);
        }
        assert!(tally.events.contains_key("case_opened"), "nobody of the city could open a case of {path}");
        assert!(tally.ended > 0, "no case of {path} came to an end: {:?}", tally.events);
        played += 1;
    }
    assert!(played >= 5, "only {played} procedures are shipped");
}

/// `agency/procedure` of every file under `workflows/`.
fn shipped() -> Vec<String> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir("workflows").unwrap().map(|entry| entry.unwrap().path());
    for agency in entries.filter(|path| path.is_dir()) {
        let name = agency.file_name().unwrap().to_str().unwrap().to_owned();
        if ["calendars", "directory", "catalogues", "templates", "policies", "mandates"].contains(&name.as_str()) {
            continue;
        }
        for file in std::fs::read_dir(&agency).unwrap().map(|entry| entry.unwrap().path()) {
            let stem = file.file_name().unwrap().to_str().unwrap().to_owned();
            if let Some(stem) = stem.strip_suffix(".yaml").filter(|stem| !stem.ends_with(".test")) {
                found.push(format!("{name}/{stem}"));
            }
        }
    }
    found.sort();
    found
}

/// Says which history broke, should it panic.
struct Told {
    name: &'static str,
    seed: u64,
}

impl Drop for Told {
    fn drop(&mut self) {
        eprintln!("the history {} of {} broke", self.seed, self.name);
    }
}

#[derive(Default)]
pub struct Tally {
    ended: u64,
    refused: u64,
    events: BTreeMap<&'static str, u64>,
}

/// Plays one history and checks it on the way; the stage knows everything that happened.
pub fn history(procedure: &Procedure, seed: u64, tally: &mut Tally) -> Stage {
    play(Stage::new(procedure.clone()), seed, 60, tally)
}

/// The beginning of a history: the case after so many acts.
pub fn begun(procedure: &Procedure, seed: u64, acts: u32) -> Stage {
    play(Stage::new(procedure.clone()), seed, acts, &mut Tally::default())
}

fn play(mut stage: Stage, seed: u64, acts: u32, tally: &mut Tally) -> Stage {
    let mut chance = Chance::new(seed);
    let people: Vec<PersonId> = stage.directory.people().map(|(id, _)| id.clone()).collect();
    stage.now = instant("2026-08-03 08:00").plus_minutes(chance.below(60 * 24 * 60) as i64);
    for person in &people {
        let load = Load { open: chance.below(4) as u32, last_given: None };
        stage.workload.put(person.clone(), load);
    }
    go_on(stage, &mut chance, acts, tally)
}

/// Plays on from where the stage is, by chance.
pub fn continued(stage: Stage, seed: u64, acts: u32) -> Stage {
    go_on(stage, &mut Chance::new(seed), acts, &mut Tally::default())
}

fn go_on(mut stage: Stage, chance: &mut Chance, acts: u32, tally: &mut Tally) -> Stage {
    let people: Vec<PersonId> = stage.directory.people().map(|(id, _)| id.clone()).collect();
    let mut fired: BTreeMap<(TimerKey, Ts, u64), u32> = BTreeMap::new();
    for _ in 0..acts {
        let pause = [0, 3, 47, 600, 3_000, 20_000][chance.below(6)] * (1 + chance.below(3) as i64);
        let at = stage.now.plus_minutes(pause);
        stage.until(at, |_, events| count(events, &mut fired, tally));
        if stage.case.as_ref().is_some_and(|case| !case.is_open()) && chance.below(3) == 0 {
            break;
        }
        let actor = actor(chance, &people);
        let (actor, command) = match &stage.case {
            None => (actor, Command::Open(opening(chance, &stage))),
            // Half of the acts are what a page offers somebody, the rest is anything at all.
            Some(case) if chance.below(4) > 0 => match offered(chance, &stage, case, &people) {
                Some(act) => act,
                None => (actor, anything(chance, &stage, case, &people)),
            },
            Some(case) => (actor, anything(chance, &stage, case, &people)),
        };
        let before = stage.case.clone();
        match stage.act(actor, command) {
            Ok(events) => count(&events, &mut fired, tally),
            Err(refusal) => {
                tally.refused += 1;
                assert_ne!(refusal.code.word(), "inconsistent", "{}", refusal.en);
                assert_eq!(before, stage.case);
                assert!(!refusal.vi.is_empty() && !refusal.en.is_empty());
            }
        }
        if chance.below(24) == 0 && stage.case.is_some() {
            offers_are_kept(&stage, &people);
        }
    }
    stage.replay();
    tally.ended += u64::from(stage.case.as_ref().is_some_and(|case| !case.is_open()));
    assert!(fired.values().all(|times| *times == 1), "a timer fired twice for one clock: {fired:?}");
    stage
}

/// Every offer, asked with what it wants, is not refused for a reason the offer hid.
fn offers_are_kept(stage: &Stage, people: &[PersonId]) {
    let case = stage.case.as_ref().unwrap();
    for person in people {
        for offer in available(&stage.rules(), case, &Actor::Person(person.clone()), stage.now) {
            if offer.kind == OfferKind::Transition && offer.wants_fields.is_empty() && offer.wants_documents.is_empty()
            {
                let command = Command::Take(take(&offer, BTreeMap::new(), Vec::new()));
                let request = quytrinh::machine::command::Request {
                    actor: Actor::Person(person.clone()),
                    at: stage.now,
                    command,
                };
                let decided = quytrinh::machine::decide::decide(&stage.rules(), Some(case), &Stage::id(), &request);
                if let Err(refusal) = decided {
                    panic!("{person} was offered `{}` and refused: {}", offer.act, refusal.en);
                }
            }
        }
    }
}

fn count(events: &[Event], fired: &mut BTreeMap<(TimerKey, Ts, u64), u32>, tally: &mut Tally) {
    for event in events {
        *tally.events.entry(event.word()).or_default() += 1;
        let timer = match event {
            Event::Reminded { timer, due, .. }
            | Event::Escalated { timer, due, .. }
            | Event::ApologyDue { timer, due, .. }
            | Event::Breached { timer, due, .. } => Some((timer.clone(), *due)),
            Event::Silent { branch, due, .. } | Event::Lapsed { branch, due, .. } => {
                Some((TimerKey { scope: Scope::Branch(*branch), kind: TimerKind::Deadline }, *due))
            }
            _ => None,
        };
        // A superior's term ends once, and it goes further up at the same instant.
        let goes_up = matches!(event, Event::Escalated { timer, .. } if matches!(timer.kind, TimerKind::Superior(_)));
        if let Some((timer, due)) = timer.filter(|_| !goes_up) {
            // A step may be entered again with a clock that ends at the same instant: each entry counts for itself.
            let entry = tally.events.get("step_entered").copied().unwrap_or_default()
                + tally.events.get("branch_opened").copied().unwrap_or_default()
                + tally.events.get("extended").copied().unwrap_or_default();
            *fired.entry((timer, due, entry)).or_default() += 1;
        }
    }
}

fn actor(chance: &mut Chance, people: &[PersonId]) -> Actor {
    let person = chance.of(people).clone();
    match chance.below(12) {
        0 => Actor::System,
        1 => Actor::Delegate { person, on_behalf_of: chance.of(people).clone() },
        _ => Actor::Person(person),
    }
}

fn opening(chance: &mut Chance, stage: &Stage) -> Open {
    let fields = some_fields(chance, stage, 2);
    Open { title: "Hồ sơ".to_owned(), code: None, channel: None, fields, documents: some_documents(chance, stage) }
}

/// Something a page would show somebody now, filled in as a person would.
fn offered(chance: &mut Chance, stage: &Stage, case: &Case, people: &[PersonId]) -> Option<(Actor, Command)> {
    let holders: Vec<PersonId> = case.branches.values().map(|branch| branch.holder.person.clone()).collect();
    let person = match holders.is_empty() || chance.below(6) == 0 {
        true => chance.of(people).clone(),
        false => chance.of(&holders).clone(),
    };
    let actor = Actor::Person(person);
    let offers = available(&stage.rules(), case, &actor, stage.now);
    if offers.is_empty() {
        return None;
    }
    // People mostly move cases on, and talk little.
    let gives_up = |offer: &Offer| ["withdraw", "stop"].contains(&offer.act.as_str());
    let moves = |offer: &&Offer| offer.kind == OfferKind::Transition && !gives_up(offer);
    let moving: Vec<Offer> = offers.iter().filter(moves).cloned().collect();
    let offers = if moving.is_empty() || chance.below(3) == 0 { offers } else { moving };
    let mut offer = chance.of(&offers);
    if gives_up(offer) && chance.below(8) > 0 {
        offer = chance.of(&offers);
    }
    let branch = offer.branch;
    let reason = "vì thế".to_owned();
    let to = || offer.candidates.first().cloned();
    let command = match (offer.kind, offer.act.as_str()) {
        (OfferKind::Transition, _) => {
            let mut fields = BTreeMap::new();
            for id in offer.wants_fields.iter().chain(&offer.needs_fields) {
                fields.insert(id.clone(), value(chance, stage, id));
            }
            Command::Take(take(offer, fields, offer.wants_documents.clone()))
        }
        (_, "receive") => Command::Receive { branch },
        (_, "send_back") => Command::SendBack { branch, reason },
        (_, "recall") => Command::Recall { branch },
        (_, "claim") => Command::Claim { branch },
        (_, "acknowledge") => Command::Acknowledge { branch, level: None, text: None },
        (_, "assign") => Command::Assign { branch, to: to()?, reason: Some(reason) },
        (_, "transfer") => Command::Transfer { branch, to: to()?, reason },
        (_, "attach") => Command::Attach { document: stage.procedure.documents.keys().next()?.clone(), name: None },
        (_, "apologise") => Command::Apologise { new_date: stage.now.plus_minutes(60 * 24 * 30), reason },
        (_, "vote") => {
            let verb = (chance.below(4) > 0).then(|| offer.choices.first().cloned()).flatten();
            Command::Vote { branch, verb, text: None }
        }
        (_, "comment") => Command::Comment { text: reason },
        (_, other) => panic!("an offer of `{other}`"),
    };
    Some((actor, command))
}

fn take(offer: &Offer, fields: BTreeMap<FieldId, Value>, documents: Vec<DocumentId>) -> Take {
    Take {
        branch: offer.branch,
        verb: Verb::from(offer.act.as_str()),
        fields,
        documents,
        reason: Some("vì thế".to_owned()),
        length: Some("1 working day".to_owned()),
    }
}

/// Any command at all, mostly foolish.
fn anything(chance: &mut Chance, stage: &Stage, case: &Case, people: &[PersonId]) -> Command {
    let branch = BranchId(chance.below(case.next_branch as usize + 1) as u32);
    let person = chance.of(people).clone();
    let reason = ["", "vì thế", "  "][chance.below(3)].to_owned();
    match chance.below(14) {
        0 => Command::Receive { branch },
        1 => Command::SendBack { branch, reason },
        2 => Command::Recall { branch },
        3 => Command::Claim { branch },
        4 => Command::Assign { branch, to: person, reason: Some(reason) },
        5 => Command::Transfer { branch, to: person, reason },
        6 => Command::Comment { text: reason },
        7 => Command::Attach { document: DocumentId::from(["ban_ve", "bao_cao", "la"][chance.below(3)]), name: None },
        8 => Command::Apologise { new_date: stage.now.plus_minutes(chance.below(40_000) as i64), reason },
        9 => Command::Open(Open::default()),
        11 => {
            let level = (chance.below(2) == 0).then(|| chance.below(3) as u16);
            Command::Acknowledge { branch, level, text: Some(reason).filter(|_| chance.below(2) == 0) }
        }
        10 => {
            let timers = case.timers();
            match timers.is_empty() {
                true => Command::Receive { branch },
                false => Command::Fire { timer: chance.of(&timers).0.clone() },
            }
        }
        _ => {
            let mut verbs: Vec<String> = vec!["answer".into(), "reopen".into(), "extend".into(), "withdraw".into()];
            for step in stage.procedure.steps.values() {
                verbs.extend(step.actions().into_iter().flatten().map(|(verb, _)| verb.to_string()));
            }
            let verb = Verb::from(chance.of(&verbs).as_str());
            let length = ["1 working day", "9 months", ""][chance.below(3)].to_owned();
            let fields = some_fields(chance, stage, 4);
            let documents = some_documents(chance, stage);
            Command::Take(Take { branch, verb, fields, documents, reason: Some(reason), length: Some(length) })
        }
    }
}

fn some_fields(chance: &mut Chance, stage: &Stage, one_in: usize) -> BTreeMap<FieldId, Value> {
    let mut fields = BTreeMap::new();
    for id in stage.procedure.fields.keys() {
        if chance.below(one_in) == 0 {
            fields.insert(id.clone(), value(chance, stage, id));
        }
    }
    fields
}

fn some_documents(chance: &mut Chance, stage: &Stage) -> Vec<DocumentId> {
    stage.procedure.documents.keys().filter(|_| chance.below(3) == 0).cloned().collect()
}

fn value(chance: &mut Chance, stage: &Stage, id: &FieldId) -> Value {
    let Some(field) = stage.procedure.fields.get(id) else { return Value::YesNo(true) };
    match &field.kind {
        Kind::YesNo => Value::YesNo(chance.below(2) == 0),
        Kind::Number | Kind::Money => Value::Number(Number::whole(chance.below(1_000) as i64).unwrap()),
        Kind::Choice(of) => Value::Text(chance.of(of).clone()),
        Kind::Date => Value::Text(format!("2026-{:02}-{:02}", 8 + chance.below(5), 1 + chance.below(28))),
        Kind::Units => {
            let units = ["so-tai-nguyen", "so-quy-hoach", "canh-sat-pccc"];
            Value::List(units[..chance.below(4)].iter().map(ToString::to_string).collect())
        }
        _ => Value::Text("một".to_owned()),
    }
}

/// The same numbers for the same seed.
struct Chance(TestRng);

impl Chance {
    fn new(seed: u64) -> Chance {
        let mut bytes = [0_u8; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Chance(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    fn below(&mut self, n: usize) -> usize {
        (self.0.next_u64() % n as u64) as usize
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

#[test]
fn the_same_question_gets_the_same_answer() {
    for seed in 0..5 {
        let play = || {
            let mut tally = Tally::default();
            history(&procedure("people"), seed, &mut tally);
            (tally.ended, tally.refused, tally.events)
        };
        assert_eq!(play(), play());
    }
}

#[test]
fn a_case_that_is_over_has_no_timers_and_no_holders() {
    let mut stage = Stage::new(procedure("clocks"));
    let minh = || Actor::Person(PersonId::from("minh"));
    stage
        .act(
            minh(),
            Command::Open(Open {
                title: "x".into(),
                fields: BTreeMap::from([("khan".into(), Value::YesNo(true))]),
                ..Open::default()
            }),
        )
        .unwrap();
    stage.act(minh(), Command::Take(Take::plain(BranchId::MAIN, "accept"))).unwrap();
    stage.act(minh(), Command::Take(Take::plain(BranchId::MAIN, "complete"))).unwrap();
    let case = stage.case.unwrap();
    assert!(matches!(case.status, Status::Ended { .. }));
    assert!(case.timers().is_empty() && case.branches.is_empty());
}
