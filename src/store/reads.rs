//! The questions both stores answer, written once: the same SQL text, with `$1` for what is bound, on both databases.
//!
//! A macro, because the two databases share texts and columns but no type. Everything from outside is bound, never
//! written into a text.

/// Makes the reading functions for one database. `$position` is its function for the place of one text in another.
macro_rules! reads {
    ($db:ty, $position:literal) => {
        use sqlx::{Executor, QueryBuilder, Row as _};

        use crate::fold::fold;
        use crate::ids::{BranchId, CaseId, Digest, PersonId, PostId, Ts, UnitId};
        use crate::journal::chain::leaf;
        use crate::journal::codec::decode;
        use crate::journal::entry::{CaseHead, Hash, Head, Sealed};
        use crate::journal::verify::{Columns, Row};
        use crate::projection::rows::{CaseRow, EscalationRow, HoldingRow, NoticeRow, TimerRow};
        use crate::store::contract::*;
        use crate::store::cursor::{self, Cursor};
        use crate::store::failure::failed;
        use crate::store::text::{marks_of, unspeakable};

        pub(super) type Line = <$db as sqlx::Database>::Row;
        type Pool = sqlx::Pool<$db>;

        pub(super) fn get<'r, T>(row: &'r Line, column: &str) -> Result<T, StoreError>
        where
            T: sqlx::Decode<'r, $db> + sqlx::Type<$db>,
        {
            row.try_get(column).map_err(|error| StoreError::Damaged(error.to_string()))
        }

        pub(super) fn text<T: From<String>>(row: &Line, column: &str) -> Result<T, StoreError> {
            Ok(T::from(get::<String>(row, column)?))
        }

        pub(super) fn optional<T: From<String>>(row: &Line, column: &str) -> Result<Option<T>, StoreError> {
            Ok(get::<Option<String>>(row, column)?.map(T::from))
        }

        pub(super) fn instant(row: &Line, column: &str) -> Result<Ts, StoreError> {
            Ok(Ts(get(row, column)?))
        }

        pub(super) fn maybe_instant(row: &Line, column: &str) -> Result<Option<Ts>, StoreError> {
            Ok(get::<Option<i64>>(row, column)?.map(Ts))
        }

        pub(super) fn whole<T: TryFrom<i64>>(row: &Line, column: &str) -> Result<T, StoreError> {
            let number: i64 = get(row, column)?;
            T::try_from(number).map_err(|_| StoreError::Damaged(format!("{column} is {number}")))
        }

        pub(super) fn hash(row: &Line, column: &str) -> Result<Hash, StoreError> {
            let bytes: Vec<u8> = get(row, column)?;
            Hash::try_from(bytes).map_err(|bytes| StoreError::Damaged(format!("{column} has {} bytes", bytes.len())))
        }

        // --- the journal

        pub(super) fn head_of(row: &Line) -> Result<Head, StoreError> {
            Ok(Head {
                next_seq: whole(row, "next_seq")?,
                chain: hash(row, "chain")?,
                recorded_at: maybe_instant(row, "recorded_at")?,
            })
        }

        pub(super) async fn head<'e>(on: impl Executor<'e, Database = $db>) -> Result<Head, StoreError> {
            let sql = "SELECT next_seq, chain, recorded_at FROM head WHERE one = 1";
            head_of(&sqlx::query(sql).fetch_one(on).await.map_err(failed)?)
        }

        fn line_of(row: &Line) -> Result<Row, StoreError> {
            Ok(Row {
                seq: get(row, "seq")?,
                columns: Some(Columns {
                    case: get(row, "case_id")?,
                    case_seq: get(row, "case_seq")?,
                    recorded_at: get(row, "recorded_at")?,
                }),
                payload: get(row, "payload")?,
                chain: get(row, "chain")?,
                case_chain: get(row, "case_chain")?,
            })
        }

        pub(super) async fn lines(pool: &Pool, from_seq: i64, limit: u32) -> Result<Vec<Row>, StoreError> {
            let sql = "SELECT seq, case_id, case_seq, recorded_at, payload, chain, case_chain FROM entries \
                       WHERE seq >= $1 ORDER BY seq LIMIT $2";
            let rows = sqlx::query(sql).bind(from_seq).bind(i64::from(limit)).fetch_all(pool).await.map_err(failed)?;
            rows.iter().map(line_of).collect()
        }

        fn sealed_of(row: &Line) -> Result<Sealed, StoreError> {
            let payload: Vec<u8> = get(row, "payload")?;
            let entry = decode(&payload).map_err(|error| StoreError::Damaged(error.to_string()))?;
            let leaf = leaf(&payload);
            Ok(Sealed { entry, payload, leaf, chain: hash(row, "chain")?, case_chain: hash(row, "case_chain")? })
        }

        pub(super) async fn entries(pool: &Pool, from_seq: u64, limit: u32) -> Result<Vec<Sealed>, StoreError> {
            let Ok(from_seq) = i64::try_from(from_seq) else { return Ok(Vec::new()) };
            let sql = "SELECT payload, chain, case_chain FROM entries WHERE seq >= $1 ORDER BY seq LIMIT $2";
            let rows = sqlx::query(sql).bind(from_seq).bind(i64::from(limit)).fetch_all(pool).await.map_err(failed)?;
            rows.iter().map(sealed_of).collect()
        }

        pub(super) async fn registry(pool: &Pool) -> Result<Vec<Sealed>, StoreError> {
            let sql = "SELECT payload, chain, case_chain FROM entries WHERE case_id IS NULL ORDER BY seq";
            let rows = sqlx::query(sql).fetch_all(pool).await.map_err(failed)?;
            rows.iter().map(sealed_of).collect()
        }

        pub(super) async fn entries_of<'e>(
            on: impl Executor<'e, Database = $db>,
            case: &CaseId,
        ) -> Result<Vec<Sealed>, StoreError> {
            if unspeakable(case.as_str()) {
                return Ok(Vec::new());
            }
            let sql = "SELECT payload, chain, case_chain FROM entries WHERE case_id = $1 ORDER BY case_seq";
            let rows = sqlx::query(sql).bind(case.as_str()).fetch_all(on).await.map_err(failed)?;
            rows.iter().map(sealed_of).collect()
        }

        pub(super) async fn entries_of_all<'e>(
            on: impl Executor<'e, Database = $db>,
            cases: &[CaseId],
        ) -> Result<Vec<Sealed>, StoreError> {
            let cases: Vec<&str> = cases.iter().map(CaseId::as_str).filter(|case| !unspeakable(case)).collect();
            if cases.is_empty() {
                return Ok(Vec::new());
            }
            let mut query = QueryBuilder::<$db>::new("SELECT payload, chain, case_chain FROM entries WHERE");
            push_in(&mut query, " case_id", &cases);
            query.push(" ORDER BY case_id, case_seq");
            let rows = query.build().persistent(false).fetch_all(on).await.map_err(failed)?;
            rows.iter().map(sealed_of).collect()
        }

        pub(super) async fn open_entries(
            pool: &Pool,
            after: Option<&CaseId>,
            cases: u32,
        ) -> Result<Vec<OpenEntry>, StoreError> {
            let after = after.map_or("", CaseId::as_str);
            if unspeakable(after) {
                return Ok(Vec::new());
            }
            let sql = "SELECT e.case_id, e.payload FROM \
                       (SELECT case_id FROM cases WHERE status = 'open' AND case_id > $1 ORDER BY case_id LIMIT $2) c \
                       JOIN entries e ON e.case_id = c.case_id ORDER BY e.case_id, e.case_seq";
            let query = sqlx::query(sql).bind(after).bind(i64::from(cases));
            let rows = query.fetch_all(pool).await.map_err(failed)?;
            rows.iter().map(|row| Ok(OpenEntry { case: text(row, "case_id")?, payload: get(row, "payload")? })).collect()
        }

        /// The end of a case's entries.
        pub(super) fn case_head_of(row: &Line) -> Result<CaseHead, StoreError> {
            Ok(CaseHead { next_case_seq: whole(row, "next_case_seq")?, chain: hash(row, "case_chain")? })
        }

        // --- rows

        fn case_of(row: &Line) -> Result<CaseRow, StoreError> {
            Ok(CaseRow {
                case: text(row, "case_id")?,
                procedure: text(row, "procedure_id")?,
                procedure_version: whole(row, "procedure_version")?,
                digest: text(row, "digest")?,
                owner: text(row, "owner")?,
                title: get(row, "title")?,
                code: get(row, "code")?,
                channel: get(row, "channel")?,
                status: get(row, "status")?,
                opened_at: instant(row, "opened_at")?,
                ended_at: maybe_instant(row, "ended_at")?,
                deadline: maybe_instant(row, "case_deadline")?,
                promise: maybe_instant(row, "promise")?,
                stopped_since: maybe_instant(row, "stopped_since")?,
                marks: marks_of(get::<Option<String>>(row, "marks")?.as_deref()).map_err(StoreError::Damaged)?,
                revision: whole(row, "revision")?,
                entries: whole(row, "entries")?,
                last_at: instant(row, "last_at")?,
            })
        }

        const CASE: &str = "c.case_id, c.procedure_id, c.procedure_version, c.digest, c.owner, c.title, c.code, \
                            c.channel, c.status, c.opened_at, c.ended_at, c.deadline AS case_deadline, c.promise, \
                            c.stopped_since, c.marks, c.revision, c.entries, c.last_at";

        pub(super) async fn case(pool: &Pool, case: &CaseId) -> Result<Option<CaseRow>, StoreError> {
            if unspeakable(case.as_str()) {
                return Ok(None);
            }
            let mut query = QueryBuilder::<$db>::new("SELECT ");
            query.push(CASE).push(" FROM cases c WHERE c.case_id = ").push_bind(case.as_str());
            let row = query.build().fetch_optional(pool).await.map_err(failed)?;
            row.as_ref().map(case_of).transpose()
        }

        fn push_in<T: AsRef<str>>(query: &mut QueryBuilder<$db>, before: &'static str, names: &[T]) {
            query.push(before).push(" IN (");
            let mut list = query.separated(", ");
            for name in names {
                list.push_bind(name.as_ref().to_owned());
            }
            query.push(")");
        }

        fn where_cases(query: &mut QueryBuilder<$db>, filter: &CaseFilter) {
            query.push(" FROM cases c WHERE 1 = 1");
            if let Some(procedure) = &filter.procedure {
                query.push(" AND c.procedure_id = ").push_bind(procedure.as_str().to_owned());
            }
            if let Some(status) = &filter.status {
                query.push(" AND c.status = ").push_bind(status.clone());
            }
            if let Some(units) = &filter.units {
                let units: Vec<&str> = units.iter().map(UnitId::as_str).collect();
                push_in(query, " AND c.owner", &units);
            }
            if filter.stands {
                query.push(" AND c.stopped_since IS NOT NULL");
            }
            for word in filter.text.iter().flat_map(|text| text.split_whitespace()) {
                query.push(" AND ").push($position).push("(c.search, ").push_bind(fold(word)).push(") > 0");
            }
        }

        pub(super) async fn cases(pool: &Pool, filter: &CaseFilter) -> Result<Page<CaseRow>, StoreError> {
            let asked = [filter.status.as_deref(), filter.text.as_deref(), filter.procedure.as_ref().map(|p| p.as_str())];
            let nothing = asked.into_iter().flatten().any(unspeakable)
                || filter.units.as_ref().is_some_and(|units| units.is_empty() || units.iter().any(|u| unspeakable(u.as_str())));
            if nothing {
                return Ok(Page { items: Vec::new(), next: None, total: 0 });
            }
            let mut count = QueryBuilder::<$db>::new("SELECT count(*)");
            where_cases(&mut count, filter);
            let total: i64 = count.build_query_scalar().fetch_one(pool).await.map_err(failed)?;

            let mut query = QueryBuilder::<$db>::new("SELECT ");
            query.push(CASE);
            where_cases(&mut query, filter);
            if let Some(after) = &filter.page.after {
                let Cursor { at, case, .. } = cursor::read("cases", after)?;
                query.push(" AND (c.opened_at, c.case_id) < (").push_bind(at).push(", ").push_bind(case).push(")");
            }
            let limit = cursor::limit(&filter.page);
            query.push(" ORDER BY c.opened_at DESC, c.case_id DESC LIMIT ").push_bind(limit + 1);
            let rows = query.build().fetch_all(pool).await.map_err(failed)?;
            let items: Vec<CaseRow> = rows.iter().map(case_of).collect::<Result<_, _>>()?;
            Ok(cursor::page(items, limit, total, |row| Cursor {
                list: "cases".to_owned(),
                at: row.opened_at.0,
                case: row.case.to_string(),
                n: 0,
            }))
        }

        fn holding_of(row: &Line) -> Result<HoldingRow, StoreError> {
            Ok(HoldingRow {
                case: text(row, "case_id")?,
                n: whole(row, "n")?,
                branch: BranchId(whole(row, "branch")?),
                step: text(row, "step")?,
                procedure: text(row, "procedure_id")?,
                holder: text(row, "holder")?,
                unit: text(row, "unit")?,
                how: get(row, "how")?,
                pool_unit: optional(row, "pool_unit")?,
                pool_post: optional(row, "pool_post")?,
                claimable: get(row, "claimable")?,
                started_at: instant(row, "started_at")?,
                ended_at: maybe_instant(row, "held_until")?,
                received_at: maybe_instant(row, "received_at")?,
                deadline: maybe_instant(row, "deadline")?,
                breached_at: maybe_instant(row, "breached_at")?,
                minutes: get(row, "minutes")?,
                excused_minutes: get(row, "excused_minutes")?,
            })
        }

        const HOLDING: &str = "h.case_id, h.n, h.branch, h.step, h.procedure_id, h.holder, h.unit, h.how, h.pool_unit, \
                               h.pool_post, h.claimable, h.started_at, h.ended_at AS held_until, h.received_at, \
                               h.deadline, h.breached_at, h.minutes, h.excused_minutes";

        pub(super) async fn holdings_of(pool: &Pool, case: &CaseId) -> Result<Vec<HoldingRow>, StoreError> {
            if unspeakable(case.as_str()) {
                return Ok(Vec::new());
            }
            let mut query = QueryBuilder::<$db>::new("SELECT ");
            query.push(HOLDING).push(" FROM holdings h WHERE h.case_id = ").push_bind(case.as_str()).push(" ORDER BY h.n");
            let rows = query.build().fetch_all(pool).await.map_err(failed)?;
            rows.iter().map(holding_of).collect()
        }

        /// The deadline, or the end of time: what lists of the late are ordered by, as the index has it.
        const DUE: &str = "coalesce(h.deadline, 9223372036854775807)";

        fn where_holdings(query: &mut QueryBuilder<$db>, filter: &HoldingFilter) {
            query.push(" FROM holdings h JOIN cases c ON c.case_id = h.case_id WHERE h.ended_at IS NULL");
            if let Some(holder) = &filter.holder {
                query.push(" AND h.holder = ").push_bind(holder.as_str().to_owned());
            }
            if let Some(units) = &filter.units {
                let units: Vec<&str> = units.iter().map(UnitId::as_str).collect();
                push_in(query, " AND h.unit", &units);
            }
            if let Some(places) = &filter.claimable_by {
                query.push(" AND h.claimable");
                let mut either = query.push(" AND (").separated(" OR ");
                for (unit, post) in places {
                    either.push("(h.pool_unit = ").push_bind_unseparated(unit.as_str().to_owned());
                    either.push_unseparated(" AND (h.pool_post IS NULL OR h.pool_post = ");
                    either.push_bind_unseparated(post.as_str().to_owned()).push_unseparated("))");
                }
                query.push(")");
            }
            if let Some(late_at) = filter.late_at {
                query.push(" AND ").push(DUE).push(" < ").push_bind(late_at.0);
            }
        }

        pub(super) async fn open_holdings(
            pool: &Pool,
            filter: &HoldingFilter,
        ) -> Result<Page<(HoldingRow, CaseRow)>, StoreError> {
            let odd_unit = |units: &Vec<UnitId>| units.is_empty() || units.iter().any(|unit| unspeakable(unit.as_str()));
            let odd_place = |places: &Vec<(UnitId, PostId)>| {
                places.is_empty() || places.iter().any(|(u, p)| unspeakable(u.as_str()) || unspeakable(p.as_str()))
            };
            let nothing = filter.holder.as_ref().is_some_and(|holder| unspeakable(holder.as_str()))
                || filter.units.as_ref().is_some_and(odd_unit)
                || filter.claimable_by.as_ref().is_some_and(odd_place);
            if nothing {
                return Ok(Page { items: Vec::new(), next: None, total: 0 });
            }
            let mut count = QueryBuilder::<$db>::new("SELECT count(*)");
            where_holdings(&mut count, filter);
            let total: i64 = count.build_query_scalar().fetch_one(pool).await.map_err(failed)?;

            let (list, order) = if filter.by_held { ("held", "h.started_at") } else { ("late", DUE) };
            let mut query = QueryBuilder::<$db>::new("SELECT ");
            query.push(HOLDING).push(", ").push(CASE);
            where_holdings(&mut query, filter);
            if let Some(after) = &filter.page.after {
                let Cursor { at, case, n, .. } = cursor::read(list, after)?;
                query.push(" AND (").push(order).push(", h.case_id, h.n) > (").push_bind(at);
                query.push(", ").push_bind(case).push(", ").push_bind(n).push(")");
            }
            let limit = cursor::limit(&filter.page);
            query.push(" ORDER BY ").push(order).push(", h.case_id, h.n LIMIT ").push_bind(limit + 1);
            let rows = query.build().fetch_all(pool).await.map_err(failed)?;
            let pair = |row: &Line| Ok::<_, StoreError>((holding_of(row)?, case_of(row)?));
            let items: Vec<(HoldingRow, CaseRow)> = rows.iter().map(pair).collect::<Result<_, _>>()?;
            Ok(cursor::page(items, limit, total, |(holding, _)| Cursor {
                list: list.to_owned(),
                at: if filter.by_held { holding.started_at.0 } else { holding.deadline.map_or(i64::MAX, |at| at.0) },
                case: holding.case.to_string(),
                n: i64::from(holding.n),
            }))
        }

        pub(super) async fn workload(pool: &Pool) -> Result<Vec<(PersonId, u32, Option<Ts>)>, StoreError> {
            let sql = "SELECT holder, count(*) AS held, max(started_at) AS given FROM holdings \
                       WHERE ended_at IS NULL GROUP BY holder ORDER BY holder";
            let rows = sqlx::query(sql).fetch_all(pool).await.map_err(failed)?;
            rows.iter().map(|row| Ok((text(row, "holder")?, whole(row, "held")?, maybe_instant(row, "given")?))).collect()
        }

        fn timer_of(row: &Line) -> Result<TimerRow, StoreError> {
            Ok(TimerRow { case: text(row, "case_id")?, key: get(row, "key")?, due_at: instant(row, "due_at")? })
        }

        pub(super) async fn next_timer(pool: &Pool) -> Result<Option<TimerRow>, StoreError> {
            let sql = "SELECT due_at, case_id, key FROM timers ORDER BY due_at, case_id, key LIMIT 1";
            sqlx::query(sql).fetch_optional(pool).await.map_err(failed)?.as_ref().map(timer_of).transpose()
        }

        pub(super) async fn timers(
            pool: &Pool,
            after: Option<&TimerRow>,
            due_by: Ts,
            limit: u32,
        ) -> Result<Vec<TimerRow>, StoreError> {
            let sql = "SELECT due_at, case_id, key FROM timers \
                       WHERE (due_at, case_id, key) > ($1, $2, $3) AND due_at <= $4 \
                       ORDER BY due_at, case_id, key LIMIT $5";
            let (due_at, case, key) =
                after.map_or((i64::MIN, "", ""), |row| (row.due_at.0, row.case.as_str(), row.key.as_str()));
            let query = sqlx::query(sql).bind(due_at).bind(case).bind(key).bind(due_by.0).bind(i64::from(limit));
            query.fetch_all(pool).await.map_err(failed)?.iter().map(timer_of).collect()
        }

        pub(super) async fn timers_of(pool: &Pool, case: &CaseId) -> Result<Vec<TimerRow>, StoreError> {
            if unspeakable(case.as_str()) {
                return Ok(Vec::new());
            }
            let sql = "SELECT due_at, case_id, key FROM timers WHERE case_id = $1 ORDER BY due_at, key";
            let rows = sqlx::query(sql).bind(case.as_str()).fetch_all(pool).await.map_err(failed)?;
            rows.iter().map(timer_of).collect()
        }

        pub(super) async fn notices_of(pool: &Pool, person: &PersonId, limit: u32) -> Result<Vec<NoticeRow>, StoreError> {
            if unspeakable(person.as_str()) {
                return Ok(Vec::new());
            }
            let sql = "SELECT person, seq, case_id, kind, at, branch FROM notices WHERE person = $1 \
                       ORDER BY seq DESC LIMIT $2";
            let rows =
                sqlx::query(sql).bind(person.as_str()).bind(i64::from(limit)).fetch_all(pool).await.map_err(failed)?;
            let notice_of = |row: &Line| {
                let branch: Option<i64> = get(row, "branch")?;
                let branch = branch.map(u32::try_from).transpose();
                Ok(NoticeRow {
                    seq: whole(row, "seq")?,
                    person: text(row, "person")?,
                    case: text(row, "case_id")?,
                    kind: get(row, "kind")?,
                    at: instant(row, "at")?,
                    branch: branch.map_err(|_| StoreError::Damaged("branch".to_owned()))?.map(BranchId),
                })
            };
            rows.iter().map(notice_of).collect()
        }

        fn escalation_of(row: &Line) -> Result<EscalationRow, StoreError> {
            Ok(EscalationRow {
                case: text(row, "case_id")?,
                branch: BranchId(whole(row, "branch")?),
                level: whole(row, "level")?,
                superior: text(row, "superior")?,
                since: instant(row, "since")?,
                answer_by: maybe_instant(row, "answer_by")?,
            })
        }

        pub(super) async fn escalations_of(pool: &Pool, case: &CaseId) -> Result<Vec<EscalationRow>, StoreError> {
            if unspeakable(case.as_str()) {
                return Ok(Vec::new());
            }
            let sql = "SELECT case_id, branch, level, superior, since, answer_by FROM escalations \
                       WHERE case_id = $1 ORDER BY branch, level";
            let rows = sqlx::query(sql).bind(case.as_str()).fetch_all(pool).await.map_err(failed)?;
            rows.iter().map(escalation_of).collect()
        }

        pub(super) async fn escalations_to(
            pool: &Pool,
            superior: &PersonId,
            limit: u32,
        ) -> Result<Vec<EscalationRow>, StoreError> {
            if unspeakable(superior.as_str()) {
                return Ok(Vec::new());
            }
            let sql = "SELECT case_id, branch, level, superior, since, answer_by FROM escalations \
                       WHERE superior = $1 ORDER BY coalesce(answer_by, 9223372036854775807), since, case_id, branch, \
                       level LIMIT $2";
            let query = sqlx::query(sql).bind(superior.as_str()).bind(i64::from(limit));
            let rows = query.fetch_all(pool).await.map_err(failed)?;
            rows.iter().map(escalation_of).collect()
        }

        pub(super) async fn counts(pool: &Pool) -> Result<Counts, StoreError> {
            let sql = "SELECT (SELECT count(*) FROM cases) AS cases, \
                       (SELECT count(*) FROM cases WHERE status = 'open') AS open_cases, \
                       (SELECT next_seq FROM head WHERE one = 1) AS entries, \
                       (SELECT count(*) FROM timers) AS timers";
            let row = sqlx::query(sql).fetch_one(pool).await.map_err(failed)?;
            Ok(Counts {
                cases: whole(&row, "cases")?,
                open_cases: whole(&row, "open_cases")?,
                entries: whole(&row, "entries")?,
                timers: whole(&row, "timers")?,
            })
        }

        // --- texts

        pub(super) async fn procedures(pool: &Pool) -> Result<Vec<ProcedureText>, StoreError> {
            let sql = "SELECT digest, procedure_id, version, name, text, published_at FROM procedures \
                       ORDER BY procedure_id, version";
            let rows = sqlx::query(sql).fetch_all(pool).await.map_err(failed)?;
            let of = |row: &Line| {
                Ok(ProcedureText {
                    digest: text(row, "digest")?,
                    procedure: text(row, "procedure_id")?,
                    version: whole(row, "version")?,
                    name: get(row, "name")?,
                    text: get(row, "text")?,
                    published_at: instant(row, "published_at")?,
                })
            };
            rows.iter().map(of).collect()
        }

        pub(super) async fn proposed(pool: &Pool, digest: &Digest) -> Result<Option<ProcedureText>, StoreError> {
            let sql = "SELECT digest, procedure_id, version, name, text, proposed_at FROM proposals WHERE digest = $1";
            if unspeakable(digest.as_str()) {
                return Ok(None);
            }
            let row = sqlx::query(sql).bind(digest.to_string()).fetch_optional(pool).await.map_err(failed)?;
            let of = |row: &Line| {
                Ok(ProcedureText {
                    digest: text(row, "digest")?,
                    procedure: text(row, "procedure_id")?,
                    version: whole(row, "version")?,
                    name: get(row, "name")?,
                    text: get(row, "text")?,
                    published_at: instant(row, "proposed_at")?,
                })
            };
            row.as_ref().map(of).transpose()
        }

        pub(super) async fn calendars(pool: &Pool) -> Result<Vec<CalendarText>, StoreError> {
            let sql = "SELECT digest, calendar_id, version, name, text, published_at FROM calendars \
                       ORDER BY calendar_id, version";
            let rows = sqlx::query(sql).fetch_all(pool).await.map_err(failed)?;
            let of = |row: &Line| {
                Ok(CalendarText {
                    digest: text(row, "digest")?,
                    calendar: text(row, "calendar_id")?,
                    version: whole(row, "version")?,
                    name: get(row, "name")?,
                    text: get(row, "text")?,
                    published_at: instant(row, "published_at")?,
                })
            };
            rows.iter().map(of).collect()
        }

        pub(super) async fn directory(pool: &Pool) -> Result<Option<DirectoryText>, StoreError> {
            let sql = "SELECT digest, name, text, loaded_at FROM directories ORDER BY n DESC LIMIT 1";
            let row = sqlx::query(sql).fetch_optional(pool).await.map_err(failed)?;
            let of = |row: &Line| {
                Ok(DirectoryText {
                    digest: text::<Digest>(row, "digest")?,
                    name: get(row, "name")?,
                    text: get(row, "text")?,
                    loaded_at: instant(row, "loaded_at")?,
                })
            };
            row.as_ref().map(of).transpose()
        }

        // --- answers

        pub(super) async fn recall<'e>(
            on: impl Executor<'e, Database = $db>,
            actor: &str,
            key: &str,
        ) -> Result<Option<Remembered>, StoreError> {
            if unspeakable(actor) || unspeakable(key) {
                return Ok(None);
            }
            let sql = "SELECT actor, key, fingerprint, answer, at FROM remembered WHERE actor = $1 AND key = $2";
            let row = sqlx::query(sql).bind(actor).bind(key).fetch_optional(on).await.map_err(failed)?;
            row.as_ref().map(remembered_of).transpose()
        }

        pub(super) fn remembered_of(row: &Line) -> Result<Remembered, StoreError> {
            Ok(Remembered {
                actor: get(row, "actor")?,
                key: get(row, "key")?,
                fingerprint: get(row, "fingerprint")?,
                answer: get(row, "answer")?,
                at: instant(row, "at")?,
            })
        }
    };
}

pub(super) use reads;
