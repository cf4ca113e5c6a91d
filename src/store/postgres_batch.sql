-- One batch in one statement and one round trip. Every list is bound as an array, one a column.

WITH new_entries AS (
    INSERT INTO entries (
        seq, case_id, case_seq, recorded_at, payload, chain, case_chain
    )
    SELECT * FROM unnest(
        $1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[]
    )
),
put_cases AS (
    INSERT INTO cases (
        case_id, procedure_id, procedure_version, digest, owner, title, code, channel, status, opened_at,
        ended_at, deadline, promise, stopped_since, revision, entries, last_at, search, marks
    )
    SELECT * FROM unnest(
        $8::text[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
        $16::text[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[],
        $23::bigint[], $24::bigint[], $25::text[], $73::text[]
    )
    -- What a case began with stays.
    ON CONFLICT (case_id) DO UPDATE SET
        procedure_id = excluded.procedure_id, procedure_version = excluded.procedure_version,
        digest = excluded.digest, owner = excluded.owner, title = excluded.title, code = excluded.code,
        channel = excluded.channel, status = excluded.status, ended_at = excluded.ended_at,
        deadline = excluded.deadline, promise = excluded.promise, stopped_since = excluded.stopped_since,
        revision = excluded.revision, entries = excluded.entries, last_at = excluded.last_at, search = excluded.search,
        marks = excluded.marks
),
put_holdings AS (
    INSERT INTO holdings (
        case_id, n, branch, step, procedure_id, holder, unit, how, pool_unit, pool_post, claimable, started_at,
        ended_at, received_at, deadline, breached_at, minutes, excused_minutes
    )
    SELECT * FROM unnest(
        $26::text[], $27::bigint[], $28::bigint[], $29::text[], $30::text[], $31::text[], $32::text[],
        $33::text[], $34::text[], $35::text[], $36::boolean[], $37::bigint[], $38::bigint[], $39::bigint[],
        $40::bigint[], $41::bigint[], $42::bigint[], $43::bigint[]
    ) AS h (case_id, n)
    -- A branch's earlier holding ends before its next begins: no instant has two holders.
    ORDER BY h.case_id, h.n
    ON CONFLICT (case_id, n) DO UPDATE SET
        branch = excluded.branch, step = excluded.step, procedure_id = excluded.procedure_id,
        holder = excluded.holder, unit = excluded.unit, how = excluded.how, pool_unit = excluded.pool_unit,
        pool_post = excluded.pool_post, claimable = excluded.claimable, started_at = excluded.started_at,
        ended_at = excluded.ended_at, received_at = excluded.received_at, deadline = excluded.deadline,
        breached_at = excluded.breached_at, minutes = excluded.minutes, excused_minutes = excluded.excused_minutes
),
drop_timers AS (
    DELETE FROM timers USING unnest($44::bigint[], $45::text[], $46::text[]) AS gone (due_at, case_id, key)
    WHERE timers.due_at = gone.due_at AND timers.case_id = gone.case_id AND timers.key = gone.key
),
put_timers AS (
    INSERT INTO timers (
        due_at, case_id, key
    )
    SELECT * FROM unnest(
        $47::bigint[], $48::text[], $49::text[]
    )
    ON CONFLICT DO NOTHING
),
new_notices AS (
    INSERT INTO notices (
        person, seq, case_id, kind, at, branch
    )
    SELECT * FROM unnest(
        $50::text[], $51::bigint[], $52::text[], $53::text[], $54::bigint[], $55::bigint[]
    )
),
drop_escalations AS (
    DELETE FROM escalations USING unnest($64::text[], $65::bigint[], $66::bigint[]) AS gone (case_id, branch, level)
    WHERE
        escalations.case_id = gone.case_id AND escalations.branch = gone.branch AND escalations.level = gone.level
),
put_escalations AS (
    INSERT INTO escalations (
        case_id, branch, level, superior, since, answer_by
    )
    SELECT * FROM unnest(
        $67::text[], $68::bigint[], $69::bigint[], $70::text[], $71::bigint[], $72::bigint[]
    )
    ON CONFLICT (case_id, branch, level) DO UPDATE SET
        superior = excluded.superior, since = excluded.since, answer_by = excluded.answer_by
),
new_answers AS (
    INSERT INTO remembered (
        actor, key, fingerprint, answer, at
    )
    SELECT * FROM unnest(
        $56::text[], $57::text[], $58::text[], $59::text[], $60::bigint[]
    )
)
UPDATE head SET next_seq = $61, chain = $62, recorded_at = $63 WHERE one = 1
