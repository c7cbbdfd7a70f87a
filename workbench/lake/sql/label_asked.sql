-- What people were asked of some items alone: the newest task as it was sent, how many there were, and whether one of
-- them still waits for an answer. Simulated labelers were asked nothing.
WITH source AS (
    SELECT tasks.*, gone.server_id IS NOT NULL AS deleted
    FROM lake.label_tasks AS tasks
    LEFT JOIN lake.label_tombstones AS gone
        ON gone.kind = 'task' AND gone.project_key = tasks.project_key AND gone.server_id = tasks.task_id
    WHERE tasks.project = $project AND tasks.layout = $layout AND tasks.project_key <> $simulated
),
filtered AS (
    SELECT source.*, source.items[1].item_key AS item_key
    FROM source
    SEMI JOIN wanted ON wanted.item_key = source.items[1].item_key
    WHERE len(source.items) = 1
),
answered AS (
    SELECT DISTINCT annotations.project_key, annotations.task_id
    FROM lake.label_annotations AS annotations
    ANTI JOIN lake.label_tombstones AS gone
        ON gone.kind = 'annotation' AND gone.project_key = annotations.project_key
        AND gone.server_id = annotations.annotation_id
),
final AS (
    SELECT
        filtered.item_key, filtered.items[1] AS item, filtered.data, filtered.model, filtered.score, filtered.guess,
        count(*) OVER item AS times,
        bool_or(answered.task_id IS NULL AND NOT filtered.deleted) OVER item AS waiting
    FROM filtered
    LEFT JOIN answered ON answered.project_key = filtered.project_key AND answered.task_id = filtered.task_id
    WINDOW item AS (PARTITION BY filtered.item_key)
    QUALIFY row_number() OVER (PARTITION BY filtered.item_key ORDER BY filtered.sent_at DESC, filtered.task_id DESC) = 1
)
SELECT * FROM final ORDER BY item_key;
