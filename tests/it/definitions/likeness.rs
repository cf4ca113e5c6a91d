//! Folding words and measuring how far they are apart: by short ways, and the same as by the long ones.

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use quytrinh::fold::{composed, distance, distance_within, fold};

/// Every pair of prefixes, by the definition: the distance with neighbours swapped as one edit.
fn by_definition(a: &[char], b: &[char]) -> usize {
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = match (i, j) {
                (0, _) => j,
                (_, 0) => i,
                _ => {
                    let change = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut least = change.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        least = least.min(table[i - 2][j - 2] + 1);
                    }
                    least
                }
            };
        }
    }
    table[a.len()][b.len()]
}

proptest! {
    #[test]
    fn giving_up_early_changes_no_distance(a in "[a-e]{0,20}", b in "[a-e]{0,20}", most in 0_usize..12) {
        let (first, second): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let apart = by_definition(&first, &second);
        prop_assert_eq!(distance(&a, &b), apart);
        prop_assert_eq!(distance_within(&first, &second, most), (apart <= most).then_some(apart));
    }

    #[test]
    fn folding_letter_by_letter_is_folding_the_whole(text in "\\PC{0,40}") {
        let whole: String = text
            .nfd()
            .filter(|c| !is_combining_mark(*c))
            .flat_map(char::to_lowercase)
            .map(|c| if c == 'đ' { 'd' } else { c })
            .collect();
        prop_assert_eq!(fold(&text), whole);
        prop_assert_eq!(composed(&text).into_owned(), text.nfc().collect::<String>());
    }
}
