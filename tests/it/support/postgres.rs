//! The tests' own PostgreSQL: one temporary cluster for all test processes, one database for each test.
//!
//! `QUYTRINH_TEST_POSTGRES` names a server to use instead (its user must be able to create databases); otherwise
//! `tests/postgres.sh` starts one, which stops by itself when it is no longer used. A test that gets none fails.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

static MADE: AtomicU32 = AtomicU32::new(0);

/// The address of the server's `postgres` database.
fn server() -> String {
    if let Ok(url) = std::env::var("QUYTRINH_TEST_POSTGRES") {
        return url;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres.sh");
    let run = Command::new(script).arg("start").output().expect("tests/postgres.sh cannot be run");
    assert!(run.status.success(), "no PostgreSQL for the tests: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap().trim().to_owned()
}

/// The address of a new, empty database, and of the server to drop it on.
pub async fn database() -> (String, Database) {
    let server = server();
    let name = format!("t{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&server).await.expect("the tests' PostgreSQL does not answer");
    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    sqlx::query(AssertSqlSafe(drop)).execute(&mut connection).await.unwrap();
    let create = format!("CREATE DATABASE {name}");
    sqlx::query(AssertSqlSafe(create)).execute(&mut connection).await.unwrap();
    let (before, after) = server.rsplit_once("/postgres?").map_or((server.as_str(), None), |(b, a)| (b, Some(a)));
    let url = match after {
        Some(parameters) => format!("{before}/{name}?{parameters}"),
        None => format!("{}/{name}", before.trim_end_matches("/postgres")),
    };
    (url, Database { server, name })
}

/// Drops its database when the test ends.
pub struct Database {
    server: String,
    name: String,
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        // On a thread of its own: a test's runtime may be at its end.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&server).await?;
                sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await?;
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
            })
        });
        if let Ok(Err(error)) = dropping.join() {
            eprintln!("a test's database was left behind: {error}");
        }
    }
}
