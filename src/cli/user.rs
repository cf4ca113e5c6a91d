//! `quytrinh user`: sign-ins of people, made on the database itself: the first one has nobody to ask.

use std::io::BufRead as _;

use crate::cli::Failure;
use crate::cli::local::Local;
use crate::cli::output::{data, pick, say};
use crate::definition::diagnostic::Lang;
use crate::http::problem::Problem;
use crate::service::accounts::{AccountError, Scope};

/// Whose sign-in, and what to do with it.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    local: Local,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Makes a sign-in or gives it a new password, read as one line from stdin.
    Password {
        /// The name to sign in with; the person's id where it is not given.
        #[arg(long)]
        login: Option<String>,
    },
    /// Shuts a sign-in; its sessions and tokens end at once.
    Disable { login: String },
    /// Makes a token for a program; it is shown once.
    Token {
        /// What it is for.
        #[arg(long)]
        label: String,
        /// read, journal, act, signal, publish, admin; several with commas.
        #[arg(long, value_delimiter = ',', default_value = "read")]
        scope: Vec<String>,
    },
}

/// Does it; the password and the token never stand on the command line.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let refused = |error: AccountError| {
        // Whoever works on the database itself may know what it answered.
        let AccountError::Store(fault) = error else {
            let problem = Problem::from(error);
            let (vi, en) = problem.words();
            return Failure::refused(pick(lang, vi, en));
        };
        Failure::refused(fault.to_string())
    };
    let local = args.local;
    match args.what {
        What::Password { login } => {
            let engine = local.engine().await?;
            let person = local.person(&engine)?;
            let login = login.unwrap_or_else(|| person.to_string());
            say(pick(lang, "mật khẩu (một dòng):", "password (one line):"));
            let mut password = String::new();
            std::io::stdin().lock().read_line(&mut password).map_err(|error| Failure::usage(error.to_string()))?;
            let password = password.trim_end_matches(['\n', '\r']);
            engine.accounts().set_password(&login, &person, password).await.map_err(refused)?;
            let name = engine.query().person_name(&person);
            data(&match lang {
                Lang::Vi => format!("{name} đăng nhập bằng `{login}`\n"),
                Lang::En => format!("{name} signs in as `{login}`\n"),
            });
            engine.close().await;
        }
        What::Disable { login } => {
            let engine = local.engine().await?;
            let known = engine.accounts().disable(&login, true).await.map_err(refused)?;
            engine.close().await;
            if !known {
                return Err(Failure::refused(match lang {
                    Lang::Vi => format!("không có tên đăng nhập `{login}`"),
                    Lang::En => format!("there is no sign-in `{login}`"),
                }));
            }
            data(pick(lang, "đã khóa\n", "shut\n"));
        }
        What::Token { label, scope } => {
            let mut scopes = Vec::new();
            for word in &scope {
                scopes.push(Scope::parse(word).ok_or_else(|| unknown_scope(word, lang))?);
            }
            let engine = local.engine().await?;
            let person = local.person(&engine)?;
            let issued = engine.accounts().issue_token(&person, &label, &scopes).await.map_err(refused)?;
            data(&format!("{}\n", issued.secret));
            engine.close().await;
        }
    }
    Ok(0)
}

fn unknown_scope(word: &str, lang: Lang) -> Failure {
    let known = Scope::ALL.map(Scope::word).join(", ");
    Failure::usage(match lang {
        Lang::Vi => format!("không có phạm vi `{word}`; có: {known}"),
        Lang::En => format!("there is no scope `{word}`; there are {known}"),
    })
}
