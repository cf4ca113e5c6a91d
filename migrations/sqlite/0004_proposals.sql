-- Texts of procedures that somebody asked to be put in force, to the byte; what became of each stands in the journal.
CREATE TABLE proposals (
    digest       TEXT    NOT NULL CONSTRAINT proposals_pk PRIMARY KEY,
    procedure_id TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    proposed_at  INTEGER NOT NULL
) STRICT;
