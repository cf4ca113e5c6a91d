//! The conditions of a write, from its headers: which revision the caller has seen, and the key of a repeat.

use axum::http::{HeaderMap, Method, header};
use sha2::{Digest, Sha256};

use crate::http::problem::{Fault, Problem, Wrong};
use crate::ids::hex;
use crate::service::ask::Key;

/// The name of the header that makes a repeat harmless.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Set on an answer that had been given before.
pub const REPLAYED: &str = "idempotency-replayed";

/// The revision named by `If-Match`, or nothing.
pub fn if_match(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or("");
    let quoted = text.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match quoted.and_then(|digits| digits.parse::<u64>().ok()) {
        Some(revision) => Ok(Some(revision)),
        None => Err(bad_header("If-Match", "a revision in quotes, as ETag gives it: \"12\"", text)),
    }
}

/// The key of this request with its fingerprint, or nothing.
pub fn key(headers: &HeaderMap, method: &Method, path: &str, body: &[u8]) -> Result<Option<Key>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let text = value.to_str().unwrap_or("");
    if !(1..=255).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(bad_header("Idempotency-Key", "1 to 255 visible ASCII characters", text));
    }
    let mut hash = Sha256::new();
    for part in [method.as_str().as_bytes(), path.as_bytes(), body] {
        // lengths first, so that no two requests run together
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let fingerprint = hex(&hash.finalize());
    Ok(Some(Key { key: text.to_owned(), fingerprint }))
}

/// What an act without `If-Match` is answered.
pub fn required() -> Problem {
    Problem::new(
        Fault::PreconditionRequired,
        "Cần đầu mục If-Match với phiên bản hồ sơ mà bạn đã xem, ví dụ If-Match: \"12\"; ETag của hồ sơ cho biết phiên bản đó.",
        "If-Match is needed, with the revision of the case that you have seen, such as If-Match: \"12\"; the case's ETag tells it.",
    )
    .at(vec![Wrong::new("If-Match", "the case's revision in quotes", "nothing")])
}

/// What a motion with a text without `If-Match` is answered.
pub fn required_of_text() -> Problem {
    Problem::new(
        Fault::PreconditionRequired,
        "Cần đầu mục If-Match với mục sổ mà bạn đã xem của văn bản này, ví dụ If-Match: \"12\"; ETag hoặc `revision` cho biết.",
        "If-Match is needed, with the entry of this text that you have seen, such as If-Match: \"12\"; its ETag or `revision` tells it.",
    )
    .at(vec![Wrong::new("If-Match", "the text's revision in quotes", "nothing")])
}

fn bad_header(name: &str, expected: &str, found: &str) -> Problem {
    Problem::new(
        Fault::BadHeader,
        format!("Đầu mục {name} không đúng: cần {expected}."),
        format!("Header {name} is wrong: expected {expected}."),
    )
    .at(vec![Wrong::new(name, expected, found)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn a_revision_stands_in_quotes() {
        assert_eq!(if_match(&headers("if-match", "\"12\"")).unwrap(), Some(12));
        assert_eq!(if_match(&HeaderMap::new()).unwrap(), None);
        for bad in ["12", "*", "W/\"12\"", "\"-1\"", "\"12\", \"13\"", "\"99999999999999999999999\""] {
            assert!(if_match(&headers("if-match", bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_fingerprint_tells_requests_apart() {
        let of = |path: &str, body: &str| {
            key(&headers(IDEMPOTENCY_KEY, "k"), &Method::POST, path, body.as_bytes()).unwrap().unwrap().fingerprint
        };
        assert_eq!(of("/a", "b"), of("/a", "b"));
        assert_ne!(of("/a", "b"), of("/a", "c"));
        assert_ne!(of("/a", "b"), of("/ab", ""));
        assert!(key(&headers(IDEMPOTENCY_KEY, "has blank"), &Method::POST, "/", b"").is_err());
        assert!(key(&headers(IDEMPOTENCY_KEY, &"k".repeat(256)), &Method::POST, "/", b"").is_err());
    }
}
