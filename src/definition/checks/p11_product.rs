//! P11: branches that wait for each other. Where branches share data (P05, P06) and that was accepted, each branch alone
//! may be sound and the block still stand still: so all of it is walked, breadth first, and the shortest run that ends
//! nowhere is shown.
//!
//! A state is where each branch is and what the data that conditions read hold; values stand for stretches of values, as
//! in `cells`. How often a bounded way was taken is not counted: a stop after the last return is S03's.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::definition::cells::{Cells, Each, World};
use crate::definition::checks::Look;
use crate::definition::diagnostic::{Diagnostic, Level};
use crate::definition::filled::surely_filled;
use crate::definition::guard::Guard;
use crate::definition::procedure::{
    Bodies, BranchStart, Join, Late, Parallel, Procedure, Step, StepKind, Target, Transition,
};
use crate::ids::{BranchKey, FieldId, StepId, Verb};

/// The most states that are walked.
const MOST: usize = 100_000;
/// The most acts of a run that are told.
const TOLD: usize = 6;

/// Every block of branches of a file that accepts that branches share data.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let accepted = look.procedure.known_defects.iter().any(|defect| matches!(defect.check.as_str(), "P05" | "P06"));
    if !accepted || !look.whole() {
        return Vec::new();
    }
    let blocks = look.procedure.steps.values().filter_map(|step| match &step.kind {
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::Branches(branches) => Some((step, block, branches)),
            Bodies::ForEach { .. } => None,
        },
        _ => None,
    });
    blocks.filter_map(|(step, block, branches)| of_block(look, step, block, branches)).collect()
}

/// One thing that a branch can do.
struct Move<'a> {
    verb: Option<&'a Verb>,
    /// Nothing where it ends the branch.
    to: Option<&'a StepId>,
    when: Option<&'a Guard>,
    /// Which data it fills.
    fills: Vec<usize>,
}

/// Where each branch is, nothing where it has ended; what each datum holds, nothing where it is empty.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State<'a> {
    at: Vec<Option<&'a StepId>>,
    data: Vec<Option<usize>>,
}

/// An act: which branch, from where, how.
type Act<'a> = (usize, &'a StepId, Option<&'a Verb>);

struct Walk<'a> {
    cells: Cells,
    moves: BTreeMap<&'a StepId, Vec<Move<'a>>>,
    /// Steps that go on by themselves: the first line that holds.
    automatic: BTreeSet<&'a StepId>,
    needed: usize,
}

fn of_block<'a>(
    look: &'a Look<'_>,
    step: &'a Step,
    block: &'a Parallel,
    branches: &'a indexmap::IndexMap<BranchKey, BranchStart>,
) -> Option<Diagnostic> {
    let procedure = look.procedure;
    let inside: Vec<&Step> =
        procedure.steps.values().filter(|s| s.inside.as_ref().is_some_and(|(block, _)| *block == step.id)).collect();
    let guards: Vec<&Guard> = inside.iter().flat_map(|step| conditions(step)).collect();
    let world = World { fields: &procedure.fields, codes: Some(&procedure.codes), each: Each::None };
    let Ok(cells) = Cells::of(&guards, world, None) else { return Some(gave_up(look, step)) };
    let needed = match block.join {
        Join::All => branches.len(),
        Join::Any => 1,
        Join::AtLeast(count) => count as usize,
        Join::AtLeastPercent(percent) => (branches.len() * usize::from(percent)).div_ceil(100),
    };
    let moves: BTreeMap<&StepId, Vec<Move<'_>>> =
        inside.iter().map(|step| (&step.id, moves_of(procedure, step, &inside, &cells))).collect();
    let automatic = inside.iter().filter(|step| matches!(step.kind, StepKind::Decision(_))).map(|step| &step.id);
    let walk = Walk { automatic: automatic.collect(), needed: needed.min(branches.len()), cells, moves };
    let filled = surely_filled(procedure).get(&step.id).cloned().unwrap_or_default();
    let starts: Vec<&StepId> = branches.values().map(|branch| &branch.start).collect();
    match walk.stop(&starts, &filled) {
        Err(TooMany) => Some(gave_up(look, step)),
        Ok(None) => None,
        Ok(Some((state, run))) => {
            let keys: Vec<&BranchKey> = branches.keys().collect();
            Some(stuck(look, step, &walk, &keys, &state, &run))
        }
    }
}

fn conditions(step: &Step) -> Vec<&Guard> {
    match &step.kind {
        StepKind::Decision(rules) => rules.iter().filter_map(|rule| rule.when.as_ref()).collect(),
        _ => step.actions().into_iter().flatten().filter_map(|(_, way)| way.when.as_ref()).collect(),
    }
}

fn moves_of<'a>(procedure: &'a Procedure, step: &'a Step, inside: &[&'a Step], cells: &Cells) -> Vec<Move<'a>> {
    let data = |fields: &mut dyn Iterator<Item = &FieldId>| fields.filter_map(|field| cells.datum(field)).collect();
    let mut moves = Vec::new();
    for (verb, way) in step.actions().into_iter().flatten() {
        let fills: Vec<usize> = data(&mut own_fields(procedure, step, way).into_iter());
        let mut add = |to| moves.push(Move { verb: Some(verb), to, when: way.when.as_ref(), fills: fills.clone() });
        match &way.to {
            Target::Join => add(None),
            Target::Step(to) => add(inside.iter().find(|other| other.id == *to).map(|other| &other.id)),
            Target::Origin => {
                let leads = |other: &&&Step| {
                    let mut ways = other.actions().into_iter().flatten();
                    ways.any(|(_, way)| matches!(&way.to, Target::Step(to) if *to == step.id))
                };
                inside.iter().filter(leads).for_each(|before| add(Some(&before.id)));
            }
        }
    }
    let plain = |to: &'a StepId, when| Move { verb: None, to: Some(to), when, fills: Vec::new() };
    match &step.kind {
        StepKind::Decision(rules) => moves.extend(rules.iter().map(|rule| plain(&rule.then, rule.when.as_ref()))),
        StepKind::Wait(wait) => {
            if let Some(Late::To(to)) = &wait.late {
                moves.push(plain(to, None));
            }
        }
        // What runs inside a block in a branch is looked at by itself.
        StepKind::Parallel(block) => moves.push(plain(&block.to, None)),
        StepKind::Call(call) => {
            let fills: Vec<usize> = data(&mut call.uses.take.fields.keys());
            for target in call.uses.to.targets() {
                let to = match target {
                    Target::Step(to) => inside.iter().find(|other| other.id == *to).map(|other| &other.id),
                    Target::Join | Target::Origin => None,
                };
                moves.push(Move { verb: None, to, when: None, fills: fills.clone() });
            }
        }
        StepKind::Staff(_) | StepKind::End(_) => {}
    }
    moves
}

/// The fields that taking a way asks for.
fn own_fields<'a>(procedure: &Procedure, step: &'a Step, way: &'a Transition) -> Vec<&'a FieldId> {
    let own = match &step.kind {
        StepKind::Staff(staff) if procedure.goes_on(way) => staff.needs.fields.as_slice(),
        _ => &[],
    };
    own.iter().chain(&way.needs.fields).collect()
}

/// More states than are walked.
struct TooMany;

impl<'a> Walk<'a> {
    /// The first state, breadth first, in which no branch can do anything and the block still waits; with the run to it.
    fn stop(
        &self,
        starts: &[&'a StepId],
        filled: &BTreeSet<FieldId>,
    ) -> Result<Option<(State<'a>, Vec<Act<'a>>)>, TooMany> {
        let mut states: Vec<(State<'a>, Option<(usize, Act<'a>)>)> = Vec::new();
        let mut known: BTreeSet<State<'a>> = BTreeSet::new();
        let written: BTreeSet<usize> =
            self.moves.values().flatten().flat_map(|one| one.fills.iter().copied()).collect();
        for data in self.openings(&written, filled) {
            let state = State { at: starts.iter().map(|start| Some(*start)).collect(), data };
            if known.insert(state.clone()) {
                states.push((state, None));
            }
        }
        let mut queue: VecDeque<usize> = (0..states.len()).collect();
        while let Some(number) = queue.pop_front() {
            let state = states[number].0.clone();
            if state.at.iter().filter(|at| at.is_none()).count() >= self.needed {
                continue;
            }
            let next = self.after(&state);
            if next.is_empty() {
                let mut run = Vec::new();
                let mut here = number;
                while let Some((before, act)) = states[here].1 {
                    run.push(act);
                    here = before;
                }
                run.reverse();
                return Ok(Some((state, run)));
            }
            for (act, state) in next {
                if known.contains(&state) {
                    continue;
                }
                if states.len() >= MOST {
                    return Err(TooMany);
                }
                known.insert(state.clone());
                queue.push_back(states.len());
                states.push((state, Some((number, act))));
            }
        }
        Ok(None)
    }

    /// What the data may hold as the block opens: empty what only the block fills, anything else what is known before.
    fn openings(&self, written: &BTreeSet<usize>, filled: &BTreeSet<FieldId>) -> Vec<Vec<Option<usize>>> {
        let mut all: Vec<Vec<Option<usize>>> = vec![Vec::new()];
        for datum in 0..self.cells.data() {
            let before =
                self.cells.field(datum).is_none_or(|field| filled.contains(field)) || !written.contains(&datum);
            let values: Vec<Option<usize>> =
                if before { (0..self.cells.points(datum)).map(Some).collect() } else { vec![None] };
            all = all
                .into_iter()
                .flat_map(|data| values.iter().map(move |value| data.iter().copied().chain([*value]).collect()))
                .collect();
        }
        all
    }

    fn after(&self, state: &State<'a>) -> Vec<(Act<'a>, State<'a>)> {
        let mut next = Vec::new();
        for (branch, at) in state.at.iter().enumerate() {
            let Some(at) = *at else { continue };
            let moves = self.moves.get(at).map(Vec::as_slice).unwrap_or_default();
            if self.automatic.contains(at) {
                let holds = |one: &&Move<'_>| self.holds(one.when, &state.data);
                next.extend(moves.iter().find(holds).map(|one| self.take(state, branch, at, one, state.data.clone())));
                continue;
            }
            for one in moves {
                let filled = self.filled(&state.data, &one.fills).into_iter();
                let possible = filled.filter(|data| self.holds(one.when, data));
                next.extend(possible.map(|data| self.take(state, branch, at, one, data)));
            }
        }
        next
    }

    fn take(
        &self,
        state: &State<'a>,
        branch: usize,
        at: &'a StepId,
        one: &Move<'a>,
        data: Vec<Option<usize>>,
    ) -> (Act<'a>, State<'a>) {
        let mut places = state.at.clone();
        places[branch] = one.to;
        ((branch, at, one.verb), State { at: places, data })
    }

    fn holds(&self, when: Option<&Guard>, data: &[Option<usize>]) -> bool {
        when.is_none_or(|guard| self.cells.cell(data).judge(guard) == Some(true))
    }

    /// Every way to fill some data: an empty one with any value, a filled one as it is or anew.
    fn filled(&self, data: &[Option<usize>], fills: &[usize]) -> Vec<Vec<Option<usize>>> {
        let mut all = vec![data.to_vec()];
        for datum in fills {
            let values = 0..self.cells.points(*datum);
            all = all
                .into_iter()
                .flat_map(|data| {
                    values.clone().map(move |value| {
                        let mut data = data.clone();
                        data[*datum] = Some(value);
                        data
                    })
                })
                .collect();
        }
        all
    }
}

fn stuck(
    look: &Look<'_>,
    block: &Step,
    walk: &Walk<'_>,
    keys: &[&BranchKey],
    state: &State<'_>,
    run: &[Act<'_>],
) -> Diagnostic {
    let waiting: Vec<(&BranchKey, &StepId)> =
        state.at.iter().zip(keys).filter_map(|(at, key)| Some((*key, (*at)?))).collect();
    let names: Vec<String> = waiting.iter().map(|(key, _)| format!("`{key}`")).collect();
    let names = names.join(", ");
    let (data_vi, data_en) =
        (walk.cells.cell(&state.data).words(&[], true), walk.cells.cell(&state.data).words(&[], false));
    let acts: Vec<String> = run
        .iter()
        .take(TOLD)
        .map(|(_, at, verb)| verb.map_or_else(|| at.to_string(), |verb| format!("{at}.{verb}")))
        .collect();
    let more = if run.len() > TOLD { " → …" } else { "" };
    let acts = format!("{}{more}", acts.join(" → "));
    let place = waiting.first().map_or(&block.id, |(_, at)| *at);
    let (vi, en) = match waiting.len() {
        0 | 1 => (format!("nhánh {names} kẹt ở đây"), format!("the branch {names} is stuck here")),
        _ => (format!("các nhánh {names} chờ nhau"), format!("the branches {names} wait for each other")),
    };
    let mut found = Diagnostic::error(
        "P11",
        look.source.key_span(&look.route(place)),
        format!("khối `{}` có thể đứng lại: {vi}", block.id),
        format!("the block `{}` may stand still: {en}", block.id),
    )
    .label("không lối ra nào mở", "no way out is open");
    found = match waiting.get(1) {
        Some((_, other)) => {
            let span = look.source.key_span(&look.route(other));
            found.related(span, "nhánh này cũng chờ", "this branch waits too")
        }
        None => {
            found.related(look.source.key_span(&look.route(&block.id)), "khối này chờ mãi", "this block waits for ever")
        }
    };
    if !run.is_empty() {
        found = found.note(format!("diễn biến ngắn nhất: {acts}"), format!("the shortest run: {acts}"));
    }
    found.note(format!("lúc đó: {data_vi}"), format!("then: {data_en}")).help(
        "thêm một lối ra cho trường hợp này, hoặc điền dữ liệu đó trước khối",
        "add a way out for this, or fill the data before the block",
    )
}

fn gave_up(look: &Look<'_>, block: &Step) -> Diagnostic {
    let mut note = Diagnostic::error(
        "G12",
        look.source.key_span(&look.route(&block.id)),
        format!("chưa soát hết các nhánh của `{}` chờ nhau thế nào: quá nhiều trường hợp", block.id),
        format!("how the branches of `{}` wait for each other was not looked at: too many cases", block.id),
    )
    .help(
        "để các nhánh không dùng chung dữ liệu, rồi quyết định sau khối",
        "let the branches share no data, and decide after the block",
    );
    note.level = Level::Note;
    note
}
