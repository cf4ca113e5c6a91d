//! Calendars: which there are, their days, and a change of one: looked at first, then applied. Everybody who is signed
//! in may read them; a change is the administrators'.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use axum::Json as Out;
use axum::extract::{Path, State};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::calendar::calendar::{Calendar as Built, CalendarFile};
use crate::http::answers::{ReadProblems, WriteProblems};
use crate::http::body::{Asked, Json, bad_query};
use crate::http::caller::Caller;
use crate::http::lang::JustLang;
use crate::http::problem::{Fault, Problem, Wrong};
use crate::http::wire::calendar::{
    Calendar, CalendarApplied, CalendarDay, CalendarLine, CalendarList, CalendarMoves, CalendarText,
};
use crate::ids::CalendarId;
use crate::machine::command::Actor;
use crate::service::calendar_change::{self, Given};
use crate::service::engine::Engine;

/// Most days of one answer.
const DAYS_MAX: i32 = 800;
/// No more cases are begun after this time of a request, so that it is answered in time with what is left.
const ENOUGH: Duration = Duration::from_secs(6);

/// Calendars
///
/// The version in force of each, and since when each version counts.
#[utoipa::path(get, path = "/calendars", tag = "calendars", params(JustLang),
    responses((status = 200, description = "The calendars", body = CalendarList), ReadProblems))]
pub async fn calendars(
    State(engine): State<Engine>,
    _: Caller,
    _: Asked<JustLang>,
) -> Result<Out<CalendarList>, Problem> {
    let shelf = engine.library();
    let line = |id: &CalendarId| shelf.course(id).map(|course| CalendarLine::new(course.current(), &course));
    Ok(Out(CalendarList { items: shelf.calendars.all().filter_map(|calendar| line(calendar.id())).collect() }))
}

/// Which days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct DaysQuery {
    /// The first day; with `to`. No days are told where both are absent.
    #[param(example = "2026-08-01")]
    from: Option<String>,
    /// The last day, at most 800 with the first.
    #[param(example = "2026-08-31")]
    to: Option<String>,
    /// Language of problems: `vi` or `en`.
    lang: Option<String>,
}

/// A calendar with its text and days
///
/// The version in force: the file as it was published and, from `from` to `to`, each day with its sessions, and why it is
/// not what its weekday says.
#[utoipa::path(get, path = "/calendars/{calendar}", tag = "calendars",
    params(("calendar" = String, Path, example = "hanoi"), DaysQuery),
    responses((status = 200, description = "The calendar", body = Calendar), ReadProblems))]
pub async fn calendar(
    State(engine): State<Engine>,
    _: Caller,
    Path(id): Path<String>,
    Asked(query): Asked<DaysQuery>,
) -> Result<Out<Calendar>, Problem> {
    let unknown = || Problem::plain(Fault::UnknownCalendar);
    let course = engine.library().course(&CalendarId::from(id)).ok_or_else(unknown)?;
    let in_force = course.current();
    let days = query.days()?.map(|(from, to)| in_force.days(from, to).map(CalendarDay::from).collect());
    let texts = engine.store().calendars().await?;
    let text = texts.into_iter().find(|one| one.calendar == *in_force.id() && one.version == in_force.version());
    let text = text.ok_or_else(unknown)?.text;
    Ok(Out(Calendar { line: CalendarLine::new(in_force, &course), text, days }))
}

impl DaysQuery {
    fn days(&self) -> Result<Option<(Date, Date)>, Problem> {
        if self.from.is_none() && self.to.is_none() {
            return Ok(None);
        }
        let (from, to) = (date("from", self.from.as_deref())?, date("to", self.to.as_deref())?);
        let count = to.duration_since(from).as_hours() / 24 + 1;
        if (1..=i64::from(DAYS_MAX)).contains(&count) {
            return Ok(Some((from, to)));
        }
        let expected = format!("a day not before `from`, at most {DAYS_MAX} days with it");
        Err(bad_query(Wrong::new("to", expected, to.to_string())))
    }
}

fn date(name: &str, text: Option<&str>) -> Result<Date, Problem> {
    let text = text.unwrap_or("");
    text.parse().map_err(|_| bad_query(Wrong::new(name, "a date such as 2026-08-31", text)))
}

/// What a calendar would move
///
/// Counts every running clock of every open case by the text and lists each deadline that moves, with both dates. Writes
/// nothing. Where open cases are many, the answer may be 503 `still_looking` first: send it again. For administrators.
#[utoipa::path(post, path = "/calendars/preview", tag = "calendars", params(JustLang), request_body = CalendarText,
    responses((status = 200, description = "What would move", body = CalendarMoves), WriteProblems))]
pub async fn preview_calendar(
    State(engine): State<Engine>,
    caller: Caller,
    _: Asked<JustLang>,
    Json { value: body, .. }: Json<CalendarText>,
) -> Result<Out<CalendarMoves>, Problem> {
    may_change(&engine, &caller)?;
    let given = read(body.text)?;
    given.may_count(&engine.library())?;
    let moves = engine.calendar_moves(&given.text, given.calendar.clone()).await?;
    Ok(Out(CalendarMoves::new(&given.calendar, &moves)))
}

/// Change a calendar
///
/// Puts the text in force where it is not yet and counts anew every open case that it moves, one act a case. Cases that
/// ended and dates told to citizens are not touched. Where `left` is not 0 the time of one request was too short: send it
/// again, as often as you like; nothing is done twice. For administrators.
#[utoipa::path(post, path = "/calendars/{calendar}/apply", tag = "calendars",
    params(("calendar" = String, Path, example = "hanoi"), JustLang), request_body = CalendarText,
    responses((status = 200, description = "What was done, on disk", body = CalendarApplied), WriteProblems))]
pub async fn apply_calendar(
    State(engine): State<Engine>,
    caller: Caller,
    Path(id): Path<String>,
    _: Asked<JustLang>,
    Json { value: body, .. }: Json<CalendarText>,
) -> Result<Out<CalendarApplied>, Problem> {
    let began = Instant::now();
    may_change(&engine, &caller)?;
    let given = read(body.text)?;
    let calendar = given.calendar.clone();
    if calendar.id().as_str() != id {
        let found = calendar.id();
        return Err(Problem::new(
            Fault::BadCalendar,
            format!("Văn bản là của lịch “{found}”, không phải “{id}”."),
            format!("The text is calendar “{found}”, not “{id}”."),
        )
        .at(vec![Wrong::new("/text", format!("id: {id}"), format!("id: {found}"))]));
    }
    let in_time = |done, _| match done > 0 && began.elapsed() > ENOUGH {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let applied = calendar_change::apply(&engine, Actor::Person(caller.person), given, in_time).await?;
    Ok(Out(CalendarApplied::new(&calendar, applied)))
}

fn may_change(engine: &Engine, caller: &Caller) -> Result<(), Problem> {
    if engine.library().directory.is_admin(&caller.person) {
        return Ok(());
    }
    Err(Problem::new(
        Fault::NotPermitted,
        "Chỉ người quản trị được đổi lịch làm việc.",
        "Only administrators change a calendar.",
    ))
}

fn read(text: String) -> Result<Given, Problem> {
    let built = CalendarFile::read(&text).and_then(Built::build);
    let calendar = built.map_err(|why| {
        Problem::new(Fault::BadCalendar, why.vi(), why.en()).at(vec![Wrong::new("/text", "a calendar/v1 file", "")])
    })?;
    Ok(Given { name: format!("{}.yaml", calendar.id()), text, calendar })
}
