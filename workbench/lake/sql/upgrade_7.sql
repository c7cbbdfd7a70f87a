-- From version 6 to 7: results are counted by day too. What was kept before is let go of, and made anew by the next run or
-- by `workbench aggregates rebuild`.
DROP TABLE lake.kept_images;
DROP TABLE lake.kept_verdicts;
CREATE TABLE lake.kept_images (                 -- what figures count on, a row a result that a run reported (facts.sql)
    set_id VARCHAR NOT NULL,
    image_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    result_id VARCHAR NOT NULL,
    result_key VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    reported_at TIMESTAMPTZ NOT NULL,
    sku VARCHAR,
    words VARCHAR,                         -- what a search looks through, in small letters
    category VARCHAR,
    brand VARCHAR,
    channel VARCHAR,
    campaign_tier VARCHAR,
    engine VARCHAR,
    spec_name VARCHAR NOT NULL,
    policy_name VARCHAR,
    policy_version INTEGER,
    simulated BOOLEAN NOT NULL,
    outcome VARCHAR NOT NULL,
    failure_kind VARCHAR,
    failure_step VARCHAR,
    failure_reason VARCHAR,
    state VARCHAR,                         -- the state it is in now
    verdict VARCHAR,                       -- the one that stands on it
    lane VARCHAR,
    risk DOUBLE,
    risk_calibrated BOOLEAN,
    reused BOOLEAN NOT NULL,
    audit_sample BOOLEAN,
    inclusion_probability DOUBLE,
    core_seconds DOUBLE,
    peak_memory_bytes BIGINT,
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    received_at TIMESTAMPTZ,
    deadline TIMESTAMPTZ,
    expected_minutes DOUBLE,
    complexity DOUBLE,
    ready_at TIMESTAMPTZ,                  -- when it could go out
    first_verdict VARCHAR,                 -- the image's
    first_edited BOOLEAN NOT NULL,         -- that verdict came with an edit that changed pixels
    audit_failed BOOLEAN,                  -- what the first of our own people found on this result
    complained BOOLEAN NOT NULL,           -- somebody outside sent the image back
    later TIMESTAMPTZ,                     -- when the image was reported again
    later_work TIMESTAMPTZ,                -- when its pixels were computed again
    later_in_run TIMESTAMPTZ,              -- when the same run reported it again
    is_first BOOLEAN NOT NULL,             -- no earlier row is about the same result
    held_lane VARCHAR,                     -- lane of the image's result that holds
    alone BOOLEAN NOT NULL,                -- the image has no other row
    mixed BOOLEAN NOT NULL,                -- it has rows of another engine, spec or policy
    made_on DATE                           -- the day its pixels were made
);

CREATE TABLE lake.kept_verdicts (               -- what figures count on, a row a verdict that stands (facts.sql)
    set_id VARCHAR NOT NULL,
    image_id VARCHAR NOT NULL,
    review_id VARCHAR NOT NULL,
    result_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    reviewer VARCHAR NOT NULL,
    reviewed_at TIMESTAMPTZ NOT NULL,
    verdict VARCHAR NOT NULL,
    reasons VARCHAR[],
    actions BIGINT,                        -- how many
    pixels_changed BOOLEAN,
    active_seconds DOUBLE,
    source VARCHAR NOT NULL,
    judgement BIGINT NOT NULL,             -- 1 is the image's first
    lane VARCHAR,                          -- of the result that was judged, as what follows
    engine VARCHAR,
    spec_name VARCHAR,
    policy_name VARCHAR,
    policy_version INTEGER,
    category VARCHAR,
    brand VARCHAR,
    channel VARCHAR,
    campaign_tier VARCHAR,
    received_at TIMESTAMPTZ,
    simulated BOOLEAN NOT NULL,
    alone BOOLEAN NOT NULL,                -- the image has no other
    held_lane VARCHAR,                     -- lane of the image's result that holds
    is_held BOOLEAN NOT NULL,              -- it has one
    of_mixed BOOLEAN                       -- the image has results of another engine, spec or policy than this one
);

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
    outcome VARCHAR NOT NULL,
    state VARCHAR,
    is_seen BOOLEAN NOT NULL,              -- a verdict stands on them
    lane VARCHAR,
    held_lane VARCHAR,                     -- of the result that holds
    audit_sample BOOLEAN,
    risk_calibrated BOOLEAN,
    reused BOOLEAN NOT NULL,
    is_correction BOOLEAN NOT NULL,        -- version 2 and more
    is_first BOOLEAN NOT NULL,             -- no earlier row is about the same result
    first_verdict VARCHAR,
    first_edited BOOLEAN NOT NULL,
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
    waits MAP(DOUBLE, UBIGINT)             -- seconds until they could go out, rounded to steps of 2%, and how often
);

CREATE TABLE lake.kept_work_days (              -- when the pipeline worked (days.sql)
    reported_at TIMESTAMPTZ NOT NULL,      -- the day of the report
    later_work TIMESTAMPTZ,                -- the day on which the pixels were reported computed again
    set_id VARCHAR NOT NULL,
    engine VARCHAR,
    spec_name VARCHAR NOT NULL,
    policy_name VARCHAR,
    policy_version INTEGER,
    simulated BOOLEAN NOT NULL,
    mixed BOOLEAN NOT NULL,
    hour TIMESTAMPTZ NOT NULL,             -- of the work
    started_at TIMESTAMPTZ NOT NULL,       -- the span
    ended_at TIMESTAMPTZ NOT NULL,
    n BIGINT NOT NULL                      -- images finished in it
);

DELETE FROM lake.kept_steps;
DELETE FROM lake.kept_checks;
DELETE FROM lake.kept_state;
INSERT INTO lake.schema_version VALUES (7, now());
