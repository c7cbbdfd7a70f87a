-- What waits for a person, by lane and state: images, the minutes of work the preparation expects, the
-- nearest deadline, and since when the oldest of them is here.
WITH source AS (
    SELECT * FROM counted_days($filters, false)
),
waiting AS (
    SELECT *,
        CASE
            WHEN outcome != 'done' THEN outcome
            WHEN lane = 'auto' AND audit_sample AND NOT is_seen THEN 'audit'
            WHEN state IN ('queued', 'claimed', 'rework') THEN lane
        END AS what
    FROM source
),
final AS (
    SELECT what, CAST(sum(n) AS BIGINT) AS images, sum(expected_minutes) AS minutes,
        min(nearest_deadline) AS nearest_deadline, min(oldest_received_at) AS oldest_received_at
    FROM waiting
    WHERE what IS NOT NULL
    GROUP BY what
)
SELECT * FROM final
ORDER BY list_position(['senior', 'manual', 'check', 'audit', 'failed', 'refused'], what);
