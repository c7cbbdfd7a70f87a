-- A page of the images that came out differently in two runs of a set, or that only one of them has; `total` counts all.
-- The columns without a letter are run B's (run A's where B has not the image), as in app_images.sql.
WITH source AS (
    SELECT * FROM image_outcomes WHERE run_id IN ($run_a, $run_b)
    QUALIFY row_number() OVER (PARTITION BY run_id, set_id, image_id ORDER BY reported_at DESC, version DESC) = 1
),
paired AS (
    SELECT
        coalesce(b, a) AS shown,
        coalesce(a.lane, a.outcome) AS lane_a, coalesce(b.lane, b.outcome) AS lane_b, a.risk AS risk_a, b.risk AS risk_b,
        list_transform(list_filter(a.checks, lambda c: c.passed = false), lambda c: c."check") AS flags_a,
        list_transform(list_filter(b.checks, lambda c: c.passed = false), lambda c: c."check") AS flags_b,
        a.core_seconds AS core_seconds_a, b.core_seconds AS core_seconds_b, a.result_id AS result_a, b.result_id AS result_b
    FROM (SELECT * FROM source WHERE run_id = $run_a) AS a
    FULL JOIN (SELECT * FROM source WHERE run_id = $run_b) AS b ON b.set_id = a.set_id AND b.image_id = a.image_id
),
changed AS (
    SELECT *,
        CASE
            WHEN lane_a IS NULL THEN 'only_b'
            WHEN lane_b IS NULL THEN 'only_a'
            WHEN lane_a != lane_b THEN 'lane'
            WHEN list_sort(flags_a) IS DISTINCT FROM list_sort(flags_b) THEN 'checks'
            WHEN risk_a IS DISTINCT FROM risk_b THEN 'risk'
        END AS change
    FROM paired
),
filtered AS MATERIALIZED (
    SELECT *
    FROM changed
    WHERE change IS NOT NULL
        AND ($change IS NULL OR change = $change)
        AND ($lane_a IS NULL OR lane_a = $lane_a)
        AND ($lane_b IS NULL OR lane_b = $lane_b)
        AND (
            $check IS NULL
            OR coalesce(list_contains(flags_a, $check), false) != coalesce(list_contains(flags_b, $check), false)
        )
),
numbered AS (
    SELECT *,
        (SELECT count(*) FROM filtered) AS total,
        row_number() OVER (
            ORDER BY
                list_position(['lane', 'checks', 'risk', 'only_a', 'only_b'], change),
                abs(risk_b - risk_a) DESC NULLS LAST, shown.image_id
        ) AS position
    FROM filtered
),
final AS (
    SELECT
        position, total, change, lane_a, lane_b, risk_a, risk_b, flags_a, flags_b, core_seconds_a, core_seconds_b, result_a,
        result_b, shown.set_id AS set_id, shown.image_id AS image_id, shown.sku AS sku, shown.category AS category,
        shown.photo_hash AS photo_hash, shown.outcome AS outcome, shown.failure_reason AS failure_reason,
        shown.lane AS lane, shown.reasons AS reasons, shown.state AS state, shown.risk AS risk,
        shown.risk_calibrated AS risk_calibrated, shown.artefacts AS artefacts, shown.simulated AS simulated,
        shown.spec_name AS spec_name, shown.result_id AS result_id
    FROM numbered
    WHERE position > CAST($skip AS BIGINT) AND position <= CAST($skip AS BIGINT) + CAST($take AS BIGINT)
)
SELECT * FROM final ORDER BY position;
