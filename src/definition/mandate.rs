//! `mandate/v1`: what a unit is there to do, task by task, as its founding decision says; and, where known, how many cases
//! of each come in a year and how long the work on one takes. Reading is here; `checks/across/x07_mandate` and
//! `x09_load` hold the procedures against it.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::calendar::working_time::WorkingTime;
use crate::definition::checks::factory;
use crate::definition::diagnostic::{Diagnostic, Level, sort};
use crate::definition::procedure::{Procedure, Title};
use crate::definition::reader::Reader;
use crate::definition::source::{Node, Source, Span};
use crate::ids::{ProcedureId, StepId, UnitId};

/// The tasks of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    pub id: String,
    pub title: Title,
    pub unit: UnitId,
    pub tasks: IndexMap<String, Task>,
}

/// One task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub title: Title,
    /// The procedure it is done by, by name.
    pub procedure: Option<ProcedureId>,
    /// Or by the administrative code it serves.
    pub code: Option<String>,
    /// Why it needs none.
    pub because: Option<String>,
    /// Cases that come in a year.
    pub cases: Option<u32>,
    /// How long the work on one case takes, step by step.
    pub work: BTreeMap<StepId, WorkingTime>,
}

impl Task {
    /// Whether the procedure is the one that does this task, as far as the file names it.
    pub fn is_done_by(&self, procedure: &Procedure) -> bool {
        self.procedure.as_ref() == Some(&procedure.id)
            || self.code.as_ref().is_some_and(|code| procedure.codes.contains(code))
    }
}

const TOP: &[&str] = &["format", "id", "vi", "en", "unit", "decision", "tasks"];
const TASK: &[&str] = &["vi", "en", "procedure", "code", "because", "cases", "work"];

/// Reads a mandate; the error is everything that is wrong with it.
pub fn read(source: &Source) -> Result<Mandate, Vec<Diagnostic>> {
    let mut found = crate::definition::checks::text::check(source);
    let mut reader = Reader::default();
    let mandate = source.root().and_then(|root| mandate(&mut reader, root));
    found.append(&mut reader.diagnostics);
    sort(&mut found);
    match mandate {
        Some(mandate) if found.iter().all(|told| told.level != Level::Error) => Ok(mandate),
        _ if found.is_empty() => Err(vec![Diagnostic::error(
            "Y01",
            Span::default(),
            "tệp này không có nhiệm vụ nào",
            "there is no mandate in this file",
        )]),
        _ => Err(found),
    }
}

fn mandate(reader: &mut Reader, root: &Node) -> Option<Mandate> {
    if !reader.keys(root, "mandate", TOP) {
        return None;
    }
    if let Some(format) = root.get("format") {
        reader.word(format, "format", &["mandate/v1"]);
    }
    let needed = |reader: &mut Reader, key: &str| match root.get(key) {
        Some(node) => reader.text(node, key),
        None => {
            reader.say(factory::missing_key(root.span, "mandate", key));
            None
        }
    };
    let (id, unit) = (needed(reader, "id"), needed(reader, "unit"));
    if let Some(node) = root.get("decision") {
        reader.decision(node);
    }
    let tasks = match root.get("tasks") {
        Some(node) => reader.ids(node, "tasks"),
        None => {
            reader.say(factory::missing_key(root.span, "mandate", "tasks"));
            Vec::new()
        }
    };
    let tasks =
        tasks.into_iter().filter_map(|(id, span, node)| Some((id.to_owned(), task(reader, id, span, node)?))).collect();
    Some(Mandate { title: reader.title(root, "mandate", root.span), id: id?, unit: UnitId::from(unit?), tasks })
}

fn task(reader: &mut Reader, id: &str, span: Span, node: &Node) -> Option<Task> {
    if !reader.keys(node, id, TASK) {
        return None;
    }
    let text = |reader: &mut Reader, key: &str| node.get(key).and_then(|node| reader.text(node, key));
    let (procedure, code, because) =
        (text(reader, "procedure"), text(reader, "code"), text(reader, "because").filter(|why| !why.trim().is_empty()));
    let mut work = BTreeMap::new();
    if let Some(node) = node.get("work") {
        for (step, _, value) in reader.ids(node, "work") {
            if let Some(length) = reader.length(value, "work") {
                work.insert(StepId::from(step), length);
            }
        }
    }
    Some(Task {
        title: reader.title(node, id, span),
        procedure: procedure.map(ProcedureId::from),
        code,
        because,
        cases: node.get("cases").and_then(|node| reader.number(node, "cases")),
        work,
    })
}
