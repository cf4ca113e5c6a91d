//! What is surely in a case, and what may be, when it comes to a step: fields filled and papers made on the way.
//!
//! A forward walk over the ways to a fixed point: what is sure is what every way brings (intersection), what may be is
//! what some way brings (union). It may not know what anybody will type.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::call::Call;
use crate::definition::guard::{Expr, Guard};
use crate::definition::procedure::{
    Anytime, Applies, Bodies, BranchStart, Join, Late, Limit, Parallel, Procedure, Step, StepKind, Target, Transition,
};
use crate::ids::{BranchKey, DocumentId, FieldId, StepId, Verb};

/// One way from a step to another, as the case walks it.
#[derive(Clone, Debug)]
pub struct Way<'a> {
    pub from: &'a StepId,
    pub to: &'a StepId,
    pub verb: Option<&'a Verb>,
    pub transition: Option<&'a Transition>,
    /// Ends a branch of this block.
    pub joins: Option<(&'a StepId, &'a BranchKey)>,
}

/// Every way of a procedure, `origin` led back to wherever the case may have come from, anytime ways from every open
/// step of the main line.
pub fn ways(procedure: &Procedure) -> Vec<Way<'_>> {
    let mut ways = Vec::new();
    for step in procedure.steps.values() {
        ways.extend(out_of(procedure, step));
    }
    let mut origins = Vec::new();
    for step in procedure.steps.values() {
        for (verb, transition) in step.actions().into_iter().flatten().filter(|(_, way)| way.to == Target::Origin) {
            let before: BTreeSet<&StepId> =
                ways.iter().filter(|way: &&Way<'_>| *way.to == step.id).map(|way| way.from).collect();
            origins.extend(before.into_iter().map(|to| Way {
                from: &step.id,
                to,
                verb: Some(verb),
                transition: Some(transition),
                joins: None,
            }));
        }
    }
    ways.extend(origins);
    for (verb, anytime) in &procedure.anytime {
        let Anytime::Go(transition) = anytime else { continue };
        let Target::Step(to) = &transition.to else { continue };
        let open =
            procedure.steps.values().filter(|step| step.inside.is_none() && !matches!(step.kind, StepKind::End(_)));
        ways.extend(open.map(|step| Way {
            from: &step.id,
            to,
            verb: Some(verb),
            transition: Some(transition),
            joins: None,
        }));
    }
    ways
}

fn out_of<'a>(procedure: &'a Procedure, step: &'a Step) -> Vec<Way<'a>> {
    let plain = |to: &'a StepId| Way { from: &step.id, to, verb: None, transition: None, joins: None };
    let mut ways = Vec::new();
    for (verb, transition) in step.actions().into_iter().flatten() {
        let way = |to, joins| Way { from: &step.id, to, verb: Some(verb), transition: Some(transition), joins };
        match (&transition.to, &step.inside) {
            (Target::Step(to), _) => ways.push(way(to, None)),
            (Target::Join, Some((block, key))) => {
                if let Some(StepKind::Parallel(parallel)) = procedure.step(block).map(|block| &block.kind) {
                    ways.push(way(&parallel.to, Some((block, key))));
                }
            }
            (Target::Join, None) | (Target::Origin, _) => {}
        }
    }
    match &step.kind {
        StepKind::Wait(wait) => {
            if let Some(Late::To(to)) = &wait.late {
                ways.push(plain(to));
            }
        }
        StepKind::Decision(rules) => ways.extend(rules.iter().map(|rule| plain(&rule.then))),
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { .. } => ways.push(plain(&block.to)),
            Bodies::Branches(branches) => ways.extend(branches.values().map(|branch| plain(&branch.start))),
        },
        StepKind::End(end) => ways.extend(end.reopen.iter().map(|reopen| plain(&reopen.to))),
        StepKind::Call(call) => {
            for target in call.uses.to.targets() {
                match (target, &step.inside) {
                    (Target::Step(to), _) => ways.push(plain(to)),
                    (Target::Join, Some((block, key))) => {
                        if let Some(StepKind::Parallel(parallel)) = procedure.step(block).map(|block| &block.kind) {
                            ways.push(Way { joins: Some((block, key)), ..plain(&parallel.to) });
                        }
                    }
                    (Target::Join, None) | (Target::Origin, _) => {}
                }
            }
        }
        StepKind::Staff(_) => {}
    }
    ways
}

/// The fields surely filled when a case comes to each step; steps no case comes to are not in it.
pub fn surely_filled(procedure: &Procedure) -> BTreeMap<StepId, BTreeSet<FieldId>> {
    let always: BTreeSet<FieldId> = asked_at_opening(procedure).into_iter().collect();
    let mut given: Vec<BTreeSet<FieldId>> =
        asked_at_start(procedure).into_iter().map(|own| always.iter().cloned().chain(own).collect()).collect();
    for (given, choice) in given.iter_mut().zip(&procedure.start) {
        if !received_by_staff(procedure, &choice.then, &mut BTreeSet::new()) {
            given.extend(required(procedure));
        }
    }
    surely(procedure, &given, |way| fields_of(procedure, way))
}

/// Whether a case that begins there may rest with an official first. Where none receives it, whoever opens it is asked
/// for what every case must have.
fn received_by_staff<'a>(procedure: &'a Procedure, step: &'a StepId, seen: &mut BTreeSet<&'a StepId>) -> bool {
    match procedure.step(step).map(|step| &step.kind) {
        Some(StepKind::Decision(rules)) if seen.insert(step) => {
            rules.iter().any(|rule| received_by_staff(procedure, &rule.then, seen))
        }
        Some(StepKind::Staff(_)) | None => true,
        Some(_) => false,
    }
}

/// The fields that no official lets a case go on without.
pub fn required(procedure: &Procedure) -> impl Iterator<Item = FieldId> {
    procedure.fields.iter().filter(|(_, field)| field.required).map(|(id, _)| id.clone())
}

/// The steps at which a case may stand when it is opened, decisions included: what they read is asked of the opener.
pub fn opened_at(procedure: &Procedure) -> BTreeSet<StepId> {
    let mut steps: BTreeSet<StepId> = BTreeSet::new();
    let mut next: Vec<&StepId> = procedure.start.iter().map(|choice| &choice.then).collect();
    while let Some(id) = next.pop() {
        if steps.insert(id.clone())
            && let Some(StepKind::Decision(rules)) = procedure.step(id).map(|step| &step.kind)
        {
            next.extend(rules.iter().map(|rule| &rule.then));
        }
    }
    steps
}

/// The opener is asked for what decides by which variant a case is handled and how long it may take: the first
/// condition of a list is always looked at, those after it only where it does not hold.
fn asked_at_opening(procedure: &Procedure) -> Vec<FieldId> {
    let first = procedure.variants.values().next().map(|variant| &variant.applies);
    let mut fields = match first {
        Some(Applies::When(guard)) => read_always(guard),
        Some(Applies::Codes(_)) | None => Vec::new(),
    };
    // A variant may have a limit of its own, which is then counted by.
    let own = procedure.variants.values().all(|variant| variant.case.is_none());
    if let (Limit::Choose(choices), None, true) = (&procedure.case.within, &procedure.case.starts, own) {
        fields.extend(choices.first().and_then(|choice| choice.when.as_ref()).into_iter().flat_map(read_always));
    }
    fields
}

/// What is filled where a case begins by each choice of `start`: its condition holds, and those above it do not.
fn asked_at_start(procedure: &Procedure) -> Vec<Vec<FieldId>> {
    let mut above: Vec<FieldId> = Vec::new();
    let mut asked = Vec::new();
    for choice in &procedure.start {
        let own = choice.when.iter().flat_map(wanted);
        asked.push(above.iter().cloned().chain(own).collect());
        above.extend(choice.when.iter().flat_map(read_always));
    }
    asked
}

/// The fields without which nothing can be said of a condition: all it reads, where no part of it can settle it alone.
fn read_always(guard: &Guard) -> Vec<FieldId> {
    fn plain(expr: &Expr) -> bool {
        match expr {
            Expr::Or(..) | Expr::And(..) | Expr::Has(_) => false,
            Expr::Not(inner) => plain(inner),
            Expr::Compare(_, a, b) | Expr::In(a, b) | Expr::Arith(_, a, b) => plain(a) && plain(b),
            Expr::Literal(_) | Expr::Field(_) | Expr::Fact(_) => true,
        }
    }
    if plain(guard.expr()) { guard.fields() } else { Vec::new() }
}

/// The papers that may have been made when a case comes to each step: each paper wherever a case may come to from where
/// it is made.
pub fn maybe_made(procedure: &Procedure) -> BTreeMap<StepId, BTreeSet<DocumentId>> {
    let ways = ways(procedure);
    let mut onward: BTreeMap<&StepId, Vec<&StepId>> = BTreeMap::new();
    ways.iter().for_each(|way| onward.entry(way.from).or_default().push(way.to));
    let reached = come_to(&onward, procedure.start.iter().map(|choice| &choice.then).collect());
    let mut made: BTreeMap<DocumentId, Vec<&StepId>> = BTreeMap::new();
    for way in ways.iter().filter(|way| reached.contains(way.from)) {
        let asked = match procedure.step(way.from).map(|step| &step.kind) {
            Some(StepKind::Parallel(Parallel { bodies: Bodies::ForEach { makes, .. }, .. })) => makes.as_slice(),
            _ => &[],
        };
        for paper in made_by(procedure, way).into_iter().chain(asked.iter().cloned()) {
            made.entry(paper).or_default().push(way.to);
        }
    }
    let mut at: BTreeMap<StepId, BTreeSet<DocumentId>> =
        reached.into_iter().map(|step| (step.clone(), BTreeSet::new())).collect();
    for (paper, to) in made {
        for step in come_to(&onward, to) {
            at.entry(step.clone()).or_default().insert(paper.clone());
        }
    }
    at
}

/// Every step that a case may come to from some, these included.
fn come_to<'a>(onward: &BTreeMap<&'a StepId, Vec<&'a StepId>>, from: Vec<&'a StepId>) -> BTreeSet<&'a StepId> {
    let (mut seen, mut open) = (BTreeSet::new(), from);
    while let Some(step) = open.pop() {
        if seen.insert(step) {
            open.extend(onward.get(step).into_iter().flatten());
        }
    }
    seen
}

/// What a way fills: what its action and, going on, its step want, and what its condition must have seen.
pub fn fields_of(procedure: &Procedure, way: &Way<'_>) -> Vec<FieldId> {
    // What a called case gives back is taken for given: whether it gives it is for the checks over both files.
    if let Some(call) = called(procedure, way) {
        return call.uses.take.fields.keys().cloned().collect();
    }
    let Some(transition) = way.transition else { return Vec::new() };
    let mut fields = transition.needs.fields.clone();
    if let Some(StepKind::Staff(staff)) = procedure.step(way.from).map(|step| &step.kind)
        && procedure.goes_on(transition)
    {
        fields.extend(staff.needs.fields.iter().cloned());
        if !transition.signal {
            fields.extend(required(procedure));
        }
    }
    fields.extend(transition.when.iter().flat_map(wanted));
    fields
}

/// The called case whose end a way is.
fn called<'a>(procedure: &'a Procedure, way: &Way<'_>) -> Option<&'a Call> {
    match (&procedure.step(way.from)?.kind, way.verb) {
        (StepKind::Call(call), None) => Some(call),
        _ => None,
    }
}

/// What a way makes.
fn made_by(procedure: &Procedure, way: &Way<'_>) -> Vec<DocumentId> {
    if let Some(call) = called(procedure, way) {
        return call.uses.take.documents.keys().cloned().collect();
    }
    let Some(transition) = way.transition else { return Vec::new() };
    let mut papers = transition.makes.clone();
    if let Some(StepKind::Staff(staff)) = procedure.step(way.from).map(|step| &step.kind)
        && procedure.goes_on(transition)
    {
        papers.extend(staff.makes.iter().cloned());
    }
    papers
}

/// What a way makes or brings.
pub fn papers_of(procedure: &Procedure, way: &Way<'_>) -> Vec<DocumentId> {
    if let Some(call) = called(procedure, way) {
        return call.uses.take.documents.keys().cloned().collect();
    }
    let Some(transition) = way.transition else { return Vec::new() };
    let mut papers: Vec<DocumentId> = transition.makes.iter().chain(&transition.needs.documents).cloned().collect();
    if let Some(StepKind::Staff(staff)) = procedure.step(way.from).map(|step| &step.kind)
        && procedure.goes_on(transition)
    {
        papers.extend(staff.makes.iter().chain(&staff.needs.documents).cloned());
    }
    papers
}

/// The fields without which a condition cannot hold: all it reads, where nothing in it is an alternative.
pub fn wanted(guard: &Guard) -> Vec<FieldId> {
    fn plain(expr: &Expr) -> bool {
        match expr {
            Expr::Or(..) | Expr::Has(_) => false,
            Expr::Not(inner) => !matches!(**inner, Expr::And(..)) && plain(inner),
            Expr::And(a, b) | Expr::Compare(_, a, b) | Expr::In(a, b) | Expr::Arith(_, a, b) => plain(a) && plain(b),
            Expr::Literal(_) | Expr::Field(_) | Expr::Fact(_) => true,
        }
    }
    if plain(guard.expr()) { guard.fields() } else { Vec::new() }
}

/// The greatest fixed point of what every way brings: a step is looked at again when something before it has changed.
fn surely<'a, T: Clone + Ord>(
    procedure: &'a Procedure,
    given: &[BTreeSet<T>],
    gains: impl Fn(&Way<'_>) -> Vec<T>,
) -> BTreeMap<StepId, BTreeSet<T>> {
    let ways: Vec<(Way<'a>, Vec<T>)> = ways(procedure).into_iter().map(|way| (way.clone(), gains(&way))).collect();
    let into = Leading::of(procedure, &ways);
    let mut at: BTreeMap<StepId, BTreeSet<T>> = BTreeMap::new();
    let mut open: BTreeSet<usize> = BTreeSet::new();
    let number = |step: &StepId| procedure.steps.get_index_of(step);
    open.extend(procedure.start.iter().filter_map(|choice| number(&choice.then)));
    // Those first in the file are mostly first on the way.
    while let Some(step) = open.pop_first().and_then(|n| procedure.steps.get_index(n)).map(|(id, _)| id) {
        let starts = procedure.start.iter().zip(given).filter(|(choice, _)| choice.then == *step);
        let mut brought: Option<BTreeSet<T>> = None;
        starts.for_each(|(_, given)| common(&mut brought, given.clone()));
        for n in into.plain.get(step).into_iter().flatten() {
            after(&at, &ways[*n]).into_iter().for_each(|after| common(&mut brought, after));
        }
        for (block, parallel, branches) in into.blocks.get(step).into_iter().flatten() {
            let mut joined: BTreeMap<&BranchKey, BTreeSet<T>> = BTreeMap::new();
            for key in branches.keys() {
                let ends = into.ends.get(&(*block, key)).into_iter().flatten();
                let mut own = None;
                ends.filter_map(|n| after(&at, &ways[*n])).for_each(|after| common(&mut own, after));
                joined.extend(own.map(|own| (key, own)));
            }
            of_block(parallel, branches, &joined).into_iter().for_each(|after| common(&mut brought, after));
        }
        if let Some(brought) = brought.filter(|brought| at.get(step) != Some(brought)) {
            at.insert(step.clone(), brought);
            open.extend(into.onward.get(step).into_iter().flatten().filter_map(|to| number(to)));
        }
    }
    at
}

/// What is there after a way, where something is known of the step it leads from.
fn after<T: Clone + Ord>(at: &BTreeMap<StepId, BTreeSet<T>>, (way, gains): &(Way<'_>, Vec<T>)) -> Option<BTreeSet<T>> {
    Some(at.get(way.from)?.iter().chain(gains).cloned().collect())
}

/// The ways by where they lead, as numbers.
struct Leading<'a> {
    plain: BTreeMap<&'a StepId, Vec<usize>>,
    /// Those that end a branch.
    ends: BTreeMap<(&'a StepId, &'a BranchKey), Vec<usize>>,
    /// Blocks by where they go on.
    blocks: BTreeMap<&'a StepId, Vec<Block<'a>>>,
    /// Where each step leads, through its block where it ends a branch.
    onward: BTreeMap<&'a StepId, Vec<&'a StepId>>,
}

type Block<'a> = (&'a StepId, &'a Parallel, &'a indexmap::IndexMap<BranchKey, BranchStart>);

impl<'a> Leading<'a> {
    fn of<T>(procedure: &'a Procedure, ways: &[(Way<'a>, Vec<T>)]) -> Leading<'a> {
        let mut into =
            Leading { plain: BTreeMap::new(), ends: BTreeMap::new(), blocks: BTreeMap::new(), onward: BTreeMap::new() };
        for (n, (way, _)) in ways.iter().enumerate() {
            into.onward.entry(way.from).or_default().push(way.to);
            match way.joins {
                Some(branch) => into.ends.entry(branch).or_default().push(n),
                None => into.plain.entry(way.to).or_default().push(n),
            }
        }
        for step in procedure.steps.values() {
            if let StepKind::Parallel(block) = &step.kind
                && let Bodies::Branches(branches) = &block.bodies
            {
                into.blocks.entry(&block.to).or_default().push((&step.id, block, branches));
            }
        }
        into
    }
}

/// Where all branches must end, each brings its own; else only what all of them bring is sure.
fn of_block<T: Clone + Ord>(
    block: &Parallel,
    branches: &indexmap::IndexMap<BranchKey, BranchStart>,
    joined: &BTreeMap<&BranchKey, BTreeSet<T>>,
) -> Option<BTreeSet<T>> {
    if block.join == Join::All {
        return (joined.len() == branches.len()).then(|| joined.values().flatten().cloned().collect());
    }
    let mut all = None;
    joined.values().for_each(|ended| common(&mut all, ended.clone()));
    all
}

/// What was common so far and here as well.
fn common<T: Ord>(so_far: &mut Option<BTreeSet<T>>, here: BTreeSet<T>) {
    match so_far {
        Some(known) => known.retain(|item| here.contains(item)),
        None => *so_far = Some(here),
    }
}
