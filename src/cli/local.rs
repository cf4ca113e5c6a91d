//! Working on a database directly: whoever can read the file needs no sign-in, and every act still names a person.

use crate::cli::{Failure, database};
use crate::http::problem::Problem;
use crate::ids::PersonId;
use crate::service::engine::Engine;
use crate::service::query::QueryError;

/// Which database, and who asks.
#[derive(Debug, clap::Args)]
pub struct Local {
    /// `sqlite:PATH` or `postgres://…`.
    #[arg(long, global = true, env = "QUYTRINH_DATABASE", default_value = "sqlite:quytrinh.db")]
    pub database: String,
    /// The person in whose name it is asked, as the directory's id.
    #[arg(long = "as", global = true, value_name = "PERSON", env = "QUYTRINH_AS")]
    pub person: Option<String>,
}

impl Local {
    /// Opens the database, which must exist.
    pub async fn engine(&self) -> Result<Engine, Failure> {
        database::engine(&self.database).await
    }

    /// The person, who must be in the directory.
    pub fn person(&self, engine: &Engine) -> Result<PersonId, Failure> {
        let Some(person) = self.person.as_deref().map(PersonId::from) else {
            return Err(Failure::usage(
                "chưa nói làm trong tên ai: thêm --as NGƯỜI (mã trong danh bạ) hoặc đặt QUYTRINH_AS / in whose name: add \
                 --as PERSON (the directory's id) or set QUYTRINH_AS",
            ));
        };
        match engine.library().directory.person(&person) {
            Some(_) => Ok(person),
            None => Err(Failure::usage(format!(
                "không có người `{person}` trong sơ đồ tổ chức / nobody `{person}` in the directory"
            ))),
        }
    }
}

/// A question without an answer, for people.
pub fn unanswered(error: QueryError) -> Failure {
    if let QueryError::UnknownUnit { .. } = error {
        let problem = Problem::from(error);
        let (vi, en) = problem.words();
        return Failure::usage(format!("{vi} / {en}"));
    }
    Failure::refused(match error {
        QueryError::Unknown => {
            "không có hồ sơ này, hoặc bạn không được xem / no such case, or none you may see".to_owned()
        }
        other => other.to_string(),
    })
}
