-- What people's verdicts took, by lane: the newest of each lane, with whether they sent the image back.
WITH source AS (
    SELECT lane, active_seconds, verdict, reviewed_at, row_key
    FROM judged
    WHERE active_seconds > 0
        AND lane IN ('check', 'manual', 'senior')
        AND ($set_id IS NULL OR set_id = $set_id)
        AND (coalesce(CAST($include_simulated AS BOOLEAN), false) OR NOT simulated)
),
final AS (
    SELECT lane, active_seconds, verdict = 'rework' AS sent_back
    FROM source
    QUALIFY row_number() OVER (PARTITION BY lane ORDER BY reviewed_at DESC, row_key) <= CAST($limit AS BIGINT)
)
SELECT * FROM final ORDER BY lane, active_seconds;
