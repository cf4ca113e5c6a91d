//! Checks that look beyond one file: each example is a folder of files under `tests/definitions/tree`.

use std::path::{Path, PathBuf};

use std::sync::Arc;

use quytrinh::definition::diagnostic::{Lang, Level, human};
use quytrinh::definition::procedure::Procedure;
use quytrinh::definition::resolve::{digest_of, resolve};
use quytrinh::definition::source::Source;
use quytrinh::definition::value::{Number, Value};
use quytrinh::ids::{BranchId, CaseId, Ts};
use quytrinh::machine::case::Case;
use quytrinh::machine::command::{Actor, Command, Open, Take};
use quytrinh::machine::event::Event;
use quytrinh::service::library::read_directory;
use quytrinh::service::plan::Plan;
use quytrinh::service::plan_checks;
use quytrinh::service::tree::{Earlier, Meant, Tree, check_tree};

use crate::definitions::golden;
use crate::machine::stage::{Stage, read_text};

const FOLDER: &str = "tests/definitions/tree";

fn at() -> Ts {
    "2026-11-24T01:00:00Z".parse::<jiff::Timestamp>().unwrap().into()
}

/// The names of the examples: `R08`, and `R08-another` for one more of it.
pub fn examples() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir() && entry.file_name() != "ok")
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The code that an example is of.
pub fn code_of(name: &str) -> String {
    name.split('-').next().unwrap().to_owned()
}

/// The texts of an example's files together.
pub fn texts(name: &str) -> String {
    let mut files = Vec::new();
    collect(&Path::new(FOLDER).join(name), &mut files);
    files.sort();
    files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { collect(&entry, into) } else { into.push(entry) }
    }
}

/// What is told of a folder, of the codes that look beyond one file.
fn told(name: &str, known: &[String]) -> Vec<(String, String)> {
    let mut tree = check_tree(&[Path::new(FOLDER).join(name)], at()).unwrap();
    if name.starts_with('V') || ["T22", "L03", "S01"].contains(&code_of(name).as_str()) {
        // What these follow: the right tree's procedure, as it was published or as a file lies there.
        let text = std::fs::read_to_string(Path::new(FOLDER).join("ok/cap-the.yaml")).unwrap();
        let procedure = resolve(&Source::new("cap-the.yaml", text)).procedure.unwrap();
        tree.hold_against(&[Earlier { procedure, published: name.starts_with("V09") }], "2026-11-24".parse().unwrap());
    }
    if ["V04", "V05", "V06", "V07", "V11"].contains(&code_of(name).as_str()) {
        hold_against_cases(&mut tree);
    }
    if code_of(name) == "V08" {
        for file in &mut tree.files {
            let Some(Meant::Procedure(new)) = &file.meant else { continue };
            // What was proposed is the text before its last step got another name.
            let proposed = digest_of(&file.source.text().replace("Ký duyệt thẻ", "Ký thẻ"));
            file.found.extend(plan_checks::signed(&proposed, new, &file.source));
        }
    }
    let mut told = Vec::new();
    for file in &tree.files {
        for found in &file.found {
            if known.iter().any(|code| code == found.code) || found.level == Level::Error {
                told.push((found.code.to_owned(), human(found, &file.source, Lang::Vi)));
            }
        }
    }
    told
}

/// What the text meets: seven cases that are looked over, one that is worked on and one of which bodies are asked.
fn hold_against_cases(tree: &mut Tree) {
    let old = Arc::new(read_text(&std::fs::read_to_string(Path::new(FOLDER).join("ok/cap-the.yaml")).unwrap()));
    for file in &mut tree.files {
        let Some(Meant::Procedure(new)) = &file.meant else { continue };
        let mut plan = Plan::of(new);
        for (n, acts) in (412_u32..).zip([6, 6, 6, 6, 6, 6, 6, 2, 4]) {
            let (mut case, history) = case(&old, acts);
            case.id = CaseId::new(format!("2026-{n:06}"));
            plan.meet(&case, &history, old.clone(), new);
        }
        file.found.extend(plan_checks::check(&plan, |version| (version == 1).then(|| old.clone()), new, &file.source));
    }
}

/// A case of the right tree after so many acts.
fn case(procedure: &Procedure, acts: usize) -> (Case, Vec<Event>) {
    let people = std::fs::read_to_string(Path::new(FOLDER).join("ok/to-chuc.yaml")).unwrap();
    let mut stage = Stage { directory: read_directory(&people).unwrap(), ..Stage::new(procedure.clone()) };
    let take = |branch: u32, verb: &str| Command::Take(Take::plain(BranchId(branch), verb));
    let fields = [("so_luong".into(), Value::Number(Number::whole(3).unwrap()))].into();
    let all = [
        ("an", Command::Open(Open { title: "Thẻ".into(), fields, ..Open::default() })),
        ("an", Command::Claim { branch: BranchId::MAIN }),
        ("an", take(0, "submit")),
        ("khoa", Command::Receive { branch: BranchId(1) }),
        ("khoa", take(1, "answer")),
        ("minh", take(2, "answer")),
    ];
    for (person, command) in all.into_iter().take(acts) {
        stage.act(Actor::Person(person.into()), command).unwrap_or_else(|refusal| panic!("{}", refusal.en));
    }
    (stage.case.unwrap(), stage.history.into_iter().map(|(event, _)| event).collect())
}

#[test]
fn each_fault_beyond_one_file_is_told_as_its_golden_file_says() {
    let known: Vec<String> = examples().iter().map(|name| code_of(name)).collect();
    let mut wrong = Vec::new();
    for name in examples() {
        let found = told(&name, &known);
        let text = found.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n");
        if text != golden(&Path::new(FOLDER).join(format!("{name}.out")), &text) {
            wrong.push(format!("{name} differs:\n{text}"));
        }
        if found.iter().all(|(code, _)| *code != code_of(&name)) {
            wrong.push(format!("{name} does not tell its own code:\n{text}"));
        }
        for (code, text) in found {
            assert!(text.lines().count() <= 12, "{name} {code}: longer than 12 lines:\n{text}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_right_tree_is_met_with_silence() {
    let known: Vec<String> = examples().iter().map(|name| code_of(name)).collect();
    assert_eq!(told("ok", &known), []);
}
