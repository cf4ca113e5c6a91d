//! Which figures stand for which steps: a staff step is a task with a gateway where it has several ways out, a wait the
//! events it waits for, a block two gateways with its branches between.

use std::collections::HashMap;

use crate::calendar::working_time::Length;
use crate::definition::call::Call;
use crate::definition::diagram::bpmn::process_id;
use crate::definition::diagram::bpmn::sheet::{Arrow, Figure, Look};
use crate::definition::diagram::svg::escape;
use crate::definition::diagram::{Walk, words};
use crate::definition::graph::{Graph, Via};
use crate::definition::guard::Guard;
use crate::definition::procedure::{
    Bodies, Choice, Join, Late, Limit, Means, Outcome, Parallel, Procedure, Step, StepKind, Target, Transition, Wait,
};
use crate::ids::{StepId, Verb};

/// Figures in the making.
pub struct Figures<'a> {
    procedure: &'a Procedure,
    walk: &'a Walk,
    graph: &'a Graph,
    lane_of: &'a [usize],
    lanes: usize,
    figures: Vec<Figure>,
    arrows: Vec<Arrow>,
    /// Where one comes into each step, and where a block's branches meet.
    into: HashMap<StepId, usize>,
    joins: HashMap<StepId, usize>,
}

/// A way out before it is an arrow.
struct Way {
    to: usize,
    name: String,
    condition: String,
    otherwise: bool,
    back: bool,
}

impl<'a> Figures<'a> {
    /// For a procedure whose steps stand in these lanes.
    pub fn new(
        procedure: &'a Procedure,
        walk: &'a Walk,
        graph: &'a Graph,
        lane_of: &'a [usize],
        lanes: usize,
    ) -> Figures<'a> {
        let (figures, arrows) = (Vec::new(), Vec::new());
        let (into, joins) = (HashMap::new(), HashMap::new());
        Figures { procedure, walk, graph, lane_of, lanes, figures, arrows, into, joins }
    }

    /// Everything drawn.
    pub fn done(self) -> (Vec<Figure>, Vec<Arrow>) {
        (self.figures, self.arrows)
    }

    /// Draws figures first, then arrows between them.
    pub fn draw(&mut self) {
        let first = self.procedure.start.first().and_then(|choice| self.procedure.steps.get_index_of(&choice.then));
        let lane = first.map_or(0, |at| self.lane_of[at]);
        let start = self.figure("start".to_owned(), "startEvent", String::new(), lane, Look::Start);
        for step in self.procedure.steps.values() {
            if self.is_drawn(step) {
                self.step(step);
            }
        }
        let ways = self.choices(&self.procedure.start);
        self.lead(start, "g_start".to_owned(), ways);
        for step in self.procedure.steps.values() {
            self.ways(step);
        }
        self.anytime();
    }

    /// An end that only what may happen at any time leads to is drawn there.
    fn is_drawn(&self, step: &Step) -> bool {
        let begins = self.procedure.start.iter().any(|choice| choice.then == step.id);
        let reached = self.graph.ways_into(&step.id).next().is_some();
        let any = words::anytime_ways(self.procedure).any(|(_, way)| way.to == Target::Step(step.id.clone()));
        !matches!(step.kind, StepKind::End(_)) || begins || reached || !any
    }

    fn figure(&mut self, id: String, element: &'static str, name: String, lane: usize, look: Look) -> usize {
        let (note, attributes, inner, time) = (String::new(), String::new(), String::new(), String::new());
        self.figures.push(Figure { id, element, name, lane, note, attributes, inner, time, look });
        self.figures.len() - 1
    }

    fn arrow(&mut self, from: usize, way: Way) {
        let Way { to, name, condition, otherwise, back } = way;
        self.arrows.push(Arrow { from, to, name, condition, otherwise, back });
    }

    fn lane(&self, step: &StepId) -> usize {
        self.procedure.steps.get_index_of(step).map_or(0, |at| self.lane_of[at])
    }

    fn step(&mut self, step: &Step) {
        let lang = self.walk.lang;
        let name = words::label(&step.title, lang).to_owned();
        let (element, look) = match &step.kind {
            StepKind::Staff(_) => ("userTask", Look::Task),
            StepKind::Wait(wait) => match waits_for_one(wait) {
                true => ("intermediateCatchEvent", Look::Event),
                false => ("eventBasedGateway", Look::Gateway),
            },
            StepKind::Parallel(Parallel { bodies: Bodies::ForEach { .. }, .. }) => ("userTask", Look::Task),
            StepKind::Parallel(_) => ("parallelGateway", Look::Gateway),
            StepKind::Decision(_) => ("exclusiveGateway", Look::Gateway),
            StepKind::Call(_) => ("callActivity", Look::Task),
            StepKind::End(_) => ("endEvent", Look::End),
        };
        let lane = self.lane(&step.id);
        let at = self.figure(format!("s_{}", step.id), element, name, lane, look);
        self.figures[at].note = self.note(step);
        self.into.insert(step.id.clone(), at);
        match &step.kind {
            StepKind::Wait(wait) if waits_for_one(wait) => {
                let timed = wait.actions.is_empty();
                self.event(at, timed.then_some(&wait.within));
            }
            StepKind::Call(call) => {
                let called = process_id(&call.uses.procedure);
                self.figures[at].attributes = format!(" calledElement=\"{}\"", escape(&called));
                self.figures[at].time = called;
            }
            StepKind::Parallel(Parallel { bodies: Bodies::ForEach { .. }, .. }) => {
                self.figures[at].inner = "<bpmn:multiInstanceLoopCharacteristics />".to_owned();
            }
            StepKind::Parallel(block) => {
                let (element, name) = match block.join {
                    Join::All => ("parallelGateway", String::new()),
                    _ => ("complexGateway", words::join(step, lang).join(", ")),
                };
                let join = self.figure(format!("j_{}", step.id), element, name, lane, Look::Gateway);
                self.joins.insert(step.id.clone(), join);
            }
            _ => {}
        }
    }

    /// Who holds it and how long: what BPMN has no figure for.
    fn note(&self, step: &Step) -> String {
        let lang = self.walk.lang;
        let parts = [
            words::holder(self.procedure, step, lang).filter(|_| !matches!(step.kind, StepKind::Decision(_))),
            words::limit(self.procedure, step, lang),
            words::clock(step, lang),
            step.note.clone(),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    /// Makes a figure an event: for a time, or for somebody's message.
    fn event(&mut self, at: usize, within: Option<&Limit>) {
        let Some(within) = within else {
            self.figures[at].inner = "<bpmn:messageEventDefinition />".to_owned();
            return;
        };
        let (kind, text) = match within {
            Limit::Length(length) if length.parts().len() == 1 => ("timeDuration", iso(&length.parts()[0])),
            other => ("timeDate", words::length(self.procedure, other, self.walk.lang)),
        };
        self.figures[at].inner = format!(
            "<bpmn:timerEventDefinition><bpmn:{kind}>{}</bpmn:{kind}></bpmn:timerEventDefinition>",
            escape(&text)
        );
        self.figures[at].time = text;
    }

    fn ways(&mut self, step: &Step) {
        let Some(from) = self.into.get(&step.id).copied() else { return };
        match &step.kind {
            StepKind::Staff(staff) => {
                let ways: Vec<Way> =
                    staff.actions.iter().flat_map(|(verb, transition)| self.out(step, verb, transition)).collect();
                self.lead(from, format!("g_{}", step.id), ways);
            }
            StepKind::Wait(wait) => self.wait(step, wait, from),
            StepKind::Decision(rules) => {
                let ways = self.choices(rules);
                ways.into_iter().for_each(|way| self.arrow(from, way));
            }
            StepKind::Parallel(block) => self.block(step, block, from),
            StepKind::Call(call) => {
                let ways = self.after(step, call);
                self.lead(from, format!("g_{}", step.id), ways);
            }
            StepKind::End(_) => {}
        }
    }

    fn choices(&self, choices: &[Choice<StepId>]) -> Vec<Way> {
        let alone = choices.len() == 1;
        let way = |choice: &Choice<StepId>| {
            let condition = choice.when.as_ref().map(|guard| guard.text().to_owned()).unwrap_or_default();
            let otherwise = !alone && choice.when.is_none();
            let name =
                if otherwise { words::pick(self.walk.lang, "còn lại", "otherwise") } else { condition.clone() };
            Some(Way { to: *self.into.get(&choice.then)?, name, condition, otherwise, back: false })
        };
        choices.iter().filter_map(way).collect()
    }

    /// The arrows after a called case: one for each outcome that leads elsewhere, and one for the rest.
    fn after(&self, step: &Step, call: &Call) -> Vec<Way> {
        let onward = &call.uses.to;
        let named = onward.outcomes.iter().map(|(outcome, to)| (Some(*outcome), to));
        let all = named.chain([(None, &onward.otherwise)]);
        let way = |(outcome, target): (Option<Outcome>, &Target)| {
            let to = match target {
                Target::Step(to) => self.into.get(to),
                Target::Join => step.inside.as_ref().and_then(|(block, _)| self.joins.get(block)),
                Target::Origin => None,
            };
            let lang = self.walk.lang;
            let name = match outcome {
                Some(outcome) => words::outcome(outcome, lang),
                None if onward.outcomes.is_empty() => String::new(),
                None => words::pick(lang, "còn lại", "otherwise"),
            };
            let otherwise = outcome.is_none() && !onward.outcomes.is_empty();
            let condition = if otherwise { String::new() } else { name.clone() };
            Some(Way { to: *to?, condition, name, otherwise, back: false })
        };
        all.filter_map(way).collect()
    }

    /// The arrows of an action: one, or one to every step that it may go back to.
    fn out(&self, step: &Step, verb: &Verb, transition: &Transition) -> Vec<Way> {
        let lang = self.walk.lang;
        let goals: Vec<usize> = match &transition.to {
            Target::Step(to) => self.into.get(to).copied().into_iter().collect(),
            Target::Join => step.inside.iter().filter_map(|(block, _)| self.joins.get(block)).copied().collect(),
            Target::Origin => {
                let by = |via: &Via| matches!(via, Via::Action(by) if by == verb);
                let found = self.graph.out_of(&step.id).filter(|(_, edge)| edge.back && by(&edge.via));
                found.filter_map(|(to, _)| self.into.get(to).copied()).collect()
            }
        };
        let name = words::verb_label(verb, transition.title.as_ref(), transition.at_most, lang);
        let condition = transition.when.as_ref().map(Guard::text).unwrap_or_default().to_owned();
        let back = transition.means == Means::Back;
        goals
            .into_iter()
            .map(|to| Way {
                to,
                name: name.replace('\u{a0}', " "),
                condition: condition.clone(),
                otherwise: false,
                back,
            })
            .collect()
    }

    /// One arrow, or a gateway with an arrow for each way.
    fn lead(&mut self, from: usize, gateway: String, mut ways: Vec<Way>) {
        if let [way] = ways.as_mut_slice() {
            // A standard way on needs no words.
            let plain =
                crate::definition::verbs::STANDARD.iter().any(|verb| verb.vi == way.name || verb.en == way.name);
            if plain && !way.back {
                way.name.clear();
            }
        }
        if ways.len() == 1 {
            ways.into_iter().for_each(|way| self.arrow(from, way));
            return;
        }
        if ways.is_empty() {
            return;
        }
        let lane = self.figures[from].lane;
        let gateway = self.figure(gateway, "exclusiveGateway", String::new(), lane, Look::Gateway);
        self.arrow(from, plain(gateway));
        ways.into_iter().for_each(|way| self.arrow(gateway, way));
    }

    fn wait(&mut self, step: &Step, wait: &Wait, from: usize) {
        let lane = self.figures[from].lane;
        let one = waits_for_one(wait);
        let mut events: Vec<(String, String, Option<&Limit>, Vec<Way>)> = Vec::new();
        for (verb, transition) in &wait.actions {
            let ways = self.out(step, verb, transition);
            let name = ways.first().map(|way| way.name.clone()).unwrap_or_default();
            events.push((format!("e_{}_{verb}", step.id), name, None, ways));
        }
        let late = match &wait.late {
            Some(Late::To(to)) => self.into.get(to).map(|to| vec![plain(*to)]),
            Some(Late::Do(verb)) => wait.actions.get(verb).map(|transition| self.out(step, verb, transition)),
            None => None,
        };
        if let Some(ways) = late {
            let name = words::pick(self.walk.lang, "Hết hạn chờ", "Wait ran out");
            events.push((format!("e_{}__late", step.id), name, Some(&wait.within), ways));
        }
        for (id, name, within, ways) in events {
            let bare = |way: Way| Way { name: String::new(), ..way };
            let ways: Vec<Way> = ways.into_iter().map(bare).collect();
            if one {
                self.lead(from, format!("g_{}", step.id), ways);
                continue;
            }
            let event = self.figure(id.clone(), "intermediateCatchEvent", name, lane, Look::Event);
            self.event(event, within);
            self.arrow(from, plain(event));
            self.lead(event, format!("g_{id}"), ways);
        }
    }

    fn block(&mut self, step: &Step, block: &Parallel, from: usize) {
        let Some(to) = self.into.get(&block.to).copied() else { return };
        let Bodies::Branches(branches) = &block.bodies else {
            return self.arrow(from, plain(to));
        };
        for branch in branches.values() {
            if let Some(to) = self.into.get(&branch.start).copied() {
                let name = words::label(&branch.title, self.walk.lang).to_owned();
                self.arrow(from, Way { name, ..plain(to) });
            }
        }
        if let Some(join) = self.joins.get(&step.id).copied() {
            self.arrow(join, plain(to));
        }
    }

    /// What may happen at any time and ends the case: an event sub-process each.
    fn anytime(&mut self) {
        for (verb, transition) in words::anytime_ways(self.procedure) {
            let Target::Step(to) = &transition.to else { continue };
            let lang = self.walk.lang;
            let name =
                words::verb_label(verb, transition.title.as_ref(), transition.at_most, lang).replace('\u{a0}', " ");
            let end =
                self.procedure.step(to).map(|step| words::label(&step.title, lang)).unwrap_or_default().to_owned();
            let id = format!("a_{verb}");
            let at = self.figure(id.clone(), "subProcess", name.clone(), self.lanes, Look::Anytime);
            self.figures[at].attributes = " triggeredByEvent=\"true\"".to_owned();
            self.figures[at].inner = format!(
                "<bpmn:startEvent id=\"{id}_start\" name=\"{name}\"><bpmn:outgoing>{id}_f</bpmn:outgoing>\
                 <bpmn:messageEventDefinition /></bpmn:startEvent>\
                 <bpmn:endEvent id=\"{id}_end\" name=\"{end}\"><bpmn:incoming>{id}_f</bpmn:incoming></bpmn:endEvent>\
                 <bpmn:sequenceFlow id=\"{id}_f\" sourceRef=\"{id}_start\" targetRef=\"{id}_end\" />",
                name = escape(&name),
                end = escape(&end)
            );
        }
    }
}

fn plain(to: usize) -> Way {
    Way { to, name: String::new(), condition: String::new(), otherwise: false, back: false }
}

/// Only one thing can happen: then the event itself stands for the wait.
fn waits_for_one(wait: &Wait) -> bool {
    wait.actions.len() + usize::from(wait.late.is_some()) <= 1
}

/// A length as drawings write it; working time as the days and hours it names.
fn iso(length: &Length) -> String {
    match length {
        Length::WorkingDays { quarters } if quarters % 4 == 0 => format!("P{}D", quarters / 4),
        Length::WorkingDays { quarters } => format!("PT{}H", quarters * 2),
        Length::CalendarDays(days) => format!("P{days}D"),
        Length::Months(months) => format!("P{months}M"),
        Length::WorkingMinutes(minutes) | Length::ClockMinutes(minutes) if minutes % 60 == 0 => {
            format!("PT{}H", minutes / 60)
        }
        Length::WorkingMinutes(minutes) | Length::ClockMinutes(minutes) => format!("PT{minutes}M"),
    }
}
