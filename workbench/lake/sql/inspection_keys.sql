-- Automatic results to be inspected, one row an image and result key: the newest report under the filters. With
-- $failed_only those that failed: photos that came to nothing, results people found wanting, and complaints from outside.
WITH source AS (
    SELECT set_id, image_id, result_id, result_key, outcome, reported_at
    FROM chosen_outcomes($filters)
    WHERE version = 1
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id, result_key ORDER BY reported_at DESC, result_id) = 1
),
complaints AS (
    SELECT DISTINCT set_id, image_id FROM judged WHERE verdict <> 'approved' AND NOT from_inside(source)
),
final AS (
    SELECT source.set_id, source.image_id, source.result_id
    FROM source
    LEFT JOIN automatic_verdicts AS said
        ON said.set_id = source.set_id AND said.image_id = source.image_id AND said.result_key = source.result_key
    LEFT JOIN complaints ON complaints.set_id = source.set_id AND complaints.image_id = source.image_id
    WHERE NOT coalesce(CAST($failed_only AS BOOLEAN), false)
        OR source.outcome <> 'done' OR said.auto_failed OR complaints.image_id IS NOT NULL
)
SELECT * FROM final ORDER BY set_id, image_id, result_id;
