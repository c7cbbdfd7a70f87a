-- A page of the image list, as app_images.sql gives it: the page is found on what figures count on, and only its rows are
-- read from the records.
WITH found AS MATERIALIZED ( -- looked for once, in all
    SELECT
        set_id, image_id, result_id, run_id, reported_at, state, sku, category, brand, campaign_tier, deadline,
        expected_minutes, complexity, risk, lane, outcome
    FROM counted_images($filters)
    WHERE $search IS NOT NULL AND contains(words, lower($search))
),
source AS NOT MATERIALIZED (
    SELECT * FROM (
        SELECT * FROM found
        UNION ALL BY NAME
        SELECT * FROM counted_images($filters) WHERE $search IS NULL
    )
    WHERE ($lanes IS NULL OR list_contains(CAST($lanes AS VARCHAR[]), lane))
        AND ($outcomes IS NULL OR list_contains(CAST($outcomes AS VARCHAR[]), outcome))
),
keyed AS NOT MATERIALIZED ( -- a key that is not asked for is a constant, so that the newest of millions are found at once
    SELECT
        set_id, image_id, result_id, run_id, reported_at, state, category, brand, campaign_tier, deadline,
        expected_minutes,
        CASE $sort WHEN 'newest' THEN reported_at WHEN 'deadline' THEN deadline END AS sort_at,
        CASE $sort
            WHEN 'risk' THEN risk
            WHEN 'complexity' THEN complexity
            WHEN 'minutes' THEN expected_minutes
            WHEN 'lane' THEN list_position(['auto', 'check', 'manual', 'senior'], lane)
        END AS sort_number,
        CASE $sort WHEN 'sku' THEN lower(sku) WHEN 'category' THEN category WHEN 'outcome' THEN outcome END AS sort_text
    FROM source
),
page AS MATERIALIZED (
    SELECT * FROM keyed
    ORDER BY
        CASE WHEN CAST($down AS BOOLEAN) THEN sort_at END DESC NULLS LAST,
        CASE WHEN NOT CAST($down AS BOOLEAN) THEN sort_at END NULLS LAST,
        CASE WHEN CAST($down AS BOOLEAN) THEN sort_number END DESC NULLS LAST,
        CASE WHEN NOT CAST($down AS BOOLEAN) THEN sort_number END NULLS LAST,
        CASE WHEN CAST($down AS BOOLEAN) THEN sort_text END DESC NULLS LAST,
        CASE WHEN NOT CAST($down AS BOOLEAN) THEN sort_text END NULLS LAST,
        set_id, image_id
    LIMIT CAST($take AS BIGINT) OFFSET CAST($skip AS BIGINT)
),
numbered AS (
    SELECT *,
        CAST($skip AS BIGINT) + row_number() OVER (
            ORDER BY
                CASE WHEN CAST($down AS BOOLEAN) THEN sort_at END DESC NULLS LAST,
                CASE WHEN NOT CAST($down AS BOOLEAN) THEN sort_at END NULLS LAST,
                CASE WHEN CAST($down AS BOOLEAN) THEN sort_number END DESC NULLS LAST,
                CASE WHEN NOT CAST($down AS BOOLEAN) THEN sort_number END NULLS LAST,
                CASE WHEN CAST($down AS BOOLEAN) THEN sort_text END DESC NULLS LAST,
                CASE WHEN NOT CAST($down AS BOOLEAN) THEN sort_text END NULLS LAST,
                set_id, image_id
        ) AS position
    FROM page
),
photos AS (
    SELECT set_id, image_id, sku, path, relative_path
    FROM lake.images
    SEMI JOIN page USING (set_id, image_id)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY seen_at DESC, row_key) = 1
),
results AS (
    SELECT results.*
    FROM lake.results AS results
    SEMI JOIN page
        ON page.set_id = results.set_id AND page.image_id = results.image_id AND page.result_id = results.result_id
),
final AS (
    SELECT
        page.position, (SELECT count(*) FROM source) AS total, page.set_id, page.image_id, page.result_id,
        results.photo_hash, results.version, photos.sku, page.category, page.brand,
        page.campaign_tier, page.deadline, photos.path, photos.relative_path, results.spec_name,
        results.outcome, results.failure_kind, results.failure_reason, results.failure_step, results.lane,
        results.reasons, page.state, results.risk, results.risk_calibrated, results.audit_sample, page.expected_minutes,
        CAST(results.attributes ->> '$."preparation.complexity"' AS DOUBLE) AS complexity, results.width_px,
        results.height_px, results.made_at, page.reported_at, page.run_id, results.artefacts, results.simulated,
        list_transform(list_filter(results.checks, lambda c: c.passed = false), lambda c: c."check") AS flags
    FROM numbered AS page
    INNER JOIN results ON results.result_id = page.result_id
    LEFT JOIN photos ON photos.set_id = page.set_id AND photos.image_id = page.image_id
)
SELECT * FROM final ORDER BY position;
