//! Scenarios: what of a procedure they walk, what they miss, and what is told of it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use quytrinh::calendar::shelf::Calendars;
use quytrinh::definition::diagnostic::{Diagnostic, Lang, Level, human};
use quytrinh::definition::load;
use quytrinh::definition::procedure::Procedure;
use quytrinh::definition::source::Source;
use quytrinh::rehearsal::play::{Played, rehearse};
use quytrinh::rehearsal::report::{Coverage, failed, untested, untried};
use quytrinh::rehearsal::scenario::TestFile;
use quytrinh::rehearsal::spots::{Condition, Spot, spots};
use quytrinh::rehearsal::walk::Walked;

use crate::definitions::{golden, library};

const FOLDER: &str = "tests/definitions/tested";

/// The calendars of the library.
pub fn calendars() -> Calendars {
    let mut calendars = Calendars::default();
    for name in ["hanoi", "24x7"] {
        let text = std::fs::read_to_string(format!("workflows/calendars/{name}.yaml")).unwrap();
        calendars.put(Arc::new(quytrinh::service::library::read_calendar(&text).unwrap()));
    }
    calendars
}

/// The codes that have an example here.
pub fn examples() -> Vec<String> {
    let entries = std::fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path());
    let names = entries.filter(|path| path.is_dir()).map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
    let mut names: Vec<String> = names.filter(|name| name != "ok").collect();
    names.sort();
    names
}

/// The texts of an example's files together.
pub fn texts(name: &str) -> String {
    let files = std::fs::read_dir(Path::new(FOLDER).join(name)).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

pub struct Tested {
    pub source: Source,
    pub procedure: Procedure,
    pub test_source: Source,
    pub test: Option<TestFile>,
}

/// A procedure with the test beside it.
pub fn read(path: &str) -> Tested {
    let source = Source::new(path, std::fs::read_to_string(path).unwrap());
    let (procedure, _) = load(&source).unwrap();
    let beside = path.replace(".yaml", ".test.yaml");
    let text = std::fs::read_to_string(&beside).unwrap_or_default();
    let test = (!text.is_empty()).then(|| serde_saphyr::from_str(&text).unwrap());
    Tested { source, procedure, test_source: Source::new(beside, text), test }
}

pub fn walked(played: &[Played]) -> Walked {
    let mut walked = Walked::default();
    played.iter().for_each(|played| walked.add(played.walked.clone()));
    walked
}

/// Everything told of a procedure and its test.
fn found(one: &Tested) -> Vec<(Diagnostic, String)> {
    let told = |found: Vec<Diagnostic>, source: &Source| {
        found.into_iter().map(|d| (d.clone(), human(&d, source, Lang::Vi))).collect::<Vec<_>>()
    };
    let Some(test) = &one.test else {
        return told(untested(&one.procedure, &one.source, "cap-the.test.yaml"), &one.source);
    };
    let calendars = calendars();
    let played = rehearse(test, &one.procedure, &calendars);
    let walked = walked(&played);
    let coverage = Coverage::of(&one.procedure, &walked);
    let calendar = calendars.get(&one.procedure.calendar).map(|calendar| calendar.as_ref());
    let mut all = told(failed(&played, &one.test_source), &one.test_source);
    all.extend(told(untried(&one.procedure, &one.source, &coverage, &walked, calendar), &one.source));
    all
}

#[test]
fn what_scenarios_lack_is_told_as_the_golden_file_says_and_nothing_else_is() {
    let mut wrong = Vec::new();
    for code in examples() {
        let all = found(&read(&format!("{FOLDER}/{code}/cap-the.yaml")));
        let text = all.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n");
        if text != golden(&Path::new(FOLDER).join(format!("{code}.out")), &text) {
            wrong.push(format!("{code} differs:\n{text}"));
        }
        let codes: Vec<&str> = all.iter().map(|(found, _)| found.code).collect();
        if codes != [code.as_str()] {
            wrong.push(format!("{code} is told as {codes:?}"));
        }
        for (_, text) in &all {
            assert!(text.lines().count() <= 12, "{code}: longer than 12 lines:\n{text}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(found(&read(&format!("{FOLDER}/ok/cap-the.yaml"))), vec![]);
}

#[test]
fn every_spot_has_a_place_of_its_own_in_the_file() {
    for (name, _) in library() {
        let one = read(&name);
        let all = spots(&one.procedure);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{name}: a spot twice");
        for spot in &all {
            let route = spot.route(&one.procedure);
            let there = one.source.node(&route).is_some();
            // `answer` and what is inherited have no key of their own.
            let no_key = matches!(spot, Spot::Action(_, verb) if verb.as_str() == "answer");
            assert!(there || no_key, "{name}: {spot:?} stands nowhere: {route:?}");
        }
    }
}

/// Of the library nothing is left that a reviewer would miss: late, over a holiday, with a substitute, every step and
/// every way out.
#[test]
fn the_scenarios_of_the_library_pass_and_try_what_matters() {
    for (name, _) in library() {
        let one = read(&name);
        let told: Vec<String> =
            found(&one).into_iter().filter(|(d, _)| d.level != Level::Note).map(|(_, text)| text).collect();
        assert!(told.is_empty(), "{name}:\n{}", told.join("\n"));
    }
}

/// Coverage says neither more nor less than what happened, counted by hand on one scenario.
#[test]
fn one_straight_scenario_walks_exactly_its_way() {
    let one = read("workflows/so-xay-dung/cap-phep-xay-dung.yaml");
    let mut test = one.test.unwrap();
    test.scenarios.truncate(1);
    let walked = walked(&rehearse(&test, &one.procedure, &calendars()));
    let steps: Vec<&str> = walked
        .spots
        .iter()
        .filter_map(|spot| if let Spot::Step(step) = spot { Some(step.as_str()) } else { None })
        .collect();
    assert_eq!(
        steps,
        ["du_thao", "hoan_thanh", "kiem_tra", "ky", "lay_y_kien", "ra_soat", "tham_dinh", "tiep_nhan", "tra_ket_qua"]
    );
    let side = |step: &str, verb: &str, holds| {
        walked.spots.contains(&Spot::Side(Condition::Action(step.into(), verb.into()), holds))
    };
    assert!(side("tham_dinh", "consult", true) && side("tham_dinh", "propose_refusal", false));
    assert!(!side("tham_dinh", "consult", false) && !side("tham_dinh", "propose_refusal", true));
    let by = |holds| walked.spots.contains(&Spot::Side(Condition::By("ky".into(), 0), holds));
    assert!(by(false) && !by(true), "120 m2 is signed by the deputy");
    assert!(!walked.broken() && !walked.substituted && !walked.over_day_off);
}
