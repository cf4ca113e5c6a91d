//! What the guides and the page of the format show as YAML is right: whole files pass `check` without a word, scenarios
//! play, and a part stands so in a file that passes, or passes when it takes the place of the guide's own.

use std::path::Path;
use std::process::Command;

use quytrinh::definition::diagnostic::{Lang, Level, human};
use quytrinh::definition::load;
use quytrinh::definition::source::Source;

use crate::support::bed::folder;

/// The guide whose whole example the parts are parts of.
const GUIDE: &str = "docs/guides/write-a-procedure.md";

/// Every block of YAML with the line it begins on.
fn blocks(page: &Path) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(page).unwrap();
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (line, number) in text.lines().zip(1..) {
        match &mut open {
            None if line.trim() == "```yaml" => open = Some((number, String::new())),
            None => {}
            Some(_) if line.trim() == "```" => found.extend(open.take()),
            Some((_, block)) => *block += &format!("{line}\n"),
        }
    }
    found
}

fn pages() -> Vec<std::path::PathBuf> {
    let mut pages: Vec<_> = std::fs::read_dir("docs/guides").unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.push("docs/reference/format.md".into());
    pages.sort();
    pages
}

fn is_whole(block: &str) -> bool {
    block.starts_with("format: procedure/v1")
}

/// Everything but notes.
fn complaints(name: &str, text: &str) -> String {
    let source = Source::new(name, text);
    let (Ok((_, found)) | Err(found)) = load(&source);
    let told = found.iter().filter(|told| told.level != Level::Note);
    told.map(|told| human(told, &source, Lang::Vi)).collect()
}

/// The sections of a text by their keys at the left margin, each with its lines.
fn sections(text: &str) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match line.split_once(':') {
            Some((key, _)) if !line.starts_with([' ', '#', '-']) => sections.push((key.to_owned(), String::new())),
            _ => {}
        }
        if let Some((_, section)) = sections.last_mut() {
            *section += &format!("{line}\n");
        }
    }
    sections
}

/// The whole text with the sections of a part in the place of its own.
fn with(whole: &str, part: &str) -> String {
    let part = sections(part);
    let kept = sections(whole).into_iter().filter(|(key, _)| part.iter().all(|(other, _)| other != key));
    kept.chain(part.iter().cloned()).map(|(_, section)| section).collect()
}

/// Everything that is known to pass, in one text.
fn right() -> String {
    fn collect(folder: &Path, into: &mut String) {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                collect(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                *into += &std::fs::read_to_string(&path).unwrap();
            }
        }
    }
    let mut text = String::new();
    for folder in ["workflows", "tests/definitions/ok", "tests/definitions/tree/ok"] {
        collect(Path::new(folder), &mut text);
    }
    text
}

#[test]
fn every_block_of_the_guides_passes_the_checks() {
    let guide = blocks(Path::new(GUIDE));
    let (_, whole) = guide.iter().find(|(_, block)| is_whole(block)).expect("the guide shows a whole file");
    let right = right() + whole;
    let mut wrong = Vec::new();
    let mut looked = 0;
    for page in pages() {
        for (line, block) in blocks(&page) {
            looked += 1;
            let place = format!("{}:{line}", page.display());
            if is_whole(&block) {
                wrong.extend(Some(complaints(&place, &block)).filter(|told| !told.is_empty()));
            } else if block.starts_with("procedure:") || right.contains(block.trim_end()) {
                // Scenarios are played below.
            } else {
                let text = with(whole, &block);
                assert_ne!(text, *whole);
                wrong.extend(Some(complaints(&place, &text)).filter(|told| !told.is_empty()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(looked >= 8, "{looked}");
}

#[test]
fn the_recipe_of_the_guide_passes_as_files_and_its_scenario_plays() {
    let folder = folder();
    let guide = blocks(Path::new(GUIDE));
    let (_, procedure) = guide.iter().find(|(_, block)| is_whole(block)).unwrap();
    let (_, test) = guide.iter().find(|(_, block)| block.starts_with("procedure:")).unwrap();
    std::fs::write(folder.join("quy-trinh-cua-toi.yaml"), procedure).unwrap();
    std::fs::write(folder.join("quy-trinh-cua-toi.test.yaml"), test).unwrap();
    std::fs::create_dir(folder.join("calendars")).unwrap();
    std::fs::copy("workflows/calendars/hanoi.yaml", folder.join("calendars/hanoi.yaml")).unwrap();
    for verb in ["check", "test"] {
        let run = Command::new(env!("CARGO_BIN_EXE_quytrinh")).args([verb]).arg(&folder).output().unwrap();
        let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(0), "{verb}: {said}");
        assert!(verb == "check" || said.contains("1 kịch bản đạt"), "{said}");
    }
}
