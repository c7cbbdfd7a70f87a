-- The tables of the lake, version 4. Times are UTC. `row_key` is the idempotency key: DuckLake knows no UNIQUE,
-- so every insert leaves out rows whose key is there already, in the writers' turn (see turn.py).
-- `day` is the UTC day a table is pruned, and later partitioned, by.

CREATE TABLE lake.schema_version (version INTEGER NOT NULL, made_at TIMESTAMPTZ NOT NULL);

CREATE TABLE lake.runs (
    row_key VARCHAR NOT NULL,              -- run_id
    run_id VARCHAR NOT NULL,
    set_id VARCHAR NOT NULL,
    source VARCHAR,                        -- folder, URL or manifest, as given
    spec_name VARCHAR NOT NULL,
    spec_hash VARCHAR NOT NULL,
    policy_name VARCHAR,
    policy_version INTEGER,
    policy_hash VARCHAR,
    started_at TIMESTAMPTZ NOT NULL,
    images_expected BIGINT,                -- NULL while the set's size is unknown
    workers INTEGER,
    options JSON,
    simulated BOOLEAN NOT NULL
);

CREATE TABLE lake.run_ends (                    -- a run that was interrupted and resumed ends more than once
    row_key VARCHAR NOT NULL,              -- run_id and ended_at
    run_id VARCHAR NOT NULL,
    ended_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,              -- finished, interrupted, stopped (by an error)
    reason VARCHAR,
    simulated BOOLEAN NOT NULL
);

CREATE TABLE lake.images (                      -- a new row only when an attribute changed
    row_key VARCHAR NOT NULL,              -- set_id, image_id, content_key, seen_at
    content_key VARCHAR NOT NULL,          -- hash of everything but seen_at
    set_id VARCHAR NOT NULL,
    image_id VARCHAR NOT NULL,
    sku VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    relative_path VARCHAR NOT NULL,
    category VARCHAR,
    brand VARCHAR,
    job_id VARCHAR,
    channel VARCHAR,
    received_at TIMESTAMPTZ,               -- NULL: the manifest gives none; first seen counts
    campaign_tier VARCHAR NOT NULL,
    deadline TIMESTAMPTZ,
    alpha_path VARCHAR,
    trimap_path VARCHAR,
    reference_path VARCHAR,
    extra JSON,                            -- the manifest's unknown columns
    seen_at TIMESTAMPTZ NOT NULL,
    simulated BOOLEAN NOT NULL
);

CREATE TABLE lake.results (
    row_key VARCHAR NOT NULL,              -- = result_id
    result_id VARCHAR NOT NULL,            -- hash of set, image, result key, routing key, version, outcome
    set_id VARCHAR NOT NULL,
    image_id VARCHAR NOT NULL,
    result_key VARCHAR NOT NULL,
    routing_key VARCHAR,
    version INTEGER NOT NULL,
    photo_hash VARCHAR NOT NULL,
    spec_name VARCHAR NOT NULL,
    spec_hash VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,              -- done, refused, failed
    failure_kind VARCHAR,
    failure_reason VARCHAR,
    failure_step VARCHAR,
    made_at TIMESTAMPTZ NOT NULL,          -- when the pixels were made; never changes on resume
    day DATE NOT NULL,                     -- of made_at
    started_at TIMESTAMPTZ,                -- of its first event; NULL when the pixels were reused
    ended_at TIMESTAMPTZ,                  -- of its last event
    core_seconds DOUBLE,                   -- of all its events
    engine VARCHAR,
    width_px INTEGER,
    height_px INTEGER,
    geometry DOUBLE[],                     -- 3x3 row-major, source pixels -> delivered pixels
    attributes JSON,
    checks STRUCT("check" VARCHAR, "value" DOUBLE, unit VARCHAR, "limit" DOUBLE, better VARCHAR, passed BOOLEAN,
                  reason VARCHAR, worst_x INTEGER, worst_y INTEGER)[],
    artefacts STRUCT(suffix VARCHAR, path VARCHAR, sha256 VARCHAR, size_bytes BIGINT)[],
    peak_memory_bytes BIGINT,
    status VARCHAR,                        -- the state the image starts in; NULL when refused or failed
    lane VARCHAR,
    reasons STRUCT(rule VARCHAR, lane VARCHAR, words VARCHAR)[],
    risk DOUBLE,
    risk_calibrated BOOLEAN,
    max_risk DOUBLE,
    audit_sample BOOLEAN,
    inclusion_probability DOUBLE,
    hold BOOLEAN,
    policy_name VARCHAR,
    policy_version INTEGER,
    policy_hash VARCHAR,
    delivered VARCHAR[],                   -- relative to the workspace
    recorded_at TIMESTAMPTZ NOT NULL,
    simulated BOOLEAN NOT NULL
);

CREATE TABLE lake.run_results (                 -- what a run found or made for each of its images
    row_key VARCHAR NOT NULL,              -- run_id and result_id
    run_id VARCHAR NOT NULL,
    set_id VARCHAR NOT NULL,
    image_id VARCHAR NOT NULL,
    result_id VARCHAR NOT NULL,
    reused BOOLEAN NOT NULL,               -- nothing had to be computed
    recorded_at TIMESTAMPTZ NOT NULL,
    day DATE NOT NULL,                     -- of recorded_at
    simulated BOOLEAN NOT NULL
);

CREATE TABLE lake.step_events (
    row_key VARCHAR NOT NULL,              -- result_id, position
    position INTEGER NOT NULL,             -- order within the result, from 0
    result_id VARCHAR NOT NULL,            -- the result these events made
    run_id VARCHAR NOT NULL,
    set_id VARCHAR NOT NULL,
    image_id VARCHAR NOT NULL,
    result_key VARCHAR NOT NULL,
    spec_name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,                 -- step, check, deliver
    name VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    day DATE NOT NULL,                     -- of started_at
    seconds DOUBLE NOT NULL,
    core_seconds DOUBLE NOT NULL,
    outcome VARCHAR NOT NULL,
    error VARCHAR,
    simulated BOOLEAN NOT NULL
);

CREATE TABLE lake.reviews (
    row_key VARCHAR NOT NULL,              -- review_id
    review_id VARCHAR NOT NULL,
    set_id VARCHAR NOT NULL,
    image_id VARCHAR NOT NULL,
    result_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    reviewer VARCHAR NOT NULL,
    reviewed_at TIMESTAMPTZ NOT NULL,
    day DATE NOT NULL,                     -- of reviewed_at
    verdict VARCHAR NOT NULL,              -- approved, rework, rejected
    reasons VARCHAR[],
    actions VARCHAR[],
    pixels_changed BOOLEAN,
    active_seconds DOUBLE,
    usable VARCHAR,                        -- as_is, start, useless; NULL: not asked
    source VARCHAR NOT NULL,
    simulated BOOLEAN NOT NULL
);

CREATE TABLE lake.review_retractions (          -- a verdict that was taken back counts no more
    row_key VARCHAR NOT NULL,              -- = review_id
    review_id VARCHAR NOT NULL,
    retracted_by VARCHAR NOT NULL,
    retracted_at TIMESTAMPTZ NOT NULL,
    day DATE NOT NULL,                     -- of retracted_at
    simulated BOOLEAN NOT NULL
);

CREATE TABLE lake.policies (                    -- published policies; immutable, a change is a new version
    row_key VARCHAR NOT NULL,              -- policy_name, policy_version
    policy_name VARCHAR NOT NULL,
    policy_version INTEGER NOT NULL,
    policy_hash VARCHAR NOT NULL,          -- SHA-256 of the text
    policy_text VARCHAR NOT NULL,          -- TOML
    author VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    promise JSON,                          -- what was expected of it when it was published, to be compared later
    published_at TIMESTAMPTZ NOT NULL,
    simulated BOOLEAN NOT NULL
);

CREATE TABLE lake.page_results (                -- how product pages did, by image version and day
    row_key VARCHAR NOT NULL,              -- source, set_id, sku, image_version, day
    set_id VARCHAR,
    sku VARCHAR NOT NULL,
    image_version VARCHAR NOT NULL,        -- as the file names it: "old", "new", "1", "2"
    day DATE NOT NULL,
    views BIGINT NOT NULL,
    add_to_cart BIGINT,
    orders BIGINT,
    returned BIGINT,
    source VARCHAR NOT NULL,               -- file or system it came from
    imported_at TIMESTAMPTZ NOT NULL,
    simulated BOOLEAN NOT NULL
);

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
