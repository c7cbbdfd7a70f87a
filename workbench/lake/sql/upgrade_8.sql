-- From version 7 to 8: who labels what, known answers, blind sides, masks and verdicts that came from labels.
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

INSERT INTO lake.schema_version VALUES (8, now());
