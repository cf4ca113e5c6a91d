//! N10 and R02: the file against the people there are. Skipped where no directory stands beside the file.

use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Bodies, Pick, Procedure, StepKind, UnitRef, Units, Who};
use crate::definition::source::{Route, Source};
use crate::directory::Directory;
use crate::fold::nearest;
use crate::ids::{PeopleId, PostId, Ts, UnitId};

/// Units and posts that the directory does not know, and posts that several fill where one is wanted.
pub fn check(procedure: &Procedure, directory: &Directory, at: Ts, source: &Source) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut unit_at = |unit: &UnitId, route: Route| {
        if directory.unit(unit).is_none() {
            found.push(no_unit(directory, unit, route, source));
            return false;
        }
        true
    };
    unit_at(&procedure.owner, Route::of(["owner"]));
    let mut posts = Vec::new();
    for (id, people) in &procedure.people {
        let route = |key: &str| Route::of(["people", id.as_str(), key]);
        match &people.who {
            Who::Post { post, unit: UnitRef::Unit(unit) } if unit_at(unit, route("unit")) => {
                posts.push((id, people, post, unit));
            }
            Who::HeadOf(UnitRef::Unit(unit)) => drop(unit_at(unit, route("head_of"))),
            Who::DeputyOf(UnitRef::Unit(unit)) => drop(unit_at(unit, route("deputy_of"))),
            _ => {}
        }
    }
    for step in procedure.steps.values() {
        if let StepKind::Parallel(block) = &step.kind
            && let Bodies::ForEach { units: Units::Named(units), .. } = &block.bodies
        {
            for (n, unit) in units.iter().enumerate() {
                unit_at(unit, Route::of(["steps", step.id.as_str(), "for_each"]).index(n));
            }
        }
    }
    for (id, people, post, unit) in posts {
        let members = directory.members(unit, post, at);
        if members.is_empty() && !knows_post(directory, unit, post) {
            found.push(no_post(directory, unit, post, Route::of(["people", id.as_str(), "post"]), source));
        } else if members.len() > 1 && people.pick == Pick::Only && !sits_in_council(procedure, id) {
            let span = source.span(&Route::of(["people", id.as_str(), "post"]));
            let count = members.len();
            found.push(
                Diagnostic::error(
                    "R02",
                    span,
                    format!("`{id}` có {count} người, không rõ ai giữ việc"),
                    format!("`{id}` is {count} persons, it is not clear who holds the work"),
                )
                .label(format!("{count} người"), format!("{count} persons"))
                .help(
                    "thêm `pick: least_loaded`, `pick: claim` hoặc `pick: { assigned_by: … }`",
                    "add `pick: least_loaded`, `pick: claim` or `pick: { assigned_by: … }`",
                )
                .note(
                    "trong lúc chưa phân công, người đứng đầu đơn vị là người giữ và bị tính giờ",
                    "until it is assigned, the head of the unit holds it and his clock runs",
                ),
            );
        }
    }
    found
}

/// Of a council all are members together; who leads is its chair.
fn sits_in_council(procedure: &Procedure, id: &PeopleId) -> bool {
    let councils = procedure.people.values().filter_map(|people| match &people.who {
        Who::Council(council) => Some(council),
        _ => None,
    });
    councils.into_iter().any(|council| council.members.contains(id) && council.chair != *id)
}

fn knows_post(directory: &Directory, unit: &UnitId, post: &PostId) -> bool {
    directory.file().units.get(unit).is_some_and(|unit| unit.posts.contains_key(post))
}

/// N10: a unit that the directory does not have.
pub fn no_unit(directory: &Directory, unit: &UnitId, route: Route, source: &Source) -> Diagnostic {
    let span = source.span(&route);
    let found = Diagnostic::error(
        "N10",
        span,
        format!("sơ đồ tổ chức không có đơn vị `{unit}`"),
        format!("the directory has no unit `{unit}`"),
    );
    match nearest(unit.as_str(), directory.file().units.keys().map(UnitId::as_str)) {
        Some(near) => found.help(format!("có phải là `{near}`?"), format!("did you mean `{near}`?")),
        None => {
            found.help("thêm đơn vị vào sơ đồ tổ chức hoặc sửa tên", "add the unit to the directory or mend the name")
        }
    }
}

fn no_post(directory: &Directory, unit: &UnitId, post: &PostId, route: Route, source: &Source) -> Diagnostic {
    let span = source.span(&route);
    let posts: Vec<&str> = directory
        .file()
        .units
        .get(unit)
        .map(|unit| unit.posts.keys().map(PostId::as_str).collect())
        .unwrap_or_default();
    let list = posts.join(", ");
    Diagnostic::error(
        "N10",
        span,
        format!("đơn vị `{unit}` không có chức danh `{post}`"),
        format!("unit `{unit}` has no post `{post}`"),
    )
    .help(format!("các chức danh của đơn vị: {list}"), format!("the unit's posts: {list}"))
}
