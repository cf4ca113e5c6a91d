//! What changes from one text to another, line by line, as a patch with nothing around.

/// Lines that are compared each with each, at most: beyond that the changed part is shown as a whole.
const CELLS: usize = 4_000_000;

/// The patch; empty where nothing changes.
pub fn patch(name: &str, old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[same..].iter().rev().zip(new[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (gone, come) = (&old[same..old.len() - tail], &new[same..new.len() - tail]);
    if gone.is_empty() && come.is_empty() {
        return String::new();
    }
    let mut out = format!("--- {name}\n+++ {name}\n");
    let mut hunk = |at: usize, gone: &[&str], come: &[&str]| {
        out += &format!("@@ -{},{} +{},{} @@\n", at + 1, gone.len(), at + 1, come.len());
        gone.iter().for_each(|line| out += &format!("-{line}\n"));
        come.iter().for_each(|line| out += &format!("+{line}\n"));
    };
    let (mut a, mut b) = (0, 0);
    for (i, j) in kept(gone, come).into_iter().chain([(gone.len(), come.len())]) {
        if a < i || b < j {
            hunk(same + a, &gone[a..i], &come[b..j]);
        }
        (a, b) = (i + 1, j + 1);
    }
    out
}

/// The lines that stay, as pairs of places: a longest common sequence.
fn kept(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    if (old.len() + 1).saturating_mul(width) > CELLS {
        return Vec::new();
    }
    let mut longest = vec![0u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = match old[i] == new[j] {
                true => longest[(i + 1) * width + j + 1] + 1,
                false => longest[(i + 1) * width + j].max(longest[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j, mut kept) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            kept.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    kept
}
