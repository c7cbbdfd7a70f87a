-- The photos that have a result under exactly this spec already, in whatever set: most likely they will be reused.
WITH source AS (
    SELECT photos.path AS path, CAST(results.width_px AS DOUBLE) * results.height_px / 1e6 AS megapixels
    FROM lake.results AS results
    INNER JOIN images_current AS photos ON photos.set_id = results.set_id AND photos.image_id = results.image_id
    WHERE results.spec_hash = $spec_hash AND results.outcome IN ('done', 'refused') AND NOT results.simulated
),
final AS (
    SELECT path, max(megapixels) AS megapixels FROM source GROUP BY path
)
SELECT * FROM final ORDER BY path;
