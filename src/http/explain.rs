//! Why a deadline is when it is, and where clocks stand.

use axum::Json as Out;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::answers::ReadProblems;
use crate::http::body::{Asked, bad_query};
use crate::http::caller::Caller;
use crate::http::cases::paging;
use crate::http::lang::JustLang;
use crate::http::problem::{Problem, Wrong};
use crate::http::wire::explain::Explanation;
use crate::http::wire::suspension::{StandingList, Suspensions};
use crate::ids::{CaseId, Ts};
use crate::service::engine::Engine;
use crate::service::explain::Of;

/// What is explained, as of when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ExplainQuery {
    /// `case` where absent, `group:ID`, `branch:N` (the step a branch is in), `holding:N` (as `n` of the holdings).
    #[param(example = "case")]
    of: Option<String>,
    /// An instant in the past; now where absent.
    #[param(example = "2026-08-10T03:00:00Z")]
    as_of: Option<String>,
    /// Language of problems: `vi` or `en`.
    lang: Option<String>,
}

/// Why a deadline is when it is
///
/// Every stretch of its time, counted or not and why: nights, breaks, holidays with their decisions, suspensions with
/// their reasons. The minutes of the lines add up to the figure.
#[utoipa::path(get, path = "/cases/{case}/explain", tag = "cases",
    params(("case" = String, Path, example = "2026-000123"), ExplainQuery),
    responses((status = 200, description = "The explanation", body = Explanation), ReadProblems))]
pub async fn explain(
    State(engine): State<Engine>,
    caller: Caller,
    Path(id): Path<String>,
    Asked(query): Asked<ExplainQuery>,
) -> Result<Out<Explanation>, Problem> {
    let case = CaseId::from(id);
    // What may not be seen is answered alike, whatever else is wrong.
    engine.query().visible(&case, &caller.person).await?;
    let of = query.of.as_deref().unwrap_or("case");
    let wrong = || bad_query(Wrong::new("of", "`case`, `group:ID`, `branch:N` or `holding:N` of this case", of));
    let asked = Of::parse(of).ok_or_else(wrong)?;
    let as_of = match query.as_of.as_deref().map(str::parse::<Ts>) {
        None => None,
        Some(Ok(at)) => Some(at),
        Some(Err(_)) => {
            let found = query.as_of.unwrap_or_default();
            return Err(bad_query(Wrong::new("as_of", "an instant such as `2026-08-10T03:00:00Z`", found)));
        }
    };
    let told = engine.query().explain(&case, &caller.person, &asked, as_of).await?;
    Ok(Out(told.ok_or_else(wrong)?.into()))
}

/// Where the case's clock stood
///
/// Each suspension with who opened it, why, on what evidence, until when, and the party it is billed to.
#[utoipa::path(get, path = "/cases/{case}/suspensions", tag = "cases",
    params(("case" = String, Path, example = "2026-000123"), JustLang),
    responses((status = 200, description = "The register", body = Suspensions), ReadProblems))]
pub async fn suspensions(
    State(engine): State<Engine>,
    caller: Caller,
    Path(id): Path<String>,
    _: Asked<JustLang>,
) -> Result<Out<Suspensions>, Problem> {
    Ok(Out(engine.query().suspensions(&CaseId::from(id), &caller.person).await?.into()))
}

/// Which page of the cases that stand.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct StandingQuery {
    /// `true`, also where absent: what stands now. What is over is listed case by case.
    #[param(example = true)]
    open: Option<bool>,
    /// 1 to 200; 50 where absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
    /// Language of problems: `vi` or `en`.
    lang: Option<String>,
}

/// Where clocks stand now
///
/// The cases the caller may list whose clock stands, newest first, each with its suspension.
#[utoipa::path(get, path = "/suspensions", tag = "work", params(StandingQuery),
    responses((status = 200, description = "A page of standing cases", body = StandingList), ReadProblems))]
pub async fn standing(
    State(engine): State<Engine>,
    caller: Caller,
    Asked(query): Asked<StandingQuery>,
) -> Result<Out<StandingList>, Problem> {
    if query.open == Some(false) {
        return Err(bad_query(Wrong::new("open", "`true`: what is over is listed case by case", "false")));
    }
    let page = paging(query.limit, query.after)?;
    Ok(Out(engine.query().standing(&caller.person, page).await?.into()))
}
