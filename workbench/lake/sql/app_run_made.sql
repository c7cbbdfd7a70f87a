-- The images of a set that have a result under exactly this spec already: they will most likely be reused.
WITH source AS (
    SELECT DISTINCT image_id, CAST(width_px AS DOUBLE) * height_px / 1e6 AS megapixels
    FROM lake.results
    WHERE set_id = $set_id AND spec_hash = $spec_hash AND outcome IN ('done', 'refused') AND NOT simulated
),
final AS (
    SELECT image_id, max(megapixels) AS megapixels FROM source GROUP BY image_id
)
SELECT * FROM final ORDER BY image_id;
