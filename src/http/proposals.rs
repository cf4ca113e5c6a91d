//! Texts that are to be put in force: proposed by one person, confirmed by another, withdrawn. What may be done is decided
//! where the terminal has it decided; here it only becomes a motion.

use std::sync::Arc;

use axum::Json as Out;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::definition::procedure::Procedure;
use crate::definition::resolve::resolve;
use crate::definition::source::Source;
use crate::http::act::WriteQuery;
use crate::http::answers::{ReadProblems, WriteProblems};
use crate::http::body::{Asked, Json};
use crate::http::caller::Caller;
use crate::http::condition::{self, REPLAYED};
use crate::http::lang::{JustLang, Lang};
use crate::http::problem::{Fault, Problem};
use crate::http::wire::proposal::{
    Proposal, ProposalList, Propose, Proposed, Seen, TextLine, TextMoved, VersionList, Withdraw,
};
use crate::ids::{Digest, ProcedureId};
use crate::machine::command::Actor;
use crate::service::ask::Key;
use crate::service::engine::Engine;
use crate::service::motion::{Moved, Moving};
use crate::service::proposals::{Bench, Motion, judge};
use crate::service::publish::Publication;
use crate::service::register::lineages;
use crate::service::texts::{self, State as Standing, TextView};

/// What waits
///
/// Texts that were proposed and neither confirmed nor withdrawn, of the units whose procedures the caller writes, heads
/// or inspects.
#[utoipa::path(get, path = "/proposals", tag = "proposals", params(JustLang),
    responses((status = 200, description = "What waits, the newest first", body = ProposalList), ReadProblems))]
pub async fn proposals(
    State(engine): State<Engine>,
    caller: Caller,
    _: Asked<JustLang>,
) -> Result<Out<ProposalList>, Problem> {
    let shelf = engine.library();
    let all = texts::all(&engine, &caller.person).await?;
    let waiting = all.into_values().flatten().filter(|text| text.state == Standing::Waiting);
    let mut items: Vec<TextLine> = waiting.map(|text| TextLine::new(&shelf, &text)).collect();
    items.sort_by_key(|line| std::cmp::Reverse(line.revision));
    Ok(Out(ProposalList { items }))
}

/// Propose a text
///
/// Asks that just this text be put in force; another person must confirm it. Refused where it is not sound, does not
/// follow on the version in force, or takes something from open cases. `dry_run` looks and writes nothing. For authors of
/// the unit.
#[utoipa::path(post, path = "/proposals", tag = "proposals", request_body = Propose,
    params(WriteQuery,
        ("Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters: a repeat of the same request gets the first answer")),
    responses(
        (status = 201, description = "It waits for a second person, on disk", body = Proposed,
            headers(("ETag" = String, description = "The entry it rests on"), ("Location" = String),
                ("Idempotency-Replayed" = String, description = "`true` where this answer had been given before"))),
        (status = 200, description = "For `dry_run`: it would", body = Proposed),
        WriteProblems))]
#[expect(clippy::too_many_arguments, reason = "each is an extractor")]
pub async fn propose(
    State(engine): State<Engine>,
    caller: Caller,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Asked(query): Asked<WriteQuery>,
    Json { value: body, bytes }: Json<Propose>,
) -> Result<Response, Problem> {
    let key = condition::key(&headers, &method, uri.path(), &bytes)?;
    let lang = Lang::of(&uri, &headers);
    let name = name_of(&body.text);
    let actor = Actor::Person(caller.person);
    let motion = Motion::Propose { reason: body.reason };
    let new = resolve(&Source::new(&name, &body.text)).procedure;
    let repeat = is_repeat(&engine, &actor, key.as_ref()).await?;
    if let Some(new) = new.as_ref().filter(|_| !repeat) {
        allowed(&engine, &actor, new, &motion).await?;
    }
    let seen = engine.review(&name, &body.text).await?;
    let Some(new) = seen.procedure.clone().filter(|_| seen.passes() || repeat) else {
        return Err(Problem::faulty(&seen));
    };
    let text = Publication::procedure(name, body.text, Procedure::clone(&new)).by(motion);
    let (moved, repeated) = engine.make(Moving { actor, text, seen: None, key, dry_run: query.dry_run }).await?;
    let status = if query.dry_run { StatusCode::OK } else { StatusCode::CREATED };
    let location = format!("/api/v1/proposals/{}", moved.digest);
    let seq = moved.seq;
    let answer = Proposed { moved: moved.into(), seen: Seen::new(&seen, lang) };
    let mut response = tagged(seq, repeated, (status, Out(answer)).into_response());
    if let Ok(location) = HeaderValue::from_str(&location)
        && status == StatusCode::CREATED
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// A text that was proposed
///
/// With what is wrong in it, what it changes and what becomes of open cases. Where those are many, the first answer may be
/// 503 `still_looking`: ask again.
#[utoipa::path(get, path = "/proposals/{digest}", tag = "proposals",
    params(("digest" = String, Path, description = "SHA-256 of the text"), JustLang),
    responses(
        (status = 200, description = "The text and all about it", body = Proposal,
            headers(("ETag" = String, description = "The entry it rests on"))),
        ReadProblems))]
pub async fn proposal(
    State(engine): State<Engine>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Path(digest): Path<String>,
    _: Asked<JustLang>,
) -> Result<Response, Problem> {
    let view = known(&engine, &caller, &digest).await?;
    let seen = engine.review(&view.name, &view.text).await?;
    let (line, seq) = (TextLine::new(&engine.library(), &view), view.lineage.revision());
    let answer = Proposal { line, text: view.text, seen: Seen::new(&seen, Lang::of(&uri, &headers)) };
    Ok(tagged(Some(seq), false, Out(answer).into_response()))
}

/// Confirm a proposal
///
/// Puts the text in force that another person proposed, or that the system did from its folder. It is looked at anew.
/// `If-Match` names the entry seen. For other authors of the unit, and its head.
#[utoipa::path(post, path = "/proposals/{digest}/confirm", tag = "proposals",
    params(("digest" = String, Path, description = "SHA-256 of the text"), WriteQuery,
        ("If-Match" = Option<String>, Header, description = "The entry in quotes, as `ETag` gave it", example = "\"12\""),
        ("Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters: a repeat of the same request gets the first answer")),
    responses(
        (status = 200, description = "Published and on disk; for `dry_run`, it would be", body = TextMoved,
            headers(("ETag" = String, description = "The entry it rests on now"),
                ("Idempotency-Replayed" = String, description = "`true` where this answer had been given before"))),
        WriteProblems))]
pub async fn confirm_proposal(
    State(engine): State<Engine>,
    caller: Caller,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Path(digest): Path<String>,
    Asked(query): Asked<WriteQuery>,
) -> Result<Response, Problem> {
    let key = condition::key(&headers, &method, uri.path(), b"")?;
    let view = known(&engine, &caller, &digest).await?;
    let asked = Conditions::of(&headers, key, query.dry_run)?;
    let actor = Actor::Person(caller.person);
    if !is_repeat(&engine, &actor, asked.key.as_ref()).await? {
        let procedure = readable(&view)?;
        allowed(&engine, &actor, &procedure, &Motion::Confirm).await?;
        let seen = engine.review(&view.name, &view.text).await?;
        if !seen.passes() {
            return Err(Problem::faulty(&seen));
        }
    }
    make(&engine, actor, view, Motion::Confirm, asked).await
}

/// Withdraw a proposal
///
/// What waits is not put in force. `If-Match` names the entry seen. For authors of the unit, and its head.
#[utoipa::path(post, path = "/proposals/{digest}/withdraw", tag = "proposals", request_body = Withdraw,
    params(("digest" = String, Path, description = "SHA-256 of the text"), WriteQuery,
        ("If-Match" = Option<String>, Header, description = "The entry in quotes, as `ETag` gave it", example = "\"12\""),
        ("Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters: a repeat of the same request gets the first answer")),
    responses(
        (status = 200, description = "Withdrawn and on disk; for `dry_run`, it would be", body = TextMoved,
            headers(("ETag" = String, description = "The entry it rests on now"),
                ("Idempotency-Replayed" = String, description = "`true` where this answer had been given before"))),
        WriteProblems))]
#[expect(clippy::too_many_arguments, reason = "each is an extractor")]
pub async fn withdraw_proposal(
    State(engine): State<Engine>,
    caller: Caller,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Path(digest): Path<String>,
    Asked(query): Asked<WriteQuery>,
    Json { value: body, bytes }: Json<Withdraw>,
) -> Result<Response, Problem> {
    let key = condition::key(&headers, &method, uri.path(), &bytes)?;
    let view = known(&engine, &caller, &digest).await?;
    let asked = Conditions::of(&headers, key, query.dry_run)?;
    make(&engine, Actor::Person(caller.person), view, Motion::Withdraw { reason: body.reason }, asked).await
}

/// Versions of a procedure
///
/// Which are in force, coming, over or taken back, and who did what; what waits, for those who may read it.
#[utoipa::path(get, path = "/procedures/{procedure}/versions", tag = "procedures",
    params(("procedure" = String, Path, example = "cap-phep-xay-dung"), JustLang),
    responses((status = 200, description = "The versions, the newest first", body = VersionList), ReadProblems))]
pub async fn versions(
    State(engine): State<Engine>,
    caller: Caller,
    Path(id): Path<String>,
    _: Asked<JustLang>,
) -> Result<Out<VersionList>, Problem> {
    let found = texts::all(&engine, &caller.person).await?.remove(&ProcedureId::from(id));
    let found = found.ok_or_else(|| Problem::plain(Fault::UnknownProcedure))?;
    let shelf = engine.library();
    Ok(Out(VersionList { items: found.iter().map(|text| TextLine::new(&shelf, text)).collect() }))
}

/// Withdraw a published version
///
/// Takes back a version before its first day in force; from that day on it is refused (`already_in_force`). Its number is
/// not used again. `If-Match` names the entry seen. For authors of the unit, and its head.
#[utoipa::path(post, path = "/procedures/{procedure}/versions/{version}/withdraw", tag = "procedures",
    request_body = Withdraw,
    params(("procedure" = String, Path, example = "cap-phep-xay-dung"), ("version" = u32, Path, example = 4), WriteQuery,
        ("If-Match" = Option<String>, Header, description = "The version's `revision` in quotes", example = "\"12\""),
        ("Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters: a repeat of the same request gets the first answer")),
    responses(
        (status = 200, description = "Taken back and on disk; for `dry_run`, it would be", body = TextMoved,
            headers(("ETag" = String, description = "The entry it rests on now"),
                ("Idempotency-Replayed" = String, description = "`true` where this answer had been given before"))),
        WriteProblems))]
#[expect(clippy::too_many_arguments, reason = "each is an extractor")]
pub async fn withdraw_version(
    State(engine): State<Engine>,
    caller: Caller,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Path((id, version)): Path<(String, String)>,
    Asked(query): Asked<WriteQuery>,
    Json { value: body, bytes }: Json<Withdraw>,
) -> Result<Response, Problem> {
    let key = condition::key(&headers, &method, uri.path(), &bytes)?;
    let asked = Conditions::of(&headers, key, query.dry_run)?;
    let found = texts::all(&engine, &caller.person).await?.remove(&ProcedureId::from(id)).unwrap_or_default();
    let published = |text: &TextView| text.lineage.published.is_some() && text.lineage.version.to_string() == version;
    let view = found.into_iter().find(published).ok_or_else(|| Problem::plain(Fault::UnknownProcedure))?;
    make(&engine, Actor::Person(caller.person), view, Motion::Withdraw { reason: body.reason }, asked).await
}

/// The conditions of a motion with a text that is there already.
struct Conditions {
    seen: Option<u64>,
    key: Option<Key>,
    dry_run: bool,
}

impl Conditions {
    fn of(headers: &HeaderMap, key: Option<Key>, dry_run: bool) -> Result<Conditions, Problem> {
        match condition::if_match(headers)? {
            None => Err(condition::required_of_text()),
            seen => Ok(Conditions { seen, key, dry_run }),
        }
    }
}

async fn make(
    engine: &Engine,
    actor: Actor,
    view: TextView,
    motion: Motion,
    asked: Conditions,
) -> Result<Response, Problem> {
    let procedure = readable(&view)?;
    let text = Publication::procedure(view.name, view.text, Procedure::clone(&procedure)).by(motion);
    let moving = Moving { actor, text, seen: asked.seen, key: asked.key, dry_run: asked.dry_run };
    let (moved, repeated): (Moved, bool) = engine.make(moving).await?;
    let seq = moved.seq;
    Ok(tagged(seq, repeated, Out(TextMoved::from(moved)).into_response()))
}

/// The text of that digest, where the caller may read it.
async fn known(engine: &Engine, caller: &Caller, digest: &str) -> Result<TextView, Problem> {
    let found = texts::one(engine, &caller.person, &Digest::from(digest)).await?;
    // What was published without a proposal was never one.
    found.filter(|view| view.lineage.proposed.is_some()).ok_or_else(|| Problem::plain(Fault::UnknownProposal))
}

/// A text proposed by an older engine may not have been kept.
fn readable(view: &TextView) -> Result<Arc<Procedure>, Problem> {
    view.procedure.clone().ok_or_else(|| {
        Problem::new(
            Fault::UnknownProposal,
            "Văn bản của đề nghị này không được giữ lại; hãy xác nhận bằng tệp: quytrinh publish TỆP --confirm MÃ.",
            "The text of this proposal was not kept; confirm it with its file: quytrinh publish FILE --confirm DIGEST.",
        )
    })
}

/// Refused at once where it would be refused in the end, before all open cases are looked at.
async fn allowed(engine: &Engine, actor: &Actor, text: &Procedure, motion: &Motion) -> Result<(), Problem> {
    let texts = lineages(engine.store().as_ref()).await?;
    let shelf = engine.library();
    let bench = Bench { shelf: &shelf, texts: &texts, now: engine.clock().now() };
    judge(bench, actor, text, motion).map(drop).map_err(Problem::from)
}

/// Whether an answer is remembered for that key: it is given again whatever stands now.
async fn is_repeat(engine: &Engine, actor: &Actor, key: Option<&Key>) -> Result<bool, Problem> {
    let (Some(key), Some(person)) = (key, actor.person()) else { return Ok(false) };
    Ok(engine.store().recall(person.as_str(), &key.key).await?.is_some())
}

/// What the file of a text is called: by its procedure.
fn name_of(text: &str) -> String {
    let id = resolve(&Source::new("", text)).procedure.map(|procedure| procedure.id.to_string());
    format!("{}.yaml", id.as_deref().unwrap_or("quy-trinh"))
}

fn tagged(seq: Option<u64>, repeated: bool, mut response: Response) -> Response {
    if let Some(tag) = seq.and_then(|seq| HeaderValue::from_str(&format!("\"{seq}\"")).ok()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    if repeated {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
