//! The schema, carried in the binary: the same names on both databases, applied in order, refused when newer.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::store::contract::StoreError;

/// The newest schema this binary knows.
pub const KNOWN: i64 = 4;

macro_rules! migrations {
    ($folder:literal, $(($number:literal, $name:literal)),*) => {
        Migrator::with_migrations(vec![$(Migration::new(
            $number,
            $name.into(),
            MigrationType::Simple,
            include_str!(concat!("../../migrations/", $folder, "/000", $number, "_", $name, ".sql")).into_sql_str(),
            false,
        )),*])
    };
    ($folder:literal) => {
        migrations!($folder, (1, "spine"), (2, "escalations"), (3, "marks"), (4, "proposals"))
    };
}

/// The migrations of SQLite.
pub(super) fn sqlite() -> Migrator {
    migrations!("sqlite")
}

/// The migrations of PostgreSQL.
#[cfg(feature = "postgres")]
pub(super) fn postgres() -> Migrator {
    migrations!("postgres")
}

/// Refuses a schema that this binary does not know. `found` is the newest applied migration, if any.
pub(super) fn check(found: Option<i64>) -> Result<(), StoreError> {
    match found {
        Some(found) if found > KNOWN => Err(StoreError::NewerSchema { found, known: KNOWN }),
        _ => Ok(()),
    }
}
