//! Who the caller is.

use axum::Json as Out;
use axum::extract::State;

use crate::http::answers::ReadProblems;
use crate::http::body::Asked;
use crate::http::caller::{Caller, Via};
use crate::http::lang::JustLang;
use crate::http::problem::Problem;
use crate::http::wire::account::Me;
use crate::http::wire::names::Person;
use crate::service::engine::Engine;

/// The caller
///
/// Who he is, how he came in and what for; a session also gets its CSRF token.
#[utoipa::path(get, path = "/me", tag = "account", params(JustLang),
    responses((status = 200, description = "The caller", body = Me), ReadProblems))]
pub async fn me(State(engine): State<Engine>, caller: Caller, _: Asked<JustLang>) -> Result<Out<Me>, Problem> {
    let shelf = engine.library();
    let (via, scopes, csrf) = match &caller.via {
        Via::Session { csrf } => ("session", Vec::new(), Some(csrf.clone())),
        Via::Token { scopes, .. } => ("token", scopes.iter().map(|scope| scope.word().to_owned()).collect(), None),
    };
    Ok(Out(Me {
        inspector: shelf.directory.is_inspector(&caller.person),
        admin: shelf.directory.is_admin(&caller.person),
        person: Person { id: caller.person.to_string(), name: engine.query().person_name(&caller.person) },
        via: via.to_owned(),
        scopes,
        csrf,
    }))
}
