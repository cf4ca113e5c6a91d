//! The structure checks against brute force: a random procedure has no structure error exactly when walking every state
//! that a case of it can come to comes to every step, always leaves a way to an end, lets every branch finish, and never
//! comes round without counting. And what the checks say of its longest way is what trying every run comes to.
//!
//! `QUYTRINH_PROCEDURES=100000` makes as many; `QUYTRINH_SEED` makes others.

mod made;
mod time;
mod walk;

use std::collections::BTreeMap;

use quytrinh::definition::diagnostic::{Diagnostic, Level};
use quytrinh::definition::load;
use quytrinh::definition::source::Source;

pub use made::Chance;
use made::Made;

/// What the structure checks may say of a made procedure; anything else is a fault of the making.
const STRUCTURE: [&str; 8] = ["S01", "S02", "S03", "S04", "S06", "P01", "P02", "P03"];

/// Errors that are told beside those of structure: T01 of every made procedure that could be added up, and G08 where a
/// condition comes before any official, who alone is held to fill what it reads. The walk takes all data for filled.
const BESIDE: [&str; 2] = ["T01", "G08"];

/// The errors of structure, and the days T01 adds up to.
fn told(text: &str) -> (Vec<&'static str>, Option<u32>, Vec<Diagnostic>) {
    let (Ok((_, found)) | Err(found)) = load(&Source::new("thu.yaml", text));
    let errors = found.iter().filter(|d| d.level == Level::Error);
    let codes: Vec<_> = errors.map(|d| d.code).filter(|code| !BESIDE.contains(code)).collect();
    let sum = found
        .iter()
        .find(|d| d.code == "T01")
        .and_then(|d| d.message.vi.strip_prefix("cộng thời hạn các bước là ")?.split(' ').next()?.parse().ok());
    (codes, sum, found)
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// What went wrong with one procedure, if anything did.
fn judge(seed: u64, tally: &mut BTreeMap<&'static str, u64>) -> Option<(String, String)> {
    let made = Made::random(&mut Chance::of(seed));
    let text = made.text();
    let (codes, sum, _) = told(&text);
    if let Some(code) = codes.iter().find(|code| !STRUCTURE.contains(code)) {
        return Some((format!("{code} is no fault of structure"), format!("seed {seed}\n{text}")));
    }
    let seen = walk::walk(&made);
    if seen.too_many {
        *tally.entry("too large to walk").or_default() += 1;
        return None;
    }
    let mut count = |what| *tally.entry(what).or_default() += 1;
    count(if seen.sound() { "sound" } else { "unsound" });
    codes.iter().for_each(|code| count(code));
    if codes.is_empty() != seen.sound() {
        return Some((format!("told {codes:?}, which is wrong"), format!("seed {seed}: {seen:?}\n{text}")));
    }
    if seen.sound() {
        let longest = time::longest_straight(&made);
        // A case that takes no time at all has nothing that could be too long.
        if sum != longest.filter(|days| *days > 0) {
            let shown = format!("seed {seed}: T01 adds up to {sum:?} days, the longest run takes {longest:?}\n{text}");
            return Some(("T01".to_owned(), shown));
        }
        count("with its longest way");
    }
    None
}

#[test]
fn random_procedures_pass_exactly_when_no_walk_of_them_can_fail() {
    let many = number("QUYTRINH_PROCEDURES", 600);
    let first = number("QUYTRINH_SEED", 0) * 1_000_000_007;
    let mut tally = BTreeMap::new();
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for seed in first..first + many {
        if let Some((kind, shown)) = judge(seed, &mut tally) {
            wrong.entry(kind).or_default().push(shown);
        }
    }
    eprintln!("{tally:?}");
    for (kind, shown) in &mut wrong {
        // Of each kind of difference the smallest procedure.
        shown.sort_by_key(String::len);
        eprintln!("{kind}: {} of {many}, such as\n{}", shown.len(), shown[0]);
    }
    assert!(wrong.is_empty());
    let at_least = |what: &str, share: u64| assert!(tally.get(what).is_some_and(|n| n * share > many), "few {what}");
    ["sound", "unsound", "with its longest way"].iter().for_each(|what| at_least(what, 6));
    STRUCTURE.iter().filter(|code| **code != "S04").for_each(|code| at_least(code, 1_000));
}

/// An act that wants one kind, and a decision right after it that asks for another: no case goes there.
#[test]
fn an_act_and_the_decision_after_it_are_judged_by_the_same_data() {
    assert_eq!(judge(7_000_001_199, &mut BTreeMap::new()), None);
}

/// A way back asked for what the decision then asked the opposite of: it comes round no more than it may.
#[test]
fn a_circle_that_the_conditions_of_one_moment_shut_is_none() {
    assert_eq!(judge(7_000_000_232, &mut BTreeMap::new()), None);
}

/// A step behind a rule that never holds for what every way into the decision has asked.
#[test]
fn a_step_that_conditions_of_one_moment_shut_off_is_lost() {
    assert_eq!(judge(7_000_000_375, &mut BTreeMap::new()), None);
}

/// A block that any of many acts may end: the way on is looked at once, not once for each of them.
#[test]
fn what_may_end_a_block_does_not_multiply_the_ways_after_it() {
    assert_eq!(judge(21_000_075_293, &mut BTreeMap::new()), None);
}

/// While bodies are asked, a branch that was left to go on may change what the decision after them reads.
#[test]
fn what_a_branch_left_to_go_on_says_is_read_by_the_decision_after_a_question() {
    assert_eq!(judge(21_000_026_968, &mut BTreeMap::new()), None);
    assert_eq!(judge(21_000_047_046, &mut BTreeMap::new()), None);
}
