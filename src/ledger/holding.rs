//! The holdings of a case, read from its entries alone, and the law that they leave no minute without an owner.
//!
//! It shares nothing with the rows: the two are compared, and where they differ the rows are wrong.

use std::collections::BTreeMap;

use crate::calendar::course::Course;
use crate::ids::{BranchId, CaseId, PersonId, StepId, Ts, UnitId};
use crate::journal::entry::{Entry, Record};
use crate::machine::event::{Clock, Event, Holder, How, Scope, TimerKind};

/// One interval in which one person answered for one branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    pub case: CaseId,
    /// From 0 in the order of beginning.
    pub n: u32,
    pub branch: BranchId,
    /// Which of [`Custody::lives`] it belongs to; nothing for one outside every life, which is a fault.
    pub life: Option<u32>,
    pub step: StepId,
    pub holder: PersonId,
    pub unit: UnitId,
    pub how: How,
    pub started_at: Ts,
    /// Nothing while it lasts.
    pub ended_at: Option<Ts>,
    pub received_at: Option<Ts>,
    pub deadline: Option<Ts>,
    /// When the deadline passed while he held it.
    pub breached_at: Option<Ts>,
    /// Working minutes held, once it has ended.
    pub minutes: Option<i64>,
    /// Of them, minutes in which the case's clock stood.
    pub excused_minutes: Option<i64>,
}

/// One life of a branch: for the main branch from opening, or reopening, to the end of the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    pub branch: BranchId,
    pub started_at: Ts,
    pub ended_at: Option<Ts>,
    /// Working minutes of the whole life, once it has ended.
    pub minutes: Option<i64>,
}

/// Everything held in a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Custody {
    /// In the order of beginning.
    pub holdings: Vec<Holding>,
    pub lives: Vec<Life>,
}

/// The holdings of a case. `course` is how working time passes for it.
pub fn holdings(entries: &[Entry], course: &Course) -> Vec<Holding> {
    custody(entries, course).holdings
}

/// The holdings of a case with the lives they must fill.
pub fn custody(entries: &[Entry], course: &Course) -> Custody {
    let mut reading = Reading { custody: Custody::default(), open: BTreeMap::new(), lives: BTreeMap::new() };
    for entry in entries {
        if let (Some(case), Record::Case(event)) = (&entry.case, &entry.record) {
            reading.event(case, event, entry.occurred_at);
        }
    }
    let opened_at = entries.first().map_or(Ts(0), |entry| entry.occurred_at);
    let stood = standing(entries);
    let mut custody = reading.custody;
    for holding in &mut custody.holdings {
        let Some(ended_at) = holding.ended_at else { continue };
        let minutes = between(opened_at, holding.started_at, ended_at, course);
        let excused =
            floor(stood_until(&stood, ended_at, course)) - floor(stood_until(&stood, holding.started_at, course));
        holding.minutes = Some(minutes);
        holding.excused_minutes = Some(excused.min(minutes));
    }
    for life in &mut custody.lives {
        life.minutes = life.ended_at.map(|ended_at| between(opened_at, life.started_at, ended_at, course));
    }
    custody
}

struct Reading {
    custody: Custody,
    /// The open holding of each branch, as an index.
    open: BTreeMap<BranchId, usize>,
    lives: BTreeMap<BranchId, usize>,
}

impl Reading {
    fn event(&mut self, case: &CaseId, event: &Event, at: Ts) {
        match event {
            Event::CaseOpened(_) | Event::Reopened { .. } => self.born(BranchId::MAIN, at),
            Event::BranchOpened(opened) => {
                self.born(opened.branch, at);
                self.begin(case, opened.branch, &opened.step, &opened.holder, opened.clock.as_ref(), at);
            }
            Event::StepEntered(entered) => {
                self.begin(case, entered.branch, &entered.step, &entered.holder, entered.clock.as_ref(), at);
            }
            Event::HolderChanged { branch, holder, .. } => {
                let Some(former) = self.open.get(branch).and_then(|i| self.custody.holdings.get(*i)) else { return };
                let (step, deadline) = (former.step.clone(), former.deadline);
                self.begin(case, *branch, &step, holder, None, at);
                if let Some(now) = self.custody.holdings.last_mut() {
                    now.deadline = deadline;
                }
            }
            Event::CalendarChanged { clocks, .. } => {
                for changed in clocks {
                    if let Scope::Branch(branch) = changed.scope
                        && let Some(holding) = self.holding(branch)
                    {
                        holding.deadline = Some(changed.clock.deadline);
                    }
                }
            }
            // The same holding goes on under the step's new name.
            Event::CaseMigrated(moved) => {
                for holding in self.open.values().copied().collect::<Vec<_>>() {
                    if let Some(holding) = self.custody.holdings.get_mut(holding)
                        && let Some(now) = moved.steps.get(&holding.step)
                    {
                        holding.step = now.clone();
                    }
                }
            }
            Event::Received { branch, .. } => {
                if let Some(holding) = self.holding(*branch) {
                    holding.received_at = Some(at);
                }
            }
            Event::Breached { timer, due, .. } => {
                if let (Scope::Branch(branch), TimerKind::Deadline) = (&timer.scope, timer.kind)
                    && let Some(holding) = self.holding(*branch)
                {
                    holding.breached_at = Some(*due);
                }
            }
            Event::BranchClosed { branch, .. } => {
                self.end(*branch, at);
                self.dead(*branch, at);
            }
            Event::Ended { .. } => {
                for branch in self.open.keys().copied().collect::<Vec<_>>() {
                    self.end(branch, at);
                }
                for branch in self.lives.keys().copied().collect::<Vec<_>>() {
                    self.dead(branch, at);
                }
            }
            _ => {}
        }
    }

    fn begin(
        &mut self,
        case: &CaseId,
        branch: BranchId,
        step: &StepId,
        holder: &Holder,
        clock: Option<&Clock>,
        at: Ts,
    ) {
        self.end(branch, at);
        let n = self.custody.holdings.len();
        self.open.insert(branch, n);
        self.custody.holdings.push(Holding {
            case: case.clone(),
            n: n as u32,
            branch,
            life: self.lives.get(&branch).map(|life| *life as u32),
            step: step.clone(),
            holder: holder.person.clone(),
            unit: holder.unit.clone(),
            how: holder.how,
            started_at: at,
            ended_at: None,
            received_at: None,
            deadline: clock.map(|clock| clock.deadline),
            breached_at: None,
            minutes: None,
            excused_minutes: None,
        });
    }

    fn holding(&mut self, branch: BranchId) -> Option<&mut Holding> {
        self.open.get(&branch).and_then(|i| self.custody.holdings.get_mut(*i))
    }

    fn end(&mut self, branch: BranchId, at: Ts) {
        if let Some(holding) = self.holding(branch) {
            holding.ended_at = Some(at);
        }
        self.open.remove(&branch);
    }

    fn born(&mut self, branch: BranchId, at: Ts) {
        self.lives.insert(branch, self.custody.lives.len());
        self.custody.lives.push(Life { branch, started_at: at, ended_at: None, minutes: None });
    }

    fn dead(&mut self, branch: BranchId, at: Ts) {
        if let Some(life) = self.lives.remove(&branch).and_then(|i| self.custody.lives.get_mut(i)) {
            life.ended_at = Some(at);
        }
    }
}

/// The stretches in which the case's clock stood; the last may be open.
pub(super) fn standing(entries: &[Entry]) -> Vec<(Ts, Option<Ts>)> {
    let mut stretches: Vec<(Ts, Option<Ts>)> = Vec::new();
    for entry in entries {
        match &entry.record {
            Record::Case(Event::ClockStopped { .. }) => stretches.push((entry.occurred_at, None)),
            Record::Case(Event::ClockResumed { .. }) => {
                if let Some((_, to)) = stretches.last_mut() {
                    *to = Some(entry.occurred_at);
                }
            }
            _ => {}
        }
    }
    stretches
}

fn stood_until(stretches: &[(Ts, Option<Ts>)], at: Ts, course: &Course) -> i64 {
    let until = |(from, to): &(Ts, Option<Ts>)| course.working_micros(*from, to.map_or(at, |to| to.min(at)));
    stretches.iter().filter(|(from, _)| *from < at).map(until).sum()
}

fn between(opened_at: Ts, from: Ts, to: Ts, course: &Course) -> i64 {
    floor(course.working_micros(opened_at, to)) - floor(course.working_micros(opened_at, from))
}

pub(super) fn floor(micros: i64) -> i64 {
    micros.div_euclid(60_000_000)
}

impl Custody {
    /// The conservation law: in every life holdings follow each other without gap or overlap from its first instant to
    /// its last, and their minutes add up to those of the whole. The error names the place.
    pub fn conservation(&self) -> Result<(), String> {
        for (life, index) in self.lives.iter().zip(0..) {
            let tiles: Vec<&Holding> = self.holdings.iter().filter(|holding| holding.life == Some(index)).collect();
            tile(life, &tiles)?;
        }
        if let Some(stray) = self.holdings.iter().find(|holding| holding.life.is_none()) {
            return Err(format!("holding {} lies outside the life of branch {}", stray.n, stray.branch));
        }
        Ok(())
    }
}

fn tile(life: &Life, tiles: &[&Holding]) -> Result<(), String> {
    let branch = life.branch;
    let (Some(first), Some(last)) = (tiles.first(), tiles.last()) else {
        return Err(format!("nobody holds branch {branch} from {} on", life.started_at));
    };
    if first.started_at != life.started_at {
        return Err(format!("branch {branch} lives from {}, held only from {}", life.started_at, first.started_at));
    }
    for pair in tiles.windows(2) {
        let [one, next] = pair else { continue };
        if one.ended_at != Some(next.started_at) {
            return Err(format!("branch {branch}: holding {} does not end where {} begins", one.n, next.n));
        }
    }
    if last.ended_at != life.ended_at {
        return Err(format!("branch {branch}: holding {} does not end with the branch", last.n));
    }
    let held: Option<i64> = tiles.iter().map(|holding| holding.minutes).sum();
    if life.ended_at.is_some() && held != life.minutes {
        return Err(format!("branch {branch}: {held:?} minutes held of {:?} lived", life.minutes));
    }
    Ok(())
}
