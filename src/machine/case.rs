//! A case as its events have made it. Only `evolve` changes it; it holds what deciding needs and nothing for screens.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::procedure::{ClockPolicy, Outcome};
use crate::definition::value::Value;
use crate::ids::{
    BranchId, CaseId, Digest, DocumentId, FieldId, GroupId, PersonId, ProcedureId, StepId, Ts, UnitId, VariantId, Verb,
};
use crate::machine::event::{CalledBy, Clock, Holder, Mark, Scope, TimerKey, TimerKind};

/// One run of a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub id: CaseId,
    pub procedure: ProcedureId,
    pub procedure_version: u32,
    pub digest: Digest,
    pub owner: UnitId,
    pub title: String,
    /// The case that called it, where one did.
    pub caller: Option<CalledBy>,
    /// How many cases it has called.
    pub calls: u32,
    pub code: Option<String>,
    /// Whose limits hold for it; the procedure's own where there is none.
    pub variant: Option<VariantId>,
    pub channel: String,
    pub fields: BTreeMap<FieldId, Value>,
    pub documents: BTreeSet<DocumentId>,
    /// Of them, those kept in digital form.
    pub digitised: BTreeSet<DocumentId>,
    pub opened_at: Ts,
    pub status: Status,
    /// Open branches; the main one until the case ends.
    pub branches: BTreeMap<BranchId, Branch>,
    pub next_branch: u32,
    /// What each body of a block answered, by block and key of the branch.
    pub answers: BTreeMap<(StepId, String), Answer>,
    /// Who did each step (left it by a transition), for `same_as` the last, for separation all.
    pub doers: BTreeMap<StepId, Vec<PersonId>>,
    /// How often each bounded transition was taken.
    pub counts: BTreeMap<(StepId, Verb), u32>,
    /// The signals of outside systems that led on, by name and their own number.
    pub signals: BTreeSet<(Verb, String)>,
    /// How often each step was sent back unreceived.
    pub sent_back: BTreeMap<StepId, u32>,
    /// What stands against the case, and how often it was done.
    pub marks: BTreeMap<Mark, u32>,
    pub clock: Option<Running>,
    pub groups: BTreeMap<GroupId, Running>,
    /// Why the case's clock stands, if it does.
    pub stopped: Option<Stopped>,
    pub promise: Option<Ts>,
    pub new_dates: u32,
    pub apology_at: Option<Ts>,
    pub extensions: u32,
    pub reopened: u32,
    /// Who held the case when it ended: records what comes from outside until it is opened again.
    pub last_holder: Option<Holder>,
    /// Grows by one with each event that is not a notice: what a writer must have seen (`If-Match`).
    pub revision: u64,
    /// The instant of the last event.
    pub last_at: Ts,
}

/// Open or over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    Open,
    Ended { step: StepId, outcome: Outcome, at: Ts },
}

/// One of the lives inside a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    pub id: BranchId,
    /// The block, the branch that opened it and this one's key there; nothing for the main branch.
    pub block: Option<InBlock>,
    pub step: StepId,
    /// The step it came from: where `origin`, send back and recall lead.
    pub from: Option<StepId>,
    pub entered_at: Ts,
    pub holder: Holder,
    /// Since when this holder holds.
    pub held_since: Ts,
    pub received_at: Option<Ts>,
    /// Who gave it, for the verdict at receipt and for recall.
    pub given: Option<Given>,
    pub clock: Option<Running>,
    /// How often it was transferred since it came to this step.
    pub transfers: u32,
    /// What each member of the council at this step is for; nothing is an abstention.
    pub votes: BTreeMap<PersonId, Option<Verb>>,
    /// The case that was called where the branch rests, and has not ended yet.
    pub called: Option<CaseId>,
    /// The hand-over into this step was undone, unreceived: it goes back, and nobody is judged by it.
    pub undone: bool,
}

/// Where a parallel branch belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InBlock {
    pub parent: BranchId,
    pub block: StepId,
    pub key: String,
    pub each: Option<UnitId>,
}

/// The giving side of a hand-over not yet received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub by: PersonId,
    pub unit: UnitId,
    pub at: Ts,
    pub step: StepId,
    /// Where the giver himself had it from, should it come back to him.
    pub from: Option<StepId>,
    /// The giver's own deadline in the step he left, and the clock he had.
    pub clock: Option<Clock>,
}

/// A body's answer in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub by: Option<PersonId>,
    pub silent: bool,
    pub cancelled: bool,
    pub fields: BTreeMap<FieldId, Value>,
}

/// A clock that runs, and which of its timers have fired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    pub clock: Clock,
    /// Since when it has run without standing.
    pub since: Ts,
    /// Groups only: up to when it counted, while no branch is in the group's steps.
    pub left: Option<Ts>,
    pub fired: BTreeSet<TimerKind>,
    /// When the deadline passed.
    pub breached_at: Option<Ts>,
    /// With whom each escalation lies now, by its place in the file.
    pub superiors: BTreeMap<u16, Superior>,
}

/// A superior whom an escalation added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Superior {
    pub person: PersonId,
    /// The unit in whose name he is the superior; unknown in old histories.
    pub unit: Option<UnitId>,
    pub since: Ts,
    /// When his own clock ends, if he has one.
    pub answer_by: Option<Ts>,
    pub acknowledged_at: Option<Ts>,
    /// Who had it before him and did not acknowledge it, the first one first.
    pub before: Vec<PersonId>,
}

/// An escalation that nobody has acknowledged yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unacknowledged<'a> {
    pub branch: BranchId,
    pub level: u16,
    pub superior: &'a Superior,
}

impl Running {
    /// A clock none of whose timers has fired.
    pub fn new(clock: Clock) -> Running {
        Running {
            since: clock.started,
            clock,
            left: None,
            fired: BTreeSet::new(),
            breached_at: None,
            superiors: BTreeMap::new(),
        }
    }

    /// Every timer of the clock with its instant, fired or not.
    pub fn instants(&self) -> Vec<(TimerKind, Ts)> {
        let clock = &self.clock;
        let reminders = clock.reminders.iter().zip(0..).map(|(reminder, n)| (TimerKind::Reminder(n), reminder.at));
        let escalations = clock.escalations.iter().zip(0..).map(|(at, n)| (TimerKind::Escalation(n), *at));
        let superiors = self
            .superiors
            .iter()
            .filter_map(|(n, s)| Some((TimerKind::Superior(*n), s.answer_by.filter(|_| s.acknowledged_at.is_none())?)));
        reminders.chain([(TimerKind::Deadline, clock.deadline)]).chain(escalations).chain(superiors).collect()
    }
}

/// The case's clock stands for a stated reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    pub branch: BranchId,
    pub step: StepId,
    pub policy: ClockPolicy,
    pub since: Ts,
}

impl Case {
    /// Whether acts are still possible.
    pub fn is_open(&self) -> bool {
        self.status == Status::Open
    }

    /// Every timer that waits, with the instant it falls due, earliest first.
    pub fn timers(&self) -> Vec<(TimerKey, Ts)> {
        let mut timers = Vec::new();
        if !self.is_open() {
            return timers;
        }
        if self.stopped.is_none() {
            pending(Scope::Case, self.clock.as_ref(), &mut timers);
            for (group, running) in &self.groups {
                pending(Scope::Group(group.clone()), Some(running), &mut timers);
            }
        }
        if let Some(at) = self.apology_at {
            timers.push((TimerKey { scope: Scope::Case, kind: TimerKind::Apology }, at));
        }
        for branch in self.branches.values() {
            pending(Scope::Branch(branch.id), branch.clock.as_ref(), &mut timers);
        }
        timers.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        timers
    }

    /// Every escalation that waits to be acknowledged, in the order of branches and levels.
    pub fn unacknowledged(&self) -> Vec<Unacknowledged<'_>> {
        let clocks = self.branches.values().filter_map(|branch| Some((branch.id, branch.clock.as_ref()?)));
        clocks
            .flat_map(|(branch, running)| {
                let superiors = running.superiors.iter();
                superiors.map(move |(level, superior)| Unacknowledged { branch, level: *level, superior })
            })
            .filter(|waits| waits.superior.acknowledged_at.is_none())
            .collect()
    }

    /// The earliest timer due at or before `at`.
    pub fn due(&self, at: Ts) -> Option<(TimerKey, Ts)> {
        self.due_but(at, &[])
    }

    /// The same, without some.
    pub fn due_but(&self, at: Ts, passed: &[TimerKey]) -> Option<(TimerKey, Ts)> {
        self.timers().into_iter().find(|(key, _)| !passed.contains(key)).filter(|(_, due)| *due <= at)
    }
}

fn pending(scope: Scope, running: Option<&Running>, into: &mut Vec<(TimerKey, Ts)>) {
    let Some(running) = running.filter(|running| running.left.is_none()) else { return };
    for (kind, at) in running.instants() {
        if !running.fired.contains(&kind) {
            into.push((TimerKey { scope: scope.clone(), kind }, at));
        }
    }
}
