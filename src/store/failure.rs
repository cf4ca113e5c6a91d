//! What a database's error means to the caller: full, refused by a named constraint, or failed.

use crate::store::contract::StoreError;

/// SQLite's result codes that matter here, without their extension.
const SQLITE_FULL: i64 = 13;
const SQLITE_CONSTRAINT: i64 = 19;

/// Sorts an error of either database.
pub(super) fn failed(error: sqlx::Error) -> StoreError {
    let sqlx::Error::Database(database) = &error else { return StoreError::Failed(error.to_string()) };
    if let Some(sqlite) = database.try_downcast_ref::<sqlx::sqlite::SqliteError>() {
        use sqlx::error::DatabaseError;
        let code = sqlite.code().and_then(|code| code.parse::<i64>().ok()).unwrap_or(0);
        return match code & 0xff {
            SQLITE_FULL => StoreError::Full,
            SQLITE_CONSTRAINT => StoreError::Constraint { constraint: sqlite_constraint(sqlite.message()) },
            _ => StoreError::Failed(error.to_string()),
        };
    }
    let code = database.code().unwrap_or_default();
    match &*code {
        "53100" => StoreError::Full,
        class if class.starts_with("23") => {
            let constraint = database.constraint().unwrap_or_else(|| database.message()).to_owned();
            StoreError::Constraint { constraint }
        }
        _ => StoreError::Failed(error.to_string()),
    }
}

/// The constraint's name. SQLite names CHECKs and triggers, but of a UNIQUE it tells only the columns.
fn sqlite_constraint(message: &str) -> String {
    let (_, what) = message.rsplit_once("constraint failed: ").unwrap_or(("", message));
    let named = match what {
        "head.one" => "head_pk",
        "entries.seq" => "entries_pk",
        "entries.case_id, entries.case_seq" => "entries_case_seq_once",
        "holdings.case_id, holdings.branch" => "holdings_one_holder_a_branch",
        "procedures.digest" => "procedures_pk",
        "procedures.procedure_id, procedures.version" => "procedures_version_once",
        "proposals.digest" => "proposals_pk",
        "calendars.digest" => "calendars_pk",
        "calendars.calendar_id, calendars.version" => "calendars_version_once",
        "notices.person, notices.seq" => "notices_pk",
        "remembered.actor, remembered.key" => "remembered_pk",
        "tokens.id" => "tokens_pk",
        "tokens.token_hash" => "tokens_token_once",
        other => other,
    };
    named.to_owned()
}
