-- Every item of a project that was sent, by layout and source.
WITH source AS (
    SELECT DISTINCT unnest(items, recursive := false) AS item FROM lake.label_tasks WHERE project = $project
),
final AS (
    SELECT DISTINCT item.item_key, item.source, item.category FROM source
)
SELECT * FROM final ORDER BY item_key;
