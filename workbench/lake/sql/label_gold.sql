-- Answers of one project that are known to be right.
WITH source AS (
    SELECT * FROM lake.label_gold WHERE project = $project
),
final AS (
    SELECT project, question, item_key, value, why, planted_at FROM source
)
SELECT * FROM final ORDER BY item_key, question, value;
