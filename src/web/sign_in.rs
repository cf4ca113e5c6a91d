//! Signing in.

use askama::Template;

use crate::web::shell::Shell;

/// Everything the page writes.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    pub shell: Shell,
    pub login: String,
    pub problem: Option<String>,
    /// Where to go afterwards.
    pub next: String,
    /// Said after signing out or when a session has run out.
    pub note: Option<String>,
}
