//! The tree of a file as a drawing: every element gets its place in the drawing and its line in the account.

use std::collections::BTreeMap;

use crate::definition::diagram::bpmn::{DRAWN, SOURCE};
use crate::importing::bpmn::ledger::{Key, Ledger, Why};
use crate::importing::bpmn::model::{
    Arrow, Kind, Lane, Message, Model, Note, Paper, Pool, Process, Scope, Shape, Trigger,
};
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
    let mut reading = Reading { model: Model::default(), ledger, names: names.collect() };
    reading.model.name = one_line(&root.value("name"));
    for child in &root.children {
        match child.name.as_str() {
            "process" => reading.process(child),
            "collaboration" => reading.collaboration(child),
            "documentation" | "extensionElements" => reading.extension(child, ""),
            // Names only; what uses them says them.
            "message" | "signal" | "error" | "escalation" | "category" => {}
            _ => {
                let key = reading.enter(child);
                reading.ledger.left(key, Why::Technical);
            }
        }
    }
    let model = reading.model;
    let beside = [model.pools.len(), model.lanes.len(), model.papers.len(), model.notes.len(), model.ties.len()];
    let beside = beside.iter().sum::<usize>() + model.messages.len() + model.processes.len();
    if model.shapes.len() > MOST_SHAPES || model.arrows.len() > MOST_ARROWS || beside > MOST_BESIDE {
        return Err(NoModel::TooLarge);
    }
    Ok(model)
}

struct Reading<'a> {
    model: Model,
    ledger: &'a mut Ledger,
    /// Names of messages, signals and the like by id.
    names: BTreeMap<String, String>,
}

impl Reading<'_> {
    fn enter(&mut self, element: &Element) -> Key {
        let name = one_line(&element.value("name"));
        self.ledger.enter(&element.value("id"), &element.name, &name)
    }

    /// Additions of the tool that drew it, where there are any.
    fn extension(&mut self, element: &Element, host: &str) {
        let own = |child: &&Element| child.name == SOURCE || child.name == DRAWN;
        if element.name == "extensionElements" && element.children.iter().any(|child| !own(&child)) {
            let names: Vec<&str> = element.children.iter().map(|child| child.name.as_str()).collect();
            let key = self.ledger.enter(host, "extensionElements", &names.join(", "));
            self.ledger.left(key, Why::Extension);
        }
    }

    fn collaboration(&mut self, element: &Element) {
        for child in &element.children {
            let (id, name) = (child.value("id"), one_line(&child.value("name")));
            match child.name.as_str() {
                "participant" => {
                    let (key, process) = (self.enter(child), local(&child.value("processRef")));
                    self.model.pools.push(Pool { key, id, name, process });
                }
                "messageFlow" => {
                    let key = self.enter(child);
                    let name = if name.is_empty() { self.named(child, "messageRef") } else { name };
                    let (from, to) = (local(&child.value("sourceRef")), local(&child.value("targetRef")));
                    self.model.messages.push(Message { key, name, from, to });
                }
                _ => self.artifact(child, usize::MAX, ""),
            }
        }
    }

    fn named(&self, element: &Element, reference: &str) -> String {
        let id = local(&element.value(reference));
        self.names.get(&id).cloned().unwrap_or_default()
    }

    fn process(&mut self, element: &Element) {
        let key = self.enter(element);
        let process = self.model.processes.len();
        let (id, name) = (element.value("id"), one_line(&element.value("name")));
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
                }
                "laneSet" => self.lane_set(child, process),
                "incoming"
                | "outgoing"
                | "documentation"
                | "standardLoopCharacteristics"
                | "multiInstanceLoopCharacteristics"
                | "dataInputAssociation"
                | "dataOutputAssociation" => {}
                name if name.ends_with("EventDefinition") => {}
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
            for inner in lane.all("childLaneSet") {
                self.lane_set(inner, process);
            }
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
                self.model.papers.push(Paper { key, id, name, stands_for, process });
            }
            "textAnnotation" => {
                let key = self.enter(element);
                let text = element.first("text").map(|text| one_line(&text.text)).unwrap_or_default();
                self.model.notes.push(Note { key, id, text });
            }
            "association" => {
                let key = self.enter(element);
                let (from, to) = (local(&element.value("sourceRef")), local(&element.value("targetRef")));
                self.model.ties.push((key, from, to));
            }
            "extensionElements" => self.extension(element, host),
            name => {
                let why = match name {
                    "group" => Why::Group,
                    "dataStoreReference" => Why::Store,
                    "potentialOwner" | "humanPerformer" | "performer" | "resourceRole" => Why::Performer,
                    "ioSpecification"
                    | "property"
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
            }
        }
    }

    fn shape(&mut self, element: &Element, kind: Kind, scope: usize) {
        let key = self.enter(element);
        let id = element.value("id");
        let refs = |name: &str| element.all(name).map(|child| local(child.text.trim())).collect::<Vec<_>>();
        let triggers: Vec<Trigger> = element.children.iter().filter_map(|child| self.trigger(child)).collect();
        let papers = |name: &str, end: &str| {
            let ties = element.all(name).flat_map(|tie| tie.all(end).map(|end| local(end.text.trim())));
            ties.filter(|id| !id.is_empty()).collect::<Vec<_>>()
        };
        let repeats = ["standardLoopCharacteristics", "multiInstanceLoopCharacteristics"];
        let number = self.model.shapes.len();
        self.model.shapes.push(Shape {
            key,
            name: one_line(&element.value("name")),
            kind,
            scope,
            note: element.first("documentation").map(|note| one_line(&note.text)).unwrap_or_default(),
            arrows_in: refs("incoming"),
            arrows_out: refs("outgoing"),
            more_triggers: triggers.len() > 1,
            trigger: triggers.into_iter().next().unwrap_or_default(),
            repeats: repeats.iter().any(|name| element.first(name).is_some()),
            on: local(&element.value("attachedToRef")),
            interrupts: element.attribute("cancelActivity") != Some("false"),
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

    fn trigger(&self, element: &Element) -> Option<Trigger> {
        let name = |reference: &str| self.named(element, reference);
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
