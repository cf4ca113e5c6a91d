//! A real case told as a scenario: what was done, by stand-ins and at the times between one act and the next, and what
//! is seen then. The case is played in the same moment as it is told, so that what is written passes; where it goes
//! another way than the journal says, that is said and nothing is written.
//!
//! No person, free text or title of the case is kept. It may not read a database: it is given what happened.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::calendar::calendar::{Calendar, Rule};
use crate::calendar::shelf::Calendars;
use crate::calendar::working_time::{Length, WorkingTime};
use crate::definition::diagnostic::Text;
use crate::definition::procedure::Procedure;
use crate::definition::value::Value;
use crate::ids::{BranchId, CaseId, DocumentId, FieldId, PersonId, Ts};
use crate::machine::case::Case;
use crate::machine::command::{Actor, Request};
use crate::machine::decide::decide;
use crate::machine::event::{CaseOpened, Event, Holder, How};
use crate::machine::evolve::evolve;
use crate::rehearsal::play::Stage;
use crate::rehearsal::scenario::{Expect, Item, Names, Scenario};
use crate::rehearsal::{mask, stand_in, words};

/// How often it is begun anew with one more stand-in or one more person away.
const TRIES: usize = 24;
const MINUTE: i64 = 60_000_000;

/// One thing that happened in a case.
#[derive(Clone, Debug)]
pub struct Happened {
    pub at: Ts,
    pub actor: Actor,
    pub event: Event,
}

/// A case as a scenario, with the stand-ins it needs.
pub struct Told {
    pub scenario: Scenario,
    pub stand_ins: BTreeMap<String, Vec<String>>,
}

/// Why it does not go on as it stands.
enum Stop {
    /// The entry of `people` needs one more person.
    StandIn(String),
    /// Whoever played this was away.
    Absent(String),
    Never(Text),
}

/// Tells a case; `stand_ins` are those that the file has already.
pub fn tell(
    history: &[Happened],
    procedure: &Procedure,
    stand_ins: &BTreeMap<String, Vec<String>>,
    calendars: &Calendars,
) -> Result<Told, Text> {
    let calendar = calendars.get(&procedure.calendar).ok_or_else(|| {
        let id = &procedure.calendar;
        Text::new(
            format!("không thấy lịch `{id}` mà quy trình đếm theo; nêu thư mục lịch bằng `--calendars`"),
            format!("there is no calendar `{id}`, by which the procedure counts; name their folder with `--calendars`"),
        )
    })?;
    // What somebody only said changes nothing.
    let history: Vec<&Happened> = history.iter().filter(|one| !matches!(one.event, Event::Commented { .. })).collect();
    let mut stand_ins = stand_ins.clone();
    let mut absent: Vec<String> = Vec::new();
    for _ in 0..TRIES {
        match attempt(&history, procedure, &stand_ins, &absent, calendars, calendar) {
            Ok(scenario) => return Ok(Told { scenario, stand_ins }),
            Err(Stop::Never(why)) => return Err(why),
            Err(Stop::Absent(name)) => absent.push(name),
            Err(Stop::StandIn(people)) => {
                let names = stand_ins.entry(people.clone()).or_insert_with(|| vec![people.clone()]);
                names.push(format!("{people}_{}", names.len() + 1));
            }
        }
    }
    Err(Text::new("cần quá nhiều người đóng thay", "it would need too many stand-ins"))
}

fn attempt(
    history: &[&Happened],
    procedure: &Procedure,
    stand_ins: &BTreeMap<String, Vec<String>>,
    absent: &[String],
    calendars: &Calendars,
    calendar: &Calendar,
) -> Result<Scenario, Stop> {
    let Some((Happened { at, event: Event::CaseOpened(opened), .. }, _)) = history.split_first() else {
        return Err(Stop::Never(Text::new(
            "nhật ký của hồ sơ không bắt đầu bằng việc mở hồ sơ",
            "the case's entries do not begin with its opening",
        )));
    };
    let scenario = beginning(opened, *at, procedure, absent, calendar)?;
    let units = stand_in::units_given(procedure, &scenario);
    let directory = stand_in::directory(procedure, stand_ins, &units, absent).map_err(Stop::Never)?;
    let stage = Stage::new(procedure, &directory, calendars, calendar);
    let teller = Teller { stage, history, real: None, done: 0, plays: BTreeMap::new(), stand_ins };
    teller.tell(scenario)
}

fn beginning(
    opened: &CaseOpened,
    at: Ts,
    procedure: &Procedure,
    absent: &[String],
    calendar: &Calendar,
) -> Result<Scenario, Stop> {
    let nobody = |_: &PersonId| PersonId::from("applicant");
    Ok(Scenario {
        name: "Ghi từ một hồ sơ thật".to_owned(),
        start: Some(local(calendar, floor(at))),
        given: given(procedure, &opened.fields, &opened.documents, nobody)?,
        code: opened.code.clone(),
        channel: Some(opened.channel.clone()),
        absent: absent.to_vec(),
        ..Scenario::default()
    })
}

/// What was given along, with nothing in it that tells of a person.
fn given(
    procedure: &Procedure,
    fields: &BTreeMap<FieldId, Value>,
    documents: &[DocumentId],
    stand_in: impl Fn(&PersonId) -> PersonId,
) -> Result<BTreeMap<String, Json>, Stop> {
    let mut given = BTreeMap::new();
    for (name, value) in fields {
        let hidden = || {
            Stop::Never(Text::new(
                format!("không che được trường `{name}` mà vẫn đúng mẫu của nó; viết kịch bản này bằng tay"),
                format!(
                    "the field `{name}` cannot be made unrecognisable and keep its pattern; write this one by hand"
                ),
            ))
        };
        let field = procedure.fields.get(name).ok_or_else(hidden)?;
        let masked = mask::masked(field, value, &stand_in).ok_or_else(hidden)?;
        given.insert(name.to_string(), serde_json::to_value(masked).unwrap_or(Json::Null));
    }
    if !documents.is_empty() {
        given.insert("documents".to_owned(), documents.iter().map(|paper| Json::from(paper.as_str())).collect());
    }
    Ok(given)
}

fn floor(at: Ts) -> Ts {
    Ts(at.0.div_euclid(MINUTE) * MINUTE)
}

fn local(calendar: &Calendar, at: Ts) -> String {
    calendar.local(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A case being told and played.
struct Teller<'a> {
    stage: Stage<'a>,
    history: &'a [&'a Happened],
    /// The real case up to where it is told.
    real: Option<Case>,
    /// How much of the history is told.
    done: usize,
    /// Who plays whom, as last seen.
    plays: BTreeMap<PersonId, PersonId>,
    stand_ins: &'a BTreeMap<String, Vec<String>>,
}

impl Teller<'_> {
    fn tell(mut self, mut scenario: Scenario) -> Result<Scenario, Stop> {
        self.stage.begin(&scenario).map_err(Stop::Never)?;
        self.follow(0)?;
        while let Some(n) = self.next_act() {
            let before = self.place();
            let mut item = self.waiting(n)?;
            self.follow(scenario.run.len() + 1)?;
            self.act(n, &mut item)?;
            self.follow(scenario.run.len() + 1)?;
            let now = self.place();
            item.expect = now.filter(|now| Some(now) != before.as_ref()).map(|(step, holder)| Expect {
                step: Some(step),
                holder: Some(holder),
                ..Expect::default()
            });
            scenario.run.push(item);
        }
        if let Some(last) = self.history.last().filter(|_| self.done < self.history.len()) {
            let until = Ts(last.at.0.saturating_add(MINUTE - 1));
            let item = Item { wait_until: Some(local(self.stage.calendar, floor(until))), ..Item::default() };
            self.stage.line(&item).map_err(Stop::Never)?;
            scenario.run.push(item);
            self.follow(scenario.run.len())?;
        }
        if self.done < self.history.len() {
            return Err(self.strayed(scenario.run.len()));
        }
        let case = self.stage.case.clone().ok_or_else(|| self.strayed(0))?;
        scenario.expect = Some(self.stage.seen(&case));
        Ok(scenario)
    }

    /// The main line's step and holder.
    fn place(&self) -> Option<(String, String)> {
        let branch = self.stage.case.as_ref()?.branches.values().next()?;
        Some((branch.step.to_string(), branch.holder.person.to_string()))
    }

    /// The next thing that somebody did, and no timer.
    fn next_act(&self) -> Option<usize> {
        let left = self.history.iter().enumerate().skip(self.done);
        let mut acts = left.filter(|(_, one)| is_act(one)).map(|(n, _)| n);
        let first = acts.next()?;
        // Who acts on what he has not confirmed confirms it by that.
        let implied = |second: &usize| {
            let (a, b) = (self.history[first], self.history[*second]);
            matches!(a.event, Event::Received { .. }) && a.at == b.at && a.actor == b.actor
        };
        Some(acts.next().filter(implied).unwrap_or(first))
    }

    /// Lets the time pass up to the act, as working time where that says it exactly.
    fn waiting(&mut self, n: usize) -> Result<Item, Stop> {
        let (calendar, now, at) = (self.stage.calendar, self.stage.now, self.history[n].at);
        let timers = self.history[self.done..n].iter().any(|one| floor(at) < one.at);
        let until = if timers { Ts(floor(at).0 + MINUTE) } else { floor(at) }.max(now);
        let mut item = Item::default();
        if until > now {
            let exact = lengths(calendar.working_minutes(now, until), calendar.full_day_minutes());
            let exact = exact.into_iter().find(|length| calendar.add(now, length, Rule::Hour) == until);
            match exact {
                Some(length) => item.after = Some(length.en()),
                None => item.wait_until = Some(local(calendar, until)),
            }
        }
        self.stage.line(&item).map_err(Stop::Never)?;
        Ok(item)
    }

    /// Does the act by whoever plays the one who did it.
    fn act(&mut self, n: usize, item: &mut Item) -> Result<(), Stop> {
        let happened = self.history[n];
        let plays = |person: &PersonId| self.plays.get(person).cloned().unwrap_or_else(|| "applicant".into());
        let (procedure, word) = (self.stage.procedure, |text: &str| Some(text.to_owned()));
        let why = |reason: &Option<String>| reason.as_ref().map(|_| "Lý do như ghi trong hồ sơ".to_owned());
        match &happened.event {
            Event::Taken(taken) => {
                item.with = given(procedure, &taken.fields, &taken.documents, plays)?;
                if let Some(signal) = &taken.signal {
                    item.signal = word(taken.verb.as_str());
                    item.id = Some(format!("TH-{}", self.signals(&signal.id, n)));
                    return self.plain(item);
                }
                item.act = word(taken.verb.as_str());
                item.reason = why(&taken.reason);
            }
            Event::CallEnded(ended) => {
                item.ended = word(ended.step.as_str());
                item.outcome = word(ended.outcome.word());
                item.with = given(procedure, &ended.fields, &ended.documents, plays)?;
                return self.plain(item);
            }
            Event::Voted { verb, text, .. } => {
                item.act = word("vote");
                item.to = verb.as_ref().map(ToString::to_string);
                item.reason = why(text);
            }
            Event::Received { .. } => item.act = word("receive"),
            Event::SentBack { .. } => (item.act, item.reason) = (word("send_back"), why(&Some(String::new()))),
            Event::Recalled { .. } => item.act = word("recall"),
            Event::HolderChanged { holder, reason, .. } => {
                (item.act, item.reason) = (word(changed(holder.how)), why(reason));
            }
            Event::Extended { length, reason, made: _, .. } => {
                (item.act, item.length, item.reason) = (word("extend"), Some(length.clone()), why(reason));
            }
            Event::Apologised { new_date, .. } => {
                item.act = word("apologise");
                item.to = Some(local(self.stage.calendar, *new_date));
                item.reason = why(&Some(String::new()));
            }
            Event::Acknowledged { text, .. } => (item.act, item.reason) = (word("acknowledge"), why(text)),
            Event::Attached { document, .. } => {
                item.act = word("attach");
                item.with = given(procedure, &BTreeMap::new(), std::slice::from_ref(document), plays)?;
            }
            Event::Reopened { reason, .. } => (item.act, item.reason) = (word("reopen"), why(reason)),
            Event::CalendarChanged { .. } | Event::CaseMigrated(_) | Event::StoppedByCaller { .. } => {
                let what = words::line(&happened.event, procedure);
                return Err(Stop::Never(Text::new(
                    format!("hồ sơ này có việc mà kịch bản không kể được: {}", what.vi),
                    format!("the case has something that no scenario can tell: {}", what.en),
                )));
            }
            _ => {}
        }
        self.by_somebody(n, item)
    }

    /// The number of a signal among those of the case: the outside system's own is not kept.
    fn signals(&self, id: &str, n: usize) -> usize {
        let ids: BTreeSet<&str> = self.history[..n]
            .iter()
            .filter_map(|one| match &one.event {
                Event::Taken(taken) => taken.signal.as_ref().map(|signal| signal.id.as_str()),
                _ => None,
            })
            .filter(|known| *known != id)
            .collect();
        ids.len() + 1
    }

    fn plain(&mut self, item: &Item) -> Result<(), Stop> {
        let act = Item { after: None, wait: None, wait_until: None, ..item.clone() };
        self.stage.line(&act).map_err(Stop::Never)
    }

    /// Finds who plays the one who acted, and the one it was given to: those who are known first, then whoever the
    /// rules let do just this.
    fn by_somebody(&mut self, n: usize, item: &mut Item) -> Result<(), Stop> {
        let happened = self.history[n];
        let actor = happened.actor.right_of().cloned().unwrap_or_else(|| "inspector".into());
        let to = match &happened.event {
            Event::HolderChanged { holder, .. } if holder.how != How::Claimed => Some(holder.person.clone()),
            _ => None,
        };
        let receivers: Vec<Option<PersonId>> = match &to {
            Some(to) => self.candidates(to, None).into_iter().map(Some).collect(),
            None => vec![None],
        };
        let mut why_not = None;
        for who in self.candidates(&actor, branch_of(&happened.event)) {
            for receiver in &receivers {
                let mut tried = item.clone();
                tried.to = receiver.as_ref().map(ToString::to_string).or(tried.to);
                match self.comes_to(&who, &tried) {
                    Ok(()) => {
                        tried.who = Some(Names::One(who.to_string()));
                        *item = tried;
                        return self.plain(item);
                    }
                    // Of the first, who is the likeliest, it is told.
                    Err(why) => why_not = why_not.or(Some(why)),
                }
            }
        }
        let pool = self.pool_of(&happened.event);
        match (&happened.event, pool, why_not) {
            (Event::HolderChanged { .. }, Some(people), _) if self.may_grow(&people) => Err(Stop::StandIn(people)),
            (_, _, Some(why)) => Err(Stop::Never(why)),
            _ => Err(self.strayed(n)),
        }
    }

    /// Whether the act leads to what happened.
    fn comes_to(&self, who: &PersonId, item: &Item) -> Result<(), Text> {
        let act = item.act.as_deref().unwrap_or_default();
        let commands = self.stage.commands(who.as_str(), act, item)?;
        let Some((actor, command)) = commands.into_iter().next() else {
            return Err(Text::new("không có việc gì để làm", "there is nothing to do"));
        };
        let case = self.stage.case.as_ref();
        let at = case.map_or(self.stage.now, |case| case.last_at.max(self.stage.now));
        let request = Request { actor, at, command };
        let rules = self.stage.rules(self.stage.procedure);
        let events = decide(&rules, case, &CaseId::from("kich-ban"), &request).map_err(|refusal| {
            Text::new(
                format!("{who} không làm được `{act}`: {}", refusal.vi),
                format!("{who} could not do `{act}`: {}", refusal.en),
            )
        })?;
        let mut real = self.history[self.done..].iter().map(|one| &one.event);
        let procedure = self.stage.procedure;
        match events
            .iter()
            .map(|played| (played, real.next()))
            .find(|(p, real)| real.is_none_or(|real| !alike(real, p)))
        {
            None => Ok(()),
            Some((played, real)) => {
                Err(differs(real.map(|real| words::line(real, procedure)), Some(words::line(played, procedure)), None))
            }
        }
    }

    /// Whoever holds it, if the real one held it; whoever played him; then all others, those who play nobody first.
    fn candidates(&self, person: &PersonId, branch: Option<BranchId>) -> Vec<PersonId> {
        let mut all: Vec<PersonId> = Vec::new();
        let held = branch.and_then(|branch| self.real.as_ref()?.branches.get(&branch));
        if held.is_some_and(|branch| branch.holder.person == *person)
            && let Some(here) = branch.and_then(|branch| self.stage.case.as_ref()?.branches.get(&branch))
        {
            all.push(here.holder.person.clone());
        }
        all.extend(self.plays.get(person).cloned());
        let playing: BTreeSet<&PersonId> = self.plays.values().collect();
        let people = || self.stage.directory.people().map(|(person, _)| person);
        all.extend(people().filter(|person| !playing.contains(person)).cloned());
        if self.plays.contains_key(person) {
            all.extend(people().cloned());
        }
        all
    }

    /// The entry of `people` whose step changes hands.
    fn pool_of(&self, event: &Event) -> Option<String> {
        let branch = self.stage.case.as_ref()?.branches.get(&branch_of(event)?)?;
        let pool = branch.holder.pool.as_ref().map(|pool| pool.people.to_string());
        let plays = |names: &Vec<String>| names.iter().any(|name| name == branch.holder.person.as_str());
        let named = || self.stand_ins.iter().find(|(_, names)| plays(names)).map(|(people, _)| people.clone());
        pool.or_else(named).or_else(|| Some(branch.holder.person.to_string()))
    }

    fn may_grow(&self, people: &str) -> bool {
        self.stage.procedure.people.contains_key(people)
            && self.stand_ins.get(people).is_none_or(|names| names.len() < 12)
    }

    /// Holds what was played since against the history, and learns who plays whom.
    fn follow(&mut self, line: usize) -> Result<(), Stop> {
        while let Some(played) = self.stage.log.get(self.done).cloned() {
            let Some(real) = self.history.get(self.done) else { return Err(self.strayed(line)) };
            if !alike(&real.event, &played) {
                return Err(self.strayed(line));
            }
            if let (Some(was), Some(is)) = (holder(&real.event), holder(&played))
                && was.instead_of.is_some()
                && is.instead_of.is_none()
                && is.pool.is_none()
            {
                return Err(Stop::Absent(is.person.to_string()));
            }
            for (was, is) in persons(&real.event).into_iter().zip(persons(&played)) {
                self.plays.insert(was.clone(), is.clone());
            }
            let before = self.real.take();
            self.real = evolve(before, &CaseId::from("kich-ban"), &real.event, real.at).ok();
            self.done += 1;
        }
        Ok(())
    }

    fn strayed(&self, line: usize) -> Stop {
        let procedure = self.stage.procedure;
        let real = self.history.get(self.done).map(|one| words::line(&one.event, procedure));
        let played = self.stage.log.get(self.done).map(|event| words::line(event, procedure));
        Stop::Never(differs(real, played, Some(line)))
    }
}

/// What the journal says, and what is there instead.
fn differs(real: Option<Text>, played: Option<Text>, line: Option<usize>) -> Text {
    let nothing = || Text::new("không có gì", "nothing");
    let (real, played) = (real.unwrap_or_else(nothing), played.unwrap_or_else(nothing));
    let (vi, en) = line.map_or_else(Default::default, |n| (format!(", ở dòng {n}"), format!(", at line {n}")));
    Text::new(
        format!("chơi lại thì hồ sơ đi khác{vi}: nhật ký ghi «{}», ở đây là «{}»", real.vi, played.vi),
        format!(
            "played again the case goes another way{en}: the journal says “{}”, here it is “{}”",
            real.en, played.en
        ),
    )
}

/// A working time as people write it: days and hours, hours, minutes; the shortest first.
fn lengths(minutes: i64, day: u32) -> Vec<WorkingTime> {
    let Some(minutes) = u32::try_from(minutes).ok().filter(|minutes| *minutes > 0) else { return Vec::new() };
    let (days, rest) = (minutes / day.max(1), minutes % day.max(1));
    let parts = [
        (days > 0).then_some(Length::WorkingDays { quarters: days * 4 }),
        (rest >= 60).then_some(Length::WorkingMinutes(rest / 60 * 60)),
        (rest % 60 > 0).then_some(Length::WorkingMinutes(rest % 60)),
    ];
    let sum = WorkingTime::sum(parts.into_iter().flatten());
    let plain = (minutes < 1_000).then(|| WorkingTime::of(Length::WorkingMinutes(minutes)));
    sum.into_iter().chain(plain).collect()
}

/// Whether somebody did it, or an outside system, and no timer.
fn is_act(one: &Happened) -> bool {
    match &one.event {
        Event::Taken(taken) => taken.by.is_some() || taken.signal.is_some(),
        Event::HolderChanged { holder, .. } => matches!(holder.how, How::Claimed | How::Assigned | How::Transferred),
        Event::Voted { .. }
        | Event::Received { .. }
        | Event::SentBack { .. }
        | Event::Recalled { .. }
        | Event::Extended { .. }
        | Event::Apologised { .. }
        | Event::Acknowledged { .. }
        | Event::Attached { .. }
        | Event::Reopened { .. }
        | Event::CallEnded(_)
        | Event::CalendarChanged { .. }
        | Event::CaseMigrated(_)
        | Event::StoppedByCaller { .. } => true,
        _ => false,
    }
}

fn changed(how: How) -> &'static str {
    match how {
        How::Assigned => "assign",
        How::Transferred => "transfer",
        _ => "claim",
    }
}

fn branch_of(event: &Event) -> Option<BranchId> {
    match event {
        Event::Taken(taken) => Some(taken.branch),
        Event::Voted { branch, .. }
        | Event::Received { branch, .. }
        | Event::SentBack { branch, .. }
        | Event::HolderChanged { branch, .. } => Some(*branch),
        _ => None,
    }
}

fn holder(event: &Event) -> Option<&Holder> {
    match event {
        Event::StepEntered(entered) => Some(&entered.holder),
        Event::BranchOpened(opened) => Some(&opened.holder),
        Event::HolderChanged { holder, .. } => Some(holder),
        _ => None,
    }
}

/// The persons of an event, in an order of their own.
fn persons(event: &Event) -> Vec<&PersonId> {
    match event {
        Event::Reminded { to, .. } | Event::Breached { to, .. } | Event::ApologyDue { to, .. } => to.iter().collect(),
        Event::Escalated { to, .. } => vec![to],
        Event::Taken(taken) => taken.by.iter().collect(),
        Event::Voted { member, .. } => vec![member],
        Event::Acknowledged { superior, .. } => vec![superior],
        other => holder(other).map(|holder| &holder.person).into_iter().collect(),
    }
}

/// Whether the same happened, whoever did it.
fn alike(real: &Event, played: &Event) -> bool {
    match (real, played) {
        (Event::Taken(a), Event::Taken(b)) => (&a.step, &a.verb, a.branch) == (&b.step, &b.verb, b.branch),
        (Event::StepEntered(a), Event::StepEntered(b)) => (&a.step, a.branch) == (&b.step, b.branch),
        (Event::BranchOpened(a), Event::BranchOpened(b)) => (&a.block, &a.key) == (&b.block, &b.key),
        (Event::Ended { step: a, .. }, Event::Ended { step: b, .. }) => a == b,
        (Event::Silent { branch: a, .. }, Event::Silent { branch: b, .. }) => a == b,
        (Event::HolderChanged { holder: a, .. }, Event::HolderChanged { holder: b, .. }) => a.how == b.how,
        (Event::Decided { to: a, .. }, Event::Decided { to: b, .. }) => a == b,
        (Event::Attached { document: a, .. }, Event::Attached { document: b, .. }) => a == b,
        (Event::Reminded { percent: a, .. }, Event::Reminded { percent: b, .. }) => a == b,
        (a, b) => a.word() == b.word(),
    }
}
