//! Every refusal has a page, and there is no page for anything else.

use std::collections::BTreeSet;

use quytrinh::machine::refusal::Code;

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| code.word().to_owned()).collect();
    assert_eq!(codes.len(), Code::ALL.len(), "two codes share a word");
    let pages: BTreeSet<String> = std::fs::read_dir("docs/reference/refusals")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(codes, pages);
}

#[test]
fn a_page_says_what_happened_and_what_to_do() {
    for code in Code::ALL {
        let page = std::fs::read_to_string(format!("docs/reference/refusals/{}.md", code.word())).unwrap();
        assert!(page.starts_with(&format!("# `{}`: ", code.word())), "{}", code.word());
        for heading in ["## Chuyện gì đã xảy ra", "## Cần làm gì", "## In English"] {
            let (_, after) = page.split_once(heading).unwrap_or_else(|| panic!("{} lacks {heading}", code.word()));
            assert!(after.trim().len() > 20, "{} says nothing under {heading}", code.word());
        }
    }
}

/// Which codes the scripts show: a refusal that no script provokes is one that nobody has seen.
#[test]
fn the_scripts_provoke_the_codes() {
    let mut scripts = String::new();
    for entry in std::fs::read_dir("tests/scenarios").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            scripts.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    // What needs a broken directory, a missing calendar or a clock that runs back is provoked by tests of its own.
    let elsewhere = [
        "inconsistent",
        "clock_backwards",
        "no_calendar",
        "nobody_to_hold",
        "no_start",
        "not_proposed",
        "second_person",
        "version_taken",
        "already_in_force",
    ];
    for code in Code::ALL.iter().map(|code| code.word()).filter(|word| !elsewhere.contains(word)) {
        assert!(scripts.contains(&format!("refused {code}")), "no script is refused with `{code}`");
    }
}
