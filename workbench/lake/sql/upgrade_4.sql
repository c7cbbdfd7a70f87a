-- From version 3 to 4: what figures count on is kept once a lake is large; `workbench aggregates rebuild` fills it.
CREATE TABLE lake.kept_images (                 -- what figures count on, a row a result that a run reported (facts.sql)
    set_id VARCHAR NOT NULL,
    image_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    result_id VARCHAR NOT NULL,
    result_key VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    reported_at TIMESTAMPTZ NOT NULL,
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
    ready_at TIMESTAMPTZ,                  -- when it could go out
    first_verdict VARCHAR,                 -- the image's
    first_edited BOOLEAN NOT NULL,         -- that verdict came with an edit that changed pixels
    audit_failed BOOLEAN,                  -- what the first of our own people found on this result
    complained BOOLEAN NOT NULL,           -- somebody outside sent the image back
    later TIMESTAMPTZ,                     -- when the image was reported again
    alone BOOLEAN NOT NULL,                -- the image has no other row
    mixed BOOLEAN NOT NULL                 -- it has rows of another engine, spec or policy
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
    alone BOOLEAN NOT NULL                 -- the image has no other
);

CREATE TABLE lake.kept_state (                  -- the snapshot that kept rows are right for; no row while none are kept
    snapshot BIGINT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL
);

INSERT INTO lake.schema_version VALUES (4, now());
