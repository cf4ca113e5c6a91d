//! R06: separation that the people there are cannot meet, substitutes included; R09: nor while one of them is away.
//!
//! Steps that must be done by different persons are coloured with persons: exact, by backtracking, after leaving out
//! steps that have more candidates than steps to differ from, for those can always be given to somebody.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::checks::beside::Beside;
use crate::definition::checks::beside::witness::{Data, scope, ways, words};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::guard::Guard;
use crate::definition::source::Route;
use crate::ids::{PeopleId, PersonId, StepId};

/// The most branches of the search; past it nothing is said, for nothing is known.
const TRIES: usize = 200_000;

/// Whom each step may go to.
type Domains = BTreeMap<StepId, BTreeSet<PersonId>>;
/// Which steps must differ, both ways.
type Apart = BTreeMap<StepId, BTreeSet<StepId>>;

/// The first way in which the separation of a file cannot be met: with everybody there (R06), else with one away (R09).
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let apart = apart(look);
    if apart.is_empty() {
        return Vec::new();
    }
    let entries: BTreeMap<&StepId, Vec<_>> = apart.keys().map(|step| (step, look.seats.entries(step))).collect();
    let guards: Vec<&Guard> = entries.values().flatten().filter_map(|choice| choice.when.as_ref()).collect();
    let cases = ways(look.procedure, &guards).unwrap_or_else(|| vec![Data::new()]);
    let mut away: Option<(Data, PersonId, Vec<StepId>, Domains)> = None;
    for data in cases {
        let chosen: BTreeMap<StepId, PeopleId> = entries
            .iter()
            .filter_map(|(step, choices)| {
                let holds = |when: &Option<Guard>| when.as_ref().is_none_or(|guard| guard.holds(&scope(&data)));
                let choice = choices.iter().find(|choice| holds(&choice.when))?;
                Some((StepId::clone(step), choice.then.clone()))
            })
            .collect();
        let all = domains(look, &chosen, None);
        if let Some(stuck) = stuck(&all, &apart) {
            return vec![cannot(look, &data, &stuck, &all)];
        }
        let people: BTreeSet<PersonId> = all.values().flatten().cloned().collect();
        for person in people {
            let left = domains(look, &chosen, Some(&person));
            if away.is_none()
                && let Some(stuck) = self::stuck(&left, &apart)
            {
                away = Some((data.clone(), person, stuck, left));
            }
        }
    }
    away.map(|(data, person, stuck, left)| cannot_without(look, &data, &person, &stuck, &left)).into_iter().collect()
}

/// The pairs of `separate`, by the steps that `same_as` leads to. Where a pair falls together, R05 tells it.
fn apart(look: &Beside<'_>) -> Apart {
    let mut apart = Apart::new();
    for separation in &look.procedure.separate {
        let steps: Vec<StepId> = separation.steps.iter().map(|step| look.seats.origin(step)).collect();
        for (n, first) in steps.iter().enumerate() {
            for second in steps[n + 1..].iter().filter(|second| *second != first) {
                apart.entry(first.clone()).or_default().insert(second.clone());
                apart.entry(second.clone()).or_default().insert(first.clone());
            }
        }
    }
    apart.retain(|step, _| !look.seats.entries(step).is_empty());
    let known: BTreeSet<StepId> = apart.keys().cloned().collect();
    apart.values_mut().for_each(|others| others.retain(|other| known.contains(other)));
    apart
}

/// Whom each step may go to: its rule's people and their substitutes, less one who is away.
fn domains(look: &Beside<'_>, chosen: &BTreeMap<StepId, PeopleId>, away: Option<&PersonId>) -> Domains {
    let persons = |people: &PeopleId| {
        let candidates = look.seats.candidates(people, None);
        let mut all: BTreeSet<PersonId> = candidates.iter().cloned().collect();
        all.extend(look.seats.listed(people, None));
        if let Some(away) = away.filter(|away| candidates.contains(away)) {
            all.extend(look.seats.stand_ins(people, away, None));
        }
        all.retain(|person| Some(person) != away);
        all
    };
    chosen.iter().map(|(step, people)| (step.clone(), persons(people))).collect()
}

/// The fewest steps that cannot all be given to different persons; nothing where they can, or nothing is known. A
/// step with nobody at all is another check's.
fn stuck(domains: &Domains, apart: &Apart) -> Option<Vec<StepId>> {
    if domains.values().any(BTreeSet::is_empty) {
        return None;
    }
    let mut left: BTreeSet<StepId> = domains.keys().cloned().collect();
    let within =
        |left: &BTreeSet<StepId>, step: &StepId| apart.get(step).map_or(0, |others| others.intersection(left).count());
    while let Some(easy) = left.iter().find(|step| domains[*step].len() > within(&left, step)).cloned() {
        left.remove(&easy);
    }
    if left.is_empty() || possible(&left, domains, apart)? {
        return None;
    }
    // Leave out whatever is not needed for the contradiction: what remains is the counter-example.
    for step in left.clone() {
        let mut fewer = left.clone();
        fewer.remove(&step);
        if possible(&fewer, domains, apart) == Some(false) {
            left = fewer;
        }
    }
    Some(left.into_iter().collect())
}

/// Whether the steps can be given out; nothing when the search became too long.
fn possible(steps: &BTreeSet<StepId>, domains: &Domains, apart: &Apart) -> Option<bool> {
    let mut given: BTreeMap<&StepId, &PersonId> = BTreeMap::new();
    let mut tries = 0;
    give(steps, domains, apart, &mut given, &mut tries)
}

fn give<'d>(
    steps: &'d BTreeSet<StepId>,
    domains: &'d Domains,
    apart: &Apart,
    given: &mut BTreeMap<&'d StepId, &'d PersonId>,
    tries: &mut usize,
) -> Option<bool> {
    *tries += 1;
    if *tries > TRIES {
        return None;
    }
    let free = |step: &StepId, given: &BTreeMap<&StepId, &PersonId>| {
        let taken: BTreeSet<&PersonId> =
            apart.get(step).into_iter().flatten().filter_map(|other| given.get(other).copied()).collect();
        domains[step].iter().filter(|person| !taken.contains(person)).collect::<Vec<_>>()
    };
    // The step with the fewest left is the likeliest to fail: it goes first.
    let open = steps.iter().filter(|step| !given.contains_key(*step)).map(|step| (free(step, given).len(), step)).min();
    let Some((_, step)) = open else { return Some(true) };
    let taken: BTreeSet<&PersonId> =
        apart.get(step).into_iter().flatten().filter_map(|other| given.get(other).copied()).collect();
    for person in domains[step].iter().filter(|person| !taken.contains(person)) {
        given.insert(step, person);
        let done = give(steps, domains, apart, given, tries)?;
        given.remove(step);
        if done {
            return Some(true);
        }
    }
    Some(false)
}

fn cannot(look: &Beside<'_>, data: &Data, stuck: &[StepId], domains: &Domains) -> Diagnostic {
    let (when, when_en) = when(data);
    told(look, stuck, domains, "R06", |title| {
        (
            format!("không đủ người cho quy tắc \"{title}\"{when}"),
            format!("too few people for the rule \"{title}\"{when_en}"),
        )
    })
    .help(
        "thêm người hoặc người thay cho một trong các bước, hoặc giao bước cho chức danh khác",
        "add people or substitutes for one of the steps, or give it to another post",
    )
}

fn cannot_without(look: &Beside<'_>, data: &Data, away: &PersonId, stuck: &[StepId], domains: &Domains) -> Diagnostic {
    let name = look.seats.name(away);
    let (when, when_en) = when(data);
    told(look, stuck, domains, "R09", |title| {
        (
            format!("khi {name} vắng thì quy tắc \"{title}\" không giữ được{when}"),
            format!("while {name} is away the rule \"{title}\" cannot be kept{when_en}"),
        )
    })
    .warning()
    .help("nêu thêm một người thay khác", "name one more substitute, somebody else")
}

fn when(data: &Data) -> (String, String) {
    match data.is_empty() {
        true => (String::new(), String::new()),
        false => (format!(", khi {}", words(data)), format!(", when {}", words(data))),
    }
}

fn told(
    look: &Beside<'_>,
    stuck: &[StepId],
    domains: &Domains,
    code: &'static str,
    say: impl Fn(&str) -> (String, String),
) -> Diagnostic {
    // The line of `separate` that holds the most of them.
    let count = |n: usize| {
        let steps = &look.procedure.separate[n].steps;
        stuck.iter().filter(|step| steps.iter().any(|other| look.seats.origin(other) == **step)).count()
    };
    let line =
        (0..look.procedure.separate.len()).max_by_key(|n| (count(*n), std::cmp::Reverse(*n))).unwrap_or_default();
    let title = look.procedure.separate.get(line).map_or("", |separation| separation.title.vi.as_str());
    let (vi, en) = say(title);
    let persons: BTreeSet<&PersonId> = stuck.iter().flat_map(|step| &domains[step]).collect();
    let names = persons.iter().map(|person| look.seats.name(person)).collect::<Vec<_>>().join(", ");
    let steps = stuck.iter().map(|step| format!("`{step}`")).collect::<Vec<_>>().join(", ");
    let (need, have) = (stuck.len(), persons.len());
    Diagnostic::error(code, look.source.span(&Route::of(["separate"]).index(line).key("steps")), vi, en)
        .label(format!("cần {need} người khác nhau"), format!("{need} different persons are needed"))
        .note(
            format!("{steps} chỉ còn {have} người: {names} (theo sơ đồ tổ chức)"),
            format!("for {steps} there are only {have}: {names} (by the directory)"),
        )
}
