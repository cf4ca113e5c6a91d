//! Reads a request's body and query strictly: unknown keys are refused, and what is wrong is told with its place.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::http::problem::{Fault, Problem, Wrong};

/// Most bytes of a request's body.
pub const BODY_MAX: usize = 1024 * 1024;

/// A JSON body, read; with its bytes, for the fingerprint.
pub struct Json<T> {
    pub value: T,
    pub bytes: Bytes,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let media = kind.split(';').next().unwrap_or("").trim();
        if !media.eq_ignore_ascii_case("application/json") {
            return Err(Problem::plain(Fault::NotJson).at(vec![Wrong::new("Content-Type", "application/json", kind)]));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|_| {
            Problem::new(
                Fault::TooLarge,
                format!("Nội dung dài quá {BODY_MAX} byte."),
                format!("The body is longer than {BODY_MAX} bytes."),
            )
        })?;
        let value = read(&bytes)?;
        Ok(Json { value, bytes })
    }
}

/// Reads JSON; the problem says where it is wrong and what was expected there.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = pointer(error.path());
        let inner = error.into_inner();
        if !inner.is_data() {
            return not_json(&inner);
        }
        let wrong = explain(path, &inner.to_string());
        Problem::new(
            Fault::BadBody,
            format!("Sai tại {}: cần {}.", shown(&wrong.path), wrong.expected),
            format!("Wrong at {}: expected {}.", shown(&wrong.path), wrong.expected),
        )
        .at(vec![wrong])
    })?;
    reader.end().map_err(|error| not_json(&error))?;
    Ok(value)
}

fn not_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem::new(
        Fault::BadJson,
        format!("Nội dung không phải JSON đúng, tại dòng {line}, cột {column}."),
        format!("The body is not well-formed JSON, at line {line}, column {column}."),
    )
    .at(vec![Wrong::new(format!("line {line}, column {column}"), "JSON", "")])
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "/" } else { path }
}

/// A JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        let part = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.clone(),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&part.replace('~', "~0").replace('/', "~1"));
    }
    pointer
}

/// Takes serde's sentence apart: what was found and what was expected.
fn explain(path: String, message: &str) -> Wrong {
    let message = message.rsplit_once(" at line ").map_or(message, |(sentence, _)| sentence);
    if let Some(name) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return Wrong::new(format!("{path}/{name}"), "a value", "nothing");
    }
    if let Some((name, known)) = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once("`, ")) {
        let known = known.trim_start_matches("expected ");
        let path = if path.ends_with(&format!("/{name}")) { path } else { format!("{path}/{name}") };
        return Wrong::new(path, known, name);
    }
    match message.split_once(", expected ") {
        Some((found, expected)) => Wrong::new(path, expected, found.split_once(": ").map_or(found, |(_, found)| found)),
        None => Wrong::new(path, message, ""),
    }
}

/// Query parameters, read.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::<T>::try_from_uri(&parts.uri).map(|Query(value)| Asked(value)).map_err(|rejection| {
            let text = rejection.body_text();
            let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
            let wrong = match text.split_once(": ") {
                Some((name, message)) => Wrong::new(name, message, ""),
                None => explain(String::new(), text),
            };
            bad_query(wrong)
        })
    }
}

/// A query parameter that cannot be used.
pub fn bad_query(wrong: Wrong) -> Problem {
    let name = wrong.path.trim_start_matches('/');
    Problem::new(
        Fault::BadQuery,
        format!("Tham số {name} không đúng: cần {}.", wrong.expected),
        format!("Query parameter {name} is wrong: expected {}.", wrong.expected),
    )
    .at(vec![wrong])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its reading is looked at")]
    struct Sample {
        act: String,
        #[serde(default)]
        branch: u32,
        #[serde(default)]
        documents: Vec<String>,
    }

    fn wrong(body: &str) -> String {
        format!("{:?}", read::<Sample>(body.as_bytes()).unwrap_err())
    }

    #[test]
    fn a_wrong_place_is_named() {
        for (body, path, expected) in [
            (r#"{"act":1}"#, "\"/act\"", "a string"),
            (r#"{"act":"x","branch":-1}"#, "\"/branch\"", "u32"),
            (r#"{"act":"x","documents":["a",2]}"#, "\"/documents/1\"", "a string"),
            (r#"{"act":"x","holder":"me"}"#, "\"/holder\"", "`branch`"),
            (r#"{}"#, "\"/act\"", "a value"),
        ] {
            let text = wrong(body);
            assert!(text.contains(path) && text.contains(expected), "{body}: {text}");
        }
    }

    #[test]
    fn what_is_no_json_is_told_by_line_and_column_and_depth_kills_nobody() {
        assert!(wrong("{\n\"act\": ").contains("line 2"));
        assert!(wrong("{\"act\":\"x\"} y").contains("BadJson"));
        assert!(wrong(&"[".repeat(100_000)).contains("Bad"));
        assert!(wrong("").contains("BadJson"));
    }
}
