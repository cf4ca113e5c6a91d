//! What the picture says: the lines of each box and of each way, in one language.

use crate::definition::diagnostic::Lang;
use crate::definition::diagram::condition;
use crate::definition::graph::{Edge, Via};
use crate::definition::procedure::{
    Anytime, Bodies, By, ClockPolicy, Join, Limit, Outcome, Party, Procedure, Step, StepKind, Title, Units, Variant,
};
use crate::definition::verbs::standard;
use crate::directory::Directory;
use crate::ids::{FieldId, PeopleId, StepId, UnitId, VariantId, Verb};

/// Units' names, where a directory is at hand.
pub type Names = std::collections::BTreeMap<UnitId, String>;

/// The names of a directory's units.
pub fn names(directory: &Directory) -> Names {
    directory.file().units.keys().map(|unit| (unit.clone(), directory.unit_name(unit).to_owned())).collect()
}

/// The label in the language asked for, or in Vietnamese.
pub fn label(title: &Title, lang: Lang) -> &str {
    match (lang, &title.en) {
        (Lang::En, Some(en)) => en,
        _ => &title.vi,
    }
}

pub fn pick(lang: Lang, vi: &str, en: &str) -> String {
    match lang {
        Lang::Vi => vi.to_owned(),
        Lang::En => en.to_owned(),
    }
}

/// Who holds a step.
pub fn holder(procedure: &Procedure, step: &Step, lang: Lang) -> Option<String> {
    match &step.kind {
        StepKind::Staff(staff) => Some(by(procedure, &staff.by, lang)).filter(|text| !text.is_empty()),
        StepKind::Wait(wait) => Some(match wait.awaited {
            Party::Applicant => pick(lang, "Chờ người nộp", "Waiting for the applicant"),
            Party::Outside => pick(lang, "Chờ cơ quan ngoài", "Waiting for an outside body"),
            Party::Staff => pick(lang, "Chờ cán bộ", "Waiting for staff"),
        }),
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { by, .. } => Some(self::by(procedure, by, lang)),
            Bodies::Branches(_) => None,
        },
        StepKind::Call(call) => {
            call.by.as_ref().map(|by| self::by(procedure, by, lang)).filter(|text| !text.is_empty())
        }
        StepKind::Decision(_) => Some(pick(lang, "tự động", "automatic")),
        StepKind::End(_) => None,
    }
}

/// The titles of whom a rule names.
pub fn by(procedure: &Procedure, by: &By, lang: Lang) -> String {
    let mut names: Vec<&str> = Vec::new();
    for id in people_of(procedure, by) {
        let name = procedure.people.get(id).map_or(id.as_str(), |people| label(&people.title, lang));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(" / ")
}

/// The `people` entries a rule leads to, in order.
pub fn people_of<'a>(procedure: &'a Procedure, by: &'a By) -> Vec<&'a PeopleId> {
    // `same_as` may be chained; a circle is told by a check.
    let mut here = by;
    for _ in 0..=procedure.steps.len() {
        match here {
            By::People(id) => return vec![id],
            By::Choose(choices) => return choices.iter().map(|choice| &choice.then).collect(),
            By::SameAs(step) => match procedure.step(step).map(|step| &step.kind) {
                Some(StepKind::Staff(staff)) => here = &staff.by,
                _ => break,
            },
        }
    }
    Vec::new()
}

/// How long a step may take.
pub fn limit(procedure: &Procedure, step: &Step, lang: Lang) -> Option<String> {
    let within = match &step.kind {
        StepKind::Staff(staff) => &staff.within,
        StepKind::Wait(wait) => &wait.within,
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { within, .. } => within,
            Bodies::Branches(_) => block.within.as_ref()?,
        },
        StepKind::Call(call) => &call.within,
        StepKind::Decision(_) | StepKind::End(_) => return None,
    };
    let own = length(procedure, within, lang);
    let mut said = vec![own.as_str()];
    // A box has room for the lengths alone; the annex tells which is whose.
    let others: Vec<String> = limits_of_variants(procedure, step).map(|(.., it)| length(procedure, it, lang)).collect();
    for other in &others {
        if !said.contains(&other.as_str()) {
            said.push(other);
        }
    }
    Some(said.join(or(lang))).filter(|text| !text.is_empty())
}

fn or(lang: Lang) -> &'static str {
    if lang == Lang::Vi { " hoặc " } else { " or " }
}

/// The limits that a step has under the variants that give it one.
pub fn limits_of_variants<'a>(
    procedure: &'a Procedure,
    step: &Step,
) -> impl Iterator<Item = (&'a VariantId, &'a Variant, &'a Limit)> {
    let id = step.id.clone();
    procedure.variants.iter().filter_map(move |(name, variant)| Some((name, variant, variant.steps.get(&id)?)))
}

/// A variant's label.
pub fn variant(id: &VariantId, variant: &Variant, lang: Lang) -> String {
    let (vi, en) = variant.label(id);
    pick(lang, &vi, &en)
}

/// A limit in words.
pub fn length(procedure: &Procedure, limit: &Limit, lang: Lang) -> String {
    match (limit, lang) {
        (Limit::Length(length), Lang::Vi) => length.vi(),
        (Limit::Length(length), Lang::En) => length.en(),
        (Limit::Untimed { .. }, _) => pick(lang, "không tính thời hạn", "untimed"),
        (Limit::DayOfYear { month, day }, _) => {
            pick(lang, &format!("đến hết ngày {day}/{month}"), &format!("until {day}/{month}"))
        }
        (Limit::Field(field), _) => {
            let title = field_title(procedure, field, lang);
            pick(lang, &format!("đến {title}"), &format!("until {title}"))
        }
        (Limit::Window(window), _) => pick(lang, &window.vi(), &window.to_string()),
        (Limit::Decided { field, at_most }, _) => {
            let title = field_title(procedure, field, lang);
            pick(
                lang,
                &format!("theo {title}, nhiều nhất {}", at_most.vi()),
                &format!("as {title} says, at most {}", at_most.en()),
            )
        }
        (Limit::Choose(choices), _) => {
            let lengths: Vec<String> =
                choices.iter().map(|choice| self::length(procedure, &choice.then, lang)).collect();
            lengths.join(or(lang))
        }
    }
}

/// A unit's name, or its id where the directory is not at hand.
pub fn unit(unit: &UnitId, names: &Names) -> String {
    names.get(unit).cloned().unwrap_or_else(|| unit.to_string())
}

/// A field's title in marks, or its id where the file has no such field.
fn field_title(procedure: &Procedure, field: &FieldId, lang: Lang) -> String {
    let title = procedure.fields.get(field).map_or(field.as_str(), |field| label(&field.title, lang));
    format!("«{title}»")
}

/// What the case's clock does at a step that is waited in.
pub fn clock(step: &Step, lang: Lang) -> Option<String> {
    let policy = match &step.kind {
        StepKind::Staff(staff) => staff.clock?,
        StepKind::Wait(wait) => wait.clock?,
        StepKind::Parallel(block) => block.clock?,
        StepKind::Decision(_) | StepKind::Call(_) | StepKind::End(_) => return None,
    };
    Some(match policy {
        ClockPolicy::Pause => pick(lang, "thời hạn tạm dừng", "the clock stands"),
        ClockPolicy::Restart => pick(lang, "thời hạn tính lại từ đầu", "the clock starts anew"),
        ClockPolicy::Exclude => pick(lang, "không tính vào thời hạn", "outside the case's time"),
    })
}

/// When a block goes on, and what silence in it means.
pub fn join(step: &Step, lang: Lang) -> Vec<String> {
    let StepKind::Parallel(block) = &step.kind else { return Vec::new() };
    let join = match block.join {
        Join::All => pick(lang, "chờ đủ các nhánh", "waits for all"),
        Join::Any => pick(lang, "đi tiếp khi một nhánh xong", "goes on with the first"),
        Join::AtLeast(count) => {
            pick(lang, &format!("đi tiếp khi {count} nhánh xong"), &format!("goes on with {count}"))
        }
        Join::AtLeastPercent(share) => {
            pick(lang, &format!("đi tiếp khi {share} % số nhánh xong"), &format!("goes on with {share} % of them"))
        }
    };
    let silent = matches!(&block.bodies, Bodies::ForEach { silence: Some(_), .. });
    let silence = pick(lang, "quá hạn im lặng thì coi như đã trả lời", "silence counts as an answer");
    std::iter::once(join).chain(silent.then_some(silence)).collect()
}

/// The branches of a block, one a line.
pub fn bodies(procedure: &Procedure, step: &Step, names: &Names, lang: Lang) -> Vec<String> {
    match &step.kind {
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { units: Units::Named(units), .. } => {
                units.iter().map(|unit| format!("∥ {}", self::unit(unit, names))).collect()
            }
            Bodies::ForEach { units: Units::Field(field), .. } => {
                let title = field_title(procedure, field, lang);
                vec![pick(lang, &format!("∥ các đơn vị nêu tại {title}"), &format!("∥ the units named in {title}"))]
            }
            Bodies::Branches(branches) => {
                branches.values().map(|branch| format!("∥ {}", label(&branch.title, lang))).collect()
            }
        },
        _ => Vec::new(),
    }
}

/// What stands on a way.
pub fn way(procedure: &Procedure, from: &StepId, to: &StepId, edge: &Edge, lang: Lang) -> String {
    match &edge.via {
        Via::Action(verb) => {
            let transition = procedure.step(from).and_then(Step::actions).and_then(|actions| actions.get(verb));
            let own = transition.and_then(|transition| transition.title.as_ref());
            verb_label(verb, own, edge.at_most, lang)
        }
        Via::Late => pick(lang, "Hết hạn chờ", "Wait ran out"),
        Via::Rule => match &edge.when {
            Some(text) => condition(procedure, text, lang),
            None => pick(lang, "còn lại", "otherwise"),
        },
        Via::Into => match procedure.step(from).map(|step| &step.kind) {
            Some(StepKind::Parallel(block)) => match &block.bodies {
                Bodies::Branches(branches) => branches
                    .values()
                    .find(|branch| branch.start == *to)
                    .map_or_else(String::new, |branch| label(&branch.title, lang).to_owned()),
                Bodies::ForEach { .. } => String::new(),
            },
            _ => String::new(),
        },
        Via::Ended(outcomes) if outcomes.is_empty() => match procedure.step(from).map(|step| &step.kind) {
            Some(StepKind::Call(call)) if !call.uses.to.outcomes.is_empty() => pick(lang, "còn lại", "otherwise"),
            _ => pick(lang, "kết thúc", "ended"),
        },
        Via::Ended(outcomes) => {
            let words: Vec<String> = outcomes.iter().map(|outcome| self::outcome(*outcome, lang)).collect();
            words.join(or(lang))
        }
        Via::Join => match procedure.step(from).map(|step| &step.kind) {
            Some(StepKind::Parallel(_)) => pick(lang, "Đủ trả lời", "Answered"),
            _ => pick(lang, "Xong nhánh", "Branch done"),
        },
    }
}

/// The procedure that a step calls.
pub fn called(step: &Step, lang: Lang) -> Option<String> {
    let StepKind::Call(call) = &step.kind else { return None };
    let name = &call.uses.procedure;
    Some(match call.uses.version {
        Some(version) => {
            pick(lang, &format!("quy trình {name}, bản {version}"), &format!("procedure {name}, version {version}"))
        }
        None => pick(lang, &format!("quy trình {name}"), &format!("procedure {name}")),
    })
}

/// A verb's label with how often it may be taken.
pub fn verb_label(verb: &Verb, own: Option<&Title>, at_most: Option<u32>, lang: Lang) -> String {
    let built_in = || standard(verb).map(|standard| pick(lang, standard.vi, standard.en));
    let text = own.map(|title| label(title, lang).to_owned()).or_else(built_in).unwrap_or_else(|| verb.to_string());
    match (at_most, lang) {
        (None, _) => text,
        (Some(count), Lang::Vi) => format!("{text} (tối\u{a0}đa\u{a0}{count}\u{a0}lần)"),
        (Some(1), Lang::En) => format!("{text} (at\u{a0}most once)"),
        (Some(count), Lang::En) => format!("{text} (at\u{a0}most {count}\u{a0}times)"),
    }
}

/// The words of an outcome.
pub fn outcome(outcome: Outcome, lang: Lang) -> String {
    match outcome {
        Outcome::Done => pick(lang, "giải quyết xong", "done"),
        Outcome::Refused => pick(lang, "từ chối", "refused"),
        Outcome::Withdrawn => pick(lang, "rút hồ sơ", "withdrawn"),
        Outcome::Lapsed => pick(lang, "hết hạn", "lapsed"),
        Outcome::Stopped => pick(lang, "dừng giải quyết", "stopped"),
    }
}

/// The mark of the box where a case is.
pub fn now(lang: Lang) -> String {
    pick(lang, "đang ở đây", "now here")
}

/// The box from which the transitions of `anytime:` go.
pub fn anytime(lang: Lang) -> String {
    pick(lang, "từ bước bất kỳ", "from any step")
}

/// The transitions of `anytime:` that lead somewhere.
pub fn anytime_ways(procedure: &Procedure) -> impl Iterator<Item = (&Verb, &crate::definition::procedure::Transition)> {
    procedure.anytime.iter().filter_map(|(verb, way)| match way {
        Anytime::Go(transition) => Some((verb, transition)),
        Anytime::Extend(_) => None,
    })
}
