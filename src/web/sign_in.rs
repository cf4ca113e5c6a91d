//! Signing in and out.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use tracing::error;

use crate::service::accounts::AccountError;
use crate::web::door::{Pages, SESSION, Seen, path_of_ours};
use crate::web::format;
use crate::web::posted::Posted;
use crate::web::shell::{Section, Shell};

/// Everything the page writes.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    pub shell: Shell,
    pub login: String,
    pub problem: Option<String>,
    /// Where to go afterwards.
    pub next: String,
    /// Said after signing out or when a session has run out.
    pub note: Option<String>,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    den: Option<String>,
    /// The session had run out.
    het: Option<String>,
    /// Just signed out.
    ra: Option<String>,
}

/// The gate.
pub async fn show(seen: Seen, Query(asked): Query<Asked>) -> Response {
    let next = path_of_ours(asked.den.as_deref().unwrap_or("/")).to_owned();
    if seen.visitor.is_some() {
        return Redirect::to(&next).into_response();
    }
    let shell = seen.shell(Section::Other);
    let note = match (&asked.het, &asked.ra) {
        (Some(_), _) => Some(shell.t("sign-in-expired")),
        (None, Some(_)) => Some(shell.t("signed-out")),
        (None, None) => None,
    };
    seen.page(StatusCode::OK, &SignInPage { login: String::new(), problem: None, next, note, shell })
}

/// Begins a session, or says why not; which of login and password was wrong is not said.
pub async fn sign_in(
    State(pages): State<Pages>,
    seen: Seen,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let posted = Posted::new(pairs);
    let next = path_of_ours(posted.text("den").unwrap_or("/")).to_owned();
    let login = posted.text("login").unwrap_or_default().to_owned();
    let shell = seen.shell(Section::Other);
    let again = |status: StatusCode, problem: String| {
        let page = SignInPage {
            login: login.clone(),
            problem: Some(problem),
            next: next.clone(),
            note: None,
            shell: shell.clone(),
        };
        seen.page(status, &page)
    };
    if !seen.sent_by_us(&headers, &posted) {
        return again(StatusCode::FORBIDDEN, shell.t("form-stale"));
    }
    let password = posted.typed("password").unwrap_or_default();
    match pages.engine.accounts().sign_in(&login, password, seen.lang.code()).await {
        Ok(signed_in) if !pages.knows(&signed_in.person) => {
            // the account outlived the person's place in the directory: no session is left behind
            match pages.engine.accounts().sign_out(&signed_in.token).await {
                Ok(()) => again(StatusCode::FORBIDDEN, shell.t("sign-in-not-in-directory")),
                Err(fault) => {
                    error!(name: "web.sign_in", %fault, "a session could not be ended");
                    seen.failure(StatusCode::INTERNAL_SERVER_ERROR)
                }
            }
        }
        Ok(signed_in) => {
            let mut response = Redirect::to(&next).into_response();
            seen.remember(&mut response, SESSION, &signed_in.token, "");
            response
        }
        Err(AccountError::Locked { until }) => {
            again(StatusCode::TOO_MANY_REQUESTS, shell.with("sign-in-locked", &[("until", &format::instant(until))]))
        }
        Err(AccountError::Disabled) => again(StatusCode::FORBIDDEN, shell.t("sign-in-disabled")),
        Err(fault @ (AccountError::Store(_) | AccountError::Hashing(_))) => {
            error!(name: "web.sign_in", %fault, "nobody can sign in");
            seen.failure(StatusCode::INTERNAL_SERVER_ERROR)
        }
        Err(_) => again(StatusCode::UNPROCESSABLE_ENTITY, shell.t("sign-in-wrong")),
    }
}

/// Ends the session.
pub async fn sign_out(
    State(pages): State<Pages>,
    seen: Seen,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    if !seen.sent_by_us(&headers, &Posted::new(pairs)) {
        return seen.failure(StatusCode::FORBIDDEN);
    }
    if let Some(cookie) = CookieJar::from_headers(&headers).get(SESSION)
        && let Err(fault) = pages.engine.accounts().sign_out(cookie.value()).await
    {
        error!(name: "web.sign_out", %fault, "a session could not be ended");
        return seen.failure(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let mut response = Redirect::to("/dang-nhap?ra=1").into_response();
    seen.remember(&mut response, SESSION, "", "; Max-Age=0");
    response
}
