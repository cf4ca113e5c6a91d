//! G05, G06, G07 and S07: conditions that overlap, never hold, always hold, or together leave a step without a way out;
//! G12 where they are too many to look at. Each with data that show it. A gap of a list (G04) is told as it is read.

use crate::definition::cells::{Each, GaveUp, World};
use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::diagnostic::Level;
use crate::definition::guard::Guard;
use crate::definition::procedure::{Bodies, By, Choice, Limit, StepKind, Units};
use crate::definition::source::{Route, Span};
use crate::definition::study::{Overlap, Study, study};
use crate::ids::StepId;

/// A list of which the first line that holds counts.
struct List<'a> {
    route: Route,
    guards: Vec<&'a Guard>,
    /// Lines with the same number lead to the same.
    results: Vec<usize>,
    each: Each<'a>,
}

/// Every list of conditions, then the ways out of every step.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for list in lists(look) {
        match study(&list.guards, world(look, list.each)) {
            Ok(seen) => of_list(look, &list, &seen, &mut found),
            Err(why) => found.push(gave_up(look.source.key_span(&list.route), why)),
        }
    }
    for step in look.sound_steps() {
        of_ways_out(look, &step.id, &mut found);
    }
    found
}

fn world<'a>(look: &'a Look<'_>, each: Each<'a>) -> World<'a> {
    World { fields: &look.procedure.fields, codes: Some(&look.procedure.codes), each }
}

fn lists<'a>(look: &'a Look<'_>) -> Vec<List<'a>> {
    let procedure = look.procedure;
    let mut lists = Vec::new();
    lists.extend(list(Route::of(["start"]), &procedure.start, Each::None));
    lists.extend(limits(Route::of(["case", "within"]), &procedure.case.within, Each::None));
    for (id, group) in &procedure.groups {
        let within = group.within.iter();
        lists
            .extend(within.filter_map(|limit| limits(Route::of(["groups", id.as_str(), "within"]), limit, Each::None)));
    }
    for step in look.sound_steps() {
        let route = look.route(&step.id);
        let mut add = |by: Option<&'a By>, within: &'a Limit, each| {
            if let Some(By::Choose(choices)) = by {
                lists.extend(list(route.clone().key("by"), choices, each));
            }
            lists.extend(limits(route.clone().key("within"), within, each));
        };
        match &step.kind {
            StepKind::Staff(staff) => add(Some(&staff.by), &staff.within, Each::None),
            StepKind::Wait(wait) => add(wait.by.as_ref(), &wait.within, Each::None),
            StepKind::Parallel(block) => match (&block.bodies, &block.within) {
                (Bodies::ForEach { units: Units::Named(units), by, within, .. }, _) => {
                    add(Some(by), within, Each::Named(units));
                }
                (Bodies::ForEach { by, within, .. }, _) => add(Some(by), within, Each::Any),
                (Bodies::Branches(_), Some(within)) => add(None, within, Each::None),
                (Bodies::Branches(_), None) => {}
            },
            StepKind::Call(call) => add(call.by.as_ref(), &call.within, Each::None),
            StepKind::Decision(rules) => lists.extend(list(route.key("rules"), rules, Each::None)),
            StepKind::End(_) => {}
        }
    }
    lists
}

fn list<'a, T: PartialEq>(route: Route, choices: &'a [Choice<T>], each: Each<'a>) -> Option<List<'a>> {
    let guards: Vec<&Guard> = choices.iter().filter_map(|choice| choice.when.as_ref()).collect();
    let same = |choice: &Choice<T>| choices.iter().position(|other| other.then == choice.then).unwrap_or(0);
    (!guards.is_empty()).then(|| List { route, guards, results: choices.iter().map(same).collect(), each })
}

fn limits<'a>(route: Route, limit: &'a Limit, each: Each<'a>) -> Option<List<'a>> {
    match limit {
        Limit::Choose(choices) => list(route, choices, each),
        _ => None,
    }
}

fn of_list(look: &Look<'_>, list: &List<'_>, seen: &Study, found: &mut Vec<Diagnostic>) {
    let place = |at: usize| look.source.span(&list.route.clone().index(at).key("when"));
    found.extend(seen.never.iter().map(|at| never(place(*at), list.guards[*at])));
    let first_always = seen.always.first().copied();
    if let Some(at) = first_always {
        found.push(always(place(at), list.guards[at]));
    }
    for at in seen.shadowed.iter().copied().filter(|at| first_always.is_none_or(|first| *at < first)) {
        found.push(
            Diagnostic::error(
                "G06",
                place(at),
                format!("dòng {} không bao giờ được dùng: khi nó đúng thì một dòng trên đã đúng trước", at + 1),
                format!("line {} is never used: whenever it holds, a line above it has held already", at + 1),
            )
            .warning()
            .help("đổi thứ tự các dòng, hoặc xóa dòng này", "change the order of the lines, or remove this one"),
        );
    }
    for overlap in &seen.overlaps {
        // A special case before the general one is how such lists are written; a line never used is told above.
        let told = overlap.special || seen.shadowed.contains(&overlap.second) || first_always.is_some();
        if !told && list.results[overlap.first] != list.results[overlap.second] {
            found.push(twice(list, overlap, place(overlap.first), place(overlap.second)));
        }
    }
}

fn twice(list: &List<'_>, overlap: &Overlap, first: Span, second: Span) -> Diagnostic {
    let both = [list.guards[overlap.first], list.guards[overlap.second]];
    let (one, other) = (overlap.first + 1, overlap.second + 1);
    let (vi, en) = (overlap.at.words(&both, true), overlap.at.words(&both, false));
    Diagnostic::error(
        "G05",
        second,
        format!("{vi} đúng với cả dòng {one} và dòng {other}; máy dùng dòng {one}"),
        format!("{en} fits line {one} and line {other}; line {one} counts"),
    )
    .warning()
    .related(first, "dòng này được dùng", "this line counts")
    .help("viết điều kiện sao cho mỗi trường hợp chỉ đúng với một dòng", "let each case fit one line only")
}

fn never(span: Span, guard: &Guard) -> Diagnostic {
    let text = guard.text();
    Diagnostic::error("G06", span, format!("`{text}` không bao giờ đúng"), format!("`{text}` never holds"))
        .warning()
        .label("không có dữ liệu nào như vậy", "there are no such data")
        .help(
            "sửa con số hoặc dấu so sánh; xem cả `min`, `max`, `of` của trường",
            "mend the number or the sign; see also the field's `min`, `max`, `of`",
        )
}

fn always(span: Span, guard: &Guard) -> Diagnostic {
    let text = guard.text();
    Diagnostic::error("G07", span, format!("`{text}` lúc nào cũng đúng"), format!("`{text}` always holds"))
        .warning()
        .help("bỏ `when`, hoặc dùng `else` ở dòng cuối", "leave `when` out, or use `else` in the last line")
}

fn of_ways_out(look: &Look<'_>, id: &StepId, found: &mut Vec<Diagnostic>) {
    let Some(actions) = look.procedure.step(id).and_then(|step| step.actions()) else { return };
    let conditions: Vec<(Span, &Guard)> = actions
        .iter()
        .filter_map(|(verb, way)| {
            Some((look.source.span(&look.action_route(id, verb).key("when")), way.when.as_ref()?))
        })
        .collect();
    let mut plain = true;
    for (span, guard) in &conditions {
        match study(&[*guard], world(look, Each::None)) {
            Ok(seen) if !seen.never.is_empty() => found.push(never(*span, guard)),
            Ok(seen) if !seen.always.is_empty() => found.push(always(*span, guard)),
            Ok(_) => continue,
            Err(why) => found.push(gave_up(*span, why)),
        }
        plain = false;
    }
    if !plain || conditions.is_empty() || conditions.len() < actions.len() {
        return;
    }
    let guards: Vec<&Guard> = conditions.iter().map(|(_, guard)| *guard).collect();
    let span = look.source.key_span(&look.route(id).key("actions"));
    match study(&guards, world(look, Each::None)) {
        Ok(Study { gap: Some(cell), .. }) => found.push(
            Diagnostic::error(
                "S07",
                span,
                format!("bước `{id}` không có lối ra khi {}", cell.words(&[], true)),
                format!("step `{id}` has no way out when {}", cell.words(&[], false)),
            )
            .warning()
            .label("lối nào cũng có điều kiện", "every way has a condition")
            .help(
                "thêm một hành động cho trường hợp này, hoặc bỏ `when` ở một hành động",
                "add an action for this case, or leave out one `when`",
            ),
        ),
        Ok(_) => {}
        Err(why) => found.push(gave_up(span, why)),
    }
}

fn gave_up(span: Span, why: GaveUp) -> Diagnostic {
    let help = match why {
        GaveUp::TooMany => ("tách thành nhiều bước `decision` nhỏ hơn", "split them into smaller `decision` steps"),
        GaveUp::NotFollowed => (
            "so từng trường với một con số hoặc với một trường khác",
            "compare each field with a number or with another field",
        ),
    };
    let (vi, en) = match why {
        GaveUp::TooMany => ("quá 4.096 trường hợp", "more than 4,096 cases"),
        GaveUp::NotFollowed => ("có phép so mà phần kiểm tra không theo được", "a comparison that is not followed"),
    };
    let mut note = Diagnostic::error(
        "G12",
        span,
        format!("chưa soát chỗ hở và chỗ chồng của các điều kiện này: {vi}"),
        format!("these conditions were not looked at for gaps and overlaps: {en}"),
    )
    .help(help.0, help.1);
    note.level = Level::Note;
    note
}
