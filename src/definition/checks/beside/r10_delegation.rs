//! R10: a signer beyond his delegation: he was given the right under a condition, and the procedure lets a case come to
//! him that does not meet it.

use crate::definition::cells::{Cell, Cells, Each, World};
use crate::definition::checks::beside::Beside;
use crate::definition::diagnostic::{Diagnostic, Level};
use crate::definition::guard::Guard;
use crate::definition::procedure::{Choice, Doer, Step, StepKind, Transition};
use crate::definition::source::Route;
use crate::directory::Delegation;
use crate::ids::{PeopleId, PersonId, Verb};

/// Delegations in force for the procedure: their conditions can be read, and hold wherever their holder signs.
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let today = look.directory.day(look.at);
    let delegations = look.directory.file().delegations.iter();
    for delegation in delegations.filter(|d| d.procedures.contains(&look.procedure.id) && d.until >= today) {
        if let Some(Err(text)) = condition(look, delegation) {
            found.push(unreadable(look, delegation, text));
        }
    }
    for step in look.staffed() {
        let StepKind::Staff(staff) = &step.kind else { continue };
        for (verb, way) in staff.actions.iter().filter(|(verb, way)| signs(look, verb, way)) {
            found.extend(of_signing(look, step, verb, way));
        }
    }
    found
}

/// The condition of a delegation, or its text where this procedure cannot read it.
fn condition<'d>(look: &Beside<'_>, delegation: &'d Delegation) -> Option<Result<Guard, &'d str>> {
    let text = delegation.when.as_deref()?;
    Some(Guard::parse(text, &look.procedure.fields).map_err(|_| text))
}

fn signs(look: &Beside<'_>, verb: &Verb, way: &Transition) -> bool {
    let signed = |paper| look.procedure.documents.get(paper).is_some_and(|paper| paper.signed);
    verb.as_str() == "sign" || way.makes.iter().any(signed)
}

fn of_signing(look: &Beside<'_>, step: &Step, verb: &Verb, way: &Transition) -> Option<Diagnostic> {
    let entries = match &way.by {
        Doer::Holder => look.seats.entries(&step.id),
        Doer::People(people) => vec![Choice { when: None, then: people.clone() }],
        Doer::Applicant | Doer::Outside => return None,
    };
    entries.iter().enumerate().find_map(|(n, entry)| {
        let mut people = look.seats.candidates(&entry.then, None).into_iter();
        people.find_map(|person| {
            let limits = limits(look, &person)?;
            let earlier: Vec<&Guard> = entries[..n].iter().filter_map(|entry| entry.when.as_ref()).collect();
            let cell = beyond(look, &earlier, entry, way, &limits)?;
            Some(match cell {
                Ok(cell) => told(look, step, verb, &entry.then, &person, &limits, &cell),
                Err(()) => gave_up(look, step, verb),
            })
        })
    })
}

/// The conditions under which alone a person may sign; nothing for a head, for one who has no delegation here, and for
/// one who has a delegation without a condition.
fn limits(look: &Beside<'_>, person: &PersonId) -> Option<Vec<Guard>> {
    let leads = look.directory.posts_of(person, look.at).iter().any(|(unit, post)| {
        look.directory.unit(unit).and_then(|unit| unit.posts.get(post)).is_some_and(|post| post.head)
    });
    let given = look.directory.delegations_to(person, &look.procedure.id, look.at);
    if leads || given.is_empty() || given.iter().any(|delegation| delegation.when.is_none()) {
        return None;
    }
    Some(given.into_iter().filter_map(|delegation| condition(look, delegation)?.ok()).collect())
        .filter(|limits: &Vec<Guard>| !limits.is_empty())
}

/// Data with which the act comes to this entry and no condition of its delegations holds.
fn beyond(
    look: &Beside<'_>,
    earlier: &[&Guard],
    entry: &Choice<PeopleId>,
    way: &Transition,
    limits: &[Guard],
) -> Option<Result<Cell, ()>> {
    let asked: Vec<&Guard> = entry.when.iter().chain(&way.when).collect();
    let all: Vec<&Guard> = earlier.iter().copied().chain(asked.iter().copied()).chain(limits).collect();
    let world = World { fields: &look.procedure.fields, codes: Some(&look.procedure.codes), each: Each::None };
    let Ok(cells) = Cells::of(&all, world, None) else { return Some(Err(())) };
    let comes = |cell: &Cell| {
        earlier.iter().all(|guard| cell.judge(guard) != Some(true))
            && asked.iter().all(|guard| cell.judge(guard) == Some(true))
    };
    cells.iter().find(|cell| comes(cell) && limits.iter().all(|limit| cell.judge(limit) != Some(true))).map(Ok)
}

fn told(
    look: &Beside<'_>,
    step: &Step,
    verb: &Verb,
    people: &PeopleId,
    person: &PersonId,
    limits: &[Guard],
    cell: &Cell,
) -> Diagnostic {
    let name = look.seats.name(person);
    let given: Vec<String> = limits.iter().map(|limit| format!("`{}`", limit.text())).collect();
    let (vi, en) = (given.join(" hoặc "), given.join(" or "));
    let place = look.route(&step.id);
    Diagnostic::error(
        "R10",
        look.source.key_span(&place.clone().key("actions").key(verb.as_str())),
        format!("{name} ký vượt phạm vi ủy quyền khi {}", cell.words(&[], true)),
        format!("{name} signs beyond the delegation when {}", cell.words(&[], false)),
    )
    .related(look.source.key_span(&place.key("by")), format!("`{people}` giữ bước này"), format!("`{people}` holds it"))
    .note(format!("được ủy quyền khi {vi}"), format!("delegated when {en}"))
    .help(
        "để người khác ký phần vượt phạm vi, thêm một dòng ở `by:`; hoặc sửa ủy quyền trong sơ đồ tổ chức",
        "let somebody else sign the rest by a line in `by:`, or change the delegation in the directory",
    )
}

fn unreadable(look: &Beside<'_>, delegation: &Delegation, text: &str) -> Diagnostic {
    let (from, to) = (look.seats.name(&delegation.from), look.seats.name(&delegation.to));
    Diagnostic::error(
        "R10",
        look.source.span(&Route::of(["id"])),
        format!("{from} ủy quyền cho {to} khi `{text}`: quy trình này không hiểu điều kiện đó"),
        format!("the delegation of {from} to {to} holds when `{text}`, which means nothing in this procedure"),
    )
    .help(
        "dùng đúng tên trường của quy trình trong `when` của ủy quyền, hoặc bỏ quy trình này khỏi ủy quyền",
        "use the fields of this procedure in the `when` of the delegation, or take the procedure out of it",
    )
}

fn gave_up(look: &Beside<'_>, step: &Step, verb: &Verb) -> Diagnostic {
    let mut note = Diagnostic::error(
        "G12",
        look.source.key_span(&look.route(&step.id).key("actions").key(verb.as_str())),
        "chưa soát được việc ký này có vượt phạm vi ủy quyền không: quá nhiều trường hợp",
        "whether this signature is beyond a delegation was not looked at: too many cases",
    )
    .help("so từng trường với một con số", "compare each field with a number");
    note.level = Level::Note;
    note
}
