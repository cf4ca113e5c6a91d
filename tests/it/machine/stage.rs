//! A stage for cases: the test directory, the shipped calendars, a procedure, and a clock that is set by hand.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, OnceLock};

use quytrinh::calendar::calendar::Calendar;
use quytrinh::calendar::file::CalendarFile;
use quytrinh::calendar::shelf::Calendars;
use quytrinh::definition::diagnostic::{Lang, human};
use quytrinh::definition::load;
use quytrinh::definition::procedure::Procedure;
use quytrinh::definition::source::Source;
use quytrinh::directory::{Absence, Directory, DirectoryFile};
use quytrinh::ids::{CaseId, Ts};
use quytrinh::journal::entry::{Entry, Record};
use quytrinh::ledger::holding::custody;
use quytrinh::machine::calls::errands;
use quytrinh::machine::case::{Case, Status};
use quytrinh::machine::command::{Actor, Command, Request};
use quytrinh::machine::decide::decide;
use quytrinh::machine::event::{Event, TimerKey};
use quytrinh::machine::evolve::evolve;
use quytrinh::machine::invariants::invariants;
use quytrinh::machine::migration::Onto;
use quytrinh::machine::refusal::Refusal;
use quytrinh::machine::rules::{Callable, Rules, Workload};

/// The test directory.
pub fn directory() -> Directory {
    static READ: OnceLock<Directory> = OnceLock::new();
    READ.get_or_init(|| read_directory("tests/scenarios/directory.yaml")).clone()
}

/// The made-up city that the shipped procedures run in.
pub fn city() -> Directory {
    static READ: OnceLock<Directory> = OnceLock::new();
    READ.get_or_init(|| read_directory("workflows/directory/thanh-pho-mau.yaml")).clone()
}

fn read_directory(path: &str) -> Directory {
    let text = std::fs::read_to_string(path).unwrap();
    let file: DirectoryFile = serde_yaml::from_str(&text).unwrap();
    Directory::build(file).unwrap()
}

/// The shipped calendars; laying one out takes longer than a whole case.
pub fn calendars() -> Calendars {
    static READ: OnceLock<Calendars> = OnceLock::new();
    READ.get_or_init(read_calendars).clone()
}

fn read_calendars() -> Calendars {
    let mut calendars = Calendars::default();
    for name in ["hanoi", "24x7", "som"] {
        let text = std::fs::read_to_string(format!("workflows/calendars/{name}.yaml")).unwrap();
        calendars.put(Arc::new(Calendar::build(CalendarFile::read(&text).unwrap()).unwrap()));
    }
    calendars
}

/// A procedure of `tests/scenarios/procedures/`, or one that is shipped where the path has a slash.
pub fn procedure(name: &str) -> Procedure {
    read_text(&text_of(name))
}

/// The text of the same.
pub fn text_of(name: &str) -> String {
    let path = match name.contains('/') {
        true => format!("workflows/{name}.yaml"),
        false => format!("tests/scenarios/procedures/{name}.yaml"),
    };
    std::fs::read_to_string(&path).unwrap()
}

/// A procedure's text, read.
pub fn read_text(text: &str) -> Procedure {
    let source = Source::new("procedure.yaml", text);
    match load(&source) {
        Ok((procedure, _)) => procedure,
        Err(found) => {
            let found: Vec<String> = found.iter().map(|d| human(d, &source, Lang::En)).collect();
            panic!("it does not load:\n{}", found.join("\n"));
        }
    }
}

/// `2026-08-03 08:30` in Hà Nội.
pub fn instant(text: &str) -> Ts {
    let zone = jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let local: jiff::civil::DateTime = text.replace(' ', "T").parse().unwrap();
    Ts::from(zone.to_timestamp(local).unwrap())
}

/// A case that is not the one in the light.
#[derive(Clone)]
pub struct Aside {
    pub procedure: Procedure,
    pub case: Option<Case>,
    pub history: Vec<(Event, Ts)>,
}

/// What happened in another case than the one acted on.
pub type Told = (CaseId, Ts, Vec<Event>);

/// One case on a stage, with those that it calls.
#[derive(Clone)]
pub struct Stage {
    /// The case in the light.
    pub id: CaseId,
    pub procedure: Procedure,
    pub directory: Directory,
    pub calendars: Calendars,
    pub workload: Workload,
    pub now: Ts,
    pub case: Option<Case>,
    /// Everything that happened, with its instant.
    pub history: Vec<(Event, Ts)>,
    /// The procedure's text, as a script changes it.
    pub text: String,
    /// The text that the case may be asked to go on by.
    pub onto: Option<Procedure>,
    /// Procedures that may be called.
    pub texts: Vec<Arc<Procedure>>,
    pub callable: Callable,
    /// The cases beside the one in the light.
    pub asides: BTreeMap<CaseId, Aside>,
    /// What happened there and has not been told yet.
    pub untold: RefCell<Vec<Told>>,
}

impl Stage {
    pub fn new(procedure: Procedure) -> Stage {
        Stage {
            id: Stage::id(),
            procedure,
            directory: directory(),
            calendars: calendars(),
            workload: Workload::default(),
            now: instant("2026-08-03 08:00"),
            case: None,
            history: Vec::new(),
            text: String::new(),
            onto: None,
            texts: Vec::new(),
            callable: Callable::default(),
            asides: BTreeMap::new(),
            untold: RefCell::new(Vec::new()),
        }
    }

    /// Publishes a procedure that others may call.
    pub fn publish(&mut self, procedure: Procedure) {
        self.texts.push(Arc::new(procedure));
        self.callable = self.callable_of(&self.procedure);
    }

    fn callable_of(&self, procedure: &Procedure) -> Callable {
        Callable::of(procedure, |id, version| {
            let fits = |text: &&Arc<Procedure>| text.id == *id && version.is_none_or(|version| version == text.version);
            self.texts.iter().filter(fits).max_by_key(|text| text.version).cloned()
        })
    }

    /// Puts another case into the light.
    pub fn turn_to(&mut self, id: &CaseId) {
        if *id == self.id {
            return;
        }
        let next = self.asides.remove(id).unwrap_or_else(|| panic!("there is no case {id}"));
        let procedure = std::mem::replace(&mut self.procedure, next.procedure);
        let case = std::mem::replace(&mut self.case, next.case);
        let history = std::mem::replace(&mut self.history, next.history);
        let before = std::mem::replace(&mut self.id, id.clone());
        self.asides.insert(before, Aside { procedure, case, history });
        self.callable = self.callable_of(&self.procedure);
    }

    /// Decides a command now and lets it happen, here and in every case that it moves: all of it, or nothing.
    pub fn act(&mut self, actor: Actor, command: Command) -> Result<Vec<Event>, Refusal> {
        if self.texts.is_empty() {
            return self.act_alone(actor, command);
        }
        let kept = self.clone();
        let done = self.act_alone(actor, command).and_then(|events| self.settle(&events).map(|()| events));
        if done.is_err() {
            *self = kept;
        }
        done
    }

    fn settle(&mut self, events: &[Event]) -> Result<(), Refusal> {
        let (home, now) = (self.id.clone(), self.now);
        let mut queue = VecDeque::from(errands(self.case.as_ref().unwrap(), events));
        while let Some(errand) = queue.pop_front() {
            if let Some(digest) = &errand.opens {
                let text = self.texts.iter().find(|text| text.digest == *digest).expect("a published text");
                let aside = Aside { procedure: Procedure::clone(text), case: None, history: Vec::new() };
                self.asides.insert(errand.case.clone(), aside);
            }
            self.turn_to(&errand.case);
            self.now = self.case.as_ref().map_or(now, |case| case.last_at.max(now));
            let events = self.act_alone(Actor::System, errand.command)?;
            queue.extend(errands(self.case.as_ref().unwrap(), &events));
            self.untold.borrow_mut().push((self.id.clone(), self.now, events));
            self.turn_to(&home);
            self.now = now;
        }
        Ok(())
    }

    /// The earliest timer due by then, over all cases.
    fn next_due(&self, by: Ts) -> Option<(CaseId, TimerKey, Ts)> {
        let asides = self.asides.values().filter_map(|aside| aside.case.as_ref());
        let due = |case: &Case| case.due(by).map(|(timer, due)| (case.id.clone(), timer, due.max(case.last_at)));
        self.case.iter().chain(asides).filter_map(due).min_by(|a, b| (a.2, &a.0).cmp(&(b.2, &b.0)))
    }

    pub fn id() -> CaseId {
        CaseId::from("hs-1")
    }

    pub fn rules(&self) -> Rules<'_> {
        Rules {
            procedure: &self.procedure,
            directory: &self.directory,
            calendars: &self.calendars,
            workload: &self.workload,
            onto: None,
            callable: &self.callable,
        }
    }

    /// Checks after each act that the machine keeps its word.
    fn act_alone(&mut self, actor: Actor, command: Command) -> Result<Vec<Event>, Refusal> {
        let waited = self.case.as_ref().map(Case::timers).unwrap_or_default();
        let fired = match &command {
            Command::Fire { timer } => Some(timer.clone()),
            _ => None,
        };
        let migrates = matches!(command, Command::Migrate { .. });
        let request = Request { actor, at: self.now, command };
        let events = {
            let history: Vec<&Event> = self.history.iter().map(|(event, _)| event).collect();
            let onto = self.onto.as_ref().map(|procedure| Onto { procedure, history: &history });
            let rules = Rules { onto, ..self.rules() };
            decide(&rules, self.case.as_ref(), &self.id, &request)?
        };
        if let (true, Some(new)) = (migrates, self.onto.take()) {
            self.procedure = new;
        }
        for event in &events {
            let case = evolve(self.case.take(), &self.id, event, self.now);
            self.case = Some(case.unwrap_or_else(|illegal| panic!("decided what cannot happen: {illegal}")));
            self.history.push((event.clone(), self.now));
        }
        self.check(waited, fired, &events);
        Ok(events)
    }

    /// Moves the clock on while nobody fires anything.
    pub fn down(&mut self, at: Ts) {
        self.now = if self.case.is_some() { self.now.max(at) } else { at };
    }

    /// Fires all that is due by now, each at its own instant.
    pub fn wake(&mut self, fired: impl FnMut(&Stage, &[Event])) {
        self.fire_by(self.now, fired);
    }

    /// As `wake`, but what falls due in this very instant waits: whoever acts in it is in time.
    pub fn catch_up(&mut self, fired: impl FnMut(&Stage, &[Event])) {
        self.fire_by(Ts(self.now.0 - 1), fired);
    }

    fn fire_by(&mut self, by: Ts, mut fired: impl FnMut(&Stage, &[Event])) {
        let now = self.now;
        for _ in 0..10_000 {
            let Some((id, timer, at)) = self.next_due(by) else {
                self.now = now;
                return;
            };
            let home = self.id.clone();
            self.turn_to(&id);
            self.now = at;
            let events = self
                .act(Actor::System, Command::Fire { timer: timer.clone() })
                .unwrap_or_else(|refusal| panic!("`{timer}` was due and was refused: {}", refusal.en));
            fired(self, &events);
            self.turn_to(&home);
        }
        panic!("timers fire without end");
    }

    /// Puts a person on leave.
    pub fn away(&mut self, person: &str, since: &str, until: &str, substitute: Option<&str>) {
        let mut file = self.directory.file().clone();
        file.absences.push(Absence {
            person: person.into(),
            since: since.parse().unwrap(),
            until: until.parse().unwrap(),
            substitute: substitute.map(Into::into),
            because: None,
        });
        self.directory = Directory::build(file).unwrap();
    }

    /// Lets a person leave every post after that day.
    pub fn gone(&mut self, person: &str, last: &str) {
        let mut file = self.directory.file().clone();
        let posts = file.units.values_mut().flat_map(|unit| unit.posts.values_mut());
        for holder in posts.flat_map(|post| &mut post.people).filter(|holder| holder.person.as_str() == person) {
            holder.until = Some(last.parse().unwrap());
        }
        self.directory = Directory::build(file).unwrap();
    }

    /// Moves the clock on, firing what falls due on the way, each at its own instant.
    pub fn until(&mut self, at: Ts, fired: impl FnMut(&Stage, &[Event])) {
        self.fire_by(at, fired);
        self.down(at);
    }

    /// The events alone make the same case again.
    pub fn replay(&self) {
        self.replay_one(&self.id, &self.procedure, self.case.as_ref(), &self.history);
        for (id, aside) in &self.asides {
            self.replay_one(id, &aside.procedure, aside.case.as_ref(), &aside.history);
        }
    }

    fn replay_one(&self, id: &CaseId, procedure: &Procedure, case: Option<&Case>, history: &[(Event, Ts)]) {
        let mut replayed = None;
        for (event, at) in history {
            let json = serde_json::to_string(event).unwrap();
            let event: Event = serde_json::from_str(&json).unwrap();
            replayed = Some(evolve(replayed, id, &event, *at).unwrap());
        }
        assert_eq!(replayed.as_ref(), case, "the history replayed is another case");
        let entries: Vec<Entry> = history.iter().zip(0..).map(|((event, at), n)| entry(event, *at, n)).collect();
        let course = self.calendars.get(&procedure.calendar).unwrap().clone().into();
        custody(&entries, &course).conservation().unwrap_or_else(|gap| panic!("a minute without an owner: {gap}"));
    }

    /// What must be true after every command.
    fn check(&self, waited: Vec<(TimerKey, Ts)>, fired: Option<TimerKey>, events: &[Event]) {
        let case = self.case.as_ref().unwrap();
        invariants(case).unwrap_or_else(|broken| panic!("{broken}\nafter {events:?}"));
        // A timer fires, or its clock was ended or changed by an event that says so; it never just vanishes.
        let now = case.timers();
        if let Some(timer) = fired {
            let again = now.iter().any(|(key, due)| *key == timer && waited.contains(&(key.clone(), *due)));
            assert!(!again, "`{timer}` fired and waits still");
            return;
        }
        let only_said = events.iter().all(|event| {
            matches!(
                event,
                Event::Commented { .. }
                    | Event::Attached { .. }
                    | Event::Received { .. }
                    | Event::HolderChanged { .. }
                    | Event::CaseMigrated(_)
            )
        });
        if only_said && case.status == Status::Open {
            assert_eq!(waited, now, "an act that moves nothing changed the timers");
        }
    }
}

fn entry(event: &Event, at: Ts, n: u64) -> Entry {
    Entry {
        seq: n,
        case: Some(Stage::id()),
        case_seq: n,
        recorded_at: at,
        occurred_at: at,
        actor: Actor::System,
        procedure: None,
        record: Record::Case(event.clone()),
    }
}
