//! Entry + case before and after -> the rows that screens and queries read.
//!
//! A fold: the same entries give the same rows, so rows can be thrown away and made again. It decides nothing. What a
//! case alone does not know (numbers of holdings, minutes counted so far) stands in its [`Book`].

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::course::Course;
use crate::ids::{BranchId, CaseId, PersonId, Ts};
use crate::journal::entry::{Entry, Record};
use crate::machine::case::{Branch, Case, Status, Unacknowledged};
use crate::machine::event::{Event, Scope, TimerKey, TimerKind};
use crate::projection::rows::{CaseRow, Change, EscalationRow, HoldingRow, NoticeRow, TimerRow};

const MINUTE: i64 = 60_000_000;

/// What the rows of one case need beside the case: it is kept with it and grows with each entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    next_n: u32,
    open: BTreeMap<BranchId, Open>,
    /// Working time in which the case's clock stood, up to the last change, in microseconds.
    stood: i64,
    stands_since: Option<Ts>,
}

/// A holding that lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Open {
    row: HoldingRow,
    /// Minutes of the case passed, and stood, when it began.
    passed: i64,
    stood: i64,
}

impl Book {
    /// The changes that one entry of a case makes. `before` is nothing for the first; `course` is how working time passes
    /// for the case. What is counted once is never counted again, and versions that come into force later change nothing
    /// of it.
    pub fn project(&mut self, before: Option<&Case>, entry: &Entry, after: &Case, course: &Course) -> Vec<Change> {
        let Record::Case(event) = &entry.record else { return Vec::new() };
        let at = entry.occurred_at;
        let mut changes = vec![Change::PutCase(case_row(after, entry.case_seq + 1))];
        self.advance(event, after, at, course, &mut changes);
        timers(before, after, &mut changes);
        escalations(before, after, &mut changes);
        notices(entry.seq, at, &after.id, event, &mut changes);
        changes
    }

    /// The same for whoever needs no rows: the book grows as by [`Book::project`].
    pub fn follow(&mut self, entry: &Entry, after: &Case, course: &Course) {
        if let Record::Case(event) = &entry.record {
            self.advance(event, after, entry.occurred_at, course, &mut Vec::new());
        }
    }

    fn advance(&mut self, event: &Event, after: &Case, at: Ts, course: &Course, changes: &mut Vec<Change>) {
        self.stand(after, at, course);
        self.hold(event, after, at, course, changes);
    }

    /// Counts the time in which the case's clock stands.
    fn stand(&mut self, after: &Case, at: Ts, course: &Course) {
        let stands_since = after.stopped.as_ref().map(|stopped| stopped.since);
        if self.stands_since != stands_since {
            if let Some(since) = self.stands_since {
                self.stood += course.working_micros(since, at);
            }
            self.stands_since = stands_since;
        }
    }

    /// Whole working minutes of the case passed and stood at an instant. Taken as differences of such floors, the
    /// minutes of holdings that follow each other add up exactly to those of the whole.
    fn counted(&self, opened_at: Ts, at: Ts, course: &Course) -> (i64, i64) {
        let now = self.stands_since.map_or(0, |since| course.working_micros(since, at));
        (course.working_micros(opened_at, at).div_euclid(MINUTE), (self.stood + now).div_euclid(MINUTE))
    }

    /// Ends and begins holdings. An event that gives a branch a holder always begins one, even where the same person
    /// goes on at the same instant; for the rest the branches after the entry count.
    fn hold(&mut self, event: &Event, after: &Case, at: Ts, course: &Course, changes: &mut Vec<Change>) {
        let given = match event {
            Event::StepEntered(entered) => Some(entered.branch),
            Event::BranchOpened(opened) => Some(opened.branch),
            Event::HolderChanged { branch, .. } => Some(*branch),
            _ => None,
        };
        let counted = self.counted(after.opened_at, at, course);
        let over: Vec<BranchId> = self.open.keys().copied().filter(|id| lives(after, *id).is_none()).collect();
        for id in over.into_iter().chain(given) {
            if let Some(open) = self.open.remove(&id) {
                changes.push(Change::PutHolding(open.end(at, counted)));
            }
        }
        let missing = after.branches.values().filter(|branch| lives(after, branch.id).is_some());
        for branch in missing {
            match self.open.get_mut(&branch.id) {
                Some(open) => {
                    let was = open.row.clone();
                    // A newer text may call the step otherwise.
                    open.row.step = branch.step.clone();
                    open.row.received_at = branch.received_at;
                    open.row.deadline = branch.clock.as_ref().map(|running| running.clock.deadline);
                    if breached(event) == Some(branch.id) {
                        open.row.breached_at = branch.clock.as_ref().and_then(|running| running.breached_at);
                    }
                    if open.row != was {
                        changes.push(Change::PutHolding(open.row.clone()));
                    }
                }
                None => {
                    let row = holding_row(after, branch, self.next_n, at);
                    self.next_n += 1;
                    changes.push(Change::PutHolding(row.clone()));
                    self.open.insert(branch.id, Open { row, passed: counted.0, stood: counted.1 });
                }
            }
        }
    }
}

impl Open {
    fn end(self, at: Ts, (passed, stood): (i64, i64)) -> HoldingRow {
        let minutes = passed - self.passed;
        // Two roundings down can part by one; what is excused is never more than what was held.
        let excused = (stood - self.stood).min(minutes);
        HoldingRow { ended_at: Some(at), minutes: Some(minutes), excused_minutes: Some(excused), ..self.row }
    }
}

fn lives(case: &Case, id: BranchId) -> Option<&Branch> {
    if case.is_open() { case.branches.get(&id) } else { None }
}

fn breached(event: &Event) -> Option<BranchId> {
    match event {
        Event::Breached { timer: TimerKey { scope: Scope::Branch(id), kind: TimerKind::Deadline }, .. } => Some(*id),
        _ => None,
    }
}

fn case_row(case: &Case, entries: u64) -> CaseRow {
    let (status, ended_at) = match &case.status {
        Status::Open => ("open", None),
        Status::Ended { outcome, at, .. } => (outcome.word(), Some(*at)),
    };
    CaseRow {
        case: case.id.clone(),
        procedure: case.procedure.clone(),
        procedure_version: case.procedure_version,
        digest: case.digest.clone(),
        owner: case.owner.clone(),
        title: case.title.clone(),
        code: case.code.clone(),
        channel: case.channel.clone(),
        status: status.to_owned(),
        opened_at: case.opened_at,
        ended_at,
        deadline: case.clock.as_ref().map(|running| running.clock.deadline),
        promise: case.promise,
        stopped_since: case.stopped.as_ref().map(|stopped| stopped.since),
        marks: case.marks.keys().copied().collect(),
        revision: case.revision,
        entries,
        last_at: case.last_at,
    }
}

fn holding_row(case: &Case, branch: &Branch, n: u32, at: Ts) -> HoldingRow {
    let pool = branch.holder.pool.as_ref();
    HoldingRow {
        case: case.id.clone(),
        n,
        branch: branch.id,
        step: branch.step.clone(),
        procedure: case.procedure.clone(),
        holder: branch.holder.person.clone(),
        unit: branch.holder.unit.clone(),
        how: branch.holder.how.word().to_owned(),
        pool_unit: pool.map(|pool| pool.unit.clone()),
        pool_post: pool.and_then(|pool| pool.post.clone()),
        claimable: pool.is_some_and(|pool| pool.claim),
        started_at: at,
        ended_at: None,
        received_at: branch.received_at,
        deadline: branch.clock.as_ref().map(|running| running.clock.deadline),
        breached_at: None,
        minutes: None,
        excused_minutes: None,
    }
}

/// The difference between the timers that waited and those that wait now.
fn timers(before: Option<&Case>, after: &Case, changes: &mut Vec<Change>) {
    let was: BTreeSet<(TimerKey, Ts)> = before.map(Case::timers).unwrap_or_default().into_iter().collect();
    let is: BTreeSet<(TimerKey, Ts)> = after.timers().into_iter().collect();
    let row =
        |(key, due_at): &(TimerKey, Ts)| TimerRow { case: after.id.clone(), key: key.to_string(), due_at: *due_at };
    changes.extend(was.difference(&is).map(row).map(Change::DropTimer));
    changes.extend(is.difference(&was).map(row).map(Change::PutTimer));
}

/// The difference between the escalations that waited to be acknowledged and those that wait now.
fn escalations(before: Option<&Case>, after: &Case, changes: &mut Vec<Change>) {
    let rows = |case: &Case| -> BTreeMap<(BranchId, u16), EscalationRow> {
        let row = |waits: Unacknowledged<'_>| EscalationRow {
            case: case.id.clone(),
            branch: waits.branch,
            level: waits.level,
            superior: waits.superior.person.clone(),
            since: waits.superior.since,
            answer_by: waits.superior.answer_by,
        };
        case.unacknowledged().into_iter().map(|waits| ((waits.branch, waits.level), row(waits))).collect()
    };
    let (was, is) = (before.map(rows).unwrap_or_default(), rows(after));
    changes.extend(
        was.iter().filter(|(key, _)| !is.contains_key(key)).map(|(_, row)| Change::DropEscalation(row.clone())),
    );
    let new = is.into_iter().filter(|(key, row)| was.get(key) != Some(row));
    changes.extend(new.map(|(_, row)| Change::PutEscalation(row)));
}

/// One row for each person an event told something.
fn notices(seq: u64, at: Ts, case: &CaseId, event: &Event, changes: &mut Vec<Change>) {
    let of = |timer: &TimerKey| match timer.scope {
        Scope::Branch(id) => Some(id),
        _ => None,
    };
    let (branch, due, to): (Option<BranchId>, Ts, &[PersonId]) = match event {
        Event::Reminded { timer, due, to, .. } => (of(timer), *due, to),
        Event::Breached { timer, due, to } => (of(timer), *due, to),
        Event::ApologyDue { timer, due, to } => (of(timer), *due, to),
        Event::Escalated { timer, due, to, .. } => (of(timer), *due, std::slice::from_ref(to)),
        Event::Marked { branch, to, .. } => (Some(*branch), at, to),
        _ => return,
    };
    let people: BTreeSet<&PersonId> = to.iter().collect();
    changes.extend(people.into_iter().map(|person| {
        Change::PutNotice(NoticeRow {
            seq,
            person: person.clone(),
            case: case.clone(),
            kind: event.word().to_owned(),
            at: due,
            branch,
        })
    }));
}
