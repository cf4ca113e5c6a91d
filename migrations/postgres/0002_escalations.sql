-- Escalations that wait to be acknowledged: with whom each lies, and until when. Who has acknowledged has no row.
CREATE TABLE escalations (
    case_id   TEXT COLLATE "C" NOT NULL,
    branch    BIGINT NOT NULL,
    level     BIGINT NOT NULL,
    superior  TEXT COLLATE "C" NOT NULL,
    since     BIGINT NOT NULL,
    answer_by BIGINT,
    CONSTRAINT escalations_pk PRIMARY KEY (case_id, branch, level),
    CONSTRAINT escalations_of_a_case FOREIGN KEY (case_id) REFERENCES cases (case_id),
    CONSTRAINT escalations_numbered_from_zero CHECK (branch >= 0 AND level >= 0)
);
CREATE INDEX escalations_by_superior ON escalations (superior, since);
