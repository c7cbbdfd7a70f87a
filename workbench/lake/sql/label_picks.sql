-- What was chosen for a project, newest batch first.
WITH source AS (
    SELECT * FROM lake.label_picks WHERE project = $project AND ($batch IS NULL OR batch = $batch)
),
final AS (
    SELECT batch, place, item_key, strategy, reason, picked_at FROM source
)
SELECT * FROM final ORDER BY picked_at DESC, batch, place;
