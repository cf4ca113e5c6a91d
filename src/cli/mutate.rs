//! `quytrinh test --mutate`: procedures made wrong on purpose, and which of them the scenarios notice.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::calendar::shelf::Calendars;
use crate::cli::output::{data, pick};
use crate::cli::test::Tested;
use crate::definition::diagnostic::{Lang, json};
use crate::rehearsal::mutants::{Mutant, mutants};
use crate::rehearsal::mutate::{Bench, Verdict, unnoticed};

/// What became of the mutants of one procedure.
pub(super) struct Tried<'a> {
    pub tested: &'a Tested<'a>,
    pub mutants: Vec<Mutant>,
    pub verdicts: Vec<Verdict>,
}

/// How many of each.
#[derive(Clone, Copy, Default)]
pub(super) struct Score {
    pub noticed: usize,
    pub unnoticed: usize,
    pub refused: usize,
    pub same: usize,
}

impl Score {
    /// The share noticed of those that could be published and do differ, in hundredths.
    pub fn percent(self) -> usize {
        let all = self.noticed + self.unnoticed;
        if all == 0 { 100 } else { self.noticed * 100 / all }
    }

    fn plus(self, other: Score) -> Score {
        Score {
            noticed: self.noticed + other.noticed,
            unnoticed: self.unnoticed + other.unnoticed,
            refused: self.refused + other.refused,
            same: self.same + other.same,
        }
    }
}

impl Tried<'_> {
    fn score(&self) -> Score {
        self.verdicts.iter().fold(Score::default(), |score, verdict| {
            score.plus(match verdict {
                Verdict::Noticed(_) => Score { noticed: 1, ..Score::default() },
                Verdict::Unnoticed => Score { unnoticed: 1, ..Score::default() },
                Verdict::Refused(_) => Score { refused: 1, ..Score::default() },
                Verdict::Same => Score { same: 1, ..Score::default() },
            })
        })
    }

    fn survivors(&self) -> impl Iterator<Item = &Mutant> {
        let both = self.mutants.iter().zip(&self.verdicts);
        both.filter(|(_, verdict)| **verdict == Verdict::Unnoticed).map(|(mutant, _)| mutant)
    }
}

/// Tries every mutant of every procedure, over all cores; the answer does not depend on how many there are.
pub(super) fn try_all<'a>(tested: &'a [Tested<'a>], calendars: &Calendars) -> Vec<Tried<'a>> {
    tested
        .iter()
        .map(|one| {
            let bench = Bench::new(one.procedure, &one.checked.source, &one.test, calendars);
            let mutants = mutants(one.procedure);
            let verdicts = judged(&bench, &mutants);
            Tried { tested: one, mutants, verdicts }
        })
        .collect()
}

fn judged(bench: &Bench<'_>, mutants: &[Mutant]) -> Vec<Verdict> {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(mutants.len().max(1));
    let mut found: Vec<(usize, Verdict)> = std::thread::scope(|scope| {
        let work = || {
            let mut own = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let Some(mutant) = mutants.get(n) else { return own };
                own.push((n, bench.judge(mutant)));
            }
        };
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        // A worker that panicked has its mutants judged again below, one after another.
        handles.into_iter().filter_map(|handle| handle.join().ok()).flatten().collect()
    });
    found.sort_by_key(|(n, _)| *n);
    match found.len() == mutants.len() {
        true => found.into_iter().map(|(_, verdict)| verdict).collect(),
        false => mutants.iter().map(|mutant| bench.judge(mutant)).collect(),
    }
}

/// Says what became of them; answers the share noticed of all.
pub(super) fn told(tried: &[Tried<'_>], lang: Lang) -> Score {
    let mut all = Score::default();
    for one in tried {
        let score = one.score();
        all = all.plus(score);
        data(&format!("{}: {}\n", one.tested.test_source.name(), line(score, lang)));
        let source = &one.tested.checked.source;
        for mutant in one.survivors() {
            let (at, _) = source.position(source.span(&mutant.route).start);
            let (vi, en) = &mutant.what;
            data(&format!("    {} {at}: {}\n", pick(lang, "dòng", "line"), pick(lang, vi, en)));
            data(&format!("        → {}\n", pick(lang, mutant.notice.0, mutant.notice.1)));
        }
    }
    if tried.len() > 1 {
        data(&format!("{}: {}\n", pick(lang, "tất cả", "all"), line(all, lang)));
    }
    all
}

fn line(score: Score, lang: Lang) -> String {
    let Score { noticed, unnoticed, refused, same } = score;
    let (all, percent) = (noticed + unnoticed, score.percent());
    match lang {
        Lang::Vi => format!(
            "kịch bản phát hiện {noticed}/{all} chỗ sửa sai ({percent} %); {refused} chỗ `check` đã chặn, {same} chỗ không khác gì"
        ),
        Lang::En => format!(
            "scenarios notice {noticed} of {all} mistakes ({percent} %); {refused} that `check` refuses, {same} that change nothing"
        ),
    }
}

/// The same for programs.
pub(super) fn as_json(tried: &[Tried<'_>], lang: Lang) -> (serde_json::Value, Score) {
    let mut all = Score::default();
    let list = tried.iter().map(|one| {
        let score = one.score();
        all = all.plus(score);
        let source = &one.tested.checked.source;
        let survivors: Vec<_> = one
            .survivors()
            .map(|mutant| {
                let mut told = json(&unnoticed(mutant, source), source, lang);
                told["kind"] = mutant.kind.word().into();
                told
            })
            .collect();
        serde_json::json!({
            "file": one.tested.test_source.name(), "procedure": source.name(), "percent": score.percent(),
            "noticed": score.noticed, "unnoticed": score.unnoticed, "refused": score.refused, "same": score.same,
            "found": survivors,
        })
    });
    let list = list.collect();
    (serde_json::Value::Array(list), all)
}
