//! Cases: opening one, and the list of those the caller may see.

use axum::Json as Out;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::fold::fold;
use crate::http::act::{WriteQuery, receipt};
use crate::http::answers::{ReadProblems, WriteProblems};
use crate::http::body::{Asked, Json, bad_query};
use crate::http::caller::Caller;
use crate::http::condition;
use crate::http::problem::{Fault, Problem, Wrong};
use crate::http::wire::act::{OpenBody, Receipt};
use crate::http::wire::case::CaseList;
use crate::ids::{ProcedureId, UnitId};
use crate::machine::command::{Actor, Command, Open};
use crate::service::ask::{Ask, Key, Target};
use crate::service::engine::Engine;
use crate::store::contract::{CaseFilter, Paging};

/// Which cases, and which page of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct CasesQuery {
    /// Only cases of this procedure.
    #[param(example = "cap-phep-xay-dung")]
    procedure: Option<String>,
    /// `open`, `done`, `refused`, `withdrawn`, `lapsed` or `stopped`.
    #[param(example = "open")]
    status: Option<String>,
    /// Only cases whose procedure belongs to this unit.
    unit: Option<String>,
    /// Words of the title or the case's id; accents and capitals do not matter.
    #[param(example = "ngoc ha")]
    q: Option<String>,
    /// 1 to 200; 50 where absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
    /// Language of problems: `vi` or `en`.
    lang: Option<String>,
}

/// Cases
///
/// Those the caller may see, with the count of all that fit.
#[utoipa::path(get, path = "/cases", tag = "cases", params(CasesQuery),
    responses((status = 200, description = "A page of cases", body = CaseList), ReadProblems))]
pub async fn cases(
    State(engine): State<Engine>,
    caller: Caller,
    Asked(query): Asked<CasesQuery>,
) -> Result<Out<CaseList>, Problem> {
    const STATUSES: [&str; 6] = ["open", "done", "refused", "withdrawn", "lapsed", "stopped"];
    if let Some(status) = query.status.as_deref().filter(|status| !STATUSES.contains(status)) {
        return Err(bad_query(Wrong::new("status", format!("one of {}", STATUSES.join(", ")), status)));
    }
    let filter = CaseFilter {
        procedure: query.procedure.map(ProcedureId::from),
        status: query.status,
        units: query.unit.map(|unit| vec![UnitId::from(unit)]),
        text: query.q.as_deref().map(words).filter(|text| !text.is_empty()),
        stands: false,
        page: paging(query.limit, query.after)?,
    };
    Ok(Out(engine.query().cases(&caller.person, filter).await?.into()))
}

/// Open a case
///
/// The case is pinned to the procedure's version in force and named by the engine.
#[utoipa::path(post, path = "/cases", tag = "cases", request_body = OpenBody,
    params(WriteQuery, ("Idempotency-Key" = Option<String>, Header,
        description = "1 to 255 visible ASCII characters: a repeat of the same request gets the first answer")),
    responses(
        (status = 201, description = "The case is on disk", body = Receipt,
            headers(("Location" = String, description = "The case"), ("ETag" = String, description = "Its revision"))),
        (status = 200, description = "`dry_run`: it would be opened, and nothing was written", body = Receipt),
        WriteProblems))]
pub async fn open(
    State(engine): State<Engine>,
    caller: Caller,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Asked(query): Asked<WriteQuery>,
    Json { value: body, bytes }: Json<OpenBody>,
) -> Result<Response, Problem> {
    let key = condition::key(&headers, &method, uri.path(), &bytes)?;
    let id = ProcedureId::from(body.procedure.as_str());
    let command = match engine.library().opening(&id, engine.clock().now()) {
        Some(procedure) => body.command(&procedure),
        None => Err(Problem::plain(Fault::UnknownProcedure)),
    };
    let command = match command {
        Ok(command) => command,
        // another version may be in force by now: a repeat gets the first answer all the same, and no command is read
        Err(_) if answered(&engine, &caller, key.as_ref()).await? => Command::Open(Open::default()),
        Err(problem) => return Err(problem),
    };
    let ask = Ask {
        actor: Actor::Person(caller.person),
        target: Target::New(id),
        command,
        if_match: None,
        key,
        dry_run: query.dry_run,
    };
    let answer = engine.handle(ask).await?;
    let status = if query.dry_run { StatusCode::OK } else { StatusCode::CREATED };
    Ok(receipt(status, answer))
}

/// Whether the caller's key has an answer already.
pub async fn answered(engine: &Engine, caller: &Caller, key: Option<&Key>) -> Result<bool, Problem> {
    match key {
        None => Ok(false),
        Some(key) => Ok(engine.store().recall(caller.person.as_str(), &key.key).await?.is_some()),
    }
}

/// A page as asked for.
pub fn paging(limit: Option<u32>, after: Option<String>) -> Result<Paging, Problem> {
    let limit = limit.unwrap_or(Paging::default().limit);
    if !(1..=200).contains(&limit) {
        return Err(bad_query(Wrong::new("limit", "a number from 1 to 200", limit.to_string())));
    }
    if let Some(after) = after.as_deref().filter(|after| after.len() > 1_000 || !after.is_ascii()) {
        return Err(bad_query(Wrong::new("after", "`next` of the page before", after)));
    }
    Ok(Paging { limit, after })
}

/// The first twenty words without accents and capitals, so that `ngoc ha` finds Ngọc Hà.
fn words(text: &str) -> String {
    fold(text).split_whitespace().take(20).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn accents_do_not_matter_in_a_search() {
        assert_eq!(words("  Đường Ngọc  Hà "), "duong ngoc ha");
        assert_eq!(words("HS-2026"), "hs-2026");
    }
}
