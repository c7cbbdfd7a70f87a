-- Items answered by hour, of one project; the hour is that of the server's clock, UTC.
WITH source AS (
    SELECT tasks.project, annotation.created_at, annotation.annotator, len(tasks.items) AS items
    FROM lake.label_annotations AS annotation
    JOIN lake.label_tasks AS tasks
        ON tasks.project_key = annotation.project_key AND tasks.task_id = annotation.task_id
    ANTI JOIN lake.label_tombstones AS gone
        ON gone.project_key = annotation.project_key
        AND gone.kind = 'annotation' AND gone.server_id = annotation.annotation_id
    WHERE tasks.project = $project AND NOT annotation.skipped
    QUALIFY row_number() OVER (
        PARTITION BY annotation.project_key, annotation.annotation_id ORDER BY annotation.updated_at DESC, annotation.row_key
    ) = 1
),
final AS (
    SELECT date_trunc('hour', created_at) AS hour, sum(items)::BIGINT AS items FROM source GROUP BY ALL
)
SELECT * FROM final ORDER BY hour;
