//! Procedure files: what loads, and what each fault is told as.

mod case_types;
mod likeness;
mod mending;
mod pictures;
mod spelling;
mod typical;

use quytrinh::definition::diagnostic::{Lang, Level, human};
use quytrinh::definition::load;
use quytrinh::definition::source::Source;

fn rendered(name: &str, text: &str) -> String {
    let source = Source::new(name, text);
    let found = match load(&source) {
        Ok((_, found)) | Err(found) => found,
    };
    found.iter().map(|d| human(d, &source, Lang::Vi)).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_permit_loads_without_a_warning() {
    let text = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
    assert_eq!(complaints("cap-phep-xay-dung.yaml", &text, ""), "");
}

/// What is told of a text, without the notes (of things to know, not to mend) but those of one code.
fn complaints(name: &str, text: &str, but: &str) -> String {
    let source = Source::new(name, text);
    let found = match load(&source) {
        Ok((_, found)) | Err(found) => found,
    };
    let told = found.iter().filter(|d| d.level != Level::Note || d.code == but);
    told.map(|d| human(d, &source, Lang::Vi)).collect::<Vec<_>>().join("\n")
}

/// Every procedure file under `workflows/`, with its name from there on.
pub fn library() -> Vec<(String, String)> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir("workflows").unwrap().map(|entry| entry.unwrap().path());
    for agency in entries.filter(|path| path.is_dir()) {
        for file in std::fs::read_dir(&agency).unwrap().map(|entry| entry.unwrap().path()) {
            let text = std::fs::read_to_string(&file).unwrap();
            if text.lines().any(|line| line == "format: procedure/v1") {
                files.push((file.to_string_lossy().into_owned(), text));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn every_procedure_of_the_library_loads_and_finds_its_people_in_the_city() {
    let city = std::fs::read_to_string("workflows/directory/thanh-pho-mau.yaml").unwrap();
    let city = quytrinh::service::library::read_directory(&city).unwrap();
    let at = "2026-11-24T01:00:00Z".parse::<jiff::Timestamp>().unwrap().into();
    let library = library();
    assert!(library.len() >= 12, "{}", library.len());
    for (name, text) in library {
        let source = Source::new(&name, text);
        match load(&source) {
            Ok((procedure, _)) => {
                let found = quytrinh::definition::checks::beside::check(&procedure, &city, at, &source);
                let found: Vec<_> = found.iter().filter(|d| d.level == Level::Error).collect();
                let told: Vec<String> = found.iter().map(|d| human(d, &source, Lang::En)).collect();
                assert!(found.is_empty(), "{name}: {}", told.join("\n"));
            }
            Err(found) => panic!("{}", found.iter().map(|d| human(d, &source, Lang::En)).collect::<String>()),
        }
    }
}

#[test]
fn approved_tables_that_do_not_add_up_are_refused_with_both_sums_unless_waived() {
    for (code, waived, printed, added) in [
        ("1.014431", "cong-nhan-trung-tam-khoi-nghiep-sang-tao", "27 ngày lịch", "15 ngày lịch"),
        ("1.014451", "dang-ky-nhiem-vu-doi-moi-sang-tao", "53 ngày lịch", "51 ngày lịch"),
    ] {
        let text = std::fs::read_to_string(format!("tests/definitions/faulty/{code}.yaml")).unwrap();
        let found = load(&Source::new(code, text.as_str())).unwrap_err();
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["T23"]);
        assert!(
            found[0].message.vi.contains(printed) && found[0].message.vi.contains(added),
            "{}",
            found[0].message.vi
        );
        let text = std::fs::read_to_string(format!("workflows/so-khoa-hoc-cong-nghe/{waived}.yaml")).unwrap();
        assert!(load(&Source::new(waived, text.as_str())).is_ok());
    }
}

#[test]
fn a_waiver_holds_for_the_place_it_names_and_for_no_other() {
    let levels = |text: &str| {
        let (Ok((_, found)) | Err(found)) = load(&Source::new("x.yaml", text));
        let told = found.iter().filter(|d| d.code != "T02");
        told.map(|d| format!("{}{:?}", d.code, d.level)).collect::<Vec<_>>()
    };
    // Two sums are wrong: the group's, which was approved so, and the whole.
    let wrong = std::fs::read_to_string("tests/definitions/err/T23-nhom.yaml").unwrap();
    let wrong = wrong.replace("within: 6 working days", "within: 7 working days");
    assert_eq!(levels(&wrong), ["T23Error", "T23Error"]);
    let waived = |at: &str| {
        let by = "because: đã phê duyệt, accepted_by: Thanh tra, date: 2026-01-05";
        wrong.replace("owner:", &format!("known_defect:\n  - {{ check: T23, {at}{by} }}\nowner:"))
    };
    assert_eq!(levels(&waived("at: groups.xu_ly, ")), ["T23Error", "T23Note"]);
    assert_eq!(levels(&waived("at: groups.xu_ly.within, ")), ["T23Error", "T23Note"]);
    assert_eq!(levels(&waived("at: case, ")), ["T23Note", "T23Error"]);
    assert_eq!(levels(&waived("at: steps.ky, ")), ["T23Error", "T23Error"]);
    assert_eq!(levels(&waived("")), ["T23Error", "T23Error"]);
    let (Ok((_, found)) | Err(found)) = load(&Source::new("x.yaml", waived("")));
    assert!(found[0].notes.iter().any(|note| note.vi.contains("thêm `at:`")), "{:?}", found[0].notes);

    // A warning is kept by its reason at its place; an error never is.
    let cut = std::fs::read_to_string("tests/definitions/err/Y05.yaml").unwrap();
    let keep = |at: &str, check: &str| {
        cut.replace("owner:", &format!("allow:\n  - {{ check: {check}, at: {at}, because: cố ý }}\nowner:"))
    };
    assert_eq!(levels(&cut), ["Y05Warning"]);
    assert_eq!(levels(&keep("steps.ky.vi", "Y05")), ["Y05Note"]);
    assert_eq!(levels(&keep("steps.ky", "Y05")), ["Y05Note"]);
    assert_eq!(levels(&keep("steps.xu_ly", "Y05")), ["Y05Warning"]);
    let wrong = wrong.replace("owner:", "allow:\n  - { check: T23, at: case, because: cố ý }\nowner:");
    assert_eq!(levels(&wrong), ["T23Error", "T23Error"]);
}

#[test]
fn a_pattern_fits_whole_texts_in_bounded_time() {
    use quytrinh::definition::pattern::{Pattern, PatternFault};
    let fits = |pattern: &str, text: &str| Pattern::read(pattern).unwrap().fits(text);
    assert!(fits("[0-9]{12}", "001099012345"));
    assert!(!fits("[0-9]{12}", "0010990123456") && !fits("[0-9]{12}", "x001099012345") && !fits("[0-9]{12}", ""));
    // An alternative is part of the whole, and a line's end is not the text's.
    assert!(!fits("a|b", "ax") && fits("a|b", "b") && !fits("a", "a\n"));
    // The same letter typed two ways.
    assert!(fits("ế", "e\u{302}\u{301}"));
    assert!(matches!(Pattern::read("(([a-z]{99}){99}){99}"), Err(PatternFault::TooLarge)));
    assert!(matches!(Pattern::read(&"a".repeat(201)), Err(PatternFault::TooLarge)));
    for text in ["a)|(b", "[", "(?P<x>", "\\", "(?=a)", "(a)\\1", &"(".repeat(100)] {
        assert!(Pattern::read(text).is_err(), "{text}");
    }
    // What brings other matchers to a standstill.
    assert!(!fits("(a+)+b", &"a".repeat(10_000)));
}

/// The text of a golden file, written anew when `UPDATE_GOLDEN` is set; it is then read by eye.
pub fn golden(path: &std::path::Path, found: &str) -> String {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, found).unwrap();
    }
    std::fs::read_to_string(path).unwrap_or_default()
}

fn codes(rendered: &str) -> Vec<String> {
    let heads = rendered.lines().filter_map(|line| line.split_once('[')?.1.split_once("]: "));
    heads.map(|(code, _)| code.to_owned()).collect()
}

/// Checks that need more than the file alone: their examples lie with a directory, a calendar, or are notes on form.
const BESIDE: &[&str] = &["N10", "R02", "R23", "T04", "Y12"];

#[test]
fn a_limit_in_working_days_is_held_against_a_law_in_calendar_days_on_every_day_of_receipt() {
    let calendar = std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap();
    let calendar = quytrinh::service::library::read_calendar(&calendar).unwrap();
    let text = std::fs::read_to_string("tests/definitions/with_directory/T04.yaml").unwrap();
    let told = |text: &str| {
        let source = Source::new("T04.yaml", text);
        let (procedure, _) = load(&source).unwrap();
        let found = quytrinh::definition::checks::calendar::check(&procedure, &calendar, &source);
        found.iter().map(|d| human(d, &source, Lang::Vi)).collect::<String>()
    };
    let found = told(&text);
    assert_eq!(found, golden(std::path::Path::new("tests/definitions/with_directory/T04.out"), &found));
    // What the message says would be right, is; a day more is not.
    let days: u32 = found.split("hạn từ ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    for (days, right) in [(days, true), (days + 1, false)] {
        let other = text.replace("within: 14 working days", &format!("within: {days} working days"));
        assert_eq!(told(&shortened(&other)).is_empty(), right, "{days} working days");
    }
}

/// Steps of half a day each, so that a short case still has time for them.
fn shortened(text: &str) -> String {
    let steps = text.find("steps:\n").unwrap();
    let groups = text.find("groups:\n").unwrap();
    let without_groups = format!("{}{}", &text[..groups], &text[text.find("start:").unwrap()..]);
    let at = steps - (text.len() - without_groups.len());
    let (head, tail) = without_groups.split_at(at);
    let halves = ["3 working days", "2 working days", "1 working day"];
    let tail = halves.iter().fold(tail.to_owned(), |tail, days| tail.replace(days, "0.5 working day"));
    head.replace(", limit: 2 working days", ", limit: 0.5 working day") + &tail
}

#[test]
fn each_fault_is_told_as_its_golden_file_says_and_by_its_own_code() {
    let mut told = std::collections::BTreeSet::new();
    let mut different = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir("tests/definitions/err").unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for path in files.iter().filter(|path| path.extension().is_some_and(|e| e == "yaml")) {
        // `S03-another-way.yaml` is one more example of S03.
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let code = stem.split('-').next().unwrap().to_owned();
        let found = complaints(&format!("{stem}.yaml"), &std::fs::read_to_string(path).unwrap(), &code);
        if found != golden(&path.with_extension("out"), &found) {
            different.push(format!("{stem}:\n{found}"));
        }
        if !codes(&found).contains(&code) {
            different.push(format!("{code} is not told by its own example:\n{found}"));
        }
        for one in found.split("\n\n") {
            assert!(one.lines().count() <= 12, "{code}: longer than 12 lines:\n{one}");
        }
        told.insert(code);
    }
    assert!(
        different.is_empty(),
        "differs from the golden file (UPDATE_GOLDEN=1 rewrites it):\n{}",
        different.join("\n")
    );
    told.extend(BESIDE.iter().map(|code| (*code).to_owned()));
    told.extend(crate::rehearsal::examples());
    told.extend(crate::past::CODES.iter().map(|code| (*code).to_owned()));
    told.extend(crate::tree_checks::examples().into_iter().map(|name| crate::tree_checks::code_of(&name)));
    for page in quytrinh::definition::checks::reference::PAGES {
        assert!(told.contains(page.code), "{} has no example in tests/definitions", page.code);
    }
}

#[test]
fn right_files_are_met_with_silence() {
    for entry in std::fs::read_dir("tests/definitions/ok").unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(complaints(&path.display().to_string(), &std::fs::read_to_string(&path).unwrap(), ""), "");
    }
}

#[test]
fn a_file_is_held_against_the_people_there_are() {
    let at = "2026-11-24T01:00:00Z".parse::<jiff::Timestamp>().unwrap().into();
    let folder = std::path::Path::new("tests/definitions/with_directory");
    let people =
        quytrinh::service::library::read_directory(&std::fs::read_to_string(folder.join("so-a.yaml")).unwrap());
    let people = people.unwrap();
    for code in ["N10", "R02"] {
        let source = Source::new(code, std::fs::read_to_string(folder.join(format!("{code}.yaml"))).unwrap());
        let (procedure, _) = load(&source).unwrap();
        let found = quytrinh::definition::checks::directory::check(&procedure, &people, at, &source);
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), [code]);
    }
}

#[test]
fn every_page_shows_what_its_example_files_hold() {
    let files = std::fs::read_dir("tests/definitions/ok").unwrap().map(|entry| entry.unwrap().path());
    let right: String = files.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let right = right + &crate::tree_checks::texts("ok") + &crate::rehearsal::texts("ok");
    for page in quytrinh::definition::checks::reference::PAGES {
        let blocks: Vec<&str> = page.text.split("```").skip(1).step_by(2).collect();
        let [wrong_block, right_block] = blocks[..] else { panic!("{}: a page has two examples", page.code) };
        let has = |examples: Vec<String>| examples.iter().any(|name| name == page.code);
        let wrong = match (has(crate::tree_checks::examples()), has(crate::rehearsal::examples())) {
            (true, _) => crate::tree_checks::texts(page.code),
            (_, true) => crate::rehearsal::texts(page.code),
            (false, false) => {
                let folder = match page.code {
                    code if crate::past::CODES.contains(&code) => crate::past::FOLDER,
                    code if BESIDE.contains(&code) => "tests/definitions/with_directory",
                    _ => "tests/definitions/err",
                };
                std::fs::read_to_string(format!("{folder}/{}.yaml", page.code)).unwrap()
            }
        };
        let block = |text: &'static str| text.trim_start_matches("yaml\n").trim_end_matches('\n');
        let said = block(wrong_block);
        assert!(said.starts_with("# (") || wrong.contains(said), "{}: the wrong example is not in its file", page.code);
        assert!(right.contains(block(right_block)), "{}: the right example is not in a file that passes", page.code);
        assert!(page.text.starts_with(&format!("# {}: ", page.code)));
    }
}

#[test]
fn no_mutilation_of_a_file_makes_the_reader_panic() {
    let text = std::fs::read_to_string("tests/definitions/ok/nho.yaml").unwrap();
    let mut seed = 7u64;
    let mut next = |bound: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound.max(1)
    };
    let scraps = [
        "[", "]", "{", "}", ":", "- ", "&a ", "*a", "!x ", "\t", "\u{a0}", "“", "#", "|\n", "? ", "\0", "𝄞", "\"", "'",
    ];
    for _ in 0..3_000 {
        let mut bytes: Vec<char> = text.chars().collect();
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            match next(4) {
                0 => drop(bytes.remove(at)),
                1 => bytes.truncate(at.max(1)),
                2 => drop(bytes.splice(at..at, scraps[next(scraps.len())].chars()).collect::<Vec<_>>()),
                _ => {
                    let end = (at + next(200)).min(bytes.len());
                    bytes.drain(at..end);
                }
            }
            if bytes.is_empty() {
                break;
            }
        }
        rendered("x.yaml", &bytes.iter().collect::<String>());
    }
}

#[test]
fn a_file_with_nothing_in_it_is_refused_with_a_word() {
    for text in ["", "\n\n", "# chỉ có chú thích\n", "---\n", "~", "[]", "xin chào"] {
        let source = Source::new("trong.yaml", text);
        let found = load(&source).unwrap_err();
        assert!(found.iter().any(|d| d.level == quytrinh::definition::diagnostic::Level::Error), "{text:?}: {found:?}");
    }
    let huge = rendered("to.yaml", &"\u{a0}\u{1b}[31m ".repeat(300_000));
    assert_eq!(codes(&huge), ["Y10"]);
    let control = rendered("mau.yaml", "vi: \u{1b}[31m: x\n");
    assert!(!control.contains('\u{1b}'), "{control:?}");
}
