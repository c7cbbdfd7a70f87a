-- From version 8 to 9: what people tag in FiftyOne.
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

INSERT INTO lake.schema_version VALUES (9, now());
