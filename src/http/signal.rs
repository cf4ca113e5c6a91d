//! A signal of an outside system: something happened that the case waits for. Sent again, it does nothing more.

use std::collections::BTreeMap;

use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::act::{WriteQuery, again, receipt};
use crate::http::answers::WriteProblems;
use crate::http::body::{Asked, Json};
use crate::http::caller::Caller;
use crate::http::cases::answered;
use crate::http::condition;
use crate::http::problem::Problem;
use crate::http::wire::act::{Receipt, values};
use crate::ids::{BranchId, CaseId, DocumentId};
use crate::machine::command::{Actor, Command, Signal};
use crate::service::ask::{Ask, Denied, Target};
use crate::service::engine::Engine;

/// What happened outside.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "event": "da_nop_tien",
    "id": "KB-2026-0001234",
    "source": "Kho bạc",
    "documents": ["bien_lai"]
})))]
pub struct SignalBody {
    /// The event's name under `on_event` in the procedure.
    pub event: String,
    /// The outside system's own number for it: a repeat is answered like the first and changes nothing.
    pub id: String,
    /// Which system sends it.
    #[serde(default)]
    pub source: Option<String>,
    /// The branch that waits for it; the first that does, where absent.
    #[serde(default)]
    pub branch: Option<u32>,
    /// By field id, each as its kind says.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub fields: BTreeMap<String, serde_json::Value>,
    /// Papers received with it.
    #[serde(default)]
    pub documents: Vec<String>,
}

/// Signal an outside event
///
/// An outside system says that something happened which the case waits for (`on_event`), as a payment received. A token
/// with the scope `signal` may do this and nothing else. Idempotent by `id`; needs no `If-Match`. A person records the
/// same by hand with `act`, and says on what evidence.
#[utoipa::path(post, path = "/cases/{case}/signals", tag = "cases", request_body = SignalBody,
    params(("case" = String, Path, example = "2026-000123"), WriteQuery,
        ("Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters: a repeat of the same request gets the first answer")),
    responses(
        (status = 200, description = "Recorded, now or before; for `dry_run`, it would be", body = Receipt,
            headers(("ETag" = String, description = "The case's revision"),
                ("Idempotency-Replayed" = String, description = "`true` where this answer had been given before"))),
        WriteProblems))]
#[expect(clippy::too_many_arguments, reason = "each is an extractor")]
pub async fn signal(
    State(engine): State<Engine>,
    caller: Caller,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Path(id): Path<String>,
    Asked(query): Asked<WriteQuery>,
    Json { value: body, bytes }: Json<SignalBody>,
) -> Result<Response, Problem> {
    let case = CaseId::from(id);
    let key = condition::key(&headers, &method, uri.path(), &bytes)?;
    if answered(&engine, &caller, key.as_ref()).await? {
        return again(&engine, caller, case, key).await;
    }
    let row = engine.query().visible(&case, &caller.person).await?;
    let procedure = engine.library().procedure(&row.digest).ok_or_else(|| Denied::UnreadableProcedure(case.clone()))?;
    let command = Command::Signal(Signal {
        event: body.event,
        id: body.id,
        source: body.source,
        branch: body.branch.map(BranchId),
        fields: values(&procedure, body.fields)?,
        documents: body.documents.into_iter().map(DocumentId::from).collect(),
    });
    let actor = Actor::Person(caller.person);
    let ask = Ask { actor, target: Target::Case(case), command, if_match: None, key, dry_run: query.dry_run };
    Ok(receipt(StatusCode::OK, engine.handle(ask).await?))
}
