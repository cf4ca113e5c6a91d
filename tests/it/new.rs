//! `quytrinh new`: what it writes is right as it stands, whatever it is called, and nothing is ever overwritten.

use std::path::Path;
use std::process::{Command, Output};

use quytrinh::definition::diagnostic::{Lang, Level, human};
use quytrinh::definition::load;
use quytrinh::definition::source::Source;
use quytrinh::directory::Directory;
use quytrinh::ids::Ts;
use quytrinh::importing::scaffold::{Asked, Sort, scaffold};
use quytrinh::rehearsal::play::rehearse;
use quytrinh::rehearsal::report::{Coverage, untried};
use quytrinh::rehearsal::scenario::TestFile;

use crate::rehearsal::{calendars, walked};

const SORTS: [Sort; 4] = [Sort::Applicant, Sort::Internal, Sort::Opinions, Sort::Council];

fn at() -> Ts {
    "2026-11-24T01:00:00Z".parse::<jiff::Timestamp>().unwrap().into()
}

fn asked(sort: Sort, title: &str, owner: &str) -> Asked {
    Asked { id: "cap-chung-chi".into(), title: title.into(), owner: owner.into(), sort, units: Vec::new() }
}

/// No error and no warning of the file itself; every scenario passes, and nothing is left untried.
fn is_right(asked: &Asked, people: Option<&Directory>) {
    let made = scaffold(asked, people.map(|people| (people, at())));
    let source = Source::new("cap-chung-chi.yaml", made.procedure.as_str());
    let (procedure, found) = load(&source)
        .unwrap_or_else(|found| panic!("{}", found.iter().map(|d| human(d, &source, Lang::Vi)).collect::<String>()));
    let mut told: Vec<String> =
        found.iter().filter(|d| d.level != Level::Note).map(|d| human(d, &source, Lang::Vi)).collect();
    if let Some(people) = people {
        let beside = quytrinh::definition::checks::beside::check(&procedure, people, at(), &source);
        told.extend(beside.iter().filter(|d| d.level == Level::Error).map(|d| human(d, &source, Lang::Vi)));
    }
    assert!(told.is_empty(), "{asked:?}: {}", told.join("\n"));
    assert_eq!(procedure.title.vi, asked.title);
    let test: TestFile = serde_saphyr::from_str(&made.test).unwrap();
    let calendars = calendars();
    let played = rehearse(&test, &procedure, &calendars);
    for played in &played {
        assert!(played.faults.is_empty(), "{asked:?}, {}: {:#?}", played.name, played.faults);
    }
    let walked = walked(&played);
    let coverage = Coverage::of(&procedure, &walked);
    let calendar = calendars.get(&procedure.calendar).map(|calendar| calendar.as_ref());
    let untried = untried(&procedure, &source, &coverage, &walked, calendar);
    let untried: Vec<_> = untried.iter().map(|d| human(d, &source, Lang::Vi)).collect();
    assert!(untried.is_empty(), "{asked:?}: {}", untried.join("\n"));
}

#[test]
fn what_is_begun_passes_its_checks_and_its_scenarios_at_once() {
    for sort in SORTS {
        is_right(&asked(sort, "Cấp chứng chỉ hành nghề", "so-a"), None);
        is_right(&asked(sort, "Cấp \"thẻ\": loại A, B # và @owner@ \\ {x}", "so-a"), None);
    }
}

#[test]
fn with_a_directory_its_posts_are_used() {
    let city = std::fs::read_to_string("workflows/directory/thanh-pho-mau.yaml").unwrap();
    let city = quytrinh::service::library::read_directory(&city).unwrap();
    for sort in SORTS {
        for owner in ["so-y-te", "so-xay-dung", "ubnd-phuong"] {
            let mut asked = asked(sort, "Cấp chứng chỉ hành nghề", owner);
            asked.units = vec!["so-tai-nguyen".into(), "so-quy-hoach".into()];
            is_right(&asked, Some(&city));
        }
    }
}

fn quytrinh(args: &[&str], folder: &Path) -> Output {
    let binary = std::path::absolute(env!("CARGO_BIN_EXE_quytrinh")).unwrap();
    Command::new(binary).args(args).current_dir(folder).stdin(std::process::Stdio::null()).output().unwrap()
}

#[test]
fn nothing_is_overwritten_and_nobody_is_left_guessing() {
    let folder = std::env::temp_dir().join(format!("quytrinh-new-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let made = quytrinh(&["new", "so-a/cap-the", "--vi", "Cấp thẻ", "--kind", "noi-bo"], &folder);
    assert!(made.status.success(), "{made:?}");
    let file = folder.join("so-a/cap-the.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(folder.join("so-a/cap-the.test.yaml").is_file());
    let again = quytrinh(&["new", "so-a/cap-the", "--vi", "Việc khác"], &folder);
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    // A test that lies there alone is kept as well, and no half of a pair is written.
    std::fs::write(folder.join("so-a/viec.test.yaml"), "của tôi").unwrap();
    assert_eq!(quytrinh(&["new", "so-a/viec", "--vi", "Việc"], &folder).status.code(), Some(1));
    assert!(!folder.join("so-a/viec.yaml").exists());
    for wrong in [
        &["new", "Sở A/Cấp thẻ", "--vi", "Cấp thẻ"][..],
        &["new", "../cap-the", "--vi", "Cấp thẻ"],
        &["new", "a/b/c", "--vi", "Cấp thẻ"],
        &["new", "so-a/x"],
        &["new", "so-a/x", "--vi", "  "],
        &["new", "so-a/x", "--vi", "Việc", "--owner", "Sở A"],
        &["new", "so-a/x", "--vi", "Việc", "--kind", "y-kien", "--ask", "so-b"],
        &["new"],
    ] {
        let out = quytrinh(wrong, &folder);
        assert_eq!(out.status.code(), Some(2), "{wrong:?}: {out:?}");
        assert!(!out.stderr.is_empty());
    }
    assert!(!folder.join("so-a/x.yaml").exists());
    std::fs::remove_dir_all(folder).unwrap();
}
