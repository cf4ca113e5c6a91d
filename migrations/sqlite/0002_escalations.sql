-- Escalations that wait to be acknowledged: with whom each lies, and until when. Who has acknowledged has no row.
CREATE TABLE escalations (
    case_id   TEXT    NOT NULL,
    branch    INTEGER NOT NULL,
    level     INTEGER NOT NULL,
    superior  TEXT    NOT NULL,
    since     INTEGER NOT NULL,
    answer_by INTEGER,
    CONSTRAINT escalations_pk PRIMARY KEY (case_id, branch, level),
    CONSTRAINT escalations_of_a_case FOREIGN KEY (case_id) REFERENCES cases (case_id),
    CONSTRAINT escalations_numbered_from_zero CHECK (branch >= 0 AND level >= 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX escalations_by_superior ON escalations (superior, since);
