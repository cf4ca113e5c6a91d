//! The canonical form: what is written anew means the same, once written it stays, and no comment is lost.

use quytrinh::definition::canonical::{NoForm, canonical};
use quytrinh::definition::checks::hidden;
use quytrinh::definition::load;
use quytrinh::definition::procedure::Procedure;
use quytrinh::definition::source::Source;

/// Every YAML file below a folder, with its name.
pub fn files(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn form(text: &str) -> String {
    canonical(&Source::new("t.yaml", text)).unwrap()
}

/// The procedure without the digest of its text.
fn meaning(text: &str) -> Result<Procedure, Vec<&'static str>> {
    match load(&Source::new("t.yaml", text)) {
        Ok((procedure, _)) => Ok(Procedure { digest: "".into(), ..procedure }),
        Err(found) => {
            let mut codes: Vec<_> = found.iter().map(|one| one.code).collect();
            codes.sort_unstable();
            Err(codes)
        }
    }
}

#[test]
fn the_library_has_its_canonical_form() {
    for (name, text) in files("workflows") {
        assert_eq!(form(&text), text, "{name}: run `quytrinh fmt`");
    }
}

#[test]
fn the_form_is_the_golden_one() {
    let rough = std::fs::read_to_string("tests/definitions/form/tho.txt").unwrap();
    let path = std::path::Path::new("tests/definitions/form/chuan.txt");
    let found = form(&rough);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(path).unwrap());
}

#[test]
fn a_form_keeps_the_meaning_and_every_comment_and_is_its_own_form() {
    let mut seed = 11u64;
    let mut next = |bound: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound.max(1)
    };
    let mut library = files("workflows");
    library.extend(files("tests/definitions"));
    let rounds = if std::env::var_os("QUYTRINH_FUZZ").is_some() { 200 } else { 6 };
    let (mut formed, mut sure) = (0, 0);
    for (name, text) in &library {
        for round in 0..rounds {
            let text = if round == 0 { text.clone() } else { edited(text, &mut next) };
            match canonical(&Source::new(name, text.as_str())) {
                Ok(written) => {
                    formed += 1;
                    assert_eq!(form(&written), written, "{name}: not its own form:\n{text}");
                    let comments = |text: &str| text.matches("# ").count();
                    assert_eq!(comments(&written), comments(&text), "{name}: a comment is lost:\n{text}");
                    if let Ok(before) = meaning(&text) {
                        sure += 1;
                        assert_eq!(Ok(before), meaning(&written), "{name}: another meaning:\n{text}\n{written}");
                    }
                }
                Err(NoForm::Unreadable) => {}
                // Letters that nobody sees are not written out for anybody.
                Err(NoForm::Unsure) if !hidden::check(&Source::new(name, text.as_str())).is_empty() => {}
                Err(NoForm::Unsure) => panic!("{name}: read, but not written:\n{text}"),
            }
        }
    }
    assert!(formed > 100 && sure > 30, "{formed} {sure}");
}

/// A text as careless typing leaves it: the same meaning, mostly.
fn edited(text: &str, next: &mut impl FnMut(usize) -> usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        match next(12) {
            0 => out.push_str(&format!("{line}   \n\n\n")),
            1 if !line.contains('#') && !line.is_empty() => out.push_str(&format!("{line}  # một lời # nữa\n")),
            2 => out.push_str(&format!("{}# lời bên lề\n{line}\n", " ".repeat(next(9)))),
            3 => out.push_str(&line.replace(": ", ":   ").replace("{ ", "{").replace(" }", "}")),
            4 => out.push_str(&line.replace(", ", ",\n            ")),
            5 => out.push_str(&line.replace("working days", "business days").replace('"', "'")),
            6 => out.push_str(&format!("{line}\r\n")),
            7 if next(20) == 0 => {}
            _ => out.push_str(&format!("{line}\n")),
        }
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

#[test]
fn lengths_keep_their_language() {
    let one = |text: &str| form(&format!("within: {text}\n"));
    assert_eq!(one("3 business days"), "within: 3 working days\n");
    assert_eq!(one("1 working days"), "within: 1 working day\n");
    assert_eq!(one("3  ngày làm việc+1 tháng"), "within: 3 ngày làm việc + 1 tháng\n");
    assert_eq!(one("0.5 ngày làm việc"), "within: 0,5 ngày làm việc\n");
    assert_eq!(form("a: { within: 0.5 ngày làm việc }\n"), "a: { within: \"0,5 ngày làm việc\" }\n");
    assert_eq!(form("a:\nb: { c, d: }\n"), "a:\nb: { c, d: }\n");
    assert_eq!(one("5 days"), "within: 5 days\n");
    assert_eq!(form("after: 1 working days late\n"), "after: 1 working day late\n");
}

#[test]
fn what_cannot_be_read_is_left_alone() {
    assert_eq!(canonical(&Source::new("t", "a: [\n")), Err(NoForm::Unreadable));
    assert_eq!(canonical(&Source::new("t", "a: &x 1\nb: *x\n")), Err(NoForm::Unreadable));
    assert_eq!(canonical(&Source::new("t", "# chỉ một lời\n")), Ok("# chỉ một lời\n".to_owned()));
}

#[test]
fn a_text_in_another_form_is_noted_at_its_first_such_line() {
    let text = std::fs::read_to_string("tests/definitions/with_directory/Y12.yaml").unwrap();
    let source = Source::new("Y12.yaml", text.as_str());
    let found = quytrinh::definition::checks::y12_form::check(&source).unwrap();
    assert_eq!((found.code, source.position(found.span.start).0), ("Y12", 15), "the columns of the fields");
    assert!(quytrinh::definition::checks::y12_form::check(&Source::new("t", form(&text))).is_none());
    let lines = "a: 1\nb:   2\n";
    let found = quytrinh::definition::checks::y12_form::check(&Source::new("t", lines)).unwrap();
    assert_eq!(&lines[found.span.start..found.span.end], "b:   2");
}
