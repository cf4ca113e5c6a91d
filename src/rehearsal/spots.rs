//! Everything of a procedure that a scenario can try, in the order of the file: where it stands and what it is called.

use crate::definition::guard::Guard;
use crate::definition::procedure::{
    Anytime, Applies, Bodies, By, Choice, Limit, Procedure, Step, StepKind, Transition, Variant, Warn,
};
use crate::definition::source::Route;
use crate::ids::{GroupId, StepId, VariantId, Verb};

/// One thing to try.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// A case rests in the step, passes the decision or ends in it.
    Step(StepId),
    /// The way out is taken; `answer` for a body of a block.
    Action(StepId, Verb),
    Anytime(Verb),
    Reopening(StepId),
    /// The condition is judged and holds, or does not.
    Side(Condition, bool),
    /// The reminder of that number rings.
    Reminder(Clocked, usize),
    /// The deadline passes with the work undone.
    Breach(Clocked),
    Silence(StepId),
    Lapse(StepId),
    Escalation(StepId, usize),
}

/// A condition, by its place in the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    Start(usize),
    CaseWithin(usize),
    Variant(VariantId),
    Action(StepId, Verb),
    Anytime(Verb),
    By(StepId, usize),
    Within(StepId, usize),
    Rule(StepId, usize),
}

/// Whose clock. The reminders of the case are those of every step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clocked {
    Case,
    Group(GroupId),
    Step(StepId),
}

/// The kinds in which coverage is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Step,
    Action,
    Side,
    Reminder,
    Breach,
    Silence,
    Lapse,
    Escalation,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::Step,
        Kind::Action,
        Kind::Side,
        Kind::Reminder,
        Kind::Breach,
        Kind::Silence,
        Kind::Lapse,
        Kind::Escalation,
    ];

    /// The stable word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Step => "steps",
            Kind::Action => "actions",
            Kind::Side => "sides",
            Kind::Reminder => "reminders",
            Kind::Breach => "breaches",
            Kind::Silence => "silences",
            Kind::Lapse => "lapses",
            Kind::Escalation => "escalations",
        }
    }

    /// What is counted, in Vietnamese and English.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Kind::Step => ("bước", "steps"),
            Kind::Action => ("hành động", "actions"),
            Kind::Side => ("vế điều kiện", "sides of conditions"),
            Kind::Reminder => ("mốc nhắc", "reminders"),
            Kind::Breach => ("thời hạn bị quá", "limits broken"),
            Kind::Silence => ("im lặng coi như đồng ý", "silences"),
            Kind::Lapse => ("lượt chờ hết hạn", "waits run out"),
            Kind::Escalation => ("lần báo lên cấp trên", "escalations"),
        }
    }
}

impl Spot {
    pub fn kind(&self) -> Kind {
        match self {
            Spot::Step(_) => Kind::Step,
            Spot::Action(..) | Spot::Anytime(_) | Spot::Reopening(_) => Kind::Action,
            Spot::Side(..) => Kind::Side,
            Spot::Reminder(..) => Kind::Reminder,
            Spot::Breach(_) => Kind::Breach,
            Spot::Silence(_) => Kind::Silence,
            Spot::Lapse(_) => Kind::Lapse,
            Spot::Escalation(..) => Kind::Escalation,
        }
    }

    /// Where it stands in the file.
    pub fn route(&self, procedure: &Procedure) -> Route {
        let clocked = |whose: &Clocked| match whose {
            Clocked::Case => Route::of(["case"]),
            Clocked::Group(group) => Route::of(["groups", group.as_str()]),
            Clocked::Step(step) => step_route(procedure, step),
        };
        match self {
            Spot::Step(step) => step_route(procedure, step),
            Spot::Action(step, verb) => way_route(procedure, step, verb),
            Spot::Anytime(verb) => Route::of(["anytime", verb.as_str()]),
            Spot::Reopening(step) => step_route(procedure, step).key("reopen"),
            Spot::Side(condition, _) => condition.route(procedure),
            Spot::Reminder(whose, n) => clocked(whose).key("warn").index(*n),
            Spot::Breach(whose) => clocked(whose).key("within"),
            Spot::Silence(step) => step_route(procedure, step).key("silence"),
            Spot::Lapse(step) => step_route(procedure, step).key("late"),
            Spot::Escalation(step, n) => step_route(procedure, step).key("escalate").index(*n),
        }
    }

    /// What no scenario does, in Vietnamese and English.
    pub fn missed(&self) -> (String, String) {
        match self {
            Spot::Step(step) => {
                (format!("chưa kịch bản nào đi qua bước `{step}`"), format!("no scenario comes to the step `{step}`"))
            }
            Spot::Action(step, verb) => (
                format!("chưa kịch bản nào làm `{verb}` ở bước `{step}`"),
                format!("no scenario does `{verb}` in the step `{step}`"),
            ),
            Spot::Anytime(verb) => (format!("chưa kịch bản nào làm `{verb}`"), format!("no scenario does `{verb}`")),
            Spot::Reopening(step) => (
                format!("chưa kịch bản nào mở lại hồ sơ đã kết thúc ở `{step}`"),
                format!("no scenario opens a case again that ended in `{step}`"),
            ),
            Spot::Side(_, true) => (
                "chưa kịch bản nào gặp lúc điều kiện này đúng".to_owned(),
                "no scenario meets this condition when it holds".to_owned(),
            ),
            Spot::Side(_, false) => (
                "chưa kịch bản nào gặp lúc điều kiện này sai".to_owned(),
                "no scenario meets this condition when it does not hold".to_owned(),
            ),
            Spot::Reminder(..) => {
                ("chưa kịch bản nào tới mốc nhắc này".to_owned(), "no scenario comes to this reminder".to_owned())
            }
            Spot::Breach(Clocked::Case) => {
                ("chưa kịch bản nào để hồ sơ quá hạn".to_owned(), "no scenario lets the case be late".to_owned())
            }
            Spot::Breach(Clocked::Group(group)) => (
                format!("chưa kịch bản nào để nhóm `{group}` quá hạn"),
                format!("no scenario lets the group `{group}` be late"),
            ),
            Spot::Breach(Clocked::Step(step)) => (
                format!("chưa kịch bản nào để bước `{step}` quá hạn"),
                format!("no scenario lets the step `{step}` be late"),
            ),
            Spot::Silence(step) => (
                format!("chưa kịch bản nào có cơ quan im lặng ở `{step}`"),
                format!("no scenario has a body that keeps silent in `{step}`"),
            ),
            Spot::Lapse(step) => (
                format!("chưa kịch bản nào để lượt chờ `{step}` hết hạn"),
                format!("no scenario lets the wait `{step}` run out"),
            ),
            Spot::Escalation(step, _) => (
                format!("chưa kịch bản nào để bước `{step}` trễ tới mức báo lên cấp trên"),
                format!("no scenario lets the step `{step}` be so late that a superior is added"),
            ),
        }
    }
}

impl Condition {
    /// Where its text stands.
    pub fn route(&self, procedure: &Procedure) -> Route {
        match self {
            Condition::Start(n) => Route::of(["start"]).index(*n).key("when"),
            Condition::CaseWithin(n) => Route::of(["case", "within"]).index(*n).key("when"),
            Condition::Variant(id) => Route::of(["variants", id.as_str()]).key("when"),
            Condition::Action(step, verb) => way_route(procedure, step, verb).key("when"),
            Condition::Anytime(verb) => Route::of(["anytime", verb.as_str()]).key("when"),
            Condition::By(step, n) => step_route(procedure, step).key("by").index(*n).key("when"),
            Condition::Within(step, n) => step_route(procedure, step).key("within").index(*n).key("when"),
            Condition::Rule(step, n) => step_route(procedure, step).key("rules").index(*n).key("when"),
        }
    }
}

/// Where a step stands in the file.
pub fn step_route(procedure: &Procedure, step: &StepId) -> Route {
    match procedure.step(step).and_then(|step| step.inside.as_ref()) {
        Some((block, key)) => {
            step_route(procedure, block).key("branches").key(key.as_str()).key("steps").key(step.as_str())
        }
        None => Route::of(["steps", step.as_str()]),
    }
}

/// Where a way out of a step stands in the file; a body's answer is its block.
pub fn way_route(procedure: &Procedure, step: &StepId, verb: &Verb) -> Route {
    let way = procedure.step(step).and_then(Step::actions).and_then(|actions| actions.get(verb));
    let route = step_route(procedure, step);
    match way {
        Some(way) => route.key(if way.signal { "on_event" } else { "actions" }).key(verb.as_str()),
        None => route,
    }
}

/// Everything there is to try.
pub fn spots(procedure: &Procedure) -> Vec<Spot> {
    let mut spots = Vec::new();
    let sides = |condition: Condition| [true, false].map(|side| Spot::Side(condition.clone(), side));
    for (n, _) in guards(&procedure.start) {
        spots.extend(sides(Condition::Start(n)));
    }
    for (n, _) in limit_guards(&procedure.case.within) {
        spots.extend(sides(Condition::CaseWithin(n)));
    }
    for (id, _) in procedure.variants.iter().filter_map(|(id, variant)| Some((id, variant_guard(variant)?))) {
        spots.extend(sides(Condition::Variant(id.clone())));
    }
    clock(Clocked::Case, &procedure.case.within, &procedure.case.warn, &mut spots);
    for (id, group) in &procedure.groups {
        if let Some(within) = &group.within {
            clock(Clocked::Group(id.clone()), within, &group.warn, &mut spots);
        }
    }
    for (verb, way) in &procedure.anytime {
        spots.push(Spot::Anytime(verb.clone()));
        if let Anytime::Go(Transition { when: Some(_), .. }) = way {
            spots.extend(sides(Condition::Anytime(verb.clone())));
        }
    }
    procedure.steps.values().for_each(|step| of_step(step, &mut spots));
    spots
}

fn of_step(step: &Step, spots: &mut Vec<Spot>) {
    let id = &step.id;
    let sides = |condition: Condition| [true, false].map(|side| Spot::Side(condition.clone(), side));
    spots.push(Spot::Step(id.clone()));
    for (n, _) in by_of(step).into_iter().flat_map(by_guards) {
        spots.extend(sides(Condition::By(id.clone(), n)));
    }
    for (n, _) in within_of(step).into_iter().flat_map(limit_guards) {
        spots.extend(sides(Condition::Within(id.clone(), n)));
    }
    for (verb, way) in step.actions().into_iter().flatten() {
        spots.push(Spot::Action(id.clone(), verb.clone()));
        if way.when.is_some() {
            spots.extend(sides(Condition::Action(id.clone(), verb.clone())));
        }
    }
    let mut late = |within: &Limit| clock(Clocked::Step(id.clone()), within, &[], spots);
    match &step.kind {
        StepKind::Staff(staff) => {
            late(&staff.within);
            spots.extend((0..staff.escalate.len()).map(|n| Spot::Escalation(id.clone(), n)));
        }
        StepKind::Wait(wait) => {
            if wait.late.is_some() {
                spots.push(Spot::Lapse(id.clone()));
            } else {
                late(&wait.within);
            }
            spots.extend((0..wait.escalate.len()).map(|n| Spot::Escalation(id.clone(), n)));
        }
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { within, silence, escalate, .. } => {
                match silence {
                    Some(_) => spots.push(Spot::Silence(id.clone())),
                    None => late(within),
                }
                spots.push(Spot::Action(id.clone(), "answer".into()));
                spots.extend((0..escalate.len()).map(|n| Spot::Escalation(id.clone(), n)));
            }
            Bodies::Branches(_) => block.within.iter().for_each(late),
        },
        StepKind::Call(call) => {
            late(&call.within);
            spots.extend((0..call.escalate.len()).map(|n| Spot::Escalation(id.clone(), n)));
        }
        StepKind::Decision(rules) => {
            for (n, _) in guards(rules) {
                spots.extend(sides(Condition::Rule(id.clone(), n)));
            }
        }
        StepKind::End(end) => spots.extend(end.reopen.as_ref().map(|_| Spot::Reopening(id.clone()))),
    }
}

fn clock(whose: Clocked, within: &Limit, warn: &[Warn], spots: &mut Vec<Spot>) {
    if matches!(within, Limit::Untimed { .. }) {
        return;
    }
    spots.extend((0..warn.len()).map(|n| Spot::Reminder(whose.clone(), n)));
    spots.push(Spot::Breach(whose));
}

/// The conditions of a list of choices, with their numbers.
pub fn guards<T>(choices: &[Choice<T>]) -> impl Iterator<Item = (usize, &Guard)> {
    choices.iter().enumerate().filter_map(|(n, choice)| Some((n, choice.when.as_ref()?)))
}

/// The conditions of a limit by cases.
pub fn limit_guards(limit: &Limit) -> Vec<(usize, &Guard)> {
    match limit {
        Limit::Choose(choices) => guards(choices).collect(),
        _ => Vec::new(),
    }
}

/// The conditions of a holder by cases.
pub fn by_guards(by: &By) -> Vec<(usize, &Guard)> {
    match by {
        By::Choose(choices) => guards(choices).collect(),
        By::People(_) | By::SameAs(_) => Vec::new(),
    }
}

/// The rule of a step's holder.
pub fn by_of(step: &Step) -> Option<&By> {
    match &step.kind {
        StepKind::Staff(staff) => Some(&staff.by),
        StepKind::Wait(wait) => wait.by.as_ref(),
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { by, .. } => Some(by),
            Bodies::Branches(_) => None,
        },
        StepKind::Call(call) => call.by.as_ref(),
        StepKind::Decision(_) | StepKind::End(_) => None,
    }
}

/// The limit of a step.
pub fn within_of(step: &Step) -> Option<&Limit> {
    match &step.kind {
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

/// The condition of a variant that has one.
pub fn variant_guard(variant: &Variant) -> Option<&Guard> {
    match &variant.applies {
        Applies::When(guard) => Some(guard),
        Applies::Codes(_) => None,
    }
}
