//! The tree of a file as a drawing: every element gets its place in the drawing and its line in the account.

use std::collections::{BTreeMap, BTreeSet};

use crate::importing::bpmn::ledger::{Key, Ledger, Why};
use crate::importing::bpmn::model::{
    Arrow, Kind, Lane, Message, Model, Note, Paper, Pool, Process, Scope, Shape, Trigger,
};
use crate::importing::bpmn::parts;
use crate::importing::bpmn::refused::NoModel;
use crate::importing::bpmn::xml::Element;
use crate::importing::wording::one_line;

/// The most shapes; a procedure with more is none.
const MOST_SHAPES: usize = 2_000;
const MOST_ARROWS: usize = 6_000;
/// Of pools, lanes, papers, notes and messages together.
const MOST_BESIDE: usize = 3_000;

/// Reads the drawing in a tree.
pub fn model(root: &Element, ledger: &mut Ledger) -> Result<Model, NoModel> {
    if root.name != "definitions" {
        return Err(NoModel::Other(root.name.clone()));
    }
    let names = root.children.iter().map(|child| (child.value("id"), one_line(&child.value("name"))));
    let names = names.chain(categories(root)).collect();
    let mut reading = Reading { model: Model::default(), ledger, names, used: BTreeSet::new() };
    reading.model.name = one_line(&root.value("name"));
    let mut declared = Vec::new();
    for child in &root.children {
        match child.name.as_str() {
            "process" => reading.process(child),
            "collaboration" => reading.collaboration(child),
            "extensionElements" => parts::extension(reading.ledger, child, &root.value("id")),
            "documentation" => {
                let (text, name) = (one_line(&child.text), reading.model.name.clone());
                // It goes by the whole drawing, which is always there.
                if !text.is_empty() {
                    let key = reading.ledger.enter(&root.value("id"), "documentation", "");
                    reading.ledger.brought(key);
                    reading.model.remarks.push((key, name, text));
                }
            }
            // Names; what is called by them says them.
            "message" | "signal" | "error" | "escalation" | "category" => {
                let key = reading.enter(child);
                declared.push((key, child));
            }
            _ => {
                let key = reading.enter(child);
                reading.ledger.left(key, Why::Technical);
            }
        }
    }
    for (key, child) in declared {
        let values = child.all("categoryValue").map(|value| value.value("id"));
        match values.chain([child.value("id")]).any(|id| reading.used.contains(&id)) {
            true => reading.ledger.brought(key),
            false => reading.ledger.left(key, Why::Unused),
        }
        parts::rest(reading.ledger, child, &child.value("id"));
    }
    let model = reading.model;
    let beside = [model.pools.len(), model.lanes.len(), model.papers.len(), model.notes.len(), model.ties.len()];
    let beside = beside.iter().sum::<usize>() + model.messages.len() + model.processes.len();
    if model.shapes.len() > MOST_SHAPES || model.arrows.len() > MOST_ARROWS || beside > MOST_BESIDE {
        return Err(NoModel::TooLarge);
    }
    Ok(model)
}

/// The words of categories by id: a frame is called by one.
fn categories(root: &Element) -> impl Iterator<Item = (String, String)> {
    let values = root.all("category").flat_map(|category| category.all("categoryValue"));
    values.map(|value| (value.value("id"), one_line(&value.value("value"))))
}

struct Reading<'a> {
    model: Model,
    ledger: &'a mut Ledger,
    /// Names of messages, signals and the like by id.
    names: BTreeMap<String, String>,
    /// Those by which something without a name of its own is called.
    used: BTreeSet<String>,
}

impl Reading<'_> {
    fn enter(&mut self, element: &Element) -> Key {
        parts::enter(self.ledger, element)
    }

    /// What is inside an element that is no shape: what is written about it, and what goes only by it.
    fn rest(&mut self, key: Key, element: &Element) {
        let text = parts::documentation(element);
        if !text.is_empty() {
            let name = one_line(&element.value("name"));
            self.model.remarks.push((key, name, text));
        }
        parts::rest(self.ledger, element, &element.value("id"));
    }

    fn collaboration(&mut self, element: &Element) {
        for child in &element.children {
            let (id, name) = (child.value("id"), one_line(&child.value("name")));
            match child.name.as_str() {
                "participant" => {
                    let (key, process) = (self.enter(child), local(&child.value("processRef")));
                    self.model.pools.push(Pool { key, id, name, process });
                    self.rest(key, child);
                }
                "messageFlow" => {
                    let key = self.enter(child);
                    let name = if name.is_empty() { self.called_by(child, "messageRef") } else { name };
                    let (from, to) = (local(&child.value("sourceRef")), local(&child.value("targetRef")));
                    self.model.messages.push(Message { key, name, from, to });
                    self.rest(key, child);
                }
                "documentation" => {}
                _ => self.artifact(child, usize::MAX, &element.value("id")),
            }
        }
    }

    fn named(&self, element: &Element, reference: &str) -> String {
        let id = local(&element.value(reference));
        self.names.get(&id).cloned().unwrap_or_default()
    }

    /// The name that something without one is called by.
    fn called_by(&mut self, element: &Element, reference: &str) -> String {
        let name = self.named(element, reference);
        if !name.is_empty() {
            self.used.insert(local(&element.value(reference)));
        }
        name
    }

    fn process(&mut self, element: &Element) {
        let key = self.enter(element);
        let process = self.model.processes.len();
        let (id, name) = (element.value("id"), one_line(&element.value("name")));
        let text = parts::documentation(element);
        if !text.is_empty() {
            self.model.remarks.push((key, name.clone(), text));
        }
        self.model.processes.push(Process { key, id, name });
        let scope = self.scope(process, None);
        self.inside(element, scope);
    }

    fn scope(&mut self, process: usize, of: Option<(usize, usize)>) -> usize {
        self.model.scopes.push(Scope { process, of });
        self.model.scopes.len() - 1
    }

    fn inside(&mut self, element: &Element, scope: usize) {
        let (process, host) = (self.model.scopes[scope].process, element.value("id"));
        for child in &element.children {
            if let Some(kind) = kind(child) {
                self.shape(child, kind, scope);
                continue;
            }
            match child.name.as_str() {
                "sequenceFlow" => {
                    let key = self.enter(child);
                    let condition = child.first("conditionExpression").map(|c| one_line(&c.text)).unwrap_or_default();
                    let (from, to) = (local(&child.value("sourceRef")), local(&child.value("targetRef")));
                    let (id, name) = (child.value("id"), one_line(&child.value("name")));
                    self.model.arrows.push(Arrow { key, id, name, from, to, condition });
                    self.rest(key, child);
                }
                "laneSet" => self.lane_set(child, process),
                "incoming" | "outgoing" | "documentation" => {}
                "standardLoopCharacteristics"
                | "multiInstanceLoopCharacteristics"
                | "dataInputAssociation"
                | "dataOutputAssociation" => parts::rest(self.ledger, child, &host),
                name if name.ends_with("EventDefinition") => parts::rest(self.ledger, child, &host),
                _ => self.artifact(child, scope, &host),
            }
        }
    }

    fn lane_set(&mut self, element: &Element, process: usize) {
        for lane in element.all("lane") {
            let key = self.enter(lane);
            let name = one_line(&lane.value("name"));
            let shapes = lane.all("flowNodeRef").map(|child| local(child.text.trim())).collect();
            self.model.lanes.push(Lane { key, process, name, shapes });
            self.rest(key, lane);
            for inner in lane.all("childLaneSet") {
                self.lane_set(inner, process);
            }
        }
        for child in element.all("extensionElements") {
            parts::extension(self.ledger, child, &element.value("id"));
        }
    }

    /// What stands beside the flow: papers, notes, frames, and what is only for software.
    fn artifact(&mut self, element: &Element, scope: usize, host: &str) {
        let id = element.value("id");
        let process = self.model.scopes.get(scope).map_or(usize::MAX, |scope| scope.process);
        match element.name.as_str() {
            "dataObject" | "dataObjectReference" => {
                let key = self.enter(element);
                let (name, stands_for) = (one_line(&element.value("name")), local(&element.value("dataObjectRef")));
                let state = element.first("dataState").map(|state| one_line(&state.value("name"))).unwrap_or_default();
                let name = if state.is_empty() || name.is_empty() { name } else { format!("{name} ({state})") };
                self.model.papers.push(Paper { key, id, name, stands_for, process });
                self.rest(key, element);
            }
            "textAnnotation" => {
                let key = self.enter(element);
                let text = element.first("text").map(|text| one_line(&text.text)).unwrap_or_default();
                self.model.notes.push(Note { key, id, text });
                self.rest(key, element);
            }
            "association" => {
                let key = self.enter(element);
                let (from, to) = (local(&element.value("sourceRef")), local(&element.value("targetRef")));
                self.model.ties.push((key, from, to));
                self.rest(key, element);
            }
            "extensionElements" => parts::extension(self.ledger, element, host),
            "group" => {
                let name = self.called_by(element, "categoryValueRef");
                let key = self.ledger.enter(&id, "group", &name);
                self.ledger.left(key, Why::Group);
                parts::rest(self.ledger, element, &id);
            }
            "ioSpecification" => {
                let papers =
                    element.children.iter().filter(|child| matches!(child.name.as_str(), "dataInput" | "dataOutput"));
                let names: Vec<String> = papers.map(|paper| one_line(&paper.value("name"))).collect();
                let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
                let key = self.ledger.enter(&id, "ioSpecification", &names.join(", "));
                self.ledger.left(key, Why::Technical);
            }
            name => {
                let why = match name {
                    "dataStoreReference" => Why::Store,
                    name if parts::is_performer(name) => Why::Performer,
                    "property"
                    | "auditing"
                    | "monitoring"
                    | "ioBinding"
                    | "supportedInterfaceRef"
                    | "correlationSubscription"
                    | "resourceAssignmentExpression"
                    | "rendering"
                    | "script" => Why::Technical,
                    "documentation" => return,
                    _ => Why::Unknown,
                };
                let key = self.enter(element);
                self.ledger.left(key, why);
                if why == Why::Store {
                    parts::rest(self.ledger, element, &id);
                }
            }
        }
    }

    fn shape(&mut self, element: &Element, kind: Kind, scope: usize) {
        let key = self.enter(element);
        let id = element.value("id");
        let refs = |name: &str| element.all(name).map(|child| local(child.text.trim())).collect::<Vec<_>>();
        let name = one_line(&element.value("name"));
        let called = name.is_empty() && matches!(kind, Kind::Catch | Kind::Boundary);
        let triggers: Vec<Trigger> = element.children.iter().filter_map(|child| self.trigger(child, called)).collect();
        let condition = parts::condition(element).map(|text| format!("Điều kiện: {text}"));
        let note = [Some(parts::documentation(element)), condition].into_iter().flatten();
        let note = note.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        let papers = |name: &str, end: &str| {
            let ties = element.all(name).flat_map(|tie| tie.all(end).map(|end| local(end.text.trim())));
            ties.filter(|id| !id.is_empty()).collect::<Vec<_>>()
        };
        let repeats = ["standardLoopCharacteristics", "multiInstanceLoopCharacteristics"];
        let number = self.model.shapes.len();
        self.model.shapes.push(Shape {
            key,
            name,
            kind,
            scope,
            note,
            arrows_in: refs("incoming"),
            arrows_out: refs("outgoing"),
            more_triggers: triggers.len() > 1,
            trigger: triggers.into_iter().next().unwrap_or_default(),
            repeats: repeats.iter().any(|name| element.first(name).is_some()),
            on: local(&element.value("attachedToRef")),
            interrupts: element.attribute("cancelActivity") != Some("false"),
            called: if kind == Kind::Call { parts::called(element) } else { String::new() },
            who: parts::who(element),
            takes: papers("dataInputAssociation", "sourceRef"),
            gives: papers("dataOutputAssociation", "targetRef"),
            id,
        });
        match kind {
            Kind::Sub | Kind::EventSub | Kind::AdHoc => {
                let inner = self.scope(self.model.scopes[scope].process, Some((number, scope)));
                self.inside(element, inner);
            }
            _ => self.inside(element, scope),
        }
    }

    /// What makes an event happen; `called` where the event goes by the name of that.
    fn trigger(&mut self, element: &Element, called: bool) -> Option<Trigger> {
        let mut name = |reference: &str| match called {
            true => self.called_by(element, reference),
            false => self.named(element, reference),
        };
        Some(match element.name.as_str() {
            "messageEventDefinition" => Trigger::Message(name("messageRef")),
            "timerEventDefinition" => {
                let time = element.children.iter().find(|child| child.name.starts_with("time"));
                let (kind, text) = time.map(|time| (time.name.clone(), one_line(&time.text))).unwrap_or_default();
                Trigger::Timer(kind, text)
            }
            "linkEventDefinition" => Trigger::Link(one_line(&element.value("name"))),
            "terminateEventDefinition" => Trigger::Terminate,
            "signalEventDefinition" => Trigger::Other(name("signalRef")),
            "errorEventDefinition" => Trigger::Other(name("errorRef")),
            "escalationEventDefinition" => Trigger::Other(name("escalationRef")),
            name if name.ends_with("EventDefinition") => Trigger::Other(String::new()),
            _ => return None,
        })
    }
}

/// A reference without the prefix of its namespace.
fn local(reference: &str) -> String {
    reference.rsplit(':').next().unwrap_or_default().to_owned()
}

fn kind(element: &Element) -> Option<Kind> {
    let event = element.attribute("triggeredByEvent") == Some("true");
    Some(match element.name.as_str() {
        "task" | "userTask" | "manualTask" => Kind::Task,
        "serviceTask" | "scriptTask" | "businessRuleTask" | "sendTask" => Kind::Automatic,
        "receiveTask" => Kind::Receive,
        "callActivity" => Kind::Call,
        "subProcess" | "transaction" if event => Kind::EventSub,
        "subProcess" | "transaction" => Kind::Sub,
        "adHocSubProcess" => Kind::AdHoc,
        "exclusiveGateway" => Kind::Exclusive,
        "parallelGateway" => Kind::Parallel,
        "inclusiveGateway" => Kind::Inclusive,
        "complexGateway" => Kind::Complex,
        "eventBasedGateway" => Kind::EventBased,
        "startEvent" => Kind::Start,
        "endEvent" => Kind::End,
        "intermediateCatchEvent" => Kind::Catch,
        "intermediateThrowEvent" | "implicitThrowEvent" => Kind::Throw,
        "boundaryEvent" => Kind::Boundary,
        _ => return None,
    })
}
