-- What labelers were shown of some items: the newest task an item stands alone on, with what it was cut from.
WITH source AS (
    SELECT project_key, task_id, task_key, layout, items, data, sent_at FROM lake.label_tasks WHERE project = $project
),
single AS (
    SELECT
        items[1].item_key AS item_key, items[1].source AS source, items[1].category AS category,
        data->>'picture' AS picture, task_id, sent_at
    FROM source
    WHERE len(items) = 1
),
filtered AS (
    SELECT single.* FROM single SEMI JOIN wanted ON wanted.item_key = single.item_key
),
final AS (
    SELECT item_key, source, category, picture, task_id
    FROM filtered
    QUALIFY row_number() OVER (PARTITION BY item_key ORDER BY sent_at DESC, task_id DESC) = 1
)
SELECT * FROM final ORDER BY item_key;
