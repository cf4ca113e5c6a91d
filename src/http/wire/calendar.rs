//! A calendar over the wire: its versions and days, what a version would move, and what moving came to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::calendar::Calendar as Built;
use crate::calendar::course::Course;
use crate::calendar::day::Day as BuiltDay;
use crate::calendar::file::WEEKDAYS;
use crate::ids::Ts;
use crate::service::{calendar_change, calendar_moves};

/// Most moves of one answer.
const MOVES_MAX: usize = 1_000;

/// The calendars there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarList {
    pub items: Vec<CalendarLine>,
}

/// A calendar in lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarLine {
    #[schema(examples("hanoi"))]
    pub calendar: String,
    pub title: String,
    /// The zone its sessions are written in.
    #[schema(examples("Asia/Ho_Chi_Minh"))]
    pub zone: String,
    /// The version in force.
    pub version: u32,
    /// First and last day that its file speaks of; outside, no holiday is known.
    #[schema(format = Date)]
    pub known_from: String,
    #[schema(format = Date)]
    pub known_to: String,
    /// Every version that was ever in force, the oldest first.
    pub versions: Vec<CalendarVersion>,
}

/// A version of a calendar.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarVersion {
    pub version: u32,
    /// When it came into force: what is held from then on is counted by it.
    #[schema(value_type = String, format = DateTime)]
    pub since: Ts,
}

/// A calendar with its text, and its days where they were asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Calendar {
    #[serde(flatten)]
    pub line: CalendarLine,
    /// The file of the version in force as it was published.
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<CalendarDay>>,
}

/// A day of a calendar.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarDay {
    #[schema(format = Date, examples("2026-08-22"))]
    pub date: String,
    /// `mon` to `sun`.
    #[schema(examples("sat"))]
    pub weekday: String,
    /// `regular`, `weekly_rest`, `off`, `half_day`, `made_up`.
    #[schema(examples("made_up"))]
    pub kind: String,
    /// Opening and closing by the wall clock; none on a day that is not worked.
    #[schema(examples(json!(["08:00-12:00", "13:00-17:00"])))]
    pub sessions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season: Option<String>,
    /// Why it is not what its weekday says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Number of the decision or announcement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// The day it was made known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    pub announced: Option<String>,
    /// What it rests on beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A calendar's file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarText {
    /// The whole file, `calendar/v1`: a newer version, or the one in force.
    pub text: String,
}

/// What a version would move over all open cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarMoves {
    pub calendar: String,
    pub version: u32,
    /// Open cases looked at.
    pub open_cases: u64,
    /// Cases with a clock that is counted anew, also where only reminders move.
    pub cases: u64,
    /// Deadlines that come later, that come earlier, and that pass the date told to the citizen.
    pub later: u64,
    pub earlier: u64,
    pub passing_promise: u64,
    /// Cases whose record or procedure cannot be read: a person must look at them. `quytrinh doctor` names them.
    pub unreadable: u64,
    /// The first 1,000 deadlines that move, in the order of cases.
    pub moves: Vec<CalendarMove>,
    /// How many more move.
    pub left_out: u64,
}

/// One deadline that would move. What the case is about and who holds it is not told: the right to administer shows no
/// case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarMove {
    pub case: String,
    pub procedure: String,
    /// `case`, `group/ID` or `branch/N`.
    #[schema(examples("case"))]
    pub clock: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    #[schema(examples("day"))]
    pub rule: String,
    #[schema(value_type = String, format = DateTime)]
    pub old_deadline: Ts,
    #[schema(value_type = String, format = DateTime)]
    pub new_deadline: Ts,
    /// The date told to the citizen: it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub promise: Option<Ts>,
    /// The new deadline of the case lies after that date, and the old one did not.
    pub passes_promise: bool,
}

/// What applying came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarApplied {
    pub calendar: String,
    pub version: u32,
    /// The version came into force by this request.
    pub published: bool,
    /// Cases counted anew.
    pub changed: u64,
    /// Cases that had nothing left to change when their turn came.
    pub passed_over: u64,
    /// Cases that could not be changed; the log names them.
    pub failed: u64,
    /// Cases whose record or procedure cannot be read: they were left as they are, and a person must look at them.
    pub unreadable: Vec<String>,
    /// Cases that the time of one request was too short for: send the same request again.
    pub left: u64,
}

impl CalendarLine {
    /// The version in force, with the course of all versions.
    pub fn new(calendar: &Built, course: &Course) -> CalendarLine {
        let (from, to) = calendar.known();
        let versions = course.versions().map(|(since, one)| CalendarVersion { version: one.version(), since });
        CalendarLine {
            calendar: calendar.id().to_string(),
            title: calendar.title().to_owned(),
            zone: calendar.zone().iana_name().unwrap_or("UTC").to_owned(),
            version: calendar.version(),
            known_from: from.to_string(),
            known_to: to.to_string(),
            versions: versions.collect(),
        }
    }
}

impl From<BuiltDay<'_>> for CalendarDay {
    fn from(day: BuiltDay<'_>) -> CalendarDay {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let weekday = usize::try_from(day.date.weekday().to_monday_zero_offset()).unwrap_or(0);
        let reason = day.why.reason();
        CalendarDay {
            date: day.date.to_string(),
            weekday: WEEKDAYS[weekday].to_owned(),
            kind: day.why.word().to_owned(),
            sessions: day.sessions.iter().map(|(open, close)| format!("{}-{}", clock(*open), clock(*close))).collect(),
            season: day.season.map(str::to_owned),
            label: reason.map(|reason| reason.label.clone()),
            decision: reason.and_then(|reason| reason.decision.clone()),
            announced: reason.and_then(|reason| reason.announced).map(|date| date.to_string()),
            source: reason.and_then(|reason| reason.source.clone()),
        }
    }
}

impl CalendarMoves {
    /// What that version would move.
    pub fn new(calendar: &Built, all: &calendar_moves::Moves) -> CalendarMoves {
        let left_out = all.moves.len().saturating_sub(MOVES_MAX);
        CalendarMoves {
            calendar: calendar.id().to_string(),
            version: calendar.version(),
            open_cases: all.open_cases,
            cases: all.cases.len() as u64,
            later: all.later,
            earlier: all.earlier,
            passing_promise: all.passing_promise,
            unreadable: all.unreadable.len() as u64,
            moves: all.moves.iter().take(MOVES_MAX).cloned().map(Into::into).collect(),
            left_out: left_out as u64,
        }
    }
}

impl From<calendar_moves::Move> for CalendarMove {
    fn from(one: calendar_moves::Move) -> CalendarMove {
        CalendarMove {
            case: one.case.to_string(),
            procedure: one.procedure.to_string(),
            clock: one.clock,
            step: one.step.map(|step| step.to_string()),
            rule: one.rule,
            old_deadline: one.old_deadline,
            new_deadline: one.new_deadline,
            promise: one.promise,
            passes_promise: one.passes_promise,
        }
    }
}

impl CalendarApplied {
    /// What applying that version came to.
    pub fn new(calendar: &Built, applied: calendar_change::Applied) -> CalendarApplied {
        let calendar_change::Applied { published, changed, passed_over, failed, unreadable, left } = applied;
        CalendarApplied {
            calendar: calendar.id().to_string(),
            version: calendar.version(),
            published,
            changed,
            passed_over,
            failed,
            unreadable: unreadable.iter().map(ToString::to_string).collect(),
            left,
        }
    }
}
