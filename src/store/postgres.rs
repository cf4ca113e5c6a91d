//! The store on PostgreSQL: a one-row head locked by whoever writes, so that numbers are dense across machines, and
//! one statement a batch.
//!
//! `synchronous_commit` is on in every session, and a server that does not flush is refused.

use std::collections::HashMap;
use std::future::Future;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::query::Query;
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool, Postgres, Row as _};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::ids::{CaseId, Digest, PersonId, Ts};
use crate::journal::entry::{CaseHead, Head, Sealed};
use crate::journal::verify::Row;
use crate::projection::rows::{CaseRow, EscalationRow, HoldingRow, NoticeRow, TimerRow};
use crate::store::contract::*;
use crate::store::failure::failed;
use crate::store::migrations;
use crate::store::pending::{Key, Memory, Pending};
use crate::store::text::{marks_text, searchable, speakable, unspeakable};

mod reads {
    crate::store::reads::reads!(sqlx::Postgres, "strpos");
}

mod accounts {
    crate::store::accounts::accounts!(sqlx::Postgres, super::PostgresStore);
}

/// How long one exchange with the server may take before the connection is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// A database on a server.
pub struct PostgresStore {
    writer: Arc<Mutex<Writer>>,
    pool: PgPool,
}

/// The connection that writes.
struct Writer {
    options: PgConnectOptions,
    /// Nothing before the first batch, after closing, and after a failure.
    connection: Option<PgConnection>,
    /// Set while a transaction may be open on it.
    unclean: bool,
    closed: bool,
    memory: Memory,
}

impl PostgresStore {
    /// Connects, checks that the server keeps what it acknowledges, and brings the schema up to date.
    pub async fn open(url: &str) -> Result<PostgresStore, StoreError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(failed)?
            .application_name("quytrinh")
            .options([
                ("synchronous_commit", "on"),
                // A writer that hangs must not keep the head of the journal from the others.
                ("lock_timeout", "5s"),
                ("idle_in_transaction_session_timeout", "30s"),
            ])
            .log_statements(tracing::log::LevelFilter::Off);
        // The batch's statement joins lists of a few rows with large tables, always by an index: one plan fits all.
        let writing = options.clone().options([
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
        ]);
        let mut writer =
            Writer { options: writing, connection: None, unclean: false, closed: false, memory: Memory::default() };
        let connection = writer.connected().await?;
        check_durable(connection).await?;
        migrate(connection).await?;
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await
            .map_err(failed)?;
        Ok(PostgresStore { writer: Arc::new(Mutex::new(writer)), pool })
    }

    /// Runs one statement that is a transaction of its own; answers how many rows it touched.
    async fn written(&self, query: Query<'_, Postgres, PgArguments>) -> Result<u64, StoreError> {
        within(query.execute(&self.pool)).await.map(|done| done.rows_affected())
    }

    async fn asked(&self, query: Query<'_, Postgres, PgArguments>) -> Result<Vec<PgRow>, StoreError> {
        within(query.fetch_all(&self.pool)).await
    }
}

/// Refuses a server that acknowledges what it has not flushed.
async fn check_durable(connection: &mut PgConnection) -> Result<(), StoreError> {
    let sql = "SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes, \
               current_setting('synchronous_commit') AS synchronous_commit";
    let row = sqlx::query(sql).fetch_one(connection).await.map_err(failed)?;
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        let value: String = row.try_get(setting).map_err(failed)?;
        if value != "on" {
            return Err(StoreError::Failed(format!("the server has {setting} = {value}: it could lose what it kept")));
        }
    }
    Ok(())
}

/// Brings the schema up to date; a lock of the database keeps others from doing the same at the same moment.
async fn migrate(connection: &mut PgConnection) -> Result<(), StoreError> {
    let table: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    if table {
        let found: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
            .fetch_one(&mut *connection)
            .await
            .map_err(failed)?;
        migrations::check(found)?;
    }
    migrations::postgres()
        .run_direct(None, connection, false)
        .await
        .map_err(|error| StoreError::Failed(error.to_string()))
}

/// Gives up an exchange that takes too long: a network that swallows packets must not hold the writer for ever.
async fn within<T>(exchange: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, StoreError> {
    match tokio::time::timeout(PATIENCE, exchange).await {
        Ok(answer) => answer.map_err(failed),
        Err(_) => Err(StoreError::Failed(format!("the server did not answer within {} s", PATIENCE.as_secs()))),
    }
}

/// The same for a question.
async fn timely<T>(question: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    within(async { Ok(question.await) }).await?
}

impl Writer {
    async fn connected(&mut self) -> Result<&mut PgConnection, StoreError> {
        if self.closed {
            return Err(StoreError::Failed("the store is closed".to_owned()));
        }
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => within(self.options.connect()).await?,
        };
        Ok(self.connection.insert(connection))
    }

    /// Rolls back whatever a batch has left. A connection that cannot is replaced.
    async fn clean(&mut self) {
        if self.unclean {
            self.memory.forget();
            let rolled_back = match &mut self.connection {
                Some(connection) => within(sqlx::raw_sql("ROLLBACK").execute(connection)).await.is_ok(),
                None => true,
            };
            if !rolled_back {
                self.connection = None;
            }
            self.unclean = false;
        }
    }

    /// Begins a transaction and takes the head of the journal, in one round trip. A connection found dead (the server
    /// was started anew) is replaced once.
    async fn begin(&mut self) -> Result<Head, StoreError> {
        self.clean().await;
        let fresh = self.connection.is_none();
        let taken = self.take_head().await;
        if taken.is_err() && !fresh && !self.closed && !self.alive().await {
            self.connection = None;
            return self.take_head().await;
        }
        taken
    }

    async fn alive(&mut self) -> bool {
        match &mut self.connection {
            Some(connection) => within(connection.ping()).await.is_ok(),
            None => false,
        }
    }

    async fn take_head(&mut self) -> Result<Head, StoreError> {
        let sql = "BEGIN ISOLATION LEVEL READ COMMITTED; \
                   SELECT next_seq, chain, recorded_at FROM head WHERE one = 1 FOR UPDATE";
        self.unclean = true;
        let connection = self.connected().await?;
        let head = reads::head_of(&within(sqlx::raw_sql(sql).fetch_one(connection)).await?)?;
        self.memory.begin(head);
        Ok(head)
    }
}

#[async_trait]
impl Store for PostgresStore {
    fn kind(&self) -> &'static str {
        "postgres"
    }

    async fn begin(&self) -> Result<Box<dyn Batch>, StoreError> {
        // The batch holds the writer from the first moment on, so that giving up in the middle is also cleaned up.
        let writer = Arc::clone(&self.writer).lock_owned().await;
        let mut batch = PostgresBatch { writer: Some(writer), pending: Pending::default() };
        if let Some(writer) = &mut batch.writer {
            batch.pending = Pending::new(writer.begin().await?);
        }
        Ok(Box::new(batch))
    }

    async fn head(&self) -> Result<Head, StoreError> {
        timely(reads::head(&self.pool)).await
    }
    async fn entries(&self, from_seq: u64, limit: u32) -> Result<Vec<Sealed>, StoreError> {
        timely(reads::entries(&self.pool, from_seq, limit)).await
    }
    async fn registry(&self) -> Result<Vec<Sealed>, StoreError> {
        timely(reads::registry(&self.pool)).await
    }
    async fn entries_of(&self, case: &CaseId) -> Result<Vec<Sealed>, StoreError> {
        timely(reads::entries_of(&self.pool, case)).await
    }
    async fn entries_of_all(&self, cases: &[CaseId]) -> Result<Vec<Sealed>, StoreError> {
        timely(reads::entries_of_all(&self.pool, cases)).await
    }
    async fn open_entries(&self, after: Option<&CaseId>, cases: u32) -> Result<Vec<OpenEntry>, StoreError> {
        timely(reads::open_entries(&self.pool, after, cases)).await
    }
    async fn lines(&self, from_seq: i64, limit: u32) -> Result<Vec<Row>, StoreError> {
        timely(reads::lines(&self.pool, from_seq, limit)).await
    }
    async fn case(&self, case: &CaseId) -> Result<Option<CaseRow>, StoreError> {
        timely(reads::case(&self.pool, case)).await
    }
    async fn cases(&self, filter: &CaseFilter) -> Result<Page<CaseRow>, StoreError> {
        timely(reads::cases(&self.pool, filter)).await
    }
    async fn holdings_of(&self, case: &CaseId) -> Result<Vec<HoldingRow>, StoreError> {
        timely(reads::holdings_of(&self.pool, case)).await
    }
    async fn open_holdings(&self, filter: &HoldingFilter) -> Result<Page<(HoldingRow, CaseRow)>, StoreError> {
        timely(reads::open_holdings(&self.pool, filter)).await
    }
    async fn workload(&self) -> Result<Vec<(PersonId, u32, Option<Ts>)>, StoreError> {
        timely(reads::workload(&self.pool)).await
    }
    async fn next_timer(&self) -> Result<Option<TimerRow>, StoreError> {
        timely(reads::next_timer(&self.pool)).await
    }
    async fn timers(&self, after: Option<&TimerRow>, due_by: Ts, limit: u32) -> Result<Vec<TimerRow>, StoreError> {
        timely(reads::timers(&self.pool, after, due_by, limit)).await
    }
    async fn timers_of(&self, case: &CaseId) -> Result<Vec<TimerRow>, StoreError> {
        timely(reads::timers_of(&self.pool, case)).await
    }
    async fn notices_of(&self, person: &PersonId, limit: u32) -> Result<Vec<NoticeRow>, StoreError> {
        timely(reads::notices_of(&self.pool, person, limit)).await
    }
    async fn escalations_to(&self, superior: &PersonId, limit: u32) -> Result<Vec<EscalationRow>, StoreError> {
        timely(reads::escalations_to(&self.pool, superior, limit)).await
    }
    async fn escalations_of(&self, case: &CaseId) -> Result<Vec<EscalationRow>, StoreError> {
        timely(reads::escalations_of(&self.pool, case)).await
    }
    async fn counts(&self) -> Result<Counts, StoreError> {
        timely(reads::counts(&self.pool)).await
    }
    async fn procedures(&self) -> Result<Vec<ProcedureText>, StoreError> {
        timely(reads::procedures(&self.pool)).await
    }
    async fn proposed(&self, digest: &Digest) -> Result<Option<ProcedureText>, StoreError> {
        timely(reads::proposed(&self.pool, digest)).await
    }
    async fn calendars(&self) -> Result<Vec<CalendarText>, StoreError> {
        timely(reads::calendars(&self.pool)).await
    }
    async fn directory(&self) -> Result<Option<DirectoryText>, StoreError> {
        timely(reads::directory(&self.pool)).await
    }
    async fn recall(&self, actor: &str, key: &str) -> Result<Option<Remembered>, StoreError> {
        timely(reads::recall(&self.pool, actor, key)).await
    }

    async fn drop_answers(&self, before: Ts) -> Result<u64, StoreError> {
        self.written(sqlx::query("DELETE FROM remembered WHERE at < $1").bind(before.0)).await
    }

    async fn close(&self) {
        let mut writer = self.writer.lock().await;
        writer.closed = true;
        self.pool.close().await;
        if let Some(connection) = writer.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the connection did not close cleanly");
        }
    }
}

/// The writer's place.
struct PostgresBatch {
    /// Nothing once it is given back.
    writer: Option<OwnedMutexGuard<Writer>>,
    pending: Pending,
}

impl PostgresBatch {
    fn connection(&mut self) -> Result<&mut PgConnection, StoreError> {
        let connection = self.writer.as_mut().and_then(|writer| writer.connection.as_mut());
        connection.ok_or_else(|| StoreError::Failed("the batch is over".to_owned()))
    }

    /// Sends what waits, within the transaction.
    async fn flush(&mut self) -> Result<(), StoreError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.prove().await?;
        let mut writes = self.pending.drain();
        let head = self.pending.head;
        let connection = self.connection()?;
        let texts = std::mem::take(&mut writes.texts);
        put_texts(connection, texts).await?;
        within(send(connection, &writes, head)).await
    }

    /// Reads the ends of cases that were taken on trust.
    async fn prove(&mut self) -> Result<(), StoreError> {
        let unproved = self.pending.unproved();
        let mut found = HashMap::new();
        if !unproved.is_empty() {
            for (case, head) in ends(self.connection()?, &unproved.iter().collect::<Vec<_>>()).await? {
                found.insert(case, head.next_case_seq);
            }
        }
        self.pending.prove(&found)
    }
}

/// The ends of cases; those without entries are not in it.
async fn ends(on: &mut PgConnection, cases: &[&CaseId]) -> Result<Vec<(CaseId, CaseHead)>, StoreError> {
    let ids: Vec<&str> = cases.iter().map(|case| case.as_str()).filter(|case| !unspeakable(case)).collect();
    let sql = "SELECT asked.case_id, last.case_seq + 1 AS next_case_seq, last.case_chain \
               FROM unnest($1::text[]) AS asked (case_id) CROSS JOIN LATERAL \
               (SELECT case_seq, case_chain FROM entries WHERE entries.case_id = asked.case_id \
               ORDER BY case_seq DESC LIMIT 1) AS last";
    let rows = within(sqlx::query(sql).bind(ids).fetch_all(on)).await?;
    let of = |row| Ok((reads::text::<CaseId>(row, "case_id")?, reads::case_head_of(row)?));
    rows.iter().map(of).collect()
}

#[async_trait]
impl Batch for PostgresBatch {
    fn head(&self) -> Head {
        self.pending.head
    }

    async fn case_head(&mut self, case: &CaseId) -> Result<Option<CaseHead>, StoreError> {
        if self.pending.case_head(case).is_none() {
            self.prefetch(std::slice::from_ref(case), &[]).await?;
        }
        Ok(self.pending.case_head(case).flatten())
    }

    async fn prefetch(&mut self, cases: &[CaseId], keys: &[Key]) -> Result<(), StoreError> {
        let mut unknown = Vec::new();
        for case in cases {
            if self.pending.case_head(case).is_some() {
                continue;
            }
            match self.writer.as_ref().and_then(|writer| writer.memory.case_head(case)) {
                Some(head) => self.pending.learn_case(case.clone(), Some(head)),
                None => unknown.push(case),
            }
        }
        if !unknown.is_empty() {
            for (case, head) in ends(self.connection()?, &unknown).await? {
                self.pending.learn_case(case, Some(head));
            }
            unknown.into_iter().for_each(|case| self.pending.learn_case(case.clone(), None));
        }
        let unknown: Vec<&Key> = keys.iter().filter(|key| self.pending.recalled(key).is_none()).collect();
        if !unknown.is_empty() {
            let asked = unknown.iter().filter(|(actor, key)| !unspeakable(actor) && !unspeakable(key));
            let (actors, names): (Vec<&str>, Vec<&str>) = asked.map(|(a, k)| (a.as_str(), k.as_str())).unzip();
            let sql = "SELECT r.actor, r.key, r.fingerprint, r.answer, r.at FROM unnest($1::text[], $2::text[]) \
                       AS asked (actor, key) JOIN remembered r ON r.actor = asked.actor AND r.key = asked.key";
            let rows = within(sqlx::query(sql).bind(actors).bind(names).fetch_all(self.connection()?)).await?;
            for row in &rows {
                let answer = reads::remembered_of(row)?;
                self.pending.learn_answer((answer.actor.clone(), answer.key.clone()), Some(answer));
            }
            unknown.into_iter().for_each(|key| self.pending.learn_answer(key.clone(), None));
        }
        Ok(())
    }

    async fn entries_of(&mut self, case: &CaseId) -> Result<Vec<Sealed>, StoreError> {
        let mut entries = reads::entries_of(self.connection()?, case).await?;
        entries.extend(self.pending.entries_of(case));
        Ok(entries)
    }

    async fn recall(&mut self, actor: &str, key: &str) -> Result<Option<Remembered>, StoreError> {
        let place = (actor.to_owned(), key.to_owned());
        if self.pending.recalled(&place).is_none() {
            self.prefetch(&[], std::slice::from_ref(&place)).await?;
        }
        Ok(self.pending.recalled(&place).flatten())
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
        within(sqlx::raw_sql("COMMIT").execute(self.connection()?)).await?;
        if let Some(mut writer) = self.writer.take() {
            writer.memory.keep(&mut self.pending);
            writer.unclean = false;
        }
        Ok(())
    }
}

impl Drop for PostgresBatch {
    /// Gives the head back at once where there is a runtime; else the server takes it back after a while.
    fn drop(&mut self) {
        if let (Some(mut writer), Ok(runtime)) = (self.writer.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move { writer.clean().await });
        }
    }
}

/// Writes a batch in one statement.
async fn send(on: &mut PgConnection, writes: &Pending, head: Head) -> Result<(), sqlx::Error> {
    fn each<'a, R: 'a, T>(rows: impl Iterator<Item = &'a R>, value: impl Fn(&'a R) -> T) -> Vec<T> {
        rows.map(value).collect()
    }
    let entries = || writes.entries.iter();
    let cases = || writes.cases.values();
    let holdings = || writes.holdings.values();
    let timers = |put: bool| writes.timers.iter().filter(move |(_, is)| **is == put).map(|(place, _)| place);
    let notices = || writes.notices.iter();
    let answers = || writes.remembered.values();
    let gone = || writes.escalations.iter().filter(|(_, row)| row.is_none()).map(|(place, _)| place);
    let escalations = || writes.escalations.values().flatten();
    sqlx::query(include_str!("postgres_batch.sql"))
        // entries
        .bind(each(entries(), |sealed| sealed.entry.seq as i64))
        .bind(each(entries(), |sealed| sealed.entry.case.as_ref().map(|case| case.as_str())))
        .bind(each(entries(), |sealed| sealed.entry.case_seq as i64))
        .bind(each(entries(), |sealed| sealed.entry.recorded_at.0))
        .bind(each(entries(), |sealed| sealed.payload.as_slice()))
        .bind(each(entries(), |sealed| sealed.chain.as_slice()))
        .bind(each(entries(), |sealed| sealed.case_chain.as_slice()))
        // cases
        .bind(each(cases(), |case| case.case.as_str()))
        .bind(each(cases(), |case| case.procedure.as_str()))
        .bind(each(cases(), |case| i64::from(case.procedure_version)))
        .bind(each(cases(), |case| case.digest.as_str()))
        .bind(each(cases(), |case| case.owner.as_str()))
        .bind(each(cases(), |case| speakable(case.title.clone())))
        .bind(each(cases(), |case| case.code.clone().map(speakable)))
        .bind(each(cases(), |case| speakable(case.channel.clone())))
        .bind(each(cases(), |case| case.status.as_str()))
        .bind(each(cases(), |case| case.opened_at.0))
        .bind(each(cases(), |case| case.ended_at.map(|at| at.0)))
        .bind(each(cases(), |case| case.deadline.map(|at| at.0)))
        .bind(each(cases(), |case| case.promise.map(|at| at.0)))
        .bind(each(cases(), |case| case.stopped_since.map(|at| at.0)))
        .bind(each(cases(), |case| case.revision as i64))
        .bind(each(cases(), |case| case.entries as i64))
        .bind(each(cases(), |case| case.last_at.0))
        .bind(each(cases(), searchable))
        // holdings
        .bind(each(holdings(), |holding| holding.case.as_str()))
        .bind(each(holdings(), |holding| i64::from(holding.n)))
        .bind(each(holdings(), |holding| i64::from(holding.branch.0)))
        .bind(each(holdings(), |holding| holding.step.as_str()))
        .bind(each(holdings(), |holding| holding.procedure.as_str()))
        .bind(each(holdings(), |holding| holding.holder.as_str()))
        .bind(each(holdings(), |holding| holding.unit.as_str()))
        .bind(each(holdings(), |holding| holding.how.as_str()))
        .bind(each(holdings(), |holding| holding.pool_unit.as_ref().map(|unit| unit.as_str())))
        .bind(each(holdings(), |holding| holding.pool_post.as_ref().map(|post| post.as_str())))
        .bind(each(holdings(), |holding| holding.claimable))
        .bind(each(holdings(), |holding| holding.started_at.0))
        .bind(each(holdings(), |holding| holding.ended_at.map(|at| at.0)))
        .bind(each(holdings(), |holding| holding.received_at.map(|at| at.0)))
        .bind(each(holdings(), |holding| holding.deadline.map(|at| at.0)))
        .bind(each(holdings(), |holding| holding.breached_at.map(|at| at.0)))
        .bind(each(holdings(), |holding| holding.minutes))
        .bind(each(holdings(), |holding| holding.excused_minutes))
        // timers that go
        .bind(each(timers(false), |(due_at, _, _)| due_at.0))
        .bind(each(timers(false), |(_, case, _)| case.as_str()))
        .bind(each(timers(false), |(_, _, key)| key.as_str()))
        // timers that wait
        .bind(each(timers(true), |(due_at, _, _)| due_at.0))
        .bind(each(timers(true), |(_, case, _)| case.as_str()))
        .bind(each(timers(true), |(_, _, key)| key.as_str()))
        // notices
        .bind(each(notices(), |notice| notice.person.as_str()))
        .bind(each(notices(), |notice| notice.seq as i64))
        .bind(each(notices(), |notice| notice.case.as_str()))
        .bind(each(notices(), |notice| notice.kind.as_str()))
        .bind(each(notices(), |notice| notice.at.0))
        .bind(each(notices(), |notice| notice.branch.map(|branch| i64::from(branch.0))))
        // answers
        .bind(each(answers(), |answer| answer.actor.as_str()))
        .bind(each(answers(), |answer| answer.key.as_str()))
        .bind(each(answers(), |answer| answer.fingerprint.as_str()))
        .bind(each(answers(), |answer| answer.answer.as_str()))
        .bind(each(answers(), |answer| answer.at.0))
        // the head
        .bind(head.next_seq as i64)
        .bind(head.chain.to_vec())
        .bind(head.recorded_at.map(|at| at.0))
        // escalations that are over
        .bind(each(gone(), |(case, _, _)| case.as_str()))
        .bind(each(gone(), |(_, branch, _)| i64::from(branch.0)))
        .bind(each(gone(), |(_, _, level)| i64::from(*level)))
        // escalations that wait
        .bind(each(escalations(), |escalation| escalation.case.as_str()))
        .bind(each(escalations(), |escalation| i64::from(escalation.branch.0)))
        .bind(each(escalations(), |escalation| i64::from(escalation.level)))
        .bind(each(escalations(), |escalation| escalation.superior.as_str()))
        .bind(each(escalations(), |escalation| escalation.since.0))
        .bind(each(escalations(), |escalation| escalation.answer_by.map(|at| at.0)))
        // of cases
        .bind(each(cases(), |case| marks_text(&case.marks)))
        .execute(on)
        .await
        .map(drop)
}

async fn put_texts(on: &mut PgConnection, texts: Vec<Text>) -> Result<(), StoreError> {
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
        within(query.execute(&mut *on)).await?;
    }
    Ok(())
}
