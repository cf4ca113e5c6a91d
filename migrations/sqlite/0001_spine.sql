-- The journal, the rows derived from it, the texts cases are judged by, and the accounts.
-- Instants are microseconds since 1970 UTC; they come from the engine, never from the database.
-- Same names as on PostgreSQL.

CREATE TABLE head (
    one         INTEGER NOT NULL CONSTRAINT head_pk PRIMARY KEY CONSTRAINT head_is_one_row CHECK (one = 1),
    next_seq    INTEGER NOT NULL CONSTRAINT head_counts_up CHECK (next_seq >= 0),
    chain       BLOB    NOT NULL CONSTRAINT head_chain_is_a_hash CHECK (length(chain) = 32),
    recorded_at INTEGER
) STRICT;
INSERT INTO head (one, next_seq, chain, recorded_at) VALUES (1, 0, zeroblob(32), NULL);

CREATE TABLE entries (
    seq         INTEGER NOT NULL CONSTRAINT entries_pk PRIMARY KEY,
    case_id     TEXT,
    case_seq    INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    payload     BLOB    NOT NULL,
    chain       BLOB    NOT NULL,
    case_chain  BLOB    NOT NULL,
    CONSTRAINT entries_case_seq_once UNIQUE (case_id, case_seq),
    CONSTRAINT entries_numbered_from_zero CHECK (seq >= 0 AND case_seq >= 0),
    CONSTRAINT entries_chains_are_hashes CHECK (length(chain) = 32 AND length(case_chain) = 32)
) STRICT;
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries_only_grow'); END;
CREATE TRIGGER entries_never_go BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries_only_grow'); END;

CREATE TABLE cases (
    case_id           TEXT    NOT NULL,
    procedure_id      TEXT    NOT NULL,
    procedure_version INTEGER NOT NULL,
    digest            TEXT    NOT NULL,
    owner             TEXT    NOT NULL,
    title             TEXT    NOT NULL,
    code              TEXT,
    channel           TEXT    NOT NULL,
    status            TEXT    NOT NULL,
    opened_at         INTEGER NOT NULL,
    ended_at          INTEGER,
    deadline          INTEGER,
    promise           INTEGER,
    stopped_since     INTEGER,
    revision          INTEGER NOT NULL,
    entries           INTEGER NOT NULL,
    last_at           INTEGER NOT NULL,
    search            TEXT    NOT NULL,
    CONSTRAINT cases_pk PRIMARY KEY (case_id),
    CONSTRAINT cases_status_known CHECK (status IN ('open', 'done', 'refused', 'withdrawn', 'lapsed', 'stopped')),
    CONSTRAINT cases_end_with_an_outcome CHECK ((status = 'open') = (ended_at IS NULL)),
    CONSTRAINT cases_have_entries CHECK (entries > 0),
    CONSTRAINT cases_end_after_opening CHECK (ended_at IS NULL OR ended_at >= opened_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_by_opening ON cases (opened_at, case_id);

CREATE TABLE holdings (
    case_id         TEXT    NOT NULL,
    n               INTEGER NOT NULL,
    branch          INTEGER NOT NULL,
    step            TEXT    NOT NULL,
    procedure_id    TEXT    NOT NULL,
    holder          TEXT    NOT NULL,
    unit            TEXT    NOT NULL,
    how             TEXT    NOT NULL,
    pool_unit       TEXT,
    pool_post       TEXT,
    claimable       INTEGER NOT NULL,
    started_at      INTEGER NOT NULL,
    ended_at        INTEGER,
    received_at     INTEGER,
    deadline        INTEGER,
    breached_at     INTEGER,
    minutes         INTEGER,
    excused_minutes INTEGER,
    CONSTRAINT holdings_pk PRIMARY KEY (case_id, n),
    CONSTRAINT holdings_of_a_case FOREIGN KEY (case_id) REFERENCES cases (case_id),
    CONSTRAINT holdings_numbered_from_zero CHECK (n >= 0 AND branch >= 0),
    CONSTRAINT holdings_claimable_is_yes_or_no CHECK (claimable IN (0, 1)),
    CONSTRAINT holdings_end_after_starting CHECK (ended_at IS NULL OR ended_at >= started_at),
    CONSTRAINT holdings_counted_at_the_end CHECK ((ended_at IS NULL) = (minutes IS NULL) AND (ended_at IS NULL) = (excused_minutes IS NULL)),
    CONSTRAINT holdings_excuse_what_was_held CHECK (minutes IS NULL OR (excused_minutes >= 0 AND excused_minutes <= minutes))
) STRICT, WITHOUT ROWID;
-- No branch has two holders at once.
CREATE UNIQUE INDEX holdings_one_holder_a_branch ON holdings (case_id, branch) WHERE ended_at IS NULL;
CREATE INDEX holdings_open_by_deadline ON holdings (coalesce(deadline, 9223372036854775807), case_id, n) WHERE ended_at IS NULL;
CREATE INDEX holdings_open_by_holder ON holdings (holder, started_at) WHERE ended_at IS NULL;

CREATE TABLE timers (
    due_at  INTEGER NOT NULL,
    case_id TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    CONSTRAINT timers_pk PRIMARY KEY (due_at, case_id, key),
    CONSTRAINT timers_of_a_case FOREIGN KEY (case_id) REFERENCES cases (case_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE notices (
    person  TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    case_id TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    branch  INTEGER,
    CONSTRAINT notices_pk PRIMARY KEY (person, seq),
    CONSTRAINT notices_of_a_case FOREIGN KEY (case_id) REFERENCES cases (case_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE procedures (
    digest       TEXT    NOT NULL CONSTRAINT procedures_pk PRIMARY KEY,
    procedure_id TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    published_at INTEGER NOT NULL,
    CONSTRAINT procedures_version_once UNIQUE (procedure_id, version)
) STRICT;

CREATE TABLE calendars (
    digest       TEXT    NOT NULL CONSTRAINT calendars_pk PRIMARY KEY,
    calendar_id  TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    published_at INTEGER NOT NULL,
    CONSTRAINT calendars_version_once UNIQUE (calendar_id, version)
) STRICT;

CREATE TABLE directories (
    n         INTEGER NOT NULL CONSTRAINT directories_pk PRIMARY KEY,
    digest    TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    text      TEXT    NOT NULL,
    loaded_at INTEGER NOT NULL
) STRICT;

CREATE TABLE remembered (
    actor       TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    answer      TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    CONSTRAINT remembered_pk PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    login         TEXT    NOT NULL,
    person        TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    disabled      INTEGER NOT NULL,
    failures      INTEGER NOT NULL,
    locked_until  INTEGER,
    CONSTRAINT accounts_pk PRIMARY KEY (login),
    CONSTRAINT accounts_disabled_is_yes_or_no CHECK (disabled IN (0, 1)),
    CONSTRAINT accounts_failures_count_up CHECK (failures >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    token_hash BLOB    NOT NULL,
    person     TEXT    NOT NULL,
    csrf       TEXT    NOT NULL,
    lang       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    CONSTRAINT sessions_pk PRIMARY KEY (token_hash),
    CONSTRAINT sessions_token_is_a_hash CHECK (length(token_hash) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    id         TEXT    NOT NULL,
    token_hash BLOB    NOT NULL,
    person     TEXT    NOT NULL,
    label      TEXT    NOT NULL,
    scopes     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    CONSTRAINT tokens_pk PRIMARY KEY (id),
    CONSTRAINT tokens_token_once UNIQUE (token_hash),
    CONSTRAINT tokens_token_is_a_hash CHECK (length(token_hash) = 32)
) STRICT, WITHOUT ROWID;
