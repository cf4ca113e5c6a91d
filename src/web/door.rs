//! Who looks at a page, and the way in: the session cookie, the language, the token that forms carry, and pages as
//! answers. It may not know any single page.

use askama::Template;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tracing::error;

use crate::http::limits::Limits;
use crate::ids::{PersonId, hex};
use crate::service::accounts::Visitor;
use crate::service::ask::Key;
use crate::service::engine::Engine;
use crate::service::query::QueryError;
use crate::store::contract::StoreError;
use crate::web::failure::FailurePage;
use crate::web::lang::Lang;
use crate::web::posted::Posted;
use crate::web::shell::{Section, Shell};
use crate::web::stuck::form_urlencoded;

/// The cookie of a session, as the API reads it.
pub const SESSION: &str = "qt_session";
/// The cookie that binds forms to a browser which is not signed in.
const FORM: &str = "qt_form";
/// The cookie of the chosen language.
const LANG: &str = "qt_lang";

/// What the pages stand on.
#[derive(Clone)]
pub struct Pages {
    pub engine: Engine,
    /// Whether cookies are sent over TLS only.
    pub secure_cookies: bool,
    /// How often one may ask.
    pub limits: Limits,
}

impl Pages {
    /// Whether the directory in force names that person.
    pub fn knows(&self, person: &PersonId) -> bool {
        self.engine.library().directory.person(person).is_some()
    }
}

/// Whoever looks, signed in or not.
#[derive(Clone)]
pub struct Seen {
    pub lang: Lang,
    pub here: String,
    pub visitor: Option<(Visitor, String)>,
    /// The token of this browser's forms before signing in, and whether it is new.
    form: (String, bool),
    secure: bool,
}

/// A signed-in person; a page that asks for one is closed to everybody else.
pub struct Signed {
    pub seen: Seen,
    pub person: PersonId,
}

impl Seen {
    /// Reads the cookies of a request.
    pub async fn of(pages: &Pages, headers: &HeaderMap, here: String) -> Result<Seen, StoreError> {
        let jar = CookieJar::from_headers(headers);
        let visitor = match jar.get(SESSION) {
            Some(cookie) => pages.engine.accounts().session(cookie.value()).await?,
            None => None,
        };
        // whom the directory no longer names is nobody here, whatever session he still has
        let visitor = visitor.filter(|visitor| pages.knows(&visitor.person));
        Ok(Seen::known(pages, &jar, here, visitor))
    }

    /// Somebody of whom it is not asked who he is: nothing is looked up.
    pub fn unasked(pages: &Pages, headers: &HeaderMap, here: String) -> Seen {
        Seen::known(pages, &CookieJar::from_headers(headers), here, None)
    }

    fn known(pages: &Pages, jar: &CookieJar, here: String, visitor: Option<Visitor>) -> Seen {
        let chosen = jar.get(LANG).map(|cookie| Lang::of(cookie.value()));
        let lang = chosen.or(visitor.as_ref().map(|visitor| Lang::of(&visitor.lang))).unwrap_or_default();
        let held = jar.get(FORM).map(|cookie| cookie.value().to_owned()).filter(|token| token.len() >= 32);
        let form = match held {
            Some(token) => (token, false),
            None => (URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()), true),
        };
        let visitor = visitor.map(|visitor| {
            let name = pages.engine.query().person_name(&visitor.person);
            (visitor, name)
        });
        Seen { lang, here, visitor, form, secure: pages.secure_cookies }
    }

    fn csrf(&self) -> &str {
        self.visitor.as_ref().map_or(&self.form.0, |(visitor, _)| &visitor.csrf)
    }

    /// The frame of a page.
    pub fn shell(&self, section: Section) -> Shell {
        Shell {
            lang: self.lang,
            person: self.visitor.as_ref().map(|(_, name)| name.clone()),
            csrf: self.csrf().to_owned(),
            here: self.here.clone(),
            section,
            flash: None,
        }
    }

    /// Whether the form came from a page of ours in this browser.
    pub fn sent_by_us(&self, headers: &HeaderMap, posted: &Posted) -> bool {
        let foreign = headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none");
        let given = posted.typed("csrf").unwrap_or_default();
        !foreign && bool::from(given.as_bytes().ct_eq(self.csrf().as_bytes()))
    }

    /// A page as an answer.
    pub fn page(&self, status: StatusCode, page: &impl Template) -> Response {
        let html = match page.render() {
            Ok(html) => html,
            Err(fault) => {
                error!(name: "web.template", %fault, "a page could not be written");
                return (StatusCode::INTERNAL_SERVER_ERROR, "500").into_response();
            }
        };
        let mut response = (status, Html(html)).into_response();
        if self.visitor.is_none() && self.form.1 {
            set_cookie(&mut response, FORM, &self.form.0, self.secure, "");
        }
        response
    }

    /// The page of a failure as an answer.
    pub fn failure(&self, status: StatusCode) -> Response {
        self.page(status, &FailurePage::new(self.shell(Section::Other), status.as_u16()))
    }

    /// Why there is nothing to show, as a page.
    pub fn unanswered(&self, why: &QueryError) -> Response {
        match why {
            QueryError::Unknown => self.failure(StatusCode::NOT_FOUND),
            QueryError::Store(StoreError::Cursor) | QueryError::UnknownUnit { .. } => {
                self.failure(StatusCode::BAD_REQUEST)
            }
            QueryError::Store(_) | QueryError::Damaged(_) => {
                error!(name: "web.query", fault = %why, "a page could not be answered");
                self.failure(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    /// Sets a cookie of this browser; `more` is appended to its attributes.
    pub fn remember(&self, response: &mut Response, name: &str, value: &str, more: &str) {
        set_cookie(response, name, value, self.secure, more);
    }

    /// Keeps the chosen language for a year.
    pub fn remember_lang(&self, response: &mut Response, lang: Lang) {
        self.remember(response, LANG, lang.code(), "; Max-Age=31536000");
    }
}

/// Names and values here are ours and plain ASCII: a value that is not is left out.
fn set_cookie(response: &mut Response, name: &str, value: &str, secure: bool, more: &str) {
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

impl FromRequestParts<Pages> for Seen {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Seen, Response> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let here = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Seen::of(pages, &parts.headers, here).await.map_err(|fault| {
            error!(name: "web.session", %fault, "a session could not be looked up");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        })
    }
}

impl FromRequestParts<Pages> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Signed, Response> {
        let had_session = CookieJar::from_headers(&parts.headers).get(SESSION).is_some();
        let reading = parts.method == axum::http::Method::GET;
        let seen = Seen::from_request_parts(parts, pages).await?;
        match &seen.visitor {
            Some((visitor, _)) => {
                let now = pages.engine.clock().now();
                pages.limits.person(&visitor.person, now).map_err(IntoResponse::into_response)?;
                Ok(Signed { person: visitor.person.clone(), seen })
            }
            None => {
                // What a form wanted is not done after signing in: the person looks at the page again and decides.
                let back = if reading {
                    seen.here.as_str()
                } else {
                    seen.here.trim_end_matches("/lam").trim_end_matches("/quyet")
                };
                let mut query = form_urlencoded(&[("den", back)]);
                if had_session {
                    query.push_str("&het=1");
                }
                Err(Redirect::to(&format!("/dang-nhap?{query}")).into_response())
            }
        }
    }
}

/// A path of ours to return to; anything else is the inbox.
pub fn path_of_ours(path: &str) -> &str {
    let second = path.as_bytes().get(1);
    let ours = path.starts_with('/')
        && !matches!(second, Some(b'/' | b'\\'))
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if ours { path } else { "/" }
}

/// The key that the form carries, with the fingerprint of what it asks for.
pub fn key_of(path: &str, posted: &Posted) -> Option<Key> {
    let key = posted.text("key").filter(|key| key.len() <= 255 && key.bytes().all(|byte| byte.is_ascii_graphic()))?;
    let mut hash = Sha256::new();
    let mut put = |text: &str| {
        // lengths first, so that no two requests run together
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    };
    put("form");
    put(path);
    for (name, text) in posted.asked() {
        put(name);
        put(text);
    }
    let fingerprint = hex(&hash.finalize());
    Some(Key { key: key.to_owned(), fingerprint })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_returned_to() {
        assert_eq!(path_of_ours("/ho-so/HS-1?x=1"), "/ho-so/HS-1?x=1");
        for bad in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nSet-Cookie:x", "/a\tb"] {
            assert_eq!(path_of_ours(bad), "/", "{bad:?}");
        }
    }

    #[test]
    fn a_fingerprint_is_of_what_is_asked() {
        let posted = |pairs: &[(&str, &str)]| {
            Posted::new(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
        };
        let of = |pairs: &[(&str, &str)]| key_of("/x", &posted(pairs)).unwrap().fingerprint;
        let first = of(&[("csrf", "a"), ("key", "k"), ("act", "accept")]);
        assert_eq!(first, of(&[("csrf", "b"), ("key", "k"), ("act", "accept")]));
        assert_ne!(first, of(&[("key", "k"), ("act", "return")]));
        assert!(key_of("/x", &posted(&[("key", "có dấu")])).is_none());
        assert!(key_of("/x", &posted(&[])).is_none());
    }
}
