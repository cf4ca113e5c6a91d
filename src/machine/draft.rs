//! A decision in the making: the case as it stands after each event decided so far. What `evolve` refuses is refused
//! here, so a decision never holds an event that could not be replayed.

use crate::definition::guard;
use crate::definition::procedure::{Choice, Limit, Procedure, Step, Variant};
use crate::directory::Directory;
use crate::ids::{BranchId, CaseId, PersonId, StepId, Ts, UnitId, Verb};
use crate::machine::case::{Branch, Case};
use crate::machine::command::Actor;
use crate::machine::event::Event;
use crate::machine::evolve::{apply, evolve};
use crate::machine::refusal::Refusal;
use crate::machine::rules::Rules;
use crate::machine::words;

/// The case as decided so far, and the events that made it so.
pub(super) struct Draft<'a> {
    pub rules: Rules<'a>,
    pub actor: &'a Actor,
    pub at: Ts,
    case: Case,
    events: Vec<Event>,
    /// Holdings given in this very decision: they count as load before any store knows of them.
    given: Vec<PersonId>,
}

impl<'a> Draft<'a> {
    /// A draft on a case that exists.
    pub fn on(case: Case, rules: Rules<'a>, actor: &'a Actor, at: Ts) -> Draft<'a> {
        Draft { rules, actor, at, case, events: Vec::new(), given: Vec::new() }
    }

    /// A draft on a case that begins with this event.
    pub fn begin(id: &CaseId, opened: Event, rules: Rules<'a>, actor: &'a Actor, at: Ts) -> Result<Draft<'a>, Refusal> {
        let case = evolve(None, id, &opened, at).map_err(words::inconsistent)?;
        Ok(Draft { rules, actor, at, case, events: vec![opened], given: Vec::new() })
    }

    /// Lets an event happen.
    pub fn push(&mut self, event: Event) -> Result<(), Refusal> {
        match &event {
            Event::StepEntered(entered) => self.given.push(entered.holder.person.clone()),
            Event::BranchOpened(opened) => self.given.push(opened.holder.person.clone()),
            _ => {}
        }
        apply(&mut self.case, &event, self.at).map_err(words::inconsistent)?;
        self.events.push(event);
        Ok(())
    }

    /// The act that this decision has recorded last, with its reason.
    pub fn last_act(&self) -> (Option<Verb>, Option<String>) {
        let taken = self.events.iter().rev().find_map(|event| match event {
            Event::Taken(taken) => Some((Some(taken.verb.clone()), taken.reason.clone())),
            Event::StoppedByCaller { verb, reason, .. } => Some((verb.clone(), reason.clone())),
            _ => None,
        });
        taken.unwrap_or_default()
    }

    /// What was decided.
    pub fn events(self) -> Vec<Event> {
        self.events
    }

    /// The case as it stands.
    pub fn case(&self) -> &Case {
        &self.case
    }

    pub fn procedure(&self) -> &'a Procedure {
        self.rules.procedure
    }

    pub fn directory(&self) -> &'a Directory {
        self.rules.directory
    }

    /// The open branch of that number.
    pub fn branch(&self, id: BranchId) -> Result<&Branch, Refusal> {
        self.case.branches.get(&id).ok_or_else(|| words::no_such_branch(self, id))
    }

    /// The step of that id; a text that passed its checks names no other.
    pub fn step(&self, id: &StepId) -> Result<&'a Step, Refusal> {
        self.procedure().step(id).ok_or_else(|| words::broken(format!("the procedure has no step `{id}`")))
    }

    /// Whose limits hold for the case, where the procedure has several.
    pub fn variant(&self) -> Option<&'a Variant> {
        self.procedure().variants.get(self.case.variant.as_ref()?)
    }

    /// The limit of a step in this case: its variant's, or the step's own.
    pub fn limit<'l>(&self, step: &StepId, own: &'l Limit) -> &'l Limit
    where
        'a: 'l,
    {
        self.variant().and_then(|variant| variant.steps.get(step)).unwrap_or(own)
    }

    /// The step a branch rests in.
    pub fn step_of(&self, id: BranchId) -> Result<&'a Step, Refusal> {
        self.step(&self.branch(id)?.step)
    }

    /// The unit a branch asks, inside a `for_each` block.
    pub fn each(&self, id: BranchId) -> Option<&UnitId> {
        self.case.branches.get(&id)?.block.as_ref()?.each.as_ref()
    }

    /// What guards see now.
    pub fn scope<'s>(&'s self, each: Option<&'s UnitId>) -> guard::Scope<'s> {
        guard::Scope { fields: &self.case.fields, channel: &self.case.channel, code: self.case.code.as_deref(), each }
    }

    /// Open holdings of a person, with those given in this decision.
    pub fn load(&self, person: &PersonId) -> u32 {
        let fresh = self.given.iter().filter(|given| *given == person).count();
        self.rules.workload.of(person).open.saturating_add(fresh as u32)
    }

    /// When a holding last came to a person.
    pub fn last_given(&self, person: &PersonId) -> Option<Ts> {
        if self.given.contains(person) { Some(self.at) } else { self.rules.workload.of(person).last_given }
    }

    /// The first choice that holds. An empty field that decides it is asked for when a person acts; the engine, which
    /// can ask nobody, goes on to the next choice.
    pub fn choose<'c, T>(&self, choices: &'c [Choice<T>], each: Option<&UnitId>) -> Result<Option<&'c T>, Refusal> {
        for choice in choices {
            let Some(guard) = &choice.when else { return Ok(Some(&choice.then)) };
            match guard.judge(&self.scope(each)) {
                Some(true) => return Ok(Some(&choice.then)),
                Some(false) => {}
                None if *self.actor == Actor::System => {}
                None => return Err(words::guard_unknown(self, guard)),
            }
        }
        Ok(None)
    }
}
