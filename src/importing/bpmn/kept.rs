//! A drawing that we made: the file in it is given back, and what somebody has changed in the drawing since is carried
//! over where that is certain (the name of a step), else told.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::diagram::bpmn::{DRAWN, SOURCE, arrow_fact, lane_fact, shape_fact};
use crate::definition::resolve::digest_of;
use crate::importing::bpmn::ledger::Ledger;
use crate::importing::bpmn::model::{Model, Trigger};
use crate::importing::bpmn::refused::NoModel;
use crate::importing::bpmn::xml::Element;
use crate::importing::bpmn::{read, xml};
use crate::importing::edits::{Edit, Editing, Kept};

/// The file that a drawing carries; nothing where it carries none.
pub fn kept(bytes: &[u8]) -> Result<Option<Kept>, NoModel> {
    let root = xml::read(bytes, "BPMNDiagram")?;
    let model = read::model(&root, &mut Ledger::default())?;
    let extensions = root.all("process").flat_map(|process| process.all("extensionElements"));
    let Some((source, drawn)) = extensions.into_iter().find_map(|extension| {
        extension.first(SOURCE).map(|source| (source, extension.first(DRAWN).cloned().unwrap_or_default()))
    }) else {
        return Ok(None);
    };
    let intact = source.attribute("digest") == Some(digest_of(&source.text).to_string().as_str());
    if !intact {
        return Ok(Some(Kept::Broken));
    }
    Ok(Some(compare(source, &drawn, &model)))
}

fn compare(source: &Element, drawn: &Element, model: &Model) -> Kept {
    let before = by_place(drawn.text.lines().map(str::to_owned));
    let now = by_place(facts(model).into_iter());
    let mut editing = Editing::new(&source.text);
    let (mut applied, mut refused) = (Vec::new(), Vec::new());
    let places: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    for place in places {
        let (was, is) = (before.get(place), now.get(place));
        if was == is {
            continue;
        }
        let edit = |was: Option<&String>, now: Option<&String>| Edit {
            place: place.clone(),
            was: was.cloned(),
            now: now.cloned(),
        };
        match renamed(place, was, is) {
            Some((step, old, new)) if editing.relabel(step, old, new) => {
                applied.push(edit(Some(&old.to_owned()), Some(&new.to_owned())));
            }
            _ => refused.push(edit(was, is)),
        }
    }
    match applied.is_empty() && refused.is_empty() {
        true => Kept::Same(source.text.clone()),
        false => Kept::Edited { text: editing.text(), applied, refused },
    }
}

/// The step whose name alone is another: its id, the old name and the new one.
fn renamed<'a>(place: &'a str, was: Option<&'a String>, is: Option<&'a String>) -> Option<(&'a str, &'a str, &'a str)> {
    let step = place.strip_prefix("shape s_")?;
    let parts = |text: &'a String| text.strip_prefix('[')?.rsplit_once(']');
    let ((old, old_rest), (new, new_rest)) = (parts(was?)?, parts(is?)?);
    (old_rest == new_rest && !new.trim().is_empty()).then_some((step, old, new))
}

/// What is said of each place: `arrow f_1` before, the rest after. Lanes go by their name.
fn by_place(facts: impl Iterator<Item = String>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for fact in facts {
        let at = match fact.starts_with("lane ") {
            true => fact.rfind("] ").map(|at| at + 1),
            false => fact.match_indices(' ').nth(1).map(|(at, _)| at),
        };
        let (place, rest) = fact.split_at(at.unwrap_or(fact.len()));
        found.insert(place.to_owned(), rest.trim().to_owned());
    }
    found
}

/// What is drawn now, as it was told when it was drawn.
fn facts(model: &Model) -> Vec<String> {
    let main = |scope: usize| model.scopes.get(scope).is_some_and(|scope| scope.of.is_none());
    let mut facts = Vec::new();
    for shape in model.shapes.iter().filter(|shape| main(shape.scope)) {
        let time = match &shape.trigger {
            Trigger::Timer(_, text) => text.as_str(),
            // A drawing of ours names the procedure it calls where others have a time.
            _ => shape.called.as_str(),
        };
        facts.push(shape_fact(&shape.id, &shape.name, time));
    }
    let inner: BTreeSet<&str> =
        model.shapes.iter().filter(|shape| !main(shape.scope)).map(|shape| shape.id.as_str()).collect();
    let inside = |id: &str| inner.contains(id);
    for arrow in model.arrows.iter().filter(|arrow| !inside(&arrow.from)) {
        facts.push(arrow_fact(&arrow.id, &arrow.name, (&arrow.from, &arrow.to), &arrow.condition));
    }
    for lane in &model.lanes {
        let own = lane.shapes.iter().map(String::as_str).filter(|id| !inside(id));
        facts.push(lane_fact(&lane.name, own));
    }
    facts
}
