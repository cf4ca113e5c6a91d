//! Every page in one place, and the layer around them: security headers, and a page for whatever went wrong.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::http::limits::{Limits, by_address};
use crate::http::problem::Problem;
use crate::service::engine::Engine;
use crate::web::door::{Pages, Seen};
use crate::web::{act, assets, case_page, explain, inbox, language, open_case, procedures, sign_in, stuck, text_page};

/// A page is answered within this time, or with a page that says so.
const TIME_MAX: Duration = Duration::from_secs(10);
/// The most a form may send, in bytes.
const FORM_MAX: usize = 256 * 1024;

const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; \
                   frame-ancestors 'none'; base-uri 'none'";

/// Headers of every page, unless it has its own.
const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    // nearly everything here is about somebody
    ("cache-control", "no-store"),
];

/// The pages, without a bound on how often one may ask. `secure_cookies` as the settings say: cookies over TLS only.
pub fn router(engine: Engine, secure_cookies: bool) -> Router {
    of(Pages { engine, secure_cookies, limits: Limits::default() })
}

/// The pages that stand on this.
pub fn of(pages: Pages) -> Router {
    Router::new()
        .route("/", get(inbox::show))
        .route("/dang-nhap", get(sign_in::show).post(sign_in::sign_in))
        .route("/dang-xuat", post(sign_in::sign_out))
        .route("/ngon-ngu", post(language::choose))
        .route("/ho-so/moi", get(open_case::show).post(open_case::open))
        .route("/ho-so/{id}", get(case_page::show))
        .route("/ho-so/{id}/vi-sao", get(explain::show))
        .route("/ho-so/{id}/lam", post(act::act))
        .route("/ton-dong", get(stuck::show))
        .route("/quy-trinh", get(procedures::show))
        .route("/quy-trinh/{digest}", get(text_page::show))
        .route("/quy-trinh/{digest}/quyet", post(text_page::decide))
        .route("/quy-trinh/{digest}/so-do.svg", get(text_page::picture))
        .route("/tep/{name}", get(assets::asset))
        .fallback(async || StatusCode::NOT_FOUND)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED)
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(pages.clone(), frame))
                .layer(CatchPanicLayer::new())
                .layer(from_fn_with_state((pages.engine.clone(), pages.limits.clone()), by_address))
                .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIME_MAX))
                .layer(DefaultBodyLimit::max(FORM_MAX)),
        )
        .with_state(pages)
}

/// Runs the request; a failure without a page gets one, and every answer its headers.
async fn frame(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let (asked, here) = (request.headers().clone(), request.uri().path().to_owned());
    let mut response = next.run(request).await;
    let status = response.status();
    let has_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if (status.is_client_error() || status.is_server_error()) && !has_page {
        let wait = response.extensions().get::<Problem>().and_then(Problem::retry_after);
        response = match status {
            // who is too quick costs no look into the store
            StatusCode::TOO_MANY_REQUESTS => Seen::unasked(&pages, &asked, here).failure(status),
            status => match Seen::of(&pages, &asked, here).await {
                Ok(seen) => seen.failure(status),
                Err(_) => (status, status.as_str().to_owned()).into_response(),
            },
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
    for (name, value) in HEADERS {
        response.headers_mut().entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    response
}
