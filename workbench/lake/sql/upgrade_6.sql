-- From version 5 to 6: steps and checks are counted by day, and what was kept before is made anew with them.
CREATE TABLE lake.kept_steps (                  -- steps, checks and writers counted by day (facts.sql)
    started_at TIMESTAMPTZ NOT NULL,       -- the day
    later TIMESTAMPTZ,                     -- the day on which their images saw the same unit again
    failed_later TIMESTAMPTZ,
    set_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    engine VARCHAR,
    spec_name VARCHAR NOT NULL,
    policy_name VARCHAR,
    policy_version INTEGER,
    simulated BOOLEAN NOT NULL,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    category VARCHAR,
    brand VARCHAR,
    channel VARCHAR,
    campaign_tier VARCHAR,
    attributes INTEGER NOT NULL,           -- which of the four it is by: 1 category, channel and tier, 2 brand, 0 none
    failed BOOLEAN NOT NULL,
    mixed BOOLEAN NOT NULL,                -- of an image that saw the unit in different runs; then image_id names it
    image_id VARCHAR,
    n BIGINT NOT NULL,
    core_seconds DOUBLE NOT NULL,
    position DOUBLE NOT NULL,              -- sum of the places
    spread MAP(DOUBLE, UBIGINT)            -- seconds, rounded to steps of 2%, and how often
);

CREATE TABLE lake.kept_checks (                 -- what checks said, counted by day (facts.sql)
    reported_at TIMESTAMPTZ NOT NULL,      -- the day
    later TIMESTAMPTZ,                     -- the day on which their images were reported again
    set_id VARCHAR NOT NULL,
    engine VARCHAR,
    spec_name VARCHAR NOT NULL,
    policy_name VARCHAR,
    policy_version INTEGER,
    simulated BOOLEAN NOT NULL,
    "check" VARCHAR NOT NULL,
    unit VARCHAR,
    category VARCHAR,
    brand VARCHAR,
    channel VARCHAR,
    campaign_tier VARCHAR,
    mixed BOOLEAN NOT NULL,
    attributes INTEGER NOT NULL,
    images BIGINT NOT NULL,                -- answers with a value
    flagged BIGINT NOT NULL,
    abstained BIGINT NOT NULL,
    spread MAP(DOUBLE, UBIGINT)            -- values, rounded to steps of 2%, and how often
);

ALTER TABLE lake.kept_images ADD COLUMN made_on DATE;
ALTER TABLE lake.kept_verdicts ADD COLUMN of_alone BOOLEAN;
DELETE FROM lake.kept_state;
INSERT INTO lake.schema_version VALUES (6, now());
