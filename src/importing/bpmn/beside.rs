//! What stands beside the flow of a drawing: lanes as people, data objects as papers, notes and messages as comments.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::importing::bpmn::ledger::{Ledger, Why};
use crate::importing::bpmn::model::{Kind, Model, Paper};
use crate::importing::bpmn::verbs::is_applicant;
use crate::importing::wording::{Ids, one_line, quoted, short_name};

/// Everything beside the flow, by shape where it belongs to one.
#[derive(Debug, Default)]
pub struct Beside {
    /// Each entry of `people`: id and name.
    pub people: Vec<(String, String)>,
    pub by: HashMap<usize, String>,
    /// Lines of `documents`.
    pub documents: Vec<String>,
    pub needs: BTreeMap<usize, Vec<String>>,
    pub makes: BTreeMap<usize, Vec<String>>,
    pub comments: BTreeMap<usize, Vec<String>>,
    /// Notes that belong to no step.
    pub notes: Vec<String>,
    /// What the applicant is waited for in.
    pub applicant: BTreeSet<usize>,
}

impl Beside {
    /// Gathers it for the shapes that became steps.
    pub fn of(
        model: &Model,
        process: usize,
        (shown, told): (&[usize], &[usize]),
        ids: &mut Ids,
        ledger: &mut Ledger,
    ) -> Beside {
        let mut beside = Beside::default();
        let shown: BTreeSet<usize> = shown.iter().copied().collect();
        let by_id: HashMap<&str, usize> =
            model.shapes.iter().enumerate().map(|(n, shape)| (shape.id.as_str(), n)).collect();
        beside.lanes(model, process, &shown, ids, ledger);
        beside.papers(model, process, &shown, &by_id, ids, ledger);
        beside.notes(model, &shown, &by_id, ledger);
        beside.messages(model, process, &by_id, ledger);
        beside.remarks(model, told, ledger);
        beside
    }

    /// What is written about what has no note of its own in the file; and who does a task by the task itself.
    fn remarks(&mut self, model: &Model, told: &[usize], ledger: &Ledger) {
        let shapes = model.shapes.iter().enumerate().filter(|(n, shape)| !told.contains(n) && !shape.note.is_empty());
        let shapes = shapes.map(|(_, shape)| {
            let name = if shape.name.is_empty() { &shape.id } else { &shape.name };
            (shape.key, name, &shape.note)
        });
        let others = model.remarks.iter().map(|(key, name, text)| (*key, name, text));
        for (_, name, text) in shapes.chain(others).filter(|(key, ..)| ledger.is_brought(*key)) {
            let of = if name.is_empty() { String::new() } else { format!(" của {}", one_line(name)) };
            self.notes.push(format!("ghi chú{of}: {text}"));
        }
        for (n, shape) in model.shapes.iter().enumerate().filter(|(_, shape)| !shape.who.is_empty()) {
            let text = one_line(&format!("người làm ghi trong bản vẽ: {}", shape.who.join(", ")));
            self.comments.entry(n).or_default().push(text);
        }
    }

    fn lanes(&mut self, model: &Model, process: usize, shown: &BTreeSet<usize>, ids: &mut Ids, ledger: &mut Ledger) {
        let lanes = model.lanes_of();
        let pool = model.pools.iter().find(|pool| pool.process == model.processes[process].id);
        // Without lanes, whoever the pool is named after.
        let whole = pool.map(|pool| pool.name.clone()).filter(|name| !name.is_empty() && model.lanes.is_empty());
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for (n, shape) in model.shapes.iter().enumerate() {
            let name = lanes[n].map(|lane| model.lanes[lane].name.clone()).or_else(|| whole.clone());
            let Some(name) = name.filter(|name| !name.is_empty() && model.process_of(n) == process) else { continue };
            let holds = matches!(shape.kind, Kind::Task | Kind::Automatic | Kind::Call);
            let gateway = matches!(shape.kind, Kind::Exclusive | Kind::Inclusive | Kind::Complex);
            if holds && shown.contains(&n) && !known.contains_key(&name) {
                let id = ids.of(short_name(&name).0, "nguoi_lam");
                self.people.push((id.clone(), name.clone()));
                known.insert(name.clone(), id);
            }
            if let Some(id) = known.get(&name).filter(|_| holds || gateway) {
                self.by.insert(n, id.clone());
            }
            if is_applicant(&name) {
                self.applicant.insert(n);
            }
        }
        // A gateway drawn before the lane's first task has its holder too.
        for (n, lane) in lanes.iter().enumerate() {
            let name = lane.map(|lane| &model.lanes[lane].name);
            if let Some(id) = name.and_then(|name| known.get(name)).filter(|_| model.process_of(n) == process) {
                self.by.entry(n).or_insert_with(|| id.clone());
            }
        }
        let inner: BTreeSet<&str> = known.keys().map(String::as_str).collect();
        for (number, lane) in model.lanes.iter().enumerate().filter(|(_, lane)| lane.process == process) {
            let holds = lanes.iter().any(|of| *of == Some(number));
            match inner.contains(lane.name.as_str()) || holds && lane.name.is_empty() {
                true => {
                    ledger.brought(lane.key);
                    ledger.stands(lane.key, known.get(&lane.name).map_or("", String::as_str));
                }
                false => ledger.left(lane.key, Why::EmptyLane),
            }
        }
    }

    fn papers(
        &mut self,
        model: &Model,
        process: usize,
        shown: &BTreeSet<usize>,
        by_id: &HashMap<&str, usize>,
        ids: &mut Ids,
        ledger: &mut Ledger,
    ) {
        let own = |paper: &&Paper| paper.process == process || paper.process == usize::MAX;
        let mut names: HashMap<&str, &str> = HashMap::new();
        for paper in model.papers.iter().filter(own) {
            names.insert(&paper.id, &paper.name);
        }
        // A reference without a name bears that of its object; one paper a name.
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        let mut of_paper: HashMap<&str, String> = HashMap::new();
        let referred: BTreeSet<&str> = model.papers.iter().map(|paper| paper.stands_for.as_str()).collect();
        for paper in &model.papers {
            if !own(&paper) {
                ledger.left(paper.key, Why::OtherProcess);
                continue;
            }
            ledger.brought(paper.key);
            if referred.contains(paper.id.as_str()) {
                continue;
            }
            let named = if paper.name.is_empty() { names.get(paper.stands_for.as_str()).copied() } else { None };
            let name = one_line(named.unwrap_or(&paper.name));
            let id = known.entry(name.clone()).or_insert_with(|| ids.of(short_name(&name).0, "giay_to")).clone();
            ledger.stands(paper.key, &id);
            of_paper.insert(&paper.id, id);
        }
        let mut ties: Vec<(&str, usize, bool)> = Vec::new();
        for (n, shape) in model.shapes.iter().enumerate() {
            ties.extend(shape.takes.iter().map(|id| (id.as_str(), n, false)));
            ties.extend(shape.gives.iter().map(|id| (id.as_str(), n, true)));
        }
        for (_, from, to) in &model.ties {
            let shape = |id: &str| by_id.get(id).copied();
            ties.extend(shape(to).map(|n| (from.as_str(), n, false)));
            ties.extend(shape(from).map(|n| (to.as_str(), n, true)));
        }
        let (mut made, mut tied) = (BTreeSet::new(), BTreeSet::new());
        for (paper, shape, makes) in ties {
            let Some(id) = of_paper.get(paper).filter(|_| shown.contains(&shape)) else { continue };
            let list = if makes { &mut self.makes } else { &mut self.needs }.entry(shape).or_default();
            if !list.contains(id) {
                list.push(id.clone());
            }
            tied.insert(id.clone());
            if makes {
                made.insert(id.clone());
            }
        }
        for paper in model.papers.iter().filter(own) {
            if of_paper.get(paper.id.as_str()).is_some_and(|id| !tied.contains(id)) {
                ledger.changed(paper.key, Why::LoneDocument);
            }
        }
        for (name, id) in &known {
            let name = if name.is_empty() { "Giấy tờ chưa đặt tên" } else { name };
            let from = if made.contains(id) { "" } else { ", from: applicant" };
            let beside = if made.contains(id) { "" } else { "  # đoán: không bước nào làm ra" };
            self.documents.push(format!("{id}: {{ vi: {}{from} }}{beside}", quoted(name)));
        }
    }

    fn notes(&mut self, model: &Model, shown: &BTreeSet<usize>, by_id: &HashMap<&str, usize>, ledger: &mut Ledger) {
        let papers: BTreeSet<&str> = model.papers.iter().map(|paper| paper.id.as_str()).collect();
        for note in &model.notes {
            let other = model.ties.iter().find_map(|(_, from, to)| match (from == &note.id, to == &note.id) {
                (true, _) => by_id.get(to.as_str()),
                (_, true) => by_id.get(from.as_str()),
                _ => None,
            });
            let text = format!("ghi chú: {}", one_line(&note.text));
            match other.filter(|shape| shown.contains(shape)) {
                Some(shape) => self.comments.entry(*shape).or_default().push(text),
                None => self.notes.push(text),
            }
            ledger.brought(note.key);
        }
        let notes: BTreeSet<&str> = model.notes.iter().map(|note| note.id.as_str()).collect();
        for (key, from, to) in &model.ties {
            let beside = |id: &str| notes.contains(id) || papers.contains(id);
            match beside(from) || beside(to) {
                true => ledger.brought(*key),
                false => ledger.left(*key, Why::Tie),
            }
        }
    }

    fn messages(&mut self, model: &Model, process: usize, by_id: &HashMap<&str, usize>, ledger: &mut Ledger) {
        let pool = |id: &str| model.pools.iter().find(|pool| pool.id == id);
        for message in &model.messages {
            let inside = |id: &str| by_id.get(id).copied().filter(|n| model.process_of(*n) == process);
            let (from, to) = (inside(&message.from), inside(&message.to));
            let named = |id: &str| match (pool(id), by_id.get(id)) {
                (Some(pool), _) => pool.name.clone(),
                (None, Some(n)) => {
                    let owner = model.processes.get(model.process_of(*n)).map(|process| process.id.as_str());
                    let pool = model.pools.iter().find(|pool| Some(pool.process.as_str()) == owner);
                    pool.map(|pool| pool.name.clone()).unwrap_or_default()
                }
                (None, None) => String::new(),
            };
            let (shape, text, other) = match (from, to) {
                (Some(shape), _) => (shape, "gửi tới", named(&message.to)),
                (None, Some(shape)) => (shape, "nhận từ", named(&message.from)),
                (None, None) => {
                    ledger.left(message.key, Why::OtherProcess);
                    continue;
                }
            };
            if to.is_some() && is_applicant(&other) {
                self.applicant.insert(shape);
            }
            let name = if message.name.is_empty() { String::new() } else { format!(": {}", message.name) };
            self.comments.entry(shape).or_default().push(one_line(&format!("{text} {other}{name}")));
            ledger.brought(message.key);
            ledger.changed(message.key, Why::Message);
        }
    }
}
