//! Cases that move together: the one that is acted on, whoever called it, and what they call. All that one act comes to,
//! in every one of them, is gathered here and written in one commit, with nothing between.
//!
//! It reads no store: whoever works with it brings in the cases that it names, and writes what it has made.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::calendar::course::Course;
use crate::definition::procedure::Procedure;
use crate::ids::{CaseId, PersonId, Ts, hex};
use crate::journal::entry::{Head, Record, Sealed};
use crate::machine::calls::{Errand, errands};
use crate::machine::case::Case;
use crate::machine::command::{Actor, Command, Request};
use crate::machine::event::TimerKey;
use crate::machine::refusal::Refusal;
use crate::machine::rules::Workload;
use crate::projection::rows::Change;
use crate::service::act::{Act, Fatal, Held};
use crate::service::ask::Receipt;
use crate::service::library::Shelf;

/// Cases in the making, with everything decided on them so far.
pub struct Kin<'a> {
    shelf: &'a Shelf,
    workload: &'a Workload,
    pub now: Ts,
    head: Head,
    acts: BTreeMap<CaseId, Act>,
    /// What is asked of other cases by what was decided, with its instant.
    errands: VecDeque<(Errand, Ts)>,
    entries: Vec<Sealed>,
    changes: Vec<Change>,
    /// Where the act itself begins among the entries, after the timers fired before it.
    act_at: usize,
    /// Timers that could not be fired, by case: they stay due and keep no other waiting.
    stuck: BTreeMap<CaseId, Vec<TimerKey>>,
}

/// How far things had come, to go back to when what was begun is refused.
pub struct Mark {
    head: Head,
    /// Nothing where no case can have moved another.
    acts: Option<BTreeMap<CaseId, Act>>,
    entries: usize,
    changes: usize,
}

/// What was made, free of what it was decided by.
pub struct Made {
    pub cases: Vec<MadeCase>,
    pub entries: Vec<Sealed>,
    pub changes: Vec<Change>,
}

/// One case that moved.
pub struct MadeCase {
    pub id: CaseId,
    /// Who held branches before.
    pub holders_before: Vec<PersonId>,
    pub held: Held,
}

type Decided = Result<Result<(), Refusal>, Fatal>;

impl<'a> Kin<'a> {
    /// Nobody yet; the journal ends at `head`.
    pub fn new(head: Head, shelf: &'a Shelf, workload: &'a Workload, now: Ts) -> Kin<'a> {
        Kin {
            shelf,
            workload,
            now,
            head,
            acts: BTreeMap::new(),
            errands: VecDeque::new(),
            entries: Vec::new(),
            changes: Vec::new(),
            act_at: 0,
            stuck: BTreeMap::new(),
        }
    }

    /// Brings in a case as it is held, or one that is to be opened.
    pub fn admit(&mut self, id: CaseId, held: Option<Held>, procedure: Arc<Procedure>, course: Arc<Course>) {
        let callable = self.shelf.callable(&procedure, self.now);
        self.acts.insert(id.clone(), Act::on(id, held, procedure, course, callable));
    }

    /// Names the text that a case is asked to go on by, with everything that had happened to it.
    pub fn onto(&mut self, id: &CaseId, procedure: Arc<Procedure>, history: Vec<Sealed>) {
        if let Some(act) = self.acts.get_mut(id) {
            act.onto(procedure, history);
        }
    }

    /// The case of that id, where it is in and has been opened.
    pub fn case(&self, id: &CaseId) -> Option<&Case> {
        self.acts.get(id)?.case.as_ref()
    }

    /// The text that a case runs on.
    pub fn procedure(&self, id: &CaseId) -> Option<&Procedure> {
        self.acts.get(id).map(|act| act.procedure.as_ref())
    }

    /// A case that moves with one of these and is not in yet.
    pub fn absent(&self) -> Option<CaseId> {
        let to_open = |id: &CaseId| self.errands.iter().any(|(errand, _)| errand.opens.is_some() && errand.case == *id);
        let open = self.acts.values().filter_map(|act| act.case.as_ref()).filter(|case| case.is_open());
        let related = open.flat_map(|case| {
            let called = case.branches.values().filter_map(|branch| branch.called.as_ref());
            case.caller.as_ref().map(|caller| &caller.case).into_iter().chain(called)
        });
        let wanted = self.errands.iter().filter(|(errand, _)| errand.opens.is_none()).map(|(errand, _)| &errand.case);
        related.chain(wanted).find(|id| !self.acts.contains_key(*id) && !to_open(id)).cloned()
    }

    /// The earliest timer of all that is due by then, with its case and the instant it fires at.
    pub fn due(&self, by: Ts) -> Option<(CaseId, TimerKey, Ts)> {
        let due = |act: &Act| {
            let case = act.case.as_ref()?;
            let stuck = self.stuck.get(&case.id).map_or(&[][..], Vec::as_slice);
            case.due_but(by, stuck).map(|(timer, due)| (case.id.clone(), timer, due.max(case.last_at)))
        };
        self.acts.values().filter_map(due).min_by(|a, b| (a.2, &a.0).cmp(&(b.2, &b.0)))
    }

    /// Passes over a timer that could not be fired.
    pub fn give_up(&mut self, id: CaseId, timer: TimerKey) {
        self.stuck.entry(id).or_default().push(timer);
    }

    /// Decides a command on a case that is in, and records what was decided.
    pub fn act(&mut self, id: &CaseId, actor: &Actor, at: Ts, command: Command) -> Decided {
        let Some(act) = self.acts.get_mut(id) else {
            return Err(Fatal::History { case: id.clone(), why: "it is not here".to_owned() });
        };
        let request = Request { actor: actor.clone(), at, command };
        let events = match act.decide(&request, self.shelf, self.workload, &self.entries) {
            Ok(events) => events,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let decided = if act.calls() || act.case.is_none() { events.clone() } else { Vec::new() };
        let recorded = act.record(self.head, self.now, actor, at, events)?;
        self.head = recorded.head;
        self.entries.extend(recorded.entries);
        self.changes.extend(recorded.changes);
        if let Some(case) = &act.case {
            self.errands.extend(errands(case, &decided).into_iter().map(|errand| (errand, at)));
        }
        Ok(Ok(()))
    }

    /// Carries out one errand on a case that is in, or opens the case; nothing where none waits.
    pub fn next_errand(&mut self) -> Option<Decided> {
        let (errand, at) = self.errands.pop_front()?;
        if let Some(digest) = &errand.opens {
            let missing =
                |what: &str| Fatal::History { case: errand.case.clone(), why: format!("its {what} is not here") };
            let Some(procedure) = self.shelf.procedure(digest) else { return Some(Err(missing("procedure"))) };
            let Some(course) = self.shelf.course_of(&procedure) else { return Some(Err(missing("calendar"))) };
            self.admit(errand.case.clone(), None, procedure, course);
        }
        let at = self.case(&errand.case).map_or(at, |case| case.last_at.max(at));
        Some(self.act(&errand.case, &Actor::System, at, errand.command))
    }

    /// How far things have come.
    pub fn mark(&self) -> Mark {
        let alone = self.acts.len() == 1 && self.acts.values().all(|act| !act.calls());
        Mark {
            head: self.head,
            acts: (!alone).then(|| self.acts.clone()),
            entries: self.entries.len(),
            changes: self.changes.len(),
        }
    }

    /// Forgets all that was decided since. A case that moves no other has decided nothing when it is refused.
    pub fn go_back(&mut self, mark: Mark) {
        self.errands.clear();
        self.head = mark.head;
        self.entries.truncate(mark.entries);
        self.changes.truncate(mark.changes);
        if let Some(acts) = mark.acts {
            self.acts = acts;
        }
    }

    /// What comes now is the act itself.
    pub fn begin_act(&mut self) {
        self.act_at = self.entries.len();
    }

    /// The entries so far.
    pub fn entries(&self) -> &[Sealed] {
        &self.entries
    }

    /// What the act itself came to in the case it was on.
    pub fn receipt(&self, id: &CaseId, dry_run: bool) -> Receipt {
        let own = || self.entries[self.act_at..].iter().filter(|sealed| sealed.entry.case.as_ref() == Some(id));
        let first = own().next();
        let kept = first.filter(|_| !dry_run);
        Receipt {
            case: id.clone(),
            revision: self.case(id).map_or(0, |case| case.revision),
            seq: kept.map(|sealed| sealed.entry.seq),
            leaf: kept.map(|sealed| hex(&sealed.leaf)),
            recorded_at: first.map_or(self.now, |sealed| sealed.entry.recorded_at),
            events: own()
                .filter_map(|sealed| match &sealed.entry.record {
                    Record::Case(event) => Some(event.word().to_owned()),
                    Record::Registry(_) => None,
                })
                .collect(),
        }
    }

    /// Everything that was made.
    pub fn made(self) -> Made {
        let moved = self.acts.into_values().filter(|act| act.moved);
        let cases = moved.filter_map(|act| {
            let (id, holders_before) = (act.id.clone(), act.holders_before.clone());
            act.held().map(|held| MadeCase { id, holders_before, held })
        });
        Made { cases: cases.collect(), entries: self.entries, changes: self.changes }
    }
}
