//! One case: its page, what may be done in it, its journal, who held it, its picture.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::http::answers::ReadProblems;
use crate::http::body::Asked;
use crate::http::caller::Caller;
use crate::http::lang::JustLang;
use crate::http::problem::Problem;
use crate::http::procedures::picture;
use crate::http::wire::case::{Case, Holdings, Offers};
use crate::http::wire::journal::CaseJournal;
use crate::ids::CaseId;
use crate::service::engine::Engine;

/// A case
///
/// Everything about it that the caller may see; `ETag` is its revision, for `If-Match` of the next act.
#[utoipa::path(get, path = "/cases/{case}", tag = "cases",
    params(("case" = String, Path, example = "2026-000123"), JustLang),
    responses((status = 200, description = "The case", body = Case, headers(("ETag" = String, description = "The revision in quotes"))),
        ReadProblems))]
pub async fn case(
    State(engine): State<Engine>,
    caller: Caller,
    Path(id): Path<String>,
    _: Asked<JustLang>,
) -> Result<Response, Problem> {
    let view = engine.query().case(&CaseId::from(id), &caller.person).await?;
    let revision = view.row.revision;
    Ok(tagged(revision, Out(Case::from(view)).into_response()))
}

/// What the caller may do now
///
/// The same decisions as an act is judged by; empty for who may only look.
#[utoipa::path(get, path = "/cases/{case}/available", tag = "cases",
    params(("case" = String, Path, example = "2026-000123"), JustLang),
    responses((status = 200, description = "What may be done", body = Offers), ReadProblems))]
pub async fn available(
    State(engine): State<Engine>,
    caller: Caller,
    Path(id): Path<String>,
    _: Asked<JustLang>,
) -> Result<Response, Problem> {
    let view = engine.query().case(&CaseId::from(id), &caller.person).await?;
    let revision = view.row.revision;
    let items = view.offers.into_iter().map(Into::into).collect();
    Ok(tagged(revision, Out(Offers { items, revision }).into_response()))
}

/// The case's journal
///
/// Every entry in order, with the hashes that seal it.
#[utoipa::path(get, path = "/cases/{case}/journal", tag = "cases",
    params(("case" = String, Path, example = "2026-000123"), JustLang),
    responses((status = 200, description = "The entries", body = CaseJournal), ReadProblems))]
pub async fn case_journal(
    State(engine): State<Engine>,
    caller: Caller,
    Path(id): Path<String>,
    _: Asked<JustLang>,
) -> Result<Out<CaseJournal>, Problem> {
    let entries = engine.query().journal(&CaseId::from(id), &caller.person).await?;
    Ok(Out(CaseJournal { items: entries.into_iter().map(Into::into).collect() }))
}

/// Who held the case
///
/// Interval by interval, with the working minutes held and excused.
#[utoipa::path(get, path = "/cases/{case}/holdings", tag = "cases",
    params(("case" = String, Path, example = "2026-000123"), JustLang),
    responses((status = 200, description = "The holdings", body = Holdings), ReadProblems))]
pub async fn holdings(
    State(engine): State<Engine>,
    caller: Caller,
    Path(id): Path<String>,
    _: Asked<JustLang>,
) -> Result<Out<Holdings>, Problem> {
    let holdings = engine.query().holdings(&CaseId::from(id), &caller.person).await?;
    Ok(Out(Holdings { items: holdings.into_iter().map(Into::into).collect() }))
}

/// The case's picture
///
/// The procedure with the path walked and the present step.
#[utoipa::path(get, path = "/cases/{case}/diagram.svg", tag = "cases",
    params(("case" = String, Path, example = "2026-000123"), JustLang),
    responses((status = 200, description = "The picture", content_type = "image/svg+xml", body = String), ReadProblems))]
pub async fn case_diagram(
    State(engine): State<Engine>,
    caller: Caller,
    Path(id): Path<String>,
    _: Asked<JustLang>,
) -> Result<Response, Problem> {
    Ok(picture(engine.query().case_diagram(&CaseId::from(id), &caller.person).await?))
}

/// With the revision as `ETag`.
pub fn tagged(revision: u64, mut response: Response) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{revision}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
