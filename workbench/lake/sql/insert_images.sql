-- Adds the photos that are new, or differ from what was last seen of them.
INSERT INTO lake.images BY NAME
WITH source AS (
    SELECT stored.set_id, stored.image_id, stored.content_key, stored.seen_at, stored.row_key
    FROM lake.images AS stored
    SEMI JOIN batch_images AS batch ON batch.set_id = stored.set_id AND batch.image_id = stored.image_id
),
newest AS (
    SELECT * FROM source
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY seen_at DESC, row_key) = 1
),
final AS (
    SELECT batch.*
    FROM batch_images AS batch
    LEFT JOIN newest ON newest.set_id = batch.set_id AND newest.image_id = batch.image_id
    WHERE newest.content_key IS DISTINCT FROM batch.content_key
)
SELECT * FROM final;
