//! Random sets of conditions against brute force: every gap and overlap that a grid of boundary values shows is found, as
//! is every condition that never or always holds or is never used; and what is found is shown by data for which the
//! evaluator of cases, and another one written here, say so.
//!
//! `QUYTRINH_GUARDS=10000` makes as many sets; `QUYTRINH_SEED` makes others.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use quytrinh::definition::cells::{Cell, Each, World};
use quytrinh::definition::guard::Guard;
use quytrinh::definition::procedure::Field;
use quytrinh::definition::resolve::resolve;
use quytrinh::definition::source::Source;
use quytrinh::definition::study::study;
use quytrinh::definition::value::{Number, Value};
use quytrinh::ids::FieldId;

use crate::soundness::Chance;

const FIELDS: &str = "format: procedure/v1
id: thu
version: 1
vi: Thử
owner: so-a
case: { vi: Hồ sơ, within: 9 working days }
fields:
  so: { is: number, vi: Số, min: 0, max: 100 }
  so_cu: { is: number, vi: Số cũ }
  tien: { is: money, vi: Tiền, min: 10 }
  loai: { is: choice, vi: Loại, of: [a, b, c] }
  dat: { is: yes_no, vi: Đạt }
  ngay: { is: date, vi: Ngày }
  ghi: { is: text, vi: Ghi }
people:
  ai: { vi: Ai, post: chuyen-vien, unit: so-a }
start: lam
steps:
  lam: { vi: Làm, by: ai, within: 1 working day, actions: { complete: { to: xong } } }
  xong: { kind: end, vi: Xong, outcome: done }
";

/// The numbers by which a case is judged, in tenths.
const TENTHS: [i64; 6] = [0, 100, 105, 500, 1000, 1200];
const DAYS: [&str; 3] = ["2026-02-28", "2026-03-01", "2026-07-01"];
const SIGNS: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];

/// A condition as it is made here, to be judged here.
#[derive(Clone, Debug)]
enum Made {
    Number { field: &'static str, sign: usize, tenths: i64 },
    Fields { sign: usize },
    Choice { word: &'static str, not: bool },
    OneOf { words: [&'static str; 2] },
    Good,
    Day { sign: usize, day: &'static str },
    Text { word: &'static str, not: bool },
    Not(Box<Made>),
    Both(Box<Made>, Box<Made>),
    Either(Box<Made>, Box<Made>),
}

/// One combination of data, numbers in millionths.
type Datum = BTreeMap<&'static str, Given>;

#[derive(Clone, Debug, PartialEq)]
enum Given {
    Number(i128),
    Word(String),
    Good(bool),
}

fn sign_holds(sign: usize, order: std::cmp::Ordering) -> bool {
    match SIGNS[sign] {
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        "==" => order.is_eq(),
        _ => order.is_ne(),
    }
}

impl Made {
    fn random(chance: &mut Chance, depth: usize) -> Made {
        let words = ["a", "b", "c"];
        match chance.below(if depth == 0 { 9 } else { 14 }) {
            0..3 => {
                let field = ["so", "so", "so_cu", "tien"][chance.below(4)];
                // Money has no parts.
                let tenths = TENTHS[chance.below(TENTHS.len())];
                let tenths = if field == "tien" { tenths / 10 * 10 } else { tenths };
                Made::Number { field, sign: chance.below(6), tenths }
            }
            3 => Made::Fields { sign: chance.below(6) },
            4 => Made::Choice { word: words[chance.below(3)], not: chance.one_in(2) },
            5 => Made::OneOf { words: [["a", "b"], ["b", "c"], ["a", "c"]][chance.below(3)] },
            6 => Made::Good,
            7 => Made::Day { sign: chance.below(6), day: DAYS[chance.below(3)] },
            8 => Made::Text { word: ["x", "y"][chance.below(2)], not: chance.one_in(2) },
            9 => Made::Not(Box::new(Made::random(chance, depth - 1))),
            10 | 11 => Made::Both(Box::new(Made::random(chance, depth - 1)), Box::new(Made::random(chance, depth - 1))),
            _ => Made::Either(Box::new(Made::random(chance, depth - 1)), Box::new(Made::random(chance, depth - 1))),
        }
    }

    fn text(&self) -> String {
        match self {
            Made::Number { field, sign, tenths } if tenths % 10 == 0 => {
                format!("{field} {} {}", SIGNS[*sign], tenths / 10)
            }
            Made::Number { field, sign, tenths } => {
                format!("{field} {} {}.{}", SIGNS[*sign], tenths / 10, tenths % 10)
            }
            Made::Fields { sign } => format!("so {} so_cu", SIGNS[*sign]),
            Made::Choice { word, not } => format!("loai {} '{word}'", if *not { "!=" } else { "==" }),
            Made::OneOf { words } => format!("loai in ['{}', '{}']", words[0], words[1]),
            Made::Good => "dat".to_owned(),
            Made::Day { sign, day } => format!("ngay {} '{day}'", SIGNS[*sign]),
            Made::Text { word, not } => format!("ghi {} '{word}'", if *not { "!=" } else { "==" }),
            Made::Not(inner) => format!("!({})", inner.text()),
            Made::Both(a, b) => format!("({}) && ({})", a.text(), b.text()),
            Made::Either(a, b) => format!("({}) || ({})", a.text(), b.text()),
        }
    }

    fn holds(&self, datum: &Datum) -> bool {
        let number = |field: &str| match datum.get(field) {
            Some(Given::Number(number)) => *number,
            other => panic!("{field}: {other:?}"),
        };
        let word = |field: &str| match datum.get(field) {
            Some(Given::Word(word)) => word.as_str(),
            other => panic!("{field}: {other:?}"),
        };
        match self {
            Made::Number { field, sign, tenths } => {
                sign_holds(*sign, number(field).cmp(&(i128::from(*tenths) * 100_000)))
            }
            Made::Fields { sign } => sign_holds(*sign, number("so").cmp(&number("so_cu"))),
            Made::Choice { word: named, not } => (word("loai") == *named) != *not,
            Made::OneOf { words } => words.contains(&word("loai")),
            Made::Good => datum.get("dat") == Some(&Given::Good(true)),
            Made::Day { sign, day } => sign_holds(*sign, word("ngay").cmp(day)),
            Made::Text { word: named, not } => (word("ghi") == *named) != *not,
            Made::Not(inner) => !inner.holds(datum),
            Made::Both(a, b) => a.holds(datum) && b.holds(datum),
            Made::Either(a, b) => a.holds(datum) || b.holds(datum),
        }
    }

    fn reads(&self, into: &mut std::collections::BTreeSet<&'static str>) {
        match self {
            Made::Number { field, .. } => drop(into.insert(field)),
            Made::Fields { .. } => into.extend(["so", "so_cu"]),
            Made::Choice { .. } | Made::OneOf { .. } => drop(into.insert("loai")),
            Made::Good => drop(into.insert("dat")),
            Made::Day { .. } => drop(into.insert("ngay")),
            Made::Text { .. } => drop(into.insert("ghi")),
            Made::Not(inner) => inner.reads(into),
            Made::Both(a, b) | Made::Either(a, b) => {
                a.reads(into);
                b.reads(into);
            }
        }
    }
}

/// Every combination of boundary values of the fields that are read: each number that any condition could name, a step
/// and a whole below and above it, as far as the field allows.
fn grid(reads: &std::collections::BTreeSet<&'static str>) -> Vec<Datum> {
    const ONE: i128 = 1_000_000;
    let near = |steps: [i128; 5], low: i128, high: i128| -> Vec<Given> {
        let mut all: Vec<i128> = TENTHS
            .iter()
            .flat_map(|tenths| steps.map(|step| i128::from(*tenths) * 100_000 + step))
            .filter(|value| (low..=high).contains(value))
            .collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(Given::Number).collect()
    };
    let words = |words: &[&str]| words.iter().map(|word| Given::Word((*word).to_owned())).collect::<Vec<_>>();
    let mut data = vec![Datum::new()];
    for field in reads {
        let values = match *field {
            "so" => near([-ONE, -1, 0, 1, ONE], 0, 100 * ONE),
            "so_cu" => near([-ONE, -1, 0, 1, ONE], i128::MIN, i128::MAX),
            "tien" => {
                let mut whole = near([-ONE, -ONE, 0, ONE, ONE], 10 * ONE, i128::MAX);
                whole.retain(|value| matches!(value, Given::Number(number) if number % ONE == 0));
                whole
            }
            "loai" => words(&["a", "b", "c"]),
            "dat" => vec![Given::Good(true), Given::Good(false)],
            "ngay" => words(&[
                "2026-02-27",
                "2026-02-28",
                "2026-03-01",
                "2026-03-02",
                "2026-06-30",
                "2026-07-01",
                "2026-07-02",
            ]),
            _ => words(&["x", "y", "z"]),
        };
        data = data
            .into_iter()
            .flat_map(|datum| {
                let field = *field;
                values.iter().map(move |value| {
                    let mut datum = datum.clone();
                    datum.insert(field, value.clone());
                    datum
                })
            })
            .collect();
    }
    data
}

/// The data of a witness.
fn datum_of(cell: &Cell, fields: &IndexMap<FieldId, Field>) -> Datum {
    let given = |value: &Value| match value {
        Value::Number(number) => Given::Number(number.millionths()),
        Value::YesNo(yes) => Given::Good(*yes),
        Value::Text(text) => Given::Word(text.clone()),
        other => panic!("{other:?}"),
    };
    let known = ["so", "so_cu", "tien", "loai", "dat", "ngay", "ghi"];
    let pairs = cell.fields().iter().map(|(field, value)| {
        let declared = &fields[field];
        let fits = |number: &Number| {
            declared.min.is_none_or(|min| min <= *number) && declared.max.is_none_or(|max| *number <= max)
        };
        assert!(!matches!(value, Value::Number(number) if !fits(number)), "{field} cannot be {value}");
        (known.into_iter().find(|name| *name == field.as_str()).unwrap(), given(value))
    });
    pairs.collect()
}

#[test]
fn every_gap_and_overlap_is_found_and_every_witness_is_true() {
    let fields = resolve(&Source::new("thu.yaml", FIELDS)).procedure.unwrap().fields;
    let world = World { fields: &fields, codes: Some(&[]), each: Each::None };
    let number =
        |name: &str, otherwise: u64| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    let many = number("QUYTRINH_GUARDS", 400);
    let first = number("QUYTRINH_SEED", 0) * 1_000_000_007;
    let (mut looked, mut gaps, mut overlaps) = (0, 0, 0);
    for seed in first..first + many {
        let chance = &mut Chance::of(seed ^ 0xA5A5);
        let made: Vec<Made> = (0..1 + chance.below(4)).map(|_| Made::random(chance, 2)).collect();
        let guards: Vec<Guard> = made.iter().map(|made| Guard::parse(&made.text(), &fields).unwrap()).collect();
        let texts: Vec<String> = made.iter().map(Made::text).collect();
        let told = format!("seed {seed}: {texts:#?}");
        let Ok(seen) = study(&guards.iter().collect::<Vec<_>>(), world) else { continue };
        let mut reads = std::collections::BTreeSet::new();
        made.iter().for_each(|made| made.reads(&mut reads));
        let data = grid(&reads);
        if data.len() > 60_000 {
            continue;
        }
        looked += 1;
        let count = made.len();
        let (mut gap, mut meets) = (None, vec![false; count * count]);
        let (mut ever, mut always, mut used) = (vec![false; count], vec![true; count], vec![false; count]);
        for datum in &data {
            let holds: Vec<bool> = made.iter().map(|made| made.holds(datum)).collect();
            match holds.iter().position(|holds| *holds) {
                Some(at) => used[at] = true,
                None => gap = Some(datum),
            }
            for i in (0..count).filter(|i| holds[*i]) {
                ever[i] = true;
                (i + 1..count).filter(|j| holds[*j]).for_each(|j| meets[i * count + j] = true);
            }
            (0..count).for_each(|i| always[i] &= holds[i]);
        }
        // What brute force shows is found, and nothing else is.
        assert_eq!(seen.gap.is_some(), gap.is_some(), "{told}\nleft open {gap:?}, found {:?}", seen.gap);
        let found: Vec<usize> = seen.overlaps.iter().map(|overlap| overlap.first * count + overlap.second).collect();
        let met: Vec<usize> = (0..count * count).filter(|at| meets[*at]).collect();
        assert_eq!(found, met, "{told}: overlaps");
        let all = |wanted: &dyn Fn(usize) -> bool| (0..count).filter(|n| wanted(*n)).collect::<Vec<_>>();
        assert_eq!(seen.never, all(&|n| !ever[n]), "{told}: never");
        assert_eq!(seen.always, all(&|n| always[n]), "{told}: always");
        assert_eq!(seen.shadowed, all(&|n| ever[n] && !used[n]), "{told}: never used");
        // Each witness is true for both evaluators.
        if let Some(cell) = &seen.gap {
            let datum = datum_of(cell, &fields);
            assert!(guards.iter().all(|guard| cell.judge(guard) == Some(false)), "{told}: {cell:?}");
            assert!(made.iter().all(|made| !made.holds(&datum)), "{told}: {cell:?}");
            gaps += 1;
        }
        for overlap in &seen.overlaps {
            let datum = datum_of(&overlap.at, &fields);
            for at in [overlap.first, overlap.second] {
                assert_eq!(overlap.at.judge(&guards[at]), Some(true), "{told}: {overlap:?}");
                assert!(made[at].holds(&datum), "{told}: {overlap:?}");
            }
            overlaps += 1;
        }
    }
    eprintln!("{looked} of {many} sets looked at: {gaps} gaps, {overlaps} overlaps");
    // Sets that are given up on prove nothing.
    assert!(looked * 10 > many * 8 && gaps * 4 > looked && overlaps * 4 > looked, "{looked} {gaps} {overlaps}");
}
