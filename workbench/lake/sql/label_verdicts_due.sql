-- Annotations of a review project whose newest state did not become a verdict yet, oldest first, with what they say and
-- the verdict that an earlier state became; a deleted one stands here while its verdict does.
WITH source AS (
    SELECT annotations.*, tasks.data
    FROM lake.label_annotations AS annotations
    JOIN lake.label_tasks AS tasks
        ON tasks.project_key = annotations.project_key AND tasks.task_id = annotations.task_id
    WHERE annotations.project_key = $project_key
    QUALIFY row_number() OVER (
        PARTITION BY annotations.annotation_id ORDER BY annotations.updated_at DESC, annotations.row_key
    ) = 1
),
gone AS (
    SELECT DISTINCT source.annotation_id
    FROM source
    JOIN lake.label_tombstones AS gone
        ON gone.project_key = $project_key
        AND ((gone.kind = 'annotation' AND gone.server_id = source.annotation_id)
            OR (gone.kind = 'task' AND gone.server_id = source.task_id))
),
became AS (
    SELECT settled.annotation_id, settled.review_id
    FROM lake.label_reviews AS settled
    ANTI JOIN lake.review_retractions AS retractions ON retractions.review_id = settled.review_id
    WHERE settled.project_key = $project_key AND settled.review_id IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY settled.annotation_id ORDER BY settled.settled_at DESC) = 1
),
said AS (
    SELECT
        annotation_key,
        max(value) FILTER (question = 'verdict') AS verdict,
        list(DISTINCT value ORDER BY value) FILTER (question = 'reasons') AS reasons
    FROM lake.label_answers
    WHERE project_key = $project_key
    GROUP BY annotation_key
),
final AS (
    SELECT
        CASE WHEN gone.annotation_id IS NULL THEN source.row_key ELSE 'gone ' || source.row_key END AS row_key,
        source.annotation_id, source.annotator, source.updated_at, source.lead_time_s, source.data,
        gone.annotation_id IS NOT NULL OR source.skipped OR source.refused IS NOT NULL AS withdrawn,
        said.verdict, said.reasons, became.review_id
    FROM source
    LEFT JOIN gone ON gone.annotation_id = source.annotation_id
    LEFT JOIN became ON became.annotation_id = source.annotation_id
    LEFT JOIN said ON said.annotation_key = source.row_key
    WHERE gone.annotation_id IS NULL OR became.review_id IS NOT NULL
)
SELECT final.*
FROM final
ANTI JOIN lake.label_reviews AS settled ON settled.row_key = final.row_key
ORDER BY final.updated_at, final.annotation_id;
