//! L03: a label was changed and its English was not. No mark in the file is needed to know: the text before this one
//! holds both.

use crate::definition::checks::against::Against;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Procedure, Step, Title};
use crate::definition::source::{Node, Route};
use crate::fold::fold;

/// Labels by their place, in both texts.
pub fn check(look: &Against<'_>) -> Vec<Diagnostic> {
    let Some(root) = look.source.root() else { return Vec::new() };
    let old = labels(look.old);
    let mut found = Vec::new();
    walk(root, &Route::default(), &mut |route, vi, en| {
        let before = old.iter().find(|(place, _)| place == route).map(|(_, title)| title);
        let Some(before) = before else { return };
        // A mended accent or capital changes no meaning.
        if before.en.as_deref() != Some(en) || fold(&before.vi) == fold(vi) {
            return;
        }
        found.push(
            Diagnostic::error(
                "L03",
                look.source.span(&route.clone().key("en")),
                "tên tiếng Việt đã đổi, tên tiếng Anh vẫn như trước",
                "the Vietnamese label was changed, the English one was not",
            )
            .warning()
            .label("dịch từ tên cũ", "a translation of the label before")
            .related(
                look.source.span(&route.clone().key("vi")),
                format!("trước là `{}`", before.vi),
                format!("it was `{}`", before.vi),
            )
            .help("dịch lại `en:`, hoặc bỏ `en:`", "translate `en:` again, or remove it"),
        );
    });
    found
}

/// Every map with a label in both languages.
fn walk(node: &Node, route: &Route, see: &mut impl FnMut(&Route, &str, &str)) {
    let text = |key: &str| node.get(key).and_then(Node::text);
    if let (Some(vi), Some(en)) = (text("vi"), text("en")) {
        see(route, vi, en);
    }
    for (key, value) in node.entries() {
        walk(value, &route.clone().key(&key.text), see);
    }
    for (n, item) in node.items().iter().enumerate() {
        walk(item, &route.clone().index(n), see);
    }
}

/// The labels of a procedure by the place where they are written.
fn labels(procedure: &Procedure) -> Vec<(Route, Title)> {
    let mut found =
        vec![(Route::default(), procedure.title.clone()), (Route::of(["case"]), procedure.case.title.clone())];
    let mut put = |section: &str, id: &str, title: &Title| {
        found.push((Route::of([section, id]), title.clone()));
    };
    procedure.fields.iter().for_each(|(id, field)| put("fields", id.as_str(), &field.title));
    procedure.documents.iter().for_each(|(id, paper)| put("documents", id.as_str(), &paper.title));
    procedure.people.iter().for_each(|(id, people)| put("people", id.as_str(), &people.title));
    procedure.groups.iter().for_each(|(id, group)| put("groups", id.as_str(), &group.title));
    for (id, step) in procedure.steps.iter().filter(|(_, step)| step.inside.is_none()) {
        put("steps", id.as_str(), &step.title);
    }
    for step in procedure.steps.values() {
        let place = place_of(procedure, step);
        if step.inside.is_some() {
            found.push((place.clone(), step.title.clone()));
        }
        for (verb, way) in step.actions().into_iter().flatten() {
            let key = if way.signal { "on_event" } else { "actions" };
            found.extend(way.title.clone().map(|title| (place.clone().key(key).key(verb.as_str()), title)));
        }
    }
    found
}

fn place_of(procedure: &Procedure, step: &Step) -> Route {
    match step.inside.as_ref().and_then(|(block, key)| Some((procedure.step(block)?, key))) {
        Some((block, key)) => {
            place_of(procedure, block).key("branches").key(key.as_str()).key("steps").key(step.id.as_str())
        }
        None => Route::of(["steps", step.id.as_str()]),
    }
}
