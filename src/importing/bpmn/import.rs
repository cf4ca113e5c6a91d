//! The whole way from a file to a draft with its account.

use crate::importing::bpmn::blocks::blocks;
use crate::importing::bpmn::draft::{Drafted, draft};
use crate::importing::bpmn::ledger::{Brought, Ledger, Listed, Why};
use crate::importing::bpmn::model::{Kind, Model, Trigger};
use crate::importing::bpmn::net::net;
use crate::importing::bpmn::plan::{What, plan};
use crate::importing::bpmn::refused::NoModel;
use crate::importing::bpmn::{read, xml};
use crate::importing::draft::About;

/// A drawing brought in.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    pub draft: Drafted,
    /// How many elements the drawing has, each brought in or listed.
    pub elements: usize,
    pub brought: Vec<Brought>,
    pub left: Vec<Listed>,
    /// Brought in, but otherwise than drawn.
    pub changed: Vec<Listed>,
}

/// Brings one process of a drawing in: the one of that id or name, or the largest. An empty id or title in `about` is
/// made of the drawing.
pub fn import(bytes: &[u8], about: &About, process: Option<&str>) -> Result<Imported, NoModel> {
    let root = xml::read(bytes, "BPMNDiagram")?;
    let mut ledger = Ledger::default();
    let model = read::model(&root, &mut ledger)?;
    let process = chosen(&model, process)?;
    let mut net = net(&model, process, &mut ledger);
    let blocks = blocks(&model, &mut net, &mut ledger);
    let plan = plan(&model, &net, &blocks, &mut ledger);
    // A drawing of nothing but events and gateways says nothing that a procedure could.
    if plan.places.iter().all(|place| matches!(place.what, What::End(_))) {
        return Err(NoModel::Empty);
    }
    around(&model, process, &mut ledger);
    remarks(&model, &mut ledger);
    let draft = draft(&model, &net, &blocks, &plan, process, about, &mut ledger);
    let (brought, left, changed) = (ledger.all_brought(), ledger.all_left(), ledger.all_changed());
    Ok(Imported { draft, elements: ledger.count(), brought, left, changed })
}

fn chosen(model: &Model, wanted: Option<&str>) -> Result<usize, NoModel> {
    let mut sizes = vec![0_usize; model.processes.len()];
    for shape in 0..model.shapes.len() {
        if let Some(size) = sizes.get_mut(model.process_of(shape)) {
            *size += 1;
        }
    }
    let pool = |id: &str| model.pools.iter().find(|pool| pool.process == id).map_or("", |pool| pool.name.as_str());
    if let Some(wanted) = wanted {
        let named = |n: &usize| {
            let process = &model.processes[*n];
            [process.id.as_str(), process.name.as_str(), pool(&process.id)].contains(&wanted)
        };
        let full = |n: &usize| sizes[*n] > 0;
        return (0..sizes.len()).filter(full).find(named).ok_or_else(|| {
            let there = (0..sizes.len()).filter(full).map(|n| model.processes[n].id.clone());
            NoModel::NoSuch(there.take(12).collect())
        });
    }
    // Of two equally large ones, the first.
    let largest = (0..sizes.len()).rev().max_by_key(|n| sizes[*n]);
    largest.filter(|n| sizes[*n] > 0).ok_or(NoModel::Empty)
}

/// Pools and processes beside the one brought in.
fn around(model: &Model, process: usize, ledger: &mut Ledger) {
    for (n, other) in model.processes.iter().enumerate() {
        match n == process {
            true => ledger.brought(other.key),
            false => ledger.left(other.key, Why::OtherProcess),
        }
    }
    for pool in &model.pools {
        let known = model.processes.iter().position(|process| process.id == pool.process);
        match known {
            Some(n) if n == process => ledger.brought(pool.key),
            Some(_) => ledger.left(pool.key, Why::OtherProcess),
            None => ledger.left(pool.key, Why::Outside),
        }
    }
    for lane in model.lanes.iter().filter(|lane| lane.process != process) {
        ledger.left(lane.key, Why::OtherProcess);
    }
}

/// What a shape says that a procedure does not.
fn remarks(model: &Model, ledger: &mut Ledger) {
    for shape in &model.shapes {
        let why = match shape.kind {
            Kind::Call => Some(Why::Call),
            Kind::Automatic => Some(Why::Automatic),
            _ => None,
        };
        let timer = match &shape.trigger {
            Trigger::Timer(_, text) => {
                crate::importing::bpmn::timer::length(text).is_none() && shape.kind != Kind::Start
            }
            _ => false,
        };
        let said = [
            why,
            shape.repeats.then_some(Why::Repeat),
            timer.then_some(Why::Timer),
            shape.more_triggers.then_some(Why::Trigger),
        ];
        for why in said.into_iter().flatten() {
            ledger.changed(shape.key, why);
        }
    }
    for arrow in model.arrows.iter().filter(|arrow| !arrow.condition.is_empty()) {
        ledger.changed(arrow.key, Why::Condition);
    }
}
