//! The outermost layer of the API: every answer leaves with a request id and the security headers, every problem in the
//! caller's language, and every failure as one line in the log. It knows no resource.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::lang::Lang;
use crate::http::problem::{Fault, Problem};

/// Names the request in answers and in the log.
pub const REQUEST_ID: &str = "x-request-id";

/// Headers of every answer, unless the answer has its own.
const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    // nearly everything here is about somebody
    ("cache-control", "no-store"),
];

/// Runs the request and finishes its answer.
pub async fn edge(request: Request, next: Next) -> Response {
    let id = request_id();
    let lang = Lang::of(request.uri(), request.headers());
    let method = request.method().clone();
    // the route and not the path: a path names cases and people
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();

    let response = next.run(request).await;
    let status = response.status();
    let problem = response.extensions().get::<Problem>().cloned().or_else(|| bare(status));
    let mut response = match problem {
        None => response,
        Some(problem) => {
            log(&problem, &id, method.as_str(), &route);
            let mut document = problem.document(lang, &id);
            if let Some(allow) = response.headers().get(header::ALLOW) {
                document.headers_mut().insert(header::ALLOW, allow.clone());
            }
            document
        }
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static(REQUEST_ID), id);
    }
    response
}

/// The answer to a handler that panicked: a fault of ours, told as one.
pub fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    // what it says goes to standard error by the panic hook; it may quote a request, so not into our lines
    Problem::plain(Fault::Internal).caused_by("a handler panicked").into_response()
}

/// A refusal of the framework itself, which has no document.
fn bare(status: StatusCode) -> Option<Problem> {
    let fault = match status {
        StatusCode::NOT_FOUND => Fault::UnknownPath,
        StatusCode::METHOD_NOT_ALLOWED => Fault::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => {
            return Some(Problem::new(
                Fault::TooSlow,
                "Xử lý quá lâu. Nếu đang ghi, hãy gửi lại với cùng Idempotency-Key: việc sẽ không bị làm hai lần.",
                "It took too long. If this was a write, send it again with the same Idempotency-Key: it will not be done twice.",
            ));
        }
        StatusCode::PAYLOAD_TOO_LARGE => Fault::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Fault::NotJson,
        status if status.is_client_error() => Fault::BadBody,
        status if status.is_server_error() => Fault::Internal,
        _ => return None,
    };
    Some(Problem::plain(fault))
}

fn log(problem: &Problem, request_id: &str, method: &str, route: &str) {
    let (code, status, cause) = (problem.kind.word(), problem.status().as_u16(), problem.cause().unwrap_or(""));
    if problem.status().is_server_error() {
        tracing::error!(request_id, method, route, status, code, cause, "{method} {route} failed: {code}");
    } else {
        tracing::info!(request_id, method, route, status, code, "{method} {route} refused: {code}");
    }
}

fn request_id() -> String {
    format!("{:032x}", rand::random::<u128>())
}
