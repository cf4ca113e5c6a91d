//! Mutated real files through everything that reads an author's text: nothing panics, nothing hangs, and what is hostile
//! is refused in little memory. `QUYTRINH_FUZZ=N` plays N rounds instead of a few hundred, `QUYTRINH_FUZZ_MINUTES=N` for so
//! long, and `QUYTRINH_SEED` other ones.

use std::collections::BTreeSet;

use quytrinh::definition::canonical::{NoForm, canonical};
use quytrinh::definition::diagnostic::Level;
use quytrinh::definition::guard::Guard;
use quytrinh::definition::load;
use quytrinh::definition::outline::{Outline, mended};
use quytrinh::definition::shape::PROCEDURE;
use quytrinh::definition::source::Source;

use crate::canonical::files;

const SCRAPS: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    ": ",
    "- ",
    "\n",
    "\t",
    "#",
    "\"",
    "'",
    "&a ",
    "*a",
    "!x ",
    "|\n",
    ">-\n",
    "? ",
    "~",
    "\0",
    "\u{feff}",
    "\u{a0}",
    "𝄞",
    "ữ",
    "99999999999999999999",
    "-1",
    "0.0000001",
    "within: until ",
    " + ",
    "((((",
    "&& ||",
    "'",
    "== '",
];

/// A text with a few pieces cut out, doubled, moved or put in.
fn mutated(text: &str, next: &mut impl FnMut(usize) -> usize) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=next(6) {
        let at = next(chars.len() + 1);
        let end = (at + next(80)).min(chars.len());
        match next(4) {
            0 => drop(chars.drain(at..end)),
            1 => drop(chars.splice(at..at, SCRAPS[next(SCRAPS.len())].chars()).collect::<Vec<_>>()),
            2 => {
                let piece: Vec<char> = chars[at..end].to_vec();
                let to = next(chars.len() + 1);
                drop(chars.splice(to..to, piece).collect::<Vec<_>>());
            }
            _ => drop(chars.splice(at..end, SCRAPS[next(SCRAPS.len())].chars()).collect::<Vec<_>>()),
        }
    }
    chars.into_iter().collect()
}

/// Everything that reads a text; a form, where there is one, is its own form.
fn read(text: &str) {
    let source = Source::new("t.yaml", text);
    drop(load(&source));
    let whole = mended(&source);
    assert_eq!(whole.text().len().min(text.len()), whole.text().len(), "no place moves");
    Outline::of(&whole, &PROCEDURE, &BTreeSet::new());
    match canonical(&source) {
        Ok(form) => assert_eq!(canonical(&Source::new("t.yaml", form.as_str())).as_ref(), Ok(&form), "{text}"),
        Err(NoForm::Unreadable | NoForm::Unsure) => {}
    }
}

#[test]
fn no_mutation_of_a_real_file_makes_a_reader_panic() {
    let mut seed = 23u64;
    let given = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    seed ^= given("QUYTRINH_SEED").unwrap_or_default();
    let mut next = |bound: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound.max(1)
    };
    let mut library = files("workflows");
    library.extend(files("tests/definitions"));
    let fields = match load(&Source::new(
        "t",
        library.iter().find(|(name, _)| name.ends_with("cap-phep-xay-dung.yaml")).unwrap().1.as_str(),
    )) {
        Ok((procedure, _)) => procedure.fields,
        Err(found) => panic!("{found:?}"),
    };
    let minutes = given("QUYTRINH_FUZZ_MINUTES").map(|minutes| std::time::Duration::from_secs(minutes * 60));
    let rounds = given("QUYTRINH_FUZZ").unwrap_or(300);
    let begun = std::time::Instant::now();
    let mut played = 0;
    while minutes.map_or(played < rounds, |minutes| begun.elapsed() < minutes) {
        played += 1;
        let text = &library[next(library.len())].1;
        read(&mutated(text, &mut next));
        let guard = "dien_tich_san > 500.0 && (cap_cong_trinh == 'III' || !dat_yeu_cau)";
        drop(Guard::parse(&mutated(guard, &mut next), &fields));
    }
    eprintln!("{played} rounds");
}

/// What is allocated at most while a hostile text is refused, beside the text itself.
const MOST: usize = 64 << 20;

/// The most that is allocated while something is done, where nothing else runs beside it: each test has a process of its
/// own under nextest, and shares one with all others elsewhere.
pub fn peak_of(what: impl FnOnce()) -> usize {
    let before = crate::PEAK.current_usage();
    crate::PEAK.reset_peak_usage();
    what();
    let peak = crate::PEAK.peak_usage().saturating_sub(before);
    if std::env::var_os("NEXTEST").is_some() { peak } else { 0 }
}

/// Hostile texts.
pub fn hostile() -> Vec<String> {
    let deep = "[".repeat(100_000);
    let nested: String = (0..5_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    let mib = 1 << 20;
    let keys: String = (0..100_000).map(|n| format!("k{n}: x\n")).collect();
    let step = "  vi: x\n  by: ai\n  within: 1 working day\n  actions: { complete: { to: s0 } }\n";
    let head = "format: procedure/v1\nid: x\nversion: 1\nvi: x\nowner: a\ncase: { vi: x, within: 1 working day }\npeople:\n ai: { vi: x, post: p, unit: a }\nstart: s0\n";
    let steps: String = (0..9_000).map(|n| format!(" s{n}:\n{step}")).collect();
    let guards: String = (0..4_000).map(|n| format!("    - {{ when: \"n > {n} && n < {n}.5\", to: a }}\n")).collect();
    let same = "    - { when: \"d\", to: s0 }\n".repeat(4_000);
    let branches: String = (0..490)
        .map(|n| format!("   b{n}:\n    vi: x\n    start: b{n}_s\n    steps:\n     b{n}_s: {{ vi: x, by: ai, within: 1 working day, actions: {{ complete: {{ to: join }} }} }}\n"))
        .collect();
    let long = format!("n > 0{}", " && n > 1".repeat(100_000));
    vec![
        "[".repeat(mib),
        "{a: ".repeat(mib / 4),
        keys,
        format!("{head}steps:\n{steps}"),
        format!(
            "{head}fields: {{ n: {{ is: number, vi: n }} }}\nsteps:\n s0:\n  kind: decision\n  vi: x\n  rules:\n{guards}"
        ),
        format!("{head}steps:\n s0:\n  kind: decision\n  vi: x\n  rules:\n    - {{ when: \"{long}\", to: s0 }}\n"),
        format!(
            "{head}fields: {{ d: {{ is: yes_no, vi: d }} }}\nsteps:\n s0:\n  kind: decision\n  vi: x\n  rules:\n{same}"
        ),
        format!(
            "{head}steps:\n s0:\n  kind: parallel\n  vi: x\n  join: any\n  rest: cancel\n  to: s1\n  branches:\n{branches} s1: {{ kind: end, vi: x, outcome: done }}\n"
        ),
        "\t\u{a0}\u{ad}“\n".repeat(mib / 10),
        "vi: “ð: #x\n".repeat(mib / 14),
        "vi: a #b\n".repeat(mib / 10),
        format!("id: {}\n", "9".repeat(mib - 10)),
        "a: x\n".repeat(300_000),
        deep.clone(),
        format!("a: {deep}"),
        nested,
        format!("vi: {}\n", "ữ".repeat(200_000)),
        format!("version: {}\n", "9".repeat(100_000)),
        format!("case: {{ within: {} working days }}\n", "9".repeat(100_000)),
        "a: &x [*x, *x]\n".repeat(1_000),
        "{".repeat(900_000),
        "- ".repeat(200_000),
    ]
}

#[test]
fn hostile_files_are_refused_in_little_memory() {
    for text in hostile() {
        let peak = peak_of(|| {
            let source = Source::new("t.yaml", text.as_str());
            // A block of hundreds of branches is odd and no fault.
            let accepted = text.contains("branches:");
            let (Ok((_, found)) | Err(found)) = load(&source);
            assert!(!found.is_empty() && (accepted || found.iter().any(|told| told.level == Level::Error)));
            drop(canonical(&source));
        });
        let shown: String = text.chars().take(200).collect();
        assert!(peak < MOST, "{} MiB for {} bytes: {shown}", peak >> 20, text.len());
    }
    let fields = indexmap::IndexMap::new();
    for text in ["(".repeat(100_000), "!".repeat(100_000), "a && ".repeat(50_000), "'".repeat(99_999)] {
        assert!(Guard::parse(&text, &fields).is_err());
    }
}

/// Forty steps from each of which three later ones can be reached, and none of which ever succeeds: the ways through are
/// more than anybody could walk, and the check says what is wrong without walking them.
#[test]
fn a_file_with_more_ways_than_can_be_walked_is_checked() {
    let mut text = String::from(
        "format: procedure/v1\nid: thang\nversion: 1\nvi: Thang\nowner: so-mau\n\ncase:\n  vi: Hồ sơ\n  within: 90 working days\n\npeople:\n  can_bo: { vi: Cán bộ, post: can-bo, unit: so-mau, pick: claim }\n\nstart: b0\n\nsteps:\n",
    );
    for n in 0..40 {
        text += &format!("  b{n}:\n    vi: Bước {n}\n    by: can_bo\n    within: 1 working day\n    actions:\n");
        for (verb, on) in [("submit", 1), ("complete", 2), ("consult", 3)] {
            text += &format!(
                "      {verb}: {{ to: {} }}\n",
                if n + on < 40 { format!("b{}", n + on) } else { "dung".into() }
            );
        }
    }
    text += "  dung: { kind: end, vi: Dừng, outcome: stopped }\n";
    let found = match load(&Source::new("thang.yaml", text)) {
        Ok((_, found)) | Err(found) => found,
    };
    assert!(found.iter().any(|diagnostic| diagnostic.code == "S04"), "{found:?}");
}
