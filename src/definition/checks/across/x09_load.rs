//! X09: more work than a post has hours: the cases of a year times the work on one, over all procedures, against the
//! working time of those who fill the post.
//!
//! Only what the mandates say is counted: cases without a number, and steps whose work nobody has measured, weigh nothing.
//! So what is found is certain, and more may be true.

use std::collections::BTreeMap;

use crate::definition::checks::across::File;
use crate::definition::checks::across::x07_mandate::Duties;
use crate::definition::checks::beside::seats::Seats;
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::procedure::{Procedure, UnitRef, Who};
use crate::definition::source::Route;
use crate::directory::Directory;
use crate::ids::{StepId, Ts};

/// A post of a unit, as people are found for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat(String);

/// What a working year is: the minutes of a full day, and all of it.
#[derive(Clone, Copy, Debug)]
pub struct Year {
    pub full_day: u32,
    pub minutes: u64,
}

/// The work of a year that comes to a seat.
struct Load<'a> {
    title: &'a str,
    officers: usize,
    minutes: u64,
    /// The heaviest task: minutes, which mandate, its name, its step.
    heaviest: (u64, usize, &'a str, &'a StepId, usize),
}

/// Seats with more work than time; each with the number of the mandate that its heaviest task stands in.
pub fn check(
    duties: &[Duties<'_>],
    files: &[File<'_>],
    directory: &Directory,
    at: Ts,
    year: Year,
) -> Vec<(usize, Diagnostic)> {
    let mut loads: BTreeMap<Seat, Load<'_>> = BTreeMap::new();
    for (n, (mandate, _)) in duties.iter().enumerate() {
        for (id, task) in &mandate.tasks {
            let Some(cases) = task.cases else { continue };
            for (number, (procedure, _)) in files.iter().enumerate().filter(|(_, file)| task.is_done_by(file.0)) {
                for (step, length) in &task.work {
                    let Some((seat, title, officers)) = seat(procedure, directory, at, step) else { continue };
                    let work = u64::from(length.working_minutes(year.full_day).unwrap_or(0)) * u64::from(cases);
                    let this = (work, n, id.as_str(), step, number);
                    let load = loads.entry(seat).or_insert(Load { title, officers, minutes: 0, heaviest: this });
                    load.minutes += work;
                    load.heaviest = load.heaviest.max(this);
                }
            }
        }
    }
    let over = loads.into_values().filter(|load| load.minutes > year.minutes * load.officers as u64);
    over.map(|load| (load.heaviest.1, told(duties, files, &load, year))).collect()
}

/// Who does a step: the post, what the file calls it, and how many fill it.
pub fn seat<'p>(
    procedure: &'p Procedure,
    directory: &Directory,
    at: Ts,
    step: &StepId,
) -> Option<(Seat, &'p str, usize)> {
    let seats = Seats { procedure, directory, at };
    // Of several the last, which is for all other cases.
    let entry = seats.entries(step).pop()?.then;
    let people = procedure.people.get(&entry)?;
    let seat = match &people.who {
        Who::Post { post, unit: UnitRef::Unit(unit) } => format!("{post}@{unit}"),
        Who::HeadOf(UnitRef::Unit(unit)) => format!("head@{unit}"),
        Who::DeputyOf(UnitRef::Unit(unit)) => format!("deputy@{unit}"),
        _ => return None,
    };
    Some((Seat(seat), people.title.vi.as_str(), seats.candidates(&entry, None).len().max(1)))
}

fn told(duties: &[Duties<'_>], files: &[File<'_>], load: &Load<'_>, year: Year) -> Diagnostic {
    let (_, n, task, step, number) = load.heaviest;
    let (_, source) = duties[n];
    let (procedure, text) = files[number];
    let hours = |minutes: u64| minutes / 60;
    let (needed, given) = (hours(load.minutes), hours(year.minutes * load.officers as u64));
    let (title, officers) = (load.title, load.officers);
    let wanted = load.minutes.div_ceil(year.minutes.max(1));
    Diagnostic::error(
        "X09",
        source.span(&Route::of(["tasks", task, "cases"])),
        format!("{title}: việc một năm cần {needed} giờ, {officers} người có {given} giờ"),
        format!("{title}: a year's work takes {needed} hours, {officers} of them have {given}"),
    )
    .warning()
    .label("việc nặng nhất", "the heaviest task")
    .elsewhere(Elsewhere::at(
        text,
        text.key_span(&place(procedure, step)),
        "bước này tốn nhiều giờ nhất",
        "this step takes the most hours",
    ))
    .help(
        format!("cần {wanted} người, hoặc bớt việc ở bước này"),
        format!("{wanted} people are needed, or less work in this step"),
    )
}

fn place(procedure: &Procedure, step: &StepId) -> Route {
    match procedure.step(step).and_then(|step| step.inside.as_ref()) {
        Some((block, key)) => place(procedure, block).key("branches").key(key.as_str()).key("steps").key(step.as_str()),
        None => Route::of(["steps", step.as_str()]),
    }
}
