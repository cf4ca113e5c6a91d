//! Safe changes: whatever they are made in, they mend what they say, bring no error, take no comment, and are made once.

use std::path::PathBuf;

use quytrinh::definition::diagnostic::{Diagnostic, Lang, Level};
use quytrinh::definition::load;
use quytrinh::definition::mend::mend;
use quytrinh::definition::report::{github, sarif};
use quytrinh::definition::source::Source;

fn look(text: &str) -> Vec<Diagnostic> {
    match load(&Source::new("x.yaml", text)) {
        Ok((_, found)) | Err(found) => found,
    }
}

fn examples() -> Vec<(String, String)> {
    let folders = ["tests/definitions/err", "tests/definitions/typical"];
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    paths.iter().map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap())).collect()
}

/// Errors by code, so often as they are told.
fn errors(found: &[Diagnostic]) -> usize {
    found.iter().filter(|told| told.level == Level::Error).count()
}

fn comments(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.trim_start().starts_with('#')).collect()
}

/// What was told of the text, and what still is once it is mended.
fn held(name: &str, text: &str) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    let found = look(text);
    let mended = mend(name, text, &found);
    let after = look(&mended.text);
    let left: Vec<_> =
        after.iter().filter(|told| told.fix.is_some()).map(|told| (told.code, &told.message.vi)).collect();
    if !left.is_empty() {
        let again = mend(name, &mended.text, &after);
        assert_eq!((again.text.as_str(), again.made), (mended.text.as_str(), 0), "{name}: mended twice, {left:?}");
    }
    assert_eq!(comments(&mended.text), comments(text), "{name}: a comment is gone");
    assert_eq!(mended.text.lines().count(), text.lines().count(), "{name}: a line is gone");
    if Source::new(name, text).root().is_some() && found.iter().all(|told| !told.code.starts_with('Y')) {
        assert!(errors(&after) <= errors(&found), "{name}: {after:?}");
    }
    (found, after)
}

#[test]
fn each_example_is_mended_once_and_for_all() {
    let mut fixed = std::collections::BTreeSet::new();
    for (name, text) in examples() {
        let (found, after) = held(&name, &text);
        for told in found.iter().filter(|told| told.fix.is_some()) {
            fixed.insert(told.code);
            let still = after.iter().any(|other| (other.code, &other.message) == (told.code, &told.message));
            assert!(!still, "{name}: {} is still told: {}", told.code, told.message.vi);
        }
    }
    for code in ["Y02", "Y03", "Y04", "Y05", "Y06", "Y07", "Y08", "Y11", "N01", "N03", "N04", "T11", "L07", "G01"] {
        assert!(fixed.contains(code), "nothing is mended of {code}: {fixed:?}");
    }
}

/// Files with random slips of the hand, several at once.
#[test]
fn random_slips_are_mended_once_and_bring_nothing_new() {
    let files: Vec<(String, String)> = super::library();
    let mut seed = 5u64;
    let mut next = |bound: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound.max(1)
    };
    for round in 0..60 {
        let (name, text) = &files[round % files.len()];
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for _ in 0..=next(4) {
            let at = next(lines.len());
            let line = &mut lines[at];
            match next(7) {
                0 => *line = line.replacen("  ", "\t", 1),
                1 => *line = line.replacen(' ', "\u{a0}", 1),
                2 => *line = line.replace('"', "“"),
                3 => *line = line.replace('đ', "ð"),
                4 => *line = line.replacen("within", "witihn", 1),
                5 => *line = line.replacen("working", "woking", 1),
                _ => *line = line.replacen("to: ", "to: x", 1),
            }
        }
        held(name, &(lines.join("\n") + "\n"));
    }
}

/// What SARIF 2.1.0 asks of results, places and references; names of files that would break either form do not.
#[test]
fn other_programs_are_told_in_their_own_form_whatever_a_file_is_called() {
    let weird = "quy trình, số 1: %0A\u{1f600}\n\\x.yaml";
    for (_, text) in examples() {
        let source = Source::new(weird, text);
        let (Ok((_, found)) | Err(found)) = load(&source);
        let told: Vec<(&Source, &Diagnostic)> = found.iter().map(|told| (&source, told)).collect();
        let log = sarif(&told, Lang::Vi);
        let run = &log["runs"][0];
        assert_eq!((log["version"].as_str(), run["columnKind"].as_str()), (Some("2.1.0"), Some("unicodeCodePoints")));
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in run["results"].as_array().unwrap() {
            let rule = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(rules[rule]["id"], result["ruleId"]);
            assert!(!rules[rule]["shortDescription"]["text"].as_str().unwrap().is_empty());
            assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_.~%".contains(&b)), "{uri}");
            let number = |key: &str| place["region"][key].as_u64().unwrap();
            let (from, to) = ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
            assert!(from.0 >= 1 && from.1 >= 1 && from <= to, "{from:?} {to:?}");
        }
        for told in &found {
            let line = github(told, &source, Lang::En);
            assert_eq!(line.lines().count(), 1, "{line}");
            let (head, message) = line[2..].split_once("::").unwrap();
            assert!(head.contains("file=quy trình%2C số 1%3A %250A") && !message.is_empty(), "{line}");
        }
    }
}
