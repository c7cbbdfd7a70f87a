-- From version 1 to 2: verdicts can be taken back.
CREATE TABLE lake.review_retractions (
    row_key VARCHAR NOT NULL,
    review_id VARCHAR NOT NULL,
    retracted_by VARCHAR NOT NULL,
    retracted_at TIMESTAMPTZ NOT NULL,
    day DATE NOT NULL,
    simulated BOOLEAN NOT NULL
);
INSERT INTO lake.schema_version VALUES (2, now());
