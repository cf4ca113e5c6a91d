//! Plays scenarios through the machine, on a clock that is set; pure apart from what it is given.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::calendar::calendar::{Calendar, Rule};
use crate::calendar::shelf::Calendars;
use crate::calendar::working_time::WorkingTime;
use crate::definition::diagnostic::Text;
use crate::definition::procedure::{Outcome, Procedure, StepKind};
use crate::definition::value::Value;
use crate::directory::Directory;
use crate::ids::{CaseId, DocumentId, FieldId, PersonId, Ts, UnitId};
use crate::machine::case::{Case, Status};
use crate::machine::command::{Actor, Command, Open, Request, Signal};
use crate::machine::decide::decide;
use crate::machine::event::Event;
use crate::machine::evolve::evolve;
use crate::machine::refusal::Refusal;
use crate::machine::rules::{Callable, Rules, Workload};
use crate::rehearsal::record::Look;
use crate::rehearsal::scenario::{Item, Scenario, TestFile};
use crate::rehearsal::walk::Walked;
use crate::rehearsal::{begin, stand_in, stand_in_call, words};

/// What a scenario came to.
pub struct Played {
    pub name: String,
    /// What was not as expected; empty when it passed.
    pub faults: Vec<Fault>,
    /// What happened, line by line.
    pub timeline: Vec<Text>,
    pub walked: Walked,
    /// Everything that was told.
    pub notices: Vec<Notice>,
    /// How it stood at the end, where there was a case at all.
    pub case: Option<Case>,
    /// What could be seen after each line and at the end, where somebody wanted to know.
    pub(super) looks: Vec<Look>,
}

/// Something that was not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of `run` at which it was seen, from 0; nothing before the first one and after the last.
    pub item: Option<usize>,
    pub text: Text,
}

/// One thing that was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub at: Ts,
    pub kind: &'static str,
    pub percent: Option<u8>,
    pub to: Vec<PersonId>,
    pub of: Option<UnitId>,
    pub legal: Option<String>,
}

/// Plays every scenario of a file.
pub fn rehearse(file: &TestFile, procedure: &Procedure, calendars: &Calendars) -> Vec<Played> {
    file.scenarios.iter().map(|scenario| play(file, scenario, procedure, calendars)).collect()
}

/// Plays one scenario.
pub fn play(file: &TestFile, scenario: &Scenario, procedure: &Procedure, calendars: &Calendars) -> Played {
    played(file, scenario, procedure, calendars, false)
}

/// The same; `looking` keeps what can be seen after each line.
pub(super) fn played(
    file: &TestFile,
    scenario: &Scenario,
    procedure: &Procedure,
    calendars: &Calendars,
    looking: bool,
) -> Played {
    let mut procedure = procedure.clone();
    if let Some(calendar) = &file.calendar {
        procedure.calendar = calendar.as_str().into();
    }
    if scenario.start_at.is_some() {
        begin::has_what_is_required(&mut procedure);
    }
    let empty = |fault: Text| Played {
        name: scenario.name.clone(),
        faults: vec![Fault { item: None, text: fault }],
        timeline: Vec::new(),
        walked: Walked::default(),
        notices: Vec::new(),
        case: None,
        looks: Vec::new(),
    };
    let Some(calendar) = calendars.get(&procedure.calendar) else {
        let calendar = &procedure.calendar;
        return empty(Text::new(format!("không có lịch `{calendar}`"), format!("there is no calendar `{calendar}`")));
    };
    let units = stand_in::units_given(&procedure, scenario);
    let directory = match stand_in::directory(&procedure, &file.stand_ins, &units, &scenario.absent) {
        Ok(directory) => directory,
        Err(why) => return empty(why),
    };
    let mut stage = Stage::new(&procedure, &directory, calendars, calendar);
    stage.looks = looking.then(Vec::new);
    if let Err(text) = stage.tell(scenario) {
        stage.fault(text);
    }
    let Stage { faults, timeline, walked, notices, case, looks, .. } = stage;
    let looks = looks.unwrap_or_default();
    Played { name: scenario.name.clone(), faults, timeline, walked, notices, case, looks }
}

/// A case being played.
pub(super) struct Stage<'a> {
    pub(super) procedure: &'a Procedure,
    pub(super) directory: &'a Directory,
    pub(super) calendars: &'a Calendars,
    pub(super) calendar: &'a Calendar,
    pub(super) workload: Workload,
    /// Stand-ins of what its steps call.
    pub(super) callable: Callable,
    pub(super) case: Option<Case>,
    pub(super) now: Ts,
    pub(super) notices: Vec<Notice>,
    pub(super) walked: Walked,
    /// While whoever came before does his steps again: nothing of that is walked.
    pub(super) staging: bool,
    /// Everything that happened since the case was there to see.
    pub(super) log: Vec<Event>,
    /// What could be seen after each line and at the end, where somebody wants to know.
    pub(super) looks: Option<Vec<Look>>,
    pub(super) item: Option<usize>,
    pub(super) faults: Vec<Fault>,
    timeline: Vec<Text>,
}

impl<'a> Stage<'a> {
    pub(super) fn new(
        procedure: &'a Procedure,
        directory: &'a Directory,
        calendars: &'a Calendars,
        calendar: &'a Calendar,
    ) -> Stage<'a> {
        Stage {
            procedure,
            directory,
            calendars,
            calendar,
            workload: Workload::default(),
            callable: stand_in_call::callable(procedure),
            case: None,
            now: Ts(0),
            notices: Vec::new(),
            walked: Walked::default(),
            staging: false,
            log: Vec::new(),
            looks: None,
            item: None,
            faults: Vec::new(),
            timeline: Vec::new(),
        }
    }
}

impl Stage<'_> {
    fn tell(&mut self, scenario: &Scenario) -> Result<(), Text> {
        self.begin(scenario)?;
        for (n, item) in scenario.run.iter().enumerate() {
            self.item = Some(n);
            self.line(item)?;
            self.look(item.expect.as_ref());
        }
        self.item = None;
        if let Some(expect) = &scenario.expect {
            self.expect(expect);
        }
        self.look(scenario.expect.as_ref());
        Ok(())
    }

    /// Opens the case, from its beginning or in the middle.
    pub(super) fn begin(&mut self, scenario: &Scenario) -> Result<(), Text> {
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
                self.ask(self.procedure, Actor::Person("applicant".into()), Command::Open(open)).map_err(said)
            }
            (None, Some(start_at)) => self.begin_at(start_at, scenario),
            _ => Err(Text::new(
                "kịch bản cần đúng một trong `start` và `start_at`",
                "a scenario wants exactly one of `start` and `start_at`",
            )),
        }
    }

    /// One line of the story.
    pub(super) fn line(&mut self, item: &Item) -> Result<(), Text> {
        for length in [&item.after, &item.wait].into_iter().flatten() {
            let length = WorkingTime::parse(length).map_err(|fault| Text::new(fault.vi(), fault.en()))?;
            self.now = self.calendar.add(self.now, &length, Rule::Hour);
        }
        if let Some(until) = &item.wait_until {
            let until = self.instant(until)?;
            if until < self.now {
                let (until, now) = (self.local(until), self.local(self.now));
                return Err(Text::new(
                    format!("`wait_until: {until}` đã qua: lúc này trong kịch bản là {now}"),
                    format!("`wait_until: {until}` is past: in the scenario it is {now} now"),
                ));
            }
            self.now = until;
        }
        self.fire_due(self.procedure).map_err(said)?;
        if let Some(event) = &item.signal {
            let id = item.id.clone().ok_or_else(|| {
                Text::new(
                    "`signal` cần `id`: mã của sự kiện bên hệ thống ngoài",
                    "`signal` wants an `id`: the outside system's own number for it",
                )
            })?;
            let (fields, documents) = self.given(&item.with)?;
            let signal = Signal { event: event.clone(), id, source: None, branch: None, fields, documents };
            self.ask(self.procedure, Actor::System, Command::Signal(signal)).map_err(|refusal| {
                let code = refusal.code.word();
                Text::new(
                    format!("tín hiệu `{event}`: {} ({code})", refusal.vi),
                    format!("the signal `{event}`: {} ({code})", refusal.en),
                )
            })?;
        }
        if let Some(step) = &item.ended {
            self.end_call(step, item)?;
        }
        match (&item.who, &item.act) {
            (Some(who), Some(act)) => {
                for name in who.all() {
                    self.act(name, act, item)?;
                }
            }
            (None, None) => {}
            _ => return Err(Text::new("`as` và `do` đi cùng nhau", "`as` and `do` go together")),
        }
        if let Some(expect) = &item.expect {
            self.expect(expect);
        }
        Ok(())
    }

    /// The called case in a step ends, as the line says: what it gives back stands in `with`, under the names here.
    fn end_call(&mut self, step: &str, item: &Item) -> Result<(), Text> {
        let waits = self.case.iter().flat_map(|case| case.branches.values());
        let called = waits.filter(|branch| branch.step.as_str() == step).find_map(|branch| branch.called.clone());
        let called = called.ok_or_else(|| {
            Text::new(
                format!("`ended`: không có hồ sơ con nào đang chạy ở bước `{step}`"),
                format!("`ended`: no called case runs in the step `{step}`"),
            )
        })?;
        let word = item.outcome.as_deref().unwrap_or("done");
        let outcome = Outcome::of(word).ok_or_else(|| {
            let words = Outcome::ALL.map(Outcome::word).join(", ");
            Text::new(
                format!("`outcome` không thể là `{word}`; chọn một trong: {words}"),
                format!("`outcome` cannot be `{word}`; choose one of: {words}"),
            )
        })?;
        let (fields, documents) = self.given(&item.with)?;
        let Some(StepKind::Call(call)) = self.procedure.steps.get(step).map(|step| &step.kind) else { return Ok(()) };
        let take = &call.uses.take;
        let strange = fields.keys().map(FieldId::as_str).filter(|name| !take.fields.contains_key(*name));
        let papers = documents.iter().map(DocumentId::as_str).filter(|name| !take.documents.contains_key(*name));
        if let Some(name) = strange.chain(papers).next() {
            return Err(Text::new(
                format!("bước `{step}` không lấy `{name}` về: nó không có trong `take`"),
                format!("the step `{step}` does not take `{name}` back: it is not under `take`"),
            ));
        }
        let fields = fields.iter().filter_map(|(ours, value)| Some((take.fields.get(ours)?.clone(), value.clone())));
        let (fields, documents) =
            (fields.collect(), documents.iter().filter_map(|ours| take.documents.get(ours).cloned()).collect());
        let ended = Command::EndCall { called, outcome, fields, documents };
        self.ask(self.procedure, Actor::System, ended).map_err(said)
    }

    fn act(&mut self, name: &str, act: &str, item: &Item) -> Result<(), Text> {
        for (actor, command) in self.commands(name, act, item)? {
            self.ask(self.procedure, actor, command).map_err(|refusal| {
                let code = refusal.code.word();
                Text::new(
                    format!("{name} không làm được `{act}`: {} ({code})", refusal.vi),
                    format!("{name} could not do `{act}`: {} ({code})", refusal.en),
                )
            })?;
        }
        Ok(())
    }

    pub(super) fn ask(&mut self, procedure: &Procedure, actor: Actor, command: Command) -> Result<(), Refusal> {
        self.fire_due(procedure)?;
        let at = self.case.as_ref().map_or(self.now, |case| case.last_at.max(self.now));
        self.apply(procedure, &Request { actor, at, command })
    }

    fn apply(&mut self, procedure: &Procedure, request: &Request) -> Result<(), Refusal> {
        let id = CaseId::from("kich-ban");
        let events = decide(&self.rules(procedure), self.case.as_ref(), &id, request)?;
        for event in events {
            let before = self.case.take();
            match evolve(before.clone(), &id, &event, request.at) {
                Ok(after) => {
                    if !self.staging {
                        self.walked.walk(self.procedure, self.calendars, before.as_ref(), &event, &after);
                    }
                    self.case = Some(after);
                }
                Err(illegal) => self.fault(Text::new(
                    format!("lịch sử không thể có: {illegal}"),
                    format!("a history that cannot have happened: {illegal}"),
                )),
            }
            self.note(&event, request.at);
        }
        Ok(())
    }

    /// Everything that deciding may look at.
    pub(super) fn rules<'s>(&'s self, procedure: &'s Procedure) -> Rules<'s> {
        Rules {
            procedure,
            directory: self.directory,
            calendars: self.calendars,
            workload: &self.workload,
            onto: None,
            callable: &self.callable,
        }
    }

    pub(super) fn fire_due(&mut self, procedure: &Procedure) -> Result<(), Refusal> {
        while let Some((timer, due, last)) =
            self.case.as_ref().and_then(|case| case.due(self.now).map(|(t, due)| (t, due, case.last_at)))
        {
            let request = Request { actor: Actor::System, at: due.max(last), command: Command::Fire { timer } };
            self.apply(procedure, &request)?;
        }
        Ok(())
    }

    fn note(&mut self, event: &Event, at: Ts) {
        self.notices.extend(Notice::of(event, at));
        let (at, Text { vi, en }) = (self.local(at), words::line(event, self.procedure));
        self.timeline.push(Text::new(format!("{at}  {vi}"), format!("{at}  {en}")));
        if !self.staging {
            self.log.push(event.clone());
        }
    }

    pub(super) fn fault(&mut self, text: Text) {
        self.faults.push(Fault { item: self.item, text });
    }

    /// Who answers for the main line; in a case that is over whoever held it when it ended.
    pub(super) fn holder(&self) -> Option<&PersonId> {
        let case = self.case.as_ref()?;
        match (&case.status, &case.last_holder) {
            (Status::Ended { .. }, Some(last)) => Some(&last.person),
            _ => case.branches.values().next().map(|branch| &branch.holder.person),
        }
    }

    pub(super) fn given(
        &self,
        given: &BTreeMap<String, Json>,
    ) -> Result<(BTreeMap<FieldId, Value>, Vec<DocumentId>), Text> {
        let mut fields = BTreeMap::new();
        let mut documents = Vec::new();
        for (name, json) in given {
            if name == "documents" {
                let list = json.as_array().ok_or(Text::new("`documents` là một danh sách", "`documents` is a list"))?;
                documents.extend(list.iter().filter_map(Json::as_str).map(DocumentId::from));
                continue;
            }
            let field = self.procedure.fields.get(name.as_str());
            let field = field
                .ok_or_else(|| Text::new(format!("không có trường `{name}`"), format!("there is no field `{name}`")))?;
            let value = Value::read(&field.kind, json).map_err(|wrong| {
                let choices = wrong.choices.join(", ");
                Text::new(
                    format!("`{name}` phải là {} {choices}", wrong.wanted),
                    format!("`{name}` must be {} {choices}", wrong.wanted),
                )
            })?;
            fields.insert(name.as_str().into(), value);
        }
        Ok((fields, documents))
    }

    pub(super) fn instant(&self, text: &str) -> Result<Ts, Text> {
        let local = text.parse().map_err(|_| {
            Text::new(
                format!("`{text}` không phải thời điểm, viết như 2026-08-03 08:30"),
                format!("`{text}` is no instant; write it like 2026-08-03 08:30"),
            )
        })?;
        Ok(self.calendar.instant(local))
    }

    pub(super) fn local(&self, at: Ts) -> String {
        self.calendar.local(at).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

impl Notice {
    /// What an event tells somebody, where it does.
    pub fn of(event: &Event, at: Ts) -> Option<Notice> {
        let plain =
            |at: Ts, kind, to: &[PersonId]| Notice { at, kind, percent: None, to: to.to_vec(), of: None, legal: None };
        Some(match event {
            Event::Reminded { due, percent, to, .. } => Notice { percent: *percent, ..plain(*due, "warn", to) },
            Event::Breached { due, to, .. } => plain(*due, "breach", to),
            Event::Escalated { due, to, .. } => plain(*due, "escalation", std::slice::from_ref(to)),
            Event::ApologyDue { due, to, .. } => plain(*due, "apology", to),
            Event::Marked { to, .. } => plain(at, "mark", to),
            Event::Lapsed { due, .. } => plain(*due, "lapse", &[]),
            Event::Silent { due, unit, legal, .. } => Notice {
                of: unit.clone(),
                legal: legal.as_ref().map(ToString::to_string),
                ..plain(*due, "silence", &[])
            },
            _ => return None,
        })
    }
}

/// A refusal in words.
pub(super) fn said(refusal: Refusal) -> Text {
    Text::new(refusal.vi, refusal.en)
}
