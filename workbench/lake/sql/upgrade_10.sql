-- From version 9 to 10: verdicts, audits and failures counted by day. What was kept for figures lacks them and is made anew by
-- the next run.
DROP TABLE lake.kept_image_days;
CREATE TABLE lake.kept_image_days (             -- results counted by day (days.sql)
    reported_at TIMESTAMPTZ NOT NULL,      -- the day
    later TIMESTAMPTZ,                     -- the day on which their images were reported again
    later_in_run TIMESTAMPTZ,              -- and by the same run
    received_at TIMESTAMPTZ,               -- the day
    made_on DATE,
    set_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    engine VARCHAR,
    spec_name VARCHAR NOT NULL,
    policy_name VARCHAR,
    policy_version INTEGER,
    simulated BOOLEAN NOT NULL,
    mixed BOOLEAN NOT NULL,
    alone BOOLEAN NOT NULL,                -- their images have no other row
    outcome VARCHAR NOT NULL,
    failure_kind VARCHAR,
    failure_step VARCHAR,
    failure_reason VARCHAR,
    state VARCHAR,
    is_seen BOOLEAN NOT NULL,              -- a verdict stands on them
    lane VARCHAR,
    held_lane VARCHAR,                     -- of the result that holds
    audit_sample BOOLEAN,
    inclusion_probability DOUBLE,
    audit_failed BOOLEAN,                  -- what the first of our own people found
    complained BOOLEAN NOT NULL,           -- somebody outside sent the images back
    risk_calibrated BOOLEAN,
    reused BOOLEAN NOT NULL,
    is_correction BOOLEAN NOT NULL,        -- version 2 and more
    is_first BOOLEAN NOT NULL,             -- no earlier row is about the same result
    first_verdict VARCHAR,
    first_edited BOOLEAN NOT NULL,
    image_id VARCHAR,                      -- of one that went out untouched and has other rows: newest is told by name
    result_id VARCHAR,                     -- of the same
    category VARCHAR,
    brand VARCHAR,
    channel VARCHAR,
    campaign_tier VARCHAR,
    attributes INTEGER NOT NULL,           -- which of the four it is by: 1 category, channel and tier, 2 brand, 0 none
    n BIGINT NOT NULL,
    timed BIGINT NOT NULL,                 -- with core_seconds
    core_seconds DOUBLE,
    worked BIGINT NOT NULL,                -- with seconds
    seconds DOUBLE,                        -- from start to end of work
    peak_memory_bytes BIGINT,              -- the most
    expected_minutes DOUBLE,
    nearest_deadline TIMESTAMPTZ,
    oldest_received_at TIMESTAMPTZ,
    first_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    example_image_id VARCHAR,              -- the first by name, of those that came to nothing
    waits MAP(DOUBLE, UBIGINT)             -- seconds until they could go out, rounded to steps of 2%, and how often
);

CREATE TABLE lake.kept_verdict_days (           -- verdicts that stand, counted by day (days.sql)
    reviewed_at TIMESTAMPTZ NOT NULL,      -- the day
    received_at TIMESTAMPTZ,               -- the day their images were received
    set_id VARCHAR NOT NULL,
    engine VARCHAR,
    spec_name VARCHAR,
    policy_name VARCHAR,
    policy_version INTEGER,
    simulated BOOLEAN NOT NULL,
    source VARCHAR NOT NULL,
    lane VARCHAR,                          -- of the results that were judged
    held_lane VARCHAR,                     -- of the images' results that hold
    is_held BOOLEAN NOT NULL,
    of_mixed BOOLEAN,
    alone BOOLEAN NOT NULL,                -- the only verdicts on their images
    judgement BIGINT NOT NULL,
    verdict VARCHAR NOT NULL,
    reasons VARCHAR[],
    category VARCHAR,
    brand VARCHAR,
    channel VARCHAR,
    campaign_tier VARCHAR,
    attributes INTEGER NOT NULL,           -- which of the four it is by: 1 category, channel and tier, 2 brand, 0 none
    n BIGINT NOT NULL,
    measured BIGINT NOT NULL,              -- with active_seconds
    active_seconds DOUBLE,
    last_at TIMESTAMPTZ NOT NULL,
    example_image_id VARCHAR NOT NULL,     -- the one of last_at
    spread MAP(DOUBLE, UBIGINT)            -- active seconds, rounded to steps of 2%, and how often
);

DELETE FROM lake.kept_state;
INSERT INTO lake.schema_version VALUES (10, now());
