-- The newest state of each annotation of one project that is not known to be deleted.
WITH source AS (
    SELECT annotation_id, task_id, updated_at, skipped, row_key FROM lake.label_annotations WHERE project_key = $project_key
),
filtered AS (
    SELECT source.*
    FROM source
    ANTI JOIN lake.label_tombstones AS gone
        ON gone.project_key = $project_key AND gone.kind = 'annotation' AND gone.server_id = source.annotation_id
),
final AS (
    SELECT annotation_id, task_id, updated_at, skipped, row_key
    FROM filtered
    QUALIFY row_number() OVER (PARTITION BY annotation_id ORDER BY updated_at DESC, row_key) = 1
)
SELECT * FROM final ORDER BY annotation_id;
