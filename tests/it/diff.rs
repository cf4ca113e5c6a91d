//! What changed between two texts of a procedure, in words.

use quytrinh::definition::diagnostic::Lang;
use quytrinh::definition::diff::{Kind, diff, heading};
use quytrinh::definition::procedure::Procedure;
use quytrinh::definition::resolve::resolve;
use quytrinh::definition::source::Source;

use crate::definitions::{golden, library};

fn read(text: &str) -> Option<Procedure> {
    resolve(&Source::new("x.yaml", text)).procedure
}

fn file(name: &str) -> Procedure {
    read(&std::fs::read_to_string(format!("tests/definitions/diff/{name}.yaml")).unwrap()).unwrap()
}

#[test]
fn a_new_version_is_told_in_words_as_its_golden_file_says() {
    let (old, new) = (file("cu"), file("moi"));
    for (lang, name) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
        let mut told = format!("{}\n", heading(&old, &new).in_lang(lang));
        told.extend(diff(&old, &new).iter().map(|difference| difference.human(lang) + "\n"));
        told += "\n";
        told.extend(diff(&new, &old).iter().map(|difference| difference.human(lang) + "\n"));
        let path = format!("tests/definitions/diff/{name}.out");
        assert_eq!(told, golden(std::path::Path::new(&path), &told));
    }
}

#[test]
fn nothing_differs_from_itself() {
    for (name, text) in library() {
        let procedure = read(&text).unwrap();
        assert!(diff(&procedure, &procedure).is_empty(), "{name}");
    }
}

/// What a comparison is silent about on purpose: the text's digest and number, waivers, the history of versions.
fn meant(mut procedure: Procedure) -> Procedure {
    procedure.version = 0;
    procedure.digest = "".into();
    procedure.known_defects.clear();
    procedure.changes.clear();
    procedure.allowed.clear();
    procedure
}

#[test]
fn no_line_of_any_procedure_can_be_taken_out_without_being_told() {
    let mut silent = Vec::new();
    for (name, text) in library() {
        let whole = read(&text).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        // Every third line of each file: the whole takes long and finds no more.
        for at in (0..lines.len()).step_by(3) {
            let mut fewer = lines.clone();
            let gone = fewer.remove(at);
            let Some(changed) = read(&fewer.join("\n")) else { continue };
            let differs = meant(changed.clone()) != meant(whole.clone());
            let found = diff(&whole, &changed);
            let back = diff(&changed, &whole);
            if differs == found.is_empty() || differs == back.is_empty() {
                silent.push(format!("{name}: without `{gone}`: {found:?}"));
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn a_step_that_moved_is_told_and_nothing_else() {
    let text = std::fs::read_to_string("tests/definitions/ok/nho.yaml").unwrap();
    let (head, tail) = text.split_once("  xong: {").unwrap();
    let (xong, het_han) = tail.split_once('\n').unwrap();
    let turned = format!("{head}{}\n  xong: {{{xong}\n", het_han.trim_end());
    let found = diff(&read(&text).unwrap(), &read(&turned).unwrap());
    assert_eq!(found.iter().map(|d| d.kind).collect::<Vec<_>>(), [Kind::Moved]);
}

#[test]
fn a_new_name_with_the_same_neighbours_is_one_step() {
    let text = std::fs::read_to_string("tests/definitions/ok/nho.yaml").unwrap();
    let found = diff(&read(&text).unwrap(), &read(&text.replace("cho_bo_sung", "doi_giay_to")).unwrap());
    assert_eq!(found.iter().map(|d| (d.kind, d.of)).collect::<Vec<_>>(), [(Kind::Renamed, "step")]);
}

/// Words of which a file has one where another would do.
const WORDS: &[&[&str]] = &[
    &["true", "false"],
    &["pause", "restart", "exclude"],
    &["required", "optional"],
    &["initial", "approve", "digital"],
    &["forward", "back", "wait", "end"],
    &["cancel", "continue"],
    &["claim", "rotate", "least_loaded", "only"],
    &["applicant", "staff", "outside"],
    &["done", "refused", "withdrawn", "lapsed", "stopped"],
    &["day", "hours"],
    &["half_day", "instant"],
    &["text", "number", "money", "date", "person"],
    &["head_of", "deputy_of"],
    &["all", "any"],
    &["over ", ""],
    &[" of members", ""],
    &["> ", "< "],
];

#[test]
fn no_number_and_no_word_of_the_format_changes_without_being_told() {
    let text = std::fs::read_to_string("tests/definitions/ok/tron-khoa.yaml").unwrap();
    let whole = read(&text).unwrap();
    let mut changes: Vec<(usize, String, String)> = Vec::new();
    for (at, _) in text.char_indices() {
        let rest = &text[at..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0 && digits < 10 && !text[..at].ends_with(|c: char| c.is_ascii_digit()) {
            let number: u64 = rest[..digits].parse().unwrap();
            changes.push((at, rest[..digits].to_owned(), (number + 1).to_string()));
        }
        for group in WORDS {
            let here = group.iter().filter(|word| !word.is_empty() && rest.starts_with(**word));
            let others = |word: &&str| {
                group.iter().filter(|other| *other != word).map(|other| (*other).to_owned()).collect::<Vec<_>>()
            };
            changes
                .extend(here.flat_map(|word| others(&word).into_iter().map(|other| (at, (*word).to_owned(), other))));
        }
    }
    let (mut silent, mut told) = (Vec::new(), 0);
    for (at, word, other) in changes {
        let text = format!("{}{other}{}", &text[..at], &text[at + word.len()..]);
        let Some(changed) = read(&text) else { continue };
        // As printed: two lists in another order are not the same.
        if format!("{:?}", meant(changed.clone())) == format!("{:?}", meant(whole.clone())) {
            continue;
        }
        told += 1;
        if diff(&whole, &changed).is_empty() || diff(&changed, &whole).is_empty() {
            let line = text[..at].matches('\n').count() + 1;
            silent.push(format!("line {line}: `{word}` -> `{other}`: {}", text.lines().nth(line - 1).unwrap()));
        }
    }
    assert!(told >= 90, "{told}");
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn of_variants_that_overlap_the_order_is_told() {
    let text = std::fs::read_to_string("tests/definitions/err/T01-bien-the.yaml").unwrap();
    let line = |id: &str| text.lines().find(|line| line.starts_with(&format!("  {id}:"))).unwrap();
    let (one, other) = (line("vua"), line("khan"));
    let turned = text.replace(&format!("{one}\n{other}\n"), &format!("{other}\n{one}\n"));
    assert_ne!(turned, text);
    let found = diff(&read(&text).unwrap(), &read(&turned).unwrap());
    assert_eq!(found.iter().map(|d| (d.kind, d.of)).collect::<Vec<_>>(), [(Kind::Moved, "variant")]);
}
