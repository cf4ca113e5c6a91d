//! The mistakes that people make: each file of `tests/definitions/typical/` is a right procedure with one slip, and says
//! in its first lines where it must be found and how it is mended. It is told once, on that line, by that code, with a
//! help; and what the file becomes by the mending, or by the fix that `check --fix` would make, is met with silence.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use quytrinh::definition::checks::directory;
use quytrinh::definition::diagnostic::{Diagnostic, Lang, human};
use quytrinh::definition::load;
use quytrinh::definition::source::Source;

use super::golden;

const FOLDER: &str = "tests/definitions/typical";

/// What the first lines of a file say.
struct Slip {
    code: String,
    line: usize,
    mended: String,
}

/// `# phải thấy: N04 ở dòng 58`, then `# sửa 58|…`, `# thêm 58|…` (after that line) and `# bỏ 58|` for each line to mend.
fn slip(text: &str) -> Slip {
    let said: Vec<&str> = text.lines().take_while(|line| line.starts_with("# ")).collect();
    let (code, line) = said[1].strip_prefix("# phải thấy: ").unwrap().split_once(" ở dòng ").unwrap();
    let mut lines: BTreeMap<usize, Vec<&str>> = text.lines().enumerate().map(|(n, line)| (n + 1, vec![line])).collect();
    for mending in &said[2..] {
        let (how, by) = mending.split_once('|').unwrap();
        let (what, at) = how[2..].split_once(' ').unwrap();
        let here = lines.get_mut(&at.parse().unwrap()).unwrap();
        match what {
            "sửa" => here[0] = by,
            "thêm" => here.push(by),
            "bỏ" => drop(here.remove(0)),
            other => panic!("{other}"),
        }
    }
    let mended = lines.into_values().flatten().flat_map(|line| [line, "\n"]).collect();
    Slip { code: code.to_owned(), line: line.parse().unwrap(), mended }
}

/// Everything told of a text, notes too, with what the people there are make of it.
fn told(name: &str, text: &str) -> (Source, Vec<Diagnostic>) {
    let source = Source::new(name, text);
    let people = std::fs::read_to_string(Path::new(FOLDER).join("to-chuc/to-chuc.yaml")).unwrap();
    let people = quytrinh::service::library::read_directory(&people).unwrap();
    let at = "2026-11-24T01:00:00Z".parse::<jiff::Timestamp>().unwrap().into();
    let found = match load(&source) {
        Ok((procedure, mut found)) => {
            let known = people.unit(&procedure.owner).is_some();
            found.extend(known.then(|| directory::check(&procedure, &people, at, &source)).into_iter().flatten());
            found
        }
        Err(found) => found,
    };
    (source, found)
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files
}

#[test]
fn each_typical_mistake_is_told_once_on_its_line_with_a_help_that_mends_it() {
    let mut wrong = String::new();
    let files = files();
    assert_eq!(files.len(), 24);
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let slip = slip(&text);
        let (source, found) = told(name, &text);
        let shown: String = found.iter().map(|d| human(d, &source, Lang::Vi) + &human(d, &source, Lang::En)).collect();
        let [one] = found.as_slice() else {
            wrong += &format!("{name}: {} messages\n{shown}\n", found.len());
            continue;
        };
        let line = source.position(one.span.start).0;
        if (one.code, line) != (slip.code.as_str(), slip.line) || one.help.is_none() {
            wrong += &format!("{name}: not {} on line {}, with a help\n{shown}\n", slip.code, slip.line);
        }
        if shown != golden(&path.with_extension("out"), &shown) {
            wrong += &format!("{name}: not as its golden file says\n{shown}\n");
        }
        let fixed = one.fix.as_ref().map(|fix| {
            let mut text = text.clone();
            text.replace_range(fix.span.start..fix.span.end, &fix.replacement);
            text
        });
        for mended in [Some(slip.mended), fixed].into_iter().flatten() {
            let (source, found) = told(name, &mended);
            let shown: String = found.iter().map(|d| human(d, &source, Lang::Vi)).collect();
            if !shown.is_empty() {
                wrong += &format!("{name}: mended, and still\n{shown}\n{mended}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
