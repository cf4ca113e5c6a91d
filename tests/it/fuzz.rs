//! Mutated real files through everything that reads an author's text: nothing panics, nothing hangs, and what is hostile
//! is refused. `QUYTRINH_FUZZ=N` plays N rounds instead of a few hundred.

use std::collections::BTreeSet;

use quytrinh::definition::canonical::{NoForm, canonical};
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
    let rounds = std::env::var("QUYTRINH_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    for _ in 0..rounds {
        let text = &library[next(library.len())].1;
        read(&mutated(text, &mut next));
        let guard = "dien_tich_san > 500.0 && (cap_cong_trinh == 'III' || !dat_yeu_cau)";
        drop(Guard::parse(&mutated(guard, &mut next), &fields));
    }
}

#[test]
fn hostile_files_are_refused() {
    let deep = "[".repeat(100_000);
    let nested: String = (0..5_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    for text in [
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
    ] {
        let source = Source::new("t.yaml", text.as_str());
        assert!(load(&source).is_err_and(|found| !found.is_empty()));
        drop(canonical(&source));
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
