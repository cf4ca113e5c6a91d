//! The house: imports go down only, the pure core does no IO, migrations come in pairs, every file says what it is for.

use std::path::{Path, PathBuf};

/// The floor of each module, lowest first; a module that is not here fails the test.
const FLOORS: &[(u8, &[&str])] = &[
    (1, &["ids", "fold", "calendar", "config", "telemetry"]),
    (2, &["directory"]),
    (3, &["definition"]),
    (4, &["annex", "machine"]),
    (5, &["journal"]),
    (6, &["importing", "ledger", "projection", "rehearsal", "simulation"]),
    (7, &["audit", "store"]),
    (8, &["service"]),
    (9, &["http", "web", "forms"]),
    (10, &["cli"]),
    (11, &["main", "lib"]),
];

/// No runtime, storage, network, files, environment, clock or chance in these.
const PURE: &[&str] = &[
    "ids",
    "fold",
    "calendar",
    "directory",
    "definition",
    "annex",
    "machine",
    "journal",
    "ledger",
    "projection",
    "rehearsal",
    "simulation",
    "audit",
];
const IMPURE: &[&str] = &[
    "tokio::",
    "sqlx::",
    "axum::",
    "tracing::",
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "rand::",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "async fn",
];

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    collect(Path::new("src"), "rs", &mut files);
    files
}

fn collect(folder: &Path, extension: &str, into: &mut Vec<(PathBuf, String)>) {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, extension, into);
        } else if path.extension().is_some_and(|e| e == extension) {
            let text = std::fs::read_to_string(&path).unwrap();
            into.push((path, text));
        }
    }
}

fn module_of(path: &Path) -> String {
    let first = path.components().nth(1).unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(_, modules)| modules.contains(&module)).map(|(floor, _)| *floor)
}

/// Every `file:line: …` at which a file imports from a floor above its own.
fn upward_imports(files: &[(PathBuf, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files {
        let module = module_of(path);
        let Some(own) = floor(&module) else {
            found.push(format!("{}: the module `{module}` has no floor", path.display()));
            continue;
        };
        // What stands above the tests of a file; tests may look anywhere.
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for imported in line.split("crate::").skip(1) {
                let name: String = imported.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let Some(other) = floor(&name) else {
                    if !name.is_empty() {
                        found.push(format!("{}:{}: `crate::{name}` has no floor", path.display(), number + 1));
                    }
                    continue;
                };
                let sideways = other == own && name != module && own > 1;
                if other > own || sideways {
                    found.push(format!(
                        "{}:{}: floor {own} imports `{name}` of floor {other}",
                        path.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    found
}

/// Two floors hold several modules that may not know each other, with the exceptions the design names.
const NEIGHBOURS: &[(&str, &str)] = &[("ledger", "projection"), ("http", "web"), ("web", "http")];

#[test]
fn imports_go_down_only() {
    let found: Vec<String> = upward_imports(&sources())
        .into_iter()
        .filter(|line| {
            !NEIGHBOURS
                .iter()
                .any(|(from, to)| line.starts_with(&format!("src/{from}")) && line.contains(&format!("imports `{to}`")))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_upward_import_is_named_with_file_and_line() {
    let wrong = (PathBuf::from("src/machine/decide.rs"), "//! x\n\nuse crate::service::engine::Engine;\n".to_owned());
    let unknown = (PathBuf::from("src/attic.rs"), "//! x\n".to_owned());
    let found = upward_imports(&[wrong, unknown]);
    assert_eq!(found[0], "src/machine/decide.rs:3: floor 4 imports `service` of floor 8");
    assert!(found[1].contains("`attic` has no floor"));
}

#[test]
fn the_core_is_pure() {
    let mut found = Vec::new();
    for (path, text) in sources().iter().filter(|(path, _)| PURE.contains(&module_of(path).as_str())) {
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                found.push(format!("{}:{}: `{word}` in the pure core", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<_> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn migrations_come_in_pairs_and_read_no_clock() {
    let names = |side: &str| {
        let mut files = Vec::new();
        collect(Path::new(&format!("migrations/{side}")), "sql", &mut files);
        files.iter().map(|(path, _)| path.file_name().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    let mut sql = Vec::new();
    collect(Path::new("migrations"), "sql", &mut sql);
    collect(Path::new("src/store"), "rs", &mut sql);
    for (path, text) in sql {
        let upper = text.to_uppercase();
        for word in ["CURRENT_TIMESTAMP", "NOW()", "DATETIME('NOW", "STRFTIME("] {
            assert!(!upper.contains(word), "{}: {word}; time is an argument", path.display());
        }
    }
}

#[test]
fn nothing_is_left_for_later_in_what_is_shipped() {
    let banned = ["todo!(", "unimplemented!(", "dbg!(", "FIXME", "XXX"];
    for (path, text) in sources() {
        for word in banned {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
    let mut tests = Vec::new();
    collect(Path::new("tests"), "rs", &mut tests);
    let ignore = concat!("#[", "ignore");
    for (path, text) in tests {
        assert!(!text.contains(ignore), "{}: a test that never runs", path.display());
    }
}
