//! A deadline or a holding explained: every stretch of its time, counted or not and why, and the figure they add up to.
//!
//! The figure is nothing but the sum of the lines. Minutes are differences of sums rounded down, as in `holding`, so that
//! no minute is lost between two lines.

use jiff::civil::Date;
use serde::Serialize;

use std::sync::Arc;

use crate::calendar::calendar::Calendar;
use crate::calendar::course::Course;
use crate::calendar::explain::{Why, explain};
use crate::ids::Ts;
use crate::journal::entry::Entry;
use crate::ledger::clock_history::{Cause, ClockLife, Stand};
use crate::ledger::day_count::{DayCount, Tally, count_days};
use crate::ledger::holding::{Holding, floor, standing};

/// A span explained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    pub begun: Ts,
    /// Where counting goes now: the instant asked for, or the end where that came before.
    pub until: Ts,
    pub deadline: Option<Ts>,
    pub unit: Unit,
    pub state: State,
    pub figure: Figure,
    /// From `begun` on, without gap or overlap.
    pub lines: Vec<Line>,
    /// Where days are counted: each date, with its number or why it has none.
    pub days: Vec<DayCount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
}

/// What the rule counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    WorkingMinutes,
    WorkingDays,
    CalendarDays,
    ClockMinutes,
    /// A date that is fixed: nothing is counted towards it, and no standing moves it.
    Date,
}

/// How a clock is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Runs,
    /// What is left stays left until it runs on.
    Stands,
    Over,
}

/// Whole minutes that the lines add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// Of the whole term, or of the holding.
    pub total_minutes: i64,
    pub used_minutes: i64,
    pub left_minutes: i64,
    /// After the deadline.
    pub over_minutes: i64,
    /// In which the clock stood: not in the term, but part of a holding.
    pub stood_minutes: i64,
}

/// One stretch, inside one local day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    pub date: Date,
    pub from: Ts,
    pub to: Ts,
    pub counted: bool,
    /// By the calendar alone.
    #[serde(flatten)]
    pub why: Why,
    /// Why the clock stood, where it did and the stretch would have counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stood: Option<Cause>,
    pub part: Part,
    /// Counted minutes; none where it is not counted.
    pub minutes: i64,
    /// Minutes that would have counted, or did, while the clock stood.
    pub stood_minutes: i64,
}

/// Where a line lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Used,
    Left,
    Over,
}

/// The clock explained as of `now`. `calendar` is the one its deadline was computed by; `cut_off` is the case's, for the
/// case's own clock.
pub fn of_clock(life: &ClockLife, calendar: &Arc<Calendar>, cut_off: Option<(u8, u8)>, now: Ts) -> Explanation {
    let course = Course::from(calendar.clone());
    let clock = &life.clock;
    let begun = clock.started;
    let end = life.ended_at.map_or(now, |ended| ended.min(now)).max(begun);
    let dated = clock.rule == "date";
    // What is over when it comes to stand stays where it was, and a date never moves.
    let stands: Vec<&Stand> = life
        .stands
        .iter()
        .filter(|stand| !dated && stand.from < clock.deadline && stand.to != Some(stand.from))
        .collect();
    let open = stands.last().copied().filter(|stand| stand.to.is_none());
    let unit = unit(clock.rule.as_str(), &clock.limit);
    let mut laying =
        Laying { course: &course, by_the_clock: unit == Unit::ClockMinutes, counted: 0, stood: 0, lines: vec![] };
    // While it stands the deadline on record is not yet the one it will have: what is left is measured, not listed.
    let last = if open.is_some() { end } else { end.max(clock.deadline) };
    let mut cuts = vec![begun, end, last];
    if open.is_none() {
        cuts.push(clock.deadline);
    }
    cuts.extend(stands.iter().flat_map(|stand| [Some(stand.from), stand.to]).flatten());
    for (from, to) in pieces(cuts, begun, last) {
        let part = match () {
            () if open.is_none() && from >= clock.deadline => Part::Over,
            () if from < end => Part::Used,
            () => Part::Left,
        };
        let stand = stands.iter().find(|stand| stand.from <= from && stand.to.is_none_or(|ends| from < ends));
        // What stands when the term is over is late all the same.
        let stand = stand.filter(|_| part != Part::Over);
        laying.lay(from, to, part, stand.map(|stand| &stand.cause), false);
    }
    let mut figure = figure(&laying.lines);
    if let Some(stand) = open {
        figure.left_minutes = laying.measure(stand.from, clock.deadline);
        figure.total_minutes = figure.used_minutes + figure.left_minutes;
    }
    let (days, tally) = count_days(clock, unit, &stands, calendar, cut_off, end);
    let state = match (life.ended_at.is_some(), open) {
        (true, _) => State::Over,
        (false, Some(_)) => State::Stands,
        (false, None) => State::Runs,
    };
    Explanation {
        begun,
        until: end,
        deadline: Some(clock.deadline),
        unit,
        state,
        figure,
        lines: laying.lines,
        days,
        tally,
    }
}

/// The holding explained as of `now`: all its working time counts, and what of it the case's clock stood is excused.
/// `entries` are the case's; minutes are those of the record, by the version of its
/// calendar that was in force at each instant.
pub fn of_holding(holding: &Holding, entries: &[Entry], course: &Course, now: Ts) -> Explanation {
    let begun = holding.started_at;
    let until = holding.ended_at.unwrap_or(now).max(begun);
    let opened_at = entries.first().map_or(begun, |entry| entry.occurred_at);
    let stood = standing(entries);
    let before = |at: &Ts| course.working_micros(*at, begun);
    let stood_before = stood.iter().filter(|(from, _)| *from < begun);
    let mut laying = Laying {
        course,
        by_the_clock: false,
        counted: before(&opened_at),
        stood: stood_before.map(|(from, to)| course.working_micros(*from, to.map_or(begun, |to| to.min(begun)))).sum(),
        lines: vec![],
    };
    let causes = causes(entries);
    let mut cuts = vec![begun, until];
    cuts.extend(stood.iter().flat_map(|(from, to)| [Some(*from), *to]).flatten());
    for (from, to) in pieces(cuts, begun, until) {
        let at = stood.iter().rposition(|(start, end)| *start <= from && end.is_none_or(|end| from < end));
        laying.lay(from, to, Part::Used, at.and_then(|at| causes.get(at)), true);
    }
    let mut figure = figure(&laying.lines);
    // Two roundings down can part by one; what is excused is never more than what was held.
    if figure.stood_minutes > figure.total_minutes {
        let excess = figure.stood_minutes - figure.total_minutes;
        if let Some(line) = laying.lines.iter_mut().rev().find(|line| line.stood_minutes >= excess) {
            line.stood_minutes -= excess;
        }
        figure.stood_minutes = figure.total_minutes;
    }
    Explanation {
        begun,
        until,
        deadline: None,
        unit: Unit::WorkingMinutes,
        state: if holding.ended_at.is_some() { State::Over } else { State::Runs },
        figure,
        lines: laying.lines,
        days: Vec::new(),
        tally: None,
    }
}

/// Why the case's clock stood, in the order of its standing.
fn causes(entries: &[Entry]) -> Vec<Cause> {
    crate::ledger::suspension::suspensions(entries)
        .into_iter()
        .map(|suspension| Cause::Suspension {
            step: suspension.step,
            policy: suspension.policy,
            reason: suspension.reason,
        })
        .collect()
}

struct Laying<'a> {
    course: &'a Course,
    by_the_clock: bool,
    /// Microseconds counted, and stood, before the next line.
    counted: i64,
    stood: i64,
    lines: Vec<Line>,
}

impl Laying<'_> {
    /// Lays `[from, to)`; `held` says that time counts also while the clock stands.
    fn lay(&mut self, from: Ts, to: Ts, part: Part, stood: Option<&Cause>, held: bool) {
        let pieces = self.course.pieces(from, to);
        for stretch in pieces.flat_map(|(from, to, calendar)| explain(calendar, from, to)) {
            let micros = self.micros(stretch.from, stretch.to);
            let counts = micros > 0 || self.by_the_clock;
            let stands = stood.is_some() && counts;
            let counted = counts && (held || !stands);
            let minutes = step(&mut self.counted, if counted { micros } else { 0 });
            let stood_minutes = step(&mut self.stood, if stands { micros } else { 0 });
            self.lines.push(Line {
                date: stretch.date,
                from: stretch.from,
                to: stretch.to,
                counted,
                why: if self.by_the_clock { Why::Always } else { stretch.why },
                stood: stood.filter(|_| stands).cloned(),
                part,
                minutes,
                stood_minutes,
            });
        }
    }

    fn micros(&self, from: Ts, to: Ts) -> i64 {
        if self.by_the_clock { to.0.saturating_sub(from.0) } else { self.course.working_micros(from, to) }
    }

    fn measure(&self, from: Ts, to: Ts) -> i64 {
        floor(self.micros(from, to))
    }
}

/// Adds to a sum of microseconds; by how many whole minutes it grew.
fn step(sum: &mut i64, micros: i64) -> i64 {
    let before = floor(*sum);
    *sum = sum.saturating_add(micros);
    floor(*sum) - before
}

/// The spans between the cuts that lie inside `[from, to]`, in order.
fn pieces(mut cuts: Vec<Ts>, from: Ts, to: Ts) -> Vec<(Ts, Ts)> {
    cuts.retain(|cut| (from..=to).contains(cut));
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect()
}

fn figure(lines: &[Line]) -> Figure {
    let sum = |part: Part| lines.iter().filter(|line| line.part == part).map(|line| line.minutes).sum::<i64>();
    let (used_minutes, left_minutes, over_minutes) = (sum(Part::Used), sum(Part::Left), sum(Part::Over));
    Figure {
        total_minutes: used_minutes + left_minutes,
        used_minutes,
        left_minutes,
        over_minutes,
        stood_minutes: lines.iter().map(|line| line.stood_minutes).sum(),
    }
}

/// What a rule counts a limit in. Days are counted where the whole limit is in whole days.
fn unit(rule: &str, limit: &str) -> Unit {
    use crate::calendar::working_time::{Length, WorkingTime};
    let length = serde_json::from_value::<WorkingTime>(serde_json::Value::from(limit)).ok();
    let whole_days = |part: &Length| matches!(part, Length::WorkingDays { quarters } if quarters % 4 == 0);
    match rule {
        "date" => Unit::Date,
        "clock" => Unit::ClockMinutes,
        "calendar" => Unit::CalendarDays,
        "day" if length.is_some_and(|length| length.parts().iter().all(whole_days)) => Unit::WorkingDays,
        _ => Unit::WorkingMinutes,
    }
}
