//! The history of a case replayed on a new text: could it have come by it to where it is? Every way that was taken must
//! be there, lead where it led, and be open under the data of that moment; every step it came to must be the same step,
//! unless the text names it. Who did it and how long it took is not asked, but for separation.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::definition::guard::Scope;
use crate::definition::procedure::{Anytime, Bodies, Choice, Join, Late, Means, StepKind, Target, Transition, Units};
use crate::definition::value::Value;
use crate::ids::{BranchId, FieldId, PersonId, StepId, UnitId, Verb};
use crate::machine::event::{BranchOpened, CaseOpened, Event, Taken};
use crate::machine::migration::changed::Texts;
use crate::machine::migration::obstacle::{Obstacle, What};

/// How a branch is on its way to where it rests next.
#[derive(Clone, Debug)]
enum Way {
    /// From outside: the case was opened.
    Start,
    Act {
        step: StepId,
        verb: Verb,
        means: Means,
    },
    /// A wait ran out.
    Late {
        step: StepId,
    },
    /// A block joined.
    Joined {
        block: StepId,
    },
    /// An ended case was opened again.
    Reopened {
        end: StepId,
    },
}

/// A history on the way through the new text.
pub(super) struct Trace<'a> {
    texts: Texts<'a>,
    fields: BTreeMap<FieldId, Value>,
    channel: String,
    code: Option<String>,
    ways: BTreeMap<BranchId, Way>,
    /// From where each branch came to where it is.
    from: BTreeMap<BranchId, Option<StepId>>,
    each: BTreeMap<BranchId, UnitId>,
    /// How often each way was taken, under the new names.
    counts: BTreeMap<(StepId, Verb), u32>,
    doers: BTreeMap<StepId, BTreeSet<PersonId>>,
    ended: Option<StepId>,
    /// Every old step it has been in.
    been: BTreeSet<StepId>,
    /// The names that earlier migrations, not come to yet, gave to steps.
    ahead: VecDeque<&'a BTreeMap<StepId, StepId>>,
    /// Steps of which an earlier migration spoke: what was done there may go by another act.
    free: BTreeSet<StepId>,
    found: BTreeSet<Obstacle>,
}

/// What stands in the way of a history on the new text; `rests` are the steps where it is now.
pub(super) fn replay(texts: Texts<'_>, history: &[&Event], rests: &BTreeSet<StepId>) -> BTreeSet<Obstacle> {
    let mut trace = Trace {
        texts,
        fields: BTreeMap::new(),
        channel: String::new(),
        code: None,
        ways: BTreeMap::new(),
        from: BTreeMap::new(),
        each: BTreeMap::new(),
        counts: BTreeMap::new(),
        doers: BTreeMap::new(),
        ended: None,
        been: BTreeSet::new(),
        ahead: history.iter().filter_map(|event| names(event)).collect(),
        free: BTreeSet::new(),
        found: BTreeSet::new(),
    };
    for event in history {
        trace.event(event);
    }
    trace.steps(rests);
    trace.found
}

impl Trace<'_> {
    fn event(&mut self, event: &Event) {
        match event {
            Event::CaseOpened(opened) => self.opened(opened),
            Event::Taken(taken) => self.taken(taken),
            Event::StepEntered(entered) => {
                let (step, from) = (self.called(&entered.step), entered.from.as_ref().map(|from| self.called(from)));
                self.arrive(entered.branch, &step);
                self.from.insert(entered.branch, from);
                self.been.insert(step);
            }
            Event::BranchOpened(opened) => self.branch(opened),
            Event::Joined { branch, step, answered, silent, cancelled } => {
                let block = self.called(step);
                self.joined(&block, answered + silent, answered + silent + cancelled);
                self.ways.insert(*branch, Way::Joined { block });
            }
            Event::Lapsed { branch, step, .. } => {
                let step = self.called(step);
                self.ways.insert(*branch, Way::Late { step });
            }
            Event::Reopened { .. } => {
                if let Some(end) = self.ended.take() {
                    self.ways.insert(BranchId::MAIN, Way::Reopened { end });
                }
            }
            Event::Ended { step, .. } => {
                let step = self.called(step);
                self.arrive(BranchId::MAIN, &step);
                self.been.insert(step.clone());
                self.ended = Some(step);
            }
            Event::CaseMigrated(_) => drop(self.ahead.pop_front()),
            _ => {}
        }
    }

    /// What the text that the case runs by now calls a step: earlier migrations may have named it anew.
    fn called(&mut self, step: &StepId) -> StepId {
        let mut called = step;
        for names in &self.ahead {
            if let Some(now) = names.get(called) {
                self.free.insert(now.clone());
                called = now;
            }
        }
        called.clone()
    }

    fn is_named(&self, step: &StepId) -> bool {
        self.texts.mapping.names(step) || self.free.contains(step)
    }

    fn opened(&mut self, opened: &CaseOpened) {
        self.fields = opened.fields.clone();
        self.channel = opened.channel.clone();
        self.code = opened.code.clone();
        self.ways.insert(BranchId::MAIN, Way::Start);
    }

    fn taken(&mut self, taken: &Taken) {
        let (step, verb) = (&self.called(&taken.step), &taken.verb);
        let answers = self.each.contains_key(&taken.branch) && taken.to.is_none();
        if !answers {
            self.fields.extend(taken.fields.clone());
        }
        self.separate(step, taken);
        self.count(step, verb);
        if taken.to.is_some() {
            let way = Way::Act { step: step.clone(), verb: verb.clone(), means: taken.means };
            self.ways.insert(taken.branch, way);
        } else if !answers && !self.may_join(step, verb) {
            self.found.insert(Obstacle::HistoryDiffers { step: step.clone(), verb: verb.clone() });
        }
    }

    /// Two steps that one person may not do both.
    fn separate(&mut self, step: &StepId, taken: &Taken) {
        let now = self.texts.mapping.now(step).clone();
        // What the citizen did somebody only wrote down.
        let by = taken.by.iter().chain(&taken.on_behalf_of).filter(|_| taken.party.is_none());
        for person in by.cloned().collect::<Vec<_>>() {
            for separation in self.texts.new.separate.iter().filter(|separation| separation.steps.contains(&now)) {
                for other in separation.steps.iter().filter(|other| **other != now) {
                    if self.doers.get(other).is_some_and(|doers| doers.contains(&person)) {
                        let (step, other) = (now.clone(), other.clone());
                        self.found.insert(Obstacle::Separate { step, other, person: person.clone() });
                    }
                }
            }
            self.doers.entry(now.clone()).or_default().insert(person);
        }
    }

    fn count(&mut self, step: &StepId, verb: &Verb) {
        let now = self.texts.mapping.now(step).clone();
        let new = self.texts.new;
        let own = new.step(&now).and_then(|step| step.actions()).and_then(|actions| actions.get(verb));
        let key = (now, verb.clone());
        *self.counts.entry(key.clone()).or_default() += 1;
        let (at_most, taken) = match (own, new.anytime.get(verb)) {
            (Some(own), _) => (own.at_most, self.counts.get(&key).copied().unwrap_or_default()),
            (None, Some(Anytime::Go(way))) => {
                let everywhere = self.counts.iter().filter(|((_, counted), _)| counted == verb);
                (way.at_most, everywhere.map(|(_, count)| count).sum())
            }
            _ => (None, 0),
        };
        if at_most.is_some_and(|at_most| taken > at_most) {
            self.found.insert(Obstacle::TooOften { step: step.clone(), verb: verb.clone() });
        }
    }

    /// Whether a branch may end by that act, or by another where the text names the step.
    fn may_join(&self, step: &StepId, verb: &Verb) -> bool {
        let now = self.texts.new.step(self.texts.mapping.now(step));
        let Some(actions) = now.and_then(|step| step.actions()) else { return false };
        match actions.get(verb) {
            Some(way) => way.to == Target::Join,
            None => self.is_named(step) && actions.values().any(|way| way.to == Target::Join),
        }
    }

    fn branch(&mut self, opened: &BranchOpened) {
        if let Some(unit) = &opened.each {
            self.each.insert(opened.branch, unit.clone());
        }
        let (step, block) = (self.called(&opened.step), self.called(&opened.block));
        self.been.insert(step.clone());
        self.from.insert(opened.branch, None);
        let block = self.texts.new.step(self.texts.mapping.now(&block));
        let Some(StepKind::Parallel(parallel)) = block.map(|block| &block.kind) else { return };
        let same = match (&parallel.bodies, &opened.each) {
            (Bodies::ForEach { .. }, Some(_)) => true,
            (Bodies::Branches(branches), None) => {
                let start = branches.get(opened.key.as_str()).map(|branch| &branch.start);
                start == Some(self.texts.mapping.now(&step))
            }
            _ => false,
        };
        if !same {
            self.found.insert(Obstacle::PathDiffers { step });
        }
    }

    /// A block joined when so many of so many had said something: that must be enough now.
    fn joined(&mut self, block: &StepId, said: u32, asked: u32) {
        let now = self.texts.new.step(self.texts.mapping.now(block));
        let Some(StepKind::Parallel(parallel)) = now.map(|block| &block.kind) else { return };
        let enough = match parallel.join {
            Join::All => asked,
            Join::Any => 1,
            Join::AtLeast(n) => n.min(asked),
            Join::AtLeastPercent(percent) => (u64::from(asked) * u64::from(percent)).div_ceil(100) as u32,
        };
        if said < enough {
            self.found.insert(Obstacle::PathDiffers { step: block.clone() });
        }
    }

    fn arrive(&mut self, branch: BranchId, at: &StepId) {
        let Some(way) = self.ways.remove(&branch) else { return };
        let rests = self.texts.mapping.now(at).clone();
        let each = self.each.get(&branch);
        let found = match &way {
            Way::Start => {
                let start = self.chosen(&self.texts.new.start, each).and_then(|start| self.rests(start, each));
                (start.as_ref() != Some(&rests)).then(|| Obstacle::PathDiffers { step: at.clone() })
            }
            Way::Act { step, verb, means } => {
                let open = self.leads(branch, step, verb, *means, &rests) || self.is_one(step, at);
                (!open).then(|| Obstacle::HistoryDiffers { step: step.clone(), verb: verb.clone() })
            }
            Way::Late { step } => {
                let open = self.runs_out_to(branch, step, &rests) || self.is_one(step, at);
                (!open).then(|| Obstacle::PathDiffers { step: at.clone() })
            }
            Way::Joined { block } => {
                let now = self.texts.new.step(self.texts.mapping.now(block)).map(|block| &block.kind);
                let to = match now {
                    Some(StepKind::Parallel(parallel)) => self.rests(&parallel.to, each),
                    _ => None,
                };
                let open = to.as_ref() == Some(&rests) || self.is_one(block, at);
                (!open).then(|| Obstacle::PathDiffers { step: at.clone() })
            }
            Way::Reopened { end } => {
                let now = self.texts.new.step(self.texts.mapping.now(end)).map(|end| &end.kind);
                let to = match now {
                    Some(StepKind::End(end)) => end.reopen.as_ref().and_then(|terms| self.rests(&terms.to, each)),
                    _ => None,
                };
                (to.as_ref() != Some(&rests)).then(|| Obstacle::PathDiffers { step: at.clone() })
            }
        };
        self.found.extend(found);
    }

    /// Two old steps are one in the new text, which says so: nothing happened between them.
    fn is_one(&self, from: &StepId, to: &StepId) -> bool {
        let mapping = self.texts.mapping;
        mapping.now(from) == mapping.now(to) && (self.is_named(from) || self.is_named(to))
    }

    /// Whether the act is open in the new text and leads there; in a step that the text names, any act of the same
    /// meaning that does.
    fn leads(&self, branch: BranchId, step: &StepId, verb: &Verb, means: Means, to: &StepId) -> bool {
        let new = self.texts.new;
        let Some(now) = new.step(self.texts.mapping.now(step)) else { return false };
        let open =
            |way: &Transition| way.means == means && self.is_open(branch, way) && self.is_target(branch, way, to);
        let Some(actions) = now.actions() else {
            return matches!(new.anytime.get(verb), Some(Anytime::Go(way)) if open(way));
        };
        match (actions.get(verb), new.anytime.get(verb)) {
            (Some(way), _) if open(way) => true,
            (None, Some(Anytime::Go(way))) if open(way) => true,
            _ => self.is_named(step) && actions.values().any(open),
        }
    }

    fn runs_out_to(&self, branch: BranchId, step: &StepId, to: &StepId) -> bool {
        let now = self.texts.new.step(self.texts.mapping.now(step));
        let Some(StepKind::Wait(wait)) = now.map(|step| &step.kind) else { return false };
        match &wait.late {
            Some(Late::To(late)) => self.rests(late, self.each.get(&branch)).as_ref() == Some(to),
            Some(Late::Do(verb)) => wait.actions.get(verb).is_some_and(|way| self.is_target(branch, way, to)),
            None => false,
        }
    }

    fn is_target(&self, branch: BranchId, way: &Transition, to: &StepId) -> bool {
        match &way.to {
            Target::Step(step) => self.rests(step, self.each.get(&branch)).as_ref() == Some(to),
            Target::Origin => {
                let from = self.from.get(&branch).and_then(Option::as_ref);
                from.is_some_and(|from| self.texts.mapping.now(from) == to)
            }
            Target::Join => false,
        }
    }

    fn is_open(&self, branch: BranchId, way: &Transition) -> bool {
        let scope = self.scope(self.each.get(&branch));
        way.when.as_ref().is_none_or(|guard| guard.judge(&scope) == Some(true))
    }

    fn scope<'s>(&'s self, each: Option<&'s UnitId>) -> Scope<'s> {
        Scope { fields: &self.fields, channel: &self.channel, code: self.code.as_deref(), each }
    }

    /// The first choice that holds under the data of the moment.
    fn chosen<'c, T>(&self, choices: &'c [Choice<T>], each: Option<&UnitId>) -> Option<&'c T> {
        let holds = |choice: &&Choice<T>| choice.when.as_ref().is_none_or(|g| g.judge(&self.scope(each)) == Some(true));
        choices.iter().find(holds).map(|choice| &choice.then)
    }

    /// Where somebody who is sent to a step of the new text comes to rest: decisions and blocks that ask nobody lead on.
    fn rests(&self, to: &StepId, each: Option<&UnitId>) -> Option<StepId> {
        let mut at = to;
        for _ in 0..=self.texts.new.steps.len() {
            at = match &self.texts.new.step(at)?.kind {
                StepKind::Decision(rules) => self.chosen(rules, each)?,
                StepKind::Parallel(parallel) if self.asks_nobody(&parallel.bodies) => &parallel.to,
                _ => return Some(at.clone()),
            };
        }
        None
    }

    fn asks_nobody(&self, bodies: &Bodies) -> bool {
        match bodies {
            Bodies::ForEach { units: Units::Named(units), .. } => units.is_empty(),
            Bodies::ForEach { units: Units::Field(field), .. } => {
                let units = self.fields.get(field).map(|value| value.as_units().is_some_and(|units| units.is_empty()));
                units.unwrap_or(true)
            }
            Bodies::Branches(branches) => branches.is_empty(),
        }
    }

    /// Every step it has been in must be there and be the same, unless the text names it.
    fn steps(&mut self, rests: &BTreeSet<StepId>) {
        let Texts { old, new, mapping } = self.texts;
        for id in &self.been {
            let Some(before) = old.step(id) else { continue };
            let Some(after) = new.step(mapping.now(id)) else {
                // Where it rests that is told of more plainly.
                if !rests.contains(id) {
                    self.found.insert(Obstacle::StepRemoved { step: id.clone() });
                }
                continue;
            };
            if mapping.names(id) {
                continue;
            }
            let here = rests.contains(id);
            let obstacle = match self.texts.changed(before, after) {
                None => continue,
                Some(What::Kind) if here => continue,
                Some(What::Holder) if here => Obstacle::HolderChanged { step: id.clone() },
                // Who had it and what had to be there counted when it was left.
                Some(What::Holder | What::Needs) if !here => continue,
                Some(what) => Obstacle::StepChanged { step: id.clone(), what },
            };
            // That the step changed says also why what was done there cannot be done so.
            let told = |other: &Obstacle| matches!(other, Obstacle::HistoryDiffers { step, .. } | Obstacle::TooOften { step, .. } if step == id);
            self.found.retain(|other| !told(other));
            self.found.insert(obstacle);
        }
    }
}

/// What a migration called the steps.
fn names(event: &Event) -> Option<&BTreeMap<StepId, StepId>> {
    match event {
        Event::CaseMigrated(moved) => Some(&moved.steps),
        _ => None,
    }
}
