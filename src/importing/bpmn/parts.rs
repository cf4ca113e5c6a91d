//! What stands inside an element and is no part of the flow: additions of the tool that drew it, what is written about it,
//! who does it. Each is read for what a procedure has of it, or entered in the account; nothing is passed over.

use crate::definition::diagram::bpmn::{DRAWN, SOURCE};
use crate::importing::bpmn::ledger::{Key, Ledger, Why};
use crate::importing::bpmn::xml::Element;
use crate::importing::wording::one_line;

/// Parts that the element they stand in is told by, and that hold nothing else.
const TOLD: &[&str] = &[
    "incoming",
    "outgoing",
    "flowNodeRef",
    "childLaneSet",
    "sourceRef",
    "targetRef",
    "text",
    "conditionExpression",
    "timeDuration",
    "timeDate",
    "timeCycle",
    "condition",
    "dataState",
    "categoryValue",
    "loopCardinality",
    "loopCondition",
    "completionCondition",
    "loopDataInputRef",
    "loopDataOutputRef",
    "inputDataItem",
    "outputDataItem",
    "extensionElements",
    "documentation",
];

/// Enters an element, and the attributes that a tool has added to it.
pub fn enter(ledger: &mut Ledger, element: &Element) -> Key {
    let (id, name) = (element.value("id"), one_line(&element.value("name")));
    let key = ledger.enter(&id, &element.name, &name);
    let names: Vec<&str> = element.attributes.iter().map(|(name, _)| name.as_str()).filter(|n| is_foreign(n)).collect();
    if !names.is_empty() {
        let key = ledger.enter(&id, "attributes", &names.join(", "));
        ledger.left(key, Why::Extension);
    }
    key
}

/// An attribute with a prefix is an addition, but for those of XML itself.
fn is_foreign(name: &str) -> bool {
    name.split_once(':').is_some_and(|(prefix, _)| !matches!(prefix, "xmlns" | "xml" | "xsi"))
}

/// Enters additions of the tool that drew it, where there are any.
pub fn extension(ledger: &mut Ledger, element: &Element, host: &str) {
    let own = |child: &&Element| child.name == SOURCE || child.name == DRAWN;
    if element.name == "extensionElements" && element.children.iter().any(|child| !own(&child)) {
        let names: Vec<&str> = element.children.iter().map(|child| child.name.as_str()).collect();
        let key = ledger.enter(host, "extensionElements", &names.join(", "));
        ledger.left(key, Why::Extension);
    }
}

/// Enters what is left of an element's parts, once the element itself has been read; its additions go by `host`.
pub fn rest(ledger: &mut Ledger, element: &Element, host: &str) {
    for child in &element.children {
        if child.name == "extensionElements" {
            extension(ledger, child, host);
        } else if !TOLD.contains(&child.name.as_str()) {
            let key = enter(ledger, child);
            ledger.left(key, Why::Technical);
        }
    }
}

/// What is written about an element.
pub fn documentation(element: &Element) -> String {
    let texts: Vec<String> = element.all("documentation").map(|note| one_line(&note.text)).collect();
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The condition that an event waits for.
pub fn condition(element: &Element) -> Option<String> {
    let definition = element.first("conditionalEventDefinition")?;
    let text = one_line(&definition.first("condition")?.text);
    (!text.is_empty()).then_some(text)
}

/// Words by which tools name who does a task, in attributes of their own.
const WHO: &[&str] = &["assignee", "candidateGroups", "candidateUsers"];

/// Who does it, as the task says itself: in an element of BPMN, or in an addition of a tool.
pub fn who(element: &Element) -> Vec<String> {
    let mut found = Vec::new();
    let mut named = |element: &Element| {
        let of = |(name, value): &(String, String)| {
            let name = name.rsplit(':').next().unwrap_or_default();
            WHO.contains(&name).then(|| one_line(value)).filter(|value| !value.is_empty())
        };
        found.extend(element.attributes.iter().filter_map(of));
    };
    named(element);
    let additions = element.all("extensionElements").flat_map(|additions| &additions.children);
    additions.filter(|child| child.name == "assignmentDefinition").for_each(&mut named);
    for performer in element.children.iter().filter(|child| is_performer(&child.name)) {
        let expression = performer.first("resourceAssignmentExpression").and_then(|inner| inner.children.first());
        let text = expression.map(|inner| one_line(&inner.text)).filter(|text| !text.is_empty());
        found.extend(text.or_else(|| Some(one_line(&performer.value("name"))).filter(|name| !name.is_empty())));
    }
    found.dedup();
    found
}

/// The elements that name who does a task.
pub fn is_performer(name: &str) -> bool {
    matches!(name, "potentialOwner" | "humanPerformer" | "performer" | "resourceRole")
}

/// The process that a call names: by BPMN, or in the addition of a tool.
pub fn called(element: &Element) -> String {
    let additions = element.all("extensionElements").flat_map(|additions| additions.all("calledElement"));
    let added = additions.filter_map(|child| child.attribute("processId")).next();
    let named = element.attribute("calledElement").or(added).unwrap_or_default();
    named.rsplit(':').next().unwrap_or_default().trim().to_owned()
}
