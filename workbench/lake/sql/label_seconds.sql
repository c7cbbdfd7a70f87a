-- The median time an item took, over everybody; a sheet's time is its items' together.
WITH source AS (
    SELECT annotation.lead_time_s / len(task.items) AS item_s
    FROM lake.label_annotations AS annotation
    JOIN lake.label_tasks AS task
        ON task.project_key = annotation.project_key AND task.task_id = annotation.task_id
    WHERE task.project = $project AND NOT annotation.skipped AND NOT annotation.gold AND annotation.lead_time_s > 0
    QUALIFY row_number() OVER (
        PARTITION BY annotation.project_key, annotation.annotation_id ORDER BY annotation.updated_at DESC, annotation.row_key
    ) = 1
),
final AS (
    SELECT median(item_s) AS item_s, count(*) AS timed FROM source
)
SELECT * FROM final;
