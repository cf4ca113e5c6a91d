//! What every operation of the API may also answer, for its OpenAPI document.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, RefOr, Response, ResponseBuilder, schema::Ref};

/// Problems that any reading may be answered with.
pub struct ReadProblems;

/// Problems that any writing may be answered with.
pub struct WriteProblems;

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("400", "A query parameter or header is wrong."),
            ("401", "No caller, or a token that is not good."),
            ("403", "The token lacks the scope, or the person the right."),
            ("404", "Not there, or not for the caller to see."),
            (
                "429",
                "Too many requests of the caller or his address in a minute; `Retry-After` says when to try again.",
            ),
            ("503", "The system cannot do it now; `Retry-After` says when to try again."),
            ("500", "A fault of ours."),
        ])
    }
}

impl IntoResponses for WriteProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = ReadProblems::responses();
        all.extend(problems(&[
            ("409", "The case does not stand so that this could be done."),
            ("412", "The case has moved on since the revision of `If-Match`: who moved it, when, where it is now."),
            ("413", "The body is larger than 1 MiB."),
            ("415", "The body is not `application/json`."),
            (
                "422",
                "What was given is not enough or not right, or the `Idempotency-Key` was used for another request.",
            ),
            ("428", "`If-Match` is missing."),
            ("507", "The disk is full; reading goes on."),
        ]));
        all
    }
}

fn problems(list: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let of = |description: &str| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemDocument"))).build();
        ResponseBuilder::new().description(description).content("application/problem+json", content).build().into()
    };
    list.iter().map(|(status, description)| ((*status).to_owned(), of(description))).collect()
}
