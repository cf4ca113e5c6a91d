//! Who calls: a program by its token or a person by his session. Everything behind [`authenticate`] has a caller; a
//! route that forgets to ask for one is closed all the same.

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use subtle::ConstantTimeEq;

use crate::http::limits::Limits;
use crate::http::problem::{Fault, Problem, Wrong};
use crate::ids::PersonId;
use crate::service::accounts::Scope;
use crate::service::engine::Engine;

/// The cookie of a browser session.
pub const COOKIE: &str = "qt_session";
/// The header that a session's writes carry.
pub const CSRF: &str = "x-csrf-token";

/// The person in whose right the request is answered.
#[derive(Clone, Debug)]
pub struct Caller {
    pub person: PersonId,
    pub via: Via,
}

/// How he came in.
#[derive(Clone)]
pub enum Via {
    Session { csrf: String },
    Token { id: String, scopes: Vec<Scope> },
}

impl std::fmt::Debug for Via {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Via::Session { .. } => f.write_str("session"),
            Via::Token { id, scopes } => write!(f, "token {id} {scopes:?}"),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Caller>().cloned().ok_or_else(|| Problem::plain(Fault::SignInRequired))
    }
}

/// Lets through only whom it knows, with the scope that the method wants, and writes of a browser only from our pages.
pub async fn authenticate(State((engine, limits)): State<(Engine, Limits)>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let known = caller(&engine, &parts).await;
    match known.and_then(|caller| limits.person(&caller.person, engine.clock().now()).map(|()| caller)) {
        Ok(caller) => {
            parts.extensions.insert(caller);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn caller(engine: &Engine, request: &Parts) -> Result<Caller, Problem> {
    let headers = &request.headers;
    let caller = match headers.get(header::AUTHORIZATION) {
        Some(value) => by_token(engine, value.to_str().unwrap_or("")).await?,
        None => by_session(engine, &request.method, &request.uri, headers).await?,
    };
    if engine.library().directory.person(&caller.person).is_none() {
        return Err(Problem::plain(Fault::NotInDirectory));
    }
    if let Via::Token { scopes, .. } = &caller.via {
        let path = request.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let wanted = wanted_scope(&request.method, path);
        if !scopes.contains(&wanted) {
            let word = wanted.word();
            return Err(Problem::new(
                Fault::ScopeMissing,
                format!("Mã truy cập này không có phạm vi “{word}”."),
                format!("The token lacks the scope “{word}”."),
            )
            .allowing(scopes.iter().map(|scope| scope.word().to_owned()).collect()));
        }
    }
    Ok(caller)
}

/// The book itself wants `journal`, however it is asked for; all other reading wants `read`; tokens are made and revoked
/// with `admin`, so that none makes itself another; what puts a text in force, or looks what it would come to, wants
/// `publish`; the rest `act`.
fn wanted_scope(method: &Method, path: &str) -> Scope {
    match *method {
        _ if path.starts_with("/api/v1/journal/") => Scope::Journal,
        Method::GET | Method::HEAD => Scope::Read,
        _ if path.contains("/tokens") => Scope::Admin,
        _ if path.contains("/proposals") || path.contains("/versions/") => Scope::Publish,
        _ if path.contains("/calendars/") => Scope::Publish,
        _ if path.ends_with("/signals") => Scope::Signal,
        _ => Scope::Act,
    }
}

async fn by_token(engine: &Engine, authorization: &str) -> Result<Caller, Problem> {
    let bad = || {
        Problem::new(
            Fault::BadToken,
            "Mã truy cập không đúng hoặc đã bị thu hồi.",
            "The token is wrong or was revoked.",
        )
    };
    let secret = authorization
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, secret)| secret.trim())
        .ok_or_else(bad)?;
    let bearer = engine.accounts().by_token(secret).await?.ok_or_else(bad)?;
    Ok(Caller { person: bearer.person, via: Via::Token { id: bearer.id, scopes: bearer.scopes } })
}

async fn by_session(engine: &Engine, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Caller, Problem> {
    let jar = CookieJar::from_headers(headers);
    let cookie = jar.get(COOKIE).ok_or_else(|| Problem::plain(Fault::SignInRequired))?;
    let visitor =
        engine.accounts().session(cookie.value()).await?.ok_or_else(|| Problem::plain(Fault::SignInRequired))?;
    if !matches!(*method, Method::GET | Method::HEAD) {
        check_origin(uri, headers)?;
        let given = headers.get(CSRF).map_or(&b""[..], |value| value.as_bytes());
        if !bool::from(given.ct_eq(visitor.csrf.as_bytes())) {
            return Err(Problem::new(
                Fault::Csrf,
                "Thiếu hoặc sai mã chống giả mạo trong đầu mục X-CSRF-Token.",
                "The header X-CSRF-Token is missing or wrong.",
            )
            .at(vec![Wrong::new("X-CSRF-Token", "the session's token, from /api/v1/me", "")]));
        }
    }
    Ok(Caller { person: visitor.person, via: Via::Session { csrf: visitor.csrf } })
}

/// A browser says where a request comes from; another site's is refused before the token is looked at.
fn check_origin(uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let foreign_site = text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let host = text("host").or_else(|| uri.host()).unwrap_or("");
    let foreign_origin = text("origin").is_some_and(|origin| {
        origin.split_once("://").is_none_or(|(_, authority)| !authority.eq_ignore_ascii_case(host))
    });
    if foreign_site || foreign_origin {
        return Err(Problem::new(
            Fault::Csrf,
            "Yêu cầu đến từ một trang khác nên không được nhận.",
            "The request comes from another site and is not taken.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        check_origin(&Uri::from_static("/api/v1/cases"), &headers).is_ok()
    }

    #[test]
    fn another_site_is_told_by_either_header() {
        assert!(check(&[("host", "qt.example:8080")]));
        assert!(check(&[("host", "qt.example:8080"), ("origin", "https://qt.example:8080")]));
        assert!(check(&[("host", "qt.example"), ("sec-fetch-site", "same-origin")]));
        assert!(!check(&[("host", "qt.example"), ("sec-fetch-site", "cross-site")]));
        assert!(!check(&[("host", "qt.example"), ("sec-fetch-site", "same-site")]));
        assert!(!check(&[("host", "qt.example"), ("origin", "https://evil.example")]));
        assert!(!check(&[("host", "qt.example"), ("origin", "null")]));
    }

    #[test]
    fn reading_needs_less_than_acting_and_tokens_need_most() {
        assert_eq!(wanted_scope(&Method::GET, "/api/v1/tokens"), Scope::Read);
        assert_eq!(wanted_scope(&Method::GET, "/api/v1/journal/entries"), Scope::Journal);
        assert_eq!(wanted_scope(&Method::HEAD, "/api/v1/journal/head"), Scope::Journal);
        assert_eq!(wanted_scope(&Method::GET, "/api/v1/cases/{case}/journal"), Scope::Read);
        assert_eq!(wanted_scope(&Method::POST, "/api/v1/cases"), Scope::Act);
        assert_eq!(wanted_scope(&Method::DELETE, "/api/v1/tokens/{token}"), Scope::Admin);
        assert_eq!(wanted_scope(&Method::GET, "/api/v1/calendars/{calendar}"), Scope::Read);
        assert_eq!(wanted_scope(&Method::POST, "/api/v1/calendars/preview"), Scope::Publish);
        assert_eq!(wanted_scope(&Method::POST, "/api/v1/proposals"), Scope::Publish);
        assert_eq!(wanted_scope(&Method::POST, "/api/v1/proposals/{digest}/confirm"), Scope::Publish);
        assert_eq!(
            wanted_scope(&Method::POST, "/api/v1/procedures/{procedure}/versions/{version}/withdraw"),
            Scope::Publish
        );
        assert_eq!(wanted_scope(&Method::POST, "/api/v1/cases/{case}/signals"), Scope::Signal);
        assert_eq!(wanted_scope(&Method::PATCH, ""), Scope::Act);
    }
}
