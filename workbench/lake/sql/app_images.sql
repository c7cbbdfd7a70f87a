-- A page of the image list, sorted, with the number of images the filters leave in `total`; or, when $around names an
-- image, that image with $reach images before and after it in the same list.
WITH source AS (
    SELECT *,
        CAST(attributes ->> '$."preparation.expected_minutes"' AS DOUBLE) AS expected_minutes,
        CAST(attributes ->> '$."preparation.complexity"' AS DOUBLE) AS complexity
    FROM chosen_images($filters)
),
filtered AS MATERIALIZED (
    SELECT *,
        CASE $sort
            WHEN 'risk' THEN risk
            WHEN 'complexity' THEN complexity
            WHEN 'minutes' THEN expected_minutes
            WHEN 'deadline' THEN epoch(deadline)
            WHEN 'lane' THEN list_position(['auto', 'check', 'manual', 'senior'], lane)
            WHEN 'newest' THEN epoch(reported_at)
        END AS sort_number,
        CASE $sort
            WHEN 'sku' THEN lower(sku) WHEN 'category' THEN category WHEN 'outcome' THEN outcome
        END AS sort_text
    FROM source
    WHERE ($lanes IS NULL OR list_contains(CAST($lanes AS VARCHAR[]), lane))
        AND ($outcomes IS NULL OR list_contains(CAST($outcomes AS VARCHAR[]), outcome))
        AND (
            $search IS NULL
            OR contains(lower(concat_ws(chr(10), sku, image_id, relative_path, brand)), lower($search))
        )
),
numbered AS (
    SELECT *,
        (SELECT count(*) FROM filtered) AS total,
        row_number() OVER (
            ORDER BY
                CASE WHEN CAST($down AS BOOLEAN) THEN sort_number END DESC NULLS LAST,
                CASE WHEN NOT CAST($down AS BOOLEAN) THEN sort_number END ASC NULLS LAST,
                CASE WHEN CAST($down AS BOOLEAN) THEN sort_text END DESC NULLS LAST,
                CASE WHEN NOT CAST($down AS BOOLEAN) THEN sort_text END ASC NULLS LAST,
                set_id, image_id
        ) AS position
    FROM filtered
),
final AS (
    SELECT
        position, total, set_id, image_id, result_id, photo_hash, version, sku, category, brand, campaign_tier, deadline,
        path, relative_path, spec_name, outcome, failure_kind, failure_reason, failure_step, lane, reasons, state, risk,
        risk_calibrated, audit_sample, expected_minutes, complexity, width_px, height_px, made_at, reported_at, run_id,
        artefacts, simulated,
        list_transform(list_filter(checks, lambda c: c.passed = false), lambda c: c."check") AS flags
    FROM numbered
    WHERE CASE
        WHEN $around IS NULL THEN position > CAST($skip AS BIGINT) AND position <= CAST($skip AS BIGINT) + CAST($take AS BIGINT)
        ELSE abs(position - (
            SELECT min(position) FROM numbered WHERE image_id = $around AND ($around_set IS NULL OR set_id = $around_set)
        )) <= CAST($reach AS BIGINT)
    END
)
SELECT * FROM final ORDER BY position;
