//! Scenarios: what of a procedure they walk, what they miss, and what is told of it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use quytrinh::calendar::shelf::Calendars;
use quytrinh::definition::diagnostic::{Diagnostic, Lang, Level, human};
use quytrinh::definition::load;
use quytrinh::definition::procedure::Procedure;
use quytrinh::definition::six::{Clarity, six, unclear};
use quytrinh::definition::source::Source;
use quytrinh::rehearsal::mutants::{Mutant, mutants};
use quytrinh::rehearsal::mutate::{Bench, Verdict, unnoticed};
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
    if one.source.name().contains("/Q07/") || one.source.name().contains("/ok/") {
        let survivors: Vec<Diagnostic> =
            survivors(one, &calendars).iter().map(|mutant| unnoticed(mutant, &one.source)).collect();
        all.extend(told(survivors, &one.source));
    }
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

/// What no scenario notices.
fn survivors(one: &Tested, calendars: &Calendars) -> Vec<Mutant> {
    let bench = Bench::new(&one.procedure, &one.source, one.test.as_ref().unwrap(), calendars);
    mutants(&one.procedure).into_iter().filter(|mutant| bench.judge(mutant) == Verdict::Unnoticed).collect()
}

#[test]
fn a_mutant_differs_in_one_place_of_the_file_and_is_judged_alike_every_time() {
    let calendars = calendars();
    let mut kinds = BTreeSet::new();
    let (mut noticed, mut refused) = (0, 0);
    for (name, _) in library() {
        let one = read(&name);
        let all = mutants(&one.procedure);
        for mutant in &all {
            assert!(mutant.procedure != one.procedure, "{name}: {} changes nothing", mutant.what.1);
            assert!(one.source.span(&mutant.route).start > 0, "{name}: {} stands nowhere", mutant.what.1);
            kinds.insert(mutant.kind);
        }
        let bench = Bench::new(&one.procedure, &one.source, one.test.as_ref().unwrap(), &calendars);
        for mutant in all.iter().step_by(7) {
            let verdict = bench.judge(mutant);
            assert_eq!(verdict, bench.judge(mutant), "{name}: {}", mutant.what.1);
            noticed += usize::from(matches!(verdict, Verdict::Noticed(_)));
            refused += usize::from(matches!(verdict, Verdict::Refused(_)));
        }
    }
    assert!(noticed > 10 && refused > 10, "{noticed} noticed, {refused} refused");
    assert!(kinds.len() >= 14, "{kinds:?}");
}

/// A bound on a way that nobody comes to twice, and an edge that no value touches, change nothing; a bound inside a
/// loop and an edge inside the range do.
#[test]
fn what_cannot_differ_is_known_to_be_the_same() {
    let text = std::fs::read_to_string(format!("{FOLDER}/ok/cap-the.yaml")).unwrap();
    let text = text.replace("submit: { to: ky }", "submit: { to: ky, when: \"so_luong >= 1\", at_most: 3 }");
    let text = text.replace("sign: { to: xong,", "sign: { to: xong, at_most: 1,");
    let source = Source::new("cap-the.yaml", text);
    let procedure = quytrinh::definition::resolve::resolve(&source).procedure.unwrap();
    let test: TestFile = serde_saphyr::from_str("procedure: cap-the.yaml\nscenarios: []\n").unwrap();
    let calendars = calendars();
    let bench = Bench::new(&procedure, &source, &test, &calendars);
    let judged: Vec<(String, Verdict)> =
        mutants(&procedure).iter().map(|mutant| (mutant.what.1.clone(), bench.judge(mutant))).collect();
    let of = |what: &str| judged.iter().find(|(said, _)| said.contains(what)).map(|(_, verdict)| *verdict).unwrap();
    assert_eq!(of("drops the bound 1 of `sign`"), Verdict::Same, "nobody signs twice");
    assert_eq!(of("`submit` may be done 4 times"), Verdict::Unnoticed, "it comes back to this step");
    assert_eq!(of("`>=` became `>`"), Verdict::Unnoticed, "one card is in the range");
}

#[test]
fn six_things_are_said_of_every_step_and_what_is_missing_is_told() {
    let path = "tests/definitions/with_directory/R23.yaml";
    let source = Source::new(path, std::fs::read_to_string(path).unwrap());
    let procedure = quytrinh::definition::resolve::resolve(&source).procedure.unwrap();
    let judged = six(&procedure, &source, None);
    assert_eq!(judged.score(), (2, 6));
    let missing: Vec<Clarity> = judged.steps[0].missing.iter().map(|missing| missing.clarity).collect();
    assert_eq!(missing, [Clarity::Task, Clarity::Time, Clarity::Product, Clarity::Authority]);
    let told: Vec<String> = unclear(&judged, &procedure, &source).iter().map(|d| human(d, &source, Lang::Vi)).collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].lines().count() <= 12, "{}", told[0]);
    assert_eq!(told[0], golden(Path::new("tests/definitions/with_directory/R23.out"), &told[0]));

    // Each said, and the score is whole; `makes: none` is a word of its own, not a paper.
    let text =
        source.text().replace("Xem xét hồ sơ", "Ký duyệt hồ sơ").replace("within: untimed", "within: 1 working day");
    let text = text
        .replace("approve: { to: xong }", "approve: { to: xong, legal: L1 }")
        .replace("    actions:", "    makes: none\n    actions:");
    let source = Source::new("x.yaml", text);
    let reading = quytrinh::definition::resolve::resolve(&source);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    let judged = six(&reading.procedure.unwrap(), &source, None);
    assert_eq!(judged.score(), (6, 6));
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
