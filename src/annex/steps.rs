//! The table of steps: number, work, who, limit, product, form, basis; sums by group and the total.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::annex::content::{Line, Row, RowLook, Table};
use crate::annex::wording::{document, form, legal, limits, number, numbered, pick, step};
use crate::calendar::working_time::WorkingTime;
use crate::definition::call::Call;
use crate::definition::checks::paths::{compare, length, parts, total};
use crate::definition::checks::sums::Sum;
use crate::definition::checks::variants::{Told, longest};
use crate::definition::diagnostic::Lang;
use crate::definition::diagram::{Names, condition, words};
use crate::definition::procedure::{
    Bodies, Limit, Procedure, Step, StepKind, Target, Transition, UnitRef, Variant, Who,
};
use crate::ids::{DocumentId, GroupId, LegalId, StepId, VariantId, Verb};

/// The table of steps.
pub fn table(procedure: &Procedure, units: &Names, told: &[Told<'_>], lang: Lang) -> Table {
    let p = |vi: &str, en: &str| pick(lang, vi, en);
    let mut table = Table::new(&[
        (p("TT", "No."), 6, true),
        (p("Nội dung công việc", "Work"), 30, false),
        (p("Đơn vị / người thực hiện", "Unit / person"), 18, false),
        (p("Thời hạn", "Limit"), 11, true),
        (p("Kết quả / sản phẩm", "Product"), 17, false),
        (p("Biểu mẫu", "Form"), 10, true),
        (p("Căn cứ", "Basis"), 8, true),
    ]);
    let longest = longest(told);
    let mut open: Option<&GroupId> = None;
    let shown: Vec<&Step> = procedure.steps.values().filter(|step| !matches!(step.kind, StepKind::End(_))).collect();
    for (n, here) in shown.iter().enumerate() {
        let group = procedure.groups_of(&here.id).next().map(|(id, _)| id);
        if group != open {
            open = group;
            if let Some(group) = group.and_then(|id| procedure.groups.get(id)) {
                let cells = vec![vec![Line::bold(words::label(&group.title, lang))]];
                table.rows.push(Row { look: RowLook::Group, cells, step: None });
            }
        }
        table.rows.push(row(procedure, here, units, lang));
        let last = |id: &GroupId| {
            !shown[n + 1..].iter().any(|later| procedure.groups_of(&later.id).next().is_some_and(|(g, _)| g == id))
        };
        if let Some(id) = group.filter(|id| last(id)) {
            table.rows.extend(subtotals(procedure, id, longest, lang));
        }
    }
    table.rows.push(sum_row(
        RowLook::Total,
        p("Tổng thời gian giải quyết", "Total"),
        limits(procedure, &procedure.case.within, of_cases(procedure), lang),
    ));
    if let Some((told, sum)) = longest
        && let Some(total) = &sum.total
    {
        let mut label = p("Cộng thời hạn các bước theo đường dài nhất", "The steps' limits along the longest path");
        if let Some((id, variant)) = told.variant {
            label += &format!(" ({})", words::variant(id, variant, lang));
        }
        if sum.steps.iter().any(|step| dated(&told.under, step)) {
            label += &p(", không kể các bước có hạn là một ngày định trước", ", but for steps due on a fixed day");
        }
        table.rows.push(sum_row(RowLook::Sum, label, vec![said(total, lang)]));
    }
    table
}

/// The limits that cases of variants have.
fn of_cases(procedure: &Procedure) -> impl Iterator<Item = (&VariantId, &Variant, &Limit)> {
    procedure.variants.iter().filter_map(|(id, variant)| Some((id, variant, variant.case.as_ref()?)))
}

/// Whether a step ends on a day, which nothing can be added to.
fn dated(procedure: &Procedure, step: &StepId) -> bool {
    let within = procedure.step(step).and_then(own_limit);
    matches!(within, Some(Limit::DayOfYear { .. } | Limit::Field(_)))
}

fn said(length: &WorkingTime, lang: Lang) -> String {
    if lang == Lang::Vi { length.vi() } else { length.en() }
}

fn sum_row(look: RowLook, label: String, texts: Vec<String>) -> Row {
    let cells = vec![vec![Line::bold(label)], texts.into_iter().map(Line::bold).collect()];
    Row { look, cells, step: None }
}

/// What the steps of a group add up to along the longest path, and the limit they share where that is another.
fn subtotals(procedure: &Procedure, id: &GroupId, longest: Option<(&Told<'_>, &Sum)>, lang: Lang) -> Vec<Row> {
    let Some(group) = procedure.groups.get(id) else { return Vec::new() };
    let title = words::label(&group.title, lang);
    let added = longest.and_then(|(told, sum)| {
        let steps: Vec<StepId> = sum.steps.iter().filter(|step| group.steps.contains(step)).cloned().collect();
        let parts = parts(&told.under, &steps, &sum.case_type, None);
        total(&parts).filter(|_| !parts.is_empty())
    });
    let others = procedure.variants.iter();
    let others = others.filter_map(|(name, variant)| Some((name, variant, variant.groups.get(id)?)));
    let shared = group.within.as_ref().map(|within| limits(procedure, within, others, lang)).unwrap_or_default();
    // 16 hours and 2 days are one sum: it is said as the text says it.
    let same = match (&added, &group.within) {
        (Some(added), Some(Limit::Length(within))) if shared.len() == 1 => {
            compare(added, within) == Some(Ordering::Equal)
        }
        _ => false,
    };
    let mut rows = Vec::new();
    if let Some(added) = added {
        let texts = if same { shared.clone() } else { vec![said(&added, lang)] };
        rows.push(sum_row(RowLook::Sum, format!("{} {title}", pick(lang, "Cộng:", "Sum:")), texts));
    }
    if !same && !shared.is_empty() {
        let label = format!("{} {title}", pick(lang, "Thời hạn chung:", "Shared limit:"));
        rows.push(sum_row(RowLook::Sum, label, shared));
    }
    rows
}

fn row(procedure: &Procedure, here: &Step, units: &Names, lang: Lang) -> Row {
    let title = words::label(&here.title, lang);
    let work = numbered(title).map_or(title, |(_, work)| work);
    let mut lines = vec![Line::bold(work)];
    lines.extend(here.note.iter().map(Line::plain));
    lines.extend(bodies(procedure, here, units, lang));
    lines.extend(ways(procedure, here, lang));
    let cell = |texts: Vec<String>| texts.into_iter().map(Line::plain).collect::<Vec<_>>();
    let (made, forms) = made(procedure, here, lang);
    Row {
        look: RowLook::Plain,
        cells: vec![
            cell(vec![number(procedure, &here.id, lang).unwrap_or_default()]),
            lines,
            cell(who(procedure, here, units, lang)),
            cell(within(procedure, here, lang)),
            cell(made),
            cell(forms),
            cell(bases(procedure, here)),
        ],
        step: Some(here.id.to_string()),
    }
}

fn bodies(procedure: &Procedure, here: &Step, units: &Names, lang: Lang) -> Vec<Line> {
    let said = words::bodies(procedure, here, units, lang).into_iter().map(|text| text.replace('∥', "+"));
    said.chain(words::join(here, lang)).chain(words::called(here, lang)).map(Line::plain).collect()
}

/// The ways out; the only one that leads straight to the next step says nothing new.
fn ways(procedure: &Procedure, here: &Step, lang: Lang) -> Vec<Line> {
    let Some(actions) = here.actions() else { return decided(procedure, here, lang) };
    let at = procedure.steps.get_index_of(&here.id).unwrap_or_default();
    let next = procedure.steps.get_index(at + 1).map(|(id, _)| id);
    let plain = |way: &Transition| way.when.is_none() && matches!(&way.to, Target::Step(to) if Some(to) == next);
    if actions.len() == 1 && actions.values().all(plain) {
        return Vec::new();
    }
    actions.iter().map(|(verb, way)| Line::plain(way_line(procedure, verb, way, lang))).collect()
}

fn way_line(procedure: &Procedure, verb: &Verb, way: &Transition, lang: Lang) -> String {
    let mut text = format!("- {}", words::verb_label(verb, way.title.as_ref(), way.at_most, lang));
    if let Some(guard) = &way.when {
        text += &format!(" ({} {})", pick(lang, "khi", "when"), condition(procedure, guard.text(), lang));
    }
    match &way.to {
        Target::Step(to) => text += &format!(" → {}", step(procedure, to, lang)),
        Target::Origin => text += &pick(lang, " → bước trước đó", " → the step before"),
        Target::Join => text += &pick(lang, " → xong nhánh", " → branch done"),
    }
    text
}

fn decided(procedure: &Procedure, here: &Step, lang: Lang) -> Vec<Line> {
    if let StepKind::Call(call) = &here.kind {
        return called(procedure, call, lang);
    }
    let StepKind::Decision(rules) = &here.kind else { return Vec::new() };
    let line = |choice: &crate::definition::procedure::Choice<StepId>| {
        let when = choice.when.as_ref().map_or_else(
            || pick(lang, "còn lại", "otherwise"),
            |guard| format!("{} {}", pick(lang, "khi", "when"), condition(procedure, guard.text(), lang)),
        );
        Line::plain(format!("- {when} → {}", step(procedure, &choice.then, lang)))
    };
    rules.iter().map(line).collect()
}

/// Where the case goes on after each way the called one may end.
fn called(procedure: &Procedure, call: &Call, lang: Lang) -> Vec<Line> {
    let goes = |target: &Target| match target {
        Target::Step(to) => step(procedure, to, lang),
        Target::Join | Target::Origin => pick(lang, "xong nhánh", "branch done"),
    };
    let onward = &call.uses.to;
    let named = onward.outcomes.iter().map(|(outcome, to)| {
        let outcome = words::outcome(*outcome, lang);
        Line::plain(format!("- {} {outcome} → {}", pick(lang, "kết quả:", "outcome:"), goes(to)))
    });
    let rest = match onward.outcomes.is_empty() {
        true => pick(lang, "kết thúc", "ended"),
        false => pick(lang, "còn lại", "otherwise"),
    };
    named.chain([Line::plain(format!("- {rest} → {}", goes(&onward.otherwise)))]).collect()
}

/// Who does it, and in which unit.
fn who(procedure: &Procedure, here: &Step, units: &Names, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> = words::holder(procedure, here, lang).into_iter().collect();
    // Who is waited for stands outside; who keeps the case meanwhile is somebody of the agency.
    if let StepKind::Wait(wait) = &here.kind
        && let Some(by) = &wait.by
    {
        lines.push(format!("{}: {}", pick(lang, "Theo dõi", "Kept by"), words::by(procedure, by, lang)));
    }
    let by = match &here.kind {
        StepKind::Staff(staff) => Some(&staff.by),
        StepKind::Wait(wait) => wait.by.as_ref(),
        StepKind::Call(call) => call.by.as_ref(),
        _ => None,
    };
    let mut named: BTreeSet<String> = BTreeSet::new();
    for people in by.into_iter().flat_map(|by| words::people_of(procedure, by)) {
        if let Some(people) = procedure.people.get(people)
            && let Who::Post { unit, .. } | Who::HeadOf(unit) | Who::DeputyOf(unit) = &people.who
            && let UnitRef::Unit(unit) = unit
            && let Some(name) = units.get(unit)
            && named.insert(name.clone())
        {
            lines.push(format!("({name})"));
        }
    }
    if let StepKind::Staff(staff) = &here.kind {
        let title = |id| procedure.people.get(id).map(|people| words::label(&people.title, lang).to_owned());
        let with: Vec<String> = staff.with.iter().filter_map(title).collect();
        if !with.is_empty() {
            lines.push(format!("{}: {}", pick(lang, "Phối hợp", "With"), with.join(", ")));
        }
    }
    lines
}

fn own_limit(here: &Step) -> Option<&Limit> {
    match &here.kind {
        StepKind::Staff(staff) => Some(&staff.within),
        StepKind::Wait(wait) => Some(&wait.within),
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { within, .. } => Some(within),
            Bodies::Branches(_) => block.within.as_ref(),
        },
        StepKind::Call(call) => Some(&call.within),
        StepKind::Decision(_) | StepKind::End(_) => None,
    }
}

fn within(procedure: &Procedure, here: &Step, lang: Lang) -> Vec<String> {
    let within = own_limit(here);
    let others = words::limits_of_variants(procedure, here);
    let mut lines = within.map(|within| limits(procedure, within, others, lang)).unwrap_or_default();
    if let Some(Limit::Untimed { because: Some(because) }) = within {
        lines.push(format!("({because})"));
    }
    lines.extend(words::clock(here, lang).map(|clock| format!("({clock})")));
    lines
}

/// What the step produces, and on which forms.
fn made(procedure: &Procedure, here: &Step, lang: Lang) -> (Vec<String>, Vec<String>) {
    let mut ids: Vec<&DocumentId> = match &here.kind {
        StepKind::Staff(staff) => staff.makes.iter().collect(),
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { makes, .. } => makes.iter().collect(),
            Bodies::Branches(_) => Vec::new(),
        },
        StepKind::Call(call) => call.uses.take.documents.keys().collect(),
        _ => Vec::new(),
    };
    ids.extend(here.actions().into_iter().flat_map(|actions| actions.values()).flat_map(|way| &way.makes));
    let (mut made, mut forms) = (Vec::new(), Vec::new());
    for id in ids {
        let (name, on) = match procedure.documents.get(id) {
            Some(held) => (Some(document(procedure, id, lang)), held.form.as_deref().map(|id| form(id, lang))),
            // A form of the one-stop regime goes by its number alone.
            None => (None, Some(form(id.as_str(), lang))),
        };
        made.extend(name.filter(|name| !made.contains(name)));
        forms.extend(on.filter(|on| !forms.contains(on)));
    }
    (made, forms)
}

/// The numbers of the bases, in the order of their list, on one line.
fn bases(procedure: &Procedure, here: &Step) -> Vec<String> {
    let mut ids: Vec<&LegalId> = Vec::new();
    match &here.kind {
        StepKind::Staff(staff) => ids.extend(staff.legal.iter()),
        StepKind::Wait(wait) => ids.extend(wait.legal.iter()),
        StepKind::Parallel(block) => {
            if let Bodies::ForEach { silence: Some(silence), .. } = &block.bodies {
                ids.extend(silence.legal.iter());
            }
        }
        StepKind::Call(call) => ids.extend(call.legal.iter()),
        StepKind::Decision(_) | StepKind::End(_) => {}
    }
    ids.extend(here.actions().into_iter().flat_map(|actions| actions.values()).filter_map(|way| way.legal.as_ref()));
    ids.sort_by_key(|id| procedure.legal.get_index_of(*id));
    ids.dedup();
    let texts: Vec<String> = ids.into_iter().map(|id| legal(procedure, id)).collect();
    if texts.is_empty() { texts } else { vec![texts.join(", ")] }
}

/// The sums of each case type and variant, where there is more than one.
pub fn by_case_type(told: &[Told<'_>], lang: Lang) -> Option<Table> {
    let p = |vi: &str, en: &str| pick(lang, vi, en);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for told in told {
        let under = &*told.under;
        let name = match told.variant {
            Some((id, variant)) => words::variant(id, variant, lang),
            None => p("Trường hợp chung", "In general"),
        };
        let mut best: Vec<(String, &Sum)> = Vec::new();
        for sum in &told.sums {
            let held: Vec<String> = sum.case_type.iter().map(|text| condition(under, text, lang)).collect();
            let kind = if held.is_empty() { name.clone() } else { held.join(&p(" và ", " and ")) };
            match best.iter_mut().find(|(other, _)| *other == kind) {
                Some((_, known)) => {
                    if let (Some(a), Some(b)) = (&sum.total, &known.total)
                        && compare(a, b) == Some(Ordering::Greater)
                    {
                        *known = sum;
                    }
                }
                None => best.push((kind, sum)),
            }
        }
        for (kind, sum) in best {
            let of_case = length(&under.case.within, &sum.case_type).map(|limit| said(limit, lang)).unwrap_or_default();
            let added: Vec<String> = sum.parts.iter().map(|(_, length)| said(length, lang)).collect();
            let total = sum.total.as_ref().map(|total| said(total, lang)).unwrap_or_default();
            rows.push(vec![kind, added.join(" + "), total, of_case]);
        }
    }
    if rows.len() < 2 {
        return None;
    }
    let mut table = Table::new(&[
        (p("Trường hợp", "Case"), 28, false),
        (p("Các thời hạn trên đường dài nhất", "Limits along the longest path"), 42, false),
        (p("Cộng", "Sum"), 15, true),
        (p("Thời hạn của hồ sơ", "The case's limit"), 15, true),
    ]);
    rows.into_iter().for_each(|row| table.push(row));
    Some(table)
}
