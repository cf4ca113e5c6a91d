//! Case + event -> case. It knows which events can follow which states and decides nothing; a history that cannot
//! have happened is an error that names both. It reads neither procedure, calendar nor directory.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::ids::{BranchId, CaseId, GroupId, PersonId, StepId, Ts};
use crate::machine::case::{Answer, Branch, Case, Given, InBlock, Running, Status, Stopped, Superior};
use crate::machine::event::{
    BranchOpened, Called, CaseOpened, Clock, Closing, Event, Holder, How, Scope, StepEntered, Taken, TimerKey,
    TimerKind,
};

/// An event that cannot follow the state it was met in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IllegalEvent {
    /// The state in a few words.
    pub state: String,
    /// The event's word.
    pub event: &'static str,
    pub why: &'static str,
}

impl fmt::Display for IllegalEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot follow {}: {}", self.event, self.state, self.why)
    }
}

impl std::error::Error for IllegalEvent {}

/// The case after the event.
pub fn evolve(case: Option<Case>, id: &CaseId, event: &Event, at: Ts) -> Result<Case, IllegalEvent> {
    match (case, event) {
        (None, Event::CaseOpened(opened)) => Ok(open(id, opened, at)),
        (None, event) => {
            Err(IllegalEvent { state: "no case".to_owned(), event: event.word(), why: "a case begins by being opened" })
        }
        (Some(mut case), event) => {
            apply(&mut case, event, at)?;
            Ok(case)
        }
    }
}

/// Lets one event happen to a case in place. After an error the case is of no use.
pub(super) fn apply(case: &mut Case, event: &Event, at: Ts) -> Result<(), IllegalEvent> {
    let state = |case: &Case| match &case.status {
        Status::Open => {
            let places: Vec<String> = case.branches.values().map(|b| format!("{}:{}", b.id, b.step)).collect();
            format!("case {} open at [{}]", case.id, places.join(" "))
        }
        Status::Ended { step, .. } => format!("case {} ended at {step}", case.id),
    };
    let happened =
        if at < case.last_at { Err("it is earlier than what has already happened") } else { happen(case, event, at) };
    happened.map_err(|why| IllegalEvent { state: state(case), event: event.word(), why })?;
    case.last_at = at;
    case.revision += u64::from(!event.is_notice());
    Ok(())
}

type Happened = Result<(), &'static str>;

/// Every pair of state and event that can be.
fn happen(case: &mut Case, event: &Event, at: Ts) -> Happened {
    match (&case.status, event) {
        (Status::Open, Event::Taken(taken)) => take(case, taken),
        (Status::Open, Event::Voted { branch, step, member, verb, .. }) => {
            let at = case.branches.get_mut(branch).filter(|at| at.step == *step);
            at.ok_or("the branch is not in that step")?.votes.insert(member.clone(), verb.clone());
            Ok(())
        }
        (Status::Open, Event::Decided { branch, .. }) => {
            legal(case.branches.contains_key(branch) || case.branches.is_empty(), "the branch is not open")
        }
        (Status::Open, Event::StepEntered(entered)) => enter(case, entered, at),
        (Status::Open, Event::BranchOpened(opened)) => open_branch(case, opened, at),
        (Status::Open, Event::BranchClosed { branch, how }) => close_branch(case, *branch, *how),
        (Status::Open, Event::Joined { branch, step, .. }) => {
            legal(case.branches.get(branch).is_some_and(|b| b.step == *step), "the branch is not in that block")
        }
        (Status::Open, Event::Received { branch, .. }) => receive(case, *branch, at),
        (Status::Open, Event::SentBack { branch, .. }) => {
            let step = undo(case, *branch)?;
            *case.sent_back.entry(step).or_default() += 1;
            Ok(())
        }
        (Status::Open, Event::Recalled { branch, .. }) => undo(case, *branch).map(drop),
        (Status::Open, Event::HolderChanged { branch, holder, .. }) => change_holder(case, *branch, holder, at),

        (Status::Open, Event::Called(called)) => call(case, called),
        (Status::Open, Event::CallEnded(ended)) => {
            end_call(case, ended.branch, &ended.step, &ended.case)?;
            case.fields.extend(ended.fields.iter().map(|(field, value)| (field.clone(), value.clone())));
            case.documents.extend(ended.documents.iter().cloned());
            case.digitised.extend(ended.digitised.iter().cloned());
            Ok(())
        }
        (Status::Open, Event::CallDropped { branch, step, case: called, .. }) => end_call(case, *branch, step, called),
        (Status::Open, Event::StoppedByCaller { caller, .. }) => {
            legal(case.caller.as_ref().is_some_and(|by| by.case == *caller), "that case did not call it")
        }

        (Status::Open, Event::ClockStarted { clock, promise, apology_at }) => {
            legal(case.clock.is_none(), "the case's clock runs already")?;
            case.clock = Some(Running::new(clock.clone()));
            case.promise = *promise;
            case.apology_at = *apology_at;
            Ok(())
        }
        (Status::Open, Event::GroupStarted { group, clock }) => {
            let before = case.groups.insert(group.clone(), Running::new(clock.clone()));
            legal(before.is_none(), "the group's clock runs already")
        }
        (Status::Open, Event::GroupLeft { group, since }) => {
            let running = case.groups.get_mut(group).filter(|running| running.left.is_none());
            running.ok_or("the group's clock does not run")?.left = Some(*since);
            Ok(())
        }
        (Status::Open, Event::GroupResumed { group, clock }) => {
            let running = case.groups.get_mut(group).filter(|running| running.left.is_some());
            let running = running.ok_or("the group's clock does not stand")?;
            *running = Running { clock: clock.clone(), since: at, left: None, ..running.clone() };
            Ok(())
        }
        (Status::Open, Event::ClockStopped { branch, step, policy }) => {
            legal(case.stopped.is_none(), "the case's clock stands already")?;
            legal(case.branches.get(branch).is_some_and(|b| b.step == *step), "the branch is not in that step")?;
            case.stopped = Some(Stopped { branch: *branch, step: step.clone(), policy: *policy, since: at });
            Ok(())
        }
        (Status::Open, Event::ClockResumed { branch, policy, clock, groups, .. }) => {
            use crate::definition::procedure::ClockPolicy::Restart;
            let stopped = case.stopped.take().ok_or("the case's clock does not stand")?;
            legal(stopped.branch == *branch, "another branch stopped the case's clock")?;
            resume(case, clock.as_ref(), groups, *policy == Restart, at)
        }
        (Status::Open, Event::Extended { clock, made, .. }) => {
            case.documents.extend(made.iter().cloned());
            extend(case, clock, at)
        }
        (Status::Open, Event::CalendarChanged { calendar, version, clocks }) => {
            for changed in clocks {
                let clock = &changed.clock;
                legal(
                    clock.calendar == *calendar && clock.calendar_version == *version,
                    "a clock has another calendar",
                )?;
                let running = running_mut(case, &changed.scope).ok_or("there is no such clock")?;
                legal(running.clock.calendar == *calendar, "the clock runs by another calendar")?;
                let timers = |clock: &Clock| (clock.started, clock.reminders.len(), clock.escalations.len());
                legal(timers(&running.clock) == timers(clock), "the clock is not the one that runs")?;
                // Since when it runs, and what has rung, stay: only the dates are other ones.
                running.clock = clock.clone();
            }
            Ok(())
        }
        (Status::Open, Event::CaseMigrated(moved)) => {
            legal(case.digest == moved.from, "the case runs by another text")?;
            legal(case.procedure_version < moved.version, "the text is not newer")?;
            case.procedure_version = moved.version;
            case.digest = moved.digest.clone();
            case.owner = moved.owner.clone();
            case.rename_steps(&moved.steps);
            Ok(())
        }
        (Status::Open, Event::Apologised { new_date, .. }) => {
            legal(case.promise.is_some(), "nothing was promised")?;
            case.promise = Some(*new_date);
            case.apology_at = None;
            case.new_dates += 1;
            Ok(())
        }

        (Status::Open, Event::Silent { branch, set, .. }) => {
            fire(case, &deadline_of(*branch))?;
            let block = case.branches.get(branch).and_then(|b| b.block.as_ref()).ok_or("it is in no block")?;
            let answer = Answer { by: None, silent: true, cancelled: false, fields: set.clone() };
            case.answers.insert((block.block.clone(), block.key.clone()), answer);
            Ok(())
        }
        (Status::Open, Event::Lapsed { branch, .. }) => fire(case, &deadline_of(*branch)),
        (Status::Open, Event::Breached { timer, due, .. }) => {
            fire(case, timer)?;
            let running = running_mut(case, &timer.scope).ok_or("there is no such clock")?;
            if timer.kind == TimerKind::Deadline {
                running.breached_at = Some(*due);
            }
            Ok(())
        }
        (Status::Open, Event::Escalated { timer, to, answer_by, unit, .. }) => {
            let superior = Superior {
                person: to.clone(),
                unit: unit.clone(),
                since: at,
                answer_by: *answer_by,
                acknowledged_at: None,
                before: Vec::new(),
            };
            escalate(case, timer, superior)
        }
        (Status::Open, Event::Acknowledged { branch, level, superior, .. }) => {
            let running = running_mut(case, &Scope::Branch(*branch)).ok_or("there is no such clock")?;
            let lies = running.superiors.get_mut(level).ok_or("there is no such escalation")?;
            legal(lies.person == *superior, "the escalation lies with somebody else")?;
            legal(lies.acknowledged_at.is_none(), "it was acknowledged already")?;
            lies.acknowledged_at = Some(at);
            Ok(())
        }
        (Status::Open, Event::Reminded { timer, .. } | Event::TimerSpent { timer, .. }) => fire(case, timer),
        (Status::Open, Event::ApologyDue { .. }) => {
            case.apology_at.take().map(drop).ok_or("no alarm to apologise waits")
        }

        (Status::Open, Event::Marked { mark, count, .. }) => {
            let before = case.marks.insert(*mark, *count).unwrap_or_default();
            legal(before < *count, "it was marked as often already")
        }
        (Status::Open, Event::Attached { document, digitised, .. }) => {
            case.documents.insert(document.clone());
            case.digitised.extend(digitised.then(|| document.clone()));
            Ok(())
        }
        // What is over is never changed, only annotated.
        (Status::Open | Status::Ended { .. }, Event::Commented { .. }) => Ok(()),
        (Status::Open, Event::Ended { step, outcome }) => {
            let main = case.branches.remove(&BranchId::MAIN).ok_or("the main branch is not open")?;
            legal(case.branches.is_empty(), "parallel branches are still open")?;
            legal(main.called.is_none(), STILL_CALLED)?;
            legal(case.stopped.is_none(), "the case's clock still stands")?;
            case.last_holder = Some(main.holder);
            case.status = Status::Ended { step: step.clone(), outcome: *outcome, at };
            Ok(())
        }
        (Status::Ended { .. }, Event::Reopened { clock, .. }) => {
            case.status = Status::Open;
            case.reopened += 1;
            case.clock = clock.clone().map(Running::new);
            case.groups.clear();
            case.apology_at = None;
            Ok(())
        }
        (Status::Open, Event::CaseOpened(_) | Event::Reopened { .. }) => Err("it is open already"),
        (Status::Ended { .. }, _) => Err("it is over"),
    }
}

fn open(id: &CaseId, opened: &CaseOpened, at: Ts) -> Case {
    Case {
        id: id.clone(),
        procedure: opened.procedure.clone(),
        procedure_version: opened.version,
        digest: opened.digest.clone(),
        owner: opened.owner.clone(),
        title: opened.title.clone(),
        caller: opened.caller.clone(),
        calls: 0,
        code: opened.code.clone(),
        variant: opened.variant.clone(),
        channel: opened.channel.clone(),
        fields: opened.fields.clone(),
        documents: opened.documents.iter().cloned().collect(),
        digitised: opened.digitised.iter().cloned().collect(),
        opened_at: at,
        status: Status::Open,
        branches: BTreeMap::new(),
        next_branch: 1,
        answers: BTreeMap::new(),
        doers: BTreeMap::new(),
        counts: BTreeMap::new(),
        signals: BTreeSet::new(),
        sent_back: BTreeMap::new(),
        marks: BTreeMap::new(),
        clock: opened.clock.clone().map(Running::new),
        groups: BTreeMap::new(),
        stopped: None,
        promise: opened.promise,
        new_dates: 0,
        apology_at: opened.apology_at,
        extensions: 0,
        reopened: 0,
        last_holder: None,
        revision: 1,
        last_at: at,
    }
}

fn take(case: &mut Case, taken: &Taken) -> Happened {
    let branch = case.branches.get(&taken.branch).ok_or("the branch is not open")?;
    legal(branch.step == taken.step, "the branch is in another step")?;
    // A body's answer is its own: it must not overwrite what another body said, nor the case's data.
    match &branch.block {
        Some(InBlock { each: Some(_), block, key, .. }) if taken.to.is_none() => {
            let answer = Answer { by: taken.by.clone(), silent: false, cancelled: false, fields: taken.fields.clone() };
            case.answers.insert((block.clone(), key.clone()), answer);
        }
        _ => case.fields.extend(taken.fields.iter().map(|(field, value)| (field.clone(), value.clone()))),
    }
    case.documents.extend(taken.documents.iter().chain(&taken.made).cloned());
    case.digitised.extend(taken.digitised.iter().cloned());
    // The one whose right was used comes last: it is he whom `same_as` finds.
    let doers: Vec<PersonId> = taken.by.iter().chain(&taken.on_behalf_of).cloned().collect();
    if !doers.is_empty() {
        case.doers.entry(taken.step.clone()).or_default().extend(doers);
    }
    if let Some(signal) = &taken.signal {
        let new = case.signals.insert((taken.verb.clone(), signal.id.clone()));
        legal(new, "the signal has led on already")?;
    }
    *case.counts.entry((taken.step.clone(), taken.verb.clone())).or_default() += 1;
    Ok(())
}

fn enter(case: &mut Case, entered: &StepEntered, at: Ts) -> Happened {
    let before = case.branches.remove(&entered.branch);
    legal(before.is_some() || (entered.branch == BranchId::MAIN && case.branches.is_empty()), "no such branch")?;
    case.answers.retain(|(block, _), _| *block != entered.step);
    legal(before.as_ref().is_none_or(|branch| branch.called.is_none()), STILL_CALLED)?;
    let block = before.as_ref().and_then(|branch| branch.block.clone());
    let given = before.filter(|branch| !branch.undone).map(|branch| Given {
        by: branch.holder.person,
        unit: branch.holder.unit,
        at,
        step: branch.step,
        from: branch.from,
        clock: branch.clock.map(|running| running.clock),
    });
    let branch = Branch {
        id: entered.branch,
        block,
        step: entered.step.clone(),
        from: entered.from.clone(),
        entered_at: at,
        holder: entered.holder.clone(),
        held_since: at,
        received_at: None,
        given,
        clock: entered.clock.clone().map(Running::new),
        transfers: 0,
        votes: BTreeMap::new(),
        called: None,
        undone: false,
    };
    case.branches.insert(entered.branch, branch);
    Ok(())
}

fn open_branch(case: &mut Case, opened: &BranchOpened, at: Ts) -> Happened {
    legal(case.branches.get(&opened.parent).is_some_and(|p| p.step == opened.block), "the block is not open")?;
    legal(opened.branch == BranchId(case.next_branch), "branches are numbered as they are born")?;
    case.next_branch += 1;
    let branch = Branch {
        id: opened.branch,
        block: Some(InBlock {
            parent: opened.parent,
            block: opened.block.clone(),
            key: opened.key.clone(),
            each: opened.each.clone(),
        }),
        step: opened.step.clone(),
        from: None,
        entered_at: at,
        holder: opened.holder.clone(),
        held_since: at,
        received_at: None,
        given: None,
        clock: opened.clock.clone().map(Running::new),
        transfers: 0,
        votes: BTreeMap::new(),
        called: None,
        undone: false,
    };
    case.branches.insert(opened.branch, branch);
    Ok(())
}

fn close_branch(case: &mut Case, id: BranchId, how: Closing) -> Happened {
    legal(id != BranchId::MAIN, "the main branch ends with the case")?;
    let branch = case.branches.remove(&id).ok_or("the branch is not open")?;
    let orphan = |other: &Branch| other.block.as_ref().is_some_and(|block| block.parent == id);
    legal(!case.branches.values().any(orphan), "branches opened by it are still open")?;
    legal(branch.called.is_none(), STILL_CALLED)?;
    let block = branch.block.ok_or("it is in no block")?;
    let answer = Answer { by: None, silent: how == Closing::Silent, cancelled: false, fields: BTreeMap::new() };
    let answer = case.answers.entry((block.block, block.key)).or_insert(answer);
    answer.cancelled = how == Closing::Cancelled;
    Ok(())
}

/// What a branch that leaves must have done with.
const STILL_CALLED: &str = "the case it called is still open";

fn call(case: &mut Case, called: &Called) -> Happened {
    legal(called.case == case.id.called(case.calls + 1), "called cases are numbered as they are born")?;
    let branch = case.branches.get_mut(&called.branch).filter(|branch| branch.step == called.step);
    let branch = branch.ok_or("the branch is not in that step")?;
    legal(branch.called.is_none(), STILL_CALLED)?;
    branch.called = Some(called.case.clone());
    case.calls += 1;
    Ok(())
}

/// The branch waits for the called case no more.
fn end_call(case: &mut Case, branch: BranchId, step: &StepId, called: &CaseId) -> Happened {
    let branch = case.branches.get_mut(&branch).filter(|branch| branch.step == *step);
    let ended = branch.ok_or("the branch is not in that step")?.called.take();
    legal(ended.as_ref() == Some(called), "it did not call that case")
}

fn receive(case: &mut Case, id: BranchId, at: Ts) -> Happened {
    let branch = case.branches.get_mut(&id).ok_or("the branch is not open")?;
    legal(branch.received_at.is_none(), "it was received already")?;
    branch.received_at = Some(at);
    Ok(())
}

/// Undoes a hand-over nobody has received; the step it led to.
fn undo(case: &mut Case, id: BranchId) -> Result<StepId, &'static str> {
    let branch = case.branches.get_mut(&id).ok_or("the branch is not open")?;
    legal(branch.received_at.is_none(), "it was received already")?;
    legal(branch.given.is_some(), "nobody gave it")?;
    branch.undone = true;
    Ok(branch.step.clone())
}

fn change_holder(case: &mut Case, id: BranchId, holder: &Holder, at: Ts) -> Happened {
    let branch = case.branches.get_mut(&id).ok_or("the branch is not open")?;
    branch.holder = holder.clone();
    branch.held_since = at;
    branch.transfers += u32::from(holder.how == How::Transferred);
    // A verdict on the giver that nobody has given yet waits for the new holder; otherwise the hand-over is done.
    if branch.received_at.take().is_some() {
        branch.given = None;
    }
    Ok(())
}

fn resume(
    case: &mut Case,
    clock: Option<&Clock>,
    groups: &BTreeMap<GroupId, Clock>,
    from_zero: bool,
    at: Ts,
) -> Happened {
    let renew = |running: &mut Running, clock: &Clock| {
        *running = match from_zero && *clock != running.clock {
            true => Running::new(clock.clone()),
            false => Running { clock: clock.clone(), since: at, ..running.clone() },
        };
    };
    match (case.clock.as_mut(), clock) {
        (Some(running), Some(clock)) => renew(running, clock),
        (None, None) => {}
        _ => return Err("the case's clock is not the one that stood"),
    }
    for (group, clock) in groups {
        renew(case.groups.get_mut(group).ok_or("the group's clock does not run")?, clock);
    }
    Ok(())
}

fn extend(case: &mut Case, clock: &Clock, at: Ts) -> Happened {
    let running = case.clock.as_mut().ok_or("the case has no clock")?;
    running.clock = clock.clone();
    // What the new term puts into the future rings again; what lies behind has rung.
    let behind: BTreeSet<TimerKind> =
        running.instants().into_iter().filter(|(_, instant)| *instant <= at).map(|(kind, _)| kind).collect();
    let rang = std::mem::replace(&mut running.fired, behind);
    // While the clock stands nothing rings: what it would have told meanwhile still waits.
    if case.stopped.is_some() {
        running.fired.retain(|kind| rang.contains(kind));
    }
    case.extensions += 1;
    Ok(())
}

fn fire(case: &mut Case, timer: &TimerKey) -> Happened {
    let running = running_mut(case, &timer.scope).ok_or("there is no such clock")?;
    legal(running.instants().iter().any(|(kind, _)| *kind == timer.kind), "the clock has no such timer")?;
    legal(running.fired.insert(timer.kind), "the timer has fired already")
}

/// An escalation comes to a superior: by its own timer, or because the one before him let his term pass.
fn escalate(case: &mut Case, timer: &TimerKey, superior: Superior) -> Happened {
    match timer.kind {
        TimerKind::Escalation(n) => {
            fire(case, timer)?;
            let running = running_mut(case, &timer.scope).ok_or("there is no such clock")?;
            running.superiors.insert(n, superior);
        }
        TimerKind::Superior(n) => {
            let running = running_mut(case, &timer.scope).ok_or("there is no such clock")?;
            legal(running.fired.remove(&timer.kind), "the superior's term has not passed")?;
            let before = running.superiors.get(&n).ok_or("there is no such escalation")?;
            legal(before.acknowledged_at.is_none(), "it was acknowledged already")?;
            let passed = before.before.iter().chain([&before.person]).cloned().collect();
            running.superiors.insert(n, Superior { before: passed, ..superior });
        }
        _ => return Err("the timer is no escalation"),
    }
    Ok(())
}

fn running_mut<'a>(case: &'a mut Case, scope: &Scope) -> Option<&'a mut Running> {
    match scope {
        Scope::Case => case.clock.as_mut(),
        Scope::Group(group) => case.groups.get_mut(group),
        Scope::Branch(branch) => case.branches.get_mut(branch)?.clock.as_mut(),
    }
}

fn deadline_of(branch: BranchId) -> TimerKey {
    TimerKey { scope: Scope::Branch(branch), kind: TimerKind::Deadline }
}

fn legal(holds: bool, otherwise: &'static str) -> Happened {
    if holds { Ok(()) } else { Err(otherwise) }
}
