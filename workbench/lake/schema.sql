-- The tables of the lake, version 9. Times are UTC. `row_key` is the idempotency key: DuckLake knows no UNIQUE,
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

CREATE TABLE lake.kept_state (                  -- the snapshot that kept rows are right for; no row while none are kept
    snapshot BIGINT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL
);

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

CREATE TABLE lake.label_tasks (                 -- a task that was sent to a Label Studio project
    row_key VARCHAR NOT NULL,              -- project_key, task_id
    project_key VARCHAR NOT NULL,          -- one project of one server, through its whole life
    project VARCHAR NOT NULL,              -- folder in labeling/projects
    layout VARCHAR NOT NULL,
    task_key VARCHAR NOT NULL,             -- hash of what is asked
    task_id BIGINT NOT NULL,               -- the server's
    items STRUCT(item_key VARCHAR, image_hash VARCHAR, box DOUBLE[], sku VARCHAR, category VARCHAR, source VARCHAR)[],
    data JSON,                             -- what the config shows
    model VARCHAR,                         -- whose answer was filled in; NULL: none
    score DOUBLE,
    guess JSON,
    sent_at TIMESTAMPTZ NOT NULL,
    day DATE NOT NULL                      -- of sent_at
);

CREATE TABLE lake.label_annotations (           -- every state of every annotation; the newest holds
    row_key VARCHAR NOT NULL,              -- project_key, annotation_id, updated_at
    project_key VARCHAR NOT NULL,
    annotation_id BIGINT NOT NULL,
    task_id BIGINT NOT NULL,
    task_key VARCHAR NOT NULL,
    annotator VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,       -- by the server's clock
    updated_at TIMESTAMPTZ NOT NULL,
    lead_time_s DOUBLE,
    skipped BOOLEAN NOT NULL,
    gold BOOLEAN NOT NULL,
    refused VARCHAR,                       -- why no answer could be read from it; NULL: it could
    result JSON NOT NULL,                  -- as the server gave it
    day DATE NOT NULL                      -- of created_at
);

CREATE TABLE lake.label_answers (               -- what an annotation says: a row an item, question and word
    row_key VARCHAR NOT NULL,              -- the annotation's row_key, position
    annotation_key VARCHAR NOT NULL,       -- row_key of the annotation's state
    project_key VARCHAR NOT NULL,
    annotation_id BIGINT NOT NULL,
    item_key VARCHAR NOT NULL,             -- hash of the crop or photo
    question VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    region_id VARCHAR,
    region DOUBLE[],                       -- left, top, width, height in px of the picture shown; NULL: all of it
    day DATE NOT NULL                      -- of the annotation's created_at
);

CREATE TABLE lake.label_tombstones (            -- what was on the server and is there no more
    row_key VARCHAR NOT NULL,              -- project_key, kind, server_id
    project_key VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,                 -- task, annotation
    server_id BIGINT NOT NULL,
    found_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE lake.label_pulls (                 -- a pull that came to its end
    row_key VARCHAR NOT NULL,              -- project_key, ended_at
    project_key VARCHAR NOT NULL,
    until TIMESTAMPTZ NOT NULL,            -- the server's time when it began
    ended_at TIMESTAMPTZ NOT NULL,
    everything BOOLEAN NOT NULL,           -- every task was looked at
    annotations BIGINT NOT NULL,           -- new or changed
    refused BIGINT NOT NULL,
    deleted BIGINT NOT NULL
);

CREATE TABLE lake.label_seed (                  -- the secret that draws sides, overlap and gold; it never leaves the lake
    row_key VARCHAR NOT NULL,              -- one word: a lake has one seed
    seed VARCHAR NOT NULL,
    made_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE lake.label_gold (                  -- answers that are known to be right, to hold labelers to
    row_key VARCHAR NOT NULL,              -- project, question, item_key, value
    project VARCHAR NOT NULL,
    question VARCHAR NOT NULL,
    item_key VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    why VARCHAR,                           -- who says so
    planted_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE lake.label_plan (                  -- tasks that go to several labelers, and those planted as gold
    row_key VARCHAR NOT NULL,              -- project_key, task_id, labelers
    project_key VARCHAR NOT NULL,
    task_id BIGINT NOT NULL,
    task_key VARCHAR NOT NULL,
    labelers INTEGER NOT NULL,
    gold BOOLEAN NOT NULL,
    planned_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE lake.label_sides (                 -- which result stands on which side of a blind pair
    row_key VARCHAR NOT NULL,              -- item_key
    item_key VARCHAR NOT NULL,             -- hash of the pair
    set_id VARCHAR NOT NULL,
    image_id VARCHAR NOT NULL,
    left_result_id VARCHAR NOT NULL,
    right_result_id VARCHAR NOT NULL
);

CREATE TABLE lake.label_masks (                 -- masks that labelers corrected; the picture lies in the workspace
    row_key VARCHAR NOT NULL,              -- row_key of the annotation's state, label
    annotation_key VARCHAR NOT NULL,
    project_key VARCHAR NOT NULL,
    annotation_id BIGINT NOT NULL,
    item_key VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    path VARCHAR NOT NULL,                 -- PNG, relative to the workspace
    sha256 VARCHAR NOT NULL,
    day DATE NOT NULL                      -- of the annotation's created_at
);

CREATE TABLE lake.label_reviews (               -- states of annotations that became a verdict, or why they could not
    row_key VARCHAR NOT NULL,              -- row_key of the annotation's state; "gone" and its id for one that was deleted
    project_key VARCHAR NOT NULL,
    annotation_id BIGINT NOT NULL,
    review_id VARCHAR,                     -- NULL: none came of it
    problem VARCHAR,
    settled_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE lake.label_consensus (             -- one answer out of several labelers'; the newest of an item holds
    row_key VARCHAR NOT NULL,              -- project, question, item_key, method, decided_at
    project VARCHAR NOT NULL,
    question VARCHAR NOT NULL,
    item_key VARCHAR NOT NULL,
    method VARCHAR NOT NULL,               -- dawid_skene, majority, settled (a lead's decision: later counts leave it)
    value VARCHAR,                         -- NULL: a tie
    posterior JSON NOT NULL,               -- value -> how sure; adds up to 1
    labelers BIGINT NOT NULL,
    disputed BOOLEAN NOT NULL,
    decided_by VARCHAR,                    -- who settled it; NULL: nobody, it was counted
    decided_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE lake.label_picks (                 -- what was chosen to be labelled next, or again
    row_key VARCHAR NOT NULL,              -- project, batch, item_key
    project VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,                -- one choice of many items
    place BIGINT NOT NULL,                 -- most wanted first
    item_key VARCHAR NOT NULL,
    strategy VARCHAR NOT NULL,             -- or label_errors
    reason JSON,                           -- what is doubted: given, suggested, margin
    picked_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE lake.inspection_tags (             -- a tag that was set on an image in FiftyOne, or taken away
    row_key VARCHAR NOT NULL,              -- sample_key, tag, state, changed_at
    sample_key VARCHAR NOT NULL,           -- hash of set, image and result key
    set_id VARCHAR NOT NULL,
    image_id VARCHAR NOT NULL,
    result_id VARCHAR NOT NULL,
    tag VARCHAR NOT NULL,
    state VARCHAR NOT NULL,                -- set, gone
    noted_by VARCHAR NOT NULL,             -- who brought it; FiftyOne does not know who sets tags
    changed_at TIMESTAMPTZ NOT NULL,       -- when FiftyOne last wrote the image
    noted_at TIMESTAMPTZ NOT NULL,
    day DATE NOT NULL,                     -- of noted_at
    simulated BOOLEAN NOT NULL
);

INSERT INTO lake.schema_version VALUES (10, now());
