//! A stage for cases: the test directory, the shipped calendars, a procedure, and a clock that is set by hand.

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
use quytrinh::machine::case::{Case, Status};
use quytrinh::machine::command::{Actor, Command, Request};
use quytrinh::machine::decide::decide;
use quytrinh::machine::event::{Event, TimerKey};
use quytrinh::machine::evolve::evolve;
use quytrinh::machine::invariants::invariants;
use quytrinh::machine::migration::Onto;
use quytrinh::machine::refusal::Refusal;
use quytrinh::machine::rules::{Rules, Workload};

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

/// One case on a stage.
pub struct Stage {
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
}

impl Stage {
    pub fn new(procedure: Procedure) -> Stage {
        Stage {
            procedure,
            directory: directory(),
            calendars: calendars(),
            workload: Workload::default(),
            now: instant("2026-08-03 08:00"),
            case: None,
            history: Vec::new(),
            text: String::new(),
            onto: None,
        }
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
        }
    }

    /// Decides a command now and lets it happen, checking after each that the machine keeps its word.
    pub fn act(&mut self, actor: Actor, command: Command) -> Result<Vec<Event>, Refusal> {
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
            decide(&rules, self.case.as_ref(), &Stage::id(), &request)?
        };
        if let (true, Some(new)) = (migrates, self.onto.take()) {
            self.procedure = new;
        }
        for event in &events {
            let case = evolve(self.case.take(), &Stage::id(), event, self.now);
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
            let next = self.case.as_ref().and_then(|case| case.due(by).map(|(timer, due)| (timer, due, case.last_at)));
            let Some((timer, due, last)) = next else {
                self.now = now;
                return;
            };
            self.now = due.max(last);
            let events = self
                .act(Actor::System, Command::Fire { timer: timer.clone() })
                .unwrap_or_else(|refusal| panic!("`{timer}` was due and was refused: {}", refusal.en));
            fired(self, &events);
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
        let mut replayed = None;
        for (event, at) in &self.history {
            let json = serde_json::to_string(event).unwrap();
            let event: Event = serde_json::from_str(&json).unwrap();
            replayed = Some(evolve(replayed, &Stage::id(), &event, *at).unwrap());
        }
        assert_eq!(replayed, self.case, "the history replayed is another case");
        let entries: Vec<Entry> = self.history.iter().zip(0..).map(|((event, at), n)| entry(event, *at, n)).collect();
        let course = self.calendars.get(&self.procedure.calendar).unwrap().clone().into();
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
