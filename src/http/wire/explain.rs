//! An explanation over the wire: the figure, its lines, its days, what happened to the clock, and the sources.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::calendar::explain::Why;
use crate::calendar::file::Reason;
use crate::http::wire::names::Person;
use crate::ids::Ts;
use crate::ledger::clock_history::{Cause, Mark as Marked, What};
use crate::ledger::day_count::DayCount;
use crate::ledger::explanation::{Figure as Sums, Line as Stretch};
use crate::service::explain;

/// Why a deadline is when it is, or what a holding adds up to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    #[schema(examples("2026-000123"))]
    pub case: String,
    /// `case`, `group:ID`, `branch:N`, `holding:N`.
    #[schema(examples("case"))]
    pub of: String,
    /// Label of the step or group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whose holding it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<Person>,
    /// The written limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("16 working days"))]
    pub limit: Option<String>,
    /// `day`, `hour`, `calendar`, `clock`, `date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("day"))]
    pub rule: Option<String>,
    /// What the rule counts in: `working_minutes`, `working_days`, `calendar_days`, `clock_minutes`, `date`.
    #[schema(examples("working_days"))]
    pub unit: String,
    /// `runs`, `stands`, `over`.
    #[schema(examples("runs"))]
    pub state: String,
    #[schema(examples("hanoi"))]
    pub calendar: String,
    pub calendar_version: u32,
    /// The instant it is explained for.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Ts,
    #[schema(value_type = String, format = DateTime)]
    pub begun: Ts,
    /// `as_of`, or the end where that came before.
    #[schema(value_type = String, format = DateTime)]
    pub until: Ts,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deadline: Option<Ts>,
    pub figure: Figure,
    /// Where the rule counts days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// From `begun` on, without gap or overlap; their minutes add up to the figure.
    pub lines: Vec<Line>,
    /// Where the rule counts days: each date with its number, or why it has none.
    pub days: Vec<Day>,
    /// What happened to the clock, in order.
    pub history: Vec<Mark>,
    /// The holidays, make-up days and half days in it, each once.
    pub sources: Vec<Source>,
}

/// Whole minutes that the lines add up to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Figure {
    /// Of the whole term, or of the holding.
    #[schema(examples(7680))]
    pub total_minutes: i64,
    pub used_minutes: i64,
    pub left_minutes: i64,
    /// After the deadline.
    pub over_minutes: i64,
    /// In which the clock stood: not in the term, but part of a holding.
    pub stood_minutes: i64,
}

/// How many days are counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tally {
    #[schema(examples(16))]
    pub total_days: u32,
    pub used_days: u32,
    pub left_days: u32,
}

/// One stretch, inside one local day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Line {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    #[schema(value_type = String, format = DateTime)]
    pub from: Ts,
    #[schema(value_type = String, format = DateTime)]
    pub to: Ts,
    pub counted: bool,
    /// `session`, `always`, `made_up`, `half_day`, `break`, `night`, `weekly_rest`, `off`, `beyond`.
    #[schema(examples("session"))]
    pub why: String,
    /// What the calendar says of a day that is not like its weekday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Why the clock stood: `suspension`, or `left` where the case was in no step of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stood: Option<String>,
    /// The step that made it stand, with its policy and the reason given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `used`, `left`, `over`.
    #[schema(examples("used"))]
    pub part: String,
    pub minutes: i64,
    pub stood_minutes: i64,
}

/// One date of a term counted in days.
#[derive(Debug, Serialize, ToSchema)]
pub struct Day {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// `counted`, `receipt`, `before_receipt`, `off`, `stood`, `moved`.
    #[schema(examples("counted"))]
    pub role: String,
    pub why: String,
}

/// One thing that happened to a clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct Mark {
    /// The entry that says so.
    pub seq: u64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Ts,
    /// Who did it; absent where the engine did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// `began`, `stood`, `ran_on`, `restarted`, `extended`, `left`, `passed`, `ended`.
    #[schema(examples("began"))]
    pub what: String,
    /// The deadline from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deadline: Option<Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub old_deadline: Option<Ts>,
    /// By how much it was lengthened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The papers that carry the decision.
    pub made: Vec<String>,
}

/// A day that is not like its weekday, and what says so.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Source {
    #[schema(examples("Giỗ Tổ Hùng Vương"))]
    pub label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// The day it was made known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub announced: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl From<explain::Explained> for Explanation {
    fn from(told: explain::Explained) -> Explanation {
        let inner = told.explanation;
        Explanation {
            case: told.case.to_string(),
            of: told.of,
            title: told.title,
            holder: told.holder.map(Into::into),
            limit: told.limit,
            rule: told.rule,
            unit: word(&inner.unit),
            state: word(&inner.state),
            calendar: told.calendar,
            calendar_version: told.calendar_version,
            as_of: told.as_of,
            begun: inner.begun,
            until: inner.until,
            deadline: inner.deadline,
            figure: inner.figure.into(),
            tally: inner.tally.map(|tally| Tally {
                total_days: tally.total_days,
                used_days: tally.used_days,
                left_days: tally.left_days,
            }),
            lines: inner.lines.into_iter().map(Into::into).collect(),
            days: inner.days.into_iter().map(Into::into).collect(),
            history: told.marks.into_iter().map(Into::into).collect(),
            sources: told.sources.iter().map(Into::into).collect(),
        }
    }
}

impl From<Sums> for Figure {
    fn from(sums: Sums) -> Figure {
        Figure {
            total_minutes: sums.total_minutes,
            used_minutes: sums.used_minutes,
            left_minutes: sums.left_minutes,
            over_minutes: sums.over_minutes,
            stood_minutes: sums.stood_minutes,
        }
    }
}

impl From<Stretch> for Line {
    fn from(line: Stretch) -> Line {
        let (stood, step, policy, reason) = match line.stood {
            None => (None, None, None, None),
            Some(Cause::Left) => (Some("left"), None, None, None),
            Some(Cause::Suspension { step, policy, reason }) => {
                (Some("suspension"), Some(step.to_string()), Some(word(&policy)), reason)
            }
        };
        Line {
            date: line.date,
            from: line.from,
            to: line.to,
            counted: line.counted,
            why: line.why.word().to_owned(),
            source: line.why.reason().map(Into::into),
            stood: stood.map(str::to_owned),
            step,
            policy,
            reason,
            part: word(&line.part),
            minutes: line.minutes,
            stood_minutes: line.stood_minutes,
        }
    }
}

impl From<DayCount> for Day {
    fn from(day: DayCount) -> Day {
        Day { date: day.date, number: day.number, role: word(&day.role), why: Why::word(&day.why).to_owned() }
    }
}

impl From<Marked> for Mark {
    fn from(mark: Marked) -> Mark {
        let right_of = mark.actor.right_of().filter(|right| Some(*right) != mark.actor.person());
        let plain = Mark {
            seq: mark.seq,
            at: mark.at,
            person: mark.actor.person().map(ToString::to_string),
            on_behalf_of: right_of.map(ToString::to_string),
            what: String::new(),
            deadline: None,
            old_deadline: None,
            length: None,
            step: None,
            reason: None,
            made: Vec::new(),
        };
        let told = |what: &str| Mark { what: what.to_owned(), ..plain };
        match mark.what {
            What::Began { deadline, .. } => Mark { deadline: Some(deadline), ..told("began") },
            What::Stood { step, reason, .. } => Mark { step: Some(step.to_string()), reason, ..told("stood") },
            What::RanOn { deadline } => Mark { deadline: Some(deadline), ..told("ran_on") },
            What::Restarted { deadline } => Mark { deadline: Some(deadline), ..told("restarted") },
            What::Extended { old_deadline, deadline, length, reason, made } => Mark {
                deadline: Some(deadline),
                old_deadline: Some(old_deadline),
                length: Some(length),
                reason,
                made: made.iter().map(ToString::to_string).collect(),
                ..told("extended")
            },
            What::Recounted { old_deadline, deadline, .. } => {
                Mark { deadline: Some(deadline), old_deadline: Some(old_deadline), ..told("recounted") }
            }
            What::Left => told("left"),
            What::Passed => told("passed"),
            What::Ended => told("ended"),
        }
    }
}

impl From<&Reason> for Source {
    fn from(reason: &Reason) -> Source {
        Source {
            label: reason.label.clone(),
            decision: reason.decision.clone(),
            announced: reason.announced,
            source: reason.source.clone(),
        }
    }
}

/// The stable word of a variant without fields, as its JSON has it.
pub(super) fn word(variant: &impl Serialize) -> String {
    match serde_json::to_value(variant) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
