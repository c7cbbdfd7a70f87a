-- How much waits for a person, by what and lane: images, minutes of work expected, nearest deadline, longest waiting.
WITH ran AS (
    SELECT set_id, image_id, result_id, run_id, recorded_at AS reported_at FROM lake.run_results
    WHERE ($run_id IS NULL OR run_id = $run_id)
        AND ($set_id IS NULL OR set_id = $set_id)
        AND (coalesce(CAST($include_simulated AS BOOLEAN), false) OR NOT simulated)
),
results AS (
    SELECT result_id, set_id, image_id, result_key, version, outcome, lane, status, audit_sample,
        CAST(attributes ->> '$."preparation.expected_minutes"' AS DOUBLE) AS expected_minutes
    FROM lake.results
    WHERE $set_id IS NULL OR set_id = $set_id
),
holding AS (
    SELECT ran.run_id, ran.reported_at, results.*
    FROM ran
    INNER JOIN results ON results.result_id = ran.result_id
    QUALIFY row_number() OVER (
        PARTITION BY ran.set_id, ran.image_id ORDER BY ran.reported_at DESC, results.version DESC, results.result_id
    ) = 1
),
verdicts AS (
    SELECT set_id, image_id, result_key, version, verdict
    FROM judged
    WHERE $set_id IS NULL OR set_id = $set_id
    QUALIFY row_number() OVER (
        PARTITION BY set_id, image_id, result_key, version ORDER BY reviewed_at DESC, row_key DESC
    ) = 1
),
source AS (
    SELECT
        holding.*,
        CASE
            WHEN verdicts.verdict = 'rework' THEN 'correct'
            WHEN verdicts.verdict IS NOT NULL THEN NULL
            WHEN holding.lane = 'auto' AND holding.audit_sample THEN 'audit'
            WHEN holding.status IN ('queued', 'claimed') THEN 'review'
        END AS what
    FROM holding
    LEFT JOIN verdicts
        ON verdicts.set_id = holding.set_id
        AND verdicts.image_id = holding.image_id
        AND verdicts.result_key = holding.result_key
        AND verdicts.version = holding.version
    WHERE holding.outcome = 'done'
),
filtered AS (
    SELECT source.*, photos.deadline, photos.received_at
    FROM source
    LEFT JOIN images_current AS photos ON photos.set_id = source.set_id AND photos.image_id = source.image_id
    WHERE source.what IS NOT NULL
        AND ($lane IS NULL OR source.lane = $lane)
        AND ($category IS NULL OR photos.category = $category)
        AND ($brand IS NULL OR photos.brand = $brand)
        AND ($set_id IS NULL OR photos.set_id = $set_id)
),
final AS (
    SELECT
        what, lane, count(*) AS images, sum(expected_minutes) AS minutes, min(deadline) AS nearest_deadline,
        min(received_at) AS oldest_at
    FROM filtered
    GROUP BY what, lane
)
SELECT * FROM final
ORDER BY list_position(['review', 'audit', 'correct'], what), list_position(['senior', 'manual', 'check', 'auto'], lane);
