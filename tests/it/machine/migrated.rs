//! Cases in any state go on by a newer text: what is proved is played on to its end under it, what is not stays as it is.

use std::collections::BTreeMap;

use quytrinh::ids::{BranchId, PersonId, StepId, Ts};
use quytrinh::machine::case::Case;
use quytrinh::machine::command::{Actor, Command};
use quytrinh::machine::event::Event;
use quytrinh::machine::migration::{Mapping, Obstacle, prove};

use super::random::{PROCEDURES, begun, continued};
use super::stage::{Stage, procedure, read_text, text_of};

fn histories() -> u64 {
    std::env::var("HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(25)
}

/// The next version of a text, with what it says of open cases and after some changes.
fn next(name: &str, running: &str, changes: &[(&str, &str)]) -> (String, u32) {
    let mut text = text_of(name);
    for (old, new) in changes {
        assert!(text.contains(old), "{name} has no {old}");
        text = text.replace(old, new);
    }
    let version = procedure(name).version;
    let line = text.lines().find(|line| line.starts_with("version: ")).unwrap().to_owned();
    text = text.replacen(&line, &format!("version: {}", version + 1), 1);
    let entry = format!("  {}: {{ date: 2026-08-01, vi: Bản sau, running: {running} }}\n", version + 1);
    match text.contains("\nchanges:\n") {
        true => (text.replace("\nchanges:\n", &format!("\nchanges:\n{entry}")), version + 1),
        false => (format!("{text}\nchanges:\n{entry}"), version + 1),
    }
}

/// Who holds each branch, until when, and when everything rings.
type Standing = (BTreeMap<BranchId, (PersonId, Ts)>, Vec<(String, Ts)>, Option<Ts>, u32);

fn standing(case: &Case) -> Standing {
    let held = case.branches.values().map(|branch| (branch.id, (branch.holder.person.clone(), branch.held_since)));
    let timers = case.timers().into_iter().map(|(key, at)| (key.to_string(), at));
    (held.collect(), timers.collect(), case.promise, case.counts.values().sum())
}

/// Asks for the migration of a case; whether it went on by the text.
fn migrate(stage: &mut Stage, text: &str) -> Result<(), String> {
    let before = stage.case.clone().unwrap();
    let new = read_text(text);
    let to = new.digest.clone();
    stage.onto = Some(new);
    let author = stage.directory.file().rights.authors[0].person.clone();
    let asked = stage.act(Actor::Person(author), Command::Migrate { to, reason: None });
    stage.onto = None;
    let after = stage.case.clone().unwrap();
    match asked {
        Ok(events) => {
            assert!(matches!(events[0], Event::CaseMigrated(_)), "{events:?}");
            // A group that the new text begins may begin; nothing else happens.
            assert!(events[1..].iter().all(|event| matches!(event, Event::GroupStarted { .. })), "{events:?}");
            let ((held, timers, promise, counts), (is, now, promised, counted)) = (standing(&before), standing(&after));
            assert_eq!((held, promise, counts), (is, promised, counted));
            assert!(timers.iter().all(|timer| now.contains(timer)), "{timers:?} became {now:?}");
            Ok(())
        }
        Err(refusal) => {
            assert_eq!(before, after);
            assert!(["cannot_migrate", "case_ended"].contains(&refusal.code.word()), "{}", refusal.en);
            Err(refusal.en)
        }
    }
}

/// Plays on until the case is over.
fn to_the_end(mut stage: Stage, seed: u64) -> Stage {
    for round in 0..60 {
        if !stage.case.as_ref().unwrap().is_open() {
            return stage;
        }
        stage = continued(stage, seed * 1_000 + round, 30);
    }
    panic!("it comes to no end: {:?}", stage.case);
}

#[test]
fn the_same_rules_under_another_number_keep_no_case_back() {
    for name in PROCEDURES {
        let (text, version) = next(name, "{ migrate: {} }", &[]);
        let mut open = 0;
        for seed in 0..histories() {
            let mut stage = begun(&procedure(name), seed, 1 + seed as u32 % 40);
            if !stage.case.as_ref().is_some_and(Case::is_open) {
                continue;
            }
            open += 1;
            migrate(&mut stage, &text).unwrap_or_else(|why| panic!("{name} {seed}: {why}"));
            assert_eq!(stage.case.as_ref().unwrap().procedure_version, version);
            continued(stage, seed, 20).replay();
        }
        assert!(open > histories() / 10, "only {open} cases of {name} were open");
    }
}

#[test]
fn steps_under_other_names_are_gone_on_with_and_every_case_ends() {
    let renamed = [
        (
            "permit",
            "{ migrate: { lay_y_kien: hoi_y_kien, tham_dinh: xem_xet } }",
            vec![("lay_y_kien", "hoi_y_kien"), ("tham_dinh", "xem_xet")],
        ),
        (
            "parallel",
            "{ migrate: { do_dac: do_lai, cho_giay: cho_nop, xong: ket_luan } }",
            vec![
                ("do_dac", "do_lai"),
                ("cho_giay", "cho_nop"),
                ("to: xong", "to: ket_luan"),
                ("  xong:", "  ket_luan:"),
            ],
        ),
    ];
    for (name, running, changes) in renamed {
        let (text, _) = next(name, running, &changes);
        let mut moved = 0;
        for seed in 0..histories() {
            let mut stage = begun(&procedure(name), seed, 1 + seed as u32 % 40);
            if !stage.case.as_ref().is_some_and(Case::is_open) {
                continue;
            }
            moved += 1;
            migrate(&mut stage, &text).unwrap_or_else(|why| panic!("{name} {seed}: {why}"));
            to_the_end(stage, seed).replay();
        }
        assert!(moved > 0, "no case of {name} was open");
    }
}

#[test]
fn a_changed_text_takes_whom_it_can_and_leaves_the_rest_with_the_reason() {
    let changed = [
        // The review may be sent back once more often; only who has not been there goes on.
        (
            "permit",
            "{ migrate: {} }",
            vec![("at_most: 2, reason: required, within", "at_most: 3, reason: required, within")],
        ),
        // A step more before the draft is looked at.
        (
            "permit",
            "{ migrate: { du_thao: du_thao } }",
            vec![
                ("  within: 16 working days", "  within: 17 working days"),
                ("submit: { to: ra_soat }", "submit: { to: doc_lai }"),
                (
                    "  ra_soat:\n",
                    "  doc_lai:\n    vi: Đọc lại\n    by: { same_as: kiem_tra }\n    within: 1 working day\n    \
              actions:\n      submit: { to: ra_soat }\n\n  ra_soat:\n",
                ),
            ],
        ),
        // A step is gone, and those in it go on in the one before.
        (
            "permit",
            "{ migrate: { ra_soat: du_thao } }",
            vec![
                ("submit: { to: ra_soat }", "submit: { to: ky }"),
                ("steps: [du_thao, ra_soat, ky]", "steps: [du_thao, ky]"),
                ("du_thao, ra_soat, ky], within", "du_thao, ky], within"),
                (
                    "  ra_soat:\n    vi: Rà soát, ký nháy\n    by: truong_phong\n    within: 1 working day\n    actions:\n      \
              approve: { to: ky, legal: L1 }\n      return:  { to: du_thao, at_most: 2, reason: required, within: 1 working day }\n",
                    "",
                ),
            ],
        ),
        // Other ways to join.
        (
            "parallel",
            "{ migrate: { du_hai: du_hai, mot_nguoi: mot_nguoi } }",
            vec![("join: { at_least: 2 }", "join: all"), ("join: any", "join: { at_least: 2 }")],
        ),
    ];
    for (name, running, changes) in changed {
        let (text, _) = next(name, running, &changes);
        let (mut moved, mut stayed) = (0, 0);
        for seed in 0..histories() * 2 {
            let mut stage = begun(&procedure(name), seed, 1 + seed as u32 % 45);
            if !stage.case.as_ref().is_some_and(Case::is_open) {
                continue;
            }
            match migrate(&mut stage, &text) {
                Ok(()) => moved += 1,
                Err(_) => stayed += 1,
            }
            // Whether it went on by the new text or stays: nothing is stuck.
            to_the_end(stage, seed).replay();
        }
        assert!(
            moved > 0 && (stayed > 0 || name == "parallel"),
            "{name} {running}: {moved} went on and {stayed} stayed"
        );
    }
}

#[test]
fn two_migrations_follow_each_other_and_the_second_reads_the_history_of_the_first() {
    let (first, _) = next("permit", "{ migrate: { tham_dinh: xem_xet } }", &[("tham_dinh", "xem_xet")]);
    let second = first.replace("version: 4", "version: 5").replace(
        "\nchanges:\n",
        "\nchanges:\n  5: { date: 2026-08-02, vi: Lại đổi tên, running: { migrate: { xem_xet: tham_tra } } }\n",
    );
    let second = second.replace("  xem_xet:\n", "  tham_tra:\n").replace("to: xem_xet ", "to: tham_tra ");
    let second = second.replace("kiem_tra, xem_xet,", "kiem_tra, tham_tra,");
    let mut twice = 0;
    for seed in 0..histories() {
        let mut stage = begun(&procedure("permit"), seed, 1 + seed as u32 % 30);
        if !stage.case.as_ref().is_some_and(Case::is_open) {
            continue;
        }
        migrate(&mut stage, &first).unwrap();
        let mut stage = continued(stage, seed, 6);
        if stage.case.as_ref().unwrap().is_open() {
            migrate(&mut stage, &second).unwrap_or_else(|why| panic!("{seed}: {why}"));
            twice += 1;
        }
        to_the_end(stage, seed).replay();
    }
    assert!(twice > 0);
}

#[test]
fn what_two_versions_say_follows_on_each_other_and_a_gap_says_nothing() {
    let text = |running: &str| {
        let (text, _) = next("permit", running, &[]);
        read_text(&text)
    };
    let step = |id: &str| StepId::from(id);
    let new = text("{ migrate: { tham_dinh: xem_xet } }");
    let mapping = Mapping::said(3, &new).unwrap();
    assert_eq!(mapping.now(&step("tham_dinh")), &step("xem_xet"));
    assert!(mapping.names(&step("tham_dinh")) && !mapping.names(&step("ky")));
    // Version 3 says that cases finish as they began, so those of version 2 do.
    assert_eq!(Mapping::said(2, &new), Err(Obstacle::FinishOnOld { version: 3 }));
    assert_eq!(Mapping::said(4, &new), Err(Obstacle::NotNewer { version: 4 }));
    assert_eq!(Mapping::said(3, &text("finish_on_old")), Err(Obstacle::FinishOnOld { version: 4 }));
}

#[test]
fn nothing_that_a_case_has_been_asked_for_is_lost_on_the_way() {
    // A step far ahead counts by a date that nobody asks for any more.
    let (text, _) = next(
        "permit",
        "{ migrate: { ky: ky } }",
        &[
            ("  dat_yeu_cau:", "  ngay_ky:        { is: date, vi: Ngày phải ký }\n  dat_yeu_cau:"),
            ("within: 2 working days\n    actions:\n      sign:", "within: until ngay_ky\n    actions:\n      sign:"),
        ],
    );
    let source = quytrinh::definition::source::Source::new("x.yaml", text);
    // The file alone is a finding already; the proof does not rest on that.
    let Ok((new, _)) = quytrinh::definition::load(&source) else { return };
    let stage = begun(&procedure("permit"), 3, 8);
    let history: Vec<&Event> = stage.history.iter().map(|(event, _)| event).collect();
    let case = stage.case.as_ref().unwrap();
    let mapping = Mapping::said(3, &new).unwrap();
    let found = prove(case, &stage.procedure, &new, &mapping, &history);
    assert!(found.iter().any(|one| matches!(one, Obstacle::FieldMissing { .. })), "{found:?}");
}
