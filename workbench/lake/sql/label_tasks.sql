-- Tasks of one project on one server, in the order they were sent; a deleted one is marked.
WITH source AS (
    SELECT * FROM lake.label_tasks WHERE project_key = $project_key
),
gone AS (
    SELECT server_id FROM lake.label_tombstones WHERE project_key = $project_key AND kind = 'task'
),
final AS (
    SELECT source.task_id, source.task_key, gone.server_id IS NOT NULL AS deleted
    FROM source
    LEFT JOIN gone ON gone.server_id = source.task_id
)
SELECT * FROM final ORDER BY task_id;
