//! Plays the scenarios of a test file through the machine, on a clock that is set; pure apart from what it is given.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::calendar::calendar::{Calendar, Rule};
use crate::calendar::shelf::Calendars;
use crate::calendar::working_time::WorkingTime;
use crate::definition::procedure::{
    By, Choice, Doer, Limit, Means, Needs, People, Pick, Procedure, Reason, Staff, Step, StepKind, Target, Transition,
    UnitRef, Who,
};
use crate::definition::value::{Kind, Value};
use crate::directory::Directory;
use crate::ids::{BranchId, CaseId, DocumentId, FieldId, PersonId, StepId, Ts, UnitId, Verb};
use crate::machine::case::Case;
use crate::machine::command::{Actor, Command, Open, Request, Signal, Take};
use crate::machine::decide::decide;
use crate::machine::event::Event;
use crate::machine::evolve::evolve;
use crate::machine::refusal::Refusal;
use crate::machine::rules::{Rules, Workload};
use crate::rehearsal::scenario::{Item, Scenario, StartAt, TestFile};
use crate::rehearsal::stand_in;

/// What a scenario came to.
pub struct Played {
    pub name: String,
    /// What was not as expected; empty when it passed.
    pub faults: Vec<String>,
    /// What happened, line by line.
    pub timeline: Vec<String>,
    pub covered: Covered,
}

/// What of the procedure was walked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    pub steps: BTreeSet<StepId>,
    pub actions: BTreeSet<(StepId, Verb)>,
}

/// Plays every scenario of a file.
pub fn rehearse(file: &TestFile, procedure: &Procedure, calendars: &Calendars) -> Vec<Played> {
    file.scenarios.iter().map(|scenario| play(file, scenario, procedure, calendars)).collect()
}

fn play(file: &TestFile, scenario: &Scenario, procedure: &Procedure, calendars: &Calendars) -> Played {
    let mut procedure = procedure.clone();
    if let Some(calendar) = &file.calendar {
        procedure.calendar = calendar.as_str().into();
    }
    let mut played =
        Played { name: scenario.name.clone(), faults: Vec::new(), timeline: Vec::new(), covered: Covered::default() };
    let Some(calendar) = calendars.get(&procedure.calendar) else {
        played.faults.push(format!("không có lịch `{}`", procedure.calendar));
        return played;
    };
    let directory = match stand_in::directory(&procedure, &file.stand_ins, &units_given(&procedure, scenario)) {
        Ok(directory) => directory,
        Err(why) => {
            played.faults.push(why);
            return played;
        }
    };
    let mut stage = Stage {
        procedure: &procedure,
        directory: &directory,
        calendars,
        calendar,
        workload: Workload::default(),
        case: None,
        now: Ts(0),
        notices: Vec::new(),
        played: &mut played,
    };
    if let Err(fault) = stage.tell(scenario) {
        stage.played.faults.push(fault);
    }
    played
}

/// One thing that was told.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    pub(super) at: Ts,
    pub(super) kind: &'static str,
    pub(super) percent: Option<u8>,
    pub(super) to: Vec<PersonId>,
    pub(super) of: Option<UnitId>,
    pub(super) legal: Option<String>,
}

pub(super) struct Stage<'a> {
    pub(super) procedure: &'a Procedure,
    pub(super) directory: &'a Directory,
    pub(super) calendars: &'a Calendars,
    pub(super) calendar: &'a Calendar,
    pub(super) workload: Workload,
    pub(super) case: Option<Case>,
    pub(super) now: Ts,
    pub(super) notices: Vec<Notice>,
    pub(super) played: &'a mut Played,
}

impl Stage<'_> {
    fn tell(&mut self, scenario: &Scenario) -> Result<(), String> {
        match (&scenario.start, &scenario.start_at) {
            (Some(start), None) => {
                self.now = self.instant(start)?;
                let (fields, documents) = self.given(&scenario.given)?;
                let open = Open {
                    title: scenario.name.clone(),
                    code: scenario.code.clone(),
                    channel: scenario.channel.clone(),
                    fields,
                    documents,
                };
                self.ask(self.procedure, Actor::Person("applicant".into()), Command::Open(open)).map_err(|r| r.vi)?;
            }
            (None, Some(start_at)) => self.begin_at(start_at, scenario)?,
            _ => return Err("kịch bản cần đúng một trong `start` và `start_at`".into()),
        }
        for (n, item) in scenario.run.iter().enumerate() {
            self.line(item).map_err(|fault| format!("dòng {}: {fault}", n + 1))?;
        }
        if let Some(expect) = &scenario.expect {
            self.expect(expect);
        }
        Ok(())
    }

    /// Puts the case into the step: whoever did steps before does them again in one instant, each in a step of one button.
    fn begin_at(&mut self, start: &StartAt, scenario: &Scenario) -> Result<(), String> {
        self.now = self.instant(&start.time)?;
        let target = StepId::from(start.step.as_str());
        if !self.procedure.steps.contains_key(&target) {
            return Err(format!("không có bước `{target}`"));
        }
        let mut done: Vec<(StepId, String)> =
            start.done.iter().map(|(step, who)| (step.as_str().into(), who.clone())).collect();
        if let Some(who) = &start.drafted_by {
            let separated = self.procedure.separate.iter().find(|line| line.steps.contains(&target));
            let drafted =
                separated.and_then(|line| line.steps.first()).ok_or("bước này không nằm trong dòng `separate` nào")?;
            done.push((drafted.clone(), who.clone()));
        }
        let mut staged = self.procedure.clone();
        // What is wanted where a case is received was given long ago.
        staged.fields.values_mut().for_each(|field| field.required = false);
        staged.documents.values_mut().for_each(|paper| paper.required = false);
        let mut next = target;
        for (step, who) in done.iter().rev() {
            let people = crate::ids::PeopleId::new(format!("stand_in_{step}"));
            let unit =
                self.directory.unit_of(&who.as_str().into(), self.now).unwrap_or_else(|| self.procedure.owner.clone());
            let post = self.directory.posts_of(&who.as_str().into(), self.now).into_iter().find(|(u, _)| *u == unit);
            let who_rule = post.map_or(Who::HeadOf(UnitRef::Unit(unit.clone())), |(unit, post)| Who::Post {
                post,
                unit: UnitRef::Unit(unit),
            });
            staged.people.insert(
                people.clone(),
                People { title: Default::default(), who: who_rule, pick: Pick::Claim, substitute: Vec::new() },
            );
            staged.steps.insert(step.clone(), one_button(step, &people, &next));
            next = step.clone();
        }
        staged.start = vec![Choice { when: None, then: next }];
        let (mut fields, mut documents) = self.given(&start.with)?;
        let (more_fields, more_documents) = self.given(&scenario.given)?;
        fields.extend(more_fields);
        documents.extend(more_documents);
        let open = Open {
            title: scenario.name.clone(),
            code: scenario.code.clone(),
            channel: scenario.channel.clone(),
            fields,
            documents,
        };
        self.ask(&staged, Actor::Person("applicant".into()), Command::Open(open)).map_err(|r| r.vi)?;
        for (_, who) in &done {
            let actor = Actor::Person(who.as_str().into());
            if self.holder() != Some(&who.as_str().into()) {
                self.ask(&staged, actor.clone(), Command::Claim { branch: BranchId::MAIN }).map_err(|r| r.vi)?;
            }
            self.ask(&staged, actor, Command::Take(Take::plain(BranchId::MAIN, "complete"))).map_err(|r| r.vi)?;
        }
        self.played.covered = Covered::default();
        Ok(())
    }

    fn line(&mut self, item: &Item) -> Result<(), String> {
        for length in [&item.after, &item.wait].into_iter().flatten() {
            let length = WorkingTime::parse(length).map_err(|fault| fault.vi())?;
            self.now = self.calendar.add(self.now, &length, Rule::Hour);
        }
        if let Some(until) = &item.wait_until {
            self.now = self.instant(until)?;
        }
        self.fire_due()?;
        if let Some(event) = &item.signal {
            let id = item.id.clone().ok_or("`signal` cần `id`: mã của sự kiện bên hệ thống ngoài")?;
            let (fields, documents) = self.given(&item.with)?;
            let signal = Signal { event: event.clone(), id, source: None, branch: None, fields, documents };
            self.ask(self.procedure, Actor::System, Command::Signal(signal))
                .map_err(|refusal| format!("tín hiệu `{event}`: {} ({})", refusal.vi, refusal.code.word()))?;
        }
        match (&item.who, &item.act) {
            (Some(who), Some(act)) => {
                for name in who.all() {
                    let (actor, command) = self.command(
                        name,
                        act,
                        &item.with,
                        item.reason.clone(),
                        item.to.as_deref(),
                        item.length.clone(),
                    )?;
                    self.ask(self.procedure, actor, command).map_err(|refusal| {
                        format!("{name} không làm được `{act}`: {} ({})", refusal.vi, refusal.code.word())
                    })?;
                }
            }
            (None, None) => {}
            _ => return Err("`as` và `do` đi cùng nhau".into()),
        }
        if let Some(expect) = &item.expect {
            self.expect(expect);
        }
        Ok(())
    }

    /// The command of a word, on the branch the person holds.
    pub(super) fn command(
        &self,
        name: &str,
        act: &str,
        with: &BTreeMap<String, Json>,
        reason: Option<String>,
        to: Option<&str>,
        length: Option<String>,
    ) -> Result<(Actor, Command), String> {
        let case = self.case.as_ref().ok_or("chưa có hồ sơ")?;
        // The applicant's acts are recorded by whoever holds the step.
        let person: PersonId = match name {
            "applicant" | "outside" => self.holder().cloned().ok_or("không ai đang giữ")?,
            name => name.into(),
        };
        let mut held = case.branches.values().filter(|branch| branch.holder.person == person);
        let fits = |branch: &&crate::machine::case::Branch| {
            let step = self.procedure.step(&branch.step);
            let own = step.and_then(Step::actions).is_some_and(|actions| actions.contains_key(act));
            own || (act == "answer" && branch.block.is_some())
        };
        let branch = held.clone().find(fits).or_else(|| held.next_back()).map_or(BranchId::MAIN, |branch| branch.id);
        let choice = to.map(Verb::from);
        let to = || to.map(PersonId::from).ok_or_else(|| "thiếu `to`".to_owned());
        let text = reason.clone().unwrap_or_default();
        let command = match act {
            "receive" => Command::Receive { branch },
            "send_back" => Command::SendBack { branch, reason: text },
            "claim" => Command::Claim { branch: self.pool_branch().unwrap_or(branch) },
            "assign" => Command::Assign { branch, to: to()?, reason },
            "transfer" => Command::Transfer { branch, to: to()?, reason: text },
            "recall" => Command::Recall { branch: BranchId::MAIN },
            "comment" => Command::Comment { text },
            "vote" => Command::Vote { branch, verb: choice, text: reason },
            verb => {
                let (fields, documents) = self.given(with)?;
                Command::Take(Take { branch, verb: verb.into(), fields, documents, reason, length })
            }
        };
        Ok((Actor::Person(person), command))
    }

    fn pool_branch(&self) -> Option<BranchId> {
        self.case.as_ref()?.branches.values().find(|branch| branch.holder.pool.is_some()).map(|branch| branch.id)
    }

    fn ask(&mut self, procedure: &Procedure, actor: Actor, command: Command) -> Result<(), Refusal> {
        self.fire_due_by(procedure)?;
        let at = self.case.as_ref().map_or(self.now, |case| case.last_at.max(self.now));
        self.apply(procedure, &Request { actor, at, command })
    }

    fn apply(&mut self, procedure: &Procedure, request: &Request) -> Result<(), Refusal> {
        let id = CaseId::from("kich-ban");
        let rules = Rules { procedure, directory: self.directory, calendars: self.calendars, workload: &self.workload };
        let events = decide(&rules, self.case.as_ref(), &id, request)?;
        for event in events {
            self.note(&event, request.at);
            match evolve(self.case.take(), &id, &event, request.at) {
                Ok(case) => self.case = Some(case),
                Err(illegal) => self.played.faults.push(format!("lịch sử không thể có: {illegal}")),
            }
        }
        Ok(())
    }

    fn fire_due(&mut self) -> Result<(), String> {
        self.fire_due_by(self.procedure).map_err(|refusal| refusal.vi)
    }

    fn fire_due_by(&mut self, procedure: &Procedure) -> Result<(), Refusal> {
        while let Some((timer, due, last)) =
            self.case.as_ref().and_then(|case| case.due(self.now).map(|(t, due)| (t, due, case.last_at)))
        {
            let request = Request { actor: Actor::System, at: due.max(last), command: Command::Fire { timer } };
            self.apply(procedure, &request)?;
        }
        Ok(())
    }

    fn note(&mut self, event: &Event, at: Ts) {
        let plain =
            |at: Ts, kind, to: &[PersonId]| Notice { at, kind, percent: None, to: to.to_vec(), of: None, legal: None };
        match event {
            Event::Reminded { due, percent, to, .. } => {
                self.notices.push(Notice { percent: *percent, ..plain(*due, "warn", to) })
            }
            Event::Breached { due, to, .. } => self.notices.push(plain(*due, "breach", to)),
            Event::Escalated { due, to, .. } => self.notices.push(plain(*due, "escalation", std::slice::from_ref(to))),
            Event::ApologyDue { due, to, .. } => self.notices.push(plain(*due, "apology", to)),
            Event::Marked { to, .. } => self.notices.push(plain(at, "mark", to)),
            Event::Lapsed { due, .. } => self.notices.push(plain(*due, "lapse", &[])),
            Event::Silent { due, unit, legal, .. } => self.notices.push(Notice {
                of: unit.clone(),
                legal: legal.as_ref().map(ToString::to_string),
                ..plain(*due, "silence", &[])
            }),
            Event::Taken(taken) => drop(self.played.covered.actions.insert((taken.step.clone(), taken.verb.clone()))),
            Event::StepEntered(entered) => drop(self.played.covered.steps.insert(entered.step.clone())),
            Event::BranchOpened(opened) => drop(self.played.covered.steps.insert(opened.step.clone())),
            Event::Decided { step, .. } => drop(self.played.covered.steps.insert(step.clone())),
            Event::Ended { step, .. } => drop(self.played.covered.steps.insert(step.clone())),
            _ => {}
        }
        self.played.timeline.push(format!("{}  {}", self.local(at), describe(event)));
    }

    fn holder(&self) -> Option<&PersonId> {
        self.case.as_ref()?.branches.values().next().map(|branch| &branch.holder.person)
    }

    fn given(&self, given: &BTreeMap<String, Json>) -> Result<(BTreeMap<FieldId, Value>, Vec<DocumentId>), String> {
        let mut fields = BTreeMap::new();
        let mut documents = Vec::new();
        for (name, json) in given {
            if name == "documents" {
                let list = json.as_array().ok_or("`documents` là một danh sách")?;
                documents.extend(list.iter().filter_map(Json::as_str).map(DocumentId::from));
                continue;
            }
            let field = self.procedure.fields.get(name.as_str()).ok_or_else(|| format!("không có trường `{name}`"))?;
            let value = Value::read(&field.kind, json)
                .map_err(|wrong| format!("`{name}` phải là {} {}", wrong.wanted, wrong.choices.join(", ")))?;
            fields.insert(name.as_str().into(), value);
        }
        Ok((fields, documents))
    }

    fn instant(&self, text: &str) -> Result<Ts, String> {
        let local = text.parse().map_err(|_| format!("`{text}` không phải thời điểm, viết như 2026-08-03 08:30"))?;
        Ok(self.calendar.instant(local))
    }

    pub(super) fn local(&self, at: Ts) -> String {
        self.calendar.local(at).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// Units that only the case's data name.
fn units_given(procedure: &Procedure, scenario: &Scenario) -> BTreeSet<UnitId> {
    let maps = scenario
        .run
        .iter()
        .map(|item| &item.with)
        .chain([&scenario.given])
        .chain(scenario.start_at.iter().map(|start| &start.with));
    let mut units = BTreeSet::new();
    for (name, json) in maps.flatten() {
        match procedure.fields.get(name.as_str()).map(|field| &field.kind) {
            Some(Kind::Units) => {
                units.extend(json.as_array().into_iter().flatten().filter_map(Json::as_str).map(UnitId::from))
            }
            Some(Kind::Unit) => units.extend(json.as_str().map(UnitId::from)),
            _ => {}
        }
    }
    units
}

fn one_button(step: &StepId, people: &crate::ids::PeopleId, to: &StepId) -> Step {
    let transition = Transition {
        title: None,
        to: Target::Step(to.clone()),
        when: None,
        by: Doer::Holder,
        needs: Needs::default(),
        makes: Vec::new(),
        legal: None,
        reason: Reason::None,
        at_most: None,
        within: None,
        means: Means::Forward,
        sign: None,
        signal: false,
    };
    let staff = Staff {
        by: By::People(people.clone()),
        with: Vec::new(),
        watch: Vec::new(),
        accountable: None,
        within: Limit::Untimed { because: None },
        calendar: None,
        needs: Needs::default(),
        makes: Vec::new(),
        actions: indexmap::IndexMap::from([("complete".into(), transition)]),
        escalate: Vec::new(),
        legal: None,
        clock: None,
    };
    Step { id: step.clone(), title: Default::default(), kind: StepKind::Staff(staff), inside: None, note: None }
}

/// An event in one short line.
fn describe(event: &Event) -> String {
    match event {
        Event::StepEntered(e) => format!("{} → {} ({})", e.step, e.holder.person, e.holder.how.word()),
        Event::BranchOpened(e) => format!("nhánh {} {}: {}", e.branch, e.key, e.holder.person),
        Event::Taken(t) => format!("{}: {}", t.step, t.verb),
        Event::HolderChanged { holder, .. } => format!("{} ({})", holder.person, holder.how.word()),
        Event::Reminded { percent, to, .. } => {
            format!("nhắc {}% {}", percent.unwrap_or(0), to.iter().map(PersonId::as_str).collect::<Vec<_>>().join(", "))
        }
        Event::Breached { to, .. } => {
            format!("quá hạn, báo {}", to.iter().map(PersonId::as_str).collect::<Vec<_>>().join(", "))
        }
        other => other.word().to_owned(),
    }
}
