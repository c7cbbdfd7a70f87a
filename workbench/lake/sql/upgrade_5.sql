-- From version 4 to 5: what is sent to Label Studio and what comes back.
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

INSERT INTO lake.schema_version VALUES (5, now());
