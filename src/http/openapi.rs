//! The OpenAPI 3.1 document of the API, made from the handlers.

use std::sync::OnceLock;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::http::problem::{ProblemDocument, Wrong};
use crate::http::server;

/// What stands around the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "quytrinh",
        description = "Internal procedures as state machines, and who answers for each case. Every write is decided in one place and is on disk when the answer comes. Problems are RFC 9457 documents in the caller's language.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(ProblemDocument, Wrong)),
    modifiers(&Security),
    security(("token" = []), ("session" = [])),
    tags(
        (name = "procedures", description = "What is published"),
        (name = "proposals", description = "What is to be put in force, by two persons"),
        (name = "calendars", description = "Working time, and a change of it"),
        (name = "cases", description = "Opening, reading, acting"),
        (name = "work", description = "What is held, by whom"),
        (name = "journal", description = "The book itself"),
        (name = "account", description = "The caller and his tokens"),
        (name = "health", description = "For operators and machines"),
    )
)]
pub struct Base;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        let cookie = ApiKeyValue::with_description(
            crate::http::caller::COOKIE,
            "A browser session; writes also want the header X-CSRF-Token and our own origin.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The document.
pub fn document() -> Document {
    server::routes().into_openapi()
}

/// This document
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "health", security(()),
    responses((status = 200, description = "The document", content_type = "application/json", body = String)))]
pub async fn openapi_json() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| document().to_pretty_json().unwrap_or_default());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, text.as_str()).into_response()
}
