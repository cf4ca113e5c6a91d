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

/// The papers that may have been made when a case comes to each step.
pub fn maybe_made(procedure: &Procedure) -> BTreeMap<StepId, BTreeSet<DocumentId>> {
    let ways = ways(procedure);
    let mut at: BTreeMap<StepId, BTreeSet<DocumentId>> =
        procedure.start.iter().map(|choice| (choice.then.clone(), BTreeSet::new())).collect();
    loop {
        let mut grown = false;
        for way in &ways {
            let Some(before) = at.get(way.from) else { continue };
            let mut after = before.clone();
            after.extend(made_by(procedure, way));
            if let Some(Step {
                kind: StepKind::Parallel(Parallel { bodies: Bodies::ForEach { makes, .. }, .. }), ..
            }) = procedure.step(way.from)
            {
                after.extend(makes.iter().cloned());
            }
            match at.get_mut(way.to) {
                Some(known) => {
                    let count = known.len();
                    known.extend(after);
                    grown |= known.len() > count;
                }
                None => {
                    at.insert(way.to.clone(), after);
                    grown = true;
                }
            }
        }
        if !grown {
            return at;
        }
    }
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

/// The greatest fixed point of what every way brings.
fn surely<T: Clone + Ord>(
    procedure: &Procedure,
    given: &[BTreeSet<T>],
    gains: impl Fn(&Way<'_>) -> Vec<T>,
) -> BTreeMap<StepId, BTreeSet<T>> {
    let ways: Vec<(Way<'_>, Vec<T>)> = ways(procedure).into_iter().map(|way| (way.clone(), gains(&way))).collect();
    let mut at: BTreeMap<StepId, BTreeSet<T>> = BTreeMap::new();
    loop {
        let mut next: BTreeMap<StepId, BTreeSet<T>> = BTreeMap::new();
        for (choice, given) in procedure.start.iter().zip(given) {
            meet(&mut next, &choice.then, given.clone());
        }
        let mut joined: BTreeMap<(&StepId, &BranchKey), BTreeSet<T>> = BTreeMap::new();
        for (way, gains) in &ways {
            let Some(before) = at.get(way.from) else { continue };
            let after: BTreeSet<T> = before.iter().chain(gains).cloned().collect();
            match way.joins {
                Some(branch) => match joined.get_mut(&branch) {
                    Some(known) => known.retain(|item| after.contains(item)),
                    None => drop(joined.insert(branch, after)),
                },
                None => meet(&mut next, way.to, after),
            }
        }
        for step in procedure.steps.values() {
            if let StepKind::Parallel(block) = &step.kind
                && let Bodies::Branches(branches) = &block.bodies
                && let Some(after) = of_block(&step.id, block, branches, &joined)
            {
                meet(&mut next, &block.to, after);
            }
        }
        if next == at {
            return at;
        }
        at = next;
    }
}

/// Where all branches must end, each brings its own; else only what all of them bring is sure.
fn of_block<T: Clone + Ord>(
    id: &StepId,
    block: &Parallel,
    branches: &indexmap::IndexMap<BranchKey, BranchStart>,
    joined: &BTreeMap<(&StepId, &BranchKey), BTreeSet<T>>,
) -> Option<BTreeSet<T>> {
    let ended: Vec<&BTreeSet<T>> = branches.keys().filter_map(|key| joined.get(&(id, key))).collect();
    if block.join == Join::All {
        return (ended.len() == branches.len()).then(|| ended.into_iter().flatten().cloned().collect());
    }
    let mut ended = ended.into_iter();
    let mut common = ended.next()?.clone();
    for other in ended {
        common.retain(|item| other.contains(item));
    }
    Some(common)
}

fn meet<T: Clone + Ord>(at: &mut BTreeMap<StepId, BTreeSet<T>>, step: &StepId, after: BTreeSet<T>) {
    match at.get_mut(step) {
        Some(known) => known.retain(|item| after.contains(item)),
        None => drop(at.insert(step.clone(), after)),
    }
}
