//! What became of every clock of a case, read from its entries alone: when it began and by which act, where it stood and
//! why, by whom it was lengthened, when it ended. It counts nothing.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::definition::procedure::ClockPolicy;
use crate::ids::{BranchId, DocumentId, GroupId, StepId, Ts};
use crate::journal::entry::{Entry, Record};
use crate::machine::command::Actor;
use crate::machine::event::{Clock, Event, Scope, TimerKind};

/// One clock from its beginning to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockLife {
    pub scope: Scope,
    /// The step it belongs to, for a branch's clock.
    pub step: Option<StepId>,
    /// As it was left by the last change.
    pub clock: Clock,
    /// Where it stood since it last began from zero; the last may be open.
    pub stands: Vec<Stand>,
    pub ended_at: Option<Ts>,
    pub marks: Vec<Mark>,
}

/// A span in which a clock did not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stand {
    pub from: Ts,
    /// Nothing while it lasts.
    pub to: Option<Ts>,
    pub cause: Cause,
}

/// Why a clock stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// The case's clock stands: the step it rests in says so, for the reason of the act that led there.
    Suspension {
        step: StepId,
        policy: ClockPolicy,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// No branch was in the group's steps.
    Left,
}

/// One thing that happened to a clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// The entry that says so.
    pub seq: u64,
    pub at: Ts,
    pub actor: Actor,
    #[serde(flatten)]
    pub what: What,
}

/// What happened to a clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    Began {
        limit: String,
        rule: String,
        deadline: Ts,
    },
    Stood {
        step: StepId,
        policy: ClockPolicy,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    RanOn {
        deadline: Ts,
    },
    /// It began again from zero.
    Restarted {
        deadline: Ts,
    },
    Extended {
        old_deadline: Ts,
        deadline: Ts,
        length: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        made: Vec<DocumentId>,
    },
    /// Counted anew by another version of its calendar.
    Recounted {
        version: u32,
        old_deadline: Ts,
        deadline: Ts,
    },
    /// A group's: no branch is in its steps.
    Left,
    /// The deadline passed.
    Passed,
    Ended,
}

/// Every clock of the case in the order of their beginning.
pub fn clocks(entries: &[Entry]) -> Vec<ClockLife> {
    let mut reading = Reading::default();
    for entry in entries {
        if let Record::Case(event) = &entry.record {
            reading.event(event, entry);
        }
    }
    reading.lives
}

#[derive(Default)]
struct Reading {
    lives: Vec<ClockLife>,
    /// The clock that runs or stands for each scope, as an index.
    now: BTreeMap<Scope, usize>,
    /// Why the case's clock stands.
    stopped: Option<Cause>,
    /// The reason of the last act of each branch.
    reasons: BTreeMap<BranchId, Option<String>>,
}

impl Reading {
    fn event(&mut self, event: &Event, entry: &Entry) {
        match event {
            Event::CaseOpened(opened) => self.begin(Scope::Case, None, opened.clock.as_ref(), entry),
            Event::ClockStarted { clock, .. } => self.begin(Scope::Case, None, Some(clock), entry),
            Event::GroupStarted { group, clock } => self.begin(Scope::Group(group.clone()), None, Some(clock), entry),
            Event::StepEntered(entered) => {
                self.begin(Scope::Branch(entered.branch), Some(&entered.step), entered.clock.as_ref(), entry);
            }
            Event::BranchOpened(opened) => {
                self.begin(Scope::Branch(opened.branch), Some(&opened.step), opened.clock.as_ref(), entry);
            }
            Event::Taken(taken) => {
                self.reasons.insert(taken.branch, taken.reason.clone());
            }
            Event::ClockStopped { branch, step, policy } => {
                let reason = self.reasons.get(branch).cloned().flatten();
                let cause = Cause::Suspension { step: step.clone(), policy: *policy, reason: reason.clone() };
                self.stopped = Some(cause.clone());
                self.stand_all(&cause, entry);
            }
            Event::ClockResumed { policy, clock, groups, .. } => {
                self.stopped = None;
                let from_zero = *policy == ClockPolicy::Restart;
                let of_groups = groups.iter().map(|(group, clock)| (Scope::Group(group.clone()), clock));
                for (scope, clock) in clock.iter().map(|clock| (Scope::Case, clock)).chain(of_groups) {
                    self.run_on(&scope, clock, from_zero, entry);
                }
            }
            Event::GroupLeft { group, since } => self.left(group, *since, entry),
            Event::GroupResumed { group, clock } => self.run_on(&Scope::Group(group.clone()), clock, false, entry),
            Event::Extended { old_deadline, clock, length, reason, made, .. } => {
                let what = What::Extended {
                    old_deadline: *old_deadline,
                    deadline: clock.deadline,
                    length: length.clone(),
                    reason: reason.clone(),
                    made: made.clone(),
                };
                self.change(&Scope::Case, what, entry, |life| life.clock = clock.clone());
            }
            Event::CalendarChanged { version, clocks, .. } => {
                for changed in clocks {
                    let (old_deadline, deadline) = (changed.old_deadline, changed.clock.deadline);
                    let what = What::Recounted { version: *version, old_deadline, deadline };
                    self.change(&changed.scope, what, entry, |life| life.clock = changed.clock.clone());
                }
            }
            Event::Breached { timer, due, .. } if timer.kind == TimerKind::Deadline => {
                self.change(&timer.scope, What::Passed, entry, |life| {
                    if let Some(mark) = life.marks.last_mut() {
                        mark.at = *due;
                    }
                });
            }
            Event::BranchClosed { branch, .. } => self.end(&Scope::Branch(*branch), entry),
            Event::Ended { .. } => {
                for scope in self.now.keys().cloned().collect::<Vec<_>>() {
                    self.end(&scope, entry);
                }
            }
            Event::Reopened { clock, .. } => self.begin(Scope::Case, None, clock.as_ref(), entry),
            _ => {}
        }
    }

    /// A clock of the scope begins, in place of the one before; none begins where the scope is untimed from now on.
    fn begin(&mut self, scope: Scope, step: Option<&StepId>, clock: Option<&Clock>, entry: &Entry) {
        self.end(&scope, entry);
        let Some(clock) = clock else { return };
        let mut life = ClockLife {
            scope: scope.clone(),
            step: step.cloned(),
            clock: clock.clone(),
            stands: Vec::new(),
            ended_at: None,
            marks: vec![mark(entry, began(clock))],
        };
        if let (Some(cause), false) = (&self.stopped, matches!(scope, Scope::Branch(_))) {
            life.stands.push(Stand { from: entry.occurred_at, to: None, cause: cause.clone() });
        }
        self.now.insert(scope, self.lives.len());
        self.lives.push(life);
    }

    /// The case's clock stands, and those of its groups that run with it.
    fn stand_all(&mut self, cause: &Cause, entry: &Entry) {
        let Cause::Suspension { step, policy, reason } = cause else { return };
        for scope in self.now.keys().cloned().collect::<Vec<_>>() {
            let what = What::Stood { step: step.clone(), policy: *policy, reason: reason.clone() };
            match scope {
                Scope::Branch(_) => {}
                Scope::Case | Scope::Group(_) if self.stands(&scope) => {}
                Scope::Case | Scope::Group(_) => self.change(&scope, what, entry, |life| {
                    life.stands.push(Stand { from: entry.occurred_at, to: None, cause: cause.clone() });
                }),
            }
        }
    }

    fn run_on(&mut self, scope: &Scope, clock: &Clock, from_zero: bool, entry: &Entry) {
        // Where it began from zero, what it stood before is no part of the new term.
        let deadline = clock.deadline;
        let what = if from_zero { What::Restarted { deadline } } else { What::RanOn { deadline } };
        let still = self.stopped.clone();
        self.change(scope, what, entry, |life| {
            life.clock = clock.clone();
            if from_zero && clock.started == entry.occurred_at {
                life.stands.clear();
            } else if let Some(stand) = life.stands.last_mut().filter(|stand| stand.to.is_none()) {
                stand.to = Some(entry.occurred_at);
            }
            // A group that runs on while the case's clock stands runs on only with it.
            if let Some(cause) = still {
                life.stands.push(Stand { from: entry.occurred_at, to: None, cause });
            }
        });
    }

    fn left(&mut self, group: &GroupId, since: Ts, entry: &Entry) {
        self.change(&Scope::Group(group.clone()), What::Left, entry, |life| {
            // Where it stood with the case already, it goes on standing, until a branch comes back.
            if life.stands.last().is_some_and(|stand| stand.to.is_none()) {
                return;
            }
            life.stands.push(Stand { from: since, to: None, cause: Cause::Left });
        });
    }

    fn end(&mut self, scope: &Scope, entry: &Entry) {
        self.change(scope, What::Ended, entry, |life| life.ended_at = Some(entry.occurred_at));
        self.now.remove(scope);
    }

    fn stands(&self, scope: &Scope) -> bool {
        let life = self.now.get(scope).and_then(|i| self.lives.get(*i));
        life.and_then(|life| life.stands.last()).is_some_and(|stand| stand.to.is_none())
    }

    fn change(&mut self, scope: &Scope, what: What, entry: &Entry, change: impl FnOnce(&mut ClockLife)) {
        if let Some(life) = self.now.get(scope).and_then(|i| self.lives.get_mut(*i)) {
            life.marks.push(mark(entry, what));
            change(life);
        }
    }
}

fn began(clock: &Clock) -> What {
    What::Began { limit: clock.limit.clone(), rule: clock.rule.clone(), deadline: clock.deadline }
}

fn mark(entry: &Entry, what: What) -> Mark {
    Mark { seq: entry.seq, at: entry.occurred_at, actor: entry.actor.clone(), what }
}
