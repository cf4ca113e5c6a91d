//! P11: branches that wait for each other. Where branches share data (P05, P06) and that was accepted, each branch alone
//! may be sound and the block still stand still: so all of it is walked, breadth first, and the shortest run that ends
//! nowhere is shown.
//!
//! A state is where each branch is and what the data that conditions read hold; values stand for stretches of values, as
//! in `cells`. How often a bounded way was taken is not counted: a stop after the last return is S03's.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::definition::cells::{Cells, Each, World};
use crate::definition::checks::Look;
use crate::definition::diagnostic::{Diagnostic, Level};
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
    to: Option<usize>,
    /// With the data that it reads.
    when: Option<(&'a Guard, Vec<usize>)>,
    /// Which data it fills.
    fills: Vec<usize>,
    /// Its own number among all of the block.
    number: usize,
}

/// Where each branch is, by the number of its step, nothing where it has ended; what each datum holds, nothing where it is
/// empty.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    at: Vec<Option<usize>>,
    data: Vec<Option<usize>>,
}

/// An act: at which step, how.
type Act<'a> = (usize, Option<&'a Verb>);

struct Walk<'a> {
    cells: Cells,
    /// The steps of the block; and of each what it can do, and whether it goes on by itself by the first line that holds.
    steps: Vec<&'a StepId>,
    moves: Vec<Vec<Move<'a>>>,
    automatic: Vec<bool>,
    needed: usize,
    /// What conditions have been found to say: by the number of the move, and the data they read.
    judged: RefCell<HashMap<(usize, Vec<Option<usize>>), bool>>,
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
    // Neither can stand in a branch: told by P01 and P10.
    if inside.iter().any(|step| matches!(step.kind, StepKind::End(_) | StepKind::Parallel(_))) {
        return None;
    }
    let mut moves: Vec<Vec<Move<'_>>> = inside.iter().map(|step| moves_of(procedure, step, &inside, &cells)).collect();
    moves.iter_mut().flatten().enumerate().for_each(|(n, one)| one.number = n);
    let walk = Walk {
        moves,
        automatic: inside.iter().map(|step| matches!(step.kind, StepKind::Decision(_))).collect(),
        steps: inside.iter().map(|step| &step.id).collect(),
        needed: needed.min(branches.len()),
        judged: RefCell::default(),
        cells,
    };
    let filled = look.filled().get(&step.id).cloned().unwrap_or_default();
    let place = |branch: &BranchStart| walk.steps.iter().position(|step| **step == branch.start);
    let starts: Vec<Option<usize>> = branches.values().map(place).collect();
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
    let number = |id: &StepId| inside.iter().position(|other| other.id == *id);
    let read = |when: &'a Guard| {
        let fields = when.fields();
        // What is no field, as the channel, is read by every condition: so none is judged by another's data.
        let reads = |datum: &usize| cells.field(*datum).is_none_or(|field| fields.contains(field));
        (when, (0..cells.data()).filter(reads).collect::<Vec<usize>>())
    };
    let mut moves = Vec::new();
    for (verb, way) in step.actions().into_iter().flatten() {
        let fields = own_fields(procedure, step, way);
        let fills: Vec<usize> = fields.into_iter().filter_map(|field| cells.datum(field)).collect();
        let mut add = |to| {
            moves.push(Move {
                verb: Some(verb),
                to,
                when: way.when.as_ref().map(read),
                fills: fills.clone(),
                number: 0,
            });
        };
        match &way.to {
            Target::Join => add(None),
            Target::Step(to) => add(number(to)),
            Target::Origin => {
                let leads = |other: &Step| {
                    let mut ways = other.actions().into_iter().flatten();
                    ways.any(|(_, way)| matches!(&way.to, Target::Step(to) if *to == step.id))
                };
                (0..inside.len()).filter(|n| leads(inside[*n])).for_each(|before| add(Some(before)));
            }
        }
    }
    let plain = |to: &StepId, when: Option<&'a Guard>| Move {
        verb: None,
        to: number(to),
        when: when.map(read),
        fills: Vec::new(),
        number: 0,
    };
    match &step.kind {
        StepKind::Decision(rules) => moves.extend(rules.iter().map(|rule| plain(&rule.then, rule.when.as_ref()))),
        StepKind::Wait(wait) => {
            if let Some(Late::To(to)) = &wait.late {
                moves.push(plain(to, None));
            }
        }
        StepKind::Call(call) => {
            let fills: Vec<usize> = call.uses.take.fields.keys().filter_map(|field| cells.datum(field)).collect();
            for target in call.uses.to.targets() {
                let to = match target {
                    Target::Step(to) => number(to),
                    Target::Join | Target::Origin => None,
                };
                moves.push(Move { verb: None, to, when: None, fills: fills.clone(), number: 0 });
            }
        }
        StepKind::Staff(_) | StepKind::Parallel(_) | StepKind::End(_) => {}
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
        starts: &[Option<usize>],
        filled: &BTreeSet<FieldId>,
    ) -> Result<Option<(State, Vec<Act<'a>>)>, TooMany> {
        let mut states: Vec<(State, Option<(usize, Act<'a>)>)> = Vec::new();
        let mut known: HashSet<State> = HashSet::new();
        for data in self.openings(filled) {
            let state = State { at: starts.to_vec(), data };
            if known.insert(state.clone()) {
                states.push((state, None));
            }
        }
        let mut here = 0;
        while let Some((state, _)) = states.get(here) {
            let ended = state.at.iter().filter(|at| at.is_none()).count();
            let next = if ended < self.needed { self.after(state) } else { Vec::new() };
            if ended < self.needed && next.is_empty() {
                let state = state.clone();
                return Ok(Some((state, run_to(&states, here))));
            }
            for (act, state) in next {
                if states.len() >= MOST {
                    return Err(TooMany);
                }
                if known.insert(state.clone()) {
                    states.push((state, Some((here, act))));
                }
            }
            here += 1;
        }
        Ok(None)
    }

    /// What the data may hold as the block opens: empty what only the block fills, anything else what is known before.
    fn openings(&self, filled: &BTreeSet<FieldId>) -> Vec<Vec<Option<usize>>> {
        let written: BTreeSet<usize> = self.moves.iter().flatten().flat_map(|one| one.fills.iter().copied()).collect();
        let mut all: Vec<Vec<Option<usize>>> = vec![Vec::new()];
        for datum in 0..self.cells.data() {
            let before =
                self.cells.field(datum).is_none_or(|field| filled.contains(field)) || !written.contains(&datum);
            let values: Vec<Option<usize>> =
                if before { (0..self.cells.points(datum)).map(Some).collect() } else { vec![None] };
            let with = |data: Vec<Option<usize>>| values.iter().map(move |value| [data.as_slice(), &[*value]].concat());
            all = all.into_iter().flat_map(with).collect();
        }
        all
    }

    fn after(&self, state: &State) -> Vec<(Act<'a>, State)> {
        let mut next = Vec::new();
        for (branch, at) in state.at.iter().enumerate() {
            let Some(at) = *at else { continue };
            let take = |one: &Move<'a>, data: Vec<Option<usize>>| {
                let mut places = state.at.clone();
                places[branch] = one.to;
                ((at, one.verb), State { at: places, data })
            };
            if self.automatic[at] {
                let first = self.moves[at].iter().find(|one| self.holds(one, &state.data));
                next.extend(first.map(|one| take(one, state.data.clone())));
                continue;
            }
            for one in &self.moves[at] {
                let filled = self.filled(&state.data, &one.fills).into_iter();
                next.extend(filled.filter(|data| self.holds(one, data)).map(|data| take(one, data)));
            }
        }
        next
    }

    fn holds(&self, one: &Move<'_>, data: &[Option<usize>]) -> bool {
        let Some((guard, reads)) = &one.when else { return true };
        let key = (one.number, reads.iter().map(|datum| data[*datum]).collect());
        *self.judged.borrow_mut().entry(key).or_insert_with(|| self.cells.cell(data).judge(guard) == Some(true))
    }

    /// Every way to fill some data: with any value, whatever it held.
    fn filled(&self, data: &[Option<usize>], fills: &[usize]) -> Vec<Vec<Option<usize>>> {
        let mut all = vec![data.to_vec()];
        for datum in fills {
            let with = |data: Vec<Option<usize>>| {
                (0..self.cells.points(*datum)).map(move |value| {
                    let mut data = data.clone();
                    data[*datum] = Some(value);
                    data
                })
            };
            all = all.into_iter().flat_map(with).collect();
        }
        all
    }
}

fn run_to<'a>(states: &[(State, Option<(usize, Act<'a>)>)], mut here: usize) -> Vec<Act<'a>> {
    let mut run = Vec::new();
    while let Some((before, act)) = states.get(here).and_then(|(_, came)| *came) {
        run.push(act);
        here = before;
    }
    run.reverse();
    run
}

fn stuck(
    look: &Look<'_>,
    block: &Step,
    walk: &Walk<'_>,
    keys: &[&BranchKey],
    state: &State,
    run: &[Act<'_>],
) -> Diagnostic {
    let waiting: Vec<(&BranchKey, &StepId)> =
        state.at.iter().zip(keys).filter_map(|(at, key)| Some((*key, walk.steps[(*at)?]))).collect();
    let names: Vec<String> = waiting.iter().map(|(key, _)| format!("`{key}`")).collect();
    let names = names.join(", ");
    let (data_vi, data_en) =
        (walk.cells.cell(&state.data).words(&[], true), walk.cells.cell(&state.data).words(&[], false));
    let acts: Vec<String> = run
        .iter()
        .take(TOLD)
        .map(|(at, verb)| {
            let at = walk.steps[*at];
            verb.map_or_else(|| at.to_string(), |verb| format!("{at}.{verb}"))
        })
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
