-- Texts of procedures that somebody asked to be put in force, to the byte; what became of each stands in the journal.
CREATE TABLE proposals (
    digest       TEXT COLLATE "C" NOT NULL CONSTRAINT proposals_pk PRIMARY KEY,
    procedure_id TEXT COLLATE "C" NOT NULL,
    version      BIGINT NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    text         TEXT COLLATE "C" NOT NULL,
    proposed_at  BIGINT NOT NULL
);
