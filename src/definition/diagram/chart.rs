//! What stands in the picture of a procedure: lanes by unit, boxes, lines with their words. No places yet.

use std::collections::BTreeMap;

use crate::definition::checks::variants::{longest, told};
use crate::definition::diagnostic::Lang;
use crate::definition::diagram::Walk;
use crate::definition::diagram::words;
use crate::definition::graph::{Edge, Graph, Via};
use crate::definition::procedure::{Bodies, By, Outcome, Party, Procedure, Step, StepKind, Target, UnitRef, Who};
use crate::ids::{PeopleId, StepId, UnitId, Verb};

/// A picture, before anything has a place.
pub struct Chart {
    /// The lanes' titles, from left to right.
    pub lanes: Vec<String>,
    pub nodes: Vec<Node>,
    pub ways: Vec<Way>,
    /// The length of the longest straight path, in words.
    pub longest: Option<String>,
}

/// A box: what it says and how it looks.
pub struct Node {
    /// Nothing for the dot where a case begins and for the box that stands for any step.
    pub step: Option<StepId>,
    pub title: String,
    pub small: Vec<(Tone, String)>,
    pub look: Look,
    pub lane: usize,
    /// The block and branch it lives in.
    pub inside: Option<(usize, usize)>,
    pub longest: bool,
}

/// What a small line is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    Holder,
    Limit,
    Branch,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    Start,
    Anywhere,
    Staff,
    /// Waiting for somebody outside.
    Outside,
    Wait,
    Parallel,
    /// A case of another procedure runs.
    Call,
    Decision,
    End(Outcome),
}

/// A line between two boxes; ways between the same two that mean the same are one line.
pub struct Way {
    pub from: usize,
    pub to: usize,
    pub tone: WayTone,
    /// Each with whether a case has walked it.
    pub labels: Vec<(String, bool)>,
    pub longest: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WayTone {
    Plain,
    Back,
    Anytime,
}

/// Whose lane.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Lane {
    Applicant,
    Unit(UnitId),
    /// People whose unit is found only when the case is there.
    People(PeopleId),
    Outside,
    End,
}

impl Way {
    pub fn passed(&self) -> bool {
        self.labels.iter().any(|(_, passed)| *passed)
    }
}

/// The picture of a procedure; with a walk, what of it was walked.
pub fn chart(procedure: &Procedure, walk: &Walk) -> Chart {
    let graph = Graph::of(procedure);
    let mut lanes = Lanes { procedure, order: Vec::new(), of: BTreeMap::new() };
    lanes.fill(&graph);
    let sums = if walk.passed.is_empty() && walk.now.is_empty() { told(procedure) } else { Vec::new() };
    let found = longest(&sums);
    let path = found.map_or(Vec::new(), |(_, sum)| sum.steps.clone());
    let lane_of = |step: &StepId| lanes.of.get(step).copied().unwrap_or(0);
    let mut nodes: Vec<Node> = procedure
        .steps
        .values()
        .map(|step| node(procedure, step, walk, lane_of(&step.id), path.contains(&step.id)))
        .collect();
    let mut ways = Vec::new();
    add_starts(procedure, walk.lang, &mut nodes, &mut ways, path.first());
    add_steps(procedure, &graph, walk, &path, &mut ways);
    add_anytime(procedure, walk, &mut nodes, &mut ways, lanes.order.len().saturating_sub(2));
    let titles = lanes.order.iter().map(|lane| lanes.title(lane, walk)).collect();
    let longest = found.and_then(|(told, sum)| {
        let total = sum.total.as_ref()?;
        let length = words::pick(walk.lang, &total.vi(), &total.en());
        Some(match told.variant {
            // Those of a variant have limits of their own, and the sum is theirs.
            Some((id, variant)) => format!("{length} ({})", words::variant(id, variant, walk.lang)),
            None => length,
        })
    });
    Chart { lanes: titles, nodes, ways, longest }
}

struct Lanes<'a> {
    procedure: &'a Procedure,
    order: Vec<Lane>,
    of: BTreeMap<StepId, usize>,
}

impl Lanes<'_> {
    /// A lane for every step: first whom the citizen sees, then units as they come, the ends last.
    fn fill(&mut self, graph: &Graph) {
        let mut found: Vec<(StepId, Lane)> = Vec::new();
        for step in self.procedure.steps.values() {
            let lane = self.own(step).or_else(|| {
                // Without a holder of its own it stands with whoever leads to it.
                let mut before: Vec<&StepId> = graph.ways_into(&step.id).map(|(from, _)| from).collect();
                before.sort_by_key(|from| self.procedure.steps.get_index_of(*from));
                before.iter().find_map(|from| found.iter().find(|(id, _)| id == *from).map(|(_, lane)| lane.clone()))
            });
            let lane = lane.unwrap_or_else(|| Lane::Unit(self.procedure.owner.clone()));
            found.push((step.id.clone(), lane));
        }
        let rank = |lane: &Lane| match lane {
            Lane::Applicant => 0,
            Lane::Unit(_) | Lane::People(_) => 1,
            Lane::Outside => 2,
            Lane::End => 3,
        };
        for wanted in 0..4 {
            for (_, lane) in found.iter().filter(|(_, lane)| rank(lane) == wanted) {
                if !self.order.contains(lane) {
                    self.order.push(lane.clone());
                }
            }
        }
        for (step, lane) in found {
            let at = self.order.iter().position(|other| *other == lane).unwrap_or(0);
            self.of.insert(step, at);
        }
    }

    fn own(&self, step: &Step) -> Option<Lane> {
        match &step.kind {
            StepKind::Staff(staff) => self.of_by(&staff.by),
            StepKind::Wait(wait) => match wait.awaited {
                Party::Applicant => Some(Lane::Applicant),
                Party::Outside => Some(Lane::Outside),
                Party::Staff => self.of_by(wait.by.as_ref()?),
            },
            StepKind::Parallel(block) => match &block.bodies {
                Bodies::ForEach { by, .. } => self.of_by(by),
                Bodies::Branches(_) => None,
            },
            StepKind::Call(call) => call.by.as_ref().and_then(|by| self.of_by(by)),
            StepKind::Decision(_) => None,
            StepKind::End(_) => Some(Lane::End),
        }
    }

    fn of_by(&self, by: &By) -> Option<Lane> {
        let first = *words::people_of(self.procedure, by).first()?;
        Some(self.of_people(first))
    }

    fn of_people(&self, people: &PeopleId) -> Lane {
        let unit = self.procedure.people.get(people).and_then(|people| match &people.who {
            Who::Post { unit, .. } | Who::HeadOf(unit) | Who::DeputyOf(unit) => match unit {
                UnitRef::Unit(unit) => Some(unit.clone()),
                UnitRef::Each => None,
            },
            Who::HolderOf(step) => match self.procedure.step(step).and_then(|step| self.own(step)) {
                Some(Lane::Unit(unit)) => Some(unit),
                _ => None,
            },
            _ => None,
        });
        unit.map_or_else(|| Lane::People(people.clone()), Lane::Unit)
    }

    /// The unit's name; without a directory, the people of it that the procedure names.
    fn title(&self, lane: &Lane, walk: &Walk) -> String {
        let people = |id: &PeopleId| {
            self.procedure
                .people
                .get(id)
                .map_or_else(|| id.to_string(), |p| words::label(&p.title, walk.lang).to_owned())
        };
        match lane {
            Lane::Applicant => words::pick(walk.lang, "Người nộp hồ sơ", "Applicant"),
            Lane::Outside => words::pick(walk.lang, "Cơ quan ngoài", "Outside bodies"),
            Lane::End => words::pick(walk.lang, "Kết thúc", "Ends"),
            Lane::People(id) => people(id),
            Lane::Unit(unit) => walk.units.get(unit).cloned().unwrap_or_else(|| {
                let mut named: Vec<String> = Vec::new();
                for step in self.procedure.steps.values() {
                    let by = match &step.kind {
                        StepKind::Staff(staff) => &staff.by,
                        _ => continue,
                    };
                    for id in words::people_of(self.procedure, by) {
                        if self.of_people(id) == *lane && !named.contains(&people(id)) {
                            named.push(people(id));
                        }
                    }
                }
                if named.is_empty() { unit.to_string() } else { named.join(" / ") }
            }),
        }
    }
}

fn node(procedure: &Procedure, step: &Step, walk: &Walk, lane: usize, longest: bool) -> Node {
    let lang = walk.lang;
    let look = match &step.kind {
        StepKind::Staff(_) => Look::Staff,
        StepKind::Wait(wait) if wait.awaited == Party::Staff => Look::Wait,
        StepKind::Wait(_) => Look::Outside,
        StepKind::Parallel(_) => Look::Parallel,
        StepKind::Call(_) => Look::Call,
        StepKind::Decision(_) => Look::Decision,
        StepKind::End(end) => Look::End(end.outcome),
    };
    let mut small: Vec<(Tone, String)> = Vec::new();
    let mut add = |tone, texts: Vec<String>| small.extend(texts.into_iter().map(|text| (tone, text)));
    // The lane already says who is waited for outside.
    let holder = words::holder(procedure, step, lang).filter(|_| look != Look::Outside);
    add(Tone::Holder, holder.into_iter().collect());
    add(Tone::Limit, words::limit(procedure, step, lang).into_iter().collect());
    add(Tone::Limit, words::clock(step, lang).into_iter().collect());
    add(Tone::Branch, words::bodies(procedure, step, &walk.units, lang));
    add(Tone::Branch, words::join(step, lang));
    add(Tone::Branch, words::called(step, lang).into_iter().collect());
    if let StepKind::End(end) = &step.kind {
        add(Tone::Holder, vec![words::outcome(end.outcome, lang)]);
    }
    let inside = step.inside.as_ref().and_then(|(block, branch)| {
        let at = procedure.steps.get_index_of(block)?;
        let StepKind::Parallel(parallel) = &procedure.step(block)?.kind else { return None };
        let Bodies::Branches(branches) = &parallel.bodies else { return None };
        Some((at, branches.get_index_of(branch)?))
    });
    let title = words::label(&step.title, lang).to_owned();
    Node { step: Some(step.id.clone()), title, small, look, lane, inside, longest }
}

fn extra(nodes: &mut Vec<Node>, look: Look, title: String, lane: usize) -> usize {
    nodes.push(Node { step: None, title, small: Vec::new(), look, lane, inside: None, longest: false });
    nodes.len() - 1
}

/// The dot where cases begin, and what leads from it.
fn add_starts(procedure: &Procedure, lang: Lang, nodes: &mut Vec<Node>, ways: &mut Vec<Way>, first: Option<&StepId>) {
    let Some(lane) = procedure.start.first().and_then(|choice| procedure.steps.get_index_of(&choice.then)) else {
        return;
    };
    let lane = nodes[lane].lane;
    let dot = extra(nodes, Look::Start, String::new(), lane);
    for choice in &procedure.start {
        let text = match &choice.when {
            Some(guard) => guard.text().to_owned(),
            None if procedure.start.len() > 1 => words::pick(lang, "còn lại", "otherwise"),
            None => String::new(),
        };
        if let Some(to) = procedure.steps.get_index_of(&choice.then) {
            add_way(ways, (dot, to), WayTone::Plain, (text, false), first == Some(&choice.then));
        }
    }
}

fn add_steps(procedure: &Procedure, graph: &Graph, walk: &Walk, path: &[StepId], ways: &mut Vec<Way>) {
    for (from, step) in procedure.steps.keys().enumerate() {
        for (to, edge) in graph.out_of(step) {
            let Some(target) = procedure.steps.get_index_of(to) else { continue };
            let tone = if edge.back { WayTone::Back } else { WayTone::Plain };
            let on_path = !edge.back && path.windows(2).any(|pair| pair[0] == *step && pair[1] == *to);
            let text = words::way(procedure, step, to, edge, walk.lang);
            add_way(ways, (from, target), tone, (text, was_passed(walk, step, to, edge)), on_path);
        }
    }
}

/// One line for all that leads from one box to another in the same manner.
fn add_way(ways: &mut Vec<Way>, (from, to): (usize, usize), tone: WayTone, label: (String, bool), longest: bool) {
    if let Some(way) = ways.iter_mut().find(|way| (way.from, way.to, way.tone) == (from, to, tone)) {
        way.longest |= longest;
        match way.labels.iter_mut().find(|(text, _)| *text == label.0) {
            Some(same) => same.1 |= label.1,
            None => way.labels.push(label),
        }
        return;
    }
    ways.push(Way { from, to, tone, labels: vec![label], longest });
}

/// The box for any step, and the transitions open from every step.
fn add_anytime(procedure: &Procedure, walk: &Walk, nodes: &mut Vec<Node>, ways: &mut Vec<Way>, lane: usize) {
    let mut anywhere = None;
    for (verb, transition) in words::anytime_ways(procedure) {
        let Target::Step(to) = &transition.to else { continue };
        let Some(target) = procedure.steps.get_index_of(to) else { continue };
        let from = *anywhere.get_or_insert_with(|| extra(nodes, Look::Anywhere, words::anytime(walk.lang), lane));
        let passed = walk.passed.iter().any(|(_, by, there)| there == to && by.as_ref() == Some(verb));
        let text = words::verb_label(verb, transition.title.as_ref(), transition.at_most, walk.lang);
        add_way(ways, (from, target), WayTone::Anytime, (text, passed), false);
    }
}

fn was_passed(walk: &Walk, from: &StepId, to: &StepId, edge: &Edge) -> bool {
    let verb: Option<&Verb> = match &edge.via {
        Via::Action(verb) => Some(verb),
        _ => None,
    };
    walk.passed.iter().any(|(a, by, b)| a == from && b == to && (by.is_none() || verb.is_none() || by.as_ref() == verb))
}
