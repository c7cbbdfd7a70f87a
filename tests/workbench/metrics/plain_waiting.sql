-- What waits for a person (app_waiting.sql), plainly over the records.
WITH source AS (
    SELECT *, CAST(attributes ->> '$."preparation.expected_minutes"' AS DOUBLE) AS expected_minutes
    FROM plain_chosen($filters)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1
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
