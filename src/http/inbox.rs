//! What the caller holds, and what is stuck in his units or area.

use axum::Json as Out;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::answers::ReadProblems;
use crate::http::body::Asked;
use crate::http::caller::Caller;
use crate::http::cases::paging;
use crate::http::lang::JustLang;
use crate::http::problem::Problem;
use crate::http::wire::inbox::{Inbox, Stuck};
use crate::ids::UnitId;
use crate::service::engine::Engine;
use crate::service::query::StuckFilter;

/// The caller's inbox
///
/// What he holds or may claim now, what waits to be assigned, what his unit holds, and what he was told.
#[utoipa::path(get, path = "/inbox", tag = "work", params(JustLang),
    responses((status = 200, description = "The inbox", body = Inbox), ReadProblems))]
pub async fn inbox(State(engine): State<Engine>, caller: Caller, _: Asked<JustLang>) -> Result<Out<Inbox>, Problem> {
    Ok(Out(engine.query().inbox(&caller.person).await?.into()))
}

/// Which held steps, and which page of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct StuckQuery {
    /// Only what is held in this unit or below it.
    unit: Option<String>,
    /// Only what is past its deadline.
    late: bool,
    /// 1 to 200; 50 where absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
    /// Language of problems: `vi` or `en`.
    lang: Option<String>,
}

/// What is held now
///
/// By whom, where, since when, earliest deadline first: for heads below them, for inspectors in their area.
#[utoipa::path(get, path = "/stuck", tag = "work", params(StuckQuery),
    responses((status = 200, description = "A page of held steps", body = Stuck), ReadProblems))]
pub async fn stuck(
    State(engine): State<Engine>,
    caller: Caller,
    Asked(query): Asked<StuckQuery>,
) -> Result<Out<Stuck>, Problem> {
    let filter = StuckFilter {
        unit: query.unit.map(UnitId::from),
        late_only: query.late,
        page: paging(query.limit, query.after)?,
    };
    Ok(Out(engine.query().stuck(&caller.person, filter).await?.into()))
}
