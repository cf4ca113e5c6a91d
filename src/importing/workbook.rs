//! A workbook that we made: the procedure file in it is given back, and what somebody has changed in its cells since is
//! carried over where that is certain (a step's label, a limit), else told.

use std::collections::{BTreeMap, BTreeSet};

use crate::annex::xlsx_source::{CASE, SOURCE_SHEET, Source, place, read_source};
use crate::definition::resolve::digest_of;
use crate::importing::cells::{Unreadable, tidy};
use crate::importing::edits::{Edit, Editing, Kept};
use crate::importing::length::{Printed, read};
use crate::importing::sheet::{Page, pages};

/// The columns of the table of steps, as their letters.
const WORK: &str = "B";
const LIMIT: &str = "D";
/// The column that bears the ids, hidden.
const IDS: u32 = 7;

/// The file that a workbook carries; nothing where it carries none.
pub fn kept(bytes: &[u8]) -> Result<Option<Kept>, Unreadable> {
    let pages = pages(bytes)?;
    let Some(page) = pages.iter().find(|page| page.name == SOURCE_SHEET) else { return Ok(None) };
    let Some(source) = read_source(&page.cells) else { return Ok(None) };
    if digest_of(&source.text).to_string() != source.digest {
        return Ok(Some(Kept::Broken));
    }
    let shown: Vec<&Page> = pages.iter().filter(|page| page.name != SOURCE_SHEET).collect();
    Ok(Some(compare(&source, &shown)))
}

fn compare(source: &Source, shown: &[&Page]) -> Kept {
    let tidied = |(place, text): &(String, String)| (place.clone(), tidy(text));
    let full = |(_, text): &(String, String)| !text.is_empty();
    let before: BTreeMap<String, String> = source.seen.iter().map(tidied).filter(full).collect();
    let now = cells(shown, &before);
    let mut editing = Editing::new(&source.text);
    let (mut applied, mut refused) = (Vec::new(), Vec::new());
    let places: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    for place in places {
        let (was, is) = (before.get(place), now.get(place));
        if was == is {
            continue;
        }
        let done = match (was, is) {
            (Some(was), Some(is)) => apply(&mut editing, place, was, is),
            _ => false,
        };
        let edit = Edit { place: place.clone(), was: was.cloned(), now: is.cloned() };
        if done { &mut applied } else { &mut refused }.push(edit);
    }
    match applied.is_empty() && refused.is_empty() {
        true => Kept::Same(source.text.clone()),
        false => Kept::Edited { text: editing.text(), applied, refused },
    }
}

/// What stands in the workbook now, each cell by the name it had when it was written: rows may have been moved.
fn cells(shown: &[&Page], before: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for page in shown {
        let mut ids: BTreeMap<u32, &str> = BTreeMap::new();
        for (row, _, text) in page.cells.iter().filter(|(_, column, _)| *column == IDS) {
            ids.insert(*row, text);
        }
        // The row of the whole case bears no id: it goes by what stands before its sum.
        let whole = before.get(&place(&page.name, Some(CASE), 0, 0));
        for (row, column, text) in &page.cells {
            if Some(tidy(text)).as_ref() == whole && *column == 0 {
                ids.insert(*row, CASE);
            }
        }
        for (row, column, text) in page.cells.iter().filter(|(_, column, _)| *column != IDS) {
            let column = u16::try_from(*column).unwrap_or(u16::MAX);
            let text = tidy(text);
            if !text.is_empty() {
                found.insert(place(&page.name, ids.get(row).copied(), *row, column), text);
            }
        }
    }
    found
}

/// Carries a change of a step's label or of a limit over, where nothing else was changed with it.
fn apply(editing: &mut Editing, place: &str, was: &str, is: &str) -> bool {
    let Some((row, column)) = place.rsplit_once('!').and_then(|(_, cell)| cell.split_once('.')) else { return false };
    let step = (row != CASE).then_some(row);
    match (column, step) {
        (WORK, Some(step)) => {
            let split = |text: &str| {
                let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
                (first.to_owned(), rest.to_owned())
            };
            let ((was, before), (is, after)) = (split(was), split(is));
            before == after && !is.is_empty() && editing.relabel(step, &was, &is)
        }
        (LIMIT, step) => {
            let reading = read(is, None);
            match reading.printed {
                Printed::Length(length) if reading.sure => editing.limit(step, was, &length),
                _ => false,
            }
        }
        _ => false,
    }
}
