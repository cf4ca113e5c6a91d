//! Every state that a case of a made procedure can come to, by the rules of the machine: its own small interpreter, which
//! shares no code with the checks or with the machine.

use std::collections::HashMap;

use super::made::{Data, Join, Made, Place, To, Way};

/// Where a line stands, and where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct At {
    place: usize,
    from: Option<usize>,
}

/// The branches of a block: where each stands, nothing where it is closed; how many have answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Open {
    block: usize,
    branches: Vec<Option<At>>,
    answered: usize,
    /// The block has joined: what still comes in moves nothing.
    left: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    main: At,
    open: Vec<Open>,
    counts: Vec<u8>,
    data: Data,
}

/// Who moved: the main line or a branch of the block it rests in.
type Mover = Option<usize>;

/// What walking every state has shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// A place that no case comes to.
    pub lost: Vec<String>,
    /// A state from which no end can be reached, or a branch that cannot finish.
    pub stuck: bool,
    /// A case can come round for ever.
    pub round: bool,
    /// A block goes on without the answers it asks for, or a branch leaves it.
    pub block: bool,
    /// More states than are walked.
    pub too_many: bool,
}

impl Seen {
    pub fn sound(&self) -> bool {
        self.lost.is_empty() && !self.stuck && !self.round && !self.block
    }
}

const STATES: usize = 6_000;

struct Walk<'a> {
    made: &'a Made,
    /// The number of the count of each bounded way: main place or branch's place, and way.
    slots: HashMap<(Spot, usize), usize>,
    data: Vec<Data>,
    seen: Seen,
    visited: std::collections::BTreeSet<Spot>,
}

/// A place: on the main line, or in a branch of a block of it.
type Spot = (usize, Option<(usize, usize)>);

/// Walks everything.
pub fn walk(made: &Made) -> Seen {
    let mut walk =
        Walk { made, slots: HashMap::new(), data: data_of(made), seen: Seen::default(), visited: Default::default() };
    for (spot, place) in spots(made) {
        for (n, way) in ways_of(place).iter().enumerate() {
            walk.seen.block |= matches!(way.to, To::Sideways(_));
            if way.most.is_some() {
                let slot = walk.slots.len();
                walk.slots.insert((spot, n), slot);
            }
        }
    }
    walk.visited.extend(made.withdrawn.map(|to| (to, None)));
    let mut states: Vec<State> = Vec::new();
    let mut numbers: HashMap<State, usize> = HashMap::new();
    let mut nexts: Vec<Vec<(Mover, Next)>> = Vec::new();
    let start = State {
        main: At { place: 0, from: None },
        open: Vec::new(),
        counts: vec![0; walk.slots.len()],
        data: walk.data[0],
    };
    for data in walk.data.clone() {
        let first = walk.go(State { data, ..start.clone() }, 0, None);
        if let Some(Next::State(first)) = walk.number(first, &mut states, &mut numbers) {
            debug_assert!(first < states.len());
        }
    }
    let mut at = 0;
    while at < states.len() {
        if states.len() > STATES {
            walk.seen.too_many = true;
            return walk.seen;
        }
        let moves = walk.moves(&states[at].clone());
        let moves = moves.into_iter();
        let moves: Vec<_> =
            moves.filter_map(|(mover, to)| Some((mover, walk.number(to, &mut states, &mut numbers)?))).collect();
        nexts.push(moves);
        at += 1;
    }
    walk.seen.stuck |= !all_can_end(&nexts);
    let most = states.iter().flat_map(|state| &state.open).map(|open| open.branches.len()).max().unwrap_or(0);
    for branch in 0..most {
        walk.seen.stuck |= !branch_can_finish(&states, &nexts, branch);
    }
    walk.seen.round = comes_round(&nexts);
    for (spot, _) in spots(made) {
        if !walk.visited.contains(&spot) {
            walk.seen.lost.push(format!("{spot:?}"));
        }
    }
    walk.seen
}

/// What the conditions of the procedure tell apart.
pub fn data_of(made: &Made) -> Vec<Data> {
    let conditions = spots(made).iter().any(|(_, place)| match place {
        Place::Decide { .. } => true,
        place => ways_of(place).iter().any(|way| way.when.is_some()),
    });
    let all = (0..3).flat_map(|kind| [true, false].map(|good| Data { kind, good }));
    if conditions { all.collect() } else { all.take(1).collect() }
}

pub fn spots(made: &Made) -> Vec<(Spot, &Place)> {
    let mut spots = Vec::new();
    for (at, place) in made.places.iter().enumerate() {
        spots.push(((at, None), place));
        if let Place::Block { branches, .. } = place {
            for (b, branch) in branches.iter().enumerate() {
                spots.extend(branch.iter().enumerate().map(|(n, place)| ((at, Some((b, n))), place)));
            }
        }
    }
    spots
}

pub fn ways_of(place: &Place) -> &[Way] {
    match place {
        Place::Staff { ways, .. } | Place::Wait { ways, .. } => ways,
        _ => &[],
    }
}

#[derive(Clone, Debug)]
enum Come {
    State(State),
    Ended,
    /// The machine has no way on: it would stop with a fault.
    Broken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    State(usize),
    Ended,
}

impl Walk<'_> {
    fn number(&mut self, come: Come, states: &mut Vec<State>, numbers: &mut HashMap<State, usize>) -> Option<Next> {
        match come {
            Come::Ended => Some(Next::Ended),
            Come::Broken => {
                self.seen.stuck = true;
                None
            }
            Come::State(state) => Some(Next::State(*numbers.entry(state).or_insert_with_key(|state| {
                states.push(state.clone());
                states.len() - 1
            }))),
        }
    }

    /// Comes to a place of the main line and on, through decisions, to where the case rests or ends.
    fn go(&mut self, mut state: State, mut to: usize, from: Option<usize>) -> Come {
        for _ in 0..=self.made.places.len() {
            self.visited.insert((to, None));
            match &self.made.places[to] {
                Place::Decide { rules } => {
                    let Some((_, next)) = rules.iter().find(|(when, _)| when.is_none_or(|c| c.holds(state.data)))
                    else {
                        return Come::Broken;
                    };
                    to = *next;
                }
                Place::End { .. } => return Come::Ended,
                Place::Staff { .. } | Place::Wait { .. } => {
                    state.main = At { place: to, from };
                    return Come::State(state);
                }
                Place::Block { branches, .. } => {
                    let firsts: Vec<&Place> = branches.iter().map(|branch| &branch[0]).collect();
                    if firsts.iter().any(|place| !matches!(place, Place::Staff { .. } | Place::Wait { .. })) {
                        return Come::Broken;
                    }
                    for branch in 0..branches.len() {
                        self.visited.insert((to, Some((branch, 0))));
                    }
                    return Come::State(opened(state, to, from, branches.len()));
                }
                Place::Ask { units, .. } => return Come::State(opened(state, to, from, *units)),
            }
        }
        self.seen.round = true;
        Come::Broken
    }

    fn moves(&mut self, state: &State) -> Vec<(Mover, Come)> {
        let mut moves = Vec::new();
        let made = self.made;
        for (n, way) in ways_of(&made.places[state.main.place]).iter().enumerate() {
            for next in self.taken(state, ((state.main.place, None), n), way) {
                match way.to {
                    To::Place(to) => moves.push((None, self.go(next, to, Some(state.main.place)))),
                    To::Origin => {
                        let origin = state.main.from.map(|from| self.go(next, from, Some(state.main.place)));
                        moves.extend(origin.map(|come| (None, come)));
                    }
                    To::Join | To::Sideways(_) => self.seen.block = true,
                }
            }
        }
        if let Place::Wait { late, .. } = &made.places[state.main.place] {
            moves.push((None, self.go(state.clone(), *late, Some(state.main.place))));
        }
        for (o, open) in state.open.iter().enumerate() {
            for (b, at) in open.branches.iter().enumerate() {
                let Some(at) = *at else { continue };
                let mover = (!open.left).then_some(b);
                match &made.places[open.block] {
                    Place::Block { branches, .. } => {
                        for come in self.inside(state, (o, b), at, &branches[b]) {
                            moves.push((mover, come));
                        }
                    }
                    _ => {
                        let come = self.close(state.clone(), (o, b));
                        moves.push((mover, come));
                    }
                }
            }
        }
        moves
    }

    /// The states after a way out was taken, one for each of the data that its condition allows: whoever takes it says
    /// what they are.
    fn taken(&self, state: &State, spot: (Spot, usize), way: &Way) -> Vec<State> {
        let mut next = state.clone();
        if let (Some(slot), Some(most)) = (self.slots.get(&spot), way.most) {
            if u32::from(next.counts[*slot]) >= most {
                return Vec::new();
            }
            next.counts[*slot] += 1;
        }
        let fits = self.data.iter().filter(|data| way.when.is_none_or(|when| when.holds(**data)));
        fits.map(|data| State { data: *data, ..next.clone() }).collect()
    }

    /// What a branch may do.
    fn inside(&mut self, state: &State, (o, b): (usize, usize), at: At, branch: &[Place]) -> Vec<Come> {
        let block = state.open[o].block;
        let mut comes = Vec::new();
        let mut targets: Vec<(State, Option<usize>)> = Vec::new();
        for (n, way) in ways_of(&branch[at.place]).iter().enumerate() {
            for next in self.taken(state, ((block, Some((b, at.place))), n), way) {
                match way.to {
                    To::Place(to) => targets.push((next, Some(to))),
                    To::Origin => targets.extend(at.from.map(|from| (next, Some(from)))),
                    To::Join => targets.push((next, None)),
                    To::Sideways(_) => self.seen.block = true,
                }
            }
        }
        if let Place::Wait { late, .. } = &branch[at.place] {
            targets.push((state.clone(), Some(*late)));
        }
        for (mut next, to) in targets {
            let Some(mut to) = to else {
                comes.push(self.close(next, (o, b)));
                continue;
            };
            let mut rounds = 0;
            let come = loop {
                self.visited.insert((block, Some((b, to))));
                rounds += 1;
                match &branch[to] {
                    Place::Decide { rules } if rounds <= branch.len() => {
                        match rules.iter().find(|(when, _)| when.is_none_or(|c| c.holds(next.data))) {
                            Some((_, then)) => to = *then,
                            None => break Come::Broken,
                        }
                    }
                    Place::Decide { .. } => {
                        self.seen.round = true;
                        break Come::Broken;
                    }
                    _ => {
                        next.open[o].branches[b] = Some(At { place: to, from: Some(at.place) });
                        break Come::State(next);
                    }
                }
            };
            comes.push(come);
        }
        comes
    }

    /// A branch has done its part.
    fn close(&mut self, mut state: State, (o, b): (usize, usize)) -> Come {
        let open = &mut state.open[o];
        open.branches[b] = None;
        if open.left {
            // Nobody waits for it.
            if open.branches.iter().all(Option::is_none) {
                state.open.remove(o);
            }
            return Come::State(state);
        }
        open.answered += 1;
        let (Place::Block { join, goes_on, to, .. } | Place::Ask { join, goes_on, to, .. }) =
            &self.made.places[open.block]
        else {
            return Come::Broken;
        };
        let enough = join.of(open.branches.len());
        let alive = open.branches.iter().any(Option::is_some);
        if open.answered < enough && alive {
            return Come::State(state);
        }
        self.seen.block |= open.answered < enough;
        let block = open.block;
        if *goes_on && alive && !matches!(join, Join::All) {
            open.left = true;
        } else {
            state.open.remove(o);
        }
        self.go(state, *to, Some(block))
    }
}

/// A block begins, its branches anew; what was left of it is not waited for.
fn opened(mut state: State, block: usize, from: Option<usize>, many: usize) -> State {
    state.open.retain(|open| open.block != block);
    state.main = At { place: block, from };
    let first = Some(At { place: 0, from: None });
    state.open.push(Open { block, branches: vec![first; many], answered: 0, left: false });
    state.open.sort_by_key(|open| open.block);
    state
}

/// Whether from every state an end can be come to.
fn all_can_end(nexts: &[Vec<(Mover, Next)>]) -> bool {
    let mut can: Vec<bool> = nexts.iter().map(|moves| moves.iter().any(|(_, next)| *next == Next::Ended)).collect();
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); nexts.len()];
    for (n, moves) in nexts.iter().enumerate() {
        for (_, next) in moves {
            if let Next::State(to) = next {
                before[*to].push(n);
            }
        }
    }
    spread(&mut can, &before);
    can.iter().all(|can| *can)
}

/// Whatever leads to something marked is marked.
fn spread(marked: &mut [bool], before: &[Vec<usize>]) {
    let mut stack: Vec<usize> = (0..marked.len()).filter(|n| marked[*n]).collect();
    while let Some(n) = stack.pop() {
        for earlier in &before[n] {
            if !std::mem::replace(&mut marked[*earlier], true) {
                stack.push(*earlier);
            }
        }
    }
}

/// Whether a branch of the block that a case rests in can, by what is done in it alone, do its part: from every state in
/// which it is open.
fn branch_can_finish(states: &[State], nexts: &[Vec<(Mover, Next)>], branch: usize) -> bool {
    let here = |state: &State| {
        let open = state.open.iter().find(|open| open.block == state.main.place && !open.left)?;
        open.branches.get(branch).copied().flatten().map(|at| (open.block, at))
    };
    // Done where the branch is closed, or the block has joined, after its own move.
    let mut can: Vec<bool> = states.iter().map(|state| here(state).is_none()).collect();
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); states.len()];
    for (n, moves) in nexts.iter().enumerate().filter(|(n, _)| here(&states[*n]).is_some()) {
        for (_, next) in moves.iter().filter(|(mover, _)| *mover == Some(branch)) {
            let block = |state: &State| here(state).map(|(block, _)| block);
            match next {
                Next::State(to) if block(&states[*to]) == block(&states[n]) => before[*to].push(n),
                Next::State(_) | Next::Ended => can[n] = true,
            }
        }
    }
    spread(&mut can, &before);
    can.iter().all(|can| *can)
}

/// Whether a state can come again: taking away, again and again, what leads nowhere leaves something.
fn comes_round(nexts: &[Vec<(Mover, Next)>]) -> bool {
    let mut left: Vec<usize> = vec![0; nexts.len()];
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); nexts.len()];
    for (n, moves) in nexts.iter().enumerate() {
        for (_, next) in moves {
            if let Next::State(to) = next {
                left[n] += 1;
                before[*to].push(n);
            }
        }
    }
    let mut stack: Vec<usize> = (0..nexts.len()).filter(|n| left[*n] == 0).collect();
    let mut gone = stack.len();
    while let Some(n) = stack.pop() {
        for earlier in &before[n] {
            left[*earlier] -= 1;
            if left[*earlier] == 0 {
                stack.push(*earlier);
                gone += 1;
            }
        }
    }
    gone < nexts.len()
}
