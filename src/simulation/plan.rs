//! A procedure as a network of queues: who works where, how long, and which way a case goes on with what chance.
//!
//! What a file does not say is assumed, and said so: how much of a limit is work, how often a case is sent back. History
//! or the caller may say better.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::calendar::working_time::{Length, WorkingTime};
use crate::definition::call::Call;
use crate::definition::procedure::{
    Bodies, By, Choice, ClockPolicy, Counting, Join, Late, Limit, Means, Outcome, Procedure, Rest, Staff, Step,
    StepKind, Target, Transition, UnitRef, Units, Wait, Warn, Who,
};
use crate::directory::Directory;
use crate::ids::{PeopleId, StepId, Ts, Verb};
use crate::simulation::chance::Chance;

/// Of a step's limit, the part that is work where nobody says how long the work takes.
pub const WORK_OF_LIMIT: f64 = 0.2;
/// How often a case is sent back, or asked to wait for papers, where nobody says: of ten leavings one.
pub const TURNED_BACK: f64 = 0.1;
/// How many units a field is taken to name, where only the case says which.
pub const UNITS_OF_A_FIELD: usize = 3;
/// How often one who is waited for never answers, where that is nobody's silence.
const NEVER_ANSWERS: f64 = 0.1;

/// What the caller knows better than the file.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// How many officers each entry of `people` has; one where nothing is said.
    pub officers: BTreeMap<PeopleId, u32>,
    /// Working minutes of work in a step.
    pub work: BTreeMap<StepId, Work>,
    /// How often each way out of a step was taken, in any measure.
    pub taken: BTreeMap<(StepId, Verb), f64>,
}

/// How long the work on one case takes, in working minutes.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    Fixed(f64),
    /// Evenly from half to one and a half of the mean.
    Around(f64),
    Exponential(f64),
    /// One of these, as they were in the past.
    Seen(Vec<f64>),
}

impl Work {
    /// A length by chance.
    pub fn draw(&self, chance: &mut Chance) -> f64 {
        match self {
            Work::Fixed(minutes) => *minutes,
            Work::Around(mean) => mean * (0.5 + chance.unit()),
            Work::Exponential(mean) => chance.exponential(*mean),
            Work::Seen(seen) => seen.get(chance.below(seen.len())).copied().unwrap_or(0.0),
        }
    }

    /// The mean, in working minutes.
    pub fn mean(&self) -> f64 {
        match self {
            Work::Fixed(mean) | Work::Around(mean) | Work::Exponential(mean) => *mean,
            Work::Seen(seen) => seen.iter().sum::<f64>() / seen.len().max(1) as f64,
        }
    }
}

/// People of one post, who take what waits for them in the order it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    pub people: PeopleId,
    pub officers: u32,
}

/// The network.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub stations: Vec<Station>,
    pub places: Vec<Place>,
    /// Where a case begins.
    pub start: usize,
    /// The case's limit; nothing where it has none.
    pub limit: Option<WorkingTime>,
    pub day_rule: bool,
    /// When reminders are due on a step's clock.
    pub warn: Vec<Warn>,
    /// How many ways have a bound: so many counters a case needs.
    pub bounded: usize,
}

/// A step, as far as a queue knows it.
#[derive(Clone, Debug)]
pub enum Place {
    /// Somebody of a station works on it.
    Work {
        station: usize,
        work: Work,
        ways: Vec<Way>,
        /// The step's limit, by which its holder is reminded.
        within: Option<WorkingTime>,
        /// What the case's clock does meanwhile.
        stands: Option<ClockPolicy>,
    },
    /// Somebody outside answers within a time; nobody here is busy.
    Delay {
        within: Option<WorkingTime>,
        ways: Vec<Way>,
        late: Option<usize>,
        stands: Option<ClockPolicy>,
    },
    /// Branches run side by side until so many have answered.
    Fork {
        branches: Vec<usize>,
        needed: u32,
        cancel: bool,
        to: usize,
        stands: Option<ClockPolicy>,
    },
    /// Goes on by itself.
    Decide {
        ways: Vec<Way>,
    },
    /// A branch has answered.
    Join,
    End {
        outcome: Outcome,
    },
}

/// A way on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    pub to: usize,
    /// In any measure, against the other ways of the place.
    pub share: f64,
    /// Which counter of the case bounds it, and how often it may be taken.
    pub bound: Option<(usize, u32)>,
}

impl Known {
    /// The officers of each entry of `people`, as a directory has them then; one where it does not say.
    pub fn officers(procedure: &Procedure, directory: Option<&Directory>, at: Ts) -> Known {
        let count = |who: &Who| directory.map_or(1, |directory| officers(directory, who, at));
        let officers = procedure.people.iter().map(|(id, entry)| (id.clone(), count(&entry.who))).collect();
        Known { officers, ..Known::default() }
    }
}

fn officers(directory: &Directory, who: &Who, at: Ts) -> u32 {
    let count = match who {
        Who::Post { post, unit: UnitRef::Unit(unit) } => directory.members(unit, post, at).len(),
        Who::DeputyOf(UnitRef::Unit(unit)) => directory.deputies(unit, at).len(),
        _ => 1,
    };
    u32::try_from(count.max(1)).unwrap_or(1)
}

impl Plan {
    /// The network of a procedure.
    pub fn of(procedure: &Procedure, known: &Known, full_day: f64) -> Plan {
        let mut maker = Maker { procedure, known, full_day, plan: Plan::default(), stations: IndexMap::new() };
        maker.make();
        maker.plan
    }

    /// One station with one place: what queueing theory has closed forms for.
    pub fn single(officers: u32, work: Work) -> Plan {
        let end = Place::End { outcome: Outcome::Done };
        let ways = vec![Way { to: 1, share: 1.0, bound: None }];
        let stations = vec![Station { people: "nguoi_lam".into(), officers }];
        Plan {
            stations,
            places: vec![Place::Work { station: 0, work, ways, within: None, stands: None }, end],
            ..Plan::default()
        }
    }
}

struct Maker<'a> {
    procedure: &'a Procedure,
    known: &'a Known,
    full_day: f64,
    plan: Plan,
    stations: IndexMap<PeopleId, usize>,
}

impl Maker<'_> {
    fn make(&mut self) {
        let steps = &self.procedure.steps;
        for (id, step) in steps {
            let place = self.place(id, step);
            self.plan.places.push(place);
        }
        // After the steps: the joining of a branch, and the bodies that a block asks.
        self.plan.places.push(Place::Join);
        for step in steps.values() {
            self.bodies(step);
        }
        self.plan.start = self.procedure.start.first().map_or(0, |choice| self.index(&choice.then));
        let terms = &self.procedure.case;
        self.plan.limit = length(&terms.within).cloned();
        self.plan.warn = terms.warn.clone();
        self.plan.day_rule = terms.counting == Counting::Day;
        self.plan.stations = self.stations.iter().map(|(people, _)| self.station_of(people)).collect();
    }

    fn station_of(&self, people: &PeopleId) -> Station {
        let officers = self.known.officers.get(people).copied().unwrap_or(1).max(1);
        Station { people: people.clone(), officers }
    }

    fn index(&self, step: &StepId) -> usize {
        self.procedure.steps.get_index_of(step).unwrap_or(0)
    }

    fn join(&self) -> usize {
        self.procedure.steps.len()
    }

    fn place(&mut self, id: &StepId, step: &Step) -> Place {
        match &step.kind {
            StepKind::Staff(staff) => self.staff(id, staff),
            StepKind::Wait(wait) => self.wait(id, wait),
            StepKind::Decision(rules) => {
                let way = |rule: &Choice<StepId>| Way { to: self.index(&rule.then), share: 1.0, bound: None };
                Place::Decide { ways: rules.iter().map(way).collect() }
            }
            StepKind::End(end) => Place::End { outcome: end.outcome },
            StepKind::Call(call) => self.call(call),
            StepKind::Parallel(parallel) => {
                let starts = match &parallel.bodies {
                    Bodies::Branches(branches) => branches.values().map(|branch| self.index(&branch.start)).collect(),
                    // Put in once their places are known.
                    Bodies::ForEach { .. } => Vec::new(),
                };
                let needed = needed(parallel.join, starts.len());
                let cancel = parallel.rest == Rest::Cancel;
                Place::Fork { needed, branches: starts, cancel, to: self.index(&parallel.to), stands: parallel.clock }
            }
        }
    }

    fn staff(&mut self, id: &StepId, staff: &Staff) -> Place {
        let people = self.people_of(&staff.by, 0);
        let next = self.stations.len();
        let station = *self.stations.entry(people).or_insert(next);
        let work = self.known.work.get(id).cloned().unwrap_or_else(|| {
            let limit = length(&staff.within).map_or(0.0, |limit| minutes(limit, self.full_day));
            Work::Around(limit * WORK_OF_LIMIT)
        });
        let within = length(&staff.within).cloned();
        Place::Work { station, work, ways: self.ways(id, &staff.actions), within, stands: staff.clock }
    }

    fn wait(&mut self, id: &StepId, wait: &Wait) -> Place {
        let late = match &wait.late {
            Some(Late::To(to)) => Some(self.index(to)),
            Some(Late::Do(verb)) => wait.actions.get(verb).map(|transition| self.target(&transition.to)),
            None => None,
        };
        let within = length(&wait.within).cloned();
        Place::Delay { within, ways: self.ways(id, &wait.actions), late, stands: wait.clock }
    }

    /// The called case is seen from outside: it is back within the step's limit, and ends well far more often than not.
    fn call(&self, call: &Call) -> Place {
        let onward = &call.uses.to;
        let well = onward.after(Outcome::Done);
        let others: Vec<&Target> = onward.targets().into_iter().filter(|target| *target != well).collect();
        let mut ways = vec![Way { to: self.target(well), share: 1.0 - TURNED_BACK, bound: None }];
        ways.extend(others.iter().map(|target| Way {
            to: self.target(target),
            share: TURNED_BACK / others.len() as f64,
            bound: None,
        }));
        // One that is late goes the way of one that ended well: the step has no other way on.
        let late = Some(self.target(well));
        Place::Delay { within: length(&call.within).cloned(), ways, late, stands: None }
    }

    /// The units a block asks: they answer within their limit, and what else they have to do is not known here.
    fn bodies(&mut self, step: &Step) {
        let StepKind::Parallel(parallel) = &step.kind else { return };
        let Bodies::ForEach { units, within, .. } = &parallel.bodies else { return };
        let ways = vec![Way { to: self.join(), share: 1.0, bound: None }];
        let late = Some(self.join());
        let body = Place::Delay { within: length(within).cloned(), ways, late, stands: None };
        let place = self.plan.places.len();
        self.plan.places.push(body);
        let count = match units {
            Units::Named(units) => units.len(),
            Units::Field(_) => UNITS_OF_A_FIELD,
        };
        let own = self.index(&step.id);
        if let Some(Place::Fork { branches, needed: most, .. }) = self.plan.places.get_mut(own) {
            *branches = vec![place; count];
            *most = needed(parallel.join, count);
        }
    }

    /// Whose station does a step; who did another step does this one at the same station.
    fn people_of(&self, by: &By, depth: usize) -> PeopleId {
        match by {
            By::People(people) => people.clone(),
            By::Choose(choices) => choices.last().map_or_else(|| "-".into(), |choice| choice.then.clone()),
            By::SameAs(step) => match self.procedure.step(step).map(|step| &step.kind) {
                Some(StepKind::Staff(staff)) if depth < self.procedure.steps.len() => {
                    self.people_of(&staff.by, depth + 1)
                }
                _ => "-".into(),
            },
        }
    }

    fn target(&self, to: &Target) -> usize {
        match to {
            Target::Step(step) => self.index(step),
            Target::Join => self.join(),
            // Where it came from is another step's answer each time: the first step stands for it.
            Target::Origin => self.procedure.start.first().map_or(0, |choice| self.index(&choice.then)),
        }
    }

    fn ways(&mut self, id: &StepId, actions: &IndexMap<Verb, Transition>) -> Vec<Way> {
        let turned = |t: &Transition| matches!(t.means, Means::Back | Means::Wait) || t.means == Means::End;
        let known: f64 = actions.keys().filter_map(|verb| self.known.taken.get(&(id.clone(), verb.clone()))).sum();
        let on = actions.values().filter(|transition| !turned(transition)).count();
        let back = actions.len() - on;
        let mut ways = Vec::new();
        for (verb, transition) in actions {
            let share = match self.known.taken.get(&(id.clone(), verb.clone())) {
                Some(taken) => *taken,
                None if known > 0.0 => 0.0,
                None if on == 0 || back == 0 => 1.0,
                None if turned(transition) => TURNED_BACK / back as f64,
                None => (1.0 - TURNED_BACK) / on as f64,
            };
            let bound = transition.at_most.map(|most| {
                self.plan.bounded += 1;
                (self.plan.bounded - 1, most)
            });
            ways.push(Way { to: self.target(&transition.to), share, bound });
        }
        ways
    }
}

/// The chance that somebody waited for never answers.
pub fn never_answers(chance: &mut Chance) -> bool {
    chance.unit() < NEVER_ANSWERS
}

fn needed(join: Join, branches: usize) -> u32 {
    let all = u32::try_from(branches).unwrap_or(u32::MAX);
    match join {
        Join::All => all,
        Join::Any => 1.min(all),
        Join::AtLeast(n) => n.min(all),
        Join::AtLeastPercent(percent) => (all * u32::from(percent)).div_ceil(100),
    }
}

/// The length of a limit, where it has one: of several the last, which holds for everything else.
fn length(limit: &Limit) -> Option<&WorkingTime> {
    match limit {
        Limit::Length(length) | Limit::Decided { at_most: length, .. } => Some(length),
        Limit::Choose(choices) => choices.last().and_then(|choice| self::length(&choice.then)),
        Limit::Untimed { .. } | Limit::DayOfYear { .. } | Limit::Field(_) | Limit::Window(_) => None,
    }
}

/// About how many working minutes a length holds: five days in seven are worked.
pub fn minutes(length: &WorkingTime, full_day: f64) -> f64 {
    let of_days = |days: f64| days * 5.0 / 7.0 * full_day;
    let part = |part: &Length| match *part {
        Length::WorkingMinutes(minutes) => f64::from(minutes),
        Length::WorkingDays { quarters } => f64::from(quarters) / 4.0 * full_day,
        Length::CalendarDays(days) => of_days(f64::from(days)),
        Length::ClockMinutes(minutes) => of_days(f64::from(minutes) / 1_440.0),
        Length::Months(months) => of_days(f64::from(months) * 365.25 / 12.0),
    };
    length.parts().iter().map(part).sum()
}
