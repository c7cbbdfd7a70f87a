-- Masks of a project that stand: of the newest state of each annotation, nothing deleted, nothing skipped.
WITH annotations AS (
    SELECT annotations.*, tasks.items
    FROM lake.label_annotations AS annotations
    JOIN lake.label_tasks AS tasks
        ON tasks.project_key = annotations.project_key AND tasks.task_id = annotations.task_id
    WHERE tasks.project = $project
),
filtered AS (
    SELECT annotations.*
    FROM annotations
    ANTI JOIN lake.label_tombstones AS gone
        ON gone.project_key = annotations.project_key
        AND ((gone.kind = 'annotation' AND gone.server_id = annotations.annotation_id)
            OR (gone.kind = 'task' AND gone.server_id = annotations.task_id))
    QUALIFY row_number() OVER (
        PARTITION BY annotations.project_key, annotations.annotation_id
        ORDER BY annotations.updated_at DESC, annotations.row_key
    ) = 1
),
final AS (
    SELECT
        masks.item_key, filtered.items[1].image_hash AS image_hash, filtered.items[1].sku AS sku,
        filtered.items[1].category AS category, filtered.annotator, masks.label, masks.width_px, masks.height_px,
        masks.path, masks.sha256, filtered.annotation_id, filtered.updated_at
    FROM filtered
    JOIN lake.label_masks AS masks ON masks.annotation_key = filtered.row_key
    WHERE NOT filtered.skipped
)
SELECT * FROM final ORDER BY item_key, annotator, label;
