-- The real automatic results a simulated history is drawn from: the newest one of each photo, with its true matte's path.
WITH source AS (
    SELECT * FROM image_outcomes
    WHERE NOT simulated AND outcome = 'done' AND version = 1 AND risk IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, result_id) = 1
),
final AS (
    SELECT source.*, photos.alpha_path
    FROM source
    LEFT JOIN images_current AS photos ON photos.set_id = source.set_id AND photos.image_id = source.image_id
)
SELECT * FROM final ORDER BY set_id, image_id LIMIT CAST($limit AS BIGINT);
