-- What waits for a person, by lane and state: images, the minutes of work the preparation expects, the
-- nearest deadline, and since when the oldest of them is here.
WITH source AS (
    SELECT *, CAST(attributes ->> '$."preparation.expected_minutes"' AS DOUBLE) AS expected_minutes
    FROM image_outcomes
    WHERE ($run_id IS NULL OR run_id = $run_id)
        AND ($set_id IS NULL OR set_id = $set_id)
        AND ($category IS NULL OR category = $category)
        AND (coalesce(CAST($include_simulated AS BOOLEAN), false) OR NOT simulated)
    QUALIFY row_number() OVER (
        PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id
    ) = 1
),
waiting AS (
    SELECT *,
        CASE
            WHEN outcome != 'done' THEN outcome
            WHEN lane = 'auto' AND audit_sample AND verdict IS NULL THEN 'audit'
            WHEN state IN ('queued', 'claimed', 'rework') THEN lane
        END AS what
    FROM source
),
final AS (
    SELECT what, count(*) AS images, sum(expected_minutes) AS minutes, min(deadline) AS nearest_deadline,
        min(received_at) AS oldest_received_at
    FROM waiting
    WHERE what IS NOT NULL
    GROUP BY what
)
SELECT * FROM final
ORDER BY list_position(['senior', 'manual', 'check', 'audit', 'failed', 'refused'], what);
