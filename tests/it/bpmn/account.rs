//! The account of a drawing held against a count that knows nothing of the importer's reading: every element of the tree
//! that is something by itself is in it once, brought in or left out.
//!
//! `QUYTRINH_BPMN_MODELS=FOLDER` does the same with drawings of other tools, and says how many there were, of how many
//! elements, and which took longest. With holders and limits filled in, each file must be one that can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use quytrinh::definition::diagnostic::Level;
use quytrinh::definition::load;
use quytrinh::definition::source::Source;
use quytrinh::importing::bpmn::import::{Imported, import};
use quytrinh::importing::bpmn::refused::NoModel;
use quytrinh::importing::bpmn::xml;
use quytrinh::importing::bpmn::xml::Element;
use quytrinh::importing::draft::About;

/// Elements that only say something of the one they stand in.
const PARTS: &[&str] = &[
    "BPMNDiagram",
    "collaboration",
    "laneSet",
    "childLaneSet",
    "categoryValue",
    "incoming",
    "outgoing",
    "flowNodeRef",
    "sourceRef",
    "targetRef",
    "text",
    "conditionExpression",
    "documentation",
    "dataState",
    "dataInputAssociation",
    "dataOutputAssociation",
    "standardLoopCharacteristics",
    "multiInstanceLoopCharacteristics",
    "loopCardinality",
    "loopCondition",
    "completionCondition",
    "loopDataInputRef",
    "loopDataOutputRef",
    "inputDataItem",
    "outputDataItem",
    "timeDuration",
    "timeDate",
    "timeCycle",
    "condition",
];

/// What must be in the account: id and element of each.
fn owed(
    element: &Element,
    host: &str,
    told: &BTreeSet<(String, String)>,
    into: &mut BTreeMap<(String, String), usize>,
) {
    for child in &element.children {
        let (id, name) = (child.attribute("id").unwrap_or_default(), child.name.as_str());
        let key = (id.to_owned(), name.to_owned());
        let mut owe = |id: &str, name: &str| *into.entry((id.to_owned(), name.to_owned())).or_default() += 1;
        let foreign = |(name, _): &(String, String)| {
            name.contains(':') && !["xmlns:", "xsi:", "xml:"].iter().any(|own| name.starts_with(own))
        };
        match name {
            "BPMNDiagram" => continue,
            "extensionElements" => {
                if child.children.iter().any(|child| !child.name.starts_with("procedure")) {
                    owe(host, name);
                }
                continue;
            }
            _ if PARTS.contains(&name) || name.ends_with("EventDefinition") => {}
            _ => {
                owe(id, name);
                if child.attributes.iter().any(foreign) {
                    owe(id, "attributes");
                }
            }
        }
        // What is left out as a whole is told as a whole.
        let whole = told.contains(&key) && !matches!(name, "process" | "participant" | "lane") && !is_shape(name);
        if !whole {
            let host = if PARTS.contains(&name) && id.is_empty() || is_inner(name) { host } else { id };
            owed(child, host, told, into);
        }
    }
}

/// Parts whose additions go by the shape they belong to.
fn is_inner(name: &str) -> bool {
    name.ends_with("EventDefinition") || name.ends_with("LoopCharacteristics") || name.ends_with("Association")
}

fn is_shape(name: &str) -> bool {
    let ends = ["Event", "Task", "task", "Gateway", "Activity", "Process", "transaction", "Flow"];
    ends.iter().any(|end| name.ends_with(end))
        || matches!(
            name,
            "dataObject"
                | "dataObjectReference"
                | "textAnnotation"
                | "association"
                | "group"
                | "message"
                | "signal"
                | "error"
                | "escalation"
                | "category"
                | "participant"
        )
}

/// What the account lacks, or has too much of.
fn astray(bytes: &[u8], found: &Imported) -> Vec<String> {
    let root = xml::read(bytes, "BPMNDiagram").unwrap();
    let left = found.left.iter().map(|item| (item.id.clone(), item.element.clone()));
    let technical = found.left.iter().filter(|item| matches!(item.why.code(), "technical" | "unknown" | "performer"));
    let told = technical.map(|item| (item.id.clone(), item.element.clone())).collect();
    let all = found.brought.iter().map(|item| (item.id.clone(), item.element.clone())).chain(left);
    let mut count: BTreeMap<(String, String), usize> = BTreeMap::new();
    all.filter(|(_, element)| element != "documentation").for_each(|key| *count.entry(key).or_default() += 1);
    let mut wanted = BTreeMap::new();
    owed(&root, &root.value("id"), &told, &mut wanted);
    let keys: BTreeSet<&(String, String)> = wanted.keys().chain(count.keys()).collect();
    let differs = keys.into_iter().filter(|key| wanted.get(key) != count.get(key));
    differs.map(|key| format!("{key:?}: drawn {:?}, told {:?}", wanted.get(key), count.get(key))).collect()
}

fn about() -> About {
    About { owner: Some("so-mau".into()), ..About::default() }
}

#[test]
fn every_element_that_is_something_by_itself_is_in_the_account_once() {
    for path in super::models() {
        let bytes = std::fs::read(&path).unwrap();
        let found = import(&bytes, &about(), None).unwrap();
        assert_eq!(astray(&bytes, &found), Vec::<String>::new(), "{}", path.display());
        assert_eq!(found.brought.len() + found.left.len(), found.elements);
    }
}

#[test]
fn whatever_is_written_in_a_drawing_is_in_its_file_or_in_the_account() {
    let bytes = std::fs::read("tests/imports/bpmn/loi-ghi.bpmn").unwrap();
    let found = import(&bytes, &about(), None).unwrap();
    let listed: String = found.left.iter().map(|item| format!("{} ", item.name)).collect();
    let said = [
        "Bản vẽ của phòng Hành chính.",
        "Theo quy chế năm nay.",
        "Thay quy trình số 3.",
        "Người thụ lý chính.",
        "Tính từ ngày nhận đủ.",
        "Xem kỹ phần ký tên.",
        "Đủ là đủ mọi giấy trong danh mục.",
        "Chỉ một lần.",
        "Lưu hồ sơ mười năm.",
        "Hai bản chính.",
        "đã ký",
        "Hỏi lại phòng Tài chính",
        "lan.nt",
        "to-tiep-nhan",
        "to-tra-ket-qua",
        "so_nguoi >= 5",
        "Bổ sung đã tới",
    ];
    for text in said {
        assert!(found.draft.text.contains(text), "{text}\n{}", found.draft.text);
    }
    for text in ["Không ai dùng", "Có lệnh", "Lỗi máy", "Khung việc nội bộ", "dueDate", "Đơn"] {
        assert!(listed.contains(text), "{text}\n{listed}");
    }
}

/// What the drawing cannot say and the author must: everything else would be a fault of the import.
const ASKED: &[&str] = &["T06"];

#[test]
fn drawings_of_other_tools_come_in_with_every_element_told() {
    let Some(folder) = std::env::var_os("QUYTRINH_BPMN_MODELS") else { return };
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut read, mut refused, mut elements, mut brought) = (0, BTreeMap::new(), 0, 0);
    let (mut slowest, mut wrong) = (Duration::ZERO, Vec::new());
    for path in &paths {
        let bytes = std::fs::read(path).unwrap();
        let begun = Instant::now();
        let found = import(&bytes, &about(), None);
        slowest = slowest.max(begun.elapsed());
        let found = match found {
            Ok(found) => found,
            Err(why) => {
                assert!(!matches!(why, NoModel::NoSuch(_)));
                *refused.entry(why.code()).or_insert(0) += 1;
                continue;
            }
        };
        (read, elements, brought) = (read + 1, elements + found.elements, brought + found.brought.len());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        wrong.extend(astray(&bytes, &found).into_iter().map(|text| format!("{name}: {text}")));
        // Whatever is work has a step by its own id; what waits in a gateway of events is an act of its step.
        let works = |element: &str| element.ends_with("Task") && element != "receiveTask" || element == "callActivity";
        let lost = found.brought.iter().filter(|item| works(&item.element) && item.place.is_empty());
        wrong.extend(lost.map(|item| format!("{name}: {} {} has no step", item.element, item.id)));
        let filled = super::filled(&found.draft.text);
        if let Err(told) = load(&Source::new("t.yaml", filled.as_str())) {
            // A drawing without an end is one of a case without an end; what a time leads to again and again cannot be bounded.
            let endless = !filled.contains("kind: end") || filled.contains("late:");
            let drawn = |code: &str| ASKED.contains(&code) || endless && matches!(code, "S03" | "S04");
            let own = told.iter().filter(|told| told.level == Level::Error && !drawn(told.code));
            wrong.extend(own.map(|told| format!("{name}: {} {}", told.code, told.message.vi)));
        }
    }
    eprintln!(
        "{} drawings, {read} read, refused {refused:?}; {elements} elements, {brought} brought in; slowest {slowest:?}",
        paths.len()
    );
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}
