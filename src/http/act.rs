//! An act in a case: the one way to change it. What is asked becomes a command; everything else is decided below.

use axum::Json as Out;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::answers::WriteProblems;
use crate::http::body::{Asked, Json};
use crate::http::caller::Caller;
use crate::http::case::tagged;
use crate::http::cases::answered;
use crate::http::condition::{self, REPLAYED};
use crate::http::problem::Problem;
use crate::http::wire::act::{ActBody, Receipt};
use crate::ids::CaseId;
use crate::machine::command::{Actor, Command};
use crate::service::ask::{Answer, Ask, Denied, Key, Target};
use crate::service::engine::Engine;

/// How a write is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct WriteQuery {
    /// Decide and answer, and write nothing.
    pub dry_run: bool,
    /// Language of problems: `vi` or `en`.
    pub lang: Option<String>,
}

/// Act in a case
///
/// Takes a transition, or receives, sends back, claims, assigns, transfers, recalls, comments, attaches, apologises,
/// acknowledges an escalation, votes in a council. `If-Match` names the revision seen; only `comment`, `attach`,
/// `acknowledge` and `vote` may do without. When the answer comes, the act is on disk.
#[utoipa::path(post, path = "/cases/{case}/act", tag = "cases", request_body = ActBody,
    params(("case" = String, Path, example = "2026-000123"), WriteQuery,
        ("If-Match" = Option<String>, Header, description = "The case's revision in quotes, as `ETag` gave it",
            example = "\"12\""),
        ("Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters: a repeat of the same request gets the first answer")),
    responses(
        (status = 200, description = "Done and on disk; for `dry_run`, it would be done", body = Receipt,
            headers(("ETag" = String, description = "The revision after the act"),
                ("Idempotency-Replayed" = String, description = "`true` where this answer had been given before"))),
        WriteProblems))]
#[expect(clippy::too_many_arguments, reason = "each is an extractor")]
pub async fn act(
    State(engine): State<Engine>,
    caller: Caller,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Path(id): Path<String>,
    Asked(query): Asked<WriteQuery>,
    Json { value: body, bytes }: Json<ActBody>,
) -> Result<Response, Problem> {
    let case = CaseId::from(id);
    let key = condition::key(&headers, &method, uri.path(), &bytes)?;
    if answered(&engine, &caller, key.as_ref()).await? {
        return again(&engine, caller, case, key).await;
    }
    let row = engine.query().visible(&case, &caller.person).await?;
    let if_match = condition::if_match(&headers)?;
    if if_match.is_none() && body.needs_revision() {
        return Err(condition::required());
    }
    let procedure = engine.library().procedure(&row.digest).ok_or_else(|| Denied::UnreadableProcedure(case.clone()))?;
    let actor = match &body.on_behalf_of {
        None => Actor::Person(caller.person),
        Some(other) => Actor::Delegate { person: caller.person, on_behalf_of: other.as_str().into() },
    };
    let ask = Ask {
        actor,
        target: Target::Case(case),
        command: body.command(&procedure)?,
        if_match,
        key,
        dry_run: query.dry_run,
    };
    match engine.handle(ask).await {
        Ok(answer) => Ok(receipt(StatusCode::OK, answer)),
        Err(denied) => Err(Problem::from(denied).moved_by_name(|person| engine.query().person_name(&person.into()))),
    }
}

/// The answer that the caller's key had: it was his own act, whatever he may see by now.
pub async fn again(engine: &Engine, caller: Caller, case: CaseId, key: Option<Key>) -> Result<Response, Problem> {
    // The command is not read where a key is known; a dry run writes nothing even if the key were forgotten meanwhile.
    let (actor, command) = (Actor::Person(caller.person), Command::Comment { text: String::new() });
    let ask = Ask { actor, target: Target::Case(case), command, if_match: None, key, dry_run: true };
    Ok(receipt(StatusCode::OK, engine.handle(ask).await?))
}

/// A receipt as an answer: where the case is, its revision, and whether it had been given before.
pub fn receipt(status: StatusCode, answer: Answer) -> Response {
    let Answer { receipt, repeated } = answer;
    let location = HeaderValue::from_str(&format!("/api/v1/cases/{}", receipt.case)).ok();
    let revision = receipt.revision;
    let mut response = (status, Out(Receipt::from(receipt))).into_response();
    if let Some(location) = location.filter(|_| status == StatusCode::CREATED) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if repeated {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    tagged(revision, response)
}
