-- The sets an image id is in, newest first; nearly always one.
WITH source AS (
    SELECT set_id, max(reported_at) AS newest_at FROM image_outcomes WHERE image_id = $image_id GROUP BY set_id
)
SELECT set_id FROM source ORDER BY newest_at DESC, set_id;
