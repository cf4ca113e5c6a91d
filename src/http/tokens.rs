//! The caller's own tokens: made, listed, revoked. Nobody sees or ends another's.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::http::answers::{ReadProblems, WriteProblems};
use crate::http::body::{Asked, Json};
use crate::http::caller::{Caller, Via};
use crate::http::lang::JustLang;
use crate::http::problem::{Fault, Problem};
use crate::http::wire::account::{NewToken, NewTokenSecret, TokenList};
use crate::service::accounts::Scope;
use crate::service::engine::Engine;

/// The caller's tokens
///
/// Without their secrets, the latest first; revoked ones too.
#[utoipa::path(get, path = "/tokens", tag = "account", params(JustLang),
    responses((status = 200, description = "The tokens", body = TokenList), ReadProblems))]
pub async fn tokens(
    State(engine): State<Engine>,
    caller: Caller,
    _: Asked<JustLang>,
) -> Result<Out<TokenList>, Problem> {
    let tokens = engine.accounts().tokens(&caller.person).await?;
    Ok(Out(TokenList { items: tokens.into_iter().map(Into::into).collect() }))
}

/// Make a token
///
/// Its secret is in this answer and never again. From a session any scope the person has use for; from a token with the
/// scope `admin`, none that it lacks itself.
#[utoipa::path(post, path = "/tokens", tag = "account", params(JustLang), request_body = NewToken,
    responses((status = 201, description = "The token with its secret", body = NewTokenSecret), WriteProblems))]
pub async fn issue_token(
    State(engine): State<Engine>,
    caller: Caller,
    _: Asked<JustLang>,
    Json { value: body, .. }: Json<NewToken>,
) -> Result<Response, Problem> {
    let directory = &engine.library().directory;
    let allowed: Vec<Scope> = match &caller.via {
        Via::Token { scopes, .. } => scopes.clone(),
        Via::Session { .. } if directory.is_admin(&caller.person) => Scope::ALL.to_vec(),
        Via::Session { .. } => {
            let inspects = directory.is_inspector(&caller.person);
            let all = [Scope::Read, Scope::Journal, Scope::Act, Scope::Signal, Scope::Publish];
            all.into_iter().filter(|scope| *scope != Scope::Journal || inspects).collect()
        }
    };
    if let Some(scope) = body.scopes.iter().find(|scope| !allowed.contains(scope)) {
        let word = scope.word();
        return Err(Problem::new(
            Fault::NotPermitted,
            format!("Không thể cấp phạm vi “{word}”."),
            format!("The scope “{word}” is not yours to give."),
        )
        .allowing(allowed.iter().map(|scope| scope.word().to_owned()).collect()));
    }
    let issued = engine.accounts().issue_token(&caller.person, &body.label, &body.scopes).await?;
    Ok((StatusCode::CREATED, Out(NewTokenSecret::from(issued))).into_response())
}

/// Revoke a token
///
/// At once, for good. Another person's token is answered like one that does not exist.
#[utoipa::path(delete, path = "/tokens/{token}", tag = "account",
    params(("token" = String, Path, description = "The token's id, not its secret"), JustLang),
    responses((status = 204, description = "It is revoked"), WriteProblems))]
pub async fn revoke_token(
    State(engine): State<Engine>,
    caller: Caller,
    Path(id): Path<String>,
    _: Asked<JustLang>,
) -> Result<StatusCode, Problem> {
    if engine.accounts().revoke_token(&caller.person, &id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::plain(Fault::UnknownToken))
    }
}
