//! Scenarios written from what happens: expectations into a file, and real cases as scenarios that pass.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use quytrinh::definition::diagnostic::{Lang, human};
use quytrinh::definition::procedure::Procedure;
use quytrinh::definition::shape::{Form, Shape, TEST};
use quytrinh::definition::source::Source;
use quytrinh::ids::{CaseId, Ts};
use quytrinh::journal::entry::Record;
use quytrinh::machine::case::Status;
use quytrinh::machine::event::Event;
use quytrinh::rehearsal::from_case::{Happened, tell};
use quytrinh::rehearsal::play::rehearse;
use quytrinh::rehearsal::record::{Recorded, complete, with_scenario};
use quytrinh::rehearsal::scenario::TestFile;
use quytrinh::service::clock::SetClock;
use quytrinh::service::history;
use quytrinh::service::tree::check_tree;
use quytrinh::store::contract::{CaseFilter, Paging};

use crate::cli::quytrinh;
use crate::definitions::golden;
use crate::histories::city;
use crate::rehearsal::{calendars, read};
use crate::support::bed::{Bed, folder};

const BEFORE: &str = "tests/record/cap-phep.test.yaml";

fn permit() -> Procedure {
    read("workflows/so-xay-dung/cap-phep-xay-dung.yaml").procedure
}

fn recorded(text: &str, accept: bool) -> Recorded {
    let source = Source::new(BEFORE, text);
    let file: TestFile = serde_saphyr::from_str(text).unwrap();
    complete(&file, &source, &permit(), &calendars(), accept)
}

#[test]
fn what_scenarios_show_is_written_where_nothing_is_expected_yet() {
    let text = std::fs::read_to_string(BEFORE).unwrap();
    let once = recorded(&text, false);
    assert_eq!(once.text, golden(Path::new("tests/record/ghi.out"), &once.text));
    assert_eq!(once.made, [0, 1, 2]);
    let left: Vec<usize> = once.left.iter().map(|(n, _)| *n).collect();
    assert_eq!(left, [4, 5], "what fails is left as it is");
    // Only additions: every line is still there, in its order, comments too.
    let mut after = once.text.lines();
    for line in text.lines().map(|line| line.trim_end_matches([':', ' ', '}'])) {
        assert!(after.any(|new| new.starts_with(line)), "lost: {line}");
    }
    let again = recorded(&once.text, false);
    assert_eq!(again.text, once.text, "a second time changes nothing");
    assert!(again.made.is_empty());
}

#[test]
fn what_is_expected_wrongly_is_replaced_only_where_the_author_says_so() {
    let text = std::fs::read_to_string(BEFORE).unwrap();
    let accepted = recorded(&text, true);
    assert_eq!(accepted.text, golden(Path::new("tests/record/nhan.out"), &accepted.text));
    assert_eq!(accepted.made, [0, 1, 2, 4]);
    let left: Vec<usize> = accepted.left.iter().map(|(n, _)| *n).collect();
    assert_eq!(left, [5], "an act that is refused is no expectation");
    assert!(accepted.text.contains("# sai bước"), "comments stay");
    let file: TestFile = serde_saphyr::from_str(&accepted.text).unwrap();
    let failing = rehearse(&file, &permit(), &calendars()).into_iter().filter(|played| !played.faults.is_empty());
    assert_eq!(failing.count(), 1);
}

#[test]
fn recording_is_shown_first_and_written_when_asked() {
    let folder = folder();
    std::fs::copy("workflows/so-xay-dung/cap-phep-xay-dung.yaml", folder.join("cap-phep.yaml")).unwrap();
    let path = folder.join("cap-phep.test.yaml");
    let text = std::fs::read_to_string(BEFORE)
        .unwrap()
        .replace("../../workflows/so-xay-dung/cap-phep-xay-dung.yaml", "cap-phep.yaml");
    std::fs::write(&path, &text).unwrap();
    let name = path.to_str().unwrap();
    let run = |more: &[&str]| {
        let words: Vec<&str> = ["test", "--record", name, "--calendars", "workflows/calendars"]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        quytrinh(&words, "")
    };
    let shown = run(&[]);
    assert_eq!(shown.status.code(), Some(1));
    let patch = String::from_utf8(shown.stdout).unwrap();
    assert!(patch.contains("+    expect:") && patch.contains("kind: silence"), "{patch}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "shown, not written");
    let told = String::from_utf8(shown.stderr).unwrap();
    assert!(told.contains("«Mong đợi sai» hỏng") && told.contains("--write"), "{told}");
    let written = run(&["--write", "--accept"]);
    assert_eq!(written.status.code(), Some(1), "one still fails");
    assert!(std::fs::read_to_string(&path).unwrap().contains("kind: silence"));
    let _ = std::fs::remove_dir_all(folder);
}

/// Every case of a city's months becomes a scenario that passes, or it is said why not; no person of the city is in it.
#[tokio::test(flavor = "multi_thread")]
async fn real_cases_become_scenarios_that_pass() {
    let begin: Ts = "2026-03-02T01:00:00Z".parse().unwrap();
    let bed = Bed::sqlite().await;
    let clock = Arc::new(SetClock::new(begin));
    let engine = city(bed.store.clone(), clock.clone(), begin).await;
    history::live(&engine, &clock, begin.plus_minutes(60 * 24 * 60), 60).await.unwrap();
    let (shelf, calendars) = (engine.library(), calendars());
    let page = Paging { limit: 200, after: None };
    let cases = bed.store.cases(&CaseFilter { page, ..CaseFilter::default() }).await.unwrap();
    let persons: Vec<String> = shelf.directory.people().map(|(id, _)| id.to_string()).collect();
    let (mut told, mut refused) = (0, Vec::new());
    for row in cases.items.iter().filter(|row| row.status != "open") {
        let procedure = shelf.procedure(&row.digest).unwrap();
        let history = happened(&bed, &row.case).await;
        let opened =
            history.iter().find_map(|one| if let Event::CaseOpened(o) = &one.event { Some(o) } else { None }).unwrap();
        if opened.caller.is_some() {
            continue;
        }
        match tell(&history, &procedure, &BTreeMap::new(), &calendars) {
            Ok(told_case) => {
                let nothing = Source::new("moi.test.yaml", "");
                let text = with_scenario(&nothing, "moi.yaml", told_case, &procedure, &calendars).unwrap().unwrap();
                let file: TestFile = serde_saphyr::from_str(&text).unwrap();
                let played = rehearse(&file, &procedure, &calendars);
                assert!(
                    played.iter().all(|played| played.faults.is_empty()),
                    "{}: {:?}\n{text}",
                    row.case,
                    played[0].faults
                );
                let Status::Ended { outcome, .. } = &played[0].case.as_ref().unwrap().status else { panic!("{text}") };
                assert_eq!(outcome.word(), row.status, "{text}");
                let word = |text: &str, name: &str| {
                    text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').any(|w| w == name)
                };
                for person in persons.iter().filter(|person| !procedure_names(&procedure, person)) {
                    assert!(!word(&text, person), "{}: {person} is in it\n{text}", row.case);
                }
                assert!(!text.contains(&row.title), "{text}");
                told += 1;
            }
            Err(why) => refused.push(format!("{} ({}): {}", row.case, row.procedure, why.en)),
        }
    }
    println!("{told} told, {} refused", refused.len());
    assert!(told > 3 * refused.len() && told > 10, "{told} told; {}", refused.join("\n"));
    engine.close().await;
}

/// A unit may be called like a person of the city.
fn procedure_names(procedure: &Procedure, person: &str) -> bool {
    procedure.people.contains_key(person)
        || procedure.steps.contains_key(person)
        || procedure.fields.contains_key(person)
}

async fn happened(bed: &Bed, case: &CaseId) -> Vec<Happened> {
    let entries = bed.store.entries_of(case).await.unwrap();
    let events = entries.into_iter().filter_map(|sealed| match sealed.entry.record {
        Record::Case(event) => Some(Happened { at: sealed.entry.occurred_at, actor: sealed.entry.actor, event }),
        Record::Registry(_) => None,
    });
    events.collect()
}

/// From the terminal, out of a database and out of the exported journal: the same scenario, twice recorded once there.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_a_database_and_of_its_export_is_the_same_scenario() {
    let begin: Ts = "2026-03-02T01:00:00Z".parse().unwrap();
    for bed in [Bed::sqlite().await, Bed::postgres().await] {
        let clock = Arc::new(SetClock::new(begin));
        let engine = city(bed.store.clone(), clock.clone(), begin).await;
        history::live(&engine, &clock, begin.plus_minutes(45 * 24 * 60), 40).await.unwrap();
        engine.close().await;
        let folder = folder();
        let file = folder.join("cap-phep-xay-dung.yaml");
        // As the city has it: in force before it was begun.
        let text = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
        let text: Vec<&str> = text.lines().filter(|line| !line.starts_with("effective:")).collect();
        std::fs::write(&file, text.join("\n") + "\n").unwrap();
        let page = Paging { limit: 200, after: None };
        let store = bed.another().await.unwrap();
        let filter = CaseFilter { procedure: Some("cap-phep-xay-dung".into()), page, ..CaseFilter::default() };
        let cases = store.cases(&filter).await.unwrap();
        store.close().await;
        let journal = folder.join("journal.jsonl");
        std::fs::write(&journal, quytrinh(&["journal", "export", "--database", &bed.url], "").stdout).unwrap();
        let mut case = String::new();
        let record = |case: &str, from: &[&str]| {
            let file = file.to_str().unwrap();
            let words = ["test", "--record", file, "--case", case, "--calendars", "workflows/calendars"];
            quytrinh(&words.into_iter().chain(from.iter().copied()).collect::<Vec<_>>(), "")
        };
        // The first granted one that can be told: what it looks like from the terminal is the same for all.
        let granted = cases.items.iter().filter(|row| row.status == "done").map(|row| row.case.to_string());
        let of_store = granted.map(|id| (record(&id, &["--database", &bed.url]), id)).find(|(told, id)| {
            case.clone_from(id);
            !told.stdout.is_empty()
        });
        let told = |case: &CaseId| String::from_utf8(record(case.as_str(), &["--database", &bed.url]).stderr).unwrap();
        let refused = || cases.items.iter().map(|row| format!("{} {}: {}", row.case, row.status, told(&row.case)));
        let (of_store, _) =
            of_store.unwrap_or_else(|| panic!("none can be told: {:#?}", refused().collect::<Vec<_>>()));
        assert_eq!(of_store.status.code(), Some(1), "shown, not written");
        let of_export = record(&case, &["--export", journal.to_str().unwrap()]);
        assert_eq!(of_store.stdout, of_export.stdout);
        assert_eq!(record(&case, &["--database", &bed.url, "--write"]).status.code(), Some(0));
        let played = quytrinh(&["test", file.to_str().unwrap(), "--calendars", "workflows/calendars"], "");
        assert_eq!(played.status.code(), Some(0), "{}", String::from_utf8(played.stdout).unwrap());
        let again = record(&case, &["--database", &bed.url, "--write"]);
        assert!(String::from_utf8(again.stderr).unwrap().contains("đã có trong tệp"));
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// The page of the test file is the table of its keys, and says nothing that the table does not.
#[test]
fn the_page_of_scenarios_holds_every_key_of_the_table() {
    let path = Path::new("docs/reference/scenario.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (head, rest) = page.split_once("<!-- keys -->\n").expect("the page has its place for the keys");
    let (_, tail) = rest.split_once("<!-- /keys -->\n").expect("and its end");
    let made = format!("{head}<!-- keys -->\n{}<!-- /keys -->\n{tail}", tables(&TEST));
    assert_eq!(made, golden(path, &made), "UPDATE_GOLDEN=1 writes it");
    let first = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let source = Source::new("x.test.yaml", first);
    assert!(quytrinh::rehearsal::reading::read(&source).is_ok(), "the example is a test file");
    let example = read("workflows/so-xay-dung/cap-phep-xay-dung.yaml");
    let file: TestFile = serde_saphyr::from_str(first).unwrap();
    let played = rehearse(&file, &example.procedure, &calendars());
    assert!(played.iter().all(|played| played.faults.is_empty()), "{:?}", played[0].faults);
}

fn tables(shape: &'static Shape) -> String {
    let (mut text, mut told, mut next) = (String::new(), Vec::new(), vec![("tệp `.test.yaml`".to_owned(), shape)]);
    while let Some((title, shape)) = next.pop() {
        if told.contains(&shape.name) {
            continue;
        }
        told.push(shape.name);
        text += &format!("\n### {title}\n\n| khóa / key | | holds |\n|---|---|---|\n");
        let mut inner = Vec::new();
        for row in shape.keys {
            let must = if row.required { "**" } else { "" };
            text += &format!("| {must}`{}`{must} | {} | {} |\n", row.key, row.vi, row.en);
            let mut form = row.form;
            while let Form::Many(one) = form {
                form = one;
            }
            if let Form::Map(shape) = form {
                inner.push((format!("`{}`", row.key), *shape));
            }
        }
        next.extend(inner.into_iter().rev());
    }
    text + "\n"
}

/// A test file that is wrong in many ways is told all of it at once, by `check` and by `test` alike.
#[test]
fn a_wrong_test_file_is_told_with_its_places_in_plain_words() {
    let folder = folder();
    std::fs::copy("workflows/so-xay-dung/cap-phep-xay-dung.yaml", folder.join("cap-phep.yaml")).unwrap();
    let wrong = std::fs::read_to_string("tests/record/sai.test.yaml").unwrap();
    std::fs::write(folder.join("cap-phep.test.yaml"), wrong).unwrap();
    let tree = check_tree(std::slice::from_ref(&folder), "2026-11-24T01:00:00Z".parse().unwrap()).unwrap();
    let file = tree.files.iter().find(|file| file.is_test()).unwrap();
    let short = Source::new("cap-phep.test.yaml", file.source.text());
    for (lang, name) in [(Lang::Vi, "sai.vi.out"), (Lang::En, "sai.en.out")] {
        let told: Vec<String> = file.found.iter().map(|found| human(found, &short, lang)).collect();
        let text = told.join("\n");
        assert_eq!(text, golden(&Path::new("tests/record").join(name), &text));
        for foreign in ["serde", "unknown field", "invalid", "struct", "column"] {
            assert!(!text.contains(foreign), "{foreign}: {text}");
        }
    }
    let played = quytrinh(&["test", folder.to_str().unwrap(), "--calendars", "workflows/calendars"], "");
    assert_eq!(played.status.code(), Some(1));
    assert!(String::from_utf8(played.stderr).unwrap().contains("lỗi[N01]"));
    std::fs::remove_file(folder.join("cap-phep.test.yaml")).unwrap();
    // Nothing to play is not “all passed”.
    for path in [folder.clone(), folder.join("cap-phep.yaml")] {
        let none = quytrinh(&["test", path.to_str().unwrap(), "--calendars", "workflows/calendars"], "");
        assert_eq!(none.status.code(), Some(2));
        assert!(!String::from_utf8(none.stdout).unwrap().contains("0 hỏng"));
    }
    let _ = std::fs::remove_dir_all(folder);
}

/// Time does not run backwards in a story, and no case begins where it ends.
#[test]
fn stories_that_cannot_be_are_told_so() {
    let text = "procedure: x.yaml\ncalendar: hanoi\nscenarios:\n\
        \x20 - { name: A, start: 2026-08-03 08:30, run: [{ wait_until: 2026-08-03 08:00 }] }\n\
        \x20 - { name: B, start_at: { step: hoan_thanh, time: 2026-08-03 08:30 } }\n";
    let file: TestFile = serde_saphyr::from_str(text).unwrap();
    let played = rehearse(&file, &permit(), &calendars());
    let faults: Vec<&str> = played.iter().map(|played| played.faults[0].text.vi.as_str()).collect();
    assert!(faults[0].contains("đã qua") && faults[1].contains("bước kết thúc"), "{faults:?}");
    // What is printed of a story is words, not the names of events.
    let trace: Vec<&str> = played[0].timeline.iter().map(|line| line.vi.as_str()).collect();
    assert!(
        trace.iter().any(|line| line.contains("mở hồ sơ")) && !trace.join(" ").contains("case_opened"),
        "{trace:?}"
    );
}
