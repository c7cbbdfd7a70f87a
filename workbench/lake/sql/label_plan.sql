-- Tasks of one project on one server that go to several labelers or were planted as gold; the newest plan of a task holds.
WITH source AS (
    SELECT * FROM lake.label_plan WHERE project_key = $project_key
),
final AS (
    SELECT task_id, task_key, labelers, gold, planned_at
    FROM source
    QUALIFY row_number() OVER (PARTITION BY task_id ORDER BY planned_at DESC, labelers DESC) = 1
)
SELECT * FROM final ORDER BY task_id;
