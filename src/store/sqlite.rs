//! The store on SQLite: write-ahead log, `synchronous=FULL`, one connection that writes and others that only read.
//!
//! A batch holds the writer's connection. Whatever happens to it, the next one begins on a clean connection.

use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::query::Query;
use sqlx::query_builder::Separated;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, QueryBuilder, Sqlite, SqliteConnection, SqlitePool};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::ids::{CaseId, Digest, PersonId, Ts};
use crate::journal::entry::{CaseHead, Head, Sealed};
use crate::journal::verify::Row;
use crate::projection::rows::{CaseRow, EscalationRow, HoldingRow, NoticeRow, TimerRow};
use crate::store::checkpointer::{BACKSTOP, Checkpointer};
use crate::store::contract::*;
use crate::store::failure::failed;
use crate::store::migrations;
use crate::store::pending::{Memory, Pending};
use crate::store::text::{marks_text, searchable, speakable};

mod reads {
    crate::store::reads::reads!(sqlx::Sqlite, "instr");
}

mod accounts {
    crate::store::accounts::accounts!(sqlx::Sqlite, super::SqliteStore);
}

/// How long a writer waits for another process's.
const BUSY: Duration = Duration::from_secs(5);
/// The most rows one statement writes; batches are cut into powers of two, so that few texts are ever prepared.
const ROWS: usize = 256;

/// A database file.
pub struct SqliteStore {
    writer: Arc<Mutex<Writer>>,
    readers: SqlitePool,
}

/// The connection that writes.
struct Writer {
    options: SqliteConnectOptions,
    /// Nothing after closing.
    connection: Option<SqliteConnection>,
    /// Set while a transaction may be open on it.
    unclean: bool,
    closed: bool,
    memory: Memory,
    /// Nothing for a database in memory.
    checkpointer: Option<Checkpointer>,
}

impl SqliteStore {
    /// Opens the file, makes it where `create` says so, and brings its schema up to date.
    pub async fn open(url: &str, create: bool) -> Result<SqliteStore, StoreError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(failed)?
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .statement_cache_capacity(256)
            .log_statements(tracing::log::LevelFilter::Off);
        let mut writer = Writer {
            options: options.clone().pragma("wal_autocheckpoint", BACKSTOP),
            connection: None,
            unclean: false,
            closed: false,
            memory: Memory::default(),
            checkpointer: None,
        };
        migrate(writer.connected().await?).await?;
        // Shared memory has locks of its own, which wait for nobody: its readers go without.
        let memory = options.get_filename() == Path::new(":memory:") || url.contains(":memory:");
        writer.checkpointer = (!memory).then(|| Checkpointer::start(options.clone()));
        let reading = options.pragma("query_only", "ON").pragma("read_uncommitted", if memory { "ON" } else { "OFF" });
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(BUSY)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(reading)
            .await
            .map_err(failed)?;
        Ok(SqliteStore { writer: Arc::new(Mutex::new(writer)), readers })
    }

    /// The writer for one statement that is a transaction of its own.
    async fn alone(&self) -> Result<OwnedMutexGuard<Writer>, StoreError> {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        writer.clean().await?;
        Ok(writer)
    }

    /// Runs one statement that is a transaction of its own; answers how many rows it touched.
    async fn written(&self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<u64, StoreError> {
        let done = query.execute(self.alone().await?.connected().await?).await.map_err(failed)?;
        Ok(done.rows_affected())
    }

    async fn asked(&self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<Vec<SqliteRow>, StoreError> {
        query.fetch_all(&self.readers).await.map_err(failed)
    }
}

impl Writer {
    async fn connected(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        if self.closed {
            return Err(StoreError::Failed("the store is closed".to_owned()));
        }
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await.map_err(failed)?,
        };
        Ok(self.connection.insert(connection))
    }

    /// Rolls back whatever a batch has left. A connection that cannot is replaced.
    async fn clean(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        if self.unclean {
            self.memory.forget();
            let rolled_back = match &mut self.connection {
                Some(connection) => sqlx::query("ROLLBACK").execute(&mut *connection).await.err(),
                None => None,
            };
            // After a full disk or an I/O error SQLite may have rolled back by itself: that, too, is clean.
            let clean = rolled_back.is_none_or(|error| error.to_string().contains("no transaction is active"));
            if !clean {
                self.connection = None;
            }
            self.unclean = false;
        }
        self.connected().await
    }

    async fn begin(&mut self) -> Result<Head, StoreError> {
        self.clean().await?;
        self.unclean = true;
        let connection = self.connected().await?;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await.map_err(failed)?;
        let head = reads::head(&mut *connection).await?;
        self.memory.begin(head);
        Ok(head)
    }
}

/// Brings the schema up to date. Another process doing the same at the same moment is waited for.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut tries = 0;
    loop {
        let table: Option<String> =
            sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'")
                .fetch_optional(&mut *connection)
                .await
                .map_err(failed)?;
        if table.is_some() {
            let found: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
                .fetch_one(&mut *connection)
                .await
                .map_err(failed)?;
            migrations::check(found)?;
        }
        tries += 1;
        match migrations::sqlite().run_direct(None, &mut *connection, false).await {
            Ok(()) => return Ok(()),
            Err(_) if tries < 3 => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(error) => return Err(StoreError::Failed(error.to_string())),
        }
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn kind(&self) -> &'static str {
        "sqlite"
    }

    async fn begin(&self) -> Result<Box<dyn Batch>, StoreError> {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        let head = writer.begin().await?;
        Ok(Box::new(SqliteBatch { writer: Some(writer), pending: Pending::new(head) }))
    }

    async fn head(&self) -> Result<Head, StoreError> {
        reads::head(&self.readers).await
    }
    async fn entries(&self, from_seq: u64, limit: u32) -> Result<Vec<Sealed>, StoreError> {
        reads::entries(&self.readers, from_seq, limit).await
    }
    async fn registry(&self) -> Result<Vec<Sealed>, StoreError> {
        reads::registry(&self.readers).await
    }
    async fn entries_of(&self, case: &CaseId) -> Result<Vec<Sealed>, StoreError> {
        reads::entries_of(&self.readers, case).await
    }
    async fn entries_of_all(&self, cases: &[CaseId]) -> Result<Vec<Sealed>, StoreError> {
        reads::entries_of_all(&self.readers, cases).await
    }
    async fn open_entries(&self, after: Option<&CaseId>, cases: u32) -> Result<Vec<OpenEntry>, StoreError> {
        reads::open_entries(&self.readers, after, cases).await
    }
    async fn lines(&self, from_seq: i64, limit: u32) -> Result<Vec<Row>, StoreError> {
        reads::lines(&self.readers, from_seq, limit).await
    }
    async fn case(&self, case: &CaseId) -> Result<Option<CaseRow>, StoreError> {
        reads::case(&self.readers, case).await
    }
    async fn cases(&self, filter: &CaseFilter) -> Result<Page<CaseRow>, StoreError> {
        reads::cases(&self.readers, filter).await
    }
    async fn holdings_of(&self, case: &CaseId) -> Result<Vec<HoldingRow>, StoreError> {
        reads::holdings_of(&self.readers, case).await
    }
    async fn open_holdings(&self, filter: &HoldingFilter) -> Result<Page<(HoldingRow, CaseRow)>, StoreError> {
        reads::open_holdings(&self.readers, filter).await
    }
    async fn workload(&self) -> Result<Vec<(PersonId, u32, Option<Ts>)>, StoreError> {
        reads::workload(&self.readers).await
    }
    async fn next_timer(&self) -> Result<Option<TimerRow>, StoreError> {
        reads::next_timer(&self.readers).await
    }
    async fn timers(&self, after: Option<&TimerRow>, due_by: Ts, limit: u32) -> Result<Vec<TimerRow>, StoreError> {
        reads::timers(&self.readers, after, due_by, limit).await
    }
    async fn timers_of(&self, case: &CaseId) -> Result<Vec<TimerRow>, StoreError> {
        reads::timers_of(&self.readers, case).await
    }
    async fn notices_of(&self, person: &PersonId, limit: u32) -> Result<Vec<NoticeRow>, StoreError> {
        reads::notices_of(&self.readers, person, limit).await
    }
    async fn escalations_to(&self, superior: &PersonId, limit: u32) -> Result<Vec<EscalationRow>, StoreError> {
        reads::escalations_to(&self.readers, superior, limit).await
    }
    async fn escalations_of(&self, case: &CaseId) -> Result<Vec<EscalationRow>, StoreError> {
        reads::escalations_of(&self.readers, case).await
    }
    async fn counts(&self) -> Result<Counts, StoreError> {
        reads::counts(&self.readers).await
    }
    async fn procedures(&self) -> Result<Vec<ProcedureText>, StoreError> {
        reads::procedures(&self.readers).await
    }
    async fn proposed(&self, digest: &Digest) -> Result<Option<ProcedureText>, StoreError> {
        reads::proposed(&self.readers, digest).await
    }
    async fn calendars(&self) -> Result<Vec<CalendarText>, StoreError> {
        reads::calendars(&self.readers).await
    }
    async fn directory(&self) -> Result<Option<DirectoryText>, StoreError> {
        reads::directory(&self.readers).await
    }
    async fn recall(&self, actor: &str, key: &str) -> Result<Option<Remembered>, StoreError> {
        reads::recall(&self.readers, actor, key).await
    }

    async fn drop_answers(&self, before: Ts) -> Result<u64, StoreError> {
        self.written(sqlx::query("DELETE FROM remembered WHERE at < $1").bind(before.0)).await
    }

    async fn close(&self) {
        let mut writer = self.writer.lock().await;
        // A transaction that was left goes with the connection. The last connection to close empties the log.
        writer.closed = true;
        writer.checkpointer = None;
        self.readers.close().await;
        if let Some(connection) = writer.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }
}

/// The writer's place.
struct SqliteBatch {
    /// Nothing once it is given back.
    writer: Option<OwnedMutexGuard<Writer>>,
    pending: Pending,
}

impl SqliteBatch {
    async fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        match &mut self.writer {
            Some(writer) => writer.connected().await,
            None => Err(StoreError::Failed("the batch is over".to_owned())),
        }
    }

    /// Sends what waits, within the transaction.
    async fn flush(&mut self) -> Result<(), StoreError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let unproved = self.pending.unproved();
        let found = ends(self.connection().await?, unproved).await?;
        self.pending.prove(&found)?;
        let writes = self.pending.drain();
        let head = self.pending.head;
        send(self.connection().await?, writes, head).await
    }
}

#[async_trait]
impl Batch for SqliteBatch {
    fn head(&self) -> Head {
        self.pending.head
    }

    async fn case_head(&mut self, case: &CaseId) -> Result<Option<CaseHead>, StoreError> {
        if let Some(known) = self.pending.case_head(case) {
            return Ok(known);
        }
        if let Some(known) = self.writer.as_ref().and_then(|writer| writer.memory.case_head(case)) {
            self.pending.learn_case(case.clone(), Some(known));
            return Ok(Some(known));
        }
        let sql = "SELECT case_seq + 1 AS next_case_seq, case_chain FROM entries WHERE case_id = $1 \
                   ORDER BY case_seq DESC LIMIT 1";
        let row = sqlx::query(sql).bind(case.as_str()).fetch_optional(self.connection().await?).await;
        let head = row.map_err(failed)?.as_ref().map(reads::case_head_of).transpose()?;
        self.pending.learn_case(case.clone(), head);
        Ok(head)
    }

    async fn prefetch(&mut self, _: &[CaseId], _: &[(String, String)]) -> Result<(), StoreError> {
        // Nothing to gain: the database is in this process.
        Ok(())
    }

    async fn entries_of(&mut self, case: &CaseId) -> Result<Vec<Sealed>, StoreError> {
        let mut entries = reads::entries_of(self.connection().await?, case).await?;
        entries.extend(self.pending.entries_of(case));
        Ok(entries)
    }

    async fn recall(&mut self, actor: &str, key: &str) -> Result<Option<Remembered>, StoreError> {
        let place = (actor.to_owned(), key.to_owned());
        if let Some(known) = self.pending.recalled(&place) {
            return Ok(known);
        }
        let answer = reads::recall(self.connection().await?, actor, key).await?;
        self.pending.learn_answer(place, answer.clone());
        Ok(answer)
    }

    async fn append(&mut self, write: Write) -> Result<(), StoreError> {
        if let Some(writer) = &self.writer {
            self.pending.remember_from(&writer.memory, &write);
        }
        self.pending.check(&write)?;
        self.pending.take(write);
        if self.pending.entries.len() >= Pending::MANY {
            self.flush().await?;
        }
        Ok(())
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        self.flush().await?;
        let connection = self.connection().await?;
        sqlx::query("COMMIT").execute(connection).await.map_err(failed)?;
        if let Some(mut writer) = self.writer.take() {
            writer.memory.keep(&mut self.pending);
            writer.unclean = false;
            if let Some(checkpointer) = &writer.checkpointer {
                checkpointer.wake();
            }
        }
        Ok(())
    }
}

impl Drop for SqliteBatch {
    /// Gives the connection back clean: at once where there is a runtime, else the next batch cleans it.
    fn drop(&mut self) {
        if let (Some(mut writer), Ok(runtime)) = (self.writer.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move {
                if let Err(error) = writer.clean().await {
                    tracing::warn!(%error, "the writer's connection could not be replaced");
                }
            });
        }
    }
}

/// Writes a batch: entries, then rows in an order that foreign keys and uniqueness allow, then the head.
async fn send(on: &mut SqliteConnection, writes: Pending, head: Head) -> Result<(), StoreError> {
    let insert = "INSERT INTO entries (seq, case_id, case_seq, recorded_at, payload, chain, case_chain) ";
    put(on, insert, "", writes.entries, |mut row, sealed| {
        row.push_bind(sealed.entry.seq as i64)
            .push_bind(sealed.entry.case.map(|case| case.to_string()))
            .push_bind(sealed.entry.case_seq as i64)
            .push_bind(sealed.entry.recorded_at.0)
            .push_bind(sealed.payload)
            .push_bind(sealed.chain.to_vec())
            .push_bind(sealed.case_chain.to_vec());
    })
    .await?;

    let insert = "INSERT INTO cases (case_id, procedure_id, procedure_version, digest, owner, title, code, channel, \
                  status, opened_at, ended_at, deadline, promise, stopped_since, revision, entries, last_at, search, \
                  marks) ";
    let update = " ON CONFLICT (case_id) DO UPDATE SET procedure_id = excluded.procedure_id, \
                  procedure_version = excluded.procedure_version, digest = excluded.digest, owner = excluded.owner, \
                  title = excluded.title, code = excluded.code, channel = excluded.channel, \
                  status = excluded.status, ended_at = excluded.ended_at, deadline = excluded.deadline, \
                  promise = excluded.promise, stopped_since = excluded.stopped_since, \
                  revision = excluded.revision, entries = excluded.entries, last_at = excluded.last_at, \
                  search = excluded.search, marks = excluded.marks";
    put(on, insert, update, writes.cases.into_values().collect(), |mut row, case| {
        let search = searchable(&case);
        row.push_bind(case.case.to_string())
            .push_bind(case.procedure.to_string())
            .push_bind(i64::from(case.procedure_version))
            .push_bind(case.digest.to_string())
            .push_bind(case.owner.to_string())
            .push_bind(speakable(case.title))
            .push_bind(case.code.map(speakable))
            .push_bind(speakable(case.channel))
            .push_bind(case.status)
            .push_bind(case.opened_at.0)
            .push_bind(case.ended_at.map(|at| at.0))
            .push_bind(case.deadline.map(|at| at.0))
            .push_bind(case.promise.map(|at| at.0))
            .push_bind(case.stopped_since.map(|at| at.0))
            .push_bind(case.revision as i64)
            .push_bind(case.entries as i64)
            .push_bind(case.last_at.0)
            .push_bind(search)
            .push_bind(marks_text(&case.marks));
    })
    .await?;

    let insert = "INSERT INTO holdings (case_id, n, branch, step, procedure_id, holder, unit, how, pool_unit, \
                  pool_post, claimable, started_at, ended_at, received_at, deadline, breached_at, minutes, \
                  excused_minutes) ";
    let update = " ON CONFLICT (case_id, n) DO UPDATE SET branch = excluded.branch, step = excluded.step, \
                  procedure_id = excluded.procedure_id, holder = excluded.holder, unit = excluded.unit, \
                  how = excluded.how, pool_unit = excluded.pool_unit, pool_post = excluded.pool_post, \
                  claimable = excluded.claimable, started_at = excluded.started_at, ended_at = excluded.ended_at, \
                  received_at = excluded.received_at, deadline = excluded.deadline, \
                  breached_at = excluded.breached_at, minutes = excluded.minutes, \
                  excused_minutes = excluded.excused_minutes";
    put(on, insert, update, writes.holdings.into_values().collect(), |mut row, holding| {
        row.push_bind(holding.case.to_string())
            .push_bind(i64::from(holding.n))
            .push_bind(i64::from(holding.branch.0))
            .push_bind(holding.step.to_string())
            .push_bind(holding.procedure.to_string())
            .push_bind(holding.holder.to_string())
            .push_bind(holding.unit.to_string())
            .push_bind(holding.how)
            .push_bind(holding.pool_unit.map(|unit| unit.to_string()))
            .push_bind(holding.pool_post.map(|post| post.to_string()))
            .push_bind(holding.claimable)
            .push_bind(holding.started_at.0)
            .push_bind(holding.ended_at.map(|at| at.0))
            .push_bind(holding.received_at.map(|at| at.0))
            .push_bind(holding.deadline.map(|at| at.0))
            .push_bind(holding.breached_at.map(|at| at.0))
            .push_bind(holding.minutes)
            .push_bind(holding.excused_minutes);
    })
    .await?;

    let (put_timers, drop_timers): (Vec<_>, Vec<_>) = writes.timers.into_iter().partition(|(_, put)| *put);
    let timer = |mut row: Separated<'_, Sqlite, &'static str>,
                 ((due_at, case, key), _): ((Ts, CaseId, String), bool)| {
        row.push_bind(due_at.0).push_bind(case.to_string()).push_bind(key);
    };
    put(on, "DELETE FROM timers WHERE (due_at, case_id, key) IN (", ")", drop_timers, timer).await?;
    put(on, "INSERT INTO timers (due_at, case_id, key) ", " ON CONFLICT DO NOTHING", put_timers, timer).await?;

    put(on, "INSERT INTO notices (person, seq, case_id, kind, at, branch) ", "", writes.notices, |mut row, notice| {
        row.push_bind(notice.person.to_string())
            .push_bind(notice.seq as i64)
            .push_bind(notice.case.to_string())
            .push_bind(notice.kind)
            .push_bind(notice.at.0)
            .push_bind(notice.branch.map(|branch| i64::from(branch.0)));
    })
    .await?;

    let (put_escalations, drop_escalations): (Vec<_>, Vec<_>) =
        writes.escalations.into_iter().partition(|(_, row)| row.is_some());
    put(
        on,
        "DELETE FROM escalations WHERE (case_id, branch, level) IN (",
        ")",
        drop_escalations,
        |mut row, ((case, branch, level), _)| {
            row.push_bind(case.to_string()).push_bind(i64::from(branch.0)).push_bind(i64::from(level));
        },
    )
    .await?;
    let insert = "INSERT INTO escalations (case_id, branch, level, superior, since, answer_by) ";
    let update = " ON CONFLICT (case_id, branch, level) DO UPDATE SET superior = excluded.superior, \
                  since = excluded.since, answer_by = excluded.answer_by";
    let rows = put_escalations.into_iter().filter_map(|(_, row)| row).collect();
    put(on, insert, update, rows, |mut row, escalation: EscalationRow| {
        row.push_bind(escalation.case.to_string())
            .push_bind(i64::from(escalation.branch.0))
            .push_bind(i64::from(escalation.level))
            .push_bind(escalation.superior.to_string())
            .push_bind(escalation.since.0)
            .push_bind(escalation.answer_by.map(|at| at.0));
    })
    .await?;

    let insert = "INSERT INTO remembered (actor, key, fingerprint, answer, at) ";
    put(on, insert, "", writes.remembered.into_values().collect(), |mut row, answer| {
        row.push_bind(answer.actor)
            .push_bind(answer.key)
            .push_bind(answer.fingerprint)
            .push_bind(answer.answer)
            .push_bind(answer.at.0);
    })
    .await?;
    texts(on, writes.texts).await?;

    let sql = "UPDATE head SET next_seq = $1, chain = $2, recorded_at = $3 WHERE one = 1";
    let query = sqlx::query(sql).bind(head.next_seq as i64).bind(head.chain.to_vec());
    query.bind(head.recorded_at.map(|at| at.0)).execute(on).await.map(drop).map_err(failed)
}

/// How many entries cases have; those without any are not in it.
async fn ends(on: &mut SqliteConnection, cases: Vec<CaseId>) -> Result<HashMap<CaseId, u64>, StoreError> {
    let mut found = HashMap::with_capacity(cases.len());
    for cases in pieces(cases) {
        let sql = "SELECT case_id, max(case_seq) + 1 AS next_case_seq FROM entries WHERE case_id IN (";
        let mut query = QueryBuilder::<Sqlite>::new(sql);
        query.push_values(cases, |mut row, case| {
            row.push_bind(case.to_string());
        });
        let rows = query.push(") GROUP BY case_id").build().fetch_all(&mut *on).await.map_err(failed)?;
        for row in rows {
            let (case, next): (String, i64) = sqlx::FromRow::from_row(&row).map_err(failed)?;
            found.insert(case.into(), next.max(0) as u64);
        }
    }
    Ok(found)
}

/// Rows in pieces of that size, and the rest in powers of two.
fn pieces<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let size = if rows.len() >= ROWS { ROWS } else { 1 << rows.len().checked_ilog2()? };
        Some(rows.by_ref().take(size).collect())
    })
}

/// Writes rows in few statements.
async fn put<T>(
    on: &mut SqliteConnection,
    before: &'static str,
    after: &'static str,
    rows: Vec<T>,
    mut bind: impl FnMut(Separated<'_, Sqlite, &'static str>, T),
) -> Result<(), StoreError> {
    for rows in pieces(rows) {
        let mut query = QueryBuilder::<Sqlite>::new(before);
        query.push_values(rows, &mut bind).push(after);
        query.build().execute(&mut *on).await.map_err(failed)?;
    }
    Ok(())
}

async fn texts(on: &mut SqliteConnection, texts: Vec<Text>) -> Result<(), StoreError> {
    for text in texts {
        let query = match text {
            Text::Procedure(text) => sqlx::query(
                "INSERT INTO procedures (digest, procedure_id, version, name, text, published_at) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (digest) DO NOTHING",
            )
            .bind(text.digest.to_string())
            .bind(text.procedure.to_string())
            .bind(i64::from(text.version))
            .bind(text.name)
            .bind(text.text)
            .bind(text.published_at.0),
            Text::Proposed(text) => sqlx::query(
                "INSERT INTO proposals (digest, procedure_id, version, name, text, proposed_at) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (digest) DO NOTHING",
            )
            .bind(text.digest.to_string())
            .bind(text.procedure.to_string())
            .bind(i64::from(text.version))
            .bind(text.name)
            .bind(text.text)
            .bind(text.published_at.0),
            Text::Calendar(text) => sqlx::query(
                "INSERT INTO calendars (digest, calendar_id, version, name, text, published_at) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (digest) DO NOTHING",
            )
            .bind(text.digest.to_string())
            .bind(text.calendar.to_string())
            .bind(i64::from(text.version))
            .bind(text.name)
            .bind(text.text)
            .bind(text.published_at.0),
            Text::Directory(text) => {
                sqlx::query("INSERT INTO directories (digest, name, text, loaded_at) VALUES ($1, $2, $3, $4)")
                    .bind(text.digest.to_string())
                    .bind(text.name)
                    .bind(text.text)
                    .bind(text.loaded_at.0)
            }
        };
        query.execute(&mut *on).await.map_err(failed)?;
    }
    Ok(())
}
