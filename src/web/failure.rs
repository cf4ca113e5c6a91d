//! The pages that say that something cannot be shown: in plain words, with a way on.

use askama::Template;

use crate::web::shell::Shell;

/// Everything the page writes.
#[derive(Template)]
#[template(path = "failure.html")]
pub struct FailurePage {
    pub shell: Shell,
    pub code: u16,
    pub title: String,
    pub detail: String,
}

impl FailurePage {
    /// The page of a status: 403, 404, 429, 503 and everything else as 500.
    pub fn new(shell: Shell, code: u16) -> FailurePage {
        let known = match code {
            400 | 403 | 404 | 405 | 413 | 429 | 503 => code,
            _ => 500,
        };
        FailurePage {
            title: shell.t(&format!("failure-{known}-title")),
            detail: shell.t(&format!("failure-{known}-detail")),
            code,
            shell,
        }
    }
}
