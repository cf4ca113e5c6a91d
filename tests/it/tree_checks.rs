//! Checks that look beyond one file: each example is a folder of files under `tests/definitions/tree`.

use std::path::{Path, PathBuf};

use quytrinh::definition::diagnostic::{Lang, Level, human};
use quytrinh::definition::resolve::resolve;
use quytrinh::definition::source::Source;
use quytrinh::ids::Ts;
use quytrinh::service::tree::{Earlier, check_tree};

use crate::definitions::golden;

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
    if name.starts_with('V') || name.starts_with("T22") || name.starts_with("L03") {
        // What these follow: the right tree's procedure, as it was published or as a file lies there.
        let text = std::fs::read_to_string(Path::new(FOLDER).join("ok/cap-the.yaml")).unwrap();
        let procedure = resolve(&Source::new("cap-the.yaml", text)).procedure.unwrap();
        tree.hold_against(&[Earlier { procedure, published: name.starts_with("V09") }], "2026-11-24".parse().unwrap());
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
