//! The register of suspensions of a case, read from its entries alone: who made the case's clock stand, where, why and
//! on what evidence, until when, and what made it run on. It judges nobody.

use std::collections::BTreeMap;

use crate::definition::procedure::ClockPolicy;
use crate::ids::{BranchId, DocumentId, StepId, Ts, Verb};
use crate::journal::entry::{Entry, Record};
use crate::machine::command::Actor;
use crate::machine::event::{Clock, Event, Taken};

/// One span in which the case's clock stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// From 0 in the order of beginning.
    pub n: u32,
    pub branch: BranchId,
    pub step: StepId,
    pub policy: ClockPolicy,
    pub from: Ts,
    /// The entry that says so.
    pub seq: u64,
    /// Who opened it, and by whose right.
    pub opened_by: Actor,
    /// The act that led there; nothing where a rule of the file or an earlier standing did.
    pub verb: Option<Verb>,
    /// The step that act was taken in.
    pub acted_in: Option<StepId>,
    pub reason: Option<String>,
    /// Papers that act gave along or produced.
    pub evidence: Vec<DocumentId>,
    /// The term of whoever is waited for: of the step, or the longest of those asked in a block.
    pub own: Option<Clock>,
    pub resumed: Option<Resumed>,
}

/// What made the clock run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumed {
    pub at: Ts,
    pub seq: u64,
    pub by: Actor,
    /// The verb taken, or `lapsed`, `joined`, `silent`; the event's own word where nothing else was said.
    pub how: String,
    /// Working minutes it stood, as recorded: billed to the party waited for.
    pub stopped_minutes: i64,
}

impl Suspension {
    /// The next instant at which somebody is reminded to look at it; nothing once it is over or its term has passed.
    pub fn next_check(&self, now: Ts) -> Option<Ts> {
        let own = self.own.as_ref().filter(|_| self.resumed.is_none())?;
        own.reminders.iter().map(|reminder| reminder.at).chain([own.deadline]).filter(|at| *at > now).min()
    }
}

/// Every suspension of the case in the order of beginning; the last may still last.
pub fn suspensions(entries: &[Entry]) -> Vec<Suspension> {
    let mut reading = Reading::default();
    for entry in entries {
        if let Record::Case(event) = &entry.record {
            reading.event(event, entry);
        }
    }
    reading.found
}

#[derive(Default)]
struct Reading {
    found: Vec<Suspension>,
    /// The last act of each branch, until the branch leaves where it led.
    acts: BTreeMap<BranchId, Taken>,
    /// The clock of the step each branch rests in.
    clocks: BTreeMap<BranchId, Option<Clock>>,
    /// What last moved the case, with the instant: what a resumption follows from.
    moved: Option<(Ts, String)>,
}

impl Reading {
    fn event(&mut self, event: &Event, entry: &Entry) {
        let at = entry.occurred_at;
        match event {
            Event::Taken(taken) => {
                self.acts.insert(taken.branch, taken.clone());
                self.moved = Some((at, taken.verb.to_string()));
            }
            Event::Lapsed { .. } | Event::Joined { .. } | Event::Silent { .. } => {
                self.moved = Some((at, event.word().to_owned()));
            }
            Event::StepEntered(entered) => {
                self.clocks.insert(entered.branch, entered.clock.clone());
            }
            Event::BranchOpened(opened) => self.asked(opened.parent, &opened.block, opened.clock.as_ref()),
            Event::ClockStopped { branch, step, policy } => self.stopped(*branch, step, *policy, entry),
            Event::ClockResumed { stopped_minutes, .. } => {
                let followed = self.moved.take().filter(|(moved_at, _)| *moved_at == at);
                if let Some(suspension) = self.found.last_mut() {
                    suspension.resumed = Some(Resumed {
                        at,
                        seq: entry.seq,
                        by: entry.actor.clone(),
                        how: followed.map_or_else(|| event.word().to_owned(), |(_, how)| how),
                        stopped_minutes: *stopped_minutes,
                    });
                }
            }
            _ => {}
        }
    }

    fn stopped(&mut self, branch: BranchId, step: &StepId, policy: ClockPolicy, entry: &Entry) {
        let act = self.acts.get(&branch);
        self.found.push(Suspension {
            n: u32::try_from(self.found.len()).unwrap_or(u32::MAX),
            branch,
            step: step.clone(),
            policy,
            from: entry.occurred_at,
            seq: entry.seq,
            opened_by: entry.actor.clone(),
            verb: act.map(|act| act.verb.clone()),
            acted_in: act.map(|act| act.step.clone()),
            reason: act.and_then(|act| act.reason.clone()),
            evidence: act.map_or_else(Vec::new, |act| act.documents.iter().chain(&act.made).cloned().collect()),
            own: self.clocks.get(&branch).cloned().flatten(),
            resumed: None,
        });
    }

    /// A body is asked: its term is that of the block where the block has none, and the longest counts.
    fn asked(&mut self, parent: BranchId, block: &StepId, clock: Option<&Clock>) {
        let longer = |own: &Option<Clock>| match (own, clock) {
            (Some(own), Some(clock)) => clock.deadline > own.deadline,
            (None, Some(_)) => true,
            (_, None) => false,
        };
        let own = self.clocks.entry(parent).or_default();
        if longer(own) {
            *own = clock.cloned();
        }
        let standing = self.found.last_mut().filter(|s| s.resumed.is_none() && s.branch == parent && s.step == *block);
        if let Some(suspension) = standing.filter(|suspension| longer(&suspension.own)) {
            suspension.own = clock.cloned();
        }
    }
}
