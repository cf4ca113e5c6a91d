//! The language switch: a choice kept in a cookie.

use axum::Form;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::web::door::{Seen, path_of_ours};
use crate::web::lang::Lang;
use crate::web::posted::Posted;

/// Keeps the choice and goes back to the page.
pub async fn choose(seen: Seen, headers: HeaderMap, Form(pairs): Form<Vec<(String, String)>>) -> Response {
    let posted = Posted::new(pairs);
    if !seen.sent_by_us(&headers, &posted) {
        return seen.failure(StatusCode::FORBIDDEN);
    }
    let back = path_of_ours(posted.text("den").unwrap_or("/"));
    let mut response = Redirect::to(back).into_response();
    seen.remember_lang(&mut response, Lang::of(posted.text("lang").unwrap_or_default()));
    response
}
