//! The whole journal: its end, and its lines in the form that `quytrinh journal verify` reads without the database.
//!
//! A line holds what people wrote in a case, so only an inspector of the whole directory gets lines; the right to
//! administer shows the head and no case.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::answers::ReadProblems;
use crate::http::body::{Asked, bad_query};
use crate::http::caller::Caller;
use crate::http::lang::JustLang;
use crate::http::problem::{Fault, Problem, Wrong};
use crate::http::wire::journal::Head;
use crate::journal::export;
use crate::journal::verify::Row;
use crate::service::engine::Engine;

/// Most lines of one answer.
const LINES_MAX: u32 = 1_000;

/// The end of the journal
///
/// Also the first line of an export. Keep it elsewhere: whoever holds it can tell later whether anything before it was
/// changed. For inspectors and administrators.
#[utoipa::path(get, path = "/journal/head", tag = "journal", params(JustLang),
    responses((status = 200, description = "The head", body = Head), ReadProblems))]
pub async fn journal_head(
    State(engine): State<Engine>,
    caller: Caller,
    _: Asked<JustLang>,
) -> Result<Response, Problem> {
    let directory = &engine.library().directory;
    if !directory.is_inspector(&caller.person) && !directory.is_admin(&caller.person) {
        return Err(Problem::new(
            Fault::NotPermitted,
            "Chỉ thanh tra và người quản trị được xem sổ nhật ký chung.",
            "Only inspectors and administrators see the whole journal.",
        ));
    }
    let head = engine.store().head().await?;
    let mut line = Vec::new();
    export::write_head(&mut line, &head).map_err(|e| Problem::plain(Fault::Internal).caused_by(e.to_string()))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], line).into_response())
}

/// Which lines.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct EntriesQuery {
    /// The first entry's number; 0 where absent.
    from: u64,
    /// 1 to 1000; 500 where absent.
    limit: Option<u32>,
    /// Language of problems: `vi` or `en`.
    lang: Option<String>,
}

/// Lines of the journal
///
/// One entry a line, in order, from `from` on; fewer than `limit` lines means that the end is reached. The head as first
/// line and these lines after it make a file that `quytrinh journal verify` reads. For inspectors of every unit.
#[utoipa::path(get, path = "/journal/entries", tag = "journal", params(EntriesQuery),
    responses((status = 200, description = "The lines", content_type = "application/x-ndjson", body = String), ReadProblems))]
pub async fn journal_entries(
    State(engine): State<Engine>,
    caller: Caller,
    Asked(query): Asked<EntriesQuery>,
) -> Result<Response, Problem> {
    if !inspects_everything(&engine, &caller) {
        return Err(Problem::new(
            Fault::NotPermitted,
            "Chỉ thanh tra của toàn bộ danh bạ được xem mọi dòng của sổ; nhật ký từng hồ sơ xem tại hồ sơ đó.",
            "Only an inspector of the whole directory sees every line; a case's journal is at the case.",
        ));
    }
    let limit = query.limit.unwrap_or(500);
    if !(1..=LINES_MAX).contains(&limit) {
        return Err(bad_query(Wrong::new("limit", format!("a number from 1 to {LINES_MAX}"), limit.to_string())));
    }
    let mut lines = Vec::new();
    for sealed in engine.store().entries(query.from, limit).await? {
        let row = Row {
            seq: i64::try_from(sealed.entry.seq).unwrap_or(i64::MAX),
            columns: None,
            payload: sealed.payload,
            chain: sealed.chain.to_vec(),
            case_chain: sealed.case_chain.to_vec(),
        };
        export::write_row(&mut lines, &row).map_err(|e| Problem::plain(Fault::Internal).caused_by(e.to_string()))?;
    }
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"))], Body::from(lines)).into_response())
}

fn inspects_everything(engine: &Engine, caller: &Caller) -> bool {
    let directory = &engine.library().directory;
    let areas = directory.areas_of_inspector(&caller.person);
    let units = &directory.file().units;
    !areas.is_empty() && units.keys().all(|unit| areas.iter().any(|area| directory.is_under(unit, area)))
}
