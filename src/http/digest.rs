//! The caller's morning: what he was told, gathered, and what falls due.

use axum::Json as Out;
use axum::extract::State;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::answers::ReadProblems;
use crate::http::body::{Asked, bad_query};
use crate::http::caller::Caller;
use crate::http::problem::{Problem, Wrong};
use crate::http::wire::digest::Digest;
use crate::service::engine::Engine;

/// Which morning.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct DigestQuery {
    /// A date; the last morning where absent.
    #[param(example = "2026-08-10")]
    date: Option<String>,
    /// Language of problems: `vi` or `en`.
    lang: Option<String>,
}

/// The caller's digest of a morning
///
/// Everything he was told since the opening of the working day before, by case, with what falls due today and on the
/// next working day, and what is late.
#[utoipa::path(get, path = "/me/digest", tag = "account", params(DigestQuery),
    responses((status = 200, description = "The digest", body = Digest), ReadProblems))]
pub async fn digest(
    State(engine): State<Engine>,
    caller: Caller,
    Asked(query): Asked<DigestQuery>,
) -> Result<Out<Digest>, Problem> {
    let date = match query.date.as_deref().map(str::parse::<Date>) {
        None => None,
        Some(Ok(date)) => Some(date),
        Some(Err(_)) => {
            let found = query.date.unwrap_or_default();
            return Err(bad_query(Wrong::new("date", "a date such as `2026-08-10`", found)));
        }
    };
    Ok(Out(engine.query().digest(&caller.person, date).await?.into()))
}
