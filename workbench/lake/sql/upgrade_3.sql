-- From version 2 to 3: published policies, and what product pages did afterwards.
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

INSERT INTO lake.schema_version VALUES (3, now());
