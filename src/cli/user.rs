//! `quytrinh user`: sign-ins of people, made on the database itself: the first one has nobody to ask.

use std::io::BufRead as _;

use crate::cli::Failure;
use crate::cli::local::Local;
use crate::cli::output::{data, pick, say};
use crate::definition::diagnostic::Lang;
use crate::service::accounts::{AccountError, Scope};

/// Whose sign-in, and what to do with it.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Makes a sign-in or gives it a new password, read as one line from stdin.
    Password {
        #[command(flatten)]
        local: Local,
        /// The name to sign in with; the person's id where it is not given.
        #[arg(long)]
        login: Option<String>,
    },
    /// Shuts a sign-in; its sessions and tokens end at once.
    Disable {
        /// `sqlite:PATH` or `postgres://…`.
        #[arg(long, env = "QUYTRINH_DATABASE", default_value = "sqlite:quytrinh.db")]
        database: String,
        login: String,
    },
    /// Makes a token for a program; it is shown once.
    Token {
        #[command(flatten)]
        local: Local,
        /// What it is for.
        #[arg(long)]
        label: String,
        /// read, act, publish, admin.
        #[arg(long, value_delimiter = ',', default_value = "read")]
        scope: Vec<String>,
    },
}

/// Does it; the password and the token never stand on the command line.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let refused = |error: AccountError| Failure::refused(error.to_string());
    match args.what {
        What::Password { local, login } => {
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
        What::Disable { database, login } => {
            let engine = crate::cli::database::engine(&database).await?;
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
        What::Token { local, label, scope } => {
            let mut scopes = Vec::new();
            for word in &scope {
                let known = Scope::parse(word);
                scopes.push(known.ok_or_else(|| Failure::usage(format!("`{word}`: read, act, publish, admin")))?);
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
