-- The journal, the rows derived from it, the texts cases are judged by, and the accounts.
-- Instants are microseconds since 1970 UTC; they come from the engine, never from the database.
-- Same names as on SQLite. Texts are compared byte by byte, as there.

CREATE TABLE head (
    one         BIGINT NOT NULL CONSTRAINT head_pk PRIMARY KEY CONSTRAINT head_is_one_row CHECK (one = 1),
    next_seq    BIGINT NOT NULL CONSTRAINT head_counts_up CHECK (next_seq >= 0),
    chain       BYTEA NOT NULL CONSTRAINT head_chain_is_a_hash CHECK (length(chain) = 32),
    recorded_at BIGINT
);
INSERT INTO head (one, next_seq, chain, recorded_at) VALUES (1, 0, decode(repeat('00', 32), 'hex'), NULL);

CREATE TABLE entries (
    seq         BIGINT NOT NULL CONSTRAINT entries_pk PRIMARY KEY,
    case_id     TEXT COLLATE "C",
    case_seq    BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    payload     BYTEA NOT NULL,
    chain       BYTEA NOT NULL,
    case_chain  BYTEA NOT NULL,
    CONSTRAINT entries_case_seq_once UNIQUE (case_id, case_seq),
    CONSTRAINT entries_numbered_from_zero CHECK (seq >= 0 AND case_seq >= 0),
    CONSTRAINT entries_chains_are_hashes CHECK (length(chain) = 32 AND length(case_chain) = 32)
);
CREATE FUNCTION entries_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries_only_grow' USING ERRCODE = '23000', CONSTRAINT = 'entries_only_grow';
END $$;
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION entries_only_grow();
CREATE TRIGGER entries_never_go BEFORE DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION entries_only_grow();

CREATE TABLE cases (
    case_id           TEXT COLLATE "C" NOT NULL,
    procedure_id      TEXT COLLATE "C" NOT NULL,
    procedure_version BIGINT NOT NULL,
    digest            TEXT COLLATE "C" NOT NULL,
    owner             TEXT COLLATE "C" NOT NULL,
    title             TEXT COLLATE "C" NOT NULL,
    code              TEXT COLLATE "C",
    channel           TEXT COLLATE "C" NOT NULL,
    status            TEXT COLLATE "C" NOT NULL,
    opened_at         BIGINT NOT NULL,
    ended_at          BIGINT,
    deadline          BIGINT,
    promise           BIGINT,
    stopped_since     BIGINT,
    revision          BIGINT NOT NULL,
    entries           BIGINT NOT NULL,
    last_at           BIGINT NOT NULL,
    search            TEXT COLLATE "C" NOT NULL,
    CONSTRAINT cases_pk PRIMARY KEY (case_id),
    CONSTRAINT cases_status_known CHECK (status IN ('open', 'done', 'refused', 'withdrawn', 'lapsed', 'stopped')),
    CONSTRAINT cases_end_with_an_outcome CHECK ((status = 'open') = (ended_at IS NULL)),
    CONSTRAINT cases_have_entries CHECK (entries > 0),
    CONSTRAINT cases_end_after_opening CHECK (ended_at IS NULL OR ended_at >= opened_at)
);
CREATE INDEX cases_by_opening ON cases (opened_at, case_id);

CREATE TABLE holdings (
    case_id         TEXT COLLATE "C" NOT NULL,
    n               BIGINT NOT NULL,
    branch          BIGINT NOT NULL,
    step            TEXT COLLATE "C" NOT NULL,
    procedure_id    TEXT COLLATE "C" NOT NULL,
    holder          TEXT COLLATE "C" NOT NULL,
    unit            TEXT COLLATE "C" NOT NULL,
    how             TEXT COLLATE "C" NOT NULL,
    pool_unit       TEXT COLLATE "C",
    pool_post       TEXT COLLATE "C",
    claimable       BOOLEAN NOT NULL,
    started_at      BIGINT NOT NULL,
    ended_at        BIGINT,
    received_at     BIGINT,
    deadline        BIGINT,
    breached_at     BIGINT,
    minutes         BIGINT,
    excused_minutes BIGINT,
    CONSTRAINT holdings_pk PRIMARY KEY (case_id, n),
    CONSTRAINT holdings_of_a_case FOREIGN KEY (case_id) REFERENCES cases (case_id),
    CONSTRAINT holdings_numbered_from_zero CHECK (n >= 0 AND branch >= 0),
    CONSTRAINT holdings_end_after_starting CHECK (ended_at IS NULL OR ended_at >= started_at),
    CONSTRAINT holdings_counted_at_the_end CHECK ((ended_at IS NULL) = (minutes IS NULL) AND (ended_at IS NULL) = (excused_minutes IS NULL)),
    CONSTRAINT holdings_excuse_what_was_held CHECK (minutes IS NULL OR (excused_minutes >= 0 AND excused_minutes <= minutes))
);
-- No branch has two holders at once.
CREATE UNIQUE INDEX holdings_one_holder_a_branch ON holdings (case_id, branch) WHERE ended_at IS NULL;
CREATE INDEX holdings_open_by_deadline ON holdings (coalesce(deadline, 9223372036854775807), case_id, n) WHERE ended_at IS NULL;
CREATE INDEX holdings_open_by_holder ON holdings (holder, started_at) WHERE ended_at IS NULL;

CREATE TABLE timers (
    due_at  BIGINT NOT NULL,
    case_id TEXT COLLATE "C" NOT NULL,
    key     TEXT COLLATE "C" NOT NULL,
    CONSTRAINT timers_pk PRIMARY KEY (due_at, case_id, key),
    CONSTRAINT timers_of_a_case FOREIGN KEY (case_id) REFERENCES cases (case_id)
);

CREATE TABLE notices (
    person  TEXT COLLATE "C" NOT NULL,
    seq     BIGINT NOT NULL,
    case_id TEXT COLLATE "C" NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    branch  BIGINT,
    CONSTRAINT notices_pk PRIMARY KEY (person, seq),
    CONSTRAINT notices_of_a_case FOREIGN KEY (case_id) REFERENCES cases (case_id)
);

CREATE TABLE procedures (
    digest       TEXT COLLATE "C" NOT NULL CONSTRAINT procedures_pk PRIMARY KEY,
    procedure_id TEXT COLLATE "C" NOT NULL,
    version      BIGINT NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    text         TEXT COLLATE "C" NOT NULL,
    published_at BIGINT NOT NULL,
    CONSTRAINT procedures_version_once UNIQUE (procedure_id, version)
);

CREATE TABLE calendars (
    digest       TEXT COLLATE "C" NOT NULL CONSTRAINT calendars_pk PRIMARY KEY,
    calendar_id  TEXT COLLATE "C" NOT NULL,
    version      BIGINT NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    text         TEXT COLLATE "C" NOT NULL,
    published_at BIGINT NOT NULL,
    CONSTRAINT calendars_version_once UNIQUE (calendar_id, version)
);

CREATE TABLE directories (
    n         BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY CONSTRAINT directories_pk PRIMARY KEY,
    digest    TEXT COLLATE "C" NOT NULL,
    name      TEXT COLLATE "C" NOT NULL,
    text      TEXT COLLATE "C" NOT NULL,
    loaded_at BIGINT NOT NULL
);

CREATE TABLE remembered (
    actor       TEXT COLLATE "C" NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    answer      TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    CONSTRAINT remembered_pk PRIMARY KEY (actor, key)
);

CREATE TABLE accounts (
    login         TEXT COLLATE "C" NOT NULL,
    person        TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    disabled      BOOLEAN NOT NULL,
    failures      BIGINT NOT NULL,
    locked_until  BIGINT,
    CONSTRAINT accounts_pk PRIMARY KEY (login),
    CONSTRAINT accounts_failures_count_up CHECK (failures >= 0)
);

CREATE TABLE sessions (
    token_hash BYTEA NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    csrf       TEXT COLLATE "C" NOT NULL,
    lang       TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    CONSTRAINT sessions_pk PRIMARY KEY (token_hash),
    CONSTRAINT sessions_token_is_a_hash CHECK (length(token_hash) = 32)
);

CREATE TABLE tokens (
    id         TEXT COLLATE "C" NOT NULL,
    token_hash BYTEA NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    label      TEXT COLLATE "C" NOT NULL,
    scopes     TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    CONSTRAINT tokens_pk PRIMARY KEY (id),
    CONSTRAINT tokens_token_once UNIQUE (token_hash),
    CONSTRAINT tokens_token_is_a_hash CHECK (length(token_hash) = 32)
);
