//! D04: a paper made twice on one way; D05: needed before anybody makes it; D08: asked of the applicant after the
//! decision has been prepared.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::filled::{Way, ways};
use crate::definition::procedure::{Document, Means, Needs, Party, Procedure, StepKind};
use crate::definition::source::{Route, Span};
use crate::ids::{DocumentId, StepId};

/// The order in which papers come and are wanted.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() {
        return Vec::new();
    }
    let (ways, wanted) = (ways(look.procedure), wanted(look));
    let mut found = too_early(look, &ways, &wanted);
    found.extend(twice(look, &ways));
    found.extend(too_late(look, &ways, &wanted));
    found
}

/// A place where papers are wanted: the step, the list, where it stands.
type Wanted<'a> = (&'a StepId, &'a Needs, Route);

/// Every place where papers are wanted.
fn wanted<'a>(look: &'a Look<'_>) -> Vec<Wanted<'a>> {
    let mut places = Vec::new();
    for step in look.sound_steps() {
        if let StepKind::Staff(staff) = &step.kind {
            places.push((&step.id, &staff.needs, look.route(&step.id).key("needs")));
        }
        for (verb, way) in step.actions().into_iter().flatten() {
            places.push((&step.id, &way.needs, look.action_route(&step.id, verb).key("needs")));
        }
    }
    places
}

fn paper<'a>(procedure: &'a Procedure, id: &DocumentId) -> Option<&'a Document> {
    procedure.documents.get(id)
}

fn too_early(look: &Look<'_>, ways: &[Way<'_>], wanted: &[Wanted<'_>]) -> Vec<Diagnostic> {
    let made = look.made();
    let never = BTreeSet::new();
    let mut found = Vec::new();
    for &(step, needs, ref route) in wanted {
        // Who comes from outside brings his papers along.
        if matches!(look.procedure.step(step).map(|step| &step.kind), Some(StepKind::Wait(_))) {
            continue;
        }
        let before = made.get(step).unwrap_or(&never);
        for id in &needs.documents {
            let own = paper(look.procedure, id).is_some_and(|paper| paper.from == Party::Staff);
            // Whoever needs it may have been given it by an earlier need only if somebody made it there.
            let maker = ways.iter().find(|way| makes(look.procedure, way, id));
            if !own || before.contains(id) || maker.is_some_and(|way| way.from == step) {
                continue;
            }
            let mut one = Diagnostic::error(
                "D05",
                place(look, route, id),
                format!("bước `{step}` cần `{id}` trước khi có ai làm ra nó"),
                format!("step `{step}` needs `{id}` before anybody makes it"),
            )
            .help(
                format!("thêm `makes: [{id}]` vào một bước trước, hoặc bỏ khỏi `needs`"),
                format!("add `makes: [{id}]` to a step before, or take it out of `needs`"),
            );
            if let Some(way) = maker {
                let span = look.source.key_span(&look.route(way.from));
                one = one.related(span, "đến đây mới làm ra", "it is made only here");
            }
            found.push(one);
        }
    }
    found
}

fn makes(procedure: &Procedure, way: &Way<'_>, id: &DocumentId) -> bool {
    let by_way = way.transition.is_some_and(|transition| transition.makes.contains(id));
    let by_step = matches!(procedure.step(way.from).map(|step| &step.kind), Some(StepKind::Staff(staff)) if staff.makes.contains(id));
    by_way || (by_step && way.transition.is_some_and(|transition| procedure.goes_on(transition)))
}

fn place(look: &Look<'_>, route: &Route, id: &DocumentId) -> Span {
    let items = look.source.node(route).map(|node| node.items()).unwrap_or_default();
    match items.iter().position(|item| item.text() == Some(id.as_str())) {
        Some(at) => look.source.span(&route.clone().index(at)),
        None => look.source.span(route),
    }
}

fn twice(look: &Look<'_>, ways: &[Way<'_>]) -> Vec<Diagnostic> {
    let procedure = look.procedure;
    let mut onward: BTreeMap<&StepId, Vec<&StepId>> = BTreeMap::new();
    for way in ways.iter().filter(|way| way.transition.is_none_or(|way| way.means != Means::Back)) {
        onward.entry(way.from).or_default().push(way.to);
    }
    let mut found = Vec::new();
    for id in procedure.documents.keys() {
        // A second request to the applicant is another matter (D11).
        let asks = |way: &&Way<'_>| way.transition.is_some_and(|way| way.means == Means::Wait);
        let makers: Vec<&Way<'_>> = ways.iter().filter(|way| makes(procedure, way, id) && !asks(way)).collect();
        let again = makers.iter().find_map(|first| {
            let later = after(&onward, first.to, first.from);
            let second = makers.iter().find(|second| second.from != first.from && later.contains(second.from))?;
            // In a circle neither comes first.
            (!after(&onward, second.to, second.from).contains(first.from)).then_some((first.from, second.from))
        });
        let Some((first, second)) = again else { continue };
        found.push(
            Diagnostic::error(
                "D04",
                look.source.key_span(&look.route(second)),
                format!("`{id}` được làm ra hai lần trên một đường: ở `{first}` rồi ở `{second}`"),
                format!("`{id}` is made twice on one way: in `{first}` and then in `{second}`"),
            )
            .warning()
            .related(look.source.key_span(&look.route(first)), "lần thứ nhất", "the first time")
            .help(
                "đặt tên riêng cho bản sau, hoặc chỉ làm ra một lần",
                "give the later one a name of its own, or make it once",
            ),
        );
    }
    found
}

/// Every step that may come after, without coming back by a return or through the step left out.
fn after<'a>(onward: &BTreeMap<&StepId, Vec<&'a StepId>>, from: &'a StepId, but: &StepId) -> BTreeSet<&'a StepId> {
    let mut seen = BTreeSet::new();
    let mut stack = vec![from];
    while let Some(here) = stack.pop() {
        if here == but || !seen.insert(here) {
            continue;
        }
        stack.extend(onward.get(here).into_iter().flatten());
    }
    seen
}

fn too_late(look: &Look<'_>, ways: &[Way<'_>], wanted: &[Wanted<'_>]) -> Vec<Diagnostic> {
    let procedure = look.procedure;
    let decided =
        |way: &&Way<'_>| way.verb.is_some_and(|verb| matches!(verb.as_str(), "approve" | "sign" | "propose_refusal"));
    // Steps that a case comes to before anybody has approved anything.
    let mut early: BTreeSet<&StepId> = BTreeSet::new();
    let mut stack: Vec<&StepId> = procedure.start.iter().map(|choice| &choice.then).collect();
    while let Some(here) = stack.pop() {
        if early.insert(here) {
            stack.extend(ways.iter().filter(|way| way.from == here && !decided(way)).map(|way| way.to));
        }
    }
    let mut asked: BTreeSet<&DocumentId> = BTreeSet::new();
    for &(step, needs, _) in wanted {
        if early.contains(step) {
            asked.extend(&needs.documents);
        }
    }
    let mut found = Vec::new();
    for &(step, needs, ref route) in wanted {
        for id in &needs.documents {
            let theirs = paper(procedure, id).is_some_and(|paper| paper.from == Party::Applicant && paper.required);
            if !theirs || early.contains(step) || !asked.insert(id) {
                continue;
            }
            found.push(
                Diagnostic::error(
                    "D08",
                    place(look, route, id),
                    format!("đến bước `{step}` mới đòi người nộp `{id}`, khi hồ sơ đã được duyệt"),
                    format!("the applicant is asked for `{id}` only in `{step}`, after the case was approved"),
                )
                .warning()
                .help(
                    "đòi ngay khi tiếp nhận, hoặc khi kiểm tra hồ sơ",
                    "ask for it at reception, or when the case is examined",
                ),
            );
        }
    }
    found
}
