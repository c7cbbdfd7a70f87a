-- The newest pull of one project that came to its end.
WITH source AS (
    SELECT * FROM lake.label_pulls WHERE project_key = $project_key
),
final AS (
    SELECT until, ended_at, everything, annotations, refused, deleted FROM source ORDER BY ended_at DESC LIMIT 1
)
SELECT * FROM final;
