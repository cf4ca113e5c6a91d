//! `check --watch`: a file changes, and what is wrong in it is told anew, until it is stopped.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use quytrinh::service::clock::{Clock as _, SystemClock};
use quytrinh::service::watch::Watched;

use crate::support::bed::folder;

/// Reads until a line says it; what was read before it.
fn until(lines: &mut impl Iterator<Item = std::io::Result<String>>, what: &str) -> String {
    let mut read = String::new();
    for line in lines {
        let line = line.unwrap();
        if line.contains(what) {
            return read;
        }
        read += &format!("{line}\n");
    }
    panic!("ended without `{what}`:\n{read}");
}

#[test]
fn a_change_of_a_file_is_told_and_no_change_is_not() {
    let folder = folder();
    let file = folder.join("cap-the.yaml");
    let right = std::fs::read_to_string("tests/definitions/tested/ok/cap-the.yaml").unwrap();
    let wrong = right.replace("submit: { to: ky }", "submit: { to: kya }");
    assert_ne!(right, wrong);
    std::fs::write(&file, &right).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_quytrinh"))
        .args(["--lang", "en", "check", "--watch", "--format", "github", folder.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    until(&mut said, "waiting for changes");
    std::fs::write(&file, &wrong).unwrap();
    let told = until(&mut said, "waiting for changes");
    assert!(told.contains("just read") && told.contains("cap-the.yaml"), "{told}");
    std::fs::write(&file, &right).unwrap();
    until(&mut said, "waiting for changes");
    std::fs::remove_file(&file).unwrap();
    let told = until(&mut said, "waiting for changes");
    assert!(told.contains("gone"), "{told}");
    child.kill().unwrap();
    let found = std::io::read_to_string(child.stdout.take().unwrap()).unwrap();
    child.wait().unwrap();
    let wrong_once: Vec<&str> = found.lines().filter(|line| line.contains("kya")).collect();
    assert_eq!(wrong_once.len(), 1, "{found}");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn only_what_has_changed_is_read_anew() {
    let folder = folder();
    let (one, other) = (folder.join("a.yaml"), folder.join("b.yaml"));
    let text = std::fs::read_to_string("tests/definitions/tested/ok/cap-the.yaml").unwrap();
    std::fs::write(&one, &text).unwrap();
    std::fs::write(&other, text.replace("id: cap-the", "id: cap-the-khac")).unwrap();
    let (mut watched, paths) = (Watched::default(), [folder.clone()]);
    let first = watched.look(&paths, SystemClock.now()).unwrap().unwrap();
    assert_eq!(first.read, [one.clone(), other.clone()]);
    assert!(watched.look(&paths, SystemClock.now()).unwrap().is_none(), "nothing has changed");
    std::fs::write(&one, text.replace("submit: { to: ky }", "submit: { to: khong_co_buoc_nay }")).unwrap();
    let second = watched.look(&paths, SystemClock.now()).unwrap().unwrap();
    assert_eq!(second.read, [one]);
    assert!(second.tree.files[0].found.iter().any(|found| found.code == "N04"));
    assert_eq!(second.tree.files.len(), 2, "the other is still held against it");
    let _ = std::fs::remove_dir_all(folder);
}
