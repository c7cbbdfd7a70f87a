-- What labelers answer now, a row an item, question and word: newest states, nothing deleted, nothing skipped. One person's
-- answers to one item stand once, the newest annotation's.
WITH source AS (
    SELECT annotations.*, tasks.project, tasks.layout
    FROM lake.label_annotations AS annotations
    JOIN lake.label_tasks AS tasks
        ON tasks.project_key = annotations.project_key AND tasks.task_id = annotations.task_id
    WHERE tasks.project = $project
),
filtered AS (
    SELECT source.*
    FROM source
    ANTI JOIN lake.label_tombstones AS gone
        ON gone.project_key = source.project_key
        AND ((gone.kind = 'annotation' AND gone.server_id = source.annotation_id)
            OR (gone.kind = 'task' AND gone.server_id = source.task_id))
    QUALIFY row_number() OVER (
        PARTITION BY source.project_key, source.annotation_id ORDER BY source.updated_at DESC, source.row_key
    ) = 1
),
answered AS (
    SELECT
        answers.item_key, answers.question, answers.value, answers.region_id, answers.region, filtered.annotator,
        filtered.project_key, filtered.annotation_id, filtered.task_id, filtered.created_at, filtered.updated_at,
        filtered.lead_time_s, filtered.gold
    FROM filtered
    JOIN lake.label_answers AS answers ON answers.annotation_key = filtered.row_key
    WHERE NOT filtered.skipped
),
final AS (
    SELECT *
    FROM answered
    QUALIFY annotation_id = last_value(annotation_id) OVER (
        PARTITION BY item_key, annotator ORDER BY updated_at, annotation_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
)
SELECT * FROM final ORDER BY item_key, annotator, question, value;
